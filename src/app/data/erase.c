/* erase.c - erasing a customer, and proving it (see erase.h).
 *
 * The search goes over the raw bytes once for all texts: four bytes at each place
 * are looked up in a bitmap of the texts' beginnings, and only where that says yes
 * are the texts compared. When something is found, a second search asks of each
 * place whether it lies inside a longer text that the organisation keeps about
 * others.
 */
#include "app/data/erase_files.h"
#include "app/records/record_attach.h"

#include "store/job_rows.h"
#include "store/people.h"
#include "store/saved_rows.h"
#include "store/segments.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    SHORTEST = 4,
    MARGIN = 2048, /* bytes known on both sides of a place; texts are shorter */
    WINDOW = 4 << 20,
    FILTER_BITS = 16,
    MAX_AROUND = 4096, /* longer texts that are remembered */
};

/* A text of others that contains one that is searched for, `at` bytes in. */
typedef struct around {
    fh_str text;
    size_t needle, at;
} around;

typedef struct search {
    const fh_str *needle; /* [n] */
    size_t n;
    uint8_t filter[1 << (FILTER_BITS - 3)];
    fh_arena *arena;
    around *around; /* [n_around] */
    size_t n_around;
    fh_erase_result *out;
} search;

static uint32_t hash4(const char *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return v * UINT32_C(0x9e3779b1) >> (32 - FILTER_BITS);
}

static bool is_within(const search *s, size_t needle, const char *at)
{
    for (size_t i = 0; i < s->n_around; i++) {
        const around *a = &s->around[i];
        if (a->needle == needle && memcmp(at - a->at, a->text.ptr, a->text.len) == 0) return true;
    }
    return false;
}

/* Looks at the places lo .. hi-1 of `bytes`, which has MARGIN more on both sides. */
static void look(search *s, const char *bytes, size_t lo, size_t hi)
{
    for (size_t i = lo; i < hi; i++) {
        const uint32_t h = hash4(bytes + i);
        if (!(s->filter[h >> 3] >> (h & 7) & 1)) continue;
        for (size_t k = 0; k < s->n; k++) {
            if (memcmp(bytes + i, s->needle[k].ptr, s->needle[k].len) != 0) continue;
            if (is_within(s, k, bytes + i))
                s->out->elsewhere++;
            else
                s->out->found++;
        }
    }
}

/* Where bytes come from: the log by a file of its own, the organisation by its handle. */
typedef struct bytes {
    fh_org *org;
    const fh_os *os;
    fh_file *log; /* NULL: the organisation's file */
    uint64_t at;
} bytes;

static fh_status read_bytes(bytes *b, char *to, size_t n, size_t *got, fh_error *err)
{
    if (b->log) return b->os->read(b->os->ctx, b->log, to, n, got, err);
    const fh_status status = fh_org_read_file(b->org, b->at, to, n, got, err);
    if (status == FH_OK) b->at += *got;
    return status;
}

/* window = MARGIN bytes from before, WINDOW new ones, MARGIN of zeros at the end */
static fh_status search_file(search *s, bytes *from, char *window, fh_error *err)
{
    fh_status status = FH_OK;
    size_t n = 0, got = WINDOW; /* bytes in the window after the first margin */
    memset(window, 0, MARGIN);
    while (status == FH_OK && got == WINDOW - n) {
        const size_t want = WINDOW - n;
        status = read_bytes(from, window + MARGIN + n, want, &got, err);
        if (status != FH_OK) break;
        s->out->searched_bytes += got;
        n += got;
        const bool last = got < want;
        if (last) memset(window + MARGIN + n, 0, MARGIN);
        const size_t until = last ? n : n - MARGIN;
        look(s, window, MARGIN, MARGIN + until);
        if (last) break;
        memmove(window, window + until, 2 * MARGIN);
        n = MARGIN;
        got = WINDOW - n;
    }
    return status;
}

/* The log has no locks that closing it could give up. */
static fh_status search_log(search *s, fh_org *org, char *window, fh_error *err)
{
    fh_str name;
    fh_error absent = {0};
    bytes from = {.os = fh_org_os(org)};
    if (!fh_arena_format(s->arena, &name, "%s-wal", fh_org_path(org))) return fh_no_memory(err);
    fh_status status = from.os->open(from.os->ctx, name.ptr, FH_OPEN_READ, &from.log, &absent);
    if (status == FH_NOTFOUND) return FH_OK;
    if (status != FH_OK) {
        if (err) *err = absent;
        return status;
    }
    status = search_file(s, &from, window, err);
    from.os->close(from.os->ctx, from.log);
    return status;
}

