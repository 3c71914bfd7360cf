/* differ.c - which facts of two messages differ while both hold.
 *
 *     facts of one type in sentences whose anchors are alike (cosine, weighted by rarity):
 *     the pairs of sentences that are each other's most alike; no reading of any agrees
 *     -> a difference. Two such sentences without facts, one says yes and one no -> a policy.
 *
 * Not compared: sentences that ask; offers of different seasons (list "apart"); messages about
 * different ids of one role; opening hours of different days; persons of different roles; what the
 * later message says has changed.
 *
 * At most MOST sentences of a message are looked at, and MOST_ANCHORS words of each, so that
 * the cost of a pair of messages is bounded.
 */
#include "text/lexicon.h"
#include "text/text_parts.h"

#include "base/sort.h"

#include <math.h>
#include <string.h>

/* Measured by bench/differ (docs/measurements.md). */
static const double default_alike = 0.25, default_policy = 0.50;

enum { MOST = 96, MOST_ANCHORS = 64, MONTH_MINUTES = 43200 };
#define NONE UINT32_MAX

/* ---- Do two facts agree? ---- */

static bool meet(int64_t low_a, int64_t high_a, int64_t low_b, int64_t high_b)
{
    return low_a <= high_b && low_b <= high_a;
}

static bool readings_meet(const fh_fact *a, const fh_fact *b)
{
    return meet(a->low, a->high, b->low, b->high) ||
           (a->either && meet(a->low2, a->high2, b->low, b->high)) ||
           (b->either && meet(a->low, a->high, b->low2, b->high2)) ||
           (a->either && b->either && meet(a->low2, a->high2, b->low2, b->high2));
}

static bool is_within(const fh_fact *f)
{
    return fh_str_starts(f->unit, FH_STR("within"));
}

static bool is_working(const fh_fact *f)
{
    const fh_str tail = FH_STR("working");
    return f->unit.len >= tail.len &&
           memcmp(f->unit.ptr + f->unit.len - tail.len, tail.ptr, tail.len) == 0;
}

/* Lengths of time: a month is about 30 days, five working days are about a week. */
static bool lengths_agree(int64_t low_a, int64_t high_a, bool working_a, int64_t low_b,
                          int64_t high_b, bool working_b)
{
    enum { DAY = 1440 };
    if (working_a && !working_b) high_a = high_a / 5 * 7 + 2 * DAY;
    if (working_b && !working_a) high_b = high_b / 5 * 7 + 2 * DAY;
    const int64_t slack_a = high_a >= MONTH_MINUTES && high_a < INT64_MAX / 4 ? high_a / 50 : 0;
    const int64_t slack_b = high_b >= MONTH_MINUTES && high_b < INT64_MAX / 4 ? high_b / 50 : 0;
    return meet(low_a, high_a + slack_a, low_b, high_b + slack_b);
}

/* One name is the other's, or the end of it: "smith" and "anna smith". */
static bool names_agree(fh_str a, fh_str b)
{
    if (a.len > b.len) {
        const fh_str swap = a;
        a = b;
        b = swap;
    }
    if (a.len == 0) return true;
    const size_t rest = b.len - a.len;
    if (memcmp(b.ptr + rest, a.ptr, a.len) == 0 && (rest == 0 || b.ptr[rest - 1] == ' '))
        return true;
    return memcmp(b.ptr, a.ptr, a.len) == 0 && b.ptr[a.len] == ' ';
}

/* "Within 14 days" is a day to come, and a length of time. */
static bool is_length(const fh_fact *f)
{
    return f->type == FH_FACT_DURATION || (f->type == FH_FACT_DATE && is_within(f));
}

static bool spans_agree(const fh_fact *a, const fh_fact *b)
{
    enum { DAY = 1440 };
    int64_t low[2], high[2];
    for (int i = 0; i < 2; i++) {
        const fh_fact *f = i ? b : a;
        const bool until = f->type == FH_FACT_DATE;
        low[i] = until ? (f->high - f->low) * DAY : f->low;
        high[i] = until ? low[i] : f->high;
    }
    return lengths_agree(low[0], high[0], is_working(a), low[1], high[1], is_working(b));
}

