/* departments.c - the tree of departments; and files of people and departments. */
#include "api/inside.h"

#include "base/put.h"

#include <stddef.h>

static fh_status read_department(const fh_call *c, fh_department *d, uint32_t *fields,
                                 fh_error *err)
{
    static const char *const known[] = {"name",     "external_id", "parent",
                                        "customer", "active",      NULL};
    *d = (fh_department){.active = true};
    *fields = 0;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text_field(c, "name", FH_DEPARTMENT_NAME, &d->name, fields, err);
    if (!s)
        s = fh_call_text_field(c, "external_id", FH_DEPARTMENT_EXTERNAL_ID, &d->external_id, fields,
                               err);
    if (!s) s = fh_call_number_field(c, "parent", FH_DEPARTMENT_PARENT, &d->parent, fields, err);
    if (!s)
        s = fh_call_number_field(c, "customer", FH_DEPARTMENT_CUSTOMER, &d->customer, fields, err);
    if (!s) s = fh_call_bool_field(c, "active", FH_DEPARTMENT_ACTIVE, &d->active, fields, err);
    return s;
}

static fh_status list_departments(fh_call *c, fh_error *err)
{
    const fh_department *d = NULL;
    size_t n = 0;
    const fh_status s = fh_departments_list(c->org, &c->actor, c->arena, &d, &n, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; i < n; i++) fh_department_json(&d[i], &c->json);
    fh_call_page_end(c, (fh_str){0});
    return FH_OK;
}

static fh_status get_department(fh_call *c, fh_error *err)
{
    uint32_t number = 0;
    fh_department d;
    fh_status s = fh_call_number(c, 0, &number, err);
    if (!s) s = fh_department_get(c->org, &c->actor, number, c->arena, &d, err);
    if (s) return s;
    fh_department_json(&d, &c->json);
    return fh_call_version_is(c, d.version, err);
}

static fh_status add_department(fh_call *c, fh_error *err)
{
    fh_department d, made;
    uint32_t fields = 0;
    fh_status s = read_department(c, &d, &fields, err);
    if (!s) s = fh_department_create(c->org, &c->actor, &d, c->arena, &made, err);
    if (s) return s;
    fh_department_json(&made, &c->json);
    s = fh_call_version_is(c, made.version, err);
    return s ? s : fh_call_made(c, "/api/v1/departments", made.department, err);
}

static fh_status change_department(fh_call *c, fh_error *err)
{
    fh_department d, now;
    uint32_t fields = 0, number = 0;
    fh_status s = fh_call_number(c, 0, &number, err);
    if (!s) s = read_department(c, &d, &fields, err);
    if (s) return s;
    d.department = number;
    d.version = c->version;
    s = fh_department_change(c->org, &c->actor, &d, fields, c->arena, &now, err);
    if (s) return s;
    fh_department_json(&now, &c->json);
    return fh_call_version_is(c, now.version, err);
}

/* ---- Files ---------------------------------------------------------------------------------- */

typedef struct import_query {
    bool dry_run;
} import_query;

static const fh_option import_options[] = {
    {0, "dry-run", FH_OPTION_FLAG, offsetof(import_query, dry_run), NULL,
     "say what would happen, change nothing", NULL},
    {0},
};

