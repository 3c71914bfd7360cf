/* cmd_people.c - `firsthand people`: who works here; lists in and out; links and tokens. */
#include "app/people.h"
#include "app/signin.h"
#include "app/tokens.h"
#include "app/words.h"
#include "cli/answer.h"

#include <stddef.h>

typedef struct options {
    fh_str import, link, token, scopes, forget, url;
    bool dry_run, output, departments, setup, disabled;
    uint32_t format;
} options;

static const options defaults = {.url = {"http://127.0.0.1:8080", 21}};

static const fh_option option_table[] = {
    {'i', "import", FH_OPTION_TEXT, offsetof(options, import), "FILE",
     "take in a list of people or departments (CSV; - is standard input)", NULL},
    {0, "dry-run", FH_OPTION_FLAG, offsetof(options, dry_run), NULL,
     "with --import: say what would happen, change nothing", NULL},
    {'o', "export", FH_OPTION_FLAG, offsetof(options, output), NULL,
     "write the list as CSV that --import reads", NULL},
    {'d', "departments", FH_OPTION_FLAG, offsetof(options, departments), NULL,
     "departments instead of people", NULL},
    {0, "disabled", FH_OPTION_FLAG, offsetof(options, disabled), NULL,
     "list those who are disabled as well", NULL},
    {0, "setup-link", FH_OPTION_FLAG, offsetof(options, setup), NULL,
     "print a one-time link for the first owner", NULL},
    {0, "link", FH_OPTION_TEXT, offsetof(options, link), "WHO",
     "print a one-time link with which a person sets a password", NULL},
    {0, "url", FH_OPTION_TEXT, offsetof(options, url), "URL",
     "with links: where Firsthand is served (default http://127.0.0.1:8080)", NULL},
    {0, "token", FH_OPTION_TEXT, offsetof(options, token), "WHO",
     "print a new token for programs of a person", NULL},
    {0, "scopes", FH_OPTION_TEXT, offsetof(options, scopes), "SCOPES",
     "with --token: what it may: \"read\", \"ingest\" ... (default read)", NULL},
    {0, "forget", FH_OPTION_TEXT, offsetof(options, forget), "WHO",
     "take away everything that tells who this was; cannot be undone", NULL},
    {'f', "format", FH_OPTION_CHOICE, offsetof(options, format), "text|json|csv",
     "for people or for programs (default text)", NULL},
    {0},
};

enum { JSON = 1, CSV = 2 };

/* ---- Lists in ----------------------------------------------------------------------------- */

static fh_status say_import(const cli_io *io, const fh_people_import_result *r, bool dry_run,
                            fh_error *err)
{
    fh_buf out;
    const char *one = r->departments ? "department" : "person";
    const char *many = r->departments ? "departments" : "people";
    fh_buf_init(&out, NULL, 1 << 20);
    for (size_t i = 0; i < r->n_shown; i++) {
        const fh_people_problem *p = &r->problem[i];
        fh_buf_printf(&out, "line %llu", (unsigned long long)p->line);
        if (p->column.len) fh_buf_printf(&out, ", %.*s", FH_STR_ARG(p->column));
        fh_buf_printf(&out, ": %.*s.%s%.*s\n", FH_STR_ARG(p->what), p->remedy.len ? " " : "",
                      FH_STR_ARG(p->remedy));
    }
    if (r->n_problems) {
        fh_say_number_of(&out, r->n_problems, "problem", "problems");
        fh_buf_text(&out, "; nothing was changed.\n");
    } else {
        fh_say_number_of(&out, r->rows, one, many);
        fh_buf_text(&out, dry_run ? " read; it would be: " : " read: ");
        fh_say_count(&out, r->added);
        fh_buf_text(&out, " added, ");
        fh_say_count(&out, r->changed);
        fh_buf_text(&out, " changed, ");
        fh_say_count(&out, r->unchanged);
        fh_buf_text(&out, " as before");
        if (r->n_departments_added) {
            fh_buf_text(&out, "; ");
            fh_say_number_of(&out, r->n_departments_added, "new department", "new departments");
        }
        fh_buf_text(&out, ".\n");
    }
    const fh_status s = cli_write(io, &out, err);
    fh_buf_free(&out);
    return s;
}

