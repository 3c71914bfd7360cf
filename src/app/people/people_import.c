/* people_import.c - use case: lists of people and departments from a CSV file.
 *
 * In one transaction, which a dry run or any problem rolls back: first every row without
 * managers or parents (so that rows may name one another in any order), then who reports
 * to whom. So what is checked is what would be written.
 */
#include "app/data/csv_rows.h"
#include "app/people/audit.h"
#include "app/people/people_parts.h"
#include "base/put.h"
#include "store/identities.h"

#include <string.h>

enum { ROWS_MAX = 100000, SHOWN = 100, COLUMNS = 9 };

/* Columns of both kinds of files; -1: not in this one. */
typedef enum column {
    COL_ID,
    COL_NAME,
    COL_EMAIL,
    COL_DEPARTMENT,
    COL_LEVEL,
    COL_MANAGER,
    COL_START,
    COL_ROLES,
    COL_ACTIVE,
    COL_PARENT,
    COL_CUSTOMER,
    N_COLUMNS
} column;

static const char *const column_names[N_COLUMNS] = {"id",     "name",    "email",   "department",
                                                    "level",  "manager", "start",   "roles",
                                                    "active", "parent",  "customer"};

typedef struct importing {
    fh_org *org;
    const fh_actor *actor;
    fh_arena *arena, *scratch; /* of the result; of a row */
    fh_csv_rows rows;
    int at[N_COLUMNS];
    uint32_t *number; /* [rows.n] what each row became; 0: nothing */
    fh_people_import_result out;
    fh_people_problem *problem; /* [SHOWN] */
} importing;

static fh_str cell(const importing *m, size_t row, column c)
{
    const fh_csv_row *r = &m->rows.row[row];
    return m->at[c] >= 0 && (size_t)m->at[c] < r->n_cells ? fh_csv_plain(r->cell[m->at[c]])
                                                          : (fh_str){0};
}

static bool has(const importing *m, column c)
{
    return m->at[c] >= 0;
}

/* Notes a problem; anything that is none of the file's ends the import. */
static fh_status note(importing *m, size_t row, const char *column_name, fh_status status,
                      const fh_error *e, fh_error *err)
{
    if (status == FH_OK) return FH_OK;
    if (status != FH_INVALID && status != FH_CONFLICT && status != FH_NOTFOUND &&
        status != FH_DENIED && status != FH_LIMIT) {
        if (err) *err = *e;
        return status;
    }
    m->out.n_problems++;
    if (m->out.n_shown == SHOWN) return FH_OK;
    fh_people_problem *p = &m->problem[m->out.n_shown];
    *p = (fh_people_problem){.line = m->rows.row[row].line, .column = fh_str_of(column_name)};
    if (!fh_arena_str(m->arena, fh_str_of(e->message), &p->what) ||
        !fh_arena_str(m->arena, fh_str_of(e->hint), &p->remedy))
        return fh_no_memory(err);
    m->out.n_shown++;
    return FH_OK;
}

/* ---- The header ----------------------------------------------------------------------------- */

static fh_status read_header(importing *m, fh_error *err)
{
    if (m->rows.n == 0) return fh_fail(err, FH_FORMAT, "the file is empty");
    const fh_csv_row *h = &m->rows.row[0];
    for (size_t c = 0; c < N_COLUMNS; c++) m->at[c] = -1;
    for (size_t i = 0; i < h->n_cells; i++) {
        const fh_str name = fh_csv_plain(h->cell[i]);
        size_t c = 0;
        while (c < N_COLUMNS && !fh_str_eq_nocase(name, fh_str_of(column_names[c]))) c++;
        if (c == N_COLUMNS) {
            (void)fh_fail(err, FH_FORMAT, "there is no column called '%.*s'",
                          name.len < 60 ? (int)name.len : 60, name.ptr);
            return fh_hint(err, FH_FORMAT,
                           "People have id,name,email,department,level,manager,start,roles,"
                           "active; departments have id,name,parent,customer,active.");
        }
        if (m->at[c] >= 0)
            return fh_fail(err, FH_FORMAT, "the column '%s' stands twice", column_names[c]);
        m->at[c] = (int)i;
    }
    m->out.departments = has(m, COL_PARENT);
    if (has(m, COL_ID) && has(m, COL_NAME)) return FH_OK;
    (void)fh_fail(err, FH_FORMAT, "the column '%s' is missing", has(m, COL_ID) ? "name" : "id");
    return fh_hint(err, FH_FORMAT, "By the id a row is known again when the file changes.");
}

