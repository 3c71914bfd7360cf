/* erase_files.c - taking files away that name an erased customer (see erase_files.h).
 *
 *     file ─▶ unpacked pieces ─▶ squeezed: "Ann@X.org, 030/123" -> "annxorg030123"
 *                             └▶ as they are, for what has no letter or digit of ASCII
 *
 * Both are searched in windows that overlap by the longest identifier.
 */
#include "app/data/erase_files.h"

#include "app/data/pieces.h"
#include "app/jobs/job_files.h"
#include "app/records/record_attach.h"
#include "store/job_rows.h"

#include <stdlib.h>
#include <string.h>

enum {
    LONG_ENOUGH = 5, /* squeezed; shorter ones are looked for where they stand alone */
    MARGIN = FH_IDENTIFIER_MAX + 2,
    WINDOW = 1 << 20,
    RECENT_MS = 10 * 60 * 1000, /* .part: still being written */
    JOBS_MOST = 1000
};

typedef struct needle {
    fh_str raw, squeezed; /* squeezed: empty when too short */
} needle;

typedef struct stretch {
    char *bytes; /* [MARGIN + WINDOW]: what went before, and what is new */
    size_t n;
} stretch;

typedef struct looking {
    const fh_os *os;
    const fh_erase_files *where;
    fh_arena *arena;
    const needle *needle; /* [n] */
    size_t n;
    const fh_job *job; /* [n_jobs] that wait or run */
    size_t n_jobs;
    stretch raw, squeezed;
    int64_t now_ms;
    fh_erase_result *out;
    fh_error *err;
} looking;

/* ---- Searching ------------------------------------------------------------------------------ */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_word(char c)
{
    const char l = lower(c);
    return (l >= 'a' && l <= 'z') || (l >= '0' && l <= '9');
}

static size_t squeeze(fh_str from, char *to)
{
    size_t n = 0;
    for (size_t i = 0; i < from.len; i++)
        if (is_word(from.ptr[i])) to[n++] = lower(from.ptr[i]);
    return n;
}

static bool has(fh_str bytes, fh_str what)
{
    if (!what.len || bytes.len < what.len) return false;
    const char *at = bytes.ptr, *end = bytes.ptr + bytes.len - what.len + 1;
    while ((at = memchr(at, what.ptr[0], (size_t)(end - at))) != NULL) {
        if (memcmp(at, what.ptr, what.len) == 0) return true;
        if (++at == end) break;
    }
    return false;
}

/* Not a part of a longer word; capitals or not. The bytes have one more on either side
 * unless they are the file's first or last. */
static bool stands_alone(fh_str bytes, fh_str what)
{
    for (size_t i = 0; i + what.len <= bytes.len; i++) {
        size_t k = 0;
        while (k < what.len && lower(bytes.ptr[i + k]) == lower(what.ptr[k])) k++;
        if (k < what.len) continue;
        const bool before = i && is_word(bytes.ptr[i - 1]) && is_word(what.ptr[0]);
        const bool behind =
            i + k < bytes.len && is_word(bytes.ptr[i + k]) && is_word(what.ptr[what.len - 1]);
        if (!before && !behind) return true;
    }
    return false;
}

/* Keeps the end for what goes on in the next window. */
static void keep_margin(stretch *s)
{
    if (s->n <= MARGIN) return;
    memmove(s->bytes, s->bytes + s->n - MARGIN, MARGIN);
    s->n = MARGIN;
}

static bool look_at(looking *l, fh_str piece)
{
    stretch *raw = &l->raw, *squeezed = &l->squeezed;
    memcpy(raw->bytes + raw->n, piece.ptr, piece.len);
    raw->n += piece.len;
    squeezed->n += squeeze(piece, squeezed->bytes + squeezed->n);
    bool found = false;
    for (size_t i = 0; i < l->n && !found; i++) {
        const needle *k = &l->needle[i];
        const fh_str all = {raw->bytes, raw->n};
        if (k->squeezed.len)
            found = has((fh_str){squeezed->bytes, squeezed->n}, k->squeezed) || has(all, k->raw);
        else
            found = stands_alone(all, k->raw);
    }
    keep_margin(raw);
    keep_margin(squeezed);
    return found;
}

static fh_status names_customer(looking *l, const char *path, bool *found, fh_error *err)
{
    fh_pieces *pieces = NULL;
    bool last = false;
    fh_str piece;
    l->raw.n = l->squeezed.n = 0;
    *found = false;
    fh_status status = fh_pieces_open(l->os, path, &pieces, err);
    while (status == FH_OK && !last && !*found) {
        status = fh_pieces_next(pieces, &piece, &last, err);
        for (size_t at = 0; status == FH_OK && at < piece.len && !*found; at += WINDOW) {
            const size_t n = piece.len - at < WINDOW ? piece.len - at : WINDOW;
            *found = look_at(l, (fh_str){piece.ptr + at, n});
        }
    }
    fh_pieces_close(pieces);
    return status;
}

/* ---- One file after the other --------------------------------------------------------------- */

static bool ends_with(fh_str s, fh_str end)
{
    return s.len >= end.len && fh_str_eq((fh_str){s.ptr + s.len - end.len, end.len}, end);
}

