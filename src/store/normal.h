/* normal.h - the one spelling of an identifier, for those who resolve in bulk. */
#ifndef FH_STORE_NORMAL_H
#define FH_STORE_NORMAL_H

#include "firsthand/base.h"

#include <string.h>

/* How the values of a kind are made equal. */
typedef enum fh_spelling { FH_SPELL_PLAIN, FH_SPELL_EMAIL, FH_SPELL_PHONE } fh_spelling;

fh_spelling fh_spelling_of(fh_str kind);

/* What is longer is no identifier, but text that got into the wrong column. */
enum { FH_IDENTIFIER_MAX = 500 };

/* As fh_identity_normal. `*out` is `value` itself when it is normal already, which
 * is the usual case and costs one look at each byte; else it is written to
 * `space`, which is cleared first. FH_INVALID when nothing is left, FH_LIMIT
 * beyond FH_IDENTIFIER_MAX bytes. */
FH_MUST_CHECK fh_status fh_normal(fh_spelling how, fh_str value, fh_buf *space, fh_str *out,
                                  fh_error *err);

/* A plain value of up to sixteen letters and digits, as nearly all are. False
 * tells nothing: ask fh_normal. */
static inline bool fh_is_plainly_normal(fh_str s)
{
    if (s.len == 0 || s.len > 16 || s.ptr[0] <= ' ' || s.ptr[s.len - 1] <= ' ') return false;
    if (s.len >= 8) {
        uint64_t head, tail;
        memcpy(&head, s.ptr, 8);
        memcpy(&tail, s.ptr + s.len - 8, 8);
        return ((head | tail) & UINT64_C(0x8080808080808080)) == 0;
    }
    if (s.len >= 4) {
        uint32_t head, tail;
        memcpy(&head, s.ptr, 4);
        memcpy(&tail, s.ptr + s.len - 4, 4);
        return ((head | tail) & 0x80808080u) == 0;
    }
    return s.len < 3 || s.ptr[1] > 0; /* the first and the last are looked at above */
}

#endif
