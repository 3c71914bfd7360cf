/* dam.c - information dammed up: after a hand-off the customer has to tell the same again.
 *
 *     customer --"a van hit my car on 3 March, EUR 840"--> A      told first   (i)
 *                                                           :      A keeps it to itself
 *     customer <--"on which date did this happen?"-------- B       asked again (q)
 *     customer --"on 3 March a van ran into my car"------> B       told again  (j)
 *
 * Two contacts are about the same matter when they share a problem, a conversation or an
 * order number; else when they share facts, words and topic enough. Another problem or other
 * numbers say that they are not. Between them the department changed, or it is no dam. Told
 * again is: the same content (TOLD), the same facts (GIVEN; an order number alone is none, it
 * is how people refer to their matter), or the customer says so (SAYS_SO). Asked again is: a
 * department asks for what was given to another one (ASKED).
 *
 * Not meant: quotes and forwarded copies, agents who quote the customer, the same message sent
 * again within ten minutes because the first try seemed to fail, a second, other problem.
 */
#include "find/find.h"

#define RETRY_MS (INT64_C(10) * 60 * 1000)
enum { FACTS_LINK = 2 }; /* facts in common that show the same matter without any words */
/* Likeness of words (fh_retold.topic) that shows the same matter: alone; with the same
 * purpose or touchpoint; with a fact in common; when the customer says "as I told you". */
#define TOPIC_ALONE .6
#define TOPIC_LABEL .3
#define TOPIC_FACT  .15
#define TOPIC_SAID  .1
/* Share of the facts first given that are given again. */
#define GIVEN_SHARE .5
#define RETRY_SAME  .9

/* ---- Facts in common ------------------------------------------------------------------- */

static bool counts(const fh_fact *fact)
{
    return fact->type != FH_FACT_ID && fact->type != FH_FACT_POLICY;
}

typedef struct common {
    uint32_t given;  /* facts told first, but numbers of orders ... */
    uint32_t shared; /* of these, told later as well */
    uint32_t types;  /* bits of those */
} common;

static common compare_facts(const fh_text *first, const fh_text *later)
{
    common c = {0};
    for (uint32_t i = 0; i < first->n_facts; i++) {
        const fh_fact *x = &first->fact[i];
        if (!counts(x)) continue;
        c.given++;
        for (uint32_t k = 0; k < later->n_facts; k++) {
            const fh_fact *y = &later->fact[k];
            if (y->type != x->type || !fh_facts_agree(x, y)) continue;
            c.shared++;
            c.types |= 1u << x->type;
            break;
        }
    }
    return c;
}

/* ---- The same matter? --------------------------------------------------------------------- */

typedef enum link { LINK_NO, LINK_UNKNOWN, LINK_SURE } link;

/* By what is written down about the moments and by the numbers they name. */
static link link_by_names(const fh_moment *a, const fh_moment *b)
{
    if (a->problem && b->problem) return a->problem == b->problem ? LINK_SURE : LINK_NO;
    if (a->thread && a->thread == b->thread) return LINK_SURE;
    if (fh_same_id(a->text, b->text)) return LINK_SURE;
    return fh_other_ids(a->text, b->text) ? LINK_NO : LINK_UNKNOWN;
}

static bool same_label(const fh_moment *a, const fh_moment *b)
{
    return (a->purpose && a->purpose == b->purpose) ||
           (a->touchpoint && a->touchpoint == b->touchpoint);
}

static bool is_same_matter(const fh_moment *a, const fh_moment *b, const fh_retold *how,
                           const common *facts)
{
    const link by_names = link_by_names(a, b);
    if (by_names != LINK_UNKNOWN) return by_names == LINK_SURE;
    return facts->shared >= FACTS_LINK || how->topic >= TOPIC_ALONE ||
           (facts->shared && how->topic >= TOPIC_FACT) ||
           (same_label(a, b) && how->topic >= TOPIC_LABEL) ||
           (how->says_so && how->topic >= TOPIC_SAID);
}

/* ---- Told again ------------------------------------------------------------------------------ */

static uint32_t ways_told(const fh_look *look, const fh_retold *how, const common *facts)
{
    uint32_t ways = 0;
    if (how->content >= look->settings->dam_told) ways |= FH_HIT_TOLD;
    if (facts->shared && facts->shared >= GIVEN_SHARE * facts->given) ways |= FH_HIT_GIVEN;
    if (how->says_so) ways |= FH_HIT_SAYS_SO;
    return ways;
}

static bool is_retry(const fh_moment *a, const fh_moment *b, const fh_retold *how)
{
    return how->content >= RETRY_SAME && fh_within(a, b, RETRY_MS);
}

static fh_status tell(const fh_look *look, fh_hit *hit, fh_error *err)
{
    const fh_moment *a = &look->story->moment[hit->a], *b = &look->story->moment[hit->b];
    const uint64_t part[] = {(uint64_t)a->department << 32 | b->department, b->touchpoint};
    hit->sort = FH_FIND_DAM;
    hit->cause = fh_finding_cause(FH_FIND_DAM, part, 2);
    return fh_look_tell(look, hit, err);
}