static fh_status read_active(fh_str text, bool *out, fh_error *err)
{
    static const char *const yes[] = {"yes", "true", "1", "active"}, *const no[] = {"no", "false",
                                                                                    "0",
                                                                                    "inactive"};
    for (size_t i = 0; i < 4; i++) {
        if (fh_str_eq_nocase(text, fh_str_of(yes[i]))) return *out = true, FH_OK;
        if (fh_str_eq_nocase(text, fh_str_of(no[i]))) return *out = false, FH_OK;
    }
    (void)fh_fail(err, FH_INVALID, "'%.*s' is neither yes nor no",
                  text.len < 40 ? (int)text.len : 40, text.ptr);
    return fh_hint(err, FH_INVALID, "Write yes or no, or leave it empty for yes.");
}

/* What tells a row from others: its id, or for people who were added by hand, as they
 * are exported, the address. */
static fh_str key_of(const importing *m, size_t i)
{
    const fh_str id = cell(m, i, COL_ID);
    return id.len || !has(m, COL_EMAIL) ? id : cell(m, i, COL_EMAIL);
}

/* Rows must have ids of their own. */
static fh_status check_ids(importing *m, fh_error *err)
{
    /* Sorting is not worth it for lists that people keep: a small table of hashes. */
    size_t slots = 64;
    while (slots < 2 * m->rows.n) slots *= 2;
    uint32_t *table = FH_NEW_ARRAY(m->arena, uint32_t, slots);
    if (!table) return fh_no_memory(err);
    for (size_t i = 1; i < m->rows.n; i++) {
        const fh_str id = key_of(m, i);
        fh_error e = {0};
        fh_status status = FH_OK;
        if (!id.len) {
            status = fh_fail(&e, FH_INVALID, "the id is missing");
        } else {
            uint64_t h = UINT64_C(14695981039346656037);
            for (size_t k = 0; k < id.len; k++) h = (h ^ (unsigned char)id.ptr[k]) * 1099511628211u;
            size_t s = (size_t)h & (slots - 1);
            while (table[s] && !fh_str_eq(key_of(m, table[s]), id)) s = (s + 1) & (slots - 1);
            if (table[s])
                status = fh_fail(&e, FH_CONFLICT, "the id '%.*s' stands in line %llu already",
                                 id.len < 60 ? (int)id.len : 60, id.ptr,
                                 (unsigned long long)m->rows.row[table[s]].line);
            else
                table[s] = (uint32_t)i;
        }
        status = note(m, i, "id", status, &e, err);
        if (status != FH_OK) return status;
    }
    return FH_OK;
}

/* ---- Departments ---------------------------------------------------------------------------- */

static fh_status find_department(importing *m, fh_str text, uint32_t *out, fh_error *err)
{
    fh_department *list = NULL;
    size_t n = 0;
    const fh_status status = fh_department_rows(m->org, m->scratch, &list, &n, err);
    *out = 0;
    for (size_t i = 0; i < n && status == FH_OK; i++)
        if (fh_str_eq(list[i].name, text)) *out = list[i].department;
    for (size_t i = 0; i < n && status == FH_OK && !*out; i++)
        if (text.len && fh_str_eq(list[i].external_id, text)) *out = list[i].department;
    return status;
}

/* "Sales", "D-17", or "Sales / Inside sales": parts that are not there are made. */
static fh_status department_by_path(importing *m, fh_str path, uint32_t *out, fh_error *err)
{
    uint32_t parent = 0;
    fh_status status = find_department(m, path, out, err);
    if (status != FH_OK || *out) return status;
    for (size_t start = 0; start <= path.len && status == FH_OK;) {
        size_t end = start;
        while (end < path.len && path.ptr[end] != '/') end++;
        const fh_str name = fh_str_trim((fh_str){path.ptr + start, end - start});
        uint32_t number = 0;
        status = find_department(m, name, &number, err);
        if (status == FH_OK && !number) {
            const fh_department d = {.name = name, .parent = parent};
            fh_department made;
            status = fh_department_add(m->org, m->actor, &d, m->scratch, &made, err);
            if (status == FH_OK) number = made.department;
            if (status == FH_OK) m->out.n_departments_added++;
        }
        parent = number;
        start = end + 1;
    }
    if (status == FH_OK) *out = parent;
    return status;
}