static bool dates_agree(const fh_fact *a, const fh_fact *b)
{
    return is_length(a) && is_length(b) ? spans_agree(a, b) : readings_meet(a, b);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* HM-4711 and HM-4712: the same but for digits. */
static bool same_shape(fh_str a, fh_str b)
{
    bool digits = false;
    if (a.len != b.len) return false;
    for (size_t i = 0; i < a.len; i++) {
        if (is_digit(a.ptr[i]) != is_digit(b.ptr[i])) return false;
        if (!is_digit(a.ptr[i]) && (a.ptr[i] | 0x20) != (b.ptr[i] | 0x20)) return false;
        digits = digits || is_digit(a.ptr[i]);
    }
    return digits;
}

bool fh_ids_comparable(const fh_fact *a, const fh_fact *b)
{
    if (a->type != b->type) return false;
    if (fh_str_eq_nocase(a->role, b->role)) return true;
    return a->type == FH_FACT_ID && same_shape(a->unit, b->unit);
}

static bool times_agree(const fh_fact *a, const fh_fact *b)
{
    if (a->low != a->high && b->low != b->high) return a->low == b->low && a->high == b->high;
    return readings_meet(a, b);
}

static bool amounts_agree(const fh_fact *a, const fh_fact *b)
{
    if (a->unit.len && b->unit.len && !fh_str_eq(a->unit, b->unit)) return false;
    return readings_meet(a, b);
}

static bool units_agree(const fh_fact *a, const fh_fact *b)
{
    return fh_str_eq(a->unit, b->unit);
}

static bool persons_agree(const fh_fact *a, const fh_fact *b)
{
    return names_agree(a->unit, b->unit);
}

bool fh_facts_agree(const fh_fact *a, const fh_fact *b)
{
    static bool (*const agree[FH_N_FACT_TYPES])(const fh_fact *a, const fh_fact *b) = {
        [FH_FACT_DATE] = dates_agree,     [FH_FACT_TIME] = times_agree,
        [FH_FACT_MONEY] = amounts_agree,  [FH_FACT_PERCENT] = readings_meet,
        [FH_FACT_DURATION] = spans_agree, [FH_FACT_NUMBER] = readings_meet,
        [FH_FACT_PHONE] = readings_meet,  [FH_FACT_EMAIL] = units_agree,
        [FH_FACT_URL] = units_agree,      [FH_FACT_PERSON] = persons_agree,
        [FH_FACT_PRODUCT] = units_agree,  [FH_FACT_ID] = units_agree,
        [FH_FACT_POLICY] = readings_meet};
    if (a->type != b->type) return is_length(a) && is_length(b) && spans_agree(a, b);
    return a->type < FH_N_FACT_TYPES && agree[a->type](a, b);
}

/* ---- What is compared with what ---- */

typedef struct comparison {
    const fh_lexicon *lexicon;
    const fh_usage *usage;
    const fh_text *a, *b;
    double alike, policy;
    uint32_t n_a, n_b;
    double size_a[MOST], size_b[MOST];              /* sums of weights */
    double *like;                                   /* [n_a * n_b] cosines */
    uint64_t *topic;                                /* [n_a * n_b] */
    uint32_t facts_a[MOST], facts_b[MOST];          /* bits of types */
    uint32_t weak[FH_SAME_WEAK_END - FH_SAME_WEAK]; /* anchors that are no subject */
    uint32_t price;                                 /* the anchor of what anything costs */
    fh_difference found[MOST];
    uint32_t n_found;
} comparison;

static double like_of(const comparison *c, uint32_t i, uint32_t k)
{
    return c->like[i * c->n_b + k];
}

static double weigh(const fh_usage *usage, uint32_t anchor)
{
    /* What an organisation sends to everybody is made of words that stand in very many of its
     * sentences; they say what it is about nevertheless. */
    return 1 + (usage ? fh_usage_weight(usage, anchor) : 0);
}

static uint32_t anchors_of(const fh_sentence *s)
{
    return s->n_anchors < MOST_ANCHORS ? s->n_anchors : MOST_ANCHORS;
}

static double size_of(const fh_usage *usage, const fh_sentence *s)
{
    double sum = 0;
    for (uint32_t i = 0; i < anchors_of(s); i++) sum += weigh(usage, s->anchor[i]);
    return sum;
}

static bool is_weak(const comparison *c, uint32_t anchor)
{
    for (size_t i = 0; i < sizeof c->weak / sizeof *c->weak; i++)
        if (c->weak[i] == anchor) return true;
    return false;
}

static bool has_anchor(const fh_sentence *s, uint32_t anchor)
{
    for (uint32_t i = 0; i < anchors_of(s); i++)
        if (s->anchor[i] == anchor) return true;
    return false;
}

/* One tells when something starts and the other when it ends. */
static bool start_and_end(const comparison *c, const fh_sentence *a, const fh_sentence *b)
{
    const uint32_t start = c->weak[FH_SAME_START - FH_SAME_WEAK];
    const uint32_t end = c->weak[FH_SAME_END - FH_SAME_WEAK];
    const bool start_a = has_anchor(a, start), end_a = has_anchor(a, end);
    const bool start_b = has_anchor(b, start), end_b = has_anchor(b, end);
    return (start_a && !end_a && end_b && !start_b) || (end_a && !start_a && start_b && !end_b);
}

/* Does the word tell what money is paid for, and not only that it is paid? */
static bool tells_for_what(const comparison *c, uint32_t anchor)
{
    return anchor != c->price && anchor != c->weak[FH_SAME_AMOUNT - FH_SAME_WEAK] &&
           anchor != c->weak[FH_SAME_PAY - FH_SAME_WEAK];
}

static uint32_t count_telling(const comparison *c, const fh_sentence *s)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < anchors_of(s); i++) n += tells_for_what(c, s->anchor[i]);
    return n;
}

