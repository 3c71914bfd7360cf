/* cmd_audit.c - `firsthand audit`: who did what; whether the log is whole. */
#include "app/audit.h"
#include "app/people.h"
#include "cli/answer.h"
#include "store/identities.h"

#include <stddef.h>

typedef struct options {
    bool verify;
    uint64_t top, before;
    fh_str action, person, customer;
    uint32_t format;
} options;

static const options defaults = {.top = 50};

static const fh_option option_table[] = {
    {0, "verify", FH_OPTION_FLAG, offsetof(options, verify), NULL,
     "read the whole log, say whether it is whole, and print its last hash", NULL},
    {'n', "top", FH_OPTION_COUNT, offsetof(options, top), "N", "so many entries (default 50)",
     NULL},
    {0, "before", FH_OPTION_COUNT, offsetof(options, before), "N", "go on below entry N", NULL},
    {'a', "action", FH_OPTION_TEXT, offsetof(options, action), "ACTION",
     "only this: signin.failed, or all that begin so: signin.", NULL},
    {'p', "person", FH_OPTION_TEXT, offsetof(options, person), "WHO",
     "only what this person did: an address, an id, or #17", NULL},
    {'c', "customer", FH_OPTION_TEXT, offsetof(options, customer), "WHO",
     "only what is about this customer, or who searched for this identifier", NULL},
    {'f', "format", FH_OPTION_CHOICE, offsetof(options, format), "text|json|csv",
     "for people or for programs (default text)", NULL},
    {0},
};

static void print_fault(void *ctx, const char *sentence)
{
    const cli_io *io = ctx;
    fprintf(io->out, "%s\n", sentence);
}

static fh_status verify(const cli_io *io, fh_org *org, fh_error *err)
{
    cli_io told = *io;
    fh_audit_head head = {0};
    const fh_status s = fh_audit_verify(org, print_fault, &told, &head, err);
    if (s) return s;
    fprintf(io->out,
            "The audit log is whole: %lld entries. The last one's hash, to be noted "
            "elsewhere:\n",
            (long long)head.entries);
    for (size_t i = 0; i < sizeof head.hash; i++) fprintf(io->out, "%02x", head.hash[i]);
    fputc('\n', io->out);
    return FH_OK;
}

/* The entries that are asked for. A customer is looked for by its number, and where it
 * has none (any more) by the identifier's hash. */
static fh_status filter_of(const cli_io *io, fh_org *org, const options *o, fh_audit_filter *f,
                           fh_error *err)
{
    const fh_actor self = fh_actor_command_line();
    uint32_t customer = 0;
    fh_error none;
    *f = (fh_audit_filter){.before = o->before > INT64_MAX ? 0 : (int64_t)o->before,
                           .action = o->action};
    fh_status s = FH_OK;
    if (o->person.len) s = fh_person_find(org, &self, o->person, &f->person, err);
    if (s || !o->customer.len) return s;
    f->object_kind = FH_STR("customer");
    if (fh_identity_find(org, o->customer, &customer, &none) == FH_OK)
        f->object = customer;
    else
        s = fh_audit_key(org, o->customer, io->arena, &f->object_key, err);
    if (!s && !f->object && !f->object_key.len) f->object_key = FH_STR("-"); /* nothing has it */
    return s;
}

static fh_str about_of(const cli_io *io, const fh_audit_entry *e)
{
    fh_str out = e->about;
    if (out.len || !e->row.object_kind.len) return out;
    const fh_str key = e->row.object_key;
    if (!e->row.object && !key.len) return e->row.object_kind;
    bool ok = true;
    if (e->row.object)
        ok = fh_arena_format(io->arena, &out, "%.*s #%lld", FH_STR_ARG(e->row.object_kind),
                             (long long)e->row.object);
    else
        ok = fh_arena_format(io->arena, &out, "%.*s %.*s", FH_STR_ARG(e->row.object_kind),
                             key.len < 24 ? (int)key.len : 24, key.ptr);
    return ok ? out : (fh_str){0};
}