static fh_status department_row(importing *m, size_t i, fh_error *err)
{
    fh_department d = {.external_id = cell(m, i, COL_ID), .name = cell(m, i, COL_NAME)}, out;
    uint32_t fields = FH_DEPARTMENT_NAME | FH_DEPARTMENT_EXTERNAL_ID;
    fh_error e = {0};
    bool any = false, active = true;
    const fh_str who = cell(m, i, COL_CUSTOMER), is = cell(m, i, COL_ACTIVE);
    const char *in = "";
    fh_status status = FH_OK;
    if (has(m, COL_CUSTOMER)) {
        fields |= FH_DEPARTMENT_CUSTOMER;
        in = "customer";
        if (who.len) status = fh_identity_find(m->org, who, &d.customer, &e);
    }
    if (status == FH_OK && has(m, COL_ACTIVE) && is.len) {
        in = "active";
        status = read_active(is, &active, &e);
        fields |= FH_DEPARTMENT_ACTIVE;
    }
    d.active = active;
    uint32_t number = 0;
    if (fh_str_eq(d.external_id, d.name)) { /* as exported: it has no id of its own */
        d.external_id = (fh_str){0};
        fields &= ~(uint32_t)FH_DEPARTMENT_EXTERNAL_ID;
    }
    if (status == FH_OK) {
        in = "name";
        status = find_department(m, cell(m, i, COL_ID), &number, &e);
    }
    /* One that people's rows made before has no id yet: known by its name. */
    if (status == FH_OK && !number) status = find_department(m, d.name, &number, &e);
    if (status == FH_OK && !number) {
        status = fh_department_add(m->org, m->actor, &d, m->scratch, &out, &e);
        m->out.added += status == FH_OK;
    } else if (status == FH_OK) {
        d.department = number;
        status = fh_department_alter(m->org, m->actor, &d, fields & ~(uint32_t)FH_DEPARTMENT_ACTIVE,
                                     m->scratch, &out, &any, &e);
        m->out.changed += status == FH_OK && any;
        m->out.unchanged += status == FH_OK && !any;
    }
    if (status == FH_OK) m->number[i] = out.department;
    return note(m, i, in, status, &e, err);
}

/* Second pass: parents, and closing what is to be closed. */
static fh_status department_links(importing *m, size_t i, fh_error *err)
{
    fh_department d = {.department = m->number[i]}, out;
    fh_error e = {0};
    bool any = false, active = true;
    uint32_t fields = FH_DEPARTMENT_PARENT;
    const fh_str above = cell(m, i, COL_PARENT), is = cell(m, i, COL_ACTIVE);
    if (!d.department) return FH_OK;
    fh_status status = FH_OK;
    if (above.len) status = find_department(m, above, &d.parent, &e);
    if (status == FH_OK && above.len && !d.parent)
        status = fh_fail(&e, FH_NOTFOUND, "there is no department '%.*s'", FH_STR_ARG(above));
    if (status == FH_OK && is.len) {
        status = read_active(is, &active, &e);
        fields |= FH_DEPARTMENT_ACTIVE;
    }
    d.active = active;
    if (status == FH_OK)
        status = fh_department_alter(m->org, m->actor, &d, fields, m->scratch, &out, &any, &e);
    return note(m, i, "parent", status, &e, err);
}

/* ---- People --------------------------------------------------------------------------------- */

static fh_status find_person(importing *m, fh_str text, uint32_t *out, fh_error *err)
{
    fh_person p = {0};
    fh_str email;
    bool there = false;
    fh_status status = fh_person_by_external(m->org, text, m->scratch, &p, &there, err);
    /* An id may have an @ and be no address. */
    const bool address = !there && text.len && memchr(text.ptr, '@', text.len) &&
                         fh_people_email(m->scratch, text, &email, NULL) == FH_OK;
    if (status == FH_OK && address)
        status = fh_person_by_email(m->org, email, m->scratch, &p, &there, err);
    if (status == FH_OK) *out = there ? p.person : 0;
    return status;
}

