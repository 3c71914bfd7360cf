/* normal.c - the one spelling of an identifier.
 *
 * Nearly all identifiers are plain ASCII without anything to change; those are
 * seen by one look at each byte and handed back as they are. The rest is made
 * NFC by utf8proc; bytes that are not UTF-8 stay as they are, for an identifier
 * is never lost because of how it is written.
 */
#include "store/normal.h"

#include "store/identities.h"

#include <stdlib.h> /* free: utf8proc hands out malloc's memory */
#include <string.h>
#include <utf8proc.h>

fh_spelling fh_spelling_of(fh_str kind)
{
    if (fh_str_eq(kind, FH_STR("email"))) return FH_SPELL_EMAIL;
    if (fh_str_eq(kind, FH_STR("phone"))) return FH_SPELL_PHONE;
    return FH_SPELL_PLAIN;
}

static bool all_ascii(fh_str s)
{
    unsigned char any = 0;
    for (size_t i = 0; i < s.len; i++) any = (unsigned char)(any | (unsigned char)s.ptr[i]);
    return any < 0x80;
}

static bool has_capital(fh_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') return true;
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "0049 (30) 123-45" and "+49 30 12345" are one number. What holds no digit
 * ("unknown") is left as it is. */
static bool phone(fh_str s, fh_buf *space)
{
    const size_t before = space->len;
    bool plus = false, digits = false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '+' && !digits) plus = true;
        if (is_digit(s.ptr[i])) digits = true;
    }
    if (!digits) return false;
    if (plus) fh_buf_char(space, '+');
    for (size_t i = 0; i < s.len; i++)
        if (is_digit(s.ptr[i])) fh_buf_char(space, s.ptr[i]);
    if (!plus && space->status == FH_OK && space->len - before > 4 &&
        memcmp(space->ptr + before, "00", 2) == 0) {
        space->ptr[before] = '+'; /* the other way to write it */
        memmove(space->ptr + before + 1, space->ptr + before + 2, space->len - before - 2);
        space->len--;
    }
    return true;
}

static utf8proc_int32_t lower_case(utf8proc_int32_t c, void *data)
{
    (void)data;
    return utf8proc_tolower(c);
}

static fh_status wide(fh_spelling how, fh_str s, fh_buf *space, fh_str *out)
{
    utf8proc_uint8_t *text = NULL;
    const utf8proc_ssize_t n = utf8proc_map_custom(
        (const utf8proc_uint8_t *)s.ptr, (utf8proc_ssize_t)s.len, &text,
        UTF8PROC_STABLE | UTF8PROC_COMPOSE, how == FH_SPELL_EMAIL ? lower_case : NULL, NULL);
    if (n == UTF8PROC_ERROR_NOMEM) return FH_NOMEM;
    if (n < 0) {
        *out = s; /* not UTF-8 */
        return FH_OK;
    }
    fh_buf_put(space, text, (size_t)n);
    free(text);
    *out = fh_buf_view(space);
    return space->status;
}

static void ascii_lower(fh_str s, fh_buf *space)
{
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        fh_buf_char(space, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
}

fh_status fh_normal(fh_spelling how, fh_str value, fh_buf *space, fh_str *out, fh_error *err)
{
    const fh_str s = fh_str_trim(value);
    if (s.len == 0) return fh_fail(err, FH_INVALID, "an identifier is empty");
    if (s.len > FH_IDENTIFIER_MAX) {
        (void)fh_fail(err, FH_LIMIT, "the identifier '%.*s...' is longer than %d bytes", 40, s.ptr,
                      FH_IDENTIFIER_MAX);
        return fh_hint(err, FH_LIMIT, "Map a column that holds numbers, addresses or short names.");
    }
    fh_str normal = s;
    fh_status status = FH_OK;
    fh_buf_clear(space);
    if (!all_ascii(s)) {
        status =
            how == FH_SPELL_PHONE && phone(s, space) ? space->status : wide(how, s, space, &normal);
        if (how == FH_SPELL_PHONE && space->len && status == FH_OK) normal = fh_buf_view(space);
    } else if (how == FH_SPELL_EMAIL && has_capital(s)) {
        ascii_lower(s, space);
        normal = fh_buf_view(space);
        status = space->status;
    } else if (how == FH_SPELL_PHONE && phone(s, space)) {
        normal = fh_buf_view(space);
        status = space->status;
    }
    if (status != FH_OK) return fh_no_memory(err);
    *out = normal;
    return FH_OK;
}

fh_status fh_identity_normal(fh_arena *arena, fh_str kind, fh_str value, fh_str *out, fh_error *err)
{
    fh_buf space;
    fh_str normal = {0};
    fh_buf_init(&space, fh_arena_allocator(arena), 1 << 16);
    fh_status status = fh_normal(fh_spelling_of(kind), value, &space, &normal, err);
    fh_str copy = {0};
    if (status == FH_OK && !fh_arena_str(arena, normal, &copy)) status = fh_no_memory(err);
    fh_buf_free(&space);
    if (status == FH_OK) *out = copy;
    return status;
}
