/* record_asked.c - a customer is asked, and answers (see record_asked.h). */
#include "app/records/record_asked.h"

#include "app/lived/story_acts.h"
#include "app/people/audit.h"
#include "app/records/record_parts.h"
#include "app/signin/signed.h"
#include "store/members.h"

static const char use[] = "customer answer";

static const struct {
    const char *word, *touchpoint;
} answers[] = {{"solved", "Confirms that it is mended"},
               {"not-yet", "Says it is not mended yet"},
               {"idea", "Proposes how to mend it"}};
enum { SOLVED, NOT_YET, IDEA, N_ANSWERS };

/* ---- Asking -------------------------------------------------------------------------------- */

/* The move by which a customer says so, from where it stands; NULL: none. */
static const fh_kind_move *customers_move(const fh_record_view *v)
{
    const fh_kind *k = v->kind;
    const uint32_t state = fh_kind_find_state(k, v->row.state);
    for (uint32_t i = 0; i < k->n_moves; i++) {
        const fh_kind_move *m = &k->move[i];
        bool confirms = false;
        for (uint32_t n = 0; n < m->n_needs; n++)
            confirms |= fh_str_eq(m->needs[n], FH_STR("customer-confirmed"));
        if (confirms && (m->by >> FH_WHO_CUSTOMER & 1) && state < k->n_states &&
            (m->from >> state & 1))
            return m;
    }
    return NULL;
}

fh_status fh_record_may_ask(fh_org *org, const fh_actor *actor, const fh_record_view *r,
                            fh_arena *arena, bool *could, bool *may, fh_error *err)
{
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    bool change = false;
    const fh_status s = fh_record_may_change(&w, r, &change, err);
    *could = customers_move(r) != NULL && !r->row.merged_into;
    *may = *could && change && fh_may(actor, FH_RIGHT_STORIES);
    return s;
}

static fh_status check_ask(const fh_record_work *w, const fh_record_view *v, fh_str *words,
                           fh_error *err)
{
    bool could = false, may = false;
    fh_status s = fh_record_may_ask(w->org, w->actor, v, w->arena, &could, &may, err);
    if (s) return s;
    if (!could) {
        (void)fh_fail(err, FH_CONFLICT, "there is nothing that a customer could confirm now");
        return fh_hint(err, FH_CONFLICT, "Ask when it is made.");
    }
    if (!may)
        return fh_fail(
            err, FH_DENIED,
            "a customer is asked by its owner, or whoever leads or answers findings, and "
            "may open stories");
    *words = fh_str_trim(*words);
    if (words->len && words->len <= FH_ASKED_TEXT_MAX) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "/words: what the customer reads has 1 to %d bytes",
                  (int)FH_ASKED_TEXT_MAX);
    return fh_hint(err, FH_INVALID, "Say what was changed, in words that anybody may read.");
}

/* Links to the same customer that were not answered lead nowhere from now on. */
static fh_status end_earlier(const fh_record_work *w, int64_t record, uint32_t customer,
                             fh_error *err)
{
    const fh_asked_row *all = NULL;
    size_t n = 0;
    uint32_t now = 0;
    fh_status s = fh_asked_of(w->org, record, SIZE_MAX, w->arena, &all, &n, err);
    for (size_t i = 0; i < n && !s; i++) {
        fh_asked_row a = all[i];
        if (a.used_ms || a.until_ms <= w->now_ms) continue;
        s = fh_member_customer(w->org, a.customer, &now, err);
        if (s || now != customer) continue;
        a.until_ms = w->now_ms;
        s = fh_asked_save(w->org, &a, err);
    }
    return s;
}

static fh_status note_asked(const fh_record_work *w, fh_record_view *v, const fh_asked_row *a,
                            fh_error *err)
{
    const fh_record_about to = {
        .what = FH_STR("customer"), .number = a->customer, .key = {"", 0}, .words = {"", 0}};
    fh_record_telling t;
    int64_t about = 0;
    fh_status s = fh_record_link(w->org, w->actor, v->row.record, &to, &about, err);
    if (s) return s;
    fh_record_tell(&t);
    fh_record_tell_number(&t, "customer", a->customer);
    fh_record_tell_text(&t, "words", a->words);
    s = fh_record_told(w, &t, v->row.record, "asked-customer", false, NULL, err);
    if (!s)
        s = fh_audit_customer(w->org, w->actor, FH_AUDITED_STORY_ASKED, a->customer, (fh_str){0},
                              err);
    return s;
}

