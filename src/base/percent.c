/* percent.c - see percent.h. Decoded once, strictly. */
#include "base/percent.h"

#include "base/hex.h"
#include "base/utf8.h"

bool fh_percent_decode(fh_str text, bool plus, char *to, size_t *len)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '%') {
            const int high = i + 2 < text.len ? fh_hex_value(text.ptr[i + 1]) : -1;
            const int low = i + 2 < text.len ? fh_hex_value(text.ptr[i + 2]) : -1;
            if (high < 0 || low < 0) return false;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (plus && c == '+') {
            c = ' ';
        }
        if (c == '\0') return false;
        to[n++] = c;
    }
    for (size_t i = 0; i < n;) {
        const size_t step = fh_utf8_step((const unsigned char *)to + i, n - i);
        if (step == 0) return false;
        i += step;
    }
    *len = n;
    return true;
}
