/* cmd_erase.c - `firsthand erase`: a customer is forgotten, and that is proved. */
#include "app/ask/calling.h"
#include "app/ask/words.h"
#include "app/data/erase.h"
#include "base/put.h"
#include "cli/noted.h"
#include "cli/remote.h"
#include "store/segments.h"

#include <stddef.h>
#include <string.h>

typedef struct options {
    bool yes;
} options;

static const fh_option option_table[] = {
    {'y', "yes", FH_OPTION_FLAG, offsetof(options, yes), NULL,
     "do it; without this, what would be erased is only told", NULL},
    {0},
};

/* What erasing would take away, told. */
static fh_status tell(const cli_io *io, const fh_calling *calling, uint32_t customer,
                      uint64_t interactions, const fh_identity *identity, size_t n, fh_error *err)
{
    fh_buf words;
    fh_buf_init(&words, NULL, SIZE_MAX / 2);
    fh_buf_printf(&words, "This would erase %s #%u: ", calling->one, customer);
    fh_say_number_of(&words, interactions, "interaction", "interactions");
    fh_buf_text(&words, ", and these identifiers:\n");
    for (size_t i = 0; i < n; i++)
        fh_buf_printf(&words, "  %.*s %.*s\n", FH_STR_ARG(identity[i].kind),
                      FH_STR_ARG(identity[i].value));
    fh_put_called(&words, calling,
                  "Nothing was changed. It cannot be undone; backups made before still hold the\n"
                  "{customer} until they are restored or thrown away. To do it:\n");
    const fh_status s = cli_write(io, &words, err);
    fh_buf_free(&words);
    return s;
}

static fh_status tell_local(const cli_io *io, fh_org *org, const fh_str *args, uint32_t customer,
                            fh_error *err)
{
    const fh_identity *identity = NULL;
    const fh_told *told;
    size_t n = 0, n_told = 0;
    fh_calling calling;
    fh_status s = fh_store_story(org, customer, io->arena, &told, &n_told, err);
    if (s && s != FH_NOTFOUND) return s;
    s = fh_identity_of(org, customer, io->arena, &identity, &n, err);
    if (!s) s = fh_calling_read(org, io->arena, &calling, err);
    if (!s) s = tell(io, &calling, customer, n_told, identity, n, err);
    if (!s) fprintf(io->out, "  firsthand erase %s %s --yes\n", args[0].ptr, args[1].ptr);
    return s;
}

static void put_proof(fh_buf *out, const fh_calling *calling, const fh_erase_result *r)
{
    fh_buf_text(out, "Searched ");
    fh_say_count(out, r->searched_bytes);
    fh_buf_text(out, " bytes of the file for ");
    fh_say_number_of(out, r->n_searched, "identifier", "identifiers");
    if (r->found) {
        fh_buf_text(out, ": found in ");
        fh_say_number_of(out, r->found, "place", "places");
        fh_buf_text(out, ".\n");
    } else {
        fh_buf_text(out, ": found nowhere.\n");
    }
    if (r->elsewhere) {
        fh_say_number_of(out, r->elsewhere, "place has", "places have");
        fh_put_called(out, calling,
                      " one as a part of a longer word that is not this {customer}'s.\n");
    }
    if (r->n_too_short) {
        fh_say_number_of(out, r->n_too_short, "identifier is", "identifiers are");
        fh_buf_text(out, " too short for a search to prove anything.\n");
    }
    if (r->n_colleagues) {
        fh_say_number_of(out, r->n_colleagues, "identifier stands", "identifiers stand");
        fh_buf_text(out, " in a colleague's own record, too, and stays there.\n");
    }
    if (r->n_files) {
        fh_buf_text(out, "Looked through ");
        fh_say_number_of(out, r->n_files, "uploaded or exported file",
                         "uploaded and exported files");
        fh_buf_text(out, "; ");
        fh_say_count(out, r->n_files_removed);
        fh_put_called(out, calling,
                      r->n_files_removed == 1 ? " named the {customer} and was removed.\n"
                                              : " named the {customer} and were removed.\n");
    }
    fh_put_called(out, calling,
                  "Backups made before still hold the {customer}; a restored one is erased again\n"
                  "by the list of the erased beside the file.\n");
}

