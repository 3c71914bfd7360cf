/* standing.c - what the usual questions have counted, kept in the file (see standing.h).
 *
 * A result's name is a hash of the program's version, the question with its options, the
 * merged names and what exactly the settled stories are stored as (fh_scan_group.settled):
 * equal names, equal stories, for ever. So nothing has to be told when something is written;
 * what is stale is never found. Kept only where all stories are settled, as after an import.
 */
#include "app/ask/standing.h"

#include "app/ask/hash_part.h"
#include "app/ask/view_parts.h"
#include "store/standing.h"

#include <string.h>

enum { VARIANTS = 7, N_USUAL = 8 };

#define LEAST_INTERACTIONS UINT64_C(1000000) /* fewer are counted as quickly */

/* ---- Names ---------------------------------------------------------------------------- */

/* Where every story is settled, and there is one; else *whole is false. */
static fh_status name_stories(fh_scan *scan, crypto_generichash_state *h, bool *whole,
                              fh_error *err)
{
    size_t n = 0;
    const fh_str version = FH_STR("standing 1, " FH_VERSION);
    const fh_status s = fh_scan_groups(scan, 1, &n, err);
    *whole = n > 0;
    if (s) return s;
    (void)crypto_generichash_init(h, NULL, 0, FH_STANDING_HASH);
    fh_hash_part(h, version.ptr, version.len);
    const fh_str names = fh_scan_names(scan);
    fh_hash_part(h, names.ptr, names.len);
    for (size_t i = 0; i < n; i++) {
        const fh_scan_group g = fh_scan_group_at(scan, i);
        if (g.changed || !g.settled.len) *whole = false;
        fh_hash_part(h, g.settled.ptr, g.settled.len);
    }
    return FH_OK;
}

static void name_question(const crypto_generichash_state *stories, const fh_fold *fold,
                          unsigned char out[FH_STANDING_HASH])
{
    crypto_generichash_state h = *stories;
    const fh_str question = fh_fold_question(fold);
    fh_hash_part(&h, question.ptr, question.len);
    (void)crypto_generichash_final(&h, out, FH_STANDING_HASH);
}

/* What all stories are named now. */
static fh_status name_now(fh_org *org, crypto_generichash_state *h, bool *whole, fh_error *err)
{
    fh_scan *scan = NULL;
    fh_status s = fh_scan_open(org, 0, 0, UINT32_MAX, &scan, err);
    if (!s) s = name_stories(scan, h, whole, err);
    fh_scan_close(scan);
    return s;
}

/* ---- The usual questions ---------------------------------------------------------------- */

static fh_status make_follows(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    const fh_view *v = ctx;
    const fh_follows_options o = {.n_touchpoints = v->touchpoint.n};
    return fh_follows_new(from, &o, out, err);
}

static fh_status make_handoffs(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    const fh_view *v = ctx;
    const fh_handoffs_options o = {.n_departments = v->department.n};
    return fh_handoffs_new(from, &o, out, err);
}

static fh_status make_repeats(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    const fh_view *v = ctx;
    const fh_repeats_options o = {.n_departments = v->department.n,
                                  .n_channels = v->channel.n,
                                  .directions = 1u << FH_DIR_NONE | 1u << FH_DIR_IN,
                                  .window_ms = 7 * FH_DAY_MS};
    return fh_repeats_new(from, &o, out, err);
}

static fh_status make_retention(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    const fh_view *v = ctx;
    const fh_retention_options o = {.n_touchpoints = v->touchpoint.n,
                                    .unit = FH_MONTH,
                                    .mode = FH_BOUNDED,
                                    .zone_s = fh_zone_offset(v->zone, v->last_ms),
                                    .n_buckets = 12,
                                    .observed_until_ms = fh_view_observed(v)};
    return fh_retention_new(from, &o, out, err);
}

static fh_make_fold *const usual[N_USUAL] = {fh_make_touchpoints, make_follows,    fh_make_loops,
                                             fh_make_waits,       make_handoffs,   make_repeats,
                                             make_retention,      fh_make_variants};

/* All of them as one fold. */
static fh_status make_all(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    fh_fold *folds[N_USUAL] = {0};
    fh_status s = FH_OK;
    for (size_t i = 0; i < N_USUAL && !s; i++) s = usual[i](ctx, from, &folds[i], err);
    if (!s) s = fh_several_new(from, folds, N_USUAL, out, err);
    for (size_t i = 0; i < N_USUAL && s; i++) fh_fold_free(folds[i]);
    return s;
}

/* ---- Keeping ------------------------------------------------------------------------------ */

static fh_status put(fh_org *org, fh_fold *all, const crypto_generichash_state *stories,
                     fh_error *err)
{
    fh_standing row[N_USUAL];
    fh_buf bytes[N_USUAL];
    fh_status s = FH_OK;
    for (size_t i = 0; i < N_USUAL; i++) fh_buf_init(&bytes[i], NULL, FH_STANDING_MOST);
    size_t n = 0; /* one that is too large is left out */
    for (size_t i = 0; i < N_USUAL && !s; i++) {
        fh_fold *fold = fh_several_at(all, i);
        s = fh_fold_write(fold, &bytes[i], err);
        if (s == FH_LIMIT) {
            s = FH_OK;
            continue;
        }
        name_question(stories, fold, row[n].about);
        row[n++].counted = fh_buf_view(&bytes[i]);
    }
    if (!s) s = fh_standing_put(org, row, n, err);
    for (size_t i = 0; i < N_USUAL; i++) fh_buf_free(&bytes[i]);
    return s;
}