/* "Monthly", "per year". */
static bool tells_how_often(const comparison *c, uint32_t anchor)
{
    for (uint32_t i = FH_SAME_MONTH; i <= FH_SAME_WEEK; i++)
        if (c->weak[i - FH_SAME_WEAK] == anchor) return true;
    return false;
}

/* The weight of the anchors both have; 0 when nothing of a subject is among them. That something
 * costs money, or (of two amounts) so much a month, is one only when one says no more of it than
 * the other: "a reminder costs", "the price for the year" are two. */
static double shared_weight(const comparison *c, uint32_t i_a, uint32_t i_b, uint64_t *topic)
{
    const fh_sentence *a = &c->a->sentence[i_a], *b = &c->b->sentence[i_b];
    const bool amounts = c->facts_a[i_a] & c->facts_b[i_b] & 1u << FH_FACT_MONEY;
    double sum = 0;
    bool subject = false, price = false;
    uint32_t telling = 0;
    uint64_t h = 0x9e3779b97f4a7c15u;
    for (uint32_t i = 0, k = 0; i < anchors_of(a) && k < anchors_of(b);) {
        if (a->anchor[i] < b->anchor[k]) {
            i++;
        } else if (a->anchor[i] > b->anchor[k]) {
            k++;
        } else {
            const uint32_t both = a->anchor[i];
            price |= both == c->price || (amounts && tells_how_often(c, both));
            subject |= both != c->price && !is_weak(c, both);
            telling += tells_for_what(c, both);
            sum += weigh(c->usage, both);
            h = (h ^ both) * 0xff51afd7ed558ccdu;
            h ^= h >> 32;
            i++, k++;
        }
    }
    *topic = h;
    if (!subject && price)
        subject = telling == count_telling(c, a) || telling == count_telling(c, b);
    return subject && !start_and_end(c, a, b) ? sum : 0;
}

static uint32_t types_of(const fh_text *text, const fh_sentence *s)
{
    uint32_t bits = 0;
    for (uint32_t i = 0; i < s->n_facts; i++) {
        const fh_fact *f = &text->fact[s->facts + i];
        bits |= 1u << f->type | (uint32_t)is_length(f) << FH_FACT_DURATION;
    }
    return bits;
}