static fh_status import(const cli_io *io, fh_org *org, const options *o, fh_error *err)
{
    enum { MAX_BYTES = 64 << 20 };
    const fh_actor self = fh_actor_command_line();
    const fh_people_import_options how = {.dry_run = o->dry_run};
    fh_people_import_result r;
    fh_buf text;
    fh_buf_init(&text, NULL, MAX_BYTES);
    fh_status s = fh_os_read_file(io->os, o->import.ptr, MAX_BYTES, &text, err);
    if (!s) s = fh_people_import(org, &self, fh_buf_view(&text), &how, io->arena, &r, err);
    if (!s) s = say_import(io, &r, o->dry_run, err);
    fh_buf_free(&text);
    if (!s && r.n_problems) {
        fh_fail(err, FH_FORMAT, "%s: not taken in", o->import.ptr);
        return fh_hint(err, FH_FORMAT, "Correct the rows and import the file again.");
    }
    return s;
}

/* ---- Lists out ------------------------------------------------------------------------------ */

static fh_status output(const cli_io *io, fh_org *org, const options *o, fh_error *err)
{
    const fh_actor self = fh_actor_command_line();
    fh_buf out;
    fh_buf_init(&out, NULL, SIZE_MAX / 2);
    fh_status s = o->departments ? fh_departments_export(org, &self, &out, err)
                                 : fh_people_export(org, &self, &out, err);
    if (!s) s = cli_write(io, &out, err);
    fh_buf_free(&out);
    return s;
}

static fh_str roles_of(const cli_io *io, fh_roles roles)
{
    fh_buf text;
    fh_str out = {0};
    fh_buf_init(&text, NULL, 1024);
    fh_roles_print(roles, &text);
    if (!fh_arena_str(io->arena, fh_buf_view(&text), &out)) out = (fh_str){0};
    fh_buf_free(&text);
    return out;
}

/* Everybody who is asked for, page by page. */
static fh_status all_people(const cli_io *io, fh_org *org, const options *o, fh_person **out,
                            size_t *n, fh_error *err)
{
    enum { PAGE = 1000 };
    const fh_actor self = fh_actor_command_line();
    fh_people_filter f = {.disabled = o->disabled};
    fh_person *list = NULL;
    size_t got = 0, cap = 0;
    do {
        const fh_person *page = NULL;
        size_t n_page = 0;
        const fh_status s =
            fh_people_list(org, &self, &f, PAGE, io->arena, &page, &n_page, &f.after, err);
        if (s) return s;
        if (got + n_page > cap) {
            cap = 2 * cap + n_page;
            fh_person *wider = FH_NEW_ARRAY(io->arena, fh_person, cap);
            if (!wider) return fh_no_memory(err);
            for (size_t i = 0; i < got; i++) wider[i] = list[i];
            list = wider;
        }
        for (size_t i = 0; i < n_page; i++) list[got++] = page[i];
    } while (f.after);
    *out = list;
    *n = got;
    return FH_OK;
}

static fh_str department_name(const fh_department *list, size_t n, uint32_t number)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].department == number) return list[i].name;
    return (fh_str){0};
}

static fh_status people_table(const cli_io *io, const fh_person *p, size_t n,
                              const fh_department *d, size_t n_d, bool csv, fh_error *err)
{
    static const fh_table_column columns[] = {{"person", "Number", FH_CELL_COUNT},
                                              {"id", "Id", FH_CELL_TEXT},
                                              {"name", "Name", FH_CELL_TEXT},
                                              {"email", "E-mail", FH_CELL_TEXT},
                                              {"department", "Department", FH_CELL_TEXT},
                                              {"roles", "Roles", FH_CELL_TEXT},
                                              {"state", "State", FH_CELL_TEXT}};
    enum { N = sizeof columns / sizeof columns[0] };
    fh_table t = {.title = "People", .columns = columns, .n_columns = N, .n_rows = n};
    if (!n) t.note = FH_STR("Nobody yet: firsthand people ORG.fh --import FILE, or --setup-link.");
    t.cells = FH_NEW_ARRAY(io->arena, fh_cell, N * n + 1);
    if (!t.cells) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) {
        fh_cell *cell = t.cells + N * i;
        *cell++ = fh_cell_int(p[i].person);
        *cell++ = fh_cell_text(p[i].external_id);
        *cell++ = fh_cell_text(p[i].name);
        *cell++ = fh_cell_text(p[i].email);
        *cell++ = fh_cell_text(department_name(d, n_d, p[i].department));
        *cell++ = fh_cell_text(roles_of(io, p[i].roles));
        *cell = fh_cell_text(p[i].active ? FH_STR("active") : FH_STR("disabled"));
    }
    return cli_print_table(io, &t, NULL, csv, err);
}