/* `busy`: erased, but readers keep the old state open. */
static fh_status put_result(const cli_io *io, const fh_calling *calling, uint32_t customer,
                            const fh_erase_result *result, bool busy, fh_error *err)
{
    fh_buf words;
    fh_buf_init(&words, NULL, 4096);
    fh_buf_printf(&words, "Erased %s #%u: ", calling->one, customer);
    fh_say_number_of(&words, result->interactions, "interaction", "interactions");
    fh_buf_text(&words, ", ");
    fh_say_number_of(&words, result->identifiers, "identifier", "identifiers");
    fh_buf_text(&words, ".\n");
    if (!busy) put_proof(&words, calling, result);
    const fh_status s = cli_write(io, &words, err);
    fh_buf_free(&words);
    if (s || busy || !result->found) return s;
    fh_fail(err, FH_INTERNAL, "the file still holds what was to be erased");
    return fh_hint(err, FH_INTERNAL, "Run it again when nobody reads; if it stays, report it.");
}

static fh_status note(void *ctx, fh_org *org, fh_error *err)
{
    const uint32_t *customer = ctx;
    return cli_note_customer(org, FH_AUDITED_ERASED, *customer, err);
}

static fh_status erase(const cli_io *io, fh_org *org, uint32_t customer, fh_error *err)
{
    fh_erase_result result = {0};
    fh_calling calling = fh_calling_plain;
    fh_status s = fh_calling_read(org, io->arena, &calling, err);
    if (!s) s = fh_erase_customer_and(org, customer, note, &customer, &result, err);
    if (s && s != FH_BUSY) return s;
    fh_error unwritten;
    const fh_status written =
        put_result(io, &calling, customer, &result, s != FH_OK, s ? &unwritten : err);
    return s ? s : written;
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    const options *o = opts;
    (void)n_args;
    fh_org *org = NULL;
    uint32_t customer = 0;
    fh_status s = fh_org_open(io->os, args[0].ptr, o->yes ? FH_ORG_WRITE : FH_ORG_READ, &org, err);
    if (!s) s = fh_identity_find(org, args[1], &customer, err);
    if (!s) s = o->yes ? erase(io, org, customer, err) : tell_local(io, org, args, customer, err);
    fh_org_close(org);
    return s;
}

/* ---- On a server ------------------------------------------------------------------------- */

static fh_status tell_remote(cli_remote *r, fh_str path, fh_str who, fh_error *err)
{
    uint32_t end, i = 0;
    size_t n;
    fh_calling calling;
    fh_status s = cli_remote_calling(r, &calling, err);
    if (!s) s = cli_remote_get(r, path, err);
    if (s) return s;
    uint32_t at = cli_reply_array(r, 0, "identifiers", &end, &n);
    fh_identity *identity = FH_NEW_ARRAY(r->io->arena, fh_identity, n + 1);
    if (!identity) return fh_no_memory(err);
    for (; at < end; at = cli_reply_next(r, at), i++)
        identity[i] = (fh_identity){.kind = cli_reply_text(r, at, "kind"),
                                    .value = cli_reply_text(r, at, "value")};
    s = tell(r->io, &calling, (uint32_t)cli_reply_number(r, 0, "customer"),
             (uint64_t)cli_reply_number(r, 0, "interactions"), identity, n, err);
    if (!s)
        fprintf(r->io->out, "  firsthand erase --server %.*s %s --yes\n", FH_STR_ARG(r->server),
                who.ptr);
    return s;
}

static uint64_t count(const cli_remote *r, uint32_t object, const char *key)
{
    const int64_t n = cli_reply_number(r, object, key);
    return n > 0 ? (uint64_t)n : 0;
}