static void compare_sentences(comparison *c)
{
    for (uint32_t i = 0; i < c->n_a; i++) {
        c->size_a[i] = size_of(c->usage, &c->a->sentence[i]);
        c->facts_a[i] = types_of(c->a, &c->a->sentence[i]);
    }
    for (uint32_t k = 0; k < c->n_b; k++) {
        c->size_b[k] = size_of(c->usage, &c->b->sentence[k]);
        c->facts_b[k] = types_of(c->b, &c->b->sentence[k]);
    }
    for (uint32_t i = 0; i < c->n_a; i++)
        for (uint32_t k = 0; k < c->n_b; k++) {
            const double size = sqrt(c->size_a[i] * c->size_b[k]);
            const double shared = shared_weight(c, i, k, &c->topic[i * c->n_b + k]);
            c->like[i * c->n_b + k] = size > 0 ? shared / size : 0;
        }
}

/* ---- Ids ---- */

/* Ids of messages, at most LOOKED_AT of each. */
enum { LOOKED_AT = 64 };

static bool names_thing(const fh_fact *f)
{
    return f->type == FH_FACT_ID || f->type == FH_FACT_PRODUCT;
}

/* Is one of the ids of f's type and role among the facts? *same: with f's value. */
static bool has_role(const fh_fact *f, const fh_fact *facts, uint32_t n, bool *same)
{
    bool found = false;
    *same = false;
    for (uint32_t i = 0; i < n && i < LOOKED_AT; i++) {
        if (!fh_ids_comparable(&facts[i], f)) continue;
        found = true;
        *same |= fh_str_eq(facts[i].unit, f->unit);
    }
    return found;
}

/* Is there a role whose ids in `a` and in `b` have none in common? */
static bool ids_differ(const fh_fact *a, uint32_t n_a, const fh_fact *b, uint32_t n_b)
{
    for (uint32_t i = 0; i < n_a && i < LOOKED_AT; i++) {
        bool same, shared = false;
        if (!names_thing(&a[i]) || !has_role(&a[i], b, n_b, &same)) continue;
        for (uint32_t k = 0; k < n_a && k < LOOKED_AT && !shared; k++)
            if (fh_ids_comparable(&a[k], &a[i])) shared = has_role(&a[k], b, n_b, &same) && same;
        if (!shared) return true;
    }
    return false;
}

/* Are the two sentences about different orders, courses, ...? What a sentence does not say
 * itself, its message says. */
static bool other_thing(const comparison *c, uint32_t i, uint32_t k, bool messages_differ)
{
    const uint32_t named = 1u << FH_FACT_ID | 1u << FH_FACT_PRODUCT;
    const fh_sentence *sa = &c->a->sentence[i], *sb = &c->b->sentence[k];
    if ((c->facts_a[i] & named) && (c->facts_b[k] & named))
        return ids_differ(c->a->fact + sa->facts, sa->n_facts, c->b->fact + sb->facts, sb->n_facts);
    return messages_differ;
}

/* ---- Pairs of sentences ---- */

/* Can two facts be compared as ones of this type? Two lengths of time are, whichever way they
 * are said. */
static bool comparable(const comparison *c, fh_fact_type type, const fh_fact *a, const fh_fact *b)
{
    bool turns;
    if (is_length(a) && is_length(b)) return type == FH_FACT_DURATION;
    if (a->type != type || b->type != type) return false;
    if (a->type == FH_FACT_NUMBER)
        return fh_str_eq(fh_lexicon_stem(c->lexicon, c->a->language, a->unit),
                         fh_lexicon_stem(c->lexicon, c->b->language, b->unit));
    if (a->type == FH_FACT_TIME) {
        const bool range = a->low != a->high && b->low != b->high;
        return !range || a->role.len == 0 || b->role.len == 0 || fh_str_eq(a->role, b->role);
    }
    if (a->type == FH_FACT_PERSON) {
        if (a->role.len == 0 || b->role.len == 0) return false;
        return fh_lexicon_anchor(c->lexicon, c->a->language, a->role, &turns) ==
               fh_lexicon_anchor(c->lexicon, c->b->language, b->role, &turns);
    }
    return a->type != FH_FACT_ID && a->type != FH_FACT_PRODUCT;
}

/* Said as a distance from the day of sending, in the same words: one sentence of a template. */
static bool same_words(const comparison *c, const fh_fact *a, const fh_fact *b)
{
    return a->type == FH_FACT_DATE && fh_str_eq(a->unit, FH_STR("from now")) &&
           fh_str_eq(a->unit, b->unit) && a->len == b->len &&
           memcmp(c->a->raw.ptr + a->at, c->b->raw.ptr + b->at, a->len) == 0;
}