static fh_status print_table(const cli_io *io, const fh_audit_entry *list, size_t n, bool csv,
                             fh_error *err)
{
    static const fh_table_column columns[] = {
        {"number", "Entry", FH_CELL_COUNT},   {"at", "When (UTC)", FH_CELL_TIME},
        {"who", "Who", FH_CELL_TEXT},         {"action", NULL, FH_CELL_TEXT},
        {"says", "What", FH_CELL_TEXT},       {"about", "To whom or what", FH_CELL_TEXT},
        {"from", "From where", FH_CELL_TEXT}, {"details", NULL, FH_CELL_TEXT},
    };
    enum { N = sizeof columns / sizeof columns[0] };
    fh_table t = {.title = "Audit log", .columns = columns, .n_columns = N, .n_rows = n};
    t.note = n ? FH_STR("Newest first.") : FH_STR("No entries.");
    t.cells = FH_NEW_ARRAY(io->arena, fh_cell, N * n + 1);
    if (!t.cells) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) {
        const fh_audit_entry *e = &list[i];
        fh_cell *cell = t.cells + N * i;
        *cell++ = fh_cell_int(e->row.number);
        *cell++ = fh_cell_int(e->row.at_ms / 1000 * 1000);
        *cell++ = fh_cell_text(e->who);
        *cell++ = fh_cell_text(e->row.action);
        *cell++ = fh_cell_text(fh_str_of(fh_audited_says(e->row.action)));
        *cell++ = fh_cell_text(about_of(io, e));
        *cell++ = fh_cell_text(e->row.ip);
        *cell = fh_cell_text(e->row.details);
    }
    return cli_print_table(io, &t, NULL, csv, err);
}

static fh_status print_json(const cli_io *io, const fh_audit_entry *list, size_t n, fh_error *err)
{
    fh_buf out;
    fh_json j;
    fh_buf_init(&out, NULL, SIZE_MAX / 2);
    fh_json_begin(&j, &out, 0);
    fh_json_object(&j);
    fh_json_key(&j, FH_STR("entries"));
    fh_json_array(&j);
    for (size_t i = 0; i < n; i++) fh_audit_entry_json(&list[i], NULL, &j);
    fh_json_end_array(&j);
    fh_json_end_object(&j);
    fh_buf_char(&out, '\n');
    const fh_status s = cli_write(io, &out, err);
    fh_buf_free(&out);
    return s;
}

static fh_status list(const cli_io *io, fh_org *org, const options *o, fh_error *err)
{
    enum { JSON = 1, CSV = 2 };
    const fh_actor self = fh_actor_command_line();
    const fh_audit_entry *entries = NULL;
    size_t n = 0;
    fh_audit_filter f;
    fh_status s = filter_of(io, org, o, &f, err);
    if (!s) s = fh_audit_list(org, &self, &f, (size_t)o->top, io->arena, &entries, &n, err);
    if (s) return s;
    return o->format == JSON ? print_json(io, entries, n, err)
                             : print_table(io, entries, n, o->format == CSV, err);
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    const options *o = opts;
    (void)n_args;
    fh_org *org = NULL;
    fh_status s = fh_org_open(io->os, args[0].ptr, FH_ORG_READ, &org, err);
    if (!s) s = o->verify ? verify(io, org, err) : list(io, org, o, err);
    fh_org_close(org);
    return s;
}

const cli_command cmd_audit = {
    .name = "audit",
    .synopsis = "[options] ORG.fh",
    .summary = "list who did what, or check that the log is whole",
    .details = "Lists the audit log, newest first: sign-ins and failures, refusals, changes of\n"
               "people, roles, tokens and settings, exports and erasures. Customers stand in it\n"
               "as numbers, and what was searched for as a keyed hash. Each entry follows from\n"
               "the one before: --verify tells one that was changed, taken out or cut off.\n",
    .examples = "firsthand audit our.fh\n"
                "firsthand audit our.fh --action signin.failed --top 10\n"
                "firsthand audit our.fh --verify\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .min_args = 1,
    .run = run,
};
