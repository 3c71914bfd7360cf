/* tombstones.c - keyed hashes of the erased (see tombstones.h).
 *
 * The list beside the file is written and synced before the file is: when
 * something fails in between, the next opening for writing finds the entry and
 * finishes the erasure. Lines that are not "fh1 HASH" (one cut off by a crash,
 * say) count for nothing.
 */
#include "store/tombstones.h"

#include "store/inside.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char key_setting[] = "tombstone-key";

static void to_hex(const unsigned char *bytes, size_t n, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool from_hex(fh_str text, unsigned char *out, size_t n)
{
    if (text.len != 2 * n) return false;
    for (size_t i = 0; i < n; i++) {
        const int high = hex_digit(text.ptr[2 * i]), low = hex_digit(text.ptr[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        out[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

static fh_status make_key(fh_org *org, fh_tomb_key *out, fh_error *err)
{
    fh_tomb_key key;
    char text[2 * sizeof key.bytes];
    const fh_os *os = fh_org_os(org);
    fh_status status = os->random(os->ctx, key.bytes, sizeof key.bytes, err);
    if (status != FH_OK) return status;
    to_hex(key.bytes, sizeof key.bytes, text);
    status = fh_setting_put(org, fh_str_of(key_setting), (fh_str){text, sizeof text}, err);
    if (status == FH_OK) *out = key;
    return status;
}

fh_status fh_tomb_key_get(fh_org *org, bool make, fh_tomb_key *out, fh_error *err)
{
    if (sodium_init() < 0) return fh_fail(err, FH_INTERNAL, "libsodium cannot be used here");
    fh_str text = {0};
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = fh_setting_get(org, fh_str_of(key_setting), arena, &text, err);
    if (status == FH_OK && text.len == 0)
        status = make ? make_key(org, out, err)
                      : fh_fail(err, FH_NOTFOUND, "%s has no key for the erased", fh_org_path(org));
    else if (status == FH_OK && !from_hex(text, out->bytes, sizeof out->bytes))
        status = fh_fail(err, FH_CORRUPT, "%s: the setting '%s' is damaged", fh_org_path(org),
                         key_setting);
    fh_arena_free(arena);
    return status;
}

fh_tomb fh_tombstone(const fh_tomb_key *key, fh_str kind, fh_str value)
{
    unsigned char hash[FH_TOMBSTONE_TEXT / 2];
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, key->bytes, sizeof key->bytes, sizeof hash);
    (void)crypto_generichash_update(&state, (const unsigned char *)kind.ptr, kind.len);
    (void)crypto_generichash_update(&state, (const unsigned char *)"", 1);
    (void)crypto_generichash_update(&state, (const unsigned char *)value.ptr, value.len);
    (void)crypto_generichash_final(&state, hash, sizeof hash);
    fh_tomb out;
    to_hex(hash, sizeof hash, out.hex);
    return out;
}

/* ---- The list beside the file ------------------------------------------------------------- */

static char *list_path(const fh_org *org)
{
    const size_t size = strlen(fh_org_path(org)) + sizeof ".erased";
    char *path = malloc(size);
    if (path) (void)snprintf(path, size, "%s.erased", fh_org_path(org));
    return path;
}

static fh_status append(fh_org *org, const fh_tomb *tombs, size_t n, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    fh_file *file = NULL;
    char *path = list_path(org);
    if (!path) return fh_no_memory(err);
    fh_buf lines;
    fh_buf_init(&lines, NULL, SIZE_MAX);
    fh_buf_char(&lines, '\n'); /* ends a line that a crash cut off */
    for (size_t i = 0; i < n; i++) {
        fh_buf_text(&lines, "fh1 ");
        fh_buf_put(&lines, tombs[i].hex, sizeof tombs[i].hex);
        fh_buf_char(&lines, '\n');
    }
    fh_status status = lines.status == FH_OK ? FH_OK : fh_no_memory(err);
    if (status == FH_OK) status = os->open(os->ctx, path, FH_OPEN_APPEND, &file, err);
    if (status == FH_OK) status = os->write(os->ctx, file, lines.ptr, lines.len, err);
    if (status == FH_OK) status = os->sync(os->ctx, file, err);
    if (file) os->close(os->ctx, file);
    fh_buf_free(&lines);
    free(path);
    return status;
}

fh_status fh_tombstones_listed(fh_org *org, fh_each_tombstone *each, void *ctx, fh_error *err)
{
    enum { MAX_BYTES = 1 << 30 };
    fh_error absent = {0};
    char *path = list_path(org);
    if (!path) return fh_no_memory(err);
    fh_buf text;
    fh_buf_init(&text, NULL, MAX_BYTES);
    fh_status status = fh_os_read_file(fh_org_os(org), path, MAX_BYTES, &text, &absent);
    free(path);
    if (status != FH_OK && status != FH_NOTFOUND) {
        if (err) *err = absent;
        fh_buf_free(&text);
        return status;
    }
    status = FH_OK;
    fh_str rest = fh_buf_view(&text);
    while (rest.len && status == FH_OK) {
        const char *end = memchr(rest.ptr, '\n', rest.len);
        if (!end) break;
        const fh_str line = {rest.ptr, (size_t)(end - rest.ptr)};
        rest.ptr += line.len + 1;
        rest.len -= line.len + 1;
        unsigned char bytes[FH_TOMBSTONE_TEXT / 2];
        const fh_str hash = {line.ptr + 4, line.len < 4 ? 0 : line.len - 4};
        if (fh_str_starts(line, FH_STR("fh1 ")) && from_hex(hash, bytes, sizeof bytes))
            status = each(ctx, hash, err);
    }
    fh_buf_free(&text);
    return status;
}

/* ---- In the file ----------------------------------------------------------------------------- */

fh_status fh_tombstones_keep(fh_org *org, const fh_tomb *tombs, size_t n, fh_error *err)
{
    bool mine = false;
    fh_stmt *s = NULL;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    status = fh_db_prepare(fh_org_db(org),
                           "INSERT INTO identity_tombstone (hash) VALUES ($1) "
                           "ON CONFLICT (hash) DO NOTHING",
                           &s, err);
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        fh_stmt_bind_text(s, 1, (fh_str){tombs[i].hex, sizeof tombs[i].hex});
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return fh_org_leave(org, mine, status, err);
}

fh_status fh_tombstones_put(fh_org *org, const fh_tomb *tombs, size_t n, fh_error *err)
{
    if (n == 0) return FH_OK;
    const fh_status status = append(org, tombs, n, err);
    return status == FH_OK ? fh_tombstones_keep(org, tombs, n, err) : status;
}

fh_status fh_tombstones_each(fh_org *org, fh_each_tombstone *each, void *ctx, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = true;
    fh_status status =
        fh_db_prepare(fh_org_db(org), "SELECT hash FROM identity_tombstone ORDER BY hash", &s, err);
    while (status == FH_OK) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        status = each(ctx, fh_stmt_text(s, 0), err);
    }
    fh_stmt_done(s);
    return status;
}
