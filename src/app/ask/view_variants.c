/* view_variants.c - whole ways: the commonest stories from first to last.
 *
 * Where there are too many different ways for ROOM, they are counted a share at a time: the stories
 * are gone through again for each.
 */
#include "app/ask/view_parts.h"

#include "base/put.h"
#include "os/pages.h"
#include "os/threads.h"

enum {
    COMMONEST = 1000, /* what is kept of ways is so many */
    ROOM = 144 << 20, /* bytes, of all threads together, and while two of them become one */
    MOST_LEFT = 256   /* shares */
};

typedef struct asking {
    const fh_view *v;
    fh_share of;
} asking;

static fh_status make_some(const fh_view *v, uint32_t most, fh_share of, const fh_allocator *from,
                           fh_fold **out, fh_error *err)
{
    const uint32_t threads = v->threads ? v->threads : fh_threads_cores();
    const size_t parts = threads > 1 ? threads + 1 : 1;
    const fh_variants_options options = {
        .n_touchpoints = v->touchpoint.n, .most = most, .room = ROOM / parts, .of = of};
    return fh_variants_new(from ? from : fh_pages_allocator(), &options, out, err);
}

static fh_status make_untimed(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    const fh_view *v = ctx;
    const fh_variants_options options = {.n_touchpoints = v->touchpoint.n, .untimed = true};
    return fh_variants_new(from ? from : fh_pages_allocator(), &options, out, err);
}

static fh_status make_all(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return make_some(ctx, 0, (fh_share){0}, from, out, err);
}

fh_status fh_make_variants(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return make_some(ctx, COMMONEST, (fh_share){0}, from, out, err);
}

static fh_status make_share(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    const asking *a = ctx;
    return make_some(a->v, COMMONEST, a->of, from, out, err);
}

/* What was asked for and not counted. */
static size_t list_left(fh_share *left, size_t n, fh_share asked, fh_share counted)
{
    for (uint32_t b = asked.bits; b < counted.bits; b++)
        left[n++] = (fh_share){b + 1, counted.at | 1u << b};
    return n;
}

fh_status fh_variants_whole(const fh_view *v, const fh_filter *filter, fh_fold *fold, fh_error *err)
{
    fh_share left[MOST_LEFT];
    size_t n = list_left(left, 0, (fh_share){0}, fh_variants_share(fold));
    fh_status s = n ? fh_variants_gather(fold, NULL, err) : FH_OK;
    while (n && !s) {
        asking a = {v, left[--n]};
        fh_fold *part = NULL;
        s = fh_ask(v->org, filter, v->threads, make_share, &a, &part, err);
        if (!s) n = list_left(left, n, a.of, fh_variants_share(part));
        if (!s) s = fh_variants_gather(fold, part, err);
        fh_fold_free(part);
    }
    return s;
}

fh_status fh_view_variants(const fh_view *v, size_t top, fh_variants *out, fh_error *err)
{
    fh_view asked = *v;
    fh_fold *fold = NULL;
    fh_make_fold *make = top && top <= COMMONEST ? fh_make_variants : make_all;
    fh_status s = fh_ask(v->org, &v->filter, v->threads, make, &asked, &fold, err);
    if (!s) s = fh_variants_whole(v, &v->filter, fold, err);
    if (!s) s = fh_variants_read(fold, v->arena, top, out, err);
    fh_fold_free(fold);
    return s;
}

fh_status fh_view_ways(const fh_view *v, fh_variants *out, fh_error *err)
{
    fh_view asked = *v;
    fh_fold *fold = NULL;
    fh_status s = fh_ask(v->org, &v->filter, v->threads, make_untimed, &asked, &fold, err);
    if (!s) s = fh_variants_read(fold, v->arena, 0, out, err);
    fh_fold_free(fold);
    return s;
}

static fh_str note(const fh_view *v, const fh_variants *a)
{
    const fh_str of = fh_view_stories(v, a->n_stories);
    const fh_str ways = fh_view_count(v, a->n_variants, "different way", "different ways");
    const fh_str scope = fh_view_scope(v);
    return fh_printed(
        v->arena,
        "%.*s took %.*s, %.*s. A way is everything one %s passed, in order (a variant); "
        "it lasts from the first interaction to the last.",
        FH_STR_ARG(of), FH_STR_ARG(ways), FH_STR_ARG(scope), v->one);
}

fh_status fh_variants_table(const fh_view *v, const fh_variants *a, fh_table *out, fh_error *err)
{
    static const fh_table_column columns[] = {{"count", "Times", FH_CELL_COUNT},
                                              {"bar", "", FH_CELL_BAR},
                                              {"share", "Share", FH_CELL_SHARE},
                                              {"steps", "Steps", FH_CELL_COUNT},
                                              {"duration_ms_mean", "Lasts", FH_CELL_DURATION},
                                              {"", "Way", FH_CELL_TEXT},
                                              {"path", NULL, FH_CELL_TEXT}};
    const fh_status s =
        fh_view_new_table(v, "The ways people take", columns, 7, a->n_top, out, err);
    if (s) return s;
    uint64_t rest = a->n_stories;
    for (size_t i = 0; i < a->n_top; i++) {
        const fh_variant *variant = &a->top[i];
        fh_cell *cell = fh_table_row(out, i);
        rest -= variant->count;
        *cell++ = fh_cell_count(variant->count);
        *cell++ = fh_cell_part(variant->count, a->top[0].count);
        *cell++ = fh_cell_part(variant->count, a->n_stories);
        *cell++ = fh_cell_count(variant->n_steps);
        *cell++ = fh_cell_int(fh_mean(variant->duration_ms_sum, variant->count));
        *cell++ = fh_cell_text(fh_view_way(v, variant->path, variant->n_steps));
        *cell = fh_cell_text(fh_view_path(v, variant->path, variant->n_steps));
    }
    out->note = note(v, a);
    out->rest = fh_view_rest(v, (size_t)a->n_variants - a->n_top, "way", "ways", rest, a->n_stories,
                             v->many);
    return FH_OK;
}

void fh_variants_json(const fh_view *v, const fh_variants *a, fh_json *j)
{
    fh_json_object(j);
    fh_put_number(j, v->key, a->n_stories);
    fh_put_number(j, "variants", a->n_variants);
    fh_json_key(j, FH_STR("top"));
    fh_json_array(j);
    for (size_t i = 0; i < a->n_top; i++) {
        fh_json_object(j);
        fh_put_number(j, "count", a->top[i].count);
        fh_put_int(j, "duration_ms_sum", a->top[i].duration_ms_sum);
        fh_json_key(j, FH_STR("path"));
        fh_view_path_json(v, a->top[i].path, a->top[i].n_steps, j);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}