/* What a row says of a person; *in names the column that cannot be so. */
static fh_status read_person(importing *m, size_t i, fh_person *p, uint32_t *fields,
                             const char **in, fh_error *err)
{
    const fh_str where = cell(m, i, COL_DEPARTMENT), is = cell(m, i, COL_ACTIVE);
    fh_str text;
    fh_status status = FH_OK;
    *p = (fh_person){.external_id = cell(m, i, COL_ID),
                     .name = cell(m, i, COL_NAME),
                     .email = cell(m, i, COL_EMAIL),
                     .level = cell(m, i, COL_LEVEL),
                     .started = cell(m, i, COL_START),
                     .active = true};
    *fields = FH_PERSON_NAME | FH_PERSON_EXTERNAL_ID;
    *in = "name";
    status = fh_people_text(m->scratch, "the name", p->name, true, &text, err);
    if (status == FH_OK && has(m, COL_EMAIL)) {
        *in = "email", *fields |= FH_PERSON_EMAIL;
        status = fh_people_email(m->scratch, p->email, &text, err);
    }
    if (status == FH_OK && has(m, COL_LEVEL)) *fields |= FH_PERSON_LEVEL;
    if (status == FH_OK && has(m, COL_START)) {
        *in = "start", *fields |= FH_PERSON_STARTED;
        status = fh_people_date(m->scratch, p->started, &text, err);
    }
    if (status == FH_OK && has(m, COL_ROLES)) {
        *in = "roles", *fields |= FH_PERSON_ROLES;
        status = fh_roles_parse(cell(m, i, COL_ROLES), &p->roles, err);
    }
    if (status == FH_OK && has(m, COL_ACTIVE)) {
        *in = "active", *fields |= FH_PERSON_ACTIVE;
        if (is.len) status = read_active(is, &p->active, err);
    }
    if (status == FH_OK && has(m, COL_DEPARTMENT)) {
        *in = "department", *fields |= FH_PERSON_DEPARTMENT;
        if (where.len) status = department_by_path(m, where, &p->department, err);
    }
    if (status == FH_OK) *in = "";
    return status;
}

/* The person of a row: by id, else by address; 0: a new one. */
static fh_status who_is(importing *m, const fh_person *p, uint32_t *number, fh_error *err)
{
    const bool has_id = p->external_id.len != 0;
    fh_person there;
    fh_status status = has_id ? find_person(m, p->external_id, number, err) : FH_OK;
    if (status != FH_OK || *number || !p->email.len) return status;
    /* Somebody who was added by hand has no id yet: known by the address. */
    status = find_person(m, p->email, number, err);
    if (status == FH_OK && *number)
        status = fh_person_row(m->org, *number, m->scratch, &there, err);
    if (status == FH_OK && *number && has_id && there.external_id.len) *number = 0; /* another's */
    return status;
}

static fh_status person_row(importing *m, size_t i, fh_error *err)
{
    fh_person p, out = {0};
    uint32_t fields = 0, number = 0;
    const char *in = "";
    fh_error e = {0};
    bool any = false;
    fh_status status = read_person(m, i, &p, &fields, &in, &e);
    if (!p.external_id.len) fields &= ~(uint32_t)FH_PERSON_EXTERNAL_ID;
    if (status == FH_OK) status = who_is(m, &p, &number, &e);
    const bool leaves = !p.active;
    if (status == FH_OK && !number) {
        status = fh_person_add(m->org, m->actor, &p, m->scratch, &out, &e);
        m->out.added += status == FH_OK;
        if (status == FH_OK && leaves) {
            p.person = out.person;
            p.active = false;
            status =
                fh_person_alter(m->org, m->actor, &p, FH_PERSON_ACTIVE, m->scratch, &out, &any, &e);
        }
    } else if (status == FH_OK) {
        p.person = number;
        status = fh_person_alter(m->org, m->actor, &p, fields, m->scratch, &out, &any, &e);
        /* Whether it changed is told after the second pass. */
        if (status == FH_OK) m->out.changed += any;
        if (status == FH_OK) m->out.unchanged += !any;
    }
    if (status == FH_OK) m->number[i] = out.person;
    return note(m, i, in, status, &e, err);
}

static fh_status person_links(importing *m, size_t i, fh_error *err)
{
    fh_person p = {.person = m->number[i]}, out, was;
    fh_error e = {0};
    bool any = false;
    const fh_str boss = cell(m, i, COL_MANAGER);
    if (!p.person || !has(m, COL_MANAGER)) return FH_OK;
    fh_status status = fh_person_row(m->org, p.person, m->scratch, &was, &e);
    if (status == FH_OK && boss.len) {
        status = find_person(m, boss, &p.manager, &e);
        if (status == FH_OK && !p.manager) {
            (void)fh_fail(&e, FH_NOTFOUND, "there is nobody with the id or address '%.*s'",
                          boss.len < 60 ? (int)boss.len : 60, boss.ptr);
            status = fh_hint(&e, FH_NOTFOUND, "Add a row for the manager, or correct it.");
        }
    }
    if (status == FH_OK)
        status =
            fh_person_alter(m->org, m->actor, &p, FH_PERSON_MANAGER, m->scratch, &out, &any, &e);
    /* A row that only differed in its manager was counted as unchanged. */
    if (status == FH_OK && any && was.version > 1 && m->out.unchanged) {
        m->out.unchanged--;
        m->out.changed++;
    }
    return note(m, i, "manager", status, &e, err);
}

