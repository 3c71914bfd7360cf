/* record_import.c - records of a kind in, from a CSV file or a spreadsheet (see record_table.h).
 *
 * In one transaction, which a dry run or any problem rolls back: every row is made or changed
 * as a person would by hand, so what is checked is what would be written. All problems are
 * told, each with its line and column. A row that says what is there already writes nothing.
 */
#include "app/data/xlsx_rows.h"
#include "app/people/audit.h"
#include "app/records/record_table.h"
#include "base/nearest.h"
#include "base/put.h"
#include "store/record_ways.h"

#include <string.h>

enum { KEY_MAX = 200, TOKENS = 1 << 16, JSON_MAX = 4 << 20 };
enum { COL_NONE = -1, COL_RECORD = -2, COL_KEY = -3 }; /* else: which field */

typedef struct importing {
    fh_org *org;
    const fh_actor *actor;
    const fh_kind *kind;
    fh_arena *arena, *scratch; /* of the result; of a row */
    fh_record_cells *cells;    /* of a row */
    fh_json_reader *reader;
    fh_csv_rows rows;
    int *column; /* [cells of the header] */
    size_t n_columns;
    bool has_record, has_key;
    fh_record_import out;
    fh_record_problem *problem; /* [FH_RECORD_PROBLEMS_SHOWN] */
} importing;

/* What belongs to no file ends the import; all else is noted. */
static fh_status note(importing *m, size_t row, fh_str column, fh_status status, const fh_error *e,
                      fh_error *err)
{
    if (status == FH_OK) return FH_OK;
    if (status != FH_INVALID && status != FH_CONFLICT && status != FH_NOTFOUND &&
        status != FH_DENIED && status != FH_LIMIT && status != FH_FORMAT && status != FH_STALE) {
        if (err) *err = *e;
        return status;
    }
    m->out.n_problems++;
    if (m->out.n_shown == FH_RECORD_PROBLEMS_SHOWN) return FH_OK;
    fh_record_problem *p = &m->problem[m->out.n_shown++];
    *p = (fh_record_problem){.line = m->rows.row[row].line};
    if (!fh_arena_str(m->arena, column, &p->column) ||
        !fh_arena_str(m->arena, fh_str_of(e->message), &p->what) ||
        !fh_arena_str(m->arena, fh_str_of(e->hint), &p->remedy))
        return fh_no_memory(err);
    return FH_OK;
}

/* ---- The header ----------------------------------------------------------------------------- */

/* What an export tells besides: it may stay in the file, and is read over. */
static bool is_told(fh_str name)
{
    static const char *const told[] = {"title",    "state",    "owner",      "department", "author",
                                       "bounces",  "first_at", "made_at",    "changed_at", "due_at",
                                       "first at", "made at",  "changed at", "due at"};
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
        if (fh_str_eq_nocase(name, fh_str_of(told[i]))) return true;
    return false;
}

static fh_status unknown_column(const importing *m, fh_str name, fh_error *err)
{
    fh_str names[FH_KIND_FIELDS_MAX + 2] = {FH_STR("record"), FH_STR("key")};
    size_t n = 2;
    for (uint32_t i = 0; i < m->kind->n_fields; i++) names[n++] = m->kind->field[i].name;
    (void)fh_fail(err, FH_FORMAT, "there is no column called '%.*s'",
                  (int)(name.len < 60 ? name.len : 60), name.ptr);
    const size_t near = fh_nearest(name, names, n);
    if (near < n) return fh_hint(err, FH_FORMAT, "Did you mean '%.*s'?", FH_STR_ARG(names[near]));
    return fh_hint(err, FH_FORMAT, "Columns are record, key, and the names of the kind's fields.");
}

/* By its name, as in a CSV file, or as people read it, as in a spreadsheet; n_fields: none. */
static uint32_t field_called(const fh_kind *kind, fh_str name)
{
    uint32_t field = fh_kind_find_field(kind, name);
    for (uint32_t i = 0; field == kind->n_fields && i < kind->n_fields; i++)
        if (fh_str_eq_nocase(kind->field[i].label, name)) field = i;
    return field;
}

