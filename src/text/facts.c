/* facts.c - the facts of a sentence, and what the sentence does: denies, asks, changes.
 *
 * At every token the finders are asked in turn, the surest first; the first that finds a
 * fact takes its tokens. Where a finder can find nothing it is not asked; at
 * most words none is.
 */
#include "text/facts_parts.h"

#include "base/time.h"
#include "text/spots.h"

#include <string.h>

enum { ADDRESS, PRODUCT, DATE, ID, TIME, PHONE, AMOUNT, PERSON, FINDERS };
static fh_finder *const finders[FINDERS] = {
    [ADDRESS] = fh_find_address, [PRODUCT] = fh_find_product, [DATE] = fh_find_date,
    [ID] = fh_find_id,           [TIME] = fh_find_time,       [PHONE] = fh_find_phone,
    [AMOUNT] = fh_find_amount,   [PERSON] = fh_find_person};

static fh_status keep_fact(const fh_reading *r, fh_fact_list *out, const fh_fact *fact,
                           fh_error *err)
{
    if (out->n == out->cap) {
        const uint32_t cap = out->cap ? 2 * out->cap : 8;
        fh_fact *more = FH_NEW_ARRAY(r->arena, fh_fact, cap);
        if (!more) return fh_no_memory(err);
        if (out->n) memcpy(more, out->fact, out->n * sizeof *more);
        out->fact = more;
        out->cap = cap;
    }
    out->fact[out->n++] = *fact;
    return FH_OK;
}

static int64_t day_sent(const fh_text_about *about)
{
    const int64_t most = INT64_C(253402300799000), ms = about->sent_ms;
    const int64_t local = (ms > most        ? most
                           : ms < -most / 4 ? -most / 4
                                            : ms) +
                          (int64_t)about->offset_s * FH_SECOND_MS;
    return local / FH_DAY_MS - (local % FH_DAY_MS < 0);
}

/* Lists of words with which a fact of each sort may begin. */
#define BIT(list) (UINT64_C(1) << FH_LIST_##list)
static const uint64_t beginners[FINDERS] = {
    [PRODUCT] = BIT(PRODUCTS),
    [DATE] = BIT(FROM) | BIT(MONTHS) | BIT(WEEKDAYS) | BIT(COMING) | BIT(DAYS) | BIT(WITHIN) |
             BIT(AFTER) | BIT(NUMBERS),
    [ID] = BIT(IDS),
    [TIME] = BIT(FROM) | BIT(WEEKDAYS),
    [AMOUNT] = BIT(UP_TO) | BIT(AT_LEAST) | BIT(FROM) | BIT(CURRENCIES) | BIT(NUMBERS),
    [PERSON] = BIT(ROLES)};
/* Words that begin a fact only with what follows them: "in", "from", "up to", "a". */
static const uint64_t leads = BIT(AFTER) | BIT(WITHIN) | BIT(FROM) | BIT(NUMBERS) | BIT(UP_TO) |
                              BIT(AT_LEAST) | BIT(CURRENCIES);
/* What may follow them in a fact, of words. */
static const uint64_t led = BIT(NUMBERS) | BIT(MONTHS) | BIT(WEEKDAYS) | BIT(COMING) | BIT(DAYS) |
                            BIT(SPANS) | BIT(AFTER) | BIT(WITHIN) | BIT(TO) | BIT(CURRENCIES) |
                            BIT(MINOR) | BIT(PERCENT) | BIT(FROM) | BIT(CLOCK);
static const uint64_t number_word = BIT(NUMBERS);
#undef BIT

static uint32_t may_begin_at_sign(const fh_scan *s, const fh_token *t)
{
    switch (t->len == 1 ? s->r->raw.ptr[t->at] : '$') { /* longer: may be of a currency */
    case '$': return 1u << AMOUNT;
    case '#': return 1u << ID;
    case '+':
    case '(': return 1u << PHONE;
    default: return 0;
    }
}

/* An address is at least three tokens without white space, or says http. */
static bool may_be_address(const fh_scan *s, uint32_t i)
{
    const fh_token *t = &s->token[i];
    if (i + 2 < s->end && !t[1].spaced && !t[2].spaced && t[1].kind != FH_TOKEN_BREAK) return true;
    return t->low.len && t->low.ptr[0] == 'h' && fh_str_starts(t->low, FH_STR("http"));
}

/* An id has a digit, in a word with a capital or in what is joined to it. */
static bool may_be_id(const fh_scan *s, uint32_t i)
{
    return s->token[i].digits || (i + 1 < s->end && !s->token[i + 1].spaced);
}