/* ---- All of it ------------------------------------------------------------------------------ */

static fh_status each_row(importing *m, fh_status (*work)(importing *m, size_t i, fh_error *err),
                          fh_error *err)
{
    fh_status status = FH_OK;
    for (size_t i = 1; i < m->rows.n && status == FH_OK; i++) {
        fh_arena_reset(m->scratch);
        status = work(m, i, err);
    }
    return status;
}

static fh_status tell_import(importing *m, fh_error *err)
{
    fh_buf text;
    fh_json j;
    fh_buf_init(&text, NULL, 1024);
    fh_json_begin(&j, &text, 0);
    fh_json_object(&j);
    fh_put_number(&j, "rows", m->out.rows);
    fh_put_number(&j, "added", m->out.added);
    fh_put_number(&j, "changed", m->out.changed);
    fh_json_end_object(&j);
    const fh_audit_object about = {.kind = m->out.departments ? FH_STR("departments")
                                                              : FH_STR("people"),
                                   .after = fh_buf_view(&text)};
    fh_status status = text.status == FH_OK ? FH_OK : fh_no_memory(err);
    if (status == FH_OK)
        status = fh_audit(m->org, m->actor, FH_AUDITED_PEOPLE_IMPORTED, &about, err);
    fh_buf_free(&text);
    return status;
}

static fh_status import_inside(importing *m, bool dry_run, fh_error *err)
{
    fh_status status = fh_org_begin(m->org, err);
    if (status != FH_OK) return status;
    status = check_ids(m, err);
    if (status == FH_OK && !m->out.n_problems)
        status = each_row(m, m->out.departments ? department_row : person_row, err);
    if (status == FH_OK)
        status = each_row(m, m->out.departments ? department_links : person_links, err);
    if (status == FH_OK) status = tell_import(m, err);
    if (status == FH_OK && !dry_run && !m->out.n_problems) return fh_org_commit(m->org, err);
    fh_org_rollback(m->org);
    return status;
}

fh_status fh_people_import(fh_org *org, const fh_actor *actor, fh_str csv,
                           const fh_people_import_options *options, fh_arena *arena,
                           fh_people_import_result *out, fh_error *err)
{
    importing m = {.org = org, .actor = actor, .arena = arena};
    fh_status status = fh_audit_require(org, actor, FH_RIGHT_PEOPLE, err);
    if (status == FH_OK) status = fh_csv_read(arena, csv, ROWS_MAX, &m.rows, err);
    if (status == FH_OK) status = read_header(&m, err);
    if (status != FH_OK) return status;
    m.out.rows = m.rows.n - 1;
    m.number = FH_NEW_ARRAY(arena, uint32_t, m.rows.n);
    m.problem = FH_NEW_ARRAY(arena, fh_people_problem, SHOWN);
    m.scratch = fh_arena_new(fh_arena_allocator(arena));
    if (m.number && m.problem && m.scratch)
        status = import_inside(&m, options && options->dry_run, err);
    else
        status = fh_no_memory(err);
    fh_arena_free(m.scratch);
    m.out.problem = m.problem;
    if (status == FH_OK) *out = m.out;
    return status;
}

/* ---- Out ------------------------------------------------------------------------------------ */

static fh_str name_of(const fh_department *list, size_t n, uint32_t number)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].department == number) return list[i].name;
    return (fh_str){0};
}

static fh_status manager_of(fh_org *org, uint32_t manager, fh_arena *arena, fh_str *out,
                            fh_error *err)
{
    fh_person p = {0};
    fh_status status = manager ? fh_person_row(org, manager, arena, &p, err) : FH_OK;
    if (status == FH_NOTFOUND) status = FH_OK;
    if (status == FH_OK) *out = p.external_id.len ? p.external_id : p.email;
    return status;
}