static fh_status read_column(importing *m, size_t i, fh_error *err)
{
    const fh_str name = fh_str_trim(fh_csv_plain(m->rows.row[0].cell[i]));
    const uint32_t field = field_called(m->kind, name);
    int what = COL_NONE;
    if (fh_str_eq_nocase(name, FH_STR("record")))
        what = COL_RECORD;
    else if (fh_str_eq_nocase(name, FH_STR("key")))
        what = COL_KEY;
    else if (field < m->kind->n_fields)
        what = (int)field;
    else if (!is_told(name))
        return unknown_column(m, name, err);
    if (what >= 0 && (m->kind->field[what].computed.len || m->kind->field[what].by_machine))
        what = COL_NONE;
    for (size_t k = 0; k < i && what != COL_NONE; k++)
        if (m->column[k] == what)
            return fh_fail(err, FH_FORMAT, "the column '%.*s' stands twice", FH_STR_ARG(name));
    m->column[i] = what;
    m->has_record = m->has_record || what == COL_RECORD;
    m->has_key = m->has_key || what == COL_KEY;
    return FH_OK;
}

static fh_status read_header(importing *m, fh_error *err)
{
    if (m->rows.n == 0) return fh_fail(err, FH_FORMAT, "the file is empty");
    m->n_columns = m->rows.row[0].n_cells;
    m->column = FH_NEW_ARRAY(m->arena, int, m->n_columns + 1);
    fh_status s = m->column ? FH_OK : fh_no_memory(err);
    for (size_t i = 0; i < m->n_columns && s == FH_OK; i++) s = read_column(m, i, err);
    if (s != FH_OK || m->has_record || m->has_key) return s;
    (void)fh_fail(err, FH_FORMAT, "the column 'record' or 'key' is missing");
    return fh_hint(err, FH_FORMAT,
                   "By 'key', whatever your other program calls a row, it is known again when the "
                   "file comes twice; 'record' is the number of a record that is here.");
}

/* ---- A row ---------------------------------------------------------------------------------- */

static fh_str cell(const importing *m, size_t row, int what)
{
    const fh_csv_row *r = &m->rows.row[row];
    for (size_t i = 0; i < m->n_columns && i < r->n_cells; i++)
        if (m->column[i] == what) return fh_str_trim(fh_csv_plain(r->cell[i]));
    return (fh_str){0};
}

/* Which record a row is about; 0: a new one. */
static fh_status which(importing *m, size_t row, int64_t *record, fh_str *key, fh_str *column,
                       fh_error *err)
{
    const fh_str number = cell(m, row, COL_RECORD);
    *key = cell(m, row, COL_KEY);
    *record = 0;
    *column = FH_STR("record");
    for (size_t i = 0; i < number.len; i++) {
        if (number.ptr[i] < '0' || number.ptr[i] > '9' || number.len > 15)
            return fh_fail(err, FH_INVALID, "'%.*s' is not the number of a record",
                           (int)(number.len < 40 ? number.len : 40), number.ptr);
        *record = *record * 10 + (number.ptr[i] - '0');
    }
    if (*record) return FH_OK;
    *column = FH_STR("key");
    if (key->len > KEY_MAX)
        return fh_fail(err, FH_LIMIT, "the key is longer than %d bytes", KEY_MAX);
    if (key->len) return fh_record_key_find(m->org, m->kind->name, *key, record, err);
    (void)fh_fail(err, FH_INVALID, "the row has neither a number nor a key");
    return fh_hint(err, FH_INVALID, "Give it a key of your own, so that it is known again.");
}

static fh_status value_text(const fh_kind_field *field, const fh_values *values, fh_arena *arena,
                            fh_str *out, fh_error *err)
{
    fh_buf text;
    fh_json j;
    fh_buf_init(&text, NULL, JSON_MAX);
    fh_json_begin(&j, &text, 0);
    fh_field_to_json(field, values, &j);
    const bool fits = !text.status && fh_arena_str(arena, fh_buf_view(&text), out);
    fh_buf_free(&text);
    return fits ? FH_OK : fh_no_memory(err);
}

