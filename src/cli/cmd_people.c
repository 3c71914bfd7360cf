/* cmd_people.c - `firsthand people`: who works here; lists in and out; links and tokens. */
#include "app/ask/calling.h"
#include "app/ask/words.h"
#include "app/people/people.h"
#include "app/signin/signin.h"
#include "app/signin/tokens.h"
#include "cli/answer.h"
#include "cli/remote.h"

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

enum { MAX_BYTES = 64 << 20 };

static fh_status not_taken_in(const options *o, fh_error *err)
{
    fh_fail(err, FH_FORMAT, "%s: not taken in", o->import.ptr);
    return fh_hint(err, FH_FORMAT, "Correct the rows and import the file again.");
}

static fh_status import(const cli_io *io, fh_org *org, const options *o, fh_error *err)
{
    const fh_actor self = fh_actor_command_line();
    const fh_people_import_options how = {.dry_run = o->dry_run};
    fh_people_import_result r;
    fh_buf text;
    fh_buf_init(&text, NULL, MAX_BYTES);
    fh_status s = fh_os_read_file(io->os, o->import.ptr, MAX_BYTES, &text, err);
    if (!s) s = fh_people_import(org, &self, fh_buf_view(&text), &how, io->arena, &r, err);
    if (!s) s = say_import(io, &r, o->dry_run, err);
    fh_buf_free(&text);
    return !s && r.n_problems ? not_taken_in(o, err) : s;
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

static fh_status departments_table(const cli_io *io, const fh_calling *calling,
                                   const fh_department *d, size_t n, bool csv, fh_error *err)
{
    const fh_table_column columns[] = {{"department", "Number", FH_CELL_COUNT},
                                       {"id", "Id", FH_CELL_TEXT},
                                       {"name", "Name", FH_CELL_TEXT},
                                       {"under", "Under", FH_CELL_TEXT},
                                       {"customer", calling->One, FH_CELL_COUNT},
                                       {"state", "State", FH_CELL_TEXT}};
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

typedef struct lists {
    const fh_department *department; /* [n_departments] */
    size_t n_departments;
    fh_person *person; /* [n]; not read when departments are asked for */
    size_t n;
    fh_calling calling;
} lists;

static fh_status print_lists(const cli_io *io, const options *o, const lists *l, fh_error *err)
{
    if (o->format == JSON)
        return print_json(io, l->person, l->n, l->department, l->n_departments, o->departments,
                          err);
    return o->departments ? departments_table(io, &l->calling, l->department, l->n_departments,
                                              o->format == CSV, err)
                          : people_table(io, l->person, l->n, l->department, l->n_departments,
                                         o->format == CSV, err);
}

static fh_status list(const cli_io *io, fh_org *org, const options *o, fh_error *err)
{
    const fh_actor self = fh_actor_command_line();
    lists l = {0};
    fh_status s = fh_calling_read(org, io->arena, &l.calling, err);
    if (!s) s = fh_departments_list(org, &self, io->arena, &l.department, &l.n_departments, err);
    if (!s && !o->departments) s = all_people(io, org, o, &l.person, &l.n, err);
    return s ? s : print_lists(io, o, &l, err);
}

/* ---- Links, tokens, forgetting -------------------------------------------------------------- */

static void say_link(const cli_io *io, fh_str url, bool setup)
{
    fprintf(io->out, "%s\nThe link works once, within %s.\n", url.ptr,
            setup ? "24 hours" : "an hour");
}

static void say_forgotten(const cli_io *io, uint32_t person)
{
    fprintf(io->out, "Person #%u is 'former colleague %u' now.\n", person, person);
}

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
    say_link(io, url, o->setup);
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
    if (!s) say_forgotten(io, person);
    return s;
}

/* What the options ask for fits together. */
static fh_status check(const options *o, bool *list_only, fh_error *err)
{
    const int asked = (o->import.len > 0) + o->output + o->setup + (o->link.len > 0) +
                      (o->token.len > 0) + (o->forget.len > 0);
    *list_only = asked == 0;
    if (asked > 1)
        return fh_fail(err, FH_INVALID, "one thing at a time: import, export, a link, a token ...");
    if (o->dry_run && !o->import.len)
        return fh_fail(err, FH_INVALID, "--dry-run goes with --import");
    if (o->scopes.len && !o->token.len)
        return fh_fail(err, FH_INVALID, "--scopes goes with --token");
    return FH_OK;
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    const options *o = opts;
    (void)n_args;
    bool list_only = false;
    fh_status s = check(o, &list_only, err);
    if (s) return s;
    fh_org *org = NULL;
    s = fh_org_open(io->os, args[0].ptr, list_only ? FH_ORG_READ : FH_ORG_WRITE, &org, err);
    if (!s && list_only) s = list(io, org, o, err);
    if (!s && o->import.len) s = import(io, org, o, err);
    if (!s && o->output) s = output(io, org, o, err);
    if (!s && (o->setup || o->link.len)) s = print_link(io, org, o, err);
    if (!s && o->token.len) s = print_token(io, org, o, err);
    if (!s && o->forget.len) s = forget(io, org, o, err);
    fh_org_close(org);
    return s;
}

/* ---- On a server ------------------------------------------------------------------------- */

static uint32_t small(const cli_remote *r, uint32_t at, const char *key)
{
    const int64_t n = cli_reply_number(r, at, key);
    return n > 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
}

static fh_status read_person(const cli_remote *r, uint32_t at, fh_person *out, fh_error *err)
{
    uint32_t end, role;
    size_t n;
    fh_buf words;
    fh_buf_init(&words, NULL, 4096);
    *out = (fh_person){.person = small(r, at, "person"),
                       .external_id = cli_reply_text(r, at, "external_id"),
                       .name = cli_reply_text(r, at, "name"),
                       .email = cli_reply_text(r, at, "email"),
                       .department = small(r, at, "department"),
                       .level = cli_reply_text(r, at, "level"),
                       .manager = small(r, at, "manager"),
                       .started = cli_reply_text(r, at, "started"),
                       .customer = small(r, at, "customer"),
                       .active = cli_reply_bool(r, at, "active"),
                       .version = cli_reply_number(r, at, "version")};
    for (role = cli_reply_array(r, at, "roles", &end, &n); role < end;
         role = cli_reply_next(r, role)) {
        if (words.len) fh_buf_char(&words, ',');
        fh_buf_str(&words, cli_reply_word(r, role));
    }
    const fh_status s = words.len ? fh_roles_parse(fh_buf_view(&words), &out->roles, err) : FH_OK;
    fh_buf_free(&words);
    return s;
}

static fh_status remote_people(cli_remote *r, const options *o, lists *l, fh_error *err)
{
    size_t cap = 0;
    fh_str next = {0}, path;
    do {
        uint32_t end;
        size_t got;
        if (!fh_arena_format(r->io->arena, &path, "/api/v1/people?limit=1000%s%s%.*s",
                             o->disabled ? "&disabled=yes" : "", next.len ? "&after=" : "",
                             FH_STR_ARG(next)))
            return fh_no_memory(err);
        fh_status s = cli_remote_get(r, path, err);
        if (s) return s;
        uint32_t at = cli_reply_array(r, 0, "items", &end, &got);
        if (l->n + got > cap) {
            cap = 2 * cap + got;
            fh_person *wider = FH_NEW_ARRAY(r->io->arena, fh_person, cap);
            if (!wider) return fh_no_memory(err);
            for (size_t i = 0; i < l->n; i++) wider[i] = l->person[i];
            l->person = wider;
        }
        for (; !s && at < end; at = cli_reply_next(r, at))
            s = read_person(r, at, &l->person[l->n++], err);
        if (s) return s;
        next = cli_reply_text(r, 0, "next");
    } while (next.len);
    return FH_OK;
}

static fh_status remote_departments(cli_remote *r, lists *l, fh_error *err)
{
    uint32_t end;
    size_t n;
    const fh_status s = cli_remote_get(r, FH_STR("/api/v1/departments"), err);
    if (s) return s;
    uint32_t at = cli_reply_array(r, 0, "items", &end, &n);
    fh_department *d = FH_NEW_ARRAY(r->io->arena, fh_department, n + 1);
    if (!d) return fh_no_memory(err);
    for (; at < end; at = cli_reply_next(r, at))
        d[l->n_departments++] = (fh_department){.department = small(r, at, "department"),
                                                .external_id = cli_reply_text(r, at, "external_id"),
                                                .name = cli_reply_text(r, at, "name"),
                                                .parent = small(r, at, "parent"),
                                                .customer = small(r, at, "customer"),
                                                .known_as = small(r, at, "known_as"),
                                                .active = cli_reply_bool(r, at, "active"),
                                                .version = cli_reply_number(r, at, "version")};
    l->department = d;
    return FH_OK;
}

static fh_status remote_list(cli_remote *r, const options *o, fh_error *err)
{
    lists l = {.calling = fh_calling_plain};
    fh_status s = cli_remote_calling(r, &l.calling, err);
    if (!s) s = remote_departments(r, &l, err);
    if (!s && !o->departments) s = remote_people(r, o, &l, err);
    return s ? s : print_lists(r->io, o, &l, err);
}

static fh_status read_imported(const cli_remote *r, fh_people_import_result *out, fh_error *err)
{
    uint32_t end;
    size_t n;
    uint32_t at = cli_reply_array(r, 0, "problems", &end, &n);
    fh_people_problem *problem = FH_NEW_ARRAY(r->io->arena, fh_people_problem, n + 1);
    if (!problem) return fh_no_memory(err);
    const fh_str kind = cli_reply_text(r, 0, "kind");
    *out = (fh_people_import_result){
        .departments = fh_str_eq(kind, FH_STR("departments")),
        .rows = (uint64_t)cli_reply_number(r, 0, "rows"),
        .added = (uint64_t)cli_reply_number(r, 0, "added"),
        .changed = (uint64_t)cli_reply_number(r, 0, "changed"),
        .unchanged = (uint64_t)cli_reply_number(r, 0, "unchanged"),
        .n_departments_added = (uint64_t)cli_reply_number(r, 0, "departments_added"),
        .n_problems = (uint64_t)cli_reply_number(r, 0, "problem_count"),
        .problem = problem};
    for (; at < end; at = cli_reply_next(r, at))
        problem[out->n_shown++] =
            (fh_people_problem){.line = (uint64_t)cli_reply_number(r, at, "line"),
                                .column = cli_reply_text(r, at, "column"),
                                .what = cli_reply_text(r, at, "detail"),
                                .remedy = cli_reply_text(r, at, "remedy")};
    return FH_OK;
}

static fh_status remote_import(cli_remote *r, const options *o, fh_error *err)
{
    fh_people_import_result result = {0};
    fh_buf text;
    fh_buf_init(&text, NULL, MAX_BYTES);
    fh_status s = fh_os_read_file(r->io->os, o->import.ptr, MAX_BYTES, &text, err);
    const cli_request what = {.method = "POST",
                              .path = o->dry_run ? FH_STR("/api/v1/people/import?dry-run=yes")
                                                 : FH_STR("/api/v1/people/import"),
                              .type = "text/csv",
                              .body = fh_buf_view(&text),
                              .again = true, /* with what is there already nothing changes */
                              .also = 422};
    if (!s) s = cli_remote_send(r, &what, err);
    if (!s) s = cli_remote_read(r, err);
    if (!s) s = read_imported(r, &result, err);
    if (!s) s = say_import(r->io, &result, o->dry_run, err);
    fh_buf_free(&text);
    return !s && result.n_problems ? not_taken_in(o, err) : s;
}

static fh_status remote_output(cli_remote *r, const options *o, fh_error *err)
{
    const fh_status s = cli_remote_ask(r, "GET",
                                       o->departments ? FH_STR("/api/v1/departments/export")
                                                      : FH_STR("/api/v1/people/export"),
                                       (fh_str){0}, err);
    return s ? s : cli_write(r->io, &r->reply.body, err);
}

/* POST /api/v1/people/17/WHAT of somebody named by an address, an id or #17. */
static fh_status about_person(cli_remote *r, fh_str who, const char *what, fh_str body,
                              uint32_t *person, fh_error *err)
{
    fh_buf path;
    uint32_t end;
    size_t n;
    fh_str there;
    fh_buf_init(&path, fh_arena_allocator(r->io->arena), 1 << 16);
    fh_buf_text(&path, "/api/v1/people");
    cli_remote_pair(&path, FH_STR("who"), who);
    fh_status s = path.status ? fh_no_memory(err) : cli_remote_get(r, fh_buf_view(&path), err);
    fh_buf_free(&path);
    if (s) return s;
    *person = small(r, cli_reply_array(r, 0, "items", &end, &n), "person");
    if (!fh_arena_format(r->io->arena, &there, "/api/v1/people/%u/%s", *person, what))
        return fh_no_memory(err);
    const cli_request request = {.method = "POST", .path = there, .body = body, .any = true};
    return cli_remote_send(r, &request, err);
}

static fh_status remote_link(cli_remote *r, const options *o, fh_error *err)
{
    uint32_t person = 0;
    fh_status s = about_person(r, o->link, "link", FH_STR("{\"kind\":\"reset\"}"), &person, err);
    if (!s) s = cli_remote_read(r, err);
    if (!s) say_link(r->io, cli_reply_text(r, 0, "url"), false);
    return s;
}

static fh_status remote_forget(cli_remote *r, const options *o, fh_error *err)
{
    uint32_t person = 0;
    const fh_status s = about_person(r, o->forget, "forget", (fh_str){0}, &person, err);
    if (!s) say_forgotten(r->io, person);
    return s;
}

static fh_status remote(const cli_io *io, const cli_call *call, fh_error *err)
{
    const options *o = call->options;
    bool list_only = false;
    cli_remote r;
    fh_status s = check(o, &list_only, err);
    if (s) return s;
    if (o->setup || o->token.len) {
        (void)fh_fail(err, FH_INVALID, "%s is not given out over the network",
                      o->setup ? "the first owner's link" : "a token of somebody else");
        return fh_hint(err, FH_INVALID,
                       "Do it on the server's own machine, with its file; people make their own "
                       "tokens in Firsthand.");
    }
    s = cli_remote_open(io, call->server, &r, err);
    if (!s && list_only) s = remote_list(&r, o, err);
    if (!s && o->import.len) s = remote_import(&r, o, err);
    if (!s && o->output) s = remote_output(&r, o, err);
    if (!s && o->link.len) s = remote_link(&r, o, err);
    if (!s && o->forget.len) s = remote_forget(&r, o, err);
    cli_remote_close(&r);
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
    .remote = remote,
    .run = run,
};