static fh_status erase_remote(cli_remote *r, fh_str path, fh_str who, fh_error *err)
{
    fh_buf body;
    fh_json j;
    fh_buf_init(&body, fh_arena_allocator(r->io->arena), 1 << 16);
    fh_json_begin(&j, &body, 0);
    fh_json_object(&j);
    fh_put_text(&j, "confirm", who);
    fh_json_end_object(&j);
    fh_calling calling;
    fh_status s = body.status ? fh_no_memory(err) : FH_OK;
    if (!s) s = cli_remote_calling(r, &calling, err); /* before: what is done is told */
    if (!s) s = cli_remote_ask(r, "POST", path, fh_buf_view(&body), err);
    if (!s) s = cli_remote_read(r, err);
    fh_buf_free(&body);
    if (s) return s;
    const uint32_t proof = cli_reply_at(r, 0, "proof");
    const fh_erase_result result = {
        .interactions = count(r, 0, "interactions"),
        .identifiers = count(r, 0, "identifiers"),
        .n_searched = count(r, proof, "identifiers_searched"),
        .n_too_short = count(r, proof, "too_short_to_search"),
        .searched_bytes = count(r, proof, "bytes_searched"),
        .found = count(r, proof, "found"),
        .elsewhere = count(r, proof, "part_of_other_words"),
        .n_colleagues = count(r, proof, "in_colleagues_records"),
        .n_files = count(r, proof, "files_searched"),
        .n_files_removed = count(r, proof, "files_removed"),
    };
    return put_result(r->io, &calling, (uint32_t)cli_reply_number(r, 0, "customer"), &result, false,
                      err);
}

/* Where the customer's erasure is asked for. "#17" may be another's number by now: what
 * is told of it says whose. */
static fh_status find_path(cli_remote *r, fh_str who, fh_str *path, fh_error *err)
{
    static const char form[] = "/api/v1/customers/%.*s/erase";
    fh_arena *arena = r->io->arena;
    fh_str number = {who.ptr + 1, who.len ? who.len - 1 : 0};
    int64_t customer = 0;
    const bool numbered =
        number.len && who.ptr[0] == '#' && strspn(number.ptr, "0123456789") == number.len;
    if (numbered) {
        if (!fh_arena_format(arena, path, form, FH_STR_ARG(number))) return fh_no_memory(err);
        const fh_status s = cli_remote_get(r, *path, err);
        if (s) return s;
        customer = cli_reply_number(r, 0, "customer");
    } else {
        const fh_status s = cli_remote_customer(r, who, &customer, err);
        if (s) return s;
    }
    return fh_arena_format(arena, path, "/api/v1/customers/%lld/erase", (long long)customer)
               ? FH_OK
               : fh_no_memory(err);
}

static fh_status remote(const cli_io *io, const cli_call *call, fh_error *err)
{
    const options *o = call->options;
    const fh_str who = call->args[0];
    fh_str path = {0};
    cli_remote r;
    fh_status s = cli_remote_open(io, call->server, &r, err);
    if (!s) s = find_path(&r, who, &path, err);
    if (!s) s = o->yes ? erase_remote(&r, path, who, err) : tell_remote(&r, path, who, err);
    cli_remote_close(&r);
    return s;
}

const cli_command cmd_erase = {
    .name = "erase",
    .synopsis = "[options] ORG.fh WHO",
    .summary = "forget a customer, and prove it",
    .details = "Cuts everything about one customer out of the file: interactions, what was\n"
               "kept aside with them, identifiers, problems. Keyed hashes of the identifiers\n"
               "stay, so that repeating an import or restoring a backup erases again. Then\n"
               "the bytes of the file are searched for the identifiers.\n",
    .examples = "firsthand erase our.fh ann@example.org\n"
                "firsthand erase our.fh ann@example.org --yes\n",
    .options = option_table,
    .options_size = sizeof(options),
    .min_args = 2,
    .remote = remote,
    .run = run,
};
