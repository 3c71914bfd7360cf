/* record_cells.c - values of fields as cells that people read, and back.
 *
 * What a field names by number stands there by name: a person by address, a department or
 * touchpoint by its name; where there is none, or it holds a |, as #17.
 */
#include "app/records/record_table.h"

#include "store/people.h"

#include <string.h>

enum { CELL_MAX = 1 << 20 };

struct fh_record_cells {
    fh_org *org;
    fh_arena *arena;
    const fh_department *department; /* [n_departments] */
    size_t n_departments;
    fh_names touchpoints;
};

fh_status fh_record_cells_new(fh_org *org, fh_arena *arena, fh_record_cells **out, fh_error *err)
{
    fh_record_cells *c = FH_NEW(arena, fh_record_cells);
    fh_department *list = NULL;
    if (!c) return fh_no_memory(err);
    *c = (fh_record_cells){.org = org, .arena = arena};
    fh_status s = fh_department_rows(org, arena, &list, &c->n_departments, err);
    if (s == FH_OK) s = fh_dict_names(org, FH_DICT_TOUCHPOINT, arena, &c->touchpoints, err);
    c->department = list;
    *out = c;
    return s;
}

/* ---- Out ----------------------------------------------------------------------------------- */

static bool plain(fh_str name)
{
    return name.len && name.ptr[0] != '#' && !memchr(name.ptr, '|', name.len);
}

fh_status fh_cell_of_person(fh_record_cells *c, uint32_t person, fh_str *out, fh_error *err)
{
    fh_person p = {0};
    *out = (fh_str){0};
    if (!person) return FH_OK;
    const fh_status s = fh_person_row(c->org, person, c->arena, &p, err);
    if (s != FH_OK && s != FH_NOTFOUND) return s;
    if (s == FH_OK && plain(p.email)) return *out = p.email, FH_OK;
    return fh_arena_format(c->arena, out, "#%u", person) ? FH_OK : fh_no_memory(err);
}

fh_str fh_cell_of_department(const fh_record_cells *c, uint32_t department)
{
    for (size_t i = 0; i < c->n_departments; i++)
        if (c->department[i].department == department) return c->department[i].name;
    return (fh_str){0};
}

static fh_status name_of(fh_record_cells *c, fh_kind_type type, int64_t number, fh_str *out,
                         fh_error *err)
{
    *out = (fh_str){0};
    if (type == FH_TYPE_PERSON && number <= UINT32_MAX)
        return fh_cell_of_person(c, (uint32_t)number, out, err);
    if (type == FH_TYPE_DEPARTMENT && number <= UINT32_MAX)
        *out = fh_cell_of_department(c, (uint32_t)number);
    if (type == FH_TYPE_TOUCHPOINT && number > 0 && number < c->touchpoints.n)
        *out = c->touchpoints.name[number];
    if (plain(*out)) return FH_OK;
    return fh_arena_format(c->arena, out, "#%lld", (long long)number) ? FH_OK : fh_no_memory(err);
}

static bool by_name(fh_kind_type type)
{
    return type == FH_TYPE_PERSON || type == FH_TYPE_DEPARTMENT || type == FH_TYPE_TOUCHPOINT;
}

fh_status fh_cell_of_values(fh_record_cells *c, const fh_kind_field *field, const fh_values *values,
                            fh_str *out, fh_error *err)
{
    fh_buf text;
    fh_status s = FH_OK;
    *out = (fh_str){0};
    if (!values->n) return FH_OK;
    fh_buf_init(&text, NULL, CELL_MAX);
    if (!by_name(field->type)) {
        s = fh_field_to_text(field, values, &text);
    } else {
        for (uint32_t i = 0; i < values->n && s == FH_OK; i++) {
            fh_str name;
            s = name_of(c, field->type, values->value[i].number, &name, err);
            if (i) fh_buf_char(&text, '|');
            if (s == FH_OK) fh_buf_str(&text, name);
        }
    }
    if (s == FH_OK && (text.status || !fh_arena_str(c->arena, fh_buf_view(&text), out)))
        s = fh_no_memory(err);
    fh_buf_free(&text);
    return s;
}

/* ---- In ------------------------------------------------------------------------------------ */

