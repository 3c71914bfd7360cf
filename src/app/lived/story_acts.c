/* story_acts.c - what people do at a customer's story (see story_acts.h). */
#include "app/lived/story_acts.h"

#include "app/lived/lived_parts.h"
#include "app/people/audit.h"
#include "base/put.h"
#include "store/members.h"
#include "store/receipts.h"
#include "store/segments.h"
#include "store/sources.h"

#include <stdio.h>
#include <xxhash.h>

/* ---- Opening --------------------------------------------------------------------------- */

fh_status fh_story_may_open(fh_org *org, const fh_actor *actor, uint32_t number, uint32_t *customer,
                            bool *own, fh_error *err)
{
    uint32_t asked = 0, mine = 0;
    fh_error none = {0};
    fh_status s = fh_member_customer(org, number, &asked, &none);
    if (s && s != FH_NOTFOUND) {
        if (err) *err = none;
        return s;
    }
    if (actor->customer && fh_may(actor, FH_RIGHT_OWN_STORY)) {
        const fh_status found = fh_member_customer(org, actor->customer, &mine, &none);
        if (found && found != FH_NOTFOUND) {
            if (err) *err = none;
            return found;
        }
    }
    const bool is_own = asked && asked == mine;
    /* Who may not open it does not learn either whether it is there. */
    if (!is_own && !fh_may(actor, FH_RIGHT_STORIES))
        return fh_require(actor, FH_RIGHT_STORIES, err);
    if (s) return fh_fail(err, FH_NOTFOUND, "there is no customer #%u", number);
    if (!asked) return fh_fail(err, FH_NOTFOUND, "customer #%u was erased", number);
    *customer = asked;
    *own = is_own;
    return FH_OK;
}

/* Everybody may say what is so in the own story; colleagues take part. */
static fh_status may_write(fh_org *org, const fh_actor *actor, uint32_t customer, fh_error *err)
{
    uint32_t now = 0;
    bool own = false;
    const fh_status s = fh_story_may_open(org, actor, customer, &now, &own, err);
    if (s || (own && actor->kind == FH_ACTOR_PERSON)) return s;
    return fh_require(actor, FH_RIGHT_TAKE_PART, err);
}

/* ---- Writing an interaction --------------------------------------------------------------- */

typedef struct deed {
    const char *touchpoint;
    fh_str outcome; /* empty: none */
    fh_direction direction;
    uint32_t department, problem, member;
    fh_str id; /* within FH_OWN_SOURCE */
    fh_str accepts, takes_back;
} deed;

typedef struct writing {
    fh_org *org;
    const fh_actor *actor;
    fh_arena *arena;
    fh_view view;
    fh_lived lived;
} writing;

static fh_status begin(writing *w, fh_org *org, const fh_actor *actor, uint32_t customer,
                       const fh_story_word *word, fh_error *err)
{
    *w = (writing){.org = org, .actor = actor, .arena = fh_arena_new(NULL)};
    if (!w->arena) return fh_no_memory(err);
    if (word->text.len > FH_STORY_WORD_MAX || word->said_by.len > FH_PERSON_TEXT_MAX ||
        word->channel.len > FH_PERSON_TEXT_MAX)
        return fh_fail(err, FH_INVALID, "the text is too long: it has at most %d bytes",
                       (int)FH_STORY_WORD_MAX);
    fh_status s = may_write(org, actor, customer, err);
    if (!s) s = fh_view_open(org, NULL, NULL, 1, w->arena, &w->view, err);
    return s ? s : fh_lived_read(&w->view, customer, &w->lived, err);
}

static fh_status payload_of(const writing *w, const deed *d, const fh_story_word *word, fh_str *out,
                            fh_error *err)
{
    fh_buf text;
    fh_json j;
    fh_buf_init(&text, NULL, 1 << 16);
    fh_json_begin(&j, &text, 0);
    fh_json_object(&j);
    fh_lived_text_json(&j, "text", fh_str_trim(word->text));
    fh_lived_text_json(&j, "said_by", fh_str_trim(word->said_by));
    fh_lived_text_json(&j, "accepts", d->accepts);
    fh_lived_text_json(&j, "takes_back", d->takes_back);
    if (w->actor->person) {
        fh_put_number(&j, "by", w->actor->person);
    }
    fh_json_end_object(&j);
    const bool kept = text.status == FH_OK && fh_arena_str(w->arena, fh_buf_view(&text), out);
    fh_buf_free(&text);
    return kept ? FH_OK : fh_no_memory(err);
}

static fh_status name_of(const writing *w, fh_dict dict, fh_str name, uint16_t *out, fh_error *err)
{
    uint32_t number = 0;
    const fh_status s = fh_dict_intern(w->org, dict, name, &number, err);
    *out = (uint16_t)number; /* at most FH_MAX_NAMES */
    return s;
}