/* The first two facts of a type that no pair of which agrees; false: one does, or none can be
 * compared. */
static bool facts_differ(const comparison *c, uint32_t i, uint32_t k, fh_fact_type type,
                         uint32_t *fact_a, uint32_t *fact_b)
{
    const fh_sentence *sa = &c->a->sentence[i], *sb = &c->b->sentence[k];
    bool found = false;
    for (uint32_t x = sa->facts; x < sa->facts + sa->n_facts && x < sa->facts + MOST; x++)
        for (uint32_t y = sb->facts; y < sb->facts + sb->n_facts && y < sb->facts + MOST; y++) {
            const fh_fact *a = &c->a->fact[x], *b = &c->b->fact[y];
            if (!comparable(c, type, a, b)) continue;
            if (fh_facts_agree(a, b) || same_words(c, a, b)) return false;
            if (!found) *fact_a = x, *fact_b = y;
            found = true;
        }
    return found;
}

/* Is no other sentence with facts of these types more alike to either? */
static bool best_pair(const comparison *c, uint32_t i, uint32_t k, uint32_t types)
{
    const double like = like_of(c, i, k);
    for (uint32_t x = 0; x < c->n_a; x++)
        if (x != i && like_of(c, x, k) > like && (types == 0 || (c->facts_a[x] & types)))
            return false;
    for (uint32_t y = 0; y < c->n_b; y++)
        if (y != k && like_of(c, i, y) > like && (types == 0 || (c->facts_b[y] & types)))
            return false;
    return true;
}

static void add_found(comparison *c, uint32_t i, uint32_t k, fh_fact_type type, uint32_t fact_a,
                      uint32_t fact_b)
{
    const double like = like_of(c, i, k) < 1 ? like_of(c, i, k) : 1;
    if (c->n_found == MOST) return;
    c->found[c->n_found++] = (fh_difference){.type = type,
                                             .sure = like,
                                             .fact_a = fact_a,
                                             .fact_b = fact_b,
                                             .sentence_a = i,
                                             .sentence_b = k,
                                             .topic = c->topic[i * c->n_b + k]};
}

/* A sentence that is a claim: it does not ask, and it does not say that something changed. */
static bool claims(const fh_sentence *s)
{
    return !(s->asks && s->asks_for) && s->n_anchors > 0;
}

static void compare_facts(comparison *c, uint32_t i, uint32_t k)
{
    const uint32_t both = c->facts_a[i] & c->facts_b[k];
    for (int t = 0; t < FH_N_FACT_TYPES; t++) {
        uint32_t fact_a, fact_b;
        /* That their roles are the same says much already. */
        const double least = t == FH_FACT_PERSON ? c->alike / 2 : c->alike;
        if (!(both >> t & 1) || like_of(c, i, k) < least ||
            !facts_differ(c, i, k, (fh_fact_type)t, &fact_a, &fact_b))
            continue;
        if (best_pair(c, i, k, 1u << t)) add_found(c, i, k, (fh_fact_type)t, fact_a, fact_b);
    }
}

/* The things of one kind that a sentence names, of which there are several: seasons. Bits by
 * the values of the list "apart". Long words may begin with one ("Sommeraktion"). */
static uint32_t apart_of(const comparison *c, const fh_text *text, const fh_sentence *s)
{
    size_t n;
    uint32_t bits = 0;
    const fh_lexeme *list = fh_lexicon_list(c->lexicon, text->language, FH_STR("apart"), &n);
    const char *p = text->raw.ptr + s->at;
    for (size_t i = 0; list && i < s->len; i++) {
        if (i && p[i - 1] != ' ' && p[i - 1] != '-') continue;
        for (size_t k = 0; k < n; k++) {
            const fh_str start = {p + i, list[k].word.len};
            const bool fits = start.len <= s->len - i && list[k].value < 32;
            if (fits && fh_str_eq_nocase(start, list[k].word)) bits |= 1u << list[k].value;
        }
    }
    return bits;
}

static bool set_apart(const comparison *c, const fh_sentence *sa, const fh_sentence *sb)
{
    const uint32_t a = apart_of(c, c->a, sa), b = a ? apart_of(c, c->b, sb) : 0;
    return a && b && !(a & b);
}