static bool number_of(fh_str text, int64_t *out)
{
    int64_t n = 0;
    if (text.len && text.ptr[0] == '#') text = (fh_str){text.ptr + 1, text.len - 1};
    if (!text.len || text.len > 15) return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
        n = n * 10 + (text.ptr[i] - '0');
    }
    *out = n;
    return n > 0;
}

static fh_status find_person(fh_record_cells *c, fh_str text, int64_t *out, fh_error *err)
{
    fh_person p = {0};
    bool there = false;
    fh_status s = fh_person_by_email(c->org, text, c->arena, &p, &there, err);
    if (s == FH_OK && !there) s = fh_person_by_external(c->org, text, c->arena, &p, &there, err);
    *out = s == FH_OK && there ? p.person : 0;
    return s;
}

static fh_status find(fh_record_cells *c, fh_kind_type type, fh_str text, int64_t *out,
                      fh_error *err)
{
    static const char *const what[] = {[FH_TYPE_PERSON] = "person with the address",
                                       [FH_TYPE_DEPARTMENT] = "department called",
                                       [FH_TYPE_TOUCHPOINT] = "touchpoint called"};
    fh_status s = FH_OK;
    uint32_t number = 0;
    *out = 0;
    if (type == FH_TYPE_PERSON) s = find_person(c, text, out, err);
    for (size_t i = 0; type == FH_TYPE_DEPARTMENT && i < c->n_departments && !*out; i++)
        if (fh_str_eq(c->department[i].name, text)) *out = c->department[i].department;
    if (type == FH_TYPE_TOUCHPOINT) {
        s = fh_dict_find(c->org, FH_DICT_TOUCHPOINT, text, &number, err);
        *out = number;
    }
    if (s != FH_OK || *out || number_of(text, out)) return s;
    (void)fh_fail(err, FH_NOTFOUND, "there is no %s '%.*s'", what[type],
                  (int)(text.len < 60 ? text.len : 60), text.ptr);
    return fh_hint(err, FH_NOTFOUND, "Correct it, or write its number as #17.");
}

/* A customer or record as "#17", as they are shown everywhere. */
static fh_str without_mark(const fh_kind_field *field, fh_str cell)
{
    const bool numbered = field->type == FH_TYPE_CUSTOMER || field->type == FH_TYPE_RECORD;
    return numbered && !field->many && cell.len && cell.ptr[0] == '#'
               ? (fh_str){cell.ptr + 1, cell.len - 1}
               : cell;
}

/* Names become numbers, then the field reads them as it always does. */
static fh_status numbers_of_names(fh_record_cells *c, const fh_kind_field *field, fh_str cell,
                                  fh_buf *out, fh_error *err)
{
    fh_status s = FH_OK;
    for (size_t at = 0; s == FH_OK && at <= cell.len;) {
        const char *bar = at < cell.len ? memchr(cell.ptr + at, '|', cell.len - at) : NULL;
        const size_t end = field->many && bar ? (size_t)(bar - cell.ptr) : cell.len;
        int64_t number = 0;
        s = find(c, field->type, fh_str_trim((fh_str){cell.ptr + at, end - at}), &number, err);
        if (at) fh_buf_char(out, '|');
        fh_buf_printf(out, "%lld", (long long)number);
        at = end + 1;
    }
    return s;
}

fh_status fh_values_of_cell(fh_record_cells *c, const fh_kind_field *field, fh_str cell,
                            fh_values *out, fh_error *err)
{
    fh_buf text;
    cell = without_mark(field, fh_str_trim(cell));
    *out = (fh_values){0};
    if (!cell.len || !by_name(field->type))
        return fh_field_from_text(field, cell, c->arena, out, err);
    fh_buf_init(&text, NULL, CELL_MAX);
    fh_status s = numbers_of_names(c, field, cell, &text, err);
    fh_str numbers = {0};
    if (s == FH_OK && (text.status || !fh_arena_str(c->arena, fh_buf_view(&text), &numbers)))
        s = fh_no_memory(err);
    fh_buf_free(&text);
    return s == FH_OK ? fh_field_from_text(field, numbers, c->arena, out, err) : s;
}