/* Adds the member unless it says what is there already. `now` NULL: nothing is. */
static fh_status put_field(importing *m, const fh_kind_field *field, fh_str text,
                           const fh_values *now, fh_json *j, size_t *n, fh_error *err)
{
    fh_values values;
    fh_str said, is = FH_STR("null");
    fh_status s = fh_values_of_cell(m->cells, field, text, &values, err);
    if (s == FH_OK) s = value_text(field, &values, m->scratch, &said, err);
    if (s == FH_OK && now) s = value_text(field, now, m->scratch, &is, err);
    if (s != FH_OK || fh_str_eq(said, is)) return s;
    fh_json_key(j, field->name);
    fh_json_raw_value(j, said);
    ++*n;
    return FH_OK;
}

/* *n: how many fields say something new. */
static fh_status fields_json(importing *m, size_t row, const fh_record_view *now, fh_buf *out,
                             size_t *n, fh_error *err)
{
    const fh_csv_row *r = &m->rows.row[row];
    fh_json j;
    fh_status s = FH_OK;
    *n = 0;
    fh_json_begin(&j, out, 0);
    fh_json_object(&j);
    for (size_t i = 0; i < m->n_columns && i < r->n_cells && s == FH_OK; i++) {
        if (m->column[i] < 0) continue;
        const fh_kind_field *field = &m->kind->field[m->column[i]];
        fh_error e = {0};
        s = put_field(m, field, fh_csv_plain(r->cell[i]), now ? &now->values[m->column[i]] : NULL,
                      &j, n, &e);
        s = note(m, row, field->name, s, &e, err);
    }
    fh_json_end_object(&j);
    return s == FH_OK && out->status ? fh_no_memory(err) : s;
}

static fh_status write_row(importing *m, const fh_record_view *now, fh_str fields, fh_str key,
                           fh_error *err)
{
    fh_json_doc doc;
    fh_record_view r;
    fh_status s = fh_json_read(m->reader, fields, &doc, err);
    if (s != FH_OK) return s;
    const fh_record_input in = {.kind = m->kind->name, .doc = &doc, .fields = 0};
    if (now)
        return fh_record_change(m->org, m->actor, now->row.record, now->row.version, &in,
                                m->scratch, &r, err);
    s = fh_record_make(m->org, m->actor, &in, m->scratch, &r, NULL, err);
    return s == FH_OK && key.len ? fh_record_key_put(m->org, m->kind->name, key, r.row.record, err)
                                 : s;
}

static fh_status of_this_kind(const importing *m, const fh_record_view *r, fh_error *err)
{
    if (fh_str_eq(r->kind->name, m->kind->name)) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "record %lld is of the kind '%.*s'", (long long)r->row.record,
                  FH_STR_ARG(r->kind->name));
    return fh_hint(err, FH_INVALID, "A file holds records of one kind.");
}

/* What is said of a member of a request, "/fields/due: ...", is said of the column 'due' here. */
static fh_status not_written(importing *m, size_t row, fh_status status, fh_error *e, fh_error *err)
{
    static const char below[] = "/fields/";
    const size_t n = sizeof below - 1;
    const char *behind = strstr(e->message, ": ");
    fh_str column = {0};
    if (strncmp(e->message, below, n) != 0 || !behind) return note(m, row, column, status, e, err);
    if (!fh_arena_str(m->scratch, (fh_str){e->message + n, (size_t)(behind - e->message) - n},
                      &column))
        return fh_no_memory(err);
    memmove(e->message, behind + 2, strlen(behind + 2) + 1);
    return note(m, row, column, status, e, err);
}