/* A contact against those before: the nearest one in which the same was told decides. */
static fh_status told_again(const fh_look *look, uint32_t at, fh_error *err)
{
    const fh_moment *moment = look->story->moment, *b = &moment[look->heard[at]];
    if (fh_mostly_quoted(b->text)) return FH_OK;
    for (uint32_t i = at; i-- > 0 && at - i <= FH_LOOK_BACK;) {
        const fh_moment *a = &moment[look->heard[i]];
        if (!fh_within(a, b, look->settings->dam_window_ms)) break;
        if (fh_mostly_quoted(a->text)) continue;
        const fh_retold how = fh_texts_retold(a->text, b->text, look->usage);
        const common facts = compare_facts(a->text, b->text);
        if (!is_same_matter(a, b, &how, &facts) || is_retry(a, b, &how)) continue;
        const uint32_t ways = ways_told(look, &how, &facts);
        if (!ways) continue;
        if (a->department == b->department) break;
        fh_hit hit = {.a = look->heard[i],
                      .b = look->heard[at],
                      .ways = ways,
                      .facts = facts.types,
                      .sure = link_by_names(a, b) == LINK_SURE ? 1 : .8};
        return tell(look, &hit, err);
    }
    return FH_OK;
}

/* ---- Asked again -------------------------------------------------------------------------------
 */

/* The contact that a question of a department answers: the last of its conversation, else the
 * last one to this department, else the last one: it was handed on. */
static const fh_moment *answered(const fh_look *look, const fh_moment *question, uint32_t n_before)
{
    const fh_moment *moment = look->story->moment, *last = NULL;
    const fh_moment *handed = NULL;
    for (uint32_t i = n_before; i-- > 0 && n_before - i <= FH_LOOK_BACK;) {
        const fh_moment *m = &moment[look->heard[i]];
        if (!fh_within(m, question, look->settings->dam_window_ms)) break;
        if (question->thread && m->thread == question->thread) return m;
        if (!last && m->department == question->department) last = m;
        if (!handed) handed = m;
    }
    return last ? last : handed;
}

/* Is the question about the matter of contact a? By itself, or by the contact it answers. */
static bool is_about(const fh_look *look, const fh_moment *question, const fh_moment *a,
                     const fh_moment *answers)
{
    const link by_names = link_by_names(a, question);
    if (by_names != LINK_UNKNOWN) return by_names == LINK_SURE;
    const fh_moment *with = answers ? answers : question;
    if (with == a) return true;
    const fh_retold how = fh_texts_retold(a->text, with->text, look->usage);
    const common facts = compare_facts(a->text, with->text);
    return is_same_matter(a, with, &how, &facts);
}

/* A question of a department against what the customer told before. */
static fh_status asked_again(const fh_look *look, uint32_t at, uint32_t n_before, fh_error *err)
{
    const fh_moment *moment = look->story->moment, *q = &moment[at];
    const fh_moment *answers = answered(look, q, n_before);
    for (uint32_t i = n_before; i-- > 0 && n_before - i <= FH_LOOK_BACK;) {
        const fh_moment *a = &moment[look->heard[i]];
        if (!fh_within(a, q, look->settings->dam_window_ms)) break;
        const uint32_t known = fh_text_asks_known(q->text, a->text);
        if (!known || !is_about(look, q, a, answers)) continue;
        if (a->department == q->department) break; /* it was told to them themselves */
        fh_hit hit = {.a = look->heard[i],
                      .b = at,
                      .ways = FH_HIT_ASKED,
                      .facts = known & ~(uint32_t)FH_ASKS_STORY,
                      .sure = link_by_names(a, q) == LINK_SURE ? 1 : .8};
        return tell(look, &hit, err);
    }
    return FH_OK;
}

static bool asks(const fh_moment *m)
{
    if (m->direction != FH_DIR_OUT || !m->department || !m->text) return false;
    for (uint32_t i = 0; i < m->text->n_sentences; i++)
        if (m->text->sentence[i].asks_for) return true;
    return false;
}

fh_status fh_find_dams(const fh_look *look, fh_error *err)
{
    const fh_find_story *story = look->story;
    fh_status status = FH_OK;
    uint32_t n_before = 0; /* contacts before the moment */
    for (uint32_t at = 0; at < story->n && status == FH_OK && look->n_heard; at++) {
        const fh_moment *m = &story->moment[at];
        const bool is_contact = n_before < look->n_heard && look->heard[n_before] == at;
        if (fh_fresh(look, m)) {
            if (is_contact)
                status = told_again(look, n_before, err);
            else if (n_before && asks(m))
                status = asked_again(look, at, n_before, err);
        }
        n_before += is_contact;
    }
    return status;
}
