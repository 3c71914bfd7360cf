/* records_clocks.c - use case: time passes. Clocks remind, escalate, and make moves.
 *
 * Every clock of a kind acts at instants that follow from the row: so long after it came to
 * its state, or at the end of a day in a field; and so much before, to remind. `acted_ms`
 * says up to when they have acted, `due_ms` when the next one does, so whoever runs clocks
 * looks at one index and at nothing else. `deadline_ms` is what people are shown: when what is
 * due next is due, or was, whatever has acted. Being stopped in between repeats nothing: a
 * record's clocks act in one transaction.
 *
 * An offered ownership is a clock too: not answered in FH_RECORD_ANSWER_DAYS it goes to
 * whoever leads the one who was asked, and so on upwards; nobody above: it is nobody's.
 */
#include "app/records/record_parts.h"

#include "app/ask/ask.h"
#include "base/checked.h"
#include "base/time.h"

#include <string.h>

/* ---- When ------------------------------------------------------------------------------ */

static bool runs(const fh_record_view *v, const fh_clock *c)
{
    const uint32_t state = fh_kind_find_state(v->kind, v->row.state);
    return state < v->kind->n_states && (c->in >> state & 1);
}

/* 0: never. The end of a day is that of the organisation's zone. */
static int64_t due_of(const fh_record_view *v, const fh_clock *c, const fh_zone *zone)
{
    int64_t due = 0;
    if (!runs(v, c)) return 0;
    if (!c->field.len) return fh_add_i64(v->row.state_ms, c->after_ms, &due) ? due : 0;
    const uint32_t i = fh_kind_find_field(v->kind, c->field);
    if (i >= v->kind->n_fields || !v->values[i].n) return 0;
    if (!fh_mul_i64(v->values[i].value[0].number + 1, FH_DAY_MS, &due)) return 0;
    return fh_zone_instant(zone, due);
}

static fh_status answer_ms(const fh_record_work *w, int64_t *out, fh_error *err)
{
    enum { MOST = 365 };
    fh_str text;
    int64_t days = 0;
    const fh_status status =
        fh_setting_get(w->org, FH_STR(FH_SETTING_ANSWER_DAYS), w->arena, &text, err);
    if (status != FH_OK) return status;
    for (size_t i = 0; i < text.len && days <= MOST; i++)
        days =
            text.ptr[i] >= '0' && text.ptr[i] <= '9' ? days * 10 + (text.ptr[i] - '0') : MOST + 1;
    if (days < 1 || days > MOST) days = FH_RECORD_ANSWER_DAYS;
    *out = days * FH_DAY_MS;
    return FH_OK;
}

static void earlier(int64_t *out, int64_t at, int64_t after)
{
    if (at > after && (!*out || at < *out)) *out = at;
}

fh_status fh_record_set_due(const fh_record_work *w, fh_record_view *v, fh_error *err)
{
    const fh_zone *zone = NULL;
    int64_t next = 0, answer = 0, deadline = 0;
    fh_status status = FH_OK;
    if (v->kind->n_clocks) status = fh_org_zone(w->org, w->arena, &zone, err);
    if (status == FH_OK && v->row.asked) status = answer_ms(w, &answer, err);
    if (status != FH_OK) return status;
    for (uint32_t i = 0; i < v->kind->n_clocks; i++) {
        const fh_clock *c = &v->kind->clock[i];
        const int64_t due = due_of(v, c, zone);
        if (!due) continue;
        earlier(&deadline, due, 0);
        earlier(&next, due, v->row.acted_ms);
        if (c->remind_ms) earlier(&next, due - c->remind_ms, v->row.acted_ms);
    }
    if (v->row.asked && !v->row.closed) {
        earlier(&deadline, v->row.asked_ms + answer, 0);
        earlier(&next, v->row.asked_ms + answer, 0);
    }
    v->row.due_ms = next;
    v->row.deadline_ms = deadline;
    return FH_OK;
}

void fh_record_clocks_changed(fh_record_view *v, const bool *changed)
{
    for (uint32_t i = 0; i < v->kind->n_clocks; i++) {
        const uint32_t f = fh_kind_find_field(v->kind, v->kind->clock[i].field);
        if (f < v->kind->n_fields && changed[f]) v->row.acted_ms = 0;
    }
}

fh_status fh_record_clock(const fh_record_work *w, const fh_record_view *v, const fh_clock **out,
                          int64_t *due_ms, fh_error *err)
{
    const fh_zone *zone = NULL;
    *out = NULL;
    if (!v->kind->n_clocks) return FH_OK;
    const fh_status status = fh_org_zone(w->org, w->arena, &zone, err);
    for (uint32_t i = 0; i < v->kind->n_clocks && status == FH_OK; i++) {
        const int64_t due = due_of(v, &v->kind->clock[i], zone);
        if (!due || (*out && *due_ms <= due)) continue;
        *out = &v->kind->clock[i];
        *due_ms = due;
    }
    return status;
}