/* After the first word of a name comes another one: with a capital, or "van", "la". */
static bool may_be_name(const fh_scan *s, uint32_t i)
{
    enum { PARTICLE_MOST = 3 };
    const fh_token *t = &s->token[i];
    if (t->lists >> FH_LIST_TITLES & 1) return true;
    if (i + 1 >= s->end) return false;
    return t[1].kind != FH_TOKEN_WORD || t[1].capital || t[1].len <= PARTICLE_MOST;
}

/* "in the", "a lamp": a word that leads to no fact here. Of other numbers than one, as a word,
 * things may be counted. */
static bool leads_nowhere(const fh_scan *s, uint32_t i)
{
    const fh_token *t = &s->token[i];
    if (t->reach != 1 || (t->begins & fh_beginning & ~leads)) return false;
    if ((t->begins & number_word) && !t->one) return false;
    const uint32_t next = fh_next(s, i);
    if (next >= s->end) return true;
    const fh_token *then = &s->token[next];
    return then->kind == FH_TOKEN_WORD && !(then->begins & led) &&
           !(then->capital && then->len == 3);
}

/* The finders, as bits, that can find anything at i; of others it is sure that they cannot. */
static uint32_t may_begin(const fh_scan *s, uint32_t i)
{
    const fh_token *t = &s->token[i];
    if (t->kind == FH_TOKEN_BREAK) return 0;
    if (t->kind == FH_TOKEN_SIGN) return may_begin_at_sign(s, t);
    uint32_t ask = s->r->about->n_products ? 1u << PRODUCT : 0;
    if (may_be_address(s, i)) ask |= 1u << ADDRESS;
    if (t->kind == FH_TOKEN_NUMBER)
        return ask | 1u << DATE | 1u << TIME | 1u << PHONE | 1u << AMOUNT;
    if (t->capital && may_be_id(s, i)) ask |= 1u << ID;
    if (t->capital && may_be_name(s, i)) ask |= 1u << PERSON;
    if (t->capital && t->len == 3 && s->r->raw.ptr[t->at + 1] <= 'Z') ask |= 1u << AMOUNT; /* EUR */
    if (t->begins & fh_beginning && !leads_nowhere(s, i))
        for (uint32_t k = 0; k < FINDERS; k++)
            ask |= (uint32_t)((t->begins & beginners[k]) != 0) << k;
    return ask;
}

/* The token after the fact that begins at i, or 0. */
static uint32_t find_at(fh_scan *s, uint32_t i, uint32_t ask, fh_fact *fact)
{
    *fact = (fh_fact){0};
    for (; ask; ask &= ask - 1) {
        s->from = i;
        const uint32_t end = finders[__builtin_ctz(ask)](s, i, fact);
        if (end || s->nomem) return end;
    }
    return 0;
}

/* A fact ends with its last token that is no line's end. */
static uint32_t last_of(const fh_scan *s, uint32_t end)
{
    while (s->token[end - 1].kind == FH_TOKEN_BREAK) end--;
    return end - 1;
}

fh_status fh_facts_find(const fh_reading *r, uint32_t first, uint32_t end, uint32_t sentence,
                        fh_fact_list *out, fh_error *err)
{
    fh_scan s = {
        .r = r, .token = r->token, .first = first, .end = end, .sent_day = day_sent(r->about)};
    const bool products = r->about->n_products > 0;
    for (uint32_t i = first; i < end;) {
        if (!products) i = fh_spot_next(r->spot, i, end, FH_SPOT_FACT);
        if (i == end) break;
        fh_fact fact;
        const uint32_t ask = may_begin(&s, i);
        const uint32_t after = ask ? find_at(&s, i, ask, &fact) : 0;
        if (s.nomem) return fh_no_memory(err);
        if (after <= i) {
            i++;
            continue;
        }
        const fh_token *last = &r->token[last_of(&s, after)];
        fact.at = r->token[s.from].at;
        fact.len = last->at + last->len - fact.at;
        fact.sentence = sentence;
        const fh_status status = keep_fact(r, out, &fact, err);
        if (status != FH_OK) return status;
        i = after;
    }
    return FH_OK;
}

/* ---- Marks ---- */

/* Yes or no is told clause by clause: "you need not pay, it is free" is one yes. The last
 * clause that has one of a pair of opposites decides, else all negations together. */
typedef struct marker {
    const fh_reading *r;
    uint32_t end;
    uint32_t clause; /* its first token */
    uint32_t turns, clause_turns;
    bool clause_opposites, opposites, opposites_deny, request;
} marker;