static fh_status own_origin(const writing *w, fh_origin *out, fh_error *err)
{
    const fh_str name = FH_STR(FH_OWN_SOURCE);
    fh_status s = fh_origin_find(w->org, name, FH_OWN_ORIGIN, w->arena, out, err);
    if (s == FH_NOTFOUND) {
        s = fh_origin_begin(w->org, name, FH_STR("done here"), FH_STR(""), FH_OWN_ORIGIN, w->arena,
                            out, err);
        out->complete = true; /* there is nothing to be taken up again */
    }
    return s;
}

static fh_status put_row(const writing *w, const fh_row *row, fh_error *err)
{
    fh_builder *b = NULL;
    const fh_segment *seg = NULL;
    const fh_str *payload = NULL;
    fh_status s = fh_builder_new(NULL, &b, err);
    if (!s) s = fh_builder_add(b, row, 1, err);
    if (!s) s = fh_builder_sort(b, err);
    if (!s) s = fh_builder_next(b, &seg, &payload, err);
    if (!s) s = fh_store_put_live(w->org, seg, payload, err);
    fh_builder_free(b);
    return s;
}

static uint64_t id_of(fh_str id)
{
    const uint64_t seed = XXH3_64bits(FH_OWN_SOURCE, sizeof FH_OWN_SOURCE - 1);
    return XXH3_64bits_withSeed(id.ptr, id.len, seed) | FH_ID_GIVEN;
}

/* *done false: it is there already. Its id is compared with all of the customer's, which
 * is what fh_store_put_live asks for. */
static fh_status put(const writing *w, const deed *d, const fh_story_word *word, bool *done,
                     fh_error *err)
{
    const fh_lived *l = &w->lived;
    const uint64_t id = id_of(d->id);
    const int64_t at_ms = word->at_ms ? word->at_ms : l->now_ms;
    fh_row row = {.customer = l->customer,
                  .member = d->member == l->customer ? 0 : d->member,
                  .department = (uint16_t)d->department,
                  .direction = (uint8_t)d->direction,
                  .problem = d->problem,
                  .id = id};
    fh_origin origin = {0};
    *done = false;
    for (uint32_t i = 0; i < l->n; i++)
        if (l->told[i].id == id) return FH_OK;
    if (at_ms < FH_TIME_MIN_MS || at_ms > l->now_ms)
        return fh_fail(err, FH_INVALID, "the time lies in the future, or before 1940");
    row.at_s = fh_instant_split(at_ms, &row.ms);
    fh_status s = name_of(w, FH_DICT_TOUCHPOINT, fh_str_of(d->touchpoint), &row.touchpoint, err);
    if (!s) s = name_of(w, FH_DICT_CHANNEL, word->channel, &row.channel, err);
    if (!s) s = name_of(w, FH_DICT_OUTCOME, d->outcome, &row.outcome, err);
    if (!s) s = payload_of(w, d, word, &row.payload, err);
    if (!s) s = own_origin(w, &origin, err);
    row.origin = origin.origin;
    if (!s) s = put_row(w, &row, err);
    origin.rows_done++;
    origin.rows_added++;
    origin.last_ms = l->now_ms;
    if (!s) s = fh_origin_save(w->org, &origin, err);
    *done = !s;
    return s;
}

/* ---- Problems -------------------------------------------------------------------------------- */

static fh_status find_problem(const writing *w, uint32_t problem, const fh_problem_lived **out,
                              fh_error *err)
{
    for (uint32_t i = 0; i < w->lived.n_problems; i++)
        if (w->lived.problem[i].problem == problem) {
            *out = &w->lived.problem[i];
            return FH_OK;
        }
    return fh_fail(err, FH_NOTFOUND, "customer #%u has no problem number %u", w->lived.customer,
                   problem);
}

/* The first word of the setting: what is written when it is confirmed here. */
static fh_status confirmed_word(const writing *w, fh_str *out, fh_error *err)
{
    fh_str words = {0};
    const fh_status s = fh_setting_get(w->org, FH_STR(FH_SETTING_CONFIRMED), w->arena, &words, err);
    size_t len = 0;
    while (len < words.len && words.ptr[len] != ',') len++;
    *out = fh_str_trim((fh_str){words.ptr, len});
    if (!out->len) *out = FH_STR(FH_OUTCOME_CONFIRMED);
    return s;
}

static fh_status say(const writing *w, fh_audited action, const deed *d, const fh_story_word *word,
                     bool *done, fh_error *err)
{
    const fh_status s = put(w, d, word, done, err);
    if (s || !*done) return s;
    return fh_audit_customer(w->org, w->actor, action, w->lived.customer, (fh_str){0}, err);
}