/* First evidence: also the day in a field `since`. */
fh_status fh_record_set_first(const fh_record_work *w, fh_record_view *v, fh_error *err)
{
    const fh_record_about *about = NULL;
    size_t n = 0;
    const fh_status status = fh_record_abouts(w->org, v->row.record, w->arena, &about, &n, err);
    if (status != FH_OK) return status;
    v->row.first_ms = v->row.made_ms;
    for (size_t i = 0; i < n; i++)
        if (about[i].at_ms > 0 && about[i].at_ms < v->row.first_ms)
            v->row.first_ms = about[i].at_ms;
    const uint32_t since = fh_kind_find_field(v->kind, FH_STR("since"));
    if (since < v->kind->n_fields && v->kind->field[since].type == FH_TYPE_DATE &&
        v->values[since].n) {
        const int64_t at = v->values[since].value[0].number * FH_DAY_MS;
        if (at > 0 && at < v->row.first_ms) v->row.first_ms = at;
    }
    return FH_OK;
}

/* ---- Acting ------------------------------------------------------------------------------- */

/* An entry that tells people, who follow from now on. */
static fh_status tell_people(const fh_record_work *w, const fh_record_view *v, const fh_clock *c,
                             const char *what, fh_who who, int64_t due, fh_str missing,
                             fh_error *err)
{
    const uint32_t *person = NULL;
    size_t n = 0;
    char at[FH_TIME_TEXT];
    fh_record_telling t;
    fh_status status = fh_record_people(w, v, who, &person, &n, err);
    if (status != FH_OK) return status;
    fh_record_tell(&t);
    fh_record_tell_text(&t, "clock", c->name);
    fh_record_tell_text(&t, "due_at", (fh_str){at, fh_time_format(due, NULL, at)});
    fh_record_tell_text(&t, "missing", missing);
    fh_json_key(&t.j, FH_STR("people"));
    fh_json_array(&t.j);
    for (size_t i = 0; i < n; i++) fh_json_uint(&t.j, person[i]);
    fh_json_end_array(&t.j);
    status = fh_record_told(w, &t, v->row.record, what, false, NULL, err);
    for (size_t i = 0; i < n && status == FH_OK; i++)
        status = fh_record_let_follow(w, v->row.record, person[i], what, err);
    return status;
}

/* It is due: somebody is told, or a move is made. *moved: clocks of the state before are
 * over. */
static fh_status act(const fh_record_work *w, fh_record_view *v, const fh_clock *c, int64_t due,
                     bool *moved, fh_error *err)
{
    const fh_condition_asked asked = {w->org, w->actor, v, w->now_ms, w->arena};
    const uint32_t i = fh_kind_find_move(v->kind, c->move);
    fh_str missing = {"", 0};
    fh_status status = FH_OK;
    if (i < v->kind->n_moves) status = fh_move_missing(&asked, &v->kind->move[i], &missing, err);
    if (status == FH_OK && (c->escalate || missing.len))
        status = tell_people(w, v, c, "due", c->escalate, due, missing, err);
    if (status != FH_OK || i >= v->kind->n_moves || missing.len) return status;
    *moved = true;
    v->row.acted_ms = w->now_ms;
    return fh_record_do_move(w, v, &v->kind->move[i], c->label, NULL, NULL, err);
}

/* *did: anybody was told, or it was moved. */
static fh_status act_clocks(const fh_record_work *w, fh_record_view *v, bool *moved, bool *did,
                            fh_error *err)
{
    const fh_zone *zone = NULL;
    const int64_t acted = v->row.acted_ms;
    fh_status status = fh_org_zone(w->org, w->arena, &zone, err);
    for (uint32_t i = 0; i < v->kind->n_clocks && status == FH_OK && !*moved; i++) {
        const fh_clock *c = &v->kind->clock[i];
        const int64_t due = due_of(v, c, zone);
        if (!due) continue;
        const int64_t remind = c->remind_ms ? due - c->remind_ms : 0;
        const bool is_due = due <= w->now_ms && due > acted;
        const bool reminds = remind > acted && remind <= w->now_ms && due > w->now_ms;
        *did |= is_due || reminds;
        if (is_due)
            status = act(w, v, c, due, moved, err);
        else if (reminds)
            status = tell_people(w, v, c, "reminded", c->remind, due, (fh_str){"", 0}, err);
    }
    if (status == FH_OK && !*moved) v->row.acted_ms = w->now_ms;
    return status;
}

static fh_status escalate_offer(const fh_record_work *w, fh_record_view *v, fh_error *err)
{
    fh_person asked;
    fh_record_telling t;
    fh_record *r = &v->row;
    const uint32_t was = r->asked;
    uint32_t lead = 0;
    fh_error e = {0};
    fh_status status = fh_person_row(w->org, was, w->arena, &asked, &e);
    if (status != FH_OK && status != FH_NOTFOUND) {
        if (err) *err = e;
        return status;
    }
    uint32_t department = status == FH_OK ? asked.department : r->department;
    status = fh_record_lead(w, department, was, &lead, err);
    if (status != FH_OK) return status;
    r->asked = lead;
    r->asked_ms = lead ? w->now_ms : 0;
    fh_record_tell(&t);
    fh_record_tell_number(&t, "asked", was);
    fh_record_tell_number(&t, "person", lead);
    status = fh_record_told(w, &t, r->record, lead ? "escalated" : "unanswered", false, NULL, err);
    return status == FH_OK ? fh_record_let_follow(w, r->record, lead, "asked", err) : status;
}