/* One says yes and the other no. Where negations may cancel out ("if you do not use it or did not
 * ask for it") nobody can tell which. */
static bool yes_and_no(const comparison *c, uint32_t i, uint32_t k)
{
    const fh_sentence *sa = &c->a->sentence[i], *sb = &c->b->sentence[k];
    return sa->denies != sb->denies && !(sa->without && sb->without) && !sa->unsure &&
           !sb->unsure && !sa->asks && !sb->asks && like_of(c, i, k) >= c->policy &&
           sa->n_anchors > 1 && sb->n_anchors > 1;
}

static void compare_pair(comparison *c, uint32_t i, uint32_t k, bool messages_differ)
{
    const fh_sentence *sa = &c->a->sentence[i], *sb = &c->b->sentence[k];
    const uint32_t values = ~(1u << FH_FACT_ID | 1u << FH_FACT_PRODUCT);
    if (like_of(c, i, k) < c->alike / 2 || !claims(sa) || !claims(sb) || sb->changes) return;
    if (other_thing(c, i, k, messages_differ) || set_apart(c, sa, sb)) return;
    if (c->facts_a[i] & c->facts_b[k] & values) {
        compare_facts(c, i, k);
    } else if (!((c->facts_a[i] | c->facts_b[k]) & values) && yes_and_no(c, i, k)) {
        if (best_pair(c, i, k, 0)) add_found(c, i, k, FH_FACT_POLICY, NONE, NONE);
    }
}

static int surest_first(const void *pa, const void *pb, void *ctx)
{
    const fh_difference *a = pa, *b = pb;
    (void)ctx;
    return (a->sure < b->sure) - (a->sure > b->sure);
}

fh_status fh_texts_differ(const fh_lexicon *lexicon, const fh_usage *usage,
                          const fh_differ_options *options, const fh_text *a, const fh_text *b,
                          fh_arena *arena, const fh_difference **out, size_t *n, fh_error *err)
{
    const fh_allocator *from = fh_arena_allocator(arena);
    fh_arena *scratch = fh_arena_new(from);
    comparison *c = scratch ? FH_NEW(scratch, comparison) : NULL;
    if (!c) return fh_arena_free(scratch), fh_no_memory(err);
    c->lexicon = lexicon;
    c->usage = usage;
    c->a = a;
    c->b = b;
    c->alike = options && options->alike > 0 ? options->alike : default_alike;
    c->policy = options && options->alike_policy > 0 ? options->alike_policy : default_policy;
    for (int i = 0; i < FH_SAME_WEAK_END - FH_SAME_WEAK; i++)
        c->weak[i] = fh_lexicon_meaning(FH_LIST_SAME, FH_SAME_WEAK + i);
    c->price = fh_lexicon_meaning(FH_LIST_SAME, FH_SAME_PRICE);
    c->n_a = a->n_sentences < MOST ? a->n_sentences : MOST;
    c->n_b = b->n_sentences < MOST ? b->n_sentences : MOST;
    c->like = FH_NEW_ARRAY(scratch, double, (size_t)c->n_a * c->n_b);
    c->topic = FH_NEW_ARRAY(scratch, uint64_t, (size_t)c->n_a * c->n_b);
    if (!c->like || !c->topic) return fh_arena_free(scratch), fh_no_memory(err);
    compare_sentences(c);
    const bool messages_differ = ids_differ(a->fact, a->n_facts, b->fact, b->n_facts);
    for (uint32_t i = 0; i < c->n_a; i++)
        for (uint32_t k = 0; k < c->n_b; k++) compare_pair(c, i, k, messages_differ);
    fh_status status = fh_sort(from, c->found, c->n_found, sizeof *c->found, surest_first, NULL);
    fh_difference *kept = NULL;
    if (status == FH_OK && c->n_found) {
        kept = FH_NEW_ARRAY(arena, fh_difference, c->n_found);
        if (kept) memcpy(kept, c->found, c->n_found * sizeof *kept);
        if (!kept) status = FH_NOMEM;
    }
    if (status == FH_OK) {
        *out = kept;
        *n = c->n_found;
    }
    fh_arena_free(scratch);
    return status == FH_OK ? FH_OK : fh_no_memory(err);
}
