/* retold.c - what was told before and is told again, or asked for again.
 *
 * Told again: the share of the first text's shingles that the later one has, when they have
 * three words or facts in common, and the facts given both times. Ids, dates, amounts and addresses
 * count; a number alone does not. What is common to many messages (fh_usage_common) counts for
 * nothing.
 *
 * Otherwise: of sentences that share most of their words the later one has another value, says yes
 * where the first said no ("it works now"), or tells of another thing ("my other card"). It puts
 * right what was told when it says so ("oops, my correct number is ...") and shares half of the
 * words of either: then the facts that both give tell nothing again, either.
 */
#include "text/letters.h"
#include "text/text_parts.h"

#include <math.h>
#include <string.h>

enum { MOST_FACTS = 128, SLOTS = 2048, MOST_WORDS = SLOTS / 2, TELLING_WORDS = 8 };
/* Fewer words in common tell nothing of a matter: "ok", "yes please", "can you help me?" */
enum { LEAST_TOLD = 3, MOST_SENTENCES = 64, MOST_NUMBERS = 32 };

/* ---- Told again ---- */

static double share_told(const fh_text *first, const fh_text *later, const fh_usage *usage)
{
    uint32_t all = 0, again = 0;
    for (uint32_t i = 0, k = 0; i < first->n_shingles; i++) {
        if (usage && fh_usage_common(usage, first->shingle[i])) continue;
        while (k < later->n_shingles && later->shingle[k] < first->shingle[i]) k++;
        again += k < later->n_shingles && later->shingle[k] == first->shingle[i];
        all++;
    }
    return all ? (double)again / all : 0;
}

/* Facts that tell something of the matter when they are given. */
static bool tells(const fh_fact *f)
{
    switch (f->type) {
    case FH_FACT_DATE:
    case FH_FACT_MONEY:
    case FH_FACT_PHONE:
    case FH_FACT_EMAIL:
    case FH_FACT_PERSON:
    case FH_FACT_PRODUCT:
    case FH_FACT_ID: return true;
    case FH_FACT_TIME:
    case FH_FACT_PERCENT:
    case FH_FACT_DURATION:
    case FH_FACT_NUMBER:
    case FH_FACT_URL:
    case FH_FACT_POLICY:
    case FH_N_FACT_TYPES: break;
    }
    return false;
}

static bool same_fact(const fh_fact *a, const fh_fact *b)
{
    if (a->type != b->type || !fh_facts_agree(a, b)) return false;
    /* "in 2025" and "on 3 March 2025" agree, but are not the same fact. */
    return a->low == b->low || a->either || b->either || a->type == FH_FACT_PERSON;
}

static void facts_told(const fh_text *first, const fh_text *later, fh_retold *out)
{
    for (uint32_t i = 0; i < first->n_facts && i < MOST_FACTS; i++) {
        const fh_fact *f = &first->fact[i];
        bool before = !tells(f), again = false;
        for (uint32_t k = 0; k < i && !before; k++) before = same_fact(&first->fact[k], f);
        for (uint32_t k = 0; k < later->n_facts && k < MOST_FACTS && !before && !again; k++)
            again = same_fact(f, &later->fact[k]);
        if (!again) continue;
        out->facts |= 1u << f->type;
        out->n_facts++;
    }
}

/* The distinct anchors of a text, at most MOST_WORDS: a table of SLOTS on the stack. */
typedef struct words {
    uint32_t slot[SLOTS]; /* 0: free */
    uint32_t n;
} words;

static uint32_t slot_of(const words *w, uint32_t anchor)
{
    uint32_t i = anchor * 0x9e3779b1u % SLOTS;
    while (w->slot[i] && w->slot[i] != anchor) i = (i + 1) % SLOTS;
    return i;
}

static void gather_words(const fh_text *text, words *w)
{
    memset(w, 0, sizeof *w);
    for (uint32_t s = 0; s < text->n_sentences; s++)
        for (uint32_t k = 0; k < text->sentence[s].n_anchors && w->n < MOST_WORDS; k++) {
            const uint32_t anchor = text->sentence[s].anchor[k], i = slot_of(w, anchor);
            w->n += anchor != 0 && w->slot[i] == 0;
            w->slot[i] = anchor;
        }
}

