/* dam.c - information dammed up: after a hand-off the customer has to tell the same again.
 *
 *     customer --"a van hit my car on 3 March, EUR 840"--> A      told first   (a)
 *                                                           :      A keeps it to itself
 *     customer <--"on which date did this happen?"-------- B       asked again (b)
 *     customer --"on 3 March a van ran into my car"------> B       told again  (b)
 *
 * Told again is: the same content (TOLD; "yes please" tells nothing), the same facts (GIVEN; an
 * order number alone is none, it is how people refer to their matter, nor is a count or "today"),
 * or the customer says so (SAYS_SO). Asked again is: a department asks for what was given to
 * another one (ASKED). The department has changed in between, or it is no dam; and both moments are
 * about the same matter. That they are is shown by, in this order,
 *
 *     names   a problem, a conversation, an order number in common; also by way of moments in
 *             between: a has a conversation, the hand-off that and the problem, b the problem
 *     facts   two in common; or one, and words in common or a hand-off to b's department
 *     words   alike enough by themselves, or with a purpose in common
 *     nearest the customer says "as I told your colleague", or a department asks for what is
 *             known: then the last that was told to another department is meant
 *
 * Other problems or order numbers show that they are not. Not meant either: quotes and
 * forwarded copies, agents who quote the customer, the same message sent again within ten
 * minutes because the first try seemed to fail.
 */
#include "find/find.h"

#define RETRY_MS (INT64_C(10) * 60 * 1000)
enum { FACTS_LINK = 2 }; /* facts in common that show the same matter without any words */
/* Likeness of words (fh_retold.topic) that shows the same matter: alone; with the same
 * purpose; with a fact in common. */
#define TOPIC_ALONE   .6
#define TOPIC_PURPOSE .3
#define TOPIC_FACT    .15
/* Share of the facts first given that are given again. */
#define GIVEN_SHARE .5
/* Share of the content that shows a second try. */
#define RETRY_SAME .9
/* How sure by what the matter is shown. */
#define SURE_NAMES 1.0
#define SURE_FACTS .8
#define SURE_NEAR  .7

typedef struct looking {
    const fh_look *look;
    uint32_t *matter;   /* [story->n] an earlier moment of the same matter, or itself */
    uint32_t at;        /* the later moment */
    uint32_t n_before;  /* contacts before it */
    const fh_moment *b; /* the moment `at` */
} looking;

/* ---- Matters by name ---- */

static uint32_t root_of(const uint32_t *matter, uint32_t i)
{
    while (matter[i] != i) i = matter[i];
    return i;
}

/* Joins a moment to the matters of those before that name the same problem or conversation. */
static void join_matters(const fh_find_story *story, uint32_t *matter, uint32_t at)
{
    const fh_moment *now = &story->moment[at];
    bool problem = now->problem != 0, thread = now->thread != 0;
    matter[at] = at;
    for (uint32_t i = at; i-- > 0 && at - i <= FH_LOOK_BACK && (problem || thread);) {
        const fh_moment *m = &story->moment[i];
        const bool by_problem = problem && m->problem == now->problem;
        const bool by_thread = thread && m->thread == now->thread;
        if (!by_problem && !by_thread) continue;
        problem = problem && !by_problem;
        thread = thread && !by_thread;
        const uint32_t root = root_of(matter, i), own = root_of(matter, at);
        if (root < own)
            matter[own] = root;
        else
            matter[root] = own;
    }
}

typedef enum link { LINK_NO, LINK_UNKNOWN, LINK_SURE } link;

static link link_by_names(const looking *l, uint32_t ia)
{
    const fh_moment *a = &l->look->story->moment[ia], *b = l->b;
    if (a->problem && b->problem) return a->problem == b->problem ? LINK_SURE : LINK_NO;
    if (root_of(l->matter, ia) == root_of(l->matter, l->at)) return LINK_SURE;
    if (fh_same_id(a->text, b->text)) return LINK_SURE;
    return fh_other_ids(a->text, b->text) ? LINK_NO : LINK_UNKNOWN;
}

/* Was something handed on to b's department between a and b? */
static bool is_handed_on(const looking *l, uint32_t ia)
{
    for (uint32_t i = l->at; i-- > ia + 1 && l->at - i <= FH_LOOK_BACK;) {
        const fh_moment *m = &l->look->story->moment[i];
        if (m->handoff && m->department == l->b->department) return true;
    }
    return false;
}

/* ---- Facts in common ---- */

static bool has_digit(fh_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] >= '0' && s.ptr[i] <= '9') return true;
    return false;
}

