/* cmd_identify.c - `firsthand identify`: who is who, merging and undoing it.
 *
 *     identify ORG.fh                        kinds, suggestions, merges
 *     identify ORG.fh WHO                    the identifiers of one
 *     identify ORG.fh --merge FROM INTO      FROM becomes INTO; --preview: only tell
 *     identify ORG.fh --undo N               take merge N back
 *     identify ORG.fh --kind phone=unique
 */
#include "base/put.h"
#include "cli/answer.h"
#include "cli/noted.h"
#include "cli/remote.h"

#include <stddef.h>
#include <string.h>

typedef struct options {
    bool merge, preview;
    fh_str why, kind, zone;
    uint64_t undo;
    uint32_t format;
} options;

static const fh_option option_table[] = {
    {'m', "merge", FH_OPTION_FLAG, offsetof(options, merge), NULL,
     "the first customer named is the second: put their stories together", NULL},
    {0, "preview", FH_OPTION_FLAG, offsetof(options, preview), NULL,
     "with --merge: only show both, change nothing", NULL},
    {0, "why", FH_OPTION_TEXT, offsetof(options, why), "TEXT",
     "with --merge: the reason, for the log", NULL},
    {'u', "undo", FH_OPTION_COUNT, offsetof(options, undo), "N", "take merge number N back", NULL},
    {'k', "kind", FH_OPTION_TEXT, offsetof(options, kind), "KIND=shared|unique",
     "say whether several customers may have the same identifier of a kind", NULL},
    {'f', "format", FH_OPTION_CHOICE, offsetof(options, format), "text|json|csv|xlsx",
     "for people or for programs (default text)", NULL},
    {0, "zone", FH_OPTION_TEXT, offsetof(options, zone), "ZONE",
     "show times there: Europe/Berlin, +02:00 (default: the organisation's)", NULL},
    {0},
};

/* ---- Changes ------------------------------------------------------------------------------ */

static fh_status merge(const cli_io *io, fh_org *org, const options *o, const fh_str *args,
                       fh_error *err)
{
    uint32_t from, into;
    int64_t merged;
    fh_calling calling;
    fh_status s = fh_calling_read(org, io->arena, &calling, err);
    if (!s) s = fh_identity_find(org, args[1], &from, err);
    if (!s) s = fh_identity_find(org, args[2], &into, err);
    if (!s && from == into)
        s = fh_fail(err, FH_CONFLICT, "both are %s #%u already", calling.one, from);
    if (!s) s = fh_org_begin(org, err);
    if (s) return s;
    s = fh_identity_merge(org, from, into, o->why, &merged, err);
    if (!s) s = cli_note_customer(org, FH_AUDITED_MERGED, into, err);
    s = cli_noted(org, s, err);
    if (s) return s;
    fprintf(io->out, "%s #%u is now #%u. This is merge %lld; to take it back:\n", calling.One, from,
            into, (long long)merged);
    fprintf(io->out, "  firsthand identify %s --undo %lld\n", args[0].ptr, (long long)merged);
    return FH_OK;
}

static fh_status read_kind(fh_str text, fh_str *name, bool *shared, fh_error *err)
{
    const char *equals = memchr(text.ptr, '=', text.len);
    *name = (fh_str){text.ptr, equals ? (size_t)(equals - text.ptr) : text.len};
    const fh_str word = {equals ? equals + 1 : NULL, equals ? text.len - name->len - 1 : 0};
    *shared = fh_str_eq(word, FH_STR("shared"));
    if (name->len && (*shared || fh_str_eq(word, FH_STR("unique")))) return FH_OK;
    fh_fail(err, FH_INVALID, "--kind: '%.*s' cannot be read", FH_STR_ARG(text));
    return fh_hint(err, FH_INVALID, "Write --kind phone=shared or --kind phone=unique.");
}

static void tell_kind(const cli_io *io, fh_str name, bool shared)
{
    fprintf(io->out, "Identifiers of the kind '%.*s' are %s from now on.\n", FH_STR_ARG(name),
            shared ? "shared" : "unique");
}

static fh_status set_kind(const cli_io *io, fh_org *org, fh_str text, fh_error *err)
{
    fh_str name;
    bool shared;
    fh_status s = read_kind(text, &name, &shared, err);
    if (!s) s = fh_org_begin(org, err);
    if (s) return s;
    s = fh_identity_set_kind(org, name, shared, err);
    const fh_audit_object about = {.kind = FH_STR("identifier-kind"), .key = name};
    if (!s) s = cli_note(org, FH_AUDITED_SETTING_CHANGED, &about, err);
    s = cli_noted(org, s, err);
    if (!s) tell_kind(io, name, shared);
    return s;
}

static fh_status undo(const cli_io *io, fh_org *org, uint64_t n, fh_error *err)
{
    const int64_t number = n > INT64_MAX ? INT64_MAX : (int64_t)n;
    const fh_merge *all = NULL;
    size_t n_all = 0;
    uint32_t into = 0;
    fh_status s = fh_identity_merges(org, io->arena, &all, &n_all, err);
    for (size_t i = 0; !s && i < n_all; i++)
        if (all[i].merge == number) into = all[i].into;
    if (!s) s = fh_org_begin(org, err);
    if (s) return s;
    s = fh_identity_unmerge(org, number, err);
    if (!s) s = cli_note_customer(org, FH_AUDITED_UNMERGED, into, err);
    s = cli_noted(org, s, err);
    if (!s) fprintf(io->out, "Merge %llu was taken back.\n", (unsigned long long)n);
    return s;
}

