/* maildir.c - the mails of a Maildir (see maildir.h).
 *
 * A mail's file is called by a name of its own, in cur with flags behind a colon, which
 * change when it is read: they are no part of what it is.
 */
#include "app/data/maildir.h"

#include "base/sort.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { PIECE = 1 << 17, MOST = 1 << 26 };

typedef struct mail {
    fh_str name; /* without flags */
    const char *path;
} mail;

struct fh_maildir {
    const fh_os *os;
    fh_arena *arena;
    const char *path, *folder; /* folder: "cur" or "new", while they are listed */
    mail *mail;                /* [n] in order */
    size_t n, cap, at;
    uint64_t fingerprint;
    fh_file *file;
    char *raw; /* [PIECE] */
};

void fh_maildir_close(fh_maildir *m)
{
    if (!m) return;
    if (m->file) m->os->close(m->os->ctx, m->file);
    fh_arena_free(m->arena);
    free(m->mail);
    free(m->raw);
    free(m);
}

static fh_status add(void *ctx, fh_str name, int64_t changed_ms)
{
    fh_maildir *m = ctx;
    fh_str path;
    (void)changed_ms;
    if (name.len && name.ptr[0] == '.') return FH_OK;
    if (m->n == MOST) return FH_LIMIT;
    if (m->n == m->cap) {
        const size_t cap = m->cap ? 2 * m->cap : 256;
        mail *more = realloc(m->mail, cap * sizeof *more);
        if (!more) return FH_NOMEM;
        m->mail = more;
        m->cap = cap;
    }
    if (!fh_arena_format(m->arena, &path, "%s/%s/%.*s", m->path, m->folder, FH_STR_ARG(name)))
        return FH_NOMEM;
    const char *colon = memchr(name.ptr, ':', name.len);
    const size_t n = colon ? (size_t)(colon - name.ptr) : name.len;
    m->mail[m->n++] = (mail){{path.ptr + path.len - name.len, n}, path.ptr};
    return FH_OK;
}

static fh_status list(fh_maildir *m, const char *folder, fh_error *err)
{
    fh_str path;
    m->folder = folder;
    if (!fh_arena_format(m->arena, &path, "%s/%s", m->path, folder)) return fh_no_memory(err);
    const fh_status s = m->os->list_files(m->os->ctx, path.ptr, add, m, err);
    if (s == FH_NOMEM) return fh_no_memory(err);
    return s == FH_LIMIT ? fh_fail(err, s, "%s has more than %d mails", m->path, MOST) : s;
}

static int by_name(const void *a, const void *b, void *ctx)
{
    const mail *x = a, *y = b;
    (void)ctx;
    const size_t n = x->name.len < y->name.len ? x->name.len : y->name.len;
    const int order = memcmp(x->name.ptr, y->name.ptr, n);
    return order ? order : (x->name.len > y->name.len) - (x->name.len < y->name.len);
}

static fh_status list_all(fh_maildir *m, fh_error *err)
{
    fh_error why = {0};
    fh_status s = list(m, "cur", err);
    if (s) return s;
    s = list(m, "new", &why); /* there need be none */
    if (s && s != FH_NOTFOUND) {
        if (err) *err = why;
        return s;
    }
    if (fh_sort(NULL, m->mail, m->n, sizeof *m->mail, by_name, NULL)) return fh_no_memory(err);
    XXH3_state_t *state = XXH3_createState();
    if (!state) return fh_no_memory(err);
    (void)XXH3_64bits_reset(state);
    for (size_t i = 0; i < m->n; i++) {
        (void)XXH3_64bits_update(state, m->mail[i].name.ptr, m->mail[i].name.len);
        (void)XXH3_64bits_update(state, "", 1);
    }
    m->fingerprint = XXH3_64bits_digest(state);
    if (!m->fingerprint) m->fingerprint = 1; /* 0: not known */
    (void)XXH3_freeState(state);
    return FH_OK;
}

fh_status fh_maildir_open(const fh_os *os, const char *path, fh_maildir **out, fh_error *err)
{
    fh_maildir *m = calloc(1, sizeof *m);
    if (!m) return fh_no_memory(err);
    m->os = os;
    m->path = path;
    m->arena = fh_arena_new(NULL);
    m->raw = malloc(PIECE);
    const fh_status s = m->arena && m->raw ? list_all(m, err) : fh_no_memory(err);
    if (s)
        fh_maildir_close(m);
    else
        *out = m;
    return s;
}

static fh_status open_next(fh_maildir *m, fh_error *err)
{
    while (!m->file && m->at < m->n) {
        fh_error why = {0};
        const fh_status s =
            m->os->open(m->os->ctx, m->mail[m->at++].path, FH_OPEN_READ, &m->file, &why);
        if (!s || s == FH_NOTFOUND) continue;
        if (err) *err = why;
        return s;
    }
    return FH_OK;
}

fh_status fh_maildir_next(fh_maildir *m, fh_str *piece, bool *starts, bool *last, fh_error *err)
{
    size_t n = 0;
    *starts = m->file == NULL;
    fh_status s = *starts ? open_next(m, err) : FH_OK;
    if (!s && m->file) s = m->os->read(m->os->ctx, m->file, m->raw, PIECE, &n, err);
    if (s) return s;
    if (m->file && n < PIECE) {
        m->os->close(m->os->ctx, m->file);
        m->file = NULL;
    }
    *piece = (fh_str){m->raw, n};
    *last = !m->file && m->at == m->n;
    return FH_OK;
}

uint64_t fh_maildir_fingerprint(const fh_maildir *m)
{
    return m->fingerprint;
}