fh_status fh_record_ask(fh_org *org, const fh_actor *actor, int64_t record, uint32_t customer,
                        fh_str words, fh_arena *arena, fh_asked_row *out, fh_error *err)
{
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    fh_record_view v;
    uint32_t now = 0;
    bool own = false;
    fh_status s = fh_record_open(&w, record, &v, err);
    if (!s) s = check_ask(&w, &v, &words, err);
    if (!s) s = fh_story_may_open(org, actor, customer, &now, &own, err);
    if (s == FH_NOTFOUND) s = fh_fail(err, FH_INVALID, "/customer: there is no #%u", customer);
    if (!s) s = end_earlier(&w, v.row.record, now, err);
    if (s) return s;
    *out = (fh_asked_row){.record = v.row.record,
                          .customer = now,
                          .person = actor->person,
                          .words = words,
                          .made_ms = w.now_ms,
                          .until_ms = w.now_ms + FH_ASKED_DAYS * FH_DAY_MS,
                          .answer = {"", 0},
                          .said = {"", 0},
                          .key = {"", 0}};
    s = fh_asked_add(org, out, err);
    return s ? s : note_asked(&w, &v, out, err);
}

fh_status fh_asked_link(const fh_key *key, int64_t asked, fh_arena *arena, fh_str *out,
                        fh_error *err)
{
    return fh_signed_make(key, use, asked, arena, out, err);
}

/* ---- Merged, and parted ---------------------------------------------------------------------- */

/* What was answered while `record` was part of `into` is evidence of `record` again. */
static fh_status give_back(const fh_record_work *w, const fh_asked_row *a, int64_t record,
                           int64_t into, fh_error *err)
{
    const fh_record_about *about = NULL;
    size_t n = 0;
    fh_status s = fh_record_abouts(w->org, into, w->arena, &about, &n, err);
    for (size_t i = 0; i < n && !s; i++) {
        fh_record_about own = about[i];
        if (own.person || !fh_str_eq(own.what, FH_STR("interaction")) ||
            !fh_str_eq(own.key, a->key))
            continue; /* somebody else's link stays where they made it */
        s = fh_record_about_end(w->org, own.about, err);
        own.record = record;
        if (!s) s = fh_record_about_add(w->org, &own, err);
    }
    return s;
}

fh_status fh_asked_part(const fh_record_work *w, int64_t record, int64_t into, fh_error *err)
{
    const fh_asked_row *all = NULL;
    size_t n = 0;
    fh_status s = fh_asked_of(w->org, record, SIZE_MAX, w->arena, &all, &n, err);
    for (size_t i = 0; i < n && !s; i++)
        if (all[i].key.len) s = give_back(w, &all[i], record, into, err);
    return s;
}

/* ---- Answering ----------------------------------------------------------------------------- */

fh_status fh_asked_look(fh_org *org, const fh_key *key, fh_str link, fh_arena *arena,
                        fh_asked_row *out, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    fh_error gone = {0};
    int64_t asked = 0;
    fh_status s = fh_signed_read(key, use, link, arena, &asked, &gone);
    if (!s) s = fh_asked_get(org, asked, arena, out, &gone);
    if (s && s != FH_NOTFOUND) {
        if (err) *err = gone;
        return s;
    }
    if (!s && (out->used_ms || out->until_ms > os->now_ms(os->ctx))) return FH_OK;
    (void)fh_fail(err, FH_NOTFOUND, "this link leads nowhere any more");
    return fh_hint(err, FH_NOTFOUND, "Ask whoever sent it for a new one, or just tell them.");
}

