/* kind_check.c - what is only seen of a whole declaration: nothing is missing, every state
 * can be reached, every open state can be left. */
#include "kind/kind_parts.h"

static void check_fields(fh_kind_reader *r)
{
    fh_kind *k = r->kind;
    k->title_field = k->n_fields;
    for (uint32_t i = 0; i < k->n_fields; i++) {
        const fh_kind_field *f = &k->field[i];
        if (f->type == FH_TYPE_TEXT && f->required && !f->many && k->title_field == k->n_fields)
            k->title_field = i;
        if (f->type == FH_TYPE_CHOICE && !f->n_choices)
            (void)fh_kind_problem_at(r, f->line, 1, "Add lines below it: choice WORD \"label\".",
                                     "'%.*s' has no choices", FH_STR_ARG(f->name));
    }
    if (k->title_field == k->n_fields)
        (void)fh_kind_problem_at(r, k->n_fields ? k->field[0].line : 1, 1,
                                 "Add one such as: field what text required \"What?\".",
                                 "there is no required text that could name a record");
}

/* States that can be reached from those in `set`, and they themselves. */
static uint32_t reach(const fh_kind *k, uint32_t set)
{
    for (uint32_t before = 0; before != set;) {
        before = set;
        for (uint32_t i = 0; i < k->n_moves; i++)
            if (k->move[i].from & set) set |= UINT32_C(1) << k->move[i].to;
    }
    return set;
}

static void check_states(fh_kind_reader *r)
{
    const fh_kind *k = r->kind;
    if (!k->n_states) {
        (void)fh_kind_problem_at(r, 1, 1, "Add lines such as: state open \"Open\".",
                                 "there is no state that a new record could be in");
        return;
    }
    const uint32_t reached = reach(k, 1);
    for (uint32_t i = 0; i < k->n_states; i++) {
        const fh_state *s = &k->state[i];
        const uint32_t bit = UINT32_C(1) << i;
        bool left = s->closed;
        for (uint32_t m = 0; m < k->n_moves; m++)
            left |= (k->move[m].from & bit) && k->move[m].to != i;
        if (!(reached & bit))
            (void)fh_kind_problem_at(r, s->line, 1, "Add a move to it, or leave the state out.",
                                     "no record can ever come to the state '%.*s'",
                                     FH_STR_ARG(s->name));
        else if (!left)
            (void)fh_kind_problem_at(
                r, s->line, 1, "Add a move from it, or say closed behind its label.",
                "a record in the state '%.*s' can never leave it", FH_STR_ARG(s->name));
    }
}

void fh_kind_check(fh_kind_reader *r)
{
    const fh_kind *k = r->kind;
    static const char example[] = "'firsthand kinds --show promise' prints an example.";
    if (!k->name.len)
        (void)fh_kind_problem_at(r, 1, 1, example, "the line 'kind NAME' is missing");
    else if (!k->title.len)
        (void)fh_kind_problem_at(r, 1, 1, example, "the line 'title \"One\" \"Many\"' is missing");
    else if (!k->says.len)
        (void)fh_kind_problem_at(r, 1, 1, example, "the line 'says \"what it is for\"' is missing");
    else if (!k->add.len)
        (void)fh_kind_problem_at(r, 1, 1, example, "the line 'add \"on the button\"' is missing");
    else if (!k->by)
        (void)fh_kind_problem_at(r, 1, 1, example, "the line 'made by anybody' is missing");
    check_fields(r);
    check_states(r);
}