static bool is_copy(const looking *l, fh_str name, const char *path)
{
    static const char magic[] = "SQLite format 3";
    char first[sizeof magic] = "";
    fh_file *f = NULL;
    size_t got = 0;
    fh_error ignored;
    if (!fh_str_eq(fh_job_file_title(name), FH_STR("backup.fh"))) return false;
    if (l->os->open(l->os->ctx, path, FH_OPEN_READ, &f, &ignored) != FH_OK) return false;
    const fh_status s = l->os->read(l->os->ctx, f, first, sizeof first, &got, &ignored);
    l->os->close(l->os->ctx, f);
    return s == FH_OK && got == sizeof first && memcmp(first, magic, sizeof magic) == 0;
}

/* An import is about to read it. */
static bool is_awaited(const looking *l, fh_str name)
{
    for (size_t i = 0; i < l->n_jobs; i++)
        if (has(l->job[i].params, name) && !has(l->job[i].params, FH_STR("\"dry_run\":true")) &&
            !has(l->job[i].params, FH_STR("\"dry-run\":true")))
            return true;
    return false;
}

static fh_status look_into(void *ctx, fh_str name, int64_t changed_ms)
{
    looking *l = ctx;
    fh_str path;
    bool found = false;
    fh_error damaged;
    const bool attached = fh_attachment_is(name);
    if (!(attached || fh_job_file_is(name)) || changed_ms < l->where->since_ms ||
        is_awaited(l, name))
        return FH_OK;
    if (ends_with(name, FH_STR(".part")) && l->now_ms - changed_ms < RECENT_MS) return FH_OK;
    if (!fh_arena_format(l->arena, &path, "%s/%.*s", l->where->folder, FH_STR_ARG(name)))
        return fh_no_memory(l->err);
    if (is_copy(l, name, path.ptr)) return FH_OK;
    const fh_status status = names_customer(l, path.ptr, &found, &damaged);
    if (status == FH_NOTFOUND) return FH_OK; /* swept meanwhile */
    l->out->n_files++;
    /* What cannot be looked through might name anybody; but what people attached cannot be
     * asked for again, and goes with the records about the customer. */
    if ((status == FH_FORMAT || status == FH_LIMIT) && attached) return FH_OK;
    if (status == FH_FORMAT || status == FH_LIMIT) found = true;
    if (status != FH_OK && !found) {
        if (l->err) *l->err = damaged;
        return status;
    }
    if (!found) return FH_OK;
    l->out->n_files_removed++;
    return l->os->remove(l->os->ctx, path.ptr, l->err);
}

static fh_status make_needles(looking *l, const fh_identity *identity, size_t n, fh_error *err)
{
    needle *list = FH_NEW_ARRAY(l->arena, needle, n ? n : 1);
    if (!list) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) {
        const fh_str value = identity[i].value;
        if (!value.len || value.len > FH_IDENTIFIER_MAX) continue;
        char *squeezed = FH_NEW_ARRAY(l->arena, char, value.len + 1);
        if (!squeezed) return fh_no_memory(err);
        const size_t len = squeeze(value, squeezed);
        list[l->n++] = (needle){.raw = value, .squeezed = {squeezed, len >= LONG_ENOUGH ? len : 0}};
    }
    l->needle = list;
    return FH_OK;
}

fh_status fh_erase_folder(fh_org *org, fh_arena *arena, const char **out, fh_error *err)
{
    fh_str path;
    if (!fh_arena_format(arena, &path, "%s.files", fh_org_path(org))) return fh_no_memory(err);
    *out = path.ptr;
    return FH_OK;
}

static fh_status look_through(looking *l, fh_org *org, const fh_identity *identity, size_t n,
                              fh_error *err)
{
    const fh_job_query unended = {.kind = FH_STR("import"),
                                  .states = 1u << FH_JOB_WAITING | 1u << FH_JOB_RUNNING,
                                  .most = JOBS_MOST};
    bool more = false;
    fh_status status = make_needles(l, identity, n, err);
    if (status == FH_OK)
        status = fh_job_list(org, &unended, l->arena, &l->job, &l->n_jobs, &more, err);
    if (status != FH_OK) return status;
    fh_error absent = {0};
    l->err = &absent;
    status = l->os->list_files(l->os->ctx, l->where->folder, look_into, l, &absent);
    if (status == FH_NOTFOUND) return FH_OK; /* nothing was ever kept */
    if (status != FH_OK && err) *err = absent;
    return status;
}

fh_status fh_erase_from_files(fh_org *org, const fh_erase_files *where, const fh_identity *identity,
                              size_t n, fh_erase_result *out, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    looking l = {.os = os, .where = where, .out = out, .now_ms = os->now_ms(os->ctx)};
    l.arena = fh_arena_new(NULL);
    l.raw.bytes = malloc(MARGIN + WINDOW);
    l.squeezed.bytes = malloc(MARGIN + WINDOW);
    const bool ok = l.arena && l.raw.bytes && l.squeezed.bytes;
    const fh_status status = ok ? look_through(&l, org, identity, n, err) : fh_no_memory(err);
    free(l.raw.bytes);
    free(l.squeezed.bytes);
    fh_arena_free(l.arena);
    return status;
}
