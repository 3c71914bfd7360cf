/* cmd_audit.c - `firsthand audit`: who did what; whether the log is whole. */
#include "app/people/audit.h"
#include "app/people/people.h"
#include "base/time.h"
#include "cli/answer.h"
#include "cli/remote.h"

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

static void say_whole(const cli_io *io, int64_t entries, fh_str hash)
{
    fprintf(io->out,
            "The audit log is whole: %lld entries. The last one's hash, to be noted "
            "elsewhere:\n%.*s\n",
            (long long)entries, FH_STR_ARG(hash));
}

static fh_status verify(const cli_io *io, fh_org *org, fh_error *err)
{
    cli_io told = *io;
    fh_audit_head head = {0};
    char hash[2 * sizeof head.hash + 1] = "";
    const fh_status s = fh_audit_verify(org, print_fault, &told, &head, err);
    if (s) return s;
    for (size_t i = 0; i < sizeof head.hash; i++)
        (void)snprintf(hash + 2 * i, 3, "%02x", head.hash[i]);
    say_whole(io, head.entries, fh_str_of(hash));
    return FH_OK;
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

static fh_status print(const cli_io *io, const options *o, const fh_audit_entry *entries, size_t n,
                       fh_error *err)
{
    enum { JSON = 1, CSV = 2 };
    return o->format == JSON ? print_json(io, entries, n, err)
                             : print_table(io, entries, n, o->format == CSV, err);
}

static fh_status list(const cli_io *io, fh_org *org, const options *o, fh_error *err)
{
    const fh_actor self = fh_actor_command_line();
    const fh_audit_entry *entries = NULL;
    size_t n = 0;
    fh_audit_filter f = {.before = o->before > INT64_MAX ? 0 : (int64_t)o->before,
                         .action = o->action};
    fh_status s = fh_audit_filter_words(org, &self, o->person, o->customer, io->arena, &f, err);
    if (!s) s = fh_audit_list(org, &self, &f, (size_t)o->top, io->arena, &entries, &n, err);
    return s ? s : print(io, o, entries, n, err);
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

/* ---- Of a server -------------------------------------------------------------------------- */

static fh_status verify_remote(cli_remote *r, fh_error *err)
{
    uint32_t end;
    size_t n;
    fh_status s = cli_remote_get(r, FH_STR("/api/v1/audit/verify"), err);
    if (s) return s;
    for (uint32_t at = cli_reply_array(r, 0, "faults", &end, &n); at < end;
         at = cli_reply_next(r, at)) {
        const fh_str sentence = cli_reply_word(r, at);
        fprintf(r->io->out, "%.*s\n", FH_STR_ARG(sentence));
    }
    if (!cli_reply_bool(r, 0, "whole")) {
        const fh_str detail = cli_reply_text(r, 0, "detail");
        const fh_str remedy = cli_reply_text(r, 0, "remedy");
        (void)fh_fail(err, FH_CORRUPT, "%.*s", FH_STR_ARG(detail));
        return fh_hint(err, FH_CORRUPT, "%.*s", FH_STR_ARG(remedy));
    }
    const fh_str hash = cli_reply_text(r, 0, "hash");
    say_whole(r->io, cli_reply_number(r, 0, "entries"), hash);
    return FH_OK;
}

static void read_entry(const cli_remote *r, uint32_t at, fh_audit_entry *out)
{
    const uint32_t details = cli_reply_at(r, at, "details");
    fh_str kept = {0};
    if (details && !fh_arena_str(r->io->arena, fh_json_raw(&r->doc, details), &kept))
        kept = (fh_str){0};
    *out = (fh_audit_entry){
        .row = {.number = cli_reply_number(r, at, "number"),
                .action = cli_reply_text(r, at, "action"),
                .person = (uint32_t)cli_reply_number(r, at, "person"),
                .session = (uint32_t)cli_reply_number(r, at, "session"),
                .token = cli_reply_text(r, at, "token"),
                .ip = cli_reply_text(r, at, "ip"),
                .object_kind = cli_reply_text(r, at, "about"),
                .object = cli_reply_number(r, at, "about_number"),
                .object_key = cli_reply_text(r, at, "about_key"),
                .withheld_by = cli_reply_number(r, at, "withheld_by"),
                .details = kept},
        .who = cli_reply_text(r, at, "who"),
        .about = cli_reply_text(r, at, "about_name"),
    };
    if (!fh_time_iso(cli_reply_text(r, at, "at"), NULL, &out->row.at_ms)) out->row.at_ms = 0;
}

static fh_status ask_page(cli_remote *r, const options *o, fh_str after, uint64_t most,
                          fh_error *err)
{
    fh_buf path;
    fh_str limit;
    fh_buf_init(&path, fh_arena_allocator(r->io->arena), 1 << 20);
    fh_buf_text(&path, "/api/v1/audit");
    if (!fh_arena_format(r->io->arena, &limit, "%llu", (unsigned long long)most))
        return fh_no_memory(err);
    cli_remote_pair(&path, FH_STR("limit"), limit);
    if (after.len) cli_remote_pair(&path, FH_STR("after"), after);
    if (o->action.len) cli_remote_pair(&path, FH_STR("action"), o->action);
    if (o->person.len) cli_remote_pair(&path, FH_STR("by"), o->person);
    if (o->customer.len) cli_remote_pair(&path, FH_STR("about"), o->customer);
    const fh_status s =
        path.status ? fh_no_memory(err) : cli_remote_get(r, fh_buf_view(&path), err);
    fh_buf_free(&path);
    return s;
}

static fh_status list_remote(cli_remote *r, const options *o, fh_error *err)
{
    enum { PAGE = 1000 };
    fh_audit_entry *list = NULL;
    size_t n = 0, cap = 0;
    fh_str after = {0};
    if (o->before && o->before <= INT64_MAX &&
        !fh_arena_format(r->io->arena, &after, "%llu", (unsigned long long)o->before))
        return fh_no_memory(err);
    do {
        uint32_t end;
        size_t got;
        const uint64_t left = o->top - n;
        const fh_status s = ask_page(r, o, after, left < PAGE ? left : PAGE, err);
        if (s) return s;
        uint32_t at = cli_reply_array(r, 0, "items", &end, &got);
        if (n + got > cap) {
            cap = 2 * cap + got;
            fh_audit_entry *wider = FH_NEW_ARRAY(r->io->arena, fh_audit_entry, cap);
            if (!wider) return fh_no_memory(err);
            for (size_t i = 0; i < n; i++) wider[i] = list[i];
            list = wider;
        }
        for (; at < end; at = cli_reply_next(r, at)) read_entry(r, at, &list[n++]);
        after = cli_reply_text(r, 0, "next");
    } while (after.len && n < o->top);
    return print(r->io, o, list, n, err);
}

static fh_status remote(const cli_io *io, const cli_call *call, fh_error *err)
{
    const options *o = call->options;
    cli_remote r;
    fh_status s = cli_remote_open(io, call->server, &r, err);
    if (!s) s = o->verify ? verify_remote(&r, err) : list_remote(&r, o, err);
    cli_remote_close(&r);
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
    .remote = remote,
    .run = run,
};
