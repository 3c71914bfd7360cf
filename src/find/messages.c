/* messages.c - what messages say of themselves: updates, the things they name, the sentences
 * they share. */
#include "find/find.h"

bool fh_says_changed(const fh_text *text)
{
    for (uint32_t i = 0; i < text->n_sentences; i++)
        if (text->sentence[i].changes) return true;
    return false;
}

/* ---- Orders, invoices, ... ---- */

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

bool fh_other_matter(const fh_moment *a, const fh_moment *b)
{
    if (a->problem && b->problem) return a->problem != b->problem;
    return a->text && b->text && fh_other_ids(a->text, b->text);
}

/* ---- Sentences ---- */

/* Words that count in one sentence, and how much of them the other has as well. */
static double weigh(const fh_usage *usage, const fh_sentence *s, const fh_sentence *in,
                    double *shared)
{
    double all = 0;
    uint32_t k = 0;
    *shared = 0;
    for (uint32_t i = 0; i < s->n_anchors; i++) {
        const double w = usage ? fh_usage_weight(usage, s->anchor[i]) : 1;
        all += w;
        while (in && k < in->n_anchors && in->anchor[k] < s->anchor[i]) k++;
        if (in && k < in->n_anchors && in->anchor[k] == s->anchor[i]) *shared += w;
    }
    return all;
}

static bool is_said_in(const fh_usage *usage, const fh_sentence *s, const fh_text *in)
{
    for (uint32_t k = 0; k < in->n_sentences; k++) {
        double shared;
        const double all = weigh(usage, s, &in->sentence[k], &shared);
        if (shared > 0 && shared >= all * FH_SENTENCE_SAID) return true;
    }
    return false;
}

double fh_sentences_said_in(const fh_usage *usage, const fh_text *text, const fh_text *in)
{
    double said = 0, all = 0, none;
    uint32_t n = 0;
    for (uint32_t i = 0; i < text->n_sentences; i++) {
        const double w = weigh(usage, &text->sentence[i], NULL, &none);
        const bool again = is_said_in(usage, &text->sentence[i], in);
        all += w;
        if (again) said += w;
        n += again;
    }
    return n >= FH_SENTENCES_LEAST ? said / all : 0;
}
