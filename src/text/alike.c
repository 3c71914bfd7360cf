/* alike.c - how alike two messages are: Jaccard and containment of their shingles.
 *
 * Boilerplate does not count. Two views of the rest, of which the better one is taken:
 *
 *     by rarity      a shingle weighs the more the rarer it is: the same body is known below
 *                    different departments' intros and footers, which are in many messages
 *     by number      all weigh the same, and the likeness is cubed, so that it takes .79 to
 *                    be .5: a mass mail is known by its text, which is in many messages too,
 *                    whatever rare names stand in it; a shared footer is not enough
 *
 * Of a message that is nearly all boilerplate all shingles count in the second view.
 */
#include "text/usage.h"

enum { OWN_PART = 10, LEAST_CONTAINED = 6 };

typedef struct sums {
    double both, a, b; /* weights of shared shingles, and of those of one only */
    uint32_t n_both, n_a, n_b;
} sums;

static void count(double w, double *sum, uint32_t *n)
{
    *sum += w;
    *n += w > 0;
}

typedef struct weigher {
    const double *weight; /* of a's shingles; NULL: all weigh the same */
    const fh_usage *usage;
    fh_weights *kept; /* NULL: reckoned each time */
} weigher;

static double weight_a(const weigher *w, fh_shingles a, uint32_t i)
{
    if (w->weight) return w->weight[i];
    return w->usage ? fh_shingle_weight(w->usage, a.at[i]) : 1;
}

static double weight_b(const weigher *w, uint32_t shingle)
{
    if (!w->usage) return 1;
    return w->kept ? fh_weights_of(w->kept, w->usage, shingle)
                   : fh_shingle_weight(w->usage, shingle);
}

static sums sum_up(fh_shingles a, fh_shingles b, const weigher *w)
{
    sums s = {0};
    uint32_t i = 0, k = 0;
    while (i < a.n && k < b.n) {
        if (a.at[i] < b.at[k]) {
            count(weight_a(w, a, i), &s.a, &s.n_a);
            i++;
        } else if (b.at[k] < a.at[i]) {
            count(weight_b(w, b.at[k++]), &s.b, &s.n_b);
        } else {
            count(weight_a(w, a, i), &s.both, &s.n_both);
            i++;
            k++;
        }
    }
    for (; i < a.n; i++) count(weight_a(w, a, i), &s.a, &s.n_a);
    while (k < b.n) count(weight_b(w, b.at[k++]), &s.b, &s.n_b);
    return s;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

fh_alike fh_shingles_alike(fh_shingles a, const double *weight, fh_shingles b,
                           const fh_usage *usage, fh_weights *kept)
{
    const weigher w = {usage ? weight : NULL, usage, kept}, same = {0};
    sums s = sum_up(a, b, &w);
    /* What is no boilerplate weighs more than 0. */
    const bool mass =
        usage && ((s.n_both + s.n_a) * OWN_PART < a.n || (s.n_both + s.n_b) * OWN_PART < b.n);
    if (mass) s = sum_up(a, b, &same);
    fh_alike alike = {.shared = s.n_both};
    if (s.n_both == 0) return alike;
    const double n = s.n_both, fewer = n + (s.n_a < s.n_b ? s.n_a : s.n_b);
    const double by_number = n / (n + s.n_a + s.n_b), within = n / fewer;
    alike.jaccard = by_number * by_number * by_number;
    alike.containment = within * within * within;
    if (!mass) {
        const double all = s.both + s.a + s.b, less = s.both + (s.a < s.b ? s.a : s.b);
        alike.jaccard = larger(alike.jaccard, s.both / all);
        alike.containment = larger(alike.containment, s.both / less);
    }
    /* Of very few shingles nearly all are often in a long message by chance. */
    if (fewer < LEAST_CONTAINED || alike.containment < alike.jaccard)
        alike.containment = alike.jaccard;
    return alike;
}

fh_alike fh_texts_alike(const fh_text *a, const fh_text *b, const fh_usage *usage)
{
    return fh_shingles_alike((fh_shingles){a->shingle, a->n_shingles}, NULL,
                             (fh_shingles){b->shingle, b->n_shingles}, usage, NULL);
}