static fh_status take_row(importing *m, size_t row, fh_buf *fields, fh_error *err)
{
    fh_record_view now;
    fh_str key = {0}, column = {0};
    int64_t record = 0;
    size_t n = 0;
    fh_error e = {0};
    const uint64_t problems = m->out.n_problems;
    fh_status s = fh_record_cells_new(m->org, m->scratch, &m->cells, err);
    if (s != FH_OK) return s;
    s = which(m, row, &record, &key, &column, &e);
    if (s == FH_OK && record) s = fh_record_get(m->org, m->actor, record, m->scratch, &now, &e);
    if (s == FH_OK && record) s = of_this_kind(m, &now, &e);
    if (s != FH_OK) return note(m, row, column, s, &e, err);
    fh_buf_clear(fields);
    s = fields_json(m, row, record ? &now : NULL, fields, &n, err);
    if (s != FH_OK || m->out.n_problems > problems) return s;
    if (record && !n) return m->out.unchanged++, FH_OK;
    s = write_row(m, record ? &now : NULL, fh_buf_view(fields), key, &e);
    if (s != FH_OK) return not_written(m, row, s, &e, err);
    if (record)
        m->out.changed++;
    else
        m->out.added++;
    return FH_OK;
}

/* ---- All of it ------------------------------------------------------------------------------ */

static fh_status tell_import(importing *m, fh_error *err)
{
    fh_buf text;
    fh_json j;
    fh_buf_init(&text, NULL, 1024);
    fh_json_begin(&j, &text, 0);
    fh_json_object(&j);
    fh_put_text(&j, "kind", m->kind->name);
    fh_put_number(&j, "added", m->out.added);
    fh_put_number(&j, "changed", m->out.changed);
    fh_json_end_object(&j);
    const fh_audit_object about = {.kind = FH_STR("records"), .after = fh_buf_view(&text)};
    const fh_status s = text.status
                            ? fh_no_memory(err)
                            : fh_audit(m->org, m->actor, FH_AUDITED_RECORDS_IMPORTED, &about, err);
    fh_buf_free(&text);
    return s;
}

static fh_status import_inside(importing *m, bool dry_run, fh_error *err)
{
    fh_buf fields;
    fh_status s = fh_org_begin(m->org, err);
    if (s != FH_OK) return s;
    fh_buf_init(&fields, NULL, JSON_MAX);
    for (size_t i = 1; i < m->rows.n && s == FH_OK; i++) {
        fh_arena_reset(m->scratch);
        s = take_row(m, i, &fields, err);
    }
    fh_buf_free(&fields);
    if (s == FH_OK && m->out.added + m->out.changed) s = tell_import(m, err);
    if (s == FH_OK && !dry_run && !m->out.n_problems) return fh_org_commit(m->org, err);
    fh_org_rollback(m->org);
    return s;
}

fh_status fh_records_import(fh_org *org, const fh_actor *actor, fh_str kind, fh_str file,
                            bool dry_run, fh_arena *arena, fh_record_import *out, fh_error *err)
{
    importing m = {.org = org, .actor = actor, .arena = arena};
    fh_status s = fh_require(actor, FH_RIGHT_TAKE_PART, err);
    if (s == FH_OK) s = fh_kind_get(org, kind, arena, &m.kind, err);
    if (s == FH_OK) s = fh_rows_read(arena, file, FH_RECORD_IMPORT_MAX, &m.rows, err);
    if (s == FH_OK) s = read_header(&m, err);
    if (s != FH_OK) return s;
    m.out.rows = m.rows.n - 1;
    m.problem = FH_NEW_ARRAY(arena, fh_record_problem, FH_RECORD_PROBLEMS_SHOWN);
    m.scratch = fh_arena_new(fh_arena_allocator(arena));
    m.reader = fh_json_reader_new(NULL, TOKENS);
    if (m.problem && m.scratch && m.reader)
        s = import_inside(&m, dry_run, err);
    else
        s = fh_no_memory(err);
    fh_json_reader_free(m.reader);
    fh_arena_free(m.scratch);
    m.out.problem = m.problem;
    if (s == FH_OK) *out = m.out;
    return s;
}