static fh_status check_answer(const fh_asked_row *a, fh_str answer, fh_str *text, size_t *which,
                              fh_error *err)
{
    if (a->used_ms) {
        (void)fh_fail(err, FH_CONFLICT, "this was answered already");
        return fh_hint(err, FH_CONFLICT, "If it is different now, tell whoever sent the link.");
    }
    *which = 0;
    while (*which < N_ANSWERS && !fh_str_eq(answer, fh_str_of(answers[*which].word))) ++*which;
    if (*which == N_ANSWERS) return fh_fail(err, FH_INVALID, "press one of the buttons");
    *text = fh_str_trim(*text);
    if (text->len > FH_ASKED_TEXT_MAX)
        return fh_fail(err, FH_INVALID, "that is too long: it has at most %d bytes",
                       (int)FH_ASKED_TEXT_MAX);
    if (*which == IDEA && !text->len)
        return fh_fail(err, FH_INVALID, "say in a few words how it could be mended");
    return FH_OK;
}

/* In their story, and linked to the record as its evidence. */
static fh_status into_story(const fh_record_work *w, fh_asked_row *a, size_t which, fh_error *err)
{
    char ref[FH_REFERENCE_TEXT];
    fh_str id, key;
    uint32_t now = 0;
    int64_t about = 0;
    fh_status s = fh_member_customer(w->org, a->customer, &now, err);
    if (!s && !now) s = fh_fail(err, FH_NOTFOUND, "this link leads nowhere any more");
    if (!s && !fh_arena_format(w->arena, &id, "asked %lld", (long long)a->asked))
        s = fh_no_memory(err);
    if (!s)
        s = fh_story_said(w->org, w->actor, now, answers[which].touchpoint, id, a->said, ref, err);
    if (!s && !fh_arena_str(w->arena, fh_str_of(ref), &key)) s = fh_no_memory(err);
    if (s) return s;
    a->key = key;
    const fh_record_about to = {
        .what = FH_STR("interaction"), .number = now, .key = key, .words = {"", 0}};
    return fh_record_link(w->org, w->actor, a->record, &to, &about, err);
}

/* The kind says whether it moves. */
static fh_status move_on(const fh_record_work *w, fh_record_view *v, uint32_t customer,
                         fh_error *err)
{
    const fh_actor they = {.kind = FH_ACTOR_PERSON, .customer = customer};
    const fh_condition_asked asked = {w->org, &they, v, w->now_ms, w->arena};
    const fh_kind_move *move = customers_move(v);
    fh_str missing = {"", 0};
    fh_status s = move ? fh_move_missing(&asked, move, &missing, err) : FH_OK;
    if (s || !move || missing.len || move->words) return s;
    return fh_record_do_move(w, v, move, (fh_str){"", 0}, NULL, NULL, err);
}

static fh_status take_answer(const fh_record_work *w, fh_asked_row *a, size_t which, fh_error *err)
{
    fh_record_view v;
    fh_record_telling t;
    fh_status s = into_story(w, a, which, err);
    if (!s) s = fh_record_open(w, a->record, &v, err);
    if (s) return s;
    fh_record_tell(&t);
    fh_record_tell_number(&t, "customer", a->customer);
    fh_record_tell_text(&t, "answer", a->answer);
    fh_record_tell_text(&t, "text", a->said);
    s = fh_record_told(w, &t, v.row.record, "customer", true, &a->entry, err);
    v.row.changed_ms = w->now_ms;
    if (!s) s = fh_record_note(w->org, &v.row, err);
    if (!s && which == SOLVED) s = move_on(w, &v, a->customer, err);
    if (!s) s = fh_asked_save(w->org, a, err);
    if (s) return s;
    return fh_audit_customer(w->org, w->actor, FH_AUDITED_STORY_ANSWERED, a->customer, (fh_str){0},
                             err);
}

fh_status fh_asked_answer(fh_org *org, const fh_key *key, fh_str link, fh_str answer, fh_str text,
                          fh_error *err)
{
    const fh_actor self = fh_actor_system();
    fh_asked_row a;
    size_t which = 0;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    const fh_record_work w = fh_record_work_of(org, &self, arena);
    fh_status s = fh_asked_look(org, key, link, arena, &a, err);
    if (!s) s = check_answer(&a, answer, &text, &which, err);
    if (!s) {
        a.used_ms = w.now_ms;
        a.answer = answer;
        a.said = text;
        s = take_answer(&w, &a, which, err);
    }
    fh_arena_free(arena);
    return s;
}
