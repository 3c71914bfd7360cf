/* chain.c - entries that follow from one another (see chain.h). */
#include "store/chain.h"

#include "store/inside.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { SALT = FH_CHAIN_SALT_HEX / 2 };

/* ---- Hashing ---------------------------------------------------------------------------- */

static void put_int(crypto_generichash_state *h, int64_t v)
{
    unsigned char bytes[8];
    for (unsigned i = 0; i < 8; i++) bytes[i] = (unsigned char)((uint64_t)v >> (8 * i));
    (void)crypto_generichash_update(h, bytes, sizeof bytes);
}

static void put_text(crypto_generichash_state *h, fh_str s)
{
    put_int(h, (int64_t)s.len);
    if (s.len) (void)crypto_generichash_update(h, (const unsigned char *)s.ptr, s.len);
}

static void hash_entry(const fh_chain *chain, const fh_arg *fields, unsigned n_fields,
                       const unsigned char details[FH_CHAIN_HASH],
                       const unsigned char before[FH_CHAIN_HASH], unsigned char out[FH_CHAIN_HASH])
{
    crypto_generichash_state h;
    (void)crypto_generichash_init(&h, NULL, 0, FH_CHAIN_HASH);
    put_text(&h, fh_str_of(chain->tag));
    for (unsigned i = 0; i < n_fields; i++) {
        if (fields[i].kind == FH_ARG_INT)
            put_int(&h, fields[i].i);
        else
            put_text(&h, fields[i].s);
    }
    (void)crypto_generichash_update(&h, details, FH_CHAIN_HASH);
    (void)crypto_generichash_update(&h, before, FH_CHAIN_HASH);
    (void)crypto_generichash_final(&h, out, FH_CHAIN_HASH);
}

static void hash_details(fh_str salt, fh_str details, unsigned char out[FH_CHAIN_HASH])
{
    crypto_generichash_state h;
    (void)crypto_generichash_init(&h, NULL, 0, FH_CHAIN_HASH);
    put_text(&h, salt);
    put_text(&h, details);
    (void)crypto_generichash_final(&h, out, FH_CHAIN_HASH);
}

bool fh_chain_hash_of(fh_str hex, unsigned char out[FH_CHAIN_HASH])
{
    size_t n = 0;
    memset(out, 0, FH_CHAIN_HASH);
    if (hex.len == 0) return true;
    return hex.len == FH_CHAIN_HEX &&
           sodium_hex2bin(out, FH_CHAIN_HASH, hex.ptr, hex.len, NULL, &n, NULL) == 0 &&
           n == FH_CHAIN_HASH;
}

/* ---- The head ----------------------------------------------------------------------------- */

static fh_status damaged(fh_org *org, const fh_chain *chain, fh_error *err)
{
    (void)fh_fail(err, FH_CORRUPT, "%s: the head of the %s is damaged", fh_org_path(org),
                  chain->name);
    return fh_hint(err, FH_CORRUPT, "'firsthand check' tells more. Put back the last backup.");
}

fh_status fh_chain_head_get(fh_org *org, const fh_chain *chain, fh_chain_head *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_chain_head head = {0};
    fh_status status = fh_db_ask(fh_org_db(org), chain->head, NULL, 0, &s, &row, err);
    if (status == FH_OK && row) head.entries = fh_stmt_i64(s, 0);
    if (status == FH_OK && (!row || !fh_chain_hash_of(fh_stmt_text(s, 1), head.hash)))
        status = damaged(org, chain, err);
    fh_stmt_done(s);
    if (status == FH_OK) *out = head;
    return status;
}

/* ---- Adding --------------------------------------------------------------------------------- */

static fh_status take_number(fh_org *org, const fh_chain *chain, fh_chain_link *link, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = fh_db_ask(fh_org_db(org), chain->take, NULL, 0, &s, &row, err);
    if (status == FH_OK && row) link->number = fh_stmt_i64(s, 0);
    if (status == FH_OK &&
        (!row || link->number < 1 || !fh_chain_hash_of(fh_stmt_text(s, 1), link->before)))
        status = damaged(org, chain, err);
    if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    fh_stmt_done(s);
    return status;
}

