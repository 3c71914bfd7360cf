/* records_move.c - use case: a record is moved from state to state; what it mends is told so.
 */
#include "app/records/record_parts.h"

#include "base/nearest.h"
#include "store/record_ways.h"

#include <string.h>

static bool leads_from(const fh_kind *k, const fh_kind_move *move, fh_str state)
{
    const uint32_t i = fh_kind_find_state(k, state);
    return i < k->n_states && (move->from >> i & 1);
}

fh_status fh_record_moves(fh_org *org, const fh_actor *actor, const fh_record_view *r,
                          fh_arena *arena, const fh_possible_move **out, size_t *n, fh_error *err)
{
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    const fh_condition_asked asked = {org, actor, r, w.now_ms, arena};
    const fh_who machine = (fh_who)1 << FH_WHO_MACHINE;
    fh_who who = 0;
    size_t got = 0;
    fh_possible_move *list = FH_NEW_ARRAY(arena, fh_possible_move, r->kind->n_moves + 1);
    if (!list) return fh_no_memory(err);
    fh_status status = fh_record_who(&w, r, &who, err);
    for (uint32_t i = 0; i < r->kind->n_moves && status == FH_OK; i++) {
        const fh_kind_move *move = &r->kind->move[i];
        if (!leads_from(r->kind, move, r->row.state)) continue;
        if (move->by == machine && !(who & machine)) continue;
        list[got] =
            (fh_possible_move){.move = move, .may = (move->by & who) != 0, .missing = {"", 0}};
        status = fh_move_missing(&asked, move, &list[got++].missing, err);
    }
    if (status != FH_OK) return status;
    *out = list;
    *n = got;
    return FH_OK;
}

static fh_status no_such_move(const fh_record_work *w, const fh_record_view *v, fh_str name,
                              fh_error *err)
{
    const fh_kind *k = v->kind;
    fh_str *names = FH_NEW_ARRAY(w->arena, fh_str, k->n_moves + 1);
    if (!names) return fh_no_memory(err);
    for (uint32_t i = 0; i < k->n_moves; i++) names[i] = k->move[i].name;
    const fh_str shown = {name.ptr, name.len < 60 ? name.len : 60};
    (void)fh_fail(err, FH_INVALID, "/move: a %.*s has no move '%.*s'", FH_STR_ARG(k->name),
                  FH_STR_ARG(shown));
    const size_t near = fh_nearest(name, names, k->n_moves);
    return near < k->n_moves
               ? fh_hint(err, FH_INVALID, "Did you mean '%.*s'?", FH_STR_ARG(names[near]))
               : FH_INVALID;
}

static fh_status may_move(const fh_record_work *w, const fh_record_view *v,
                          const fh_kind_move *move, fh_error *err)
{
    fh_who who = 0;
    fh_str words;
    fh_status status = fh_record_who(w, v, &who, err);
    if (status != FH_OK) return status;
    if (!(move->by & who)) {
        status = fh_record_who_words(w->arena, move->by, &words, err);
        if (status != FH_OK) return status;
        return fh_fail(err, FH_DENIED, "'%.*s' is said by %.*s", FH_STR_ARG(move->label),
                       FH_STR_ARG(words));
    }
    if (leads_from(v->kind, move, v->row.state)) return FH_OK;
    const uint32_t at = fh_kind_find_state(v->kind, v->row.state);
    const fh_str label = at < v->kind->n_states ? v->kind->state[at].label : v->row.state;
    (void)fh_fail(err, FH_CONFLICT, "'%.*s' does not lead on from '%.*s', in which record %lld is",
                  FH_STR_ARG(move->label), FH_STR_ARG(label), (long long)v->row.record);
    return fh_hint(err, FH_CONFLICT, "Look at it again: somebody may have moved it.");
}

static fh_status needs(const fh_record_work *w, const fh_record_view *v, const fh_kind_move *move,
                       fh_error *err)
{
    const fh_condition_asked asked = {w->org, w->actor, v, w->now_ms, w->arena};
    fh_str missing = {"", 0};
    const fh_status status = fh_move_missing(&asked, move, &missing, err);
    if (status != FH_OK || !missing.len) return status;
    (void)fh_fail(err, FH_CONFLICT, "'%.*s' cannot be said yet", FH_STR_ARG(move->label));
    return fh_hint(err, FH_CONFLICT, "%.*s", FH_STR_ARG(missing));
}

/* From one state that holds the fields to another nothing is changed by the way. */
static fh_status still_held(const fh_record_view *before, const fh_kind_move *move,
                            const bool *changed, fh_error *err)
{
    bool any = false;
    for (uint32_t i = 0; changed && i < before->kind->n_fields; i++) any = any || changed[i];
    return any && before->kind->state[move->to].held ? fh_record_not_held(before, err) : FH_OK;
}

/* In the history of what it mends stands where it came to, so that whoever told of that, or
 * follows it, learns it. What has gone is passed over. */