/* Several leads of one department could ask one another for ever: it goes up once a round,
 * and whoever was asked before is not asked again. */
static fh_status asked_before(const fh_record_work *w, const fh_record_view *v, bool *out,
                              fh_error *err)
{
    const fh_record_entry *entry = NULL;
    size_t n = 0, escalated = 0;
    const fh_status status =
        fh_record_entries(w->org, v->row.record, 0, 50, w->arena, &entry, &n, err);
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        if (fh_str_eq(entry[i].what, FH_STR("offered"))) break;
        escalated += fh_str_eq(entry[i].what, FH_STR("escalated"));
    }
    *out = escalated >= 5;
    return status;
}

static fh_status act_offer(const fh_record_work *w, fh_record_view *v, bool *did, fh_error *err)
{
    int64_t answer = 0;
    bool enough = false;
    fh_status status = answer_ms(w, &answer, err);
    if (status != FH_OK || !v->row.asked || v->row.closed || v->row.asked_ms + answer > w->now_ms)
        return status;
    *did = true;
    status = asked_before(w, v, &enough, err);
    if (status != FH_OK) return status;
    if (!enough) return escalate_offer(w, v, err);
    fh_record_telling t;
    fh_record_tell(&t);
    fh_record_tell_number(&t, "asked", v->row.asked);
    v->row.asked = 0;
    v->row.asked_ms = 0;
    return fh_record_told(w, &t, v->row.record, "unanswered", false, NULL, err);
}

static fh_status act_record(const fh_record_work *w, int64_t record, fh_error *err)
{
    fh_record row;
    fh_record_view v;
    bool moved = false, did = false;
    fh_error e = {0};
    fh_status status = fh_record_row(w->org, record, w->arena, &row, err);
    if (status != FH_OK) return status;
    if (row.merged_into) {
        row.due_ms = row.deadline_ms = 0;
        return fh_record_note(w->org, &row, err);
    }
    status = fh_record_view_of(w, &row, &v, &e);
    if (status == FH_NOTFOUND) { /* its kind is no more: nothing acts */
        row.due_ms = row.deadline_ms = 0;
        return fh_record_note(w->org, &row, err);
    }
    if (status != FH_OK) {
        if (err) *err = e;
        return status;
    }
    status = act_clocks(w, &v, &moved, &did, err);
    if (status == FH_OK) status = act_offer(w, &v, &did, err);
    if (did) v.row.changed_ms = w->now_ms;
    if (status == FH_OK) status = fh_record_set_due(w, &v, err);
    return status == FH_OK ? fh_record_note(w->org, &v.row, err) : status;
}

/* What is wrong with one record holds up no other: it is looked at again tomorrow. */
static bool passes(fh_status status)
{
    return status == FH_INVALID || status == FH_FORMAT || status == FH_CONFLICT ||
           status == FH_NOTFOUND || status == FH_LIMIT;
}

static fh_status put_off(const fh_record_work *w, int64_t record, fh_error *err)
{
    fh_record row;
    fh_status status = fh_org_begin(w->org, err);
    if (status != FH_OK) return status;
    status = fh_record_row(w->org, record, w->arena, &row, err);
    row.due_ms = w->now_ms + FH_DAY_MS;
    if (status == FH_OK) status = fh_record_note(w->org, &row, err);
    if (status == FH_OK) return fh_org_commit(w->org, err);
    fh_org_rollback(w->org);
    return status;
}

fh_status fh_records_clocks(fh_org *org, int64_t now_ms, size_t max, uint64_t *n, bool *left,
                            fh_error *err)
{
    const fh_actor self = fh_actor_system();
    int64_t *list = NULL;
    size_t got = 0;
    uint64_t done = 0;
    fh_arena *arena = fh_arena_new(NULL), *one = fh_arena_new(NULL);
    fh_status status = arena && one ? FH_OK : fh_no_memory(err);
    if (status == FH_OK) status = fh_record_due(org, now_ms, max + 1, arena, &list, &got, err);
    for (size_t i = 0; i < got && i < max && status == FH_OK; i++) {
        const fh_record_work w = {org, &self, one, now_ms};
        fh_arena_reset(one);
        status = fh_org_begin(org, err);
        if (status != FH_OK) break;
        status = act_record(&w, list[i], err);
        if (status == FH_OK)
            status = fh_org_commit(org, err);
        else
            fh_org_rollback(org);
        if (passes(status)) status = put_off(&w, list[i], err);
        done += status == FH_OK;
    }
    fh_arena_free(one);
    fh_arena_free(arena);
    if (status != FH_OK) return status;
    *n = done;
    *left = got > max;
    return FH_OK;
}