static fh_status departments_table(const cli_io *io, const fh_department *d, size_t n, bool csv,
                                   fh_error *err)
{
    static const fh_table_column columns[] = {
        {"department", "Number", FH_CELL_COUNT}, {"id", "Id", FH_CELL_TEXT},
        {"name", "Name", FH_CELL_TEXT},          {"under", "Under", FH_CELL_TEXT},
        {"customer", "Customer", FH_CELL_COUNT}, {"state", "State", FH_CELL_TEXT}};
    enum { N = sizeof columns / sizeof columns[0] };
    fh_table t = {.title = "Departments", .columns = columns, .n_columns = N, .n_rows = n};
    if (!n) t.note = FH_STR("None yet: firsthand people ORG.fh --import FILE.");
    t.cells = FH_NEW_ARRAY(io->arena, fh_cell, N * n + 1);
    if (!t.cells) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) {
        fh_cell *cell = t.cells + N * i;
        *cell++ = fh_cell_int(d[i].department);
        *cell++ = fh_cell_text(d[i].external_id);
        *cell++ = fh_cell_text(d[i].name);
        *cell++ = fh_cell_text(department_name(d, n, d[i].parent));
        *cell++ = d[i].customer ? fh_cell_int(d[i].customer) : fh_cell_none();
        *cell = fh_cell_text(d[i].active ? FH_STR("active") : FH_STR("closed"));
    }
    return cli_print_table(io, &t, NULL, csv, err);
}

static fh_status print_json(const cli_io *io, const fh_person *p, size_t n, const fh_department *d,
                            size_t n_d, bool departments, fh_error *err)
{
    fh_buf out;
    fh_json j;
    fh_buf_init(&out, NULL, SIZE_MAX / 2);
    fh_json_begin(&j, &out, 0);
    fh_json_object(&j);
    fh_json_key(&j, departments ? FH_STR("departments") : FH_STR("people"));
    fh_json_array(&j);
    for (size_t i = 0; i < n_d && departments; i++) fh_department_json(&d[i], &j);
    for (size_t i = 0; i < n && !departments; i++) fh_person_json(&p[i], &j);
    fh_json_end_array(&j);
    fh_json_end_object(&j);
    fh_buf_char(&out, '\n');
    const fh_status s = cli_write(io, &out, err);
    fh_buf_free(&out);
    return s;
}

static fh_status list(const cli_io *io, fh_org *org, const options *o, fh_error *err)
{
    const fh_actor self = fh_actor_command_line();
    const fh_department *d = NULL;
    fh_person *p = NULL;
    size_t n_d = 0, n = 0;
    fh_status s = fh_departments_list(org, &self, io->arena, &d, &n_d, err);
    if (!s && !o->departments) s = all_people(io, org, o, &p, &n, err);
    if (s) return s;
    if (o->format == JSON) return print_json(io, p, n, d, n_d, o->departments, err);
    return o->departments ? departments_table(io, d, n_d, o->format == CSV, err)
                          : people_table(io, p, n, d, n_d, o->format == CSV, err);
}

/* ---- Links, tokens, forgetting -----------------------------------------------------------------
 */