static fh_status search_all(search *s, fh_org *org, fh_error *err)
{
    bytes from = {.org = org};
    char *window = malloc(WINDOW + 2 * MARGIN);
    if (!window) return fh_no_memory(err);
    s->out->found = s->out->elsewhere = s->out->searched_bytes = 0;
    fh_status status = search_file(s, &from, window, err);
    if (status == FH_OK) status = search_log(s, org, window, err);
    free(window);
    return status;
}

static fh_status note_around(void *ctx, fh_str text, fh_error *err)
{
    search *s = ctx;
    for (size_t k = 0; k < s->n; k++) {
        const fh_str needle = s->needle[k];
        for (size_t at = 0; at + needle.len <= text.len && text.len <= MARGIN; at++) {
            if (memcmp(text.ptr + at, needle.ptr, needle.len) != 0) continue;
            /* The very text is no excuse. */
            if (text.len == needle.len || s->n_around == MAX_AROUND) continue;
            around *a = &s->around[s->n_around];
            if (!fh_arena_str(s->arena, text, &a->text)) return fh_no_memory(err);
            a->needle = k;
            a->at = at;
            s->n_around++;
        }
    }
    return FH_OK;
}

fh_status fh_search_bytes(fh_org *org, const fh_str *texts, size_t n, fh_erase_result *out,
                          fh_error *err)
{
    search *s = calloc(1, sizeof *s);
    fh_arena *arena = fh_arena_new(NULL);
    fh_str *needle = arena ? FH_NEW_ARRAY(arena, fh_str, n ? n : 1) : NULL;
    fh_status status = FH_OK;
    if (!s || !needle) {
        free(s);
        fh_arena_free(arena);
        return fh_no_memory(err);
    }
    s->out = out;
    s->arena = arena;
    s->needle = needle;
    out->n_searched = out->n_too_short = 0;
    for (size_t i = 0; i < n; i++) {
        if (texts[i].len < SHORTEST || texts[i].len > MARGIN) {
            out->n_too_short++;
            continue;
        }
        const uint32_t h = hash4(texts[i].ptr);
        s->filter[h >> 3] = (uint8_t)(s->filter[h >> 3] | 1u << (h & 7));
        needle[s->n++] = texts[i];
    }
    out->n_searched = s->n;
    status = search_all(s, org, err);
    if (status == FH_OK && out->found) {
        s->around = FH_NEW_ARRAY(arena, around, MAX_AROUND);
        status = s->around ? fh_org_texts(org, note_around, s, err) : fh_no_memory(err);
        if (status == FH_OK) status = search_all(s, org, err);
    }
    fh_arena_free(arena);
    free(s);
    return status;
}

/* ---- Erasing -------------------------------------------------------------------------------- */

/* Background jobs may tell who it was: samples and rejects of an import, whose export; a saved
 * view of records may search for them. */
static fh_status forget_in_jobs(fh_org *org, uint32_t customer, fh_error *err)
{
    const fh_identity *list = NULL;
    size_t n = 0;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = fh_identity_of(org, customer, arena, &list, &n, err);
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        status = fh_job_forget_text(org, list[i].value, err);
        if (status == FH_OK) status = fh_saved_forget_text(org, list[i].value, err);
    }
    fh_arena_free(arena);
    return status;
}

static fh_status erase_inside(fh_org *org, uint32_t customer, fh_erase_also *also, void *ctx,
                              fh_erase_result *out, fh_error *err)
{
    fh_status status = fh_org_begin(org, err);
    if (status != FH_OK) return status;
    status = forget_in_jobs(org, customer, err);
    if (status == FH_OK) status = fh_attachments_forget(org, customer, err);
    if (status == FH_OK) status = fh_identity_erase(org, customer, err);
    if (status == FH_OK) status = fh_store_cut(org, customer, &out->interactions, err);
    if (status == FH_OK && also) status = also(ctx, org, err);
    if (status == FH_OK) return fh_org_commit(org, err);
    fh_org_rollback(org);
    return status;
}