/* Neither "two" of something nor "today" tells anything by itself. */
static bool counts(const fh_text *text, const fh_fact *fact)
{
    if (fact->type == FH_FACT_DATE) return has_digit((fh_str){text->raw.ptr + fact->at, fact->len});
    return fact->type != FH_FACT_ID && fact->type != FH_FACT_POLICY && fact->type != FH_FACT_NUMBER;
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
        if (!counts(first, x)) continue;
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

/* Of two contacts: which facts and words they have in common. */
typedef struct likeness {
    fh_retold how;
    common facts;
    bool other_ids;
} likeness;

static likeness compare_texts(const looking *l, const fh_moment *a, const fh_moment *b)
{
    return (likeness){fh_texts_retold(a->text, b->text, l->look->usage),
                      compare_facts(a->text, b->text), fh_other_ids(a->text, b->text)};
}

static bool is_same_matter(const looking *l, uint32_t ia, const fh_moment *b, const likeness *both)
{
    const fh_moment *a = &l->look->story->moment[ia];
    if (both->facts.shared >= FACTS_LINK || both->how.topic >= TOPIC_ALONE) return true;
    if (both->facts.shared && (both->how.topic >= TOPIC_FACT || is_handed_on(l, ia))) return true;
    return a->purpose && a->purpose == b->purpose && both->how.topic >= TOPIC_PURPOSE;
}

/* ---- Told again ---- */

static fh_status tell(const looking *l, uint32_t ia, uint32_t ways, uint32_t facts, double sure,
                      fh_error *err)
{
    const fh_moment *a = &l->look->story->moment[ia];
    const uint64_t part[] = {(uint64_t)a->department << 32 | l->b->department, l->b->touchpoint};
    fh_hit hit = {.sort = FH_FIND_DAM,
                  .cause = fh_finding_cause(FH_FIND_DAM, part, 2),
                  .a = ia,
                  .b = l->at,
                  .ways = ways,
                  .facts = facts,
                  .sure = sure};
    return fh_look_tell(l->look, &hit, err);
}

static uint32_t ways_told(const looking *l, const likeness *both)
{
    uint32_t ways = 0;
    const common *facts = &both->facts;
    /* "Sorry, the claim number is ..." puts right what was told; "my other card" is another. */
    if (both->how.content >= l->look->settings->dam_told && !both->other_ids &&
        !both->how.otherwise)
        ways |= FH_HIT_TOLD;
    if (facts->shared && facts->shared >= GIVEN_SHARE * facts->given && !both->how.put_right)
        ways |= FH_HIT_GIVEN;
    if (both->how.says_so) ways |= FH_HIT_SAYS_SO;
    return ways;
}

static bool is_retry(const fh_moment *a, const fh_moment *b, const likeness *both)
{
    return both->how.content >= RETRY_SAME && fh_within(a, b, RETRY_MS);
}

/* A contact against those before: the nearest one in which the same was told decides. */
static fh_status told_again(const looking *l, fh_error *err)
{
    const fh_look *look = l->look;
    uint32_t near = UINT32_MAX; /* the last told to another department, of whatever matter */
    for (uint32_t i = l->n_before; i-- > 0 && l->n_before - i <= FH_LOOK_BACK;) {
        const uint32_t ia = look->heard[i];
        const fh_moment *a = &look->story->moment[ia];
        if (!fh_within(a, l->b, look->settings->dam_window_ms)) break;
        const link names = link_by_names(l, ia);
        if (names == LINK_NO) continue;
        const likeness both = compare_texts(l, a, l->b);
        const uint32_t ways = ways_told(l, &both);
        if (!ways || is_retry(a, l->b, &both)) continue;
        if (names == LINK_SURE || is_same_matter(l, ia, l->b, &both)) {
            if (a->department == l->b->department) return FH_OK;
            return tell(l, ia, ways, both.facts.types, names == LINK_SURE ? SURE_NAMES : SURE_FACTS,
                        err);
        }
        if (near == UINT32_MAX && a->department != l->b->department && both.how.says_so) near = ia;
    }
    return near == UINT32_MAX ? FH_OK : tell(l, near, FH_HIT_SAYS_SO, 0, SURE_NEAR, err);
}

/* ---- Asked again ---- */

/* The contact that a question of a department answers: the last of its conversation, else the
 * last one to this department. NULL: there is none. */
static const fh_moment *answered(const looking *l)
{
    const fh_look *look = l->look;
    const fh_moment *last = NULL;
    for (uint32_t i = l->n_before; i-- > 0 && l->n_before - i <= FH_LOOK_BACK;) {
        const fh_moment *m = &look->story->moment[look->heard[i]];
        if (!fh_within(m, l->b, look->settings->dam_window_ms)) break;
        if (l->b->thread && m->thread == l->b->thread) return m;
        if (!last && m->department == l->b->department) last = m;
    }
    return last;
}

/* A question of a department against what the customer told before. */
static fh_status asked_again(const looking *l, fh_error *err)
{
    const fh_look *look = l->look;
    const fh_moment *answers = answered(l);
    for (uint32_t i = l->n_before; i-- > 0 && l->n_before - i <= FH_LOOK_BACK;) {
        const uint32_t ia = look->heard[i];
        const fh_moment *a = &look->story->moment[ia];
        if (!fh_within(a, l->b, look->settings->dam_window_ms)) break;
        const link names = link_by_names(l, ia);
        const uint32_t known = fh_text_asks_known(l->b->text, a->text);
        if (names == LINK_NO || !known) continue;
        double sure = SURE_NAMES;
        if (names == LINK_UNKNOWN && answers && answers != a) {
            const likeness both = compare_texts(l, a, answers);
            if (!is_same_matter(l, ia, answers, &both)) continue;
            sure = SURE_FACTS;
        } else if (names == LINK_UNKNOWN && !answers) {
            if (i + 1 != l->n_before && !is_handed_on(l, ia)) continue;
            sure = SURE_NEAR;
        }
        if (a->department == l->b->department) return FH_OK; /* it was told to them themselves */
        return tell(l, ia, FH_HIT_ASKED, known & ~FH_ASKS_STORY, sure, err);
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
    if (!look->n_heard) return FH_OK;
    looking l = {.look = look, .matter = FH_NEW_ARRAY(look->pair, uint32_t, story->n)};
    fh_status status = l.matter ? FH_OK : fh_no_memory(err);
    for (l.at = 0; l.at < story->n && status == FH_OK; l.at++) {
        l.b = &story->moment[l.at];
        join_matters(story, l.matter, l.at);
        const bool is_contact = l.n_before < look->n_heard && look->heard[l.n_before] == l.at;
        if (fh_fresh(look, l.b)) {
            if (is_contact)
                status = told_again(&l, err);
            else if (l.n_before && asks(l.b))
                status = asked_again(&l, err);
        }
        l.n_before += is_contact;
    }
    fh_arena_reset(look->pair);
    return status;
}