static fh_status count_all(fh_view *v, fh_fold **out, fh_error *err)
{
    *out = NULL;
    fh_status s = fh_ask(v->org, NULL, 0, make_all, v, out, err);
    if (!s) s = fh_variants_whole(v, NULL, fh_several_at(*out, VARIANTS), err);
    if (!s) return FH_OK;
    fh_fold_free(*out);
    *out = NULL;
    return s;
}

fh_status fh_standing_keep(fh_org *org, fh_error *err)
{
    fh_view v;
    crypto_generichash_state before, after;
    bool whole = false, still = false;
    fh_fold *all = NULL;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status s = name_now(org, &before, &whole, err);
    if (!s && whole) s = fh_view_open(org, NULL, NULL, 0, arena, &v, err);
    if (!s && whole) s = count_all(&v, &all, err);
    /* Numbers of parts are never given twice: named alike before and after is unchanged. */
    if (!s && whole) s = name_now(org, &after, &still, err);
    if (!s && whole && still) {
        unsigned char a[FH_STANDING_HASH], b[FH_STANDING_HASH];
        name_question(&before, all, a);
        name_question(&after, all, b);
        if (memcmp(a, b, sizeof a) == 0) s = put(org, all, &after, err);
    }
    fh_fold_free(all);
    fh_arena_free(arena);
    return s;
}

fh_status fh_standing_after(fh_org *org, uint64_t n_new, fh_error *err)
{
    fh_store_counts counts = {0};
    if (n_new < LEAST_INTERACTIONS / 2) return FH_OK;
    const fh_status s = fh_store_count(org, &counts, err);
    if (s || counts.interactions < LEAST_INTERACTIONS || n_new < counts.interactions / 2) return s;
    return fh_standing_keep(org, err);
}

/* ---- Finding ------------------------------------------------------------------------------ */

static fh_status restore(const fh_ask_about *about, fh_str bytes, fh_fold **out, fh_error *err)
{
    fh_error ignored;
    fh_status s = about->make(about->ctx, NULL, out, err);
    if (s) return s;
    s = fh_fold_restore(*out, bytes, &ignored);
    if (!s) return FH_OK;
    fh_fold_free(*out);
    *out = NULL;
    /* Damaged: the stories themselves are counted, and `check` tells. */
    return s == FH_NOMEM ? fh_no_memory(err) : FH_OK;
}

fh_status fh_standing_find(const fh_ask_about *about, fh_scan *scan, const fh_fold *empty,
                           fh_fold **out, fh_error *err)
{
    crypto_generichash_state stories;
    bool whole = false;
    *out = NULL;
    if (!fh_fold_can_write(empty)) return FH_OK;
    fh_status s = name_stories(scan, &stories, &whole, err);
    if (s || !whole) return s;
    fh_standing row;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    name_question(&stories, empty, row.about);
    s = fh_standing_get(about->org, &row, arena, err);
    if (!s && row.counted.len) s = restore(about, row.counted, out, err);
    fh_arena_free(arena);
    return s;
}

/* ---- Checking ----------------------------------------------------------------------------- */

static fh_status compare(fh_org *org, fh_fold *fold, const crypto_generichash_state *stories,
                         fh_arena *arena, bool *kept, bool *same, fh_error *err)
{
    fh_standing row;
    fh_buf bytes;
    name_question(stories, fold, row.about);
    fh_status s = fh_standing_get(org, &row, arena, err);
    *kept = !s && row.counted.len > 0;
    *same = true;
    if (!*kept) return s;
    fh_buf_init(&bytes, NULL, FH_STANDING_MOST);
    s = fh_fold_write(fold, &bytes, err);
    *same = !s && fh_str_eq(fh_buf_view(&bytes), row.counted);
    fh_buf_free(&bytes);
    return s;
}

/* Whether any of the usual ones is kept of these stories. */
static fh_status any_kept(fh_view *v, const crypto_generichash_state *stories, bool *any,
                          fh_error *err)
{
    fh_fold *all = NULL;
    fh_status s = make_all(v, NULL, &all, err);
    for (size_t i = 0; i < N_USUAL && !s && !*any; i++) {
        fh_standing row;
        name_question(stories, fh_several_at(all, i), row.about);
        s = fh_standing_get(v->org, &row, v->arena, err);
        *any = !s && row.counted.len > 0;
    }
    fh_fold_free(all);
    return s;
}

static fh_status check_all(fh_view *v, const crypto_generichash_state *stories, fh_fault *fault,
                           void *ctx, uint64_t *n_checked, uint64_t *n_faults, fh_error *err)
{
    fh_fold *all = NULL;
    bool any = false;
    fh_status s = any_kept(v, stories, &any, err);
    if (s || !any) return s;
    s = count_all(v, &all, err);
    for (size_t i = 0; i < N_USUAL && !s; i++) {
        bool kept = false, same = true;
        s = compare(v->org, fh_several_at(all, i), stories, v->arena, &kept, &same, err);
        *n_checked += kept;
        if (s || same) continue;
        ++*n_faults;
        fault(ctx, "What a usual question has counted is kept wrongly. Put back the last backup; "
                   "the next import makes it void, too.");
    }
    fh_fold_free(all);
    return s;
}

fh_status fh_standing_check(fh_org *org, fh_fault *fault, void *ctx, uint64_t *n_checked,
                            uint64_t *n_faults, fh_error *err)
{
    fh_view v;
    crypto_generichash_state stories;
    bool whole = false;
    *n_checked = *n_faults = 0;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status s = name_now(org, &stories, &whole, err);
    if (!s && whole) s = fh_view_open(org, NULL, NULL, 0, arena, &v, err);
    if (!s && whole) s = check_all(&v, &stories, fault, ctx, n_checked, n_faults, err);
    fh_arena_free(arena);
    return s;
}
