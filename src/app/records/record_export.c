/* record_export.c - records of a kind out: as a table, as CSV, as JSON. */
#include "app/data/csv_rows.h"
#include "app/people/audit.h"
#include "app/records/record_table.h"
#include "base/put.h"

#include <string.h>

enum { PAGE = 500 };

/* Behind the fields: what is not for import, because it is somebody's word or worked out. */
typedef enum standing {
    ST_TITLE,
    ST_STATE,
    ST_OWNER,
    ST_DEPARTMENT,
    ST_AUTHOR,
    ST_BOUNCES,
    ST_FIRST,
    ST_MADE,
    ST_CHANGED,
    ST_DUE,
    N_STANDING
} standing;

static const fh_table_column standing_columns[N_STANDING] = {
    {"title", "Title", FH_CELL_TEXT},           {"state", "State", FH_CELL_TEXT},
    {"owner", "Owner", FH_CELL_TEXT},           {"department", "Department", FH_CELL_TEXT},
    {"author", "Author", FH_CELL_TEXT},         {"bounces", "Bounces", FH_CELL_COUNT},
    {"first_at", "First at", FH_CELL_TIME},     {"made_at", "Made at", FH_CELL_TIME},
    {"changed_at", "Changed at", FH_CELL_TIME}, {"due_at", "Due at", FH_CELL_TIME},
};

typedef struct filling {
    fh_org *org;
    const fh_actor *actor;
    fh_arena *arena;
    const fh_kind *kind;
    fh_record_cells *cells;
    fh_table *table;
    const uint32_t *field; /* [n_fields] which fields have columns */
    size_t n_fields;
    size_t room; /* rows */
    const standing *after;
    size_t n_after;
} filling;

static fh_cell instant(int64_t ms)
{
    return ms ? fh_cell_int(ms) : fh_cell_none();
}

static fh_status standing_cell(filling *f, const fh_record_view *r, standing what, fh_cell *out,
                               fh_error *err)
{
    const fh_record *row = &r->row;
    fh_str text = {0};
    fh_status s = FH_OK;
    switch (what) {
    case ST_TITLE: *out = fh_cell_text(row->title); break;
    case ST_STATE: *out = fh_cell_text(row->state); break;
    case ST_OWNER:
        s = fh_cell_of_person(f->cells, row->owner, &text, err);
        *out = fh_cell_text(text);
        break;
    case ST_DEPARTMENT:
        *out = fh_cell_text(fh_cell_of_department(f->cells, row->department));
        break;
    case ST_AUTHOR:
        s = fh_cell_of_person(f->cells, row->author, &text, err);
        *out = fh_cell_text(text);
        break;
    case ST_BOUNCES: *out = fh_cell_count(row->bounces); break;
    case ST_FIRST: *out = instant(row->first_ms); break;
    case ST_MADE: *out = instant(row->made_ms); break;
    case ST_CHANGED: *out = instant(row->changed_ms); break;
    case ST_DUE: *out = instant(row->deadline_ms); break;
    case N_STANDING: break;
    }
    return s;
}

static fh_status make_room(filling *f, fh_error *err)
{
    fh_table *t = f->table;
    if (t->n_rows < f->room) return FH_OK;
    if (t->n_rows >= FH_RECORD_ROWS_MAX) {
        (void)fh_fail(err, FH_LIMIT, "there are more than %d", FH_RECORD_ROWS_MAX);
        return fh_hint(err, FH_LIMIT, "Ask for a part of them: by state, or by a period.");
    }
    f->room = f->room ? 2 * f->room : PAGE;
    fh_cell *wider = FH_NEW_ARRAY(f->arena, fh_cell, f->room * t->n_columns);
    if (!wider) return fh_no_memory(err);
    if (t->n_rows) memcpy(wider, t->cells, t->n_rows * t->n_columns * sizeof *wider);
    t->cells = wider;
    return FH_OK;
}

static fh_status add_row(filling *f, const fh_record_view *r, fh_error *err)
{
    fh_status s = make_room(f, err);
    if (s != FH_OK) return s;
    fh_cell *cell = f->table->cells + f->table->n_rows * f->table->n_columns;
    *cell++ = fh_cell_int(r->row.record);
    for (size_t i = 0; i < f->n_fields && s == FH_OK; i++) {
        fh_str text = {0};
        s = fh_cell_of_values(f->cells, &f->kind->field[f->field[i]], &r->values[f->field[i]],
                              &text, err);
        *cell++ = fh_cell_text(text);
    }
    for (size_t i = 0; i < f->n_after && s == FH_OK; i++)
        s = standing_cell(f, r, f->after[i], cell++, err);
    if (s == FH_OK) f->table->n_rows++;
    return s;
}

static bool copy_name(fh_arena *arena, fh_str name, const char **out)
{
    fh_str copy;
    if (!fh_arena_str(arena, name, &copy)) return false;
    *out = copy.ptr;
    return true;
}

