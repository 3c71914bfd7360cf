/* records_make.c - use case: a record is made, and its fields are changed.
 *
 * An author who gives no name, or goes through a colleague, is not stored. So that no row or
 * entry can tell, all that is written is written as done by somebody with their rights and no
 * number; only what may be made, and tied to, is looked up with their own eyes.
 */
#include "app/records/record_parts.h"

#include "app/records/record_between.h"
#include "app/signin/secrets.h"

#include <string.h>

/* ---- Making -------------------------------------------------------------------------------- */

static bool is_unnamed(const fh_record_input *in)
{
    return in->anonymous || in->go_between;
}

static fh_status may_make(const fh_record_work *w, const fh_record_input *in,
                          const fh_record_view *v, fh_error *err)
{
    fh_kind_stored stored;
    fh_who who = 0;
    fh_str words;
    fh_status status = fh_record_takes_part(w->actor, err);
    if (status == FH_OK) status = fh_kind_stored_get(w->org, v->kind->name, w->arena, &stored, err);
    if (status == FH_OK && !stored.active)
        return fh_fail(err, FH_CONFLICT, "no more %.*s are made here", FH_STR_ARG(v->kind->many));
    if (status == FH_OK && is_unnamed(in) && !v->kind->anonymous)
        return fh_fail(err, FH_INVALID, "a %.*s is not told without a name",
                       FH_STR_ARG(v->kind->name));
    if (status == FH_OK) status = fh_record_who(w, v, &who, err);
    if (status != FH_OK) return status;
    const fh_who anybody = (fh_who)1 << FH_WHO_ANYBODY;
    if ((v->kind->by & who) || ((v->kind->by & anybody) && w->actor->kind == FH_ACTOR_SYSTEM))
        return FH_OK;
    status = fh_record_who_words(w->arena, v->kind->by, &words, err);
    if (status != FH_OK) return status;
    return fh_fail(err, FH_DENIED, "a %.*s is made by %.*s", FH_STR_ARG(v->kind->name),
                   FH_STR_ARG(words));
}

/* What belongs to the one record: its days, and what came of it, which a move to an end asks for.
 */
static bool is_its_own(const fh_kind *k, const fh_kind_field *f)
{
    if (f->type == FH_TYPE_DATE) return true;
    for (uint32_t m = 0; m < k->n_moves; m++)
        for (uint32_t d = 0; k->state[k->move[m].to].closed && d < k->move[m].n_needs; d++)
            if (!f->required && fh_str_eq(k->move[m].needs[d], f->name)) return true;
    return false;
}

/* Fields start as those of another record: by name, where the type is the same. */
static fh_status copy_fields(const fh_record_work *w, uint32_t from, fh_record_view *v,
                             fh_error *err)
{
    fh_record_view other;
    const fh_status status = fh_record_open(w, from, &other, err);
    if (status != FH_OK) return status;
    for (uint32_t i = 0; i < v->kind->n_fields; i++) {
        const fh_kind_field *f = &v->kind->field[i];
        const uint32_t k = fh_kind_find_field(other.kind, f->name);
        if (f->computed.len || f->by_machine || f->type == FH_TYPE_FILE || is_its_own(v->kind, f))
            continue;
        if (k < other.kind->n_fields && other.kind->field[k].type == f->type &&
            other.kind->field[k].many <= f->many)
            v->values[i] = other.values[k];
    }
    return FH_OK;
}

static fh_status offer_by_field(const fh_record_work *w, fh_record_view *v, fh_error *err)
{
    const fh_kind_field *f = &v->kind->field[v->kind->owner_field];
    const fh_values *values = &v->values[v->kind->owner_field];
    if (!values->n) return FH_OK;
    const uint32_t number = (uint32_t)values->value[0].number;
    return f->type == FH_TYPE_PERSON ? fh_record_offer(w, v, number, 0, err)
                                     : fh_record_offer(w, v, 0, number, err);
}

static fh_status offer_by_touchpoint(const fh_record_work *w, fh_record_view *v, fh_error *err)
{
    for (uint32_t i = 0; i < v->kind->n_fields; i++) {
        uint32_t owner = 0;
        if (v->kind->field[i].type != FH_TYPE_TOUCHPOINT || !v->values[i].n) continue;
        const fh_status status =
            fh_record_touchpoint_owner(w, v->values[i].value[0].number, &owner, err);
        if (status != FH_OK || owner)
            return status == FH_OK ? fh_record_offer(w, v, owner, 0, err) : status;
    }
    return FH_OK;
}

static fh_status first_owner(const fh_record_work *w, const fh_record_input *in, fh_record_view *v,
                             fh_error *err)
{
    if (in->owner || in->department) return fh_record_offer(w, v, in->owner, in->department, err);
    switch (v->kind->owner) {
    case FH_OWNER_NONE: break;
    case FH_OWNER_AUTHOR: return v->row.author ? fh_record_give(w, v, v->row.author, err) : FH_OK;
    case FH_OWNER_TOUCHPOINT: return offer_by_touchpoint(w, v, err);
    case FH_OWNER_FIELD: return offer_by_field(w, v, err);
    }
    return FH_OK;
}

