/* webauthn.c - what a browser says about a passkey, read and checked (see webauthn.h).
 *
 *     authenticator data = SHA-256 of the rp id 32 | flags 1 | counter 4
 *                          [ | aaguid 16 | length 2 | credential | key ... ]
 */
#include "app/signin/webauthn.h"

#include "base/json.h"

#include <sodium.h>
#include <string.h>

enum {
    RP_HASH = 32,
    HEAD = RP_HASH + 1 + 4,
    PRESENT = 0x01,
    VERIFIED = 0x04,
    BACKED_UP = 0x10,
    ELIGIBLE = 0x08,
    ATTESTED = 0x40,
    AAGUID = 16,
    LONGEST = 8192
};

static fh_status refuse(fh_error *err, const char *why)
{
    (void)fh_fail(err, FH_DENIED, "the passkey was refused: %s", why);
    return fh_hint(err, FH_DENIED, "Try again, or sign in in another way.");
}

/* The text of a member; empty when it is not there or no text. */
static fh_status text_of(const fh_json_doc *doc, fh_str key, fh_arena *arena, fh_str *out,
                         fh_error *err)
{
    const uint32_t token = fh_json_get(doc, 0, key);
    *out = (fh_str){0};
    if (!token || doc->token[token].type != FH_JSON_STRING) return FH_OK;
    return fh_json_text(doc, token, arena, out) ? FH_OK : fh_no_memory(err);
}

static fh_status read_client(const fh_json_doc *doc, fh_arena *arena, fh_str type, fh_str origin,
                             fh_str *challenge, fh_error *err)
{
    fh_str its_type, its_origin, its_challenge;
    if (doc->token[0].type != FH_JSON_OBJECT)
        return refuse(err, "it says nothing that can be read");
    fh_status status = text_of(doc, FH_STR("type"), arena, &its_type, err);
    if (status == FH_OK) status = text_of(doc, FH_STR("origin"), arena, &its_origin, err);
    if (status == FH_OK) status = text_of(doc, FH_STR("challenge"), arena, &its_challenge, err);
    if (status != FH_OK) return status;
    if (!fh_str_eq(its_type, type)) return refuse(err, "it was made for something else");
    if (!fh_str_eq(its_origin, origin))
        return refuse(err, "it was made for another address than the one Firsthand is set up with");
    const uint32_t framed = fh_json_get(doc, 0, FH_STR("crossOrigin"));
    if (framed && doc->token[framed].type != FH_JSON_FALSE)
        return refuse(err, "it was asked for by another site");
    if (!its_challenge.len) return refuse(err, "it answers no challenge");
    *challenge = its_challenge;
    return FH_OK;
}

fh_status fh_webauthn_client(fh_arena *arena, fh_str client_data, fh_str type, fh_str origin,
                             fh_str *challenge, fh_error *err)
{
    enum { MOST_TOKENS = 256 };
    fh_json_doc doc;
    fh_error why = {0};
    if (client_data.len > LONGEST) return refuse(err, "it says too much");
    fh_json_reader *reader = fh_json_reader_new(fh_arena_allocator(arena), MOST_TOKENS);
    if (!reader) return fh_no_memory(err);
    fh_status status = fh_json_read(reader, client_data, &doc, &why);
    if (status == FH_OK)
        status = read_client(&doc, arena, type, origin, challenge, err);
    else if (status == FH_NOMEM)
        (void)fh_no_memory(err);
    else
        status = refuse(err, "it says nothing that can be read");
    fh_json_reader_free(reader);
    return status;
}

fh_status fh_webauthn_authenticator(fh_str data, fh_str rp_id, bool made, fh_authenticator *out,
                                    fh_error *err)
{
    unsigned char hash[RP_HASH];
    const unsigned char *p = (const unsigned char *)data.ptr;
    if (data.len < HEAD || data.len > LONGEST) return refuse(err, "its data are cut short");
    (void)crypto_hash_sha256(hash, (const unsigned char *)rp_id.ptr, rp_id.len);
    if (sodium_memcmp(hash, p, RP_HASH) != 0) return refuse(err, "it belongs to another site");
    const unsigned flags = p[RP_HASH];
    if (!(flags & PRESENT)) return refuse(err, "nobody was there to use it");
    if (flags & BACKED_UP && !(flags & ELIGIBLE)) return refuse(err, "its flags contradict");
    fh_authenticator a = {.present = true, .verified = (flags & VERIFIED) != 0};
    for (size_t i = RP_HASH + 1; i < HEAD; i++) a.counter = a.counter << 8 | p[i];
    if (made) {
        if (!(flags & ATTESTED) || data.len < HEAD + AAGUID + 2)
            return refuse(err, "it does not tell the new key");
        const size_t n = (size_t)p[HEAD + AAGUID] << 8 | p[HEAD + AAGUID + 1];
        if (n == 0 || n > data.len - HEAD - AAGUID - 2)
            return refuse(err, "its data are cut short");
        a.credential = (fh_str){data.ptr + HEAD + AAGUID + 2, n};
    }
    *out = a;
    return FH_OK;
}

bool fh_webauthn_signed(fh_arena *arena, fh_str authenticator, fh_str client_data, fh_str *out)
{
    unsigned char *bytes = FH_NEW_ARRAY(arena, unsigned char, authenticator.len + RP_HASH);
    if (!bytes) return false;
    if (authenticator.len) memcpy(bytes, authenticator.ptr, authenticator.len);
    (void)crypto_hash_sha256(bytes + authenticator.len, (const unsigned char *)client_data.ptr,
                             client_data.len);
    *out = (fh_str){(const char *)bytes, authenticator.len + RP_HASH};
    return true;
}