static fh_status confirm_inside(const writing *w, uint32_t problem, const fh_story_word *word,
                                bool *done, fh_error *err)
{
    const fh_problem_lived *p = NULL;
    char last[FH_REFERENCE_TEXT];
    deed d = {.touchpoint = "Confirms that it is solved", .direction = FH_DIR_IN};
    fh_status s = find_problem(w, problem, &p, err);
    if (s || !p->open) return s;
    const fh_str after = fh_lived_reference(&w->lived, p->last, last);
    d.problem = problem;
    d.department = p->department;
    d.member = w->lived.told[p->last].member;
    if (!fh_arena_format(w->arena, &d.id, "confirmed %u at %lld after %.*s", problem,
                         (long long)word->at_ms, FH_STR_ARG(after)))
        return fh_no_memory(err);
    s = confirmed_word(w, &d.outcome, err);
    return s ? s : say(w, FH_AUDITED_STORY_CONFIRMED, &d, word, done, err);
}

static fh_status reopen_inside(const writing *w, uint32_t problem, const fh_story_word *word,
                               bool *done, fh_error *err)
{
    const fh_problem_lived *p = NULL;
    char text[FH_REFERENCE_TEXT];
    deed d = {.touchpoint = word->mistake ? "Takes a confirmation back" : "Says it is not solved",
              .direction = word->mistake ? FH_DIR_INTERNAL : FH_DIR_IN,
              .outcome = FH_STR(FH_OUTCOME_REOPENED)};
    const fh_status s = find_problem(w, problem, &p, err);
    if (s || p->open) return s;
    const fh_str confirmed = fh_lived_reference(&w->lived, p->confirmed, text);
    d.problem = problem;
    d.department = p->department;
    d.member = w->lived.told[p->last].member;
    if (word->mistake) d.takes_back = confirmed;
    if (!fh_arena_format(w->arena, &d.id, "reopened %u after %.*s", problem, FH_STR_ARG(confirmed)))
        return fh_no_memory(err);
    return say(w, FH_AUDITED_STORY_REOPENED, &d, word, done, err);
}

fh_status fh_story_confirm(fh_org *org, const fh_actor *actor, uint32_t customer, uint32_t problem,
                           const fh_story_word *word, bool *done, fh_error *err)
{
    writing w;
    *done = false;
    fh_status s = begin(&w, org, actor, customer, word, err);
    if (!s) s = confirm_inside(&w, problem, word, done, err);
    fh_arena_free(w.arena);
    return s;
}

fh_status fh_story_reopen(fh_org *org, const fh_actor *actor, uint32_t customer, uint32_t problem,
                          const fh_story_word *word, bool *done, fh_error *err)
{
    writing w;
    *done = false;
    fh_status s = begin(&w, org, actor, customer, word, err);
    if (!s) s = reopen_inside(&w, problem, word, done, err);
    fh_arena_free(w.arena);
    return s;
}

/* ---- Anything else ---- */

fh_status fh_story_said(fh_org *org, const fh_actor *actor, uint32_t customer,
                        const char *touchpoint, fh_str id, fh_str text, char ref[FH_REFERENCE_TEXT],
                        fh_error *err)
{
    const fh_story_word word = {.text = text, .channel = FH_STR("web")};
    const deed d = {.touchpoint = touchpoint, .direction = FH_DIR_IN, .id = id};
    writing w;
    bool done = false;
    fh_status s = begin(&w, org, actor, customer, &word, err);
    if (!s) s = put(&w, &d, &word, &done, err);
    if (!s) (void)snprintf(ref, FH_REFERENCE_TEXT, "i%016llx", (unsigned long long)id_of(id));
    fh_arena_free(w.arena);
    return s;
}

/* ---- Hand-offs ------------------------------------------------------------------------------ */

/* An old hand-off is not taken over, or given back, by the department that has the
 * problem now: naming another would hand it on once more. */
static void at_handoff(const writing *w, const fh_handed *h, deed *d)
{
    const fh_lived *l = &w->lived;
    d->direction = FH_DIR_INTERNAL;
    d->department = l->problem[h->problem].department == h->to ? h->to : 0;
    d->problem = l->told[h->at].problem;
    d->member = l->told[h->at].member;
}

/* The last saying that a hand-off was given back, so that it can be taken over again. */
static fh_str last_given_back(const fh_lived *l, const fh_handed *h, char text[FH_REFERENCE_TEXT])
{
    const uint32_t problem = l->told[h->at].problem;
    for (uint32_t i = l->n_past; i-- > h->at;)
        if (l->told[i].problem == problem && l->said[i].takes_back.len)
            return fh_lived_reference(l, i, text);
    return (fh_str){0};
}

