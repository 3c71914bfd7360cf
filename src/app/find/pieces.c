/* pieces.c - what is kept of templates, read by several threads.
 *
 *     pieces 0 .. n - 1 --each thread a stretch, through a connection of its own--> templates
 *         --in order--> joined
 *
 * What comes of it is the same for any number of threads: pieces count as far as their numbers
 * follow one another from 0, and nothing comes after a part.
 */
#include "app/find/find_parts.h"

#include "os/pages.h"
#include "os/threads.h"

#include <stdlib.h>

enum { LEAST_EACH = 32 }; /* pieces for which a thread is worth it */

typedef struct stretch {
    fh_org *org;
    fh_piece_range range;
    fh_templates *templates;
    bool takes;     /* as they come; else they are looked through for damage */
    fh_buf damaged; /* fh_piece_damage each */
    fh_status status;
    fh_error err;
} stretch;

static fh_status note_damage(fh_buf *damaged, uint32_t piece, bool missing, fh_error *err)
{
    const fh_piece_damage d = {piece, missing};
    fh_buf_put(damaged, &d, sizeof d);
    return damaged->status ? fh_no_memory(err) : FH_OK;
}

static fh_status take_piece(void *ctx, uint32_t piece, fh_str bands, fh_str shingles, bool *more,
                            fh_error *err)
{
    stretch *of = ctx;
    fh_piece_taken t = {0};
    fh_status s = of->takes ? fh_templates_known(of->templates, bands, shingles, &t, err) : FH_OK;
    of->takes = of->takes && t.taken;
    *more = true;
    const bool whole = t.taken ? t.whole : fh_templates_piece_is_whole(bands, shingles);
    return s || whole ? s : note_damage(&of->damaged, piece, false, err);
}

static void read_stretch(void *ctx, uint32_t worker)
{
    stretch *of = (stretch *)ctx + worker;
    of->status = fh_templates_new(fh_pages_allocator(), &of->templates, &of->err);
    if (!of->status) of->status = fh_find_pieces_of(of->org, &of->range, take_piece, of, &of->err);
}

/* Whether any piece was found behind stretch i. */
static bool goes_on(const stretch *of, uint32_t n, uint32_t i)
{
    for (uint32_t k = i + 1; k < n; k++)
        if (of[k].range.found) return true;
    return of[i].range.gap;
}

static fh_status join(const stretch *of, uint32_t n, fh_templates *to, fh_buf *damaged,
                      fh_error *err)
{
    bool takes = true, gap = false;
    fh_status s = FH_OK;
    for (uint32_t i = 0; i < n && !s && !gap; i++) {
        const fh_str bad = fh_buf_view(&of[i].damaged);
        if (takes) s = fh_templates_join(to, of[i].templates, &takes, err);
        takes = takes && of[i].takes;
        if (bad.len) fh_buf_put(damaged, bad.ptr, bad.len);
        gap = of[i].range.gap || (i + 1 < n && of[i].range.next < of[i].range.until);
        if (!s && gap && goes_on(of, n, i)) s = note_damage(damaged, of[i].range.next, true, err);
    }
    return !s && damaged->status ? fh_no_memory(err) : s;
}

fh_status fh_pieces_read(fh_org *org, uint32_t threads, fh_templates *to, fh_buf *damaged,
                         fh_error *err)
{
    uint32_t pieces = 0;
    fh_status s = fh_find_pieces_count(org, &pieces, err);
    const uint32_t most = pieces / LEAST_EACH + 1, n = threads < most ? threads : most;
    stretch *of = s ? NULL : calloc(n, sizeof *of);
    if (!s && !of) s = fh_no_memory(err);
    for (uint32_t i = 0; i < n && !s; i++) {
        const uint64_t from = (uint64_t)pieces * i / n, until = (uint64_t)pieces * (i + 1) / n;
        of[i] = (stretch){.org = org, .takes = true};
        of[i].range = (fh_piece_range){.from = (uint32_t)from,
                                       .until = i + 1 < n ? (uint32_t)until : UINT32_MAX};
        fh_buf_init(&of[i].damaged, NULL, 1 << 24);
    }
    if (!s) fh_threads_run(n, read_stretch, of);
    for (uint32_t i = 0; i < n && !s; i++) {
        s = of[i].status;
        if (s && err) *err = of[i].err;
    }
    if (!s) s = join(of, n, to, damaged, err);
    for (uint32_t i = 0; i < n && of; i++) {
        fh_templates_free(of[i].templates);
        fh_buf_free(&of[i].damaged);
    }
    free(of);
    return s;
}
