/* own.c - which addresses are ours (see own.h). The first entry that fits decides. */
#include "app/mailbox/own.h"

#include <string.h>

typedef struct entry {
    fh_str what; /* an address, or a domain */
    fh_str department;
    bool is_address;
} entry;

struct fh_own {
    size_t n;
    entry *entry; /* [n] addresses before domains */
};

static bool parts(char c)
{
    return c == ',' || c == ';' || c == '\n';
}

static bool read_entry(fh_str text, entry *out)
{
    *out = (entry){.what = text};
    const char *is = memchr(text.ptr, '=', text.len);
    if (is) {
        out->what = fh_str_trim((fh_str){text.ptr, (size_t)(is - text.ptr)});
        out->department = fh_str_trim((fh_str){is + 1, text.len - (size_t)(is + 1 - text.ptr)});
    }
    if (out->what.len && out->what.ptr[0] == '@')
        out->what = (fh_str){out->what.ptr + 1, out->what.len - 1};
    const char *at = out->what.len ? memchr(out->what.ptr, '@', out->what.len) : NULL;
    out->is_address = at != NULL;
    if (at && !out->department.len)
        out->department = (fh_str){out->what.ptr, (size_t)(at - out->what.ptr)};
    for (size_t i = 0; i < out->what.len; i++)
        if ((unsigned char)out->what.ptr[i] <= ' ') return false;
    return out->what.len > 0 && out->what.len < 320 &&
           memchr(out->what.ptr, '.', out->what.len) != NULL;
}

fh_status fh_own_new(fh_arena *arena, fh_str text, const fh_own **out, fh_error *err)
{
    size_t n = 1;
    for (size_t i = 0; i < text.len; i++) n += parts(text.ptr[i]);
    fh_own *own = FH_NEW(arena, fh_own);
    entry *all = FH_NEW_ARRAY(arena, entry, n), *sorted = FH_NEW_ARRAY(arena, entry, n);
    if (!own || !all || !sorted) return fh_no_memory(err);
    for (size_t at = 0; at < text.len;) {
        size_t end = at;
        while (end < text.len && !parts(text.ptr[end])) end++;
        const fh_str one = fh_str_trim((fh_str){text.ptr + at, end - at});
        at = end + 1;
        if (!one.len) continue;
        if (!read_entry(one, &all[own->n++])) {
            (void)fh_fail(err, FH_INVALID, "'%.*s' is neither a domain nor an address",
                          one.len > 60 ? 60 : (int)one.len, one.ptr);
            return fh_hint(err, FH_INVALID,
                           "Write example.org or claims@example.org, several by commas, and "
                           "claims@example.org=Claims to name the department.");
        }
    }
    size_t kept = 0;
    for (int addresses = 1; addresses >= 0; addresses--)
        for (size_t i = 0; i < own->n; i++)
            if (all[i].is_address == (addresses == 1)) sorted[kept++] = all[i];
    own->entry = sorted;
    *out = own;
    return FH_OK;
}

bool fh_own_any(const fh_own *own)
{
    return own && own->n > 0;
}

static bool is_below(fh_str host, fh_str domain)
{
    if (host.len == domain.len) return fh_str_eq_nocase(host, domain);
    if (host.len < domain.len + 1 || host.ptr[host.len - domain.len - 1] != '.') return false;
    return fh_str_eq_nocase((fh_str){host.ptr + host.len - domain.len, domain.len}, domain);
}

bool fh_own_has(const fh_own *own, fh_str address, fh_str *department)
{
    *department = (fh_str){"", 0};
    const char *at = address.len ? memchr(address.ptr, '@', address.len) : NULL;
    if (!own || !at) return false;
    const fh_str host = {at + 1, address.len - (size_t)(at + 1 - address.ptr)};
    for (size_t i = 0; i < own->n; i++) {
        const entry *e = &own->entry[i];
        if (e->is_address ? !fh_str_eq_nocase(e->what, address) : !is_below(host, e->what))
            continue;
        if (e->department.len) *department = e->department;
        return true;
    }
    return false;
}
