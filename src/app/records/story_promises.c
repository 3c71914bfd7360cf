/* story_promises.c - promises beside a story, as text, JSON and a sheet (see story_promises.h). */
#include "app/records/story_promises.h"

#include "app/ask/view_parts.h"
#include "app/ask/words.h"
#include "app/records/record_parts.h"
#include "app/records/record_promised.h"
#include "app/records/record_table.h"
#include "base/put.h"

static fh_status made_from(const fh_record_work *w, int64_t record, int64_t *out, fh_error *err)
{
    const fh_record_about *a = NULL;
    size_t n = 0;
    const fh_status s = fh_record_abouts(w->org, record, w->arena, &a, &n, err);
    *out = 0;
    for (size_t i = 0; i < n && !s && !*out; i++)
        if (fh_str_eq(a[i].what, FH_STR("interaction"))) *out = a[i].at_ms;
    return s;
}

static fh_status tell_one(const fh_record_work *w, fh_story_promise *p, fh_error *err)
{
    const fh_clock *clock = NULL;
    int64_t due_ms = 0;
    fh_status s = made_from(w, p->promise->row.record, &p->made_from_ms, err);
    if (!s) s = fh_record_clock(w, p->promise, &clock, &due_ms, err);
    p->due_ms = clock ? due_ms : 0;
    return s;
}

fh_status fh_story_promises_of(fh_org *org, const fh_actor *actor, uint32_t customer,
                               fh_arena *arena, fh_story_promises *out, fh_error *err)
{
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    const fh_records_filter f = {.kind = FH_STR("promise"),
                                 .what = FH_STR("customer"),
                                 .number = customer,
                                 .order = FH_RECORDS_DUE};
    const fh_record_view *r = NULL;
    uint64_t total = 0;
    size_t n = 0;
    fh_str next;
    *out = (fh_story_promises){.told = fh_may(actor, FH_RIGHT_TAKE_PART)};
    if (!out->told) return FH_OK;
    fh_status s = fh_records_list(org, actor, &f, FH_PROMISED_MOST, arena, &r, &n, &next, err);
    if (!s) s = fh_records_total(org, actor, &f, arena, &total, err);
    fh_story_promise *list = s ? NULL : FH_NEW_ARRAY(arena, fh_story_promise, n + 1);
    if (!s && !list) s = fh_no_memory(err);
    for (size_t i = 0; i < n && !s; i++) {
        list[i].promise = &r[i];
        s = tell_one(&w, &list[i], err);
    }
    if (s) return s;
    out->item = list;
    out->n = n;
    out->hidden = total > n ? total - n : 0;
    return FH_OK;
}

static void time_or_null(const fh_answer *a, const char *key, int64_t ms, fh_json *j)
{
    if (ms) {
        fh_put_time_in(j, key, ms, a->view.zone);
        return;
    }
    fh_put_null(j, key);
}

fh_status fh_story_promises_json(const fh_answer *a, const fh_story_promises *p, fh_json *j,
                                 fh_error *err)
{
    fh_record_cells *cells = NULL;
    if (!p->told) return FH_OK;
    fh_status s = fh_record_cells_new(a->org, a->arena, &cells, err);
    if (s) return s;
    fh_put_key(j, "promised");
    fh_json_object(j);
    fh_put_key(j, "items");
    fh_json_array(j);
    for (size_t i = 0; i < p->n && !s; i++) {
        const fh_record *row = &p->item[i].promise->row;
        fh_str owner;
        s = fh_cell_of_person(cells, row->owner, &owner, err);
        fh_json_object(j);
        fh_put_number(j, "record", (uint64_t)row->record);
        fh_put_text(j, "title", row->title);
        fh_put_text(j, "state", row->state);
        fh_put_bool(j, "closed", row->closed);
        fh_put_text_or_null(j, "owner", owner);
        fh_put_time_in(j, "made_at", row->made_ms, a->view.zone);
        time_or_null(a, "made_from", p->item[i].made_from_ms, j);
        time_or_null(a, "due", p->item[i].due_ms, j);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_put_number(j, "hidden", p->hidden);
    fh_json_end_object(j);
    return s;
}

fh_status fh_story_promises_table(const fh_answer *a, const fh_story_promises *p, fh_table *out,
                                  fh_error *err)
{
    static const fh_table_column columns[] = {
        {"record", "Promise", FH_CELL_COUNT},   {"title", "What was promised", FH_CELL_TEXT},
        {"state", "State", FH_CELL_TEXT},       {"owner", "Owner", FH_CELL_TEXT},
        {"made_from", "Made in", FH_CELL_TIME}, {"due", "Due", FH_CELL_TIME},
    };
    enum { N = sizeof columns / sizeof columns[0] };
    fh_record_cells *cells = NULL;
    *out = (fh_table){.title = "What was promised", .columns = columns, .n_columns = N};
    out->n_rows = p->n;
    out->cells = FH_NEW_ARRAY(a->arena, fh_cell, N * p->n + 1);
    if (!out->cells) return fh_no_memory(err);
    fh_status s = fh_record_cells_new(a->org, a->arena, &cells, err);
    for (size_t i = 0; i < p->n && !s; i++) {
        const fh_story_promise *one = &p->item[i];
        const fh_kind *kind = one->promise->kind;
        const uint32_t state = fh_kind_find_state(kind, one->promise->row.state);
        fh_cell *cell = out->cells + N * i;
        fh_str owner;
        if (one->made_from_ms)
            out->note = FH_STR("'Made in': the interaction it was made from, by its time above.");
        s = fh_cell_of_person(cells, one->promise->row.owner, &owner, err);
        *cell++ = fh_cell_int(one->promise->row.record);
        *cell++ = fh_cell_text(one->promise->row.title);
        *cell++ = fh_cell_text(state < kind->n_states ? kind->state[state].label
                                                      : one->promise->row.state);
        *cell++ = fh_cell_text(owner);
        *cell++ = one->made_from_ms ? fh_cell_int(one->made_from_ms) : fh_cell_none();
        *cell = one->due_ms ? fh_cell_int(one->due_ms) : fh_cell_none();
    }
    if (p->hidden)
        out->rest = fh_printed(a->arena, "%llu more: firsthand records ORG.fh promise.",
                               (unsigned long long)p->hidden);
    return s;
}