static void end_clause(marker *m)
{
    if (m->clause_opposites) {
        m->opposites = true;
        m->opposites_deny = m->clause_turns % 2 == 1;
    }
    m->turns += m->clause_turns;
    m->clause_turns = 0;
    m->clause_opposites = false;
}

/* "Without" denies the thing that ends its clause: "ends without a certificate", "wird ohne
 * Zertifikat abgeschlossen". In a list of things, or far from the end, it only says how. */
static bool ends_clause(const marker *m, uint32_t i)
{
    enum { FEW = 4 };
    const bool english = fh_str_eq(fh_lexicon_code(m->r->lexicon, m->r->language), FH_STR("en"));
    for (uint32_t words = 0, things = 0; i < m->end; i++) {
        const fh_token *t = &m->r->token[i];
        if (t->kind == FH_TOKEN_SIGN) return words > 0;
        if (++words > FEW || t->lists >> FH_LIST_JOINS & 1) return false;
        if (t->lists >> FH_LIST_STOP & 1) continue;
        /* Only a verb may come behind the thing, where verbs stand last. */
        if (++things > 1 && (english || t->capital)) return false;
    }
    return true;
}

/* Counts what turns the sentence; opposites first, for "at no cost" has a "no" of its own. */
static uint32_t mark_at(marker *m, uint32_t i, fh_sentence *s)
{
    int64_t value = 0;
    s->changes |= fh_phrase_at(m->r, FH_LIST_CHANGES, i, m->end, NULL) > 0;
    s->again |= fh_phrase_at(m->r, FH_LIST_AGAIN, i, m->end, NULL) > 0;
    s->other |= fh_phrase_at(m->r, FH_LIST_OTHERS, i, m->end, &value) && value == 0;
    s->corrects |= fh_phrase_at(m->r, FH_LIST_CORRECTIONS, i, m->end, NULL) > 0;
    if (fh_phrase_at(m->r, FH_LIST_REQUESTS, i, m->end, &value))
        m->request |= value != 1 || i == m->clause;
    if (fh_phrase_at(m->r, FH_LIST_ASKS, i, m->end, &value) && value >= 0 && value < 32)
        s->asks_for |= 1u << value;
    uint32_t n = fh_phrase_at(m->r, FH_LIST_ANTONYMS, i, m->end, &value);
    if (n) {
        m->clause_opposites = true;
        m->clause_turns += value < 0;
        return n;
    }
    n = fh_phrase_at(m->r, FH_LIST_NEGATIONS, i, m->end, &value);
    s->without |= n && value == 1;
    if (n && value == 1 && !ends_clause(m, i + n)) return n;
    const bool number = n == 1 && i + 1 < m->end && m->r->token[i + 1].kind == FH_TOKEN_SIGN &&
                        m->r->raw.ptr[m->r->token[i + 1].at] == '.' && i > 0 &&
                        (m->r->token[i - 1].lists >> FH_LIST_IDS & 1);
    m->clause_turns += n > 0 && !number; /* "order no. 123" denies nothing */
    return n ? n : 1;
}

void fh_sentence_mark(const fh_reading *r, uint32_t first, uint32_t end, const fh_fact *facts,
                      uint32_t n_facts, fh_sentence *s)
{
    marker m = {.r = r, .end = end, .clause = first};
    uint32_t fact = 0;
    s->changes = s->again = s->asks = s->denies = s->unsure = s->without = s->other = s->corrects =
        false;
    s->asks_for = 0;
    if (fh_spot_next(r->spot, first, end, FH_SPOT_MARK) == end) return; /* most sentences */
    for (uint32_t i = first;;) {
        i = fh_spot_next(r->spot, i, end, FH_SPOT_MARK | FH_SPOT_CLAUSE);
        if (i == end) break;
        const fh_token *t = &r->token[i];
        while (fact < n_facts && facts[fact].at + facts[fact].len <= t->at) fact++;
        const bool in_fact = fact < n_facts && facts[fact].at <= t->at;
        const char sign = t->kind == FH_TOKEN_SIGN && t->len == 1 ? r->raw.ptr[t->at] : 0;
        if (t->kind == FH_TOKEN_WORD && !in_fact && t->begins & fh_marking) {
            i += mark_at(&m, i, s);
            continue;
        }
        s->asks |= sign == '?' && !in_fact;
        if ((sign == ',' || sign == ';' || sign == ':') && !in_fact) {
            end_clause(&m);
            m.clause = i + 1;
        }
        i++;
    }
    end_clause(&m);
    s->asks |= m.request;
    if (!s->asks) s->asks_for = 0;
    s->denies = m.opposites ? m.opposites_deny : m.turns % 2 == 1;
    s->unsure = !m.opposites && m.turns > 1;
}
