/* alike.c - how alike two messages are: weighted Jaccard and containment of their shingles.
 *
 * A shingle weighs the more the rarer it is, and boilerplate nothing, so a footer that all
 * share makes no two messages alike. A message that is nearly all boilerplate (a mass mail
 * itself) is compared by all its shingles, and its likeness is squared: then it takes .71 to
 * be .5, which bodies that differ below one and the same footer do not reach.
 */
#include "text/usage.h"

enum { OWN_PART = 10, LEAST_CONTAINED = 6 };

static uint32_t own(fh_shingles s, const fh_usage *usage)
{
    uint32_t n = 0;
    if (!usage) return s.n;
    for (uint32_t i = 0; i < s.n; i++) n += !fh_usage_common(usage, s.at[i]);
    return n;
}

typedef struct sums {
    double both, a, b;
    uint32_t shared, a_only, b_only;
} sums;

static void one_sided(const fh_usage *usage, uint32_t shingle, double *sum, uint32_t *n)
{
    const double w = fh_shingle_weight(usage, shingle);
    *sum += w;
    *n += w > 0;
}

static sums sum_up(fh_shingles a, fh_shingles b, const fh_usage *usage)
{
    sums s = {0};
    uint32_t i = 0, k = 0;
    while (i < a.n && k < b.n) {
        if (a.at[i] < b.at[k]) {
            one_sided(usage, a.at[i++], &s.a, &s.a_only);
        } else if (b.at[k] < a.at[i]) {
            one_sided(usage, b.at[k++], &s.b, &s.b_only);
        } else {
            one_sided(usage, a.at[i], &s.both, &s.shared);
            i++;
            k++;
        }
    }
    while (i < a.n) one_sided(usage, a.at[i++], &s.a, &s.a_only);
    while (k < b.n) one_sided(usage, b.at[k++], &s.b, &s.b_only);
    return s;
}

fh_alike fh_shingles_alike(fh_shingles a, fh_shingles b, const fh_usage *usage)
{
    const bool mass = usage && (own(a, usage) * OWN_PART < a.n || own(b, usage) * OWN_PART < b.n);
    const sums s = sum_up(a, b, mass ? NULL : usage);
    const double all = s.both + s.a + s.b, less = s.both + (s.a < s.b ? s.a : s.b);
    fh_alike alike = {.shared = s.shared};
    if (s.shared == 0) return alike;
    alike.jaccard = s.both / all;
    /* Of very few shingles nearly all are often in a long message by chance. */
    const uint32_t fewer = s.shared + (s.a_only < s.b_only ? s.a_only : s.b_only);
    alike.containment = fewer < LEAST_CONTAINED ? alike.jaccard : s.both / less;
    if (mass) {
        alike.jaccard *= alike.jaccard;
        alike.containment *= alike.containment;
    }
    return alike;
}

fh_alike fh_texts_alike(const fh_text *a, const fh_text *b, const fh_usage *usage)
{
    return fh_shingles_alike((fh_shingles){a->shingle, a->n_shingles},
                             (fh_shingles){b->shingle, b->n_shingles}, usage);
}
