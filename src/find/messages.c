/* messages.c - what messages say of themselves: updates, the things they name, quotes. */
#include "find/find.h"

enum { MOSTLY = 2, LITTLE_BYTES = 80 };

bool fh_says_changed(const fh_text *text)
{
    for (uint32_t i = 0; i < text->n_sentences; i++)
        if (text->sentence[i].changes) return true;
    return false;
}

/* Of the ids of two messages: is one the same, do two of one kind differ? */
static void compare_ids(const fh_text *a, const fh_text *b, bool *same, bool *differ)
{
    *same = *differ = false;
    for (uint32_t i = 0; i < a->n_facts; i++) {
        const fh_fact *x = &a->fact[i];
        if (x->type != FH_FACT_ID) continue;
        for (uint32_t k = 0; k < b->n_facts; k++) {
            const fh_fact *y = &b->fact[k];
            if (y->type != FH_FACT_ID) continue;
            if (fh_str_eq_nocase(x->unit, y->unit))
                *same = true;
            else if (fh_ids_comparable(x, y))
                *differ = true;
        }
    }
}

bool fh_other_problem(const fh_moment *a, const fh_moment *b)
{
    return a->problem && b->problem && a->problem != b->problem;
}

bool fh_other_ids(const fh_text *a, const fh_text *b)
{
    bool same, differ;
    compare_ids(a, b, &same, &differ);
    return differ && !same;
}

bool fh_same_id(const fh_text *a, const fh_text *b)
{
    bool same, differ;
    compare_ids(a, b, &same, &differ);
    return same;
}

bool fh_mostly_quoted(const fh_text *text)
{
    return text->quoted >= LITTLE_BYTES && text->said.len < text->quoted / MOSTLY;
}