/* "ABCDE-FGHIJ-KLMNO-PQRST": shown once; only its hash is kept. */
static fh_status new_code(const fh_record_work *w, fh_record_view *v, fh_str *code, fh_error *err)
{
    enum { BYTES = 12, GROUP = 5, CODE = 20 };
    const fh_os *os = fh_org_os(w->org);
    unsigned char bytes[BYTES];
    char hash[FH_HASH_TEXT + 1];
    fh_str plain;
    const fh_status status = os->random(os->ctx, bytes, sizeof bytes, err);
    if (status != FH_OK) return status;
    if (!fh_base32(w->arena, (fh_str){(const char *)bytes, sizeof bytes}, &plain) ||
        plain.len < CODE ||
        !fh_arena_str(w->arena, fh_secret_hash("record reply", plain, hash), &v->row.reply_hash) ||
        !fh_arena_format(w->arena, code, "%.*s-%.*s-%.*s-%.*s", GROUP, plain.ptr, GROUP,
                         plain.ptr + GROUP, GROUP, plain.ptr + 2 * GROUP, GROUP,
                         plain.ptr + 3 * GROUP))
        return fh_no_memory(err);
    return FH_OK;
}

static fh_status start_row(const fh_record_work *w, const fh_record_input *in, fh_record_view *v,
                           fh_error *err)
{
    fh_person between;
    const fh_str none = {"", 0};
    v->row = (fh_record){.kind = v->kind->name,
                         .title = none,
                         .state = v->kind->state[0].name,
                         .closed = v->kind->state[0].closed,
                         .fields = none,
                         .author = is_unnamed(in) ? 0 : w->actor->person,
                         .go_between = in->go_between,
                         .ownerless_ms = w->now_ms,
                         .first_ms = w->now_ms,
                         .made_ms = w->now_ms,
                         .changed_ms = w->now_ms,
                         .state_ms = w->now_ms,
                         .reply_hash = none};
    v->values = FH_NEW_ARRAY(w->arena, fh_values, v->kind->n_fields + 1);
    v->former = none;
    if (!v->values) return fh_no_memory(err);
    return in->go_between ? fh_record_person(w, in->go_between, &between, err) : FH_OK;
}

static fh_status tell_made(const fh_record_work *w, const fh_record_input *in,
                           const fh_record_view *v, fh_str words, fh_error *err)
{
    fh_record_telling t;
    fh_record_tell(&t);
    fh_json_key(&t.j, FH_STR("after"));
    fh_json_raw_value(&t.j, v->row.fields);
    fh_record_tell_text(&t, "words", words);
    fh_record_tell_number(&t, "owner", v->row.owner);
    fh_record_tell_number(&t, "copy_of", in->copy_of);
    const int64_t record = v->row.record;
    fh_status status = fh_record_told(w, &t, record, "made", is_unnamed(in), NULL, err);
    if (status == FH_OK) status = fh_record_let_follow(w, record, v->row.author, "made", err);
    if (status == FH_OK)
        status = fh_record_let_follow(w, record, v->row.go_between, "go-between", err);
    if (status == FH_OK) status = fh_record_let_follow(w, record, v->row.owner, "owns", err);
    if (status == FH_OK) status = fh_record_mentions(w, record, words, err);
    if (status == FH_OK && v->row.asked) status = fh_record_offer_told(w, v, (fh_str){"", 0}, err);
    if (status == FH_OK)
        status = fh_record_tell_systems(w, v, FH_HOOK_RECORD_MADE, (fh_str){"", 0}, err);
    return status;
}

/* What is around it, once its row is there: links, entry, followers, what is for one alone. */
static fh_status surround(const fh_record_work *w, const fh_record_work *as,
                          const fh_record_input *in, fh_record_view *v, fh_str words, fh_error *err)
{
    fh_status status = fh_record_link_fields(as, v, err);
    if (status == FH_OK) status = tell_made(as, in, v, words, err);
    for (size_t i = 0; i < in->n_about && status == FH_OK; i++)
        status = fh_record_tie(w, as, v, &in->about[i], err);
    if (status == FH_OK && in->between.len)
        status = fh_between_say(w->org, in->key, &v->row, in->between, w->arena, err);
    return status;
}