static fh_status change(const cli_io *io, const options *o, const fh_str *args, fh_error *err)
{
    fh_org *org = NULL;
    fh_status s = fh_org_open(io->os, args[0].ptr, FH_ORG_WRITE, &org, err);
    if (!s && o->kind.len) s = set_kind(io, org, o->kind, err);
    if (!s && o->undo) s = undo(io, org, o->undo, err);
    if (!s && o->merge) s = merge(io, org, o, args, err);
    fh_org_close(org);
    return s;
}

static fh_status check(const options *o, size_t n_args, fh_error *err)
{
    if (o->merge && n_args != 3) {
        fh_fail(err, FH_INVALID, "--merge needs two customers");
        return fh_hint(err, FH_INVALID, "Write firsthand identify ORG.fh --merge FROM INTO.");
    }
    if (o->preview && !o->merge) return fh_fail(err, FH_INVALID, "--preview goes with --merge");
    return FH_OK;
}

/* ---- On a server ------------------------------------------------------------------------- */

static fh_status remote_merge(cli_remote *r, const options *o, const fh_str *args, fh_error *err)
{
    int64_t merge = 0, from = 0, into = 0;
    fh_calling calling;
    fh_buf body;
    fh_json j;
    fh_buf_init(&body, NULL, 1 << 16);
    fh_json_begin(&j, &body, 0);
    fh_json_object(&j);
    fh_put_text_if(&j, "from", args[0]);
    fh_put_text_if(&j, "into", args[1]);
    fh_put_text_if(&j, "why", o->why);
    fh_json_end_object(&j);
    fh_status s = body.status ? fh_no_memory(err) : FH_OK;
    if (!s) s = cli_remote_calling(r, &calling, err);
    if (!s) s = cli_remote_ask(r, "POST", FH_STR("/api/v1/merges"), fh_buf_view(&body), err);
    if (!s) s = cli_remote_read(r, err);
    if (!s) s = cli_remote_number(r, "merge", &merge, err);
    if (!s) s = cli_remote_number(r, "from", &from, err);
    if (!s) s = cli_remote_number(r, "into", &into, err);
    fh_buf_free(&body);
    if (s) return s;
    fprintf(r->io->out, "%s #%lld is now #%lld. This is merge %lld; to take it back:\n",
            calling.One, (long long)from, (long long)into, (long long)merge);
    fprintf(r->io->out, "  firsthand identify --server %.*s --undo %lld\n", FH_STR_ARG(r->server),
            (long long)merge);
    return FH_OK;
}

static fh_status remote_undo(cli_remote *r, uint64_t n, fh_error *err)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/api/v1/merges/%llu/undo", (unsigned long long)n);
    const fh_status s = cli_remote_ask(r, "POST", fh_str_of(path), (fh_str){0}, err);
    if (!s) fprintf(r->io->out, "Merge %llu was taken back.\n", (unsigned long long)n);
    return s;
}

static fh_status remote_kind(cli_remote *r, fh_str text, fh_error *err)
{
    fh_str name, path;
    bool shared;
    fh_status s = read_kind(text, &name, &shared, err);
    if (s) return s;
    if (!fh_arena_format(r->io->arena, &path, "/api/v1/identifier-kinds/%.*s", FH_STR_ARG(name)))
        return fh_no_memory(err);
    s = cli_remote_ask(r, "PUT", path,
                       shared ? FH_STR("{\"shared\":true}") : FH_STR("{\"shared\":false}"), err);
    if (!s) tell_kind(r->io, name, shared);
    return s;
}

static fh_status remote(const cli_io *io, const cli_call *call, fh_error *err)
{
    const options *o = call->options;
    cli_remote r;
    fh_status s = check(o, call->n_args + 1, err);
    if (s) return s;
    if (!(o->merge && !o->preview) && !o->undo && !o->kind.len)
        return cli_remote_question(io, call, &fh_question_identities, err);
    s = cli_remote_open(io, call->server, &r, err);
    if (!s && o->kind.len) s = remote_kind(&r, o->kind, err);
    if (!s && o->undo) s = remote_undo(&r, o->undo, err);
    if (!s && o->merge) s = remote_merge(&r, o, call->args, err);
    cli_remote_close(&r);
    return s;
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    const options *o = opts;
    const fh_status s = check(o, n_args, err);
    if (s) return s;
    if ((o->merge && !o->preview) || o->undo || o->kind.len) return change(io, o, args, err);
    const fh_asking ask = {.format = o->format, .zone = o->zone};
    return cli_ask(io, &fh_question_identities, &ask, args, n_args, err);
}

const cli_command cmd_identify = {
    .name = "identify",
    .synopsis = "[options] ORG.fh [WHO [WHO]]",
    .summary = "show who is who; merge customers, or take that back",
    .details = "Without WHO: the kinds of identifiers, which customers may be the same and\n"
               "what was merged. With WHO: the identifiers of one customer, or of two side by\n"
               "side. --merge FROM INTO puts the stories of two customers together; it is\n"
               "logged and can be taken back. WHO is any identifier (ann@x.org, or\n"
               "email:ann@x.org to name its kind) or #17, the customer's number.\n",
    .examples = "firsthand identify our.fh\n"
                "firsthand identify our.fh --merge \"#17\" \"#4\" --preview\n"
                "firsthand identify our.fh --merge \"#17\" \"#4\" --why \"moved house\"\n"
                "firsthand identify our.fh --undo 1\n",
    .options = option_table,
    .options_size = sizeof(options),
    .min_args = 1,
    .max_args = 3,
    .remote = remote,
    .run = run,
};