fh_status fh_chain_begin(fh_org *org, const fh_chain *chain, fh_str details, fh_chain_link *out,
                         fh_error *err)
{
    if (!fh_org_writing(org))
        return fh_fail(err, FH_INTERNAL, "an entry of the %s outside of a transaction",
                       chain->name);
    const fh_os *os = fh_org_os(org);
    unsigned char salt[SALT];
    fh_status status = os->random(os->ctx, salt, sizeof salt, err);
    if (status == FH_OK) status = take_number(org, chain, out, err);
    if (status != FH_OK) return status;
    (void)sodium_bin2hex(out->salt_hex, sizeof out->salt_hex, salt, sizeof salt);
    hash_details(fh_str_of(out->salt_hex), details, out->details);
    (void)sodium_bin2hex(out->details_hex, sizeof out->details_hex, out->details, FH_CHAIN_HASH);
    return FH_OK;
}

fh_status fh_chain_end(fh_org *org, const fh_chain *chain, fh_chain_link *link,
                       const fh_arg *fields, unsigned n_fields, fh_error *err)
{
    hash_entry(chain, fields, n_fields, link->details, link->before, link->hash);
    (void)sodium_bin2hex(link->hash_hex, sizeof link->hash_hex, link->hash, FH_CHAIN_HASH);
    return FH_DO(fh_org_db(org), chain->set, NULL, err, fh_arg_text(fh_str_of(link->hash_hex)));
}

/* ---- Checking ----------------------------------------------------------------------- */

void fh_chain_tell(fh_chain_checking *c, int64_t number, const char *what)
{
    char sentence[240];
    c->n_faults++;
    (void)snprintf(sentence, sizeof sentence,
                   "%s, entry %lld: %s. Compare it with a backup: somebody may have "
                   "changed the file.",
                   c->title, (long long)number, what);
    if (c->fault) c->fault(c->ctx, sentence);
}

void fh_chain_check_entry(fh_chain_checking *c, const fh_chain_entry *e)
{
    unsigned char stored[FH_CHAIN_HASH], details[FH_CHAIN_HASH], is[FH_CHAIN_HASH];
    const bool known = fh_chain_hash_of(e->details_hash, details);
    if (e->number != c->expected) {
        fh_chain_tell(c, c->expected, "it is missing");
        c->expected = e->number;
    }
    if (c->expected < INT64_MAX) c->expected++;
    if (!e->withheld_by) {
        hash_details(e->salt, e->details, is);
        if (!known || memcmp(is, details, sizeof is) != 0)
            fh_chain_tell(c, e->number, "its details are not those that were written");
    } else if (e->details.len || e->salt.len || e->withheld_by <= e->number) {
        fh_chain_tell(c, e->number, "it says that its details were withheld, and they were not");
    }
    hash_entry(c->chain, e->field, e->n_fields, details, c->before, is);
    const bool readable = fh_chain_hash_of(e->hash, stored);
    if (!readable || memcmp(is, stored, sizeof is) != 0)
        fh_chain_tell(c, e->number, "it does not follow from the one before, or was changed");
    memcpy(c->before, stored, sizeof stored); /* so that one fault is told once */
}

fh_status fh_chain_check_head(fh_org *org, fh_chain_checking *c, fh_error *err)
{
    fh_chain_head head = {0};
    fh_error e = {0};
    const fh_status known = fh_chain_head_get(org, c->chain, &head, &e);
    const int64_t last = c->expected - 1;
    if (known == FH_CORRUPT) {
        fh_chain_tell(c, last, "the head of the log, which tells the last entry, is damaged");
    } else if (known != FH_OK) {
        if (err) *err = e;
        return known;
    } else if (head.entries > last) {
        fh_chain_tell(c, c->expected, "the log is cut off before it");
    } else if (head.entries < last) {
        fh_chain_tell(c, head.entries + 1, "the head of the log does not know it");
    } else if (memcmp(head.hash, c->before, sizeof c->before) != 0) {
        fh_chain_tell(c, head.entries, "the head of the log has another hash for it");
    }
    return FH_OK;
}
