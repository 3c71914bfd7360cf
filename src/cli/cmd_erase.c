/* cmd_erase.c - `firsthand erase`: a customer is forgotten, and that is proved. */
#include "app/erase.h"
#include "app/words.h"
#include "cli/cli.h"
#include "cli/noted.h"
#include "store/segments.h"

#include <stddef.h>

typedef struct options {
    bool yes;
} options;

static const fh_option option_table[] = {
    {'y', "yes", FH_OPTION_FLAG, offsetof(options, yes), NULL,
     "do it; without this, what would be erased is only told", NULL},
    {0},
};

static fh_status put_identifiers(const cli_io *io, fh_org *org, uint32_t customer, fh_error *err)
{
    const fh_identity *identity;
    size_t n;
    const fh_status s = fh_identity_of(org, customer, io->arena, &identity, &n, err);
    if (s) return s;
    for (size_t i = 0; i < n; i++)
        fprintf(io->out, "  %.*s %.*s\n", FH_STR_ARG(identity[i].kind),
                FH_STR_ARG(identity[i].value));
    return FH_OK;
}

static fh_status tell(const cli_io *io, fh_org *org, const fh_str *args, uint32_t customer,
                      fh_error *err)
{
    const fh_told *told;
    size_t n = 0;
    fh_status s = fh_store_story(org, customer, io->arena, &told, &n, err);
    if (s && s != FH_NOTFOUND) return s;
    fh_buf words;
    fh_buf_init(&words, NULL, 4096);
    fh_buf_printf(&words, "This would erase customer #%u: ", customer);
    fh_say_number_of(&words, n, "interaction", "interactions");
    fh_buf_text(&words, ", and these identifiers:\n");
    s = cli_write(io, &words, err);
    fh_buf_free(&words);
    if (!s) s = put_identifiers(io, org, customer, err);
    if (!s)
        fprintf(io->out,
                "Nothing was changed. It cannot be undone; backups made before still hold the\n"
                "customer until they are restored or thrown away. To do it:\n"
                "  firsthand erase %s %s --yes\n",
                args[0].ptr, args[1].ptr);
    return s;
}

static void put_proof(fh_buf *out, const fh_erase_result *r)
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
        fh_buf_text(out, " one as a part of a longer word that is not this customer's.\n");
    }
    if (r->n_too_short) {
        fh_say_number_of(out, r->n_too_short, "identifier is", "identifiers are");
        fh_buf_text(out, " too short for a search to prove anything.\n");
    }
    if (r->n_colleagues) {
        fh_say_number_of(out, r->n_colleagues, "identifier stands", "identifiers stand");
        fh_buf_text(out, " in a colleague's own record, too, and stays there.\n");
    }
    fh_buf_text(out, "Backups made before still hold the customer; a restored one is erased again\n"
                     "by the list of the erased beside the file.\n");
}

static fh_status note(void *ctx, fh_org *org, fh_error *err)
{
    const uint32_t *customer = ctx;
    return cli_note_customer(org, FH_AUDITED_ERASED, *customer, err);
}

static fh_status erase(const cli_io *io, fh_org *org, uint32_t customer, fh_error *err)
{
    fh_erase_result result = {0};
    fh_status s = fh_erase_customer(org, customer, note, &customer, &result, err);
    if (s && s != FH_BUSY) return s;
    fh_buf words;
    fh_buf_init(&words, NULL, 4096);
    fh_buf_printf(&words, "Erased customer #%u: ", customer);
    fh_say_number_of(&words, result.interactions, "interaction", "interactions");
    fh_buf_text(&words, ", ");
    fh_say_number_of(&words, result.identifiers, "identifier", "identifiers");
    fh_buf_text(&words, ".\n");
    if (!s) put_proof(&words, &result);
    fh_error unwritten;
    const fh_status written = cli_write(io, &words, s ? &unwritten : err);
    fh_buf_free(&words);
    if (s || written) return s ? s : written;
    if (!result.found) return FH_OK;
    fh_fail(err, FH_INTERNAL, "the file still holds what was to be erased");
    return fh_hint(err, FH_INTERNAL, "Run it again when nobody reads; if it stays, report it.");
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
    if (!s) s = o->yes ? erase(io, org, customer, err) : tell(io, org, args, customer, err);
    fh_org_close(org);
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
    .run = run,
};