static double weigh(const fh_usage *usage, uint32_t anchor)
{
    const double weight = usage ? fh_usage_weight(usage, anchor) : 1;
    return weight > 0 ? weight : 0;
}

static double topic_of(const fh_text *first, const fh_text *later, const fh_usage *usage,
                       uint32_t *n_shared)
{
    words a, b;
    double size_a = 0, size_b = 0, shared = 0;
    gather_words(first, &a);
    gather_words(later, &b);
    for (uint32_t i = 0; i < SLOTS; i++) {
        if (a.slot[i]) {
            const double weight = weigh(usage, a.slot[i]);
            size_a += weight;
            if (b.slot[slot_of(&b, a.slot[i])]) {
                shared += weight;
                ++*n_shared;
            }
        }
        if (b.slot[i]) size_b += weigh(usage, b.slot[i]);
    }
    const double size = sqrt(size_a * size_b);
    if (size <= 0) return 0;
    return shared < size ? shared / size : 1;
}

static uint32_t words_shared(const fh_sentence *a, const fh_sentence *b)
{
    uint32_t shared = 0;
    for (uint32_t i = 0, k = 0; i < a->n_anchors && k < b->n_anchors;) {
        if (a->anchor[i] == b->anchor[k]) shared++;
        if (a->anchor[i] < b->anchor[k])
            i++;
        else
            k++;
    }
    return shared;
}

/* Do two sentences share half of their words, of both? */
static bool same_words(const fh_sentence *a, const fh_sentence *b)
{
    const uint32_t shared = words_shared(a, b);
    return shared && shared * 2 >= a->n_anchors && shared * 2 >= b->n_anchors;
}

/* The same of either. One word is none: "oops, my card" and "thank you for the card". */
static bool much_the_same(const fh_sentence *a, const fh_sentence *b)
{
    const uint32_t shared = words_shared(a, b);
    return shared > 1 && (shared * 2 >= a->n_anchors || shared * 2 >= b->n_anchors);
}

/* The whole numbers of a sentence; in_fact: those that stand in none are "gate 7", "AAA 111". */
typedef struct numbers {
    uint64_t number[MOST_NUMBERS];
    bool in_fact[MOST_NUMBERS];
    uint32_t n;
} numbers;

static bool in_fact(const fh_text *text, const fh_sentence *s, uint32_t at)
{
    for (uint32_t i = 0; i < s->n_facts && i < MOST_FACTS; i++) {
        const fh_fact *f = &text->fact[s->facts + i];
        if (at >= f->at && at - f->at < f->len) return true;
    }
    return false;
}

static void gather_numbers(const fh_text *text, const fh_sentence *s, numbers *out)
{
    out->n = 0;
    for (uint32_t at = s->at; at < s->at + s->len && out->n < MOST_NUMBERS;) {
        uint64_t number = 0;
        const uint32_t from = at;
        for (; at < s->at + s->len && fh_letter_digit((unsigned char)text->raw.ptr[at]); at++)
            number = number * 10 + (uint64_t)(text->raw.ptr[at] - '0');
        if (at > from) {
            out->in_fact[out->n] = in_fact(text, s, from);
            out->number[out->n++] = number;
        }
        at += at == from;
    }
}

/* Has a one in no fact that b has nowhere? */
static bool has_more(const numbers *a, const numbers *b)
{
    for (uint32_t i = 0; i < a->n; i++) {
        bool there = a->in_fact[i];
        for (uint32_t k = 0; k < b->n && !there; k++) there = a->number[i] == b->number[k];
        if (!there) return true;
    }
    return false;
}

/* Has each a number that the other one lacks? */
static bool numbers_differ(const fh_text *a, const fh_sentence *sa, const fh_text *b,
                           const fh_sentence *sb)
{
    numbers x, y;
    gather_numbers(a, sa, &x);
    if (!x.n) return false;
    gather_numbers(b, sb, &y);
    return has_more(&x, &y) && has_more(&y, &x);
}