fh_status fh_record_make(fh_org *org, const fh_actor *actor, const fh_record_input *in,
                         fh_arena *arena, fh_record_view *out, fh_str *code, fh_error *err)
{
    fh_actor nobody = *actor;
    nobody.person = 0;
    const fh_record_work w = fh_record_work_of(org, actor, arena),
                         as = fh_record_work_of(org, is_unnamed(in) ? &nobody : actor, arena);
    fh_record_view v = {0};
    fh_str words = in->words, secret = {"", 0};
    bool *changed = NULL;
    fh_status status = fh_kind_get(org, in->kind, arena, &v.kind, err);
    if (status == FH_OK) status = start_row(&w, in, &v, err);
    if (status == FH_OK) status = may_make(&w, in, &v, err);
    if (status == FH_OK) status = fh_record_check_words(&words, false, err);
    if (status == FH_OK && in->copy_of) status = copy_fields(&w, in->copy_of, &v, err);
    if (status == FH_OK) status = fh_record_take(&w, in, &v, &changed, err);
    if (status == FH_OK) status = fh_record_filled(&w, &v, err);
    if (status == FH_OK) status = fh_record_set_first(&w, &v, err);
    if (status == FH_OK) status = first_owner(&as, in, &v, err);
    if (status == FH_OK && is_unnamed(in)) status = new_code(&w, &v, &secret, err);
    if (status == FH_OK) status = fh_record_set_due(&w, &v, err);
    if (status == FH_OK) status = fh_record_write_fields(&w, &v, err);
    if (status == FH_OK) status = fh_record_insert(org, &v.row, err);
    if (status == FH_OK) status = surround(&w, &as, in, &v, words, err);
    if (status == FH_OK) status = fh_record_view_of(&w, &v.row, &v, err); /* computed ones */
    if (status != FH_OK) return status;
    *out = v;
    if (code) *code = secret;
    return FH_OK;
}

/* ---- Changing ----------------------------------------------------------------------- */

static fh_status may_change(const fh_record_work *w, const fh_record_view *v, fh_error *err)
{
    bool may = false;
    const fh_status status = fh_record_may_change(w, v, &may, err);
    if (status != FH_OK || may) return status;
    (void)fh_fail(err, FH_DENIED,
                  "record %lld is changed by its owner, their lead, whoever answers findings, "
                  "and by its author as long as it is new",
                  (long long)v->row.record);
    return fh_hint(err, FH_DENIED, "Comment on it: they are told.");
}

fh_status fh_record_not_held(const fh_record_view *v, fh_error *err)
{
    const uint32_t at = fh_kind_find_state(v->kind, v->row.state);
    if (at >= v->kind->n_states || !v->kind->state[at].held) return FH_OK;
    (void)fh_fail(err, FH_CONFLICT, "record %lld stays as it is while it is '%.*s'",
                  (long long)v->row.record, FH_STR_ARG(v->kind->state[at].label));
    return fh_hint(err, FH_CONFLICT,
                   "Move it on first, and say what is missing: then it can be changed.");
}

/* A copy whose values can be changed without changing those of the other. */
static fh_status copy_view(const fh_record_work *w, const fh_record_view *v, fh_record_view *out,
                           fh_error *err)
{
    *out = *v;
    out->values = FH_NEW_ARRAY(w->arena, fh_values, v->kind->n_fields + 1);
    if (!out->values) return fh_no_memory(err);
    memcpy(out->values, v->values, v->kind->n_fields * sizeof *v->values);
    return FH_OK;
}

static bool any_of(const bool *changed, uint32_t n)
{
    bool any = false;
    for (uint32_t i = 0; i < n; i++) any |= changed[i];
    return any;
}

fh_status fh_record_change(fh_org *org, const fh_actor *actor, int64_t record, int64_t version,
                           const fh_record_input *in, fh_arena *arena, fh_record_view *out,
                           fh_error *err)
{
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    fh_record_view before, v;
    fh_record_telling t;
    fh_str words = in->words;
    bool *changed = NULL;
    fh_status status = fh_record_open(&w, record, &before, err);
    if (status == FH_OK) status = may_change(&w, &before, err);
    if (status == FH_OK && version && version != before.row.version)
        status = fh_record_stale(&w, &before, err);
    if (status == FH_OK) status = fh_record_check_words(&words, false, err);
    if (status == FH_OK) status = copy_view(&w, &before, &v, err);
    if (status == FH_OK) status = fh_record_take(&w, in, &v, &changed, err);
    if (status == FH_OK) status = fh_record_filled(&w, &v, err);
    if (status != FH_OK) return status;
    if (!any_of(changed, v.kind->n_fields)) {
        *out = before;
        return FH_OK;
    }
    status = fh_record_not_held(&before, err);
    if (status != FH_OK) return status;
    v.row.changed_ms = w.now_ms;
    fh_record_clocks_changed(&v, changed);
    status = fh_record_set_first(&w, &v, err);
    if (status == FH_OK) status = fh_record_set_due(&w, &v, err);
    if (status == FH_OK) status = fh_record_write_fields(&w, &v, err);
    if (status == FH_OK) status = fh_record_update(org, &v.row, err);
    if (status == FH_OK) status = fh_record_link_fields(&w, &v, err);
    if (status != FH_OK) return status;
    fh_record_tell(&t);
    fh_record_tell_changes(&t, &before, &v, changed);
    fh_record_tell_text(&t, "words", words);
    status = fh_record_told(&w, &t, v.row.record, "changed", false, NULL, err);
    if (status == FH_OK) status = fh_record_mentions(&w, v.row.record, words, err);
    return status == FH_OK ? fh_record_view_of(&w, &v.row, out, err) : status;
}
