/* marks.c - what broke badly, for the folds that ask for it: marks, and rules as part of a
 * question. */
#include "fold/fold.h"

void fh_fold_tag_bits(fh_fold *fold, const fh_bitset *set)
{
    fh_fold_tag(fold, set->bits ? set->n + UINT64_C(1) : 0);
    for (uint32_t w = 0; set->bits && w * 64 < set->n; w++) {
        const uint32_t left = set->n - w * 64;
        fh_fold_tag(fold, left < 64 ? set->bits[w] & ((UINT64_C(1) << left) - 1) : set->bits[w]);
    }
}

void fh_fold_tag_severe(fh_fold *fold, const fh_severe *rules)
{
    fh_fold_tag(fold, rules->rules);
    fh_fold_tag_bits(fold, &rules->failing);
    fh_fold_tag_bits(fold, &rules->confirmed);
    fh_fold_tag_bits(fold, &rules->telling);
    fh_fold_tag(fold, rules->reopened);
    fh_fold_tag(fold, rules->times);
    fh_fold_tag(fold, rules->within_s);
    fh_fold_tag(fold, rules->low ? rules->n_low + UINT64_C(1) : 0);
    for (uint32_t t = 0; rules->low && t < rules->n_low; t++)
        fh_fold_tag(fold, (uint64_t)rules->low[t]);
}

const uint8_t *fh_fold_marks(fh_fold *fold, unsigned which, const fh_severe *rules,
                             const fh_segment *seg)
{
    if (seg->severe) return seg->severe;
    uint8_t *mark = fh_fold_scratch(fold, which, seg->n, 1);
    void *scratch = fh_fold_scratch(fold, which + 1, fh_severe_scratch(rules, seg), 1);
    if (!mark || !scratch) return NULL;
    fh_severe_mark(rules, seg, scratch, mark);
    return mark;
}