static fh_status tell_mended(const fh_record_work *w, const fh_record_view *v, fh_error *err)
{
    const uint32_t f = fh_kind_find_field(v->kind, FH_STR("mends"));
    fh_status status = FH_OK;
    if (f >= v->kind->n_fields || v->kind->field[f].type != FH_TYPE_RECORD) return FH_OK;
    for (uint32_t i = 0; i < v->values[f].n && status == FH_OK; i++) {
        fh_record row;
        fh_record_telling t;
        fh_error gone = {0};
        status = fh_record_row(w->org, v->values[f].value[i].number, w->arena, &row, &gone);
        for (unsigned k = 0; k < FH_RECORD_MERGED_DEPTH && status == FH_OK && row.merged_into; k++)
            status = fh_record_row(w->org, row.merged_into, w->arena, &row, &gone);
        if (status == FH_NOTFOUND || (status == FH_OK && row.record == v->row.record)) {
            status = FH_OK;
            continue;
        }
        if (status != FH_OK) {
            if (err) *err = gone;
            return status;
        }
        fh_record_tell(&t);
        fh_record_tell_number(&t, "record", v->row.record);
        fh_record_tell_text(&t, "kind", v->kind->name);
        fh_record_tell_text(&t, "to", v->row.state);
        status = fh_record_told(w, &t, row.record, "mending", false, NULL, err);
        row.changed_ms = w->now_ms;
        if (status == FH_OK) status = fh_record_note(w->org, &row, err);
    }
    return status;
}

fh_status fh_record_do_move(const fh_record_work *w, fh_record_view *v, const fh_kind_move *move,
                            fh_str words, const fh_record_view *before, const bool *changed,
                            fh_error *err)
{
    fh_record_telling t;
    const fh_str from = v->row.state;
    const fh_state *to = &v->kind->state[move->to];
    v->row.state = to->name;
    v->row.closed = to->closed;
    v->row.state_ms = v->row.changed_ms = w->now_ms;
    v->row.acted_ms = 0;
    if (to->closed) v->row.asked = 0, v->row.asked_ms = 0;
    fh_status status = fh_record_set_due(w, v, err);
    if (status == FH_OK) status = fh_record_write_fields(w, v, err);
    if (status == FH_OK) status = fh_record_update(w->org, &v->row, err);
    if (status == FH_OK && changed) status = fh_record_link_fields(w, v, err);
    if (status == FH_OK && to->closed) status = fh_between_rows_drop(w->org, v->row.record, err);
    if (status != FH_OK) return status;
    fh_record_tell(&t);
    fh_record_tell_text(&t, "move", move->name);
    fh_record_tell_text(&t, "from", from);
    fh_record_tell_text(&t, "to", to->name);
    if (changed) fh_record_tell_changes(&t, before, v, changed);
    fh_record_tell_text(&t, "words", words);
    status = fh_record_told(w, &t, v->row.record, "moved", false, NULL, err);
    if (status == FH_OK) status = tell_mended(w, v, err);
    if (status == FH_OK)
        status = fh_record_tell_systems(w, v, FH_HOOK_RECORD_MOVED, move->name, err);
    return status == FH_OK ? fh_record_mentions(w, v->row.record, words, err) : status;
}

fh_status fh_record_move(fh_org *org, const fh_actor *actor, int64_t record, int64_t version,
                         fh_str name, const fh_record_input *in, fh_arena *arena,
                         fh_record_view *out, fh_error *err)
{
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    fh_record_view before, v;
    fh_str words = in->words;
    bool *changed = NULL;
    fh_status status = fh_record_open(&w, record, &before, err);
    if (status != FH_OK) return status;
    const uint32_t i = fh_kind_find_move(before.kind, name);
    if (i >= before.kind->n_moves) return no_such_move(&w, &before, name, err);
    const fh_kind_move *move = &before.kind->move[i];
    if (version && version != before.row.version) return fh_record_stale(&w, &before, err);
    status = may_move(&w, &before, move, err);
    if (status == FH_OK) status = fh_record_check_words(&words, move->words, err);
    if (status != FH_OK) return status;
    v = before;
    v.values = FH_NEW_ARRAY(arena, fh_values, before.kind->n_fields + 1);
    if (!v.values) return fh_no_memory(err);
    memcpy(v.values, before.values, before.kind->n_fields * sizeof *before.values);
    status = fh_record_take(&w, in, &v, &changed, err);
    if (status == FH_OK) status = still_held(&before, move, changed, err);
    if (status == FH_OK) status = needs(&w, &v, move, err);
    if (status == FH_OK) status = fh_record_do_move(&w, &v, move, words, &before, changed, err);
    /* Whoever moves it where few see it stays one of them. */
    if (status == FH_OK && v.kind->state[move->to].concerned)
        status = fh_record_let_follow(&w, v.row.record, actor->person, "moved", err);
    return status == FH_OK ? fh_record_view_of(&w, &v.row, out, err) : status;
}