static fh_status accept_inside(const writing *w, const fh_handed *h, fh_str reference,
                               const fh_story_word *word, bool *done, fh_error *err)
{
    char text[FH_REFERENCE_TEXT];
    deed d = {.touchpoint = "Takes the story over", .accepts = reference};
    if (h->accepted != FH_NO_INDEX) return FH_OK;
    at_handoff(w, h, &d);
    const fh_str back = last_given_back(&w->lived, h, text);
    const bool named =
        back.len ? fh_arena_format(w->arena, &d.id, "accepted %.*s after %.*s",
                                   FH_STR_ARG(reference), FH_STR_ARG(back))
                 : fh_arena_format(w->arena, &d.id, "accepted %.*s", FH_STR_ARG(reference));
    return named ? say(w, FH_AUDITED_STORY_ACCEPTED, &d, word, done, err) : fh_no_memory(err);
}

static fh_status give_back_inside(const writing *w, const fh_handed *h, const fh_story_word *word,
                                  bool *done, fh_error *err)
{
    char text[FH_REFERENCE_TEXT];
    deed d = {.touchpoint = "Gives the story back"};
    if (h->accepted == FH_NO_INDEX) return FH_OK;
    at_handoff(w, h, &d);
    d.takes_back = fh_lived_reference(&w->lived, h->accepted, text);
    if (!fh_arena_format(w->arena, &d.id, "given back %.*s", FH_STR_ARG(d.takes_back)))
        return fh_no_memory(err);
    return say(w, FH_AUDITED_STORY_GIVEN_BACK, &d, word, done, err);
}

static fh_status at_reference(const writing *w, fh_str reference, const fh_story_word *word,
                              bool *done, fh_error *err)
{
    const fh_lived *l = &w->lived;
    const uint32_t at = fh_lived_find(l, reference);
    if (at == FH_NO_INDEX || l->handed_at[at] == FH_NO_INDEX)
        return fh_fail(err, FH_NOTFOUND, "customer #%u has no hand-off there", l->customer);
    const fh_handed *h = &l->handed[l->handed_at[at]];
    return word->mistake ? give_back_inside(w, h, word, done, err)
                         : accept_inside(w, h, reference, word, done, err);
}

fh_status fh_story_accept(fh_org *org, const fh_actor *actor, uint32_t customer, fh_str reference,
                          const fh_story_word *word, bool *done, fh_error *err)
{
    writing w;
    *done = false;
    fh_status s = begin(&w, org, actor, customer, word, err);
    if (!s) s = fh_require(actor, FH_RIGHT_STORIES, err); /* colleagues only */
    if (!s) s = at_reference(&w, reference, word, done, err);
    fh_arena_free(w.arena);
    return s;
}

/* ---- Receipts ------------------------------------------------------------------------------- */

static fh_status must_be_person(const fh_actor *actor, fh_error *err)
{
    if (actor->person && actor->kind == FH_ACTOR_PERSON)
        return fh_require(actor, FH_RIGHT_STORIES, err);
    return fh_fail(err, FH_INVALID, "only a person who is signed in can have read a story");
}

/* What lies in the future could not be read yet. */
static fh_status last_there(fh_org *org, uint32_t customer, int64_t *now_ms, int64_t *out,
                            fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    const fh_told *told = NULL;
    size_t n = 0;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    *now_ms = os->now_ms(os->ctx);
    const fh_status s = fh_store_story(org, customer, arena, &told, &n, err);
    while (!s && n && told[n - 1].at_ms > *now_ms) n--;
    *out = !s && n ? told[n - 1].at_ms : *now_ms;
    fh_arena_free(arena);
    return s == FH_NOTFOUND ? FH_OK : s;
}

fh_status fh_story_read(fh_org *org, const fh_actor *actor, uint32_t customer, fh_error *err)
{
    fh_receipt r = {.member = customer, .person = actor->person};
    fh_status s = must_be_person(actor, err);
    if (!s) s = last_there(org, customer, &r.at_ms, &r.upto_ms, err);
    if (!s) s = fh_receipt_put(org, &r, err);
    return s ? s : fh_audit_customer(org, actor, FH_AUDITED_STORY_READ, customer, (fh_str){0}, err);
}

fh_status fh_story_unread(fh_org *org, const fh_actor *actor, uint32_t customer, fh_error *err)
{
    bool any = false;
    fh_status s = must_be_person(actor, err);
    if (!s) s = fh_receipt_drop(org, customer, actor->person, &any, err);
    if (s || !any) return s;
    return fh_audit_customer(org, actor, FH_AUDITED_STORY_UNREAD, customer, (fh_str){0}, err);
}