/* A learner is often a colleague as well, whose own record stays: what stands there too
 * would be found and prove nothing. */
static fh_status is_colleagues(fh_org *org, fh_str value, fh_arena *arena, bool *out, fh_error *err)
{
    fh_person p;
    fh_status status = fh_person_by_email(org, value, arena, &p, out, err);
    if (status == FH_OK && !*out) status = fh_person_by_external(org, value, arena, &p, out, err);
    return status;
}

/* What is to be searched for afterwards: [n]. */
static fh_status gather(fh_org *org, uint32_t customer, fh_arena *arena, const fh_str **out,
                        size_t *n, fh_erase_result *r, fh_error *err)
{
    const fh_identity *list = NULL;
    size_t n_list = 0;
    fh_status status = fh_identity_of(org, customer, arena, &list, &n_list, err);
    if (status != FH_OK) return status;
    fh_str *texts = FH_NEW_ARRAY(arena, fh_str, n_list ? n_list : 1);
    if (!texts) return fh_no_memory(err);
    r->identifiers = n_list;
    for (size_t i = 0; i < n_list && status == FH_OK; i++) {
        bool stays = false;
        status = is_colleagues(org, list[i].value, arena, &stays, err);
        r->n_colleagues += stays;
        if (!stays) texts[(*n)++] = list[i].value;
    }
    *out = texts;
    return status;
}

fh_status fh_erase_cut(fh_org *org, uint32_t customer, fh_erase_also *also, void *ctx,
                       fh_arena *arena, fh_erase_result *out, const fh_str **texts, size_t *n,
                       fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    const int64_t started = os->monotonic_ms(os->ctx);
    const clock_t cpu = clock();
    fh_erase_result r = {0};
    *n = 0;
    fh_status status = gather(org, customer, arena, texts, n, &r, err);
    if (status == FH_OK) status = erase_inside(org, customer, also, ctx, &r, err);
    r.elapsed_ms = os->monotonic_ms(os->ctx) - started;
    r.cpu_ms = (int64_t)((clock() - cpu) / (CLOCKS_PER_SEC / 1000));
    if (status == FH_OK) *out = r;
    return status;
}

/* Files first: whoever breaks off in between has erased nobody, and can do it again. */
static fh_status erase_all(fh_org *org, uint32_t customer, fh_erase_also *also, void *ctx,
                           fh_arena *arena, fh_erase_result *r, const fh_str **texts, size_t *n,
                           fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    fh_erase_files where = {.since_ms = 0};
    const fh_identity *identity = NULL;
    size_t n_identities = 0;
    fh_erase_result files = {0}, later = {0};
    const int64_t began_ms = os->now_ms(os->ctx);
    fh_status status = fh_erase_folder(org, arena, &where.folder, err);
    if (status == FH_OK)
        status = fh_identity_of(org, customer, arena, &identity, &n_identities, err);
    if (status == FH_OK)
        status = fh_erase_from_files(org, &where, identity, n_identities, &files, err);
    if (status == FH_OK)
        status = fh_attachments_remove(org, customer, where.folder, &files.n_files_removed, err);
    if (status == FH_OK) status = fh_erase_cut(org, customer, also, ctx, arena, r, texts, n, err);
    where.since_ms = began_ms - FH_ERASE_CLOCKS_MS;
    if (status == FH_OK)
        status = fh_erase_from_files(org, &where, identity, n_identities, &later, err);
    r->n_files = files.n_files;
    r->n_files_removed = files.n_files_removed + later.n_files_removed;
    return status;
}

fh_status fh_erase_customer(fh_org *org, uint32_t customer, fh_erase_result *out, fh_error *err)
{
    return fh_erase_customer_and(org, customer, NULL, NULL, out, err);
}

fh_status fh_erase_customer_and(fh_org *org, uint32_t customer, fh_erase_also *also, void *ctx,
                                fh_erase_result *out, fh_error *err)
{
    const fh_str *texts = NULL;
    size_t n = 0;
    fh_erase_result r = {0};
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = erase_all(org, customer, also, ctx, arena, &r, &texts, &n, err);
    if (status == FH_OK) status = fh_search_bytes(org, texts, n, &r, err);
    fh_arena_free(arena);
    if (status == FH_OK) *out = r;
    return status;
}