static fh_status print_link(const cli_io *io, fh_org *org, const options *o, fh_error *err)
{
    const fh_actor self = fh_actor_command_line();
    fh_str url = {0};
    uint32_t person = 0;
    fh_status s = FH_OK;
    if (o->setup) {
        s = fh_setup_link(org, &self, o->url, io->arena, &url, err);
    } else {
        s = fh_person_find(org, &self, o->link, &person, err);
        if (!s) s = fh_person_link(org, &self, person, FH_LINK_RESET, o->url, io->arena, &url, err);
    }
    if (s) return s;
    fprintf(io->out, "%s\nThe link works once, within %s.\n", url.ptr,
            o->setup ? "24 hours" : "an hour");
    return FH_OK;
}

static fh_status print_token(const cli_io *io, fh_org *org, const options *o, fh_error *err)
{
    const fh_actor self = fh_actor_command_line();
    char text[FH_TOKEN_TEXT + 1];
    uint32_t person = 0;
    fh_rights scopes = 0;
    fh_actor owner;
    fh_status s = fh_person_find(org, &self, o->token, &person, err);
    if (!s) s = fh_scopes_parse(o->scopes.len ? o->scopes : FH_STR("read"), &scopes, err);
    if (!s) s = fh_actor_of(org, person, io->arena, &owner, err);
    /* "read" is what there is to read for this person. */
    if (!s && !o->scopes.len) scopes &= owner.rights;
    if (!s && !scopes) {
        fh_fail(err, FH_DENIED, "this person has no role, so a token could do nothing");
        s = fh_hint(err, FH_DENIED, "Give the person a role first.");
    }
    if (!s)
        s = fh_token_make_for(org, &self, person, FH_STR("made on the command line"), scopes, 0,
                              text, err);
    if (!s) fprintf(io->out, "%s\nNobody will see it again. It works for 366 days.\n", text);
    return s;
}

static fh_status forget(const cli_io *io, fh_org *org, const options *o, fh_error *err)
{
    const fh_actor self = fh_actor_command_line();
    uint32_t person = 0;
    fh_status s = fh_person_find(org, &self, o->forget, &person, err);
    if (!s) s = fh_person_forget(org, &self, person, 0, err);
    if (!s) fprintf(io->out, "Person #%u is 'former colleague %u' now.\n", person, person);
    return s;
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    const options *o = opts;
    (void)n_args;
    const int asked = (o->import.len > 0) + o->output + o->setup + (o->link.len > 0) +
                      (o->token.len > 0) + (o->forget.len > 0);
    if (asked > 1)
        return fh_fail(err, FH_INVALID, "one thing at a time: import, export, a link, a token ...");
    if (o->dry_run && !o->import.len)
        return fh_fail(err, FH_INVALID, "--dry-run goes with --import");
    if (o->scopes.len && !o->token.len)
        return fh_fail(err, FH_INVALID, "--scopes goes with --token");
    fh_org *org = NULL;
    fh_status s = fh_org_open(io->os, args[0].ptr, asked ? FH_ORG_WRITE : FH_ORG_READ, &org, err);
    if (!s && !asked) s = list(io, org, o, err);
    if (!s && o->import.len) s = import(io, org, o, err);
    if (!s && o->output) s = output(io, org, o, err);
    if (!s && (o->setup || o->link.len)) s = print_link(io, org, o, err);
    if (!s && o->token.len) s = print_token(io, org, o, err);
    if (!s && o->forget.len) s = forget(io, org, o, err);
    fh_org_close(org);
    return s;
}

const cli_command cmd_people = {
    .name = "people",
    .synopsis = "[options] ORG.fh",
    .summary = "list who works here; take lists in; make links and tokens",
    .details = "Lists people with their departments and roles. A list from the personnel\n"
               "system is taken in as often as it changes: people are known again by their id,\n"
               "and with any problem nothing is changed. Columns of people:\n"
               "id,name,email,department,level,manager,start,roles,active; of departments:\n"
               "id,name,parent,customer,active. The first owner comes in by --setup-link: there\n"
               "is no default account.\n",
    .examples = "firsthand people our.fh --setup-link\n"
                "firsthand people our.fh --import staff.csv --dry-run\n"
                "firsthand people our.fh --departments\n"
                "firsthand people our.fh --link ann@example.org\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .min_args = 1,
    .run = run,
};