static fh_status export_person(fh_org *org, const fh_person *p, const fh_department *list, size_t n,
                               fh_arena *scratch, fh_buf *out, fh_error *err)
{
    fh_str boss = {0};
    fh_buf roles;
    const fh_status status = manager_of(org, p->manager, scratch, &boss, err);
    if (status != FH_OK) return status;
    fh_buf_init(&roles, NULL, 1024);
    fh_roles_print(p->roles, &roles);
    const fh_str cells[] = {p->external_id,
                            p->name,
                            p->email,
                            name_of(list, n, p->department),
                            p->level,
                            boss,
                            p->started,
                            fh_buf_view(&roles),
                            p->active ? FH_STR("yes") : FH_STR("no")};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        if (i) fh_buf_char(out, ',');
        fh_csv_safe(out, cells[i]);
    }
    fh_buf_text(out, "\r\n");
    const bool whole = roles.status == FH_OK;
    fh_buf_free(&roles);
    return whole ? FH_OK : fh_no_memory(err);
}

static fh_status export_all(fh_org *org, fh_arena *arena, fh_arena *scratch, fh_buf *out,
                            fh_error *err)
{
    enum { PAGE = 500 };
    fh_department *list = NULL;
    size_t n = 0, n_page = PAGE;
    uint32_t after = 0;
    fh_status status = fh_department_rows(org, arena, &list, &n, err);
    fh_buf_text(out, "id,name,email,department,level,manager,start,roles,active\r\n");
    while (status == FH_OK && n_page == PAGE) {
        fh_person *page = NULL;
        fh_arena_reset(scratch);
        status = fh_person_rows(org, after, PAGE, scratch, &page, &n_page, err);
        for (size_t i = 0; i < n_page && status == FH_OK; i++) {
            after = page[i].person;
            /* Without either a row could not be told from others when it comes back. */
            if (page[i].external_id.len || page[i].email.len)
                status = export_person(org, &page[i], list, n, scratch, out, err);
        }
    }
    if (status == FH_OK && out->status != FH_OK)
        status = out->status == FH_LIMIT ? fh_fail(err, FH_LIMIT, "the list is too long")
                                         : fh_no_memory(err);
    return status;
}

static fh_status audit_export(fh_org *org, const fh_actor *actor, fh_str kind, fh_error *err)
{
    const fh_audit_object about = {.kind = kind};
    fh_status status = fh_org_begin(org, err);
    if (status != FH_OK) return status;
    status = fh_audit(org, actor, FH_AUDITED_PEOPLE_EXPORTED, &about, err);
    return fh_people_end(org, status, err);
}

fh_status fh_people_export(fh_org *org, const fh_actor *actor, fh_buf *out, fh_error *err)
{
    fh_status status = fh_audit_require(org, actor, FH_RIGHT_PEOPLE, err);
    if (status != FH_OK) return status;
    fh_arena *arena = fh_arena_new(NULL), *scratch = fh_arena_new(NULL);
    status = arena && scratch ? export_all(org, arena, scratch, out, err) : fh_no_memory(err);
    fh_arena_free(arena);
    fh_arena_free(scratch);
    return status == FH_OK ? audit_export(org, actor, FH_STR("people"), err) : status;
}

fh_status fh_departments_export(fh_org *org, const fh_actor *actor, fh_buf *out, fh_error *err)
{
    const fh_department *list = NULL;
    size_t n = 0;
    fh_status status = fh_audit_require(org, actor, FH_RIGHT_PEOPLE, err);
    if (status != FH_OK) return status;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    const fh_actor self = fh_actor_system();
    status = fh_departments_list(org, &self, arena, &list, &n, err);
    fh_buf_text(out, "id,name,parent,customer,active\r\n");
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        fh_csv_safe(out, list[i].external_id.len ? list[i].external_id : list[i].name);
        fh_buf_char(out, ',');
        fh_csv_safe(out, list[i].name);
        fh_buf_char(out, ',');
        fh_csv_safe(out, name_of(list, n, list[i].parent));
        if (list[i].customer)
            fh_buf_printf(out, ",#%u", list[i].customer);
        else
            fh_buf_char(out, ',');
        fh_buf_printf(out, ",%s\r\n", list[i].active ? "yes" : "no");
    }
    if (status == FH_OK && out->status != FH_OK) status = fh_no_memory(err);
    fh_arena_free(arena);
    return status == FH_OK ? audit_export(org, actor, FH_STR("departments"), err) : status;
}