/* Is there a type of which both have facts and none agrees? */
static bool values_differ(const fh_text *a, const fh_sentence *sa, const fh_text *b,
                          const fh_sentence *sb)
{
    uint32_t agree = 0, both = 0;
    for (uint32_t i = 0; i < sa->n_facts && i < MOST_FACTS; i++)
        for (uint32_t k = 0; k < sb->n_facts && k < MOST_FACTS; k++) {
            const fh_fact *x = &a->fact[sa->facts + i], *y = &b->fact[sb->facts + k];
            if (x->type != y->type) continue;
            both |= 1u << x->type;
            if (fh_facts_agree(x, y)) agree |= 1u << x->type;
        }
    return (both & ~agree) != 0;
}

static void told_otherwise(const fh_text *first, const fh_text *later, fh_retold *out)
{
    for (uint32_t i = 0; i < first->n_sentences && i < MOST_SENTENCES; i++)
        for (uint32_t k = 0; k < later->n_sentences && k < MOST_SENTENCES; k++) {
            const fh_sentence *a = &first->sentence[i], *b = &later->sentence[k];
            if (b->corrects && much_the_same(a, b)) out->otherwise = out->put_right = true;
            if (out->otherwise || !same_words(a, b)) continue;
            out->otherwise = a->denies != b->denies || (b->other && !a->other) ||
                             values_differ(first, a, later, b) ||
                             numbers_differ(first, a, later, b);
        }
}

fh_retold fh_texts_retold(const fh_text *first, const fh_text *later, const fh_usage *usage)
{
    fh_retold out = {0};
    uint32_t n_shared = 0;
    facts_told(first, later, &out);
    for (uint32_t i = 0; i < later->n_sentences; i++) out.says_so |= later->sentence[i].again;
    out.topic = topic_of(first, later, usage, &n_shared);
    if (n_shared + out.n_facts >= LEAST_TOLD) out.content = share_told(first, later, usage);
    if (out.content > 0 || out.n_facts) told_otherwise(first, later, &out);
    return out;
}

/* ---- Asked for again ---- */

/* "Your reference": whichever number it is. */
static bool names_any(fh_str question)
{
    static const char *const generic[] = {"reference", "case",    "aktenzeichen",
                                          "vorgang",   "kenmerk", "zaak"};
    for (size_t w = 0; w < sizeof generic / sizeof *generic; w++) {
        const fh_str word = fh_str_of(generic[w]);
        for (size_t i = 0; i + word.len <= question.len; i++)
            if (fh_str_eq_nocase((fh_str){question.ptr + i, word.len}, word)) return true;
    }
    return false;
}

/* Do the first letters of the role ("order", "rechnungs") stand in the question? */
static bool names_role(fh_str question, fh_str role)
{
    enum { LETTERS = 5 };
    const size_t n = role.len < LETTERS ? role.len : LETTERS;
    if (n == 0 || names_any(question)) return true;
    for (size_t i = 0; i + n <= question.len; i++)
        if (fh_str_eq_nocase((fh_str){question.ptr + i, n}, (fh_str){role.ptr, n})) return true;
    return false;
}

static bool tells_story(const fh_text *text)
{
    uint32_t told = 0;
    for (uint32_t i = 0; i < text->n_sentences; i++)
        if (!text->sentence[i].asks) told += text->sentence[i].n_words;
    return told >= TELLING_WORDS;
}

/* The types a question asks for that a text has given. */
static uint32_t known_to(const fh_text *asks, const fh_sentence *question, const fh_text *given)
{
    const fh_str text = {asks->raw.ptr + question->at, question->len};
    uint32_t known = 0;
    for (uint32_t k = 0; k < given->n_facts && k < MOST_FACTS; k++) {
        const fh_fact *f = &given->fact[k];
        if (f->type != FH_FACT_ID || names_role(text, f->role)) known |= 1u << f->type;
    }
    return known;
}

uint32_t fh_text_asks_known(const fh_text *asks, const fh_text *given)
{
    uint32_t known = 0;
    for (uint32_t i = 0; i < asks->n_sentences; i++) {
        const fh_sentence *s = &asks->sentence[i];
        if (!s->asks || !s->asks_for) continue;
        known |= s->asks_for & known_to(asks, s, given);
        if ((s->asks_for & FH_ASKS_STORY) && tells_story(given)) known |= FH_ASKS_STORY;
    }
    return known;
}