static void result_json(const fh_people_import_result *r, bool dry_run, fh_json *j)
{
    fh_json_object(j);
    fh_put_text(j, "kind", r->departments ? FH_STR("departments") : FH_STR("people"));
    fh_put_bool(j, "written", !dry_run && !r->n_problems);
    fh_put_number(j, "rows", r->rows);
    fh_put_number(j, "added", r->added);
    fh_put_number(j, "changed", r->changed);
    fh_put_number(j, "unchanged", r->unchanged);
    fh_put_number(j, "departments_added", r->n_departments_added);
    fh_put_number(j, "problem_count", r->n_problems);
    fh_put_key(j, "problems");
    fh_json_array(j);
    for (size_t i = 0; i < r->n_shown; i++) {
        const fh_people_problem *p = &r->problem[i];
        fh_json_object(j);
        fh_put_number(j, "line", p->line);
        if (p->column.len) fh_put_text(j, "column", p->column);
        fh_put_text(j, "detail", p->what);
        if (p->remedy.len) fh_put_text(j, "remedy", p->remedy);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}

/* With problems nothing is written and all are told: 422, but not as a problem of the
 * request, so that a program sees the list. */
static fh_status import_people(fh_call *c, fh_error *err)
{
    const import_query *q = c->query;
    const fh_people_import_options options = {.dry_run = q->dry_run};
    fh_people_import_result r = {0};
    if (!fh_call_is_type(c, FH_STR("text/csv"))) {
        (void)fh_fail(err, FH_INVALID, "the body must be a CSV file");
        return fh_hint(err, FH_INVALID, "Send it with Content-Type: text/csv.");
    }
    fh_status s = fh_call_lane(c, err);
    if (s) return s;
    s = fh_people_import(c->org, &c->actor, c->request->body, &options, c->arena, &r, err);
    s = fh_call_lane_done(c, s);
    if (s) return s;
    if (r.n_problems && !q->dry_run) c->status = 422;
    result_json(&r, q->dry_run, &c->json);
    return FH_OK;
}

typedef fh_status export_function(fh_org *org, const fh_actor *actor, fh_buf *out, fh_error *err);

/* That somebody took the list out is an entry of the audit log: it needs the lane. */
static fh_status export_csv(fh_call *c, export_function *export, const char *file, fh_error *err)
{
    fh_status s = fh_call_field(c, "Content-Disposition", fh_str_of(file), err);
    if (!s) s = fh_call_lane(c, err);
    if (s) return s;
    s = export(c->org, &c->actor, &c->out, err);
    return fh_call_lane_done(c, s);
}

static fh_status export_people(fh_call *c, fh_error *err)
{
    return export_csv(c, fh_people_export, "attachment; filename=\"people.csv\"", err);
}

static fh_status export_departments(fh_call *c, fh_error *err)
{
    return export_csv(c, fh_departments_export, "attachment; filename=\"departments.csv\"", err);
}

static const char csv_type[] = "text/csv; charset=utf-8; header=present";

const fh_route fh_routes_departments[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/departments",
     .id = "listDepartments",
     .group = "People",
     .summary = "All departments, each before those under it",
     .right = FH_RIGHT_COLLEAGUES,
     .reply = "Departments",
     .handle = list_departments},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/departments",
     .id = "addDepartment",
     .group = "People",
     .summary = "Add a department",
     .right = FH_RIGHT_PEOPLE,
     .flags = FH_ROUTE_WRITES | FH_ROUTE_WHO_CHANGES,
     .body = "DepartmentChange",
     .reply = "Department",
     .status = 201,
     .handle = add_department},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/departments/{department}",
     .id = "getDepartment",
     .group = "People",
     .summary = "One department",
     .right = FH_RIGHT_COLLEAGUES,
     .reply = "Department",
     .handle = get_department},
    {.method = FH_HTTP_PATCH,
     .path = "/api/v1/departments/{department}",
     .id = "changeDepartment",
     .group = "People",
     .summary = "Change a department",
     .right = FH_RIGHT_PEOPLE,
     .flags = FH_ROUTE_WRITES | FH_ROUTE_VERSIONED | FH_ROUTE_WHO_CHANGES,
     .body = "DepartmentChange",
     .reply = "Department",
     .handle = change_department},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/people/import",
     .id = "importPeople",
     .group = "People",
     .summary = "Take in a file of people or departments: all of it, or with any problem nothing",
     .right = FH_RIGHT_PEOPLE,
     .flags = FH_ROUTE_NO_ORG | FH_ROUTE_WHO_CHANGES,
     .query = import_options,
     .query_size = sizeof(import_query),
     .body_type = "text/csv",
     .reply = "PeopleImported",
     .reply_422 = "PeopleImported",
     .max_body = 64 << 20,
     .handle = import_people},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/people/export",
     .id = "exportPeople",
     .group = "People",
     .summary = "All people as a CSV file that import reads again",
     .right = FH_RIGHT_PEOPLE,
     .flags = FH_ROUTE_NO_ORG,
     .reply_type = csv_type,
     .handle = export_people},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/departments/export",
     .id = "exportDepartments",
     .group = "People",
     .summary = "All departments as a CSV file that import reads again",
     .right = FH_RIGHT_PEOPLE,
     .flags = FH_ROUTE_NO_ORG,
     .reply_type = csv_type,
     .handle = export_departments},
    {.path = NULL},
};
