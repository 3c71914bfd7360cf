/* discover.c - a map of what customers really do (see discover.h). */
#include "app/maps/discover.h"

#include <stddef.h>

const fh_option fh_discover_options_table[] = {
    {0, "noise", FH_OPTION_SHARE, offsetof(fh_discover_wanted, noise), "SHARE",
     "where no order is found, leave out moves that no more than this share of those "
     "beside them take: 0.2, 20%, or 0 for none (default 0.2)",
     NULL},
    FH_ASKING(fh_discover_wanted),
    {0},
};
const fh_discover_wanted fh_discover_defaults = {.noise = 2000};

fh_status fh_maps_discover(fh_org *org, const fh_discover_wanted *wanted, fh_str id, fh_str title,
                           fh_arena *arena, fh_map *out, fh_error *err)
{
    fh_answer a;
    fh_buf none;
    fh_tree tree;
    fh_buf_init(&none, NULL, 4096);
    fh_status s = fh_org_moment(org, err);
    if (s) return s;
    s = fh_answer_begin(&a, org, &wanted->ask, NULL, arena, &none, err);
    if (!s) s = fh_view_discover(&a.view, (double)wanted->noise / 10000, &tree, err);
    if (!s && !tree.n_labels) {
        (void)fh_fail(err, FH_INVALID, "no story is left to find a journey in");
        s = fh_hint(err, FH_INVALID, "Ask about a longer period, or fewer conditions.");
    }
    if (!s) s = fh_map_of_tree(&tree, id, title, arena, out, err);
    fh_org_moment_end(org);
    fh_buf_free(&none);
    return s;
}