/* A field may have the name of a column that would stand there anyway: the field counts. */
static fh_status make_columns(filling *f, fh_error *err)
{
    const fh_kind *k = f->kind;
    fh_table_column *column = FH_NEW_ARRAY(f->arena, fh_table_column, k->n_fields + N_STANDING + 1);
    uint32_t *field = FH_NEW_ARRAY(f->arena, uint32_t, k->n_fields + 1);
    standing *after = FH_NEW_ARRAY(f->arena, standing, N_STANDING);
    if (!column || !field || !after) return fh_no_memory(err);
    size_t n = 0;
    column[n++] = (fh_table_column){"record", "Record", FH_CELL_COUNT};
    for (uint32_t i = 0; i < k->n_fields; i++) {
        column[n].kind = FH_CELL_TEXT;
        if (!copy_name(f->arena, k->field[i].name, &column[n].key) ||
            !copy_name(f->arena, k->field[i].label, &column[n].title))
            return fh_no_memory(err);
        field[f->n_fields++] = i;
        n++;
    }
    for (size_t i = 0; i < N_STANDING; i++) {
        if (fh_kind_find_field(k, fh_str_of(standing_columns[i].key)) < k->n_fields) continue;
        after[f->n_after++] = (standing)i;
        column[n++] = standing_columns[i];
    }
    f->field = field;
    f->after = after;
    f->table->columns = column;
    f->table->n_columns = n;
    return FH_OK;
}

static fh_status all_rows(filling *f, const fh_records_filter *filter, fh_error *err)
{
    fh_records_filter page = *filter;
    fh_status s = FH_OK;
    do {
        const fh_record_view *r = NULL;
        fh_str next = {0};
        size_t n = 0;
        s = fh_records_list(f->org, f->actor, &page, PAGE, f->arena, &r, &n, &next, err);
        for (size_t i = 0; i < n && s == FH_OK; i++) s = add_row(f, &r[i], err);
        page.cursor = next;
    } while (s == FH_OK && page.cursor.len);
    return s;
}

fh_status fh_records_table(fh_org *org, const fh_actor *actor, const fh_records_filter *filter,
                           fh_arena *arena, fh_table *out, fh_error *err)
{
    filling f = {.org = org, .actor = actor, .arena = arena, .table = out};
    *out = (fh_table){.title = ""};
    fh_status s = fh_kind_get(org, filter->kind, arena, &f.kind, err);
    if (s == FH_OK) s = fh_record_cells_new(org, arena, &f.cells, err);
    if (s == FH_OK && !copy_name(arena, f.kind->many, &out->title)) s = fh_no_memory(err);
    if (s == FH_OK) s = make_columns(&f, err);
    return s == FH_OK ? all_rows(&f, filter, err) : s;
}

void fh_records_csv(const fh_table *t, const fh_zone *zone, fh_buf *out)
{
    for (size_t i = 0; i < t->n_columns; i++) {
        if (i) fh_buf_char(out, ',');
        fh_csv_safe(out, fh_str_of(t->columns[i].key));
    }
    fh_buf_text(out, "\r\n");
    for (size_t row = 0; row < t->n_rows; row++) {
        for (size_t i = 0; i < t->n_columns; i++) {
            const fh_cell *cell = &t->cells[row * t->n_columns + i];
            char text[FH_TIME_TEXT];
            if (i) fh_buf_char(out, ',');
            if (cell->none) continue;
            if (t->columns[i].kind == FH_CELL_TEXT)
                fh_csv_safe(out, cell->text);
            else if (t->columns[i].kind == FH_CELL_TIME)
                fh_buf_str(out, (fh_str){text, fh_time_format(cell->i, zone, text)});
            else
                fh_buf_printf(out, "%lld", (long long)cell->i);
        }
        fh_buf_text(out, "\r\n");
    }
}

fh_status fh_records_json(fh_org *org, const fh_actor *actor, const fh_records_filter *filter,
                          fh_arena *arena, fh_json *j, fh_error *err)
{
    fh_records_filter page = *filter;
    fh_record_names *names = NULL;
    size_t rows = 0;
    fh_status s = fh_record_names_new(org, actor, arena, &names, err);
    fh_json_object(j);
    fh_put_text(j, "kind", filter->kind);
    fh_json_key(j, FH_STR("items"));
    fh_json_array(j);
    while (s == FH_OK) {
        const fh_record_view *r = NULL;
        fh_str next = {0};
        size_t n = 0;
        s = fh_records_list(org, actor, &page, PAGE, arena, &r, &n, &next, err);
        for (size_t i = 0; i < n && s == FH_OK; i++) s = fh_record_json(&r[i], names, j, err);
        rows += n;
        page.cursor = next;
        if (!next.len) break;
        if (s == FH_OK && rows > FH_RECORD_ROWS_MAX)
            s = fh_fail(err, FH_LIMIT, "there are more than %d", FH_RECORD_ROWS_MAX);
    }
    fh_json_end_array(j);
    if (s == FH_OK) s = fh_record_names_json(names, j, err);
    fh_json_end_object(j);
    return s;
}

fh_status fh_records_exported(fh_org *org, const fh_actor *actor, fh_str kind, fh_error *err)
{
    fh_buf text;
    fh_json j;
    fh_buf_init(&text, NULL, 1024);
    fh_json_begin(&j, &text, 0);
    fh_json_object(&j);
    fh_put_text(&j, "kind", kind);
    fh_json_end_object(&j);
    const fh_audit_object about = {.kind = FH_STR("records"), .after = fh_buf_view(&text)};
    const fh_status s = text.status
                            ? fh_no_memory(err)
                            : fh_audit(org, actor, FH_AUDITED_RECORDS_EXPORTED, &about, err);
    fh_buf_free(&text);
    return s;
}
