/* view_arrivals.c - when people come, and by which channel. */
#include "app/ask/view_parts.h"

static fh_status make(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    const fh_view *v = ctx;
    const fh_arrivals_options options = {.n_channels = v->channel.n,
                                         .zone_s = fh_zone_offset(v->zone, v->last_ms)};
    return fh_arrivals_new(from, &options, out, err);
}

fh_status fh_view_arrivals(const fh_view *v, fh_arrivals *out, fh_error *err)
{
    fh_view asked = *v;
    fh_fold *fold = NULL;
    fh_status s = fh_ask(v->org, &v->filter, v->threads, make, &asked, &fold, err);
    if (!s) s = fh_arrivals_read(fold, v->arena, out, err);
    fh_fold_free(fold);
    return s;
}
