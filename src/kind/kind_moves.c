/* kind_moves.c - lines that declare states, and those that speak of other lines: moves,
 * clocks, the owner. */
#include "kind/kind_parts.h"

/* ---- States ------------------------------------------------------------------------ */

bool fh_kind_read_state(fh_kind_reader *r)
{
    fh_kind *k = r->kind;
    const fh_token *at = r->token;
    fh_state s = {.line = r->line};
    if (k->n_states == r->max_states)
        return fh_kind_problem_at(r, r->line, 1, "Join some; details belong into fields.",
                                  "a kind has at most %d states", (int)FH_KIND_STATES_MAX);
    if (!fh_kind_take_name(r, "the name of the state", &s.name)) return false;
    const uint32_t same = fh_kind_find_state(k, s.name);
    if (same < k->n_states || fh_str_eq(s.name, FH_STR("any")))
        return fh_kind_problem_at(r, r->line, at->column, "Give it another name.",
                                  "the name '%.*s' is taken already", FH_STR_ARG(s.name));
    if (!fh_kind_take_text(r, "the label", FH_KIND_LABEL_MAX, &s.label)) return false;
    s.closed = fh_kind_take(r, "closed");
    s.concerned = fh_kind_take(r, "concerned");
    s.held = fh_kind_take(r, "held");
    if (!fh_kind_take_end(r)) return false;
    k->state[k->n_states++] = s;
    return true;
}

static bool take_state(fh_kind_reader *r, uint32_t *out)
{
    const fh_kind *k = r->kind;
    fh_str names[FH_KIND_STATES_MAX], word;
    const fh_token *at = r->token;
    if (!fh_kind_take_word(r, "a state", &word)) return false;
    const uint32_t state = fh_kind_find_state(k, word);
    for (uint32_t i = 0; i < k->n_states; i++) names[i] = k->state[i].name;
    if (state == k->n_states)
        return fh_kind_problem_at(
            r, r->line, at->column,
            fh_kind_did_you_mean(r, word, names, k->n_states, "Declare it: state NAME \"label\"."),
            "there is no state '%.*s'", FH_STR_ARG(fh_kind_clip(word)));
    *out = state;
    return true;
}

static bool take_states(fh_kind_reader *r, uint32_t *set)
{
    uint32_t states = 0, one = 0;
    do {
        if (!take_state(r, &one)) return false;
        states |= UINT32_C(1) << one;
    } while (fh_kind_take_comma(r));
    *set = states;
    return true;
}

/* ---- Fields that lines name -------------------------------------------------------- */

static bool take_field(fh_kind_reader *r, uint32_t *out)
{
    const fh_kind *k = r->kind;
    fh_str names[FH_KIND_FIELDS_MAX], word;
    const fh_token *at = r->token;
    if (!fh_kind_take_word(r, "a field", &word)) return false;
    const uint32_t field = fh_kind_find_field(k, word);
    for (uint32_t i = 0; i < k->n_fields; i++) names[i] = k->field[i].name;
    if (field == k->n_fields)
        return fh_kind_problem_at(r, r->line, at->column,
                                  fh_kind_did_you_mean(r, word, names, k->n_fields,
                                                       "Declare it: field NAME TYPE \"label\"."),
                                  "there is no field '%.*s'", FH_STR_ARG(fh_kind_clip(word)));
    *out = field;
    return true;
}

bool fh_kind_read_owner(fh_kind_reader *r)
{
    static const char *const rules[] = {"none", "author", "touchpoint", "field", NULL};
    fh_kind *k = r->kind;
    const fh_token *at = r->token;
    fh_str word;
    if (!fh_kind_take_word(r, "whose it is at first", &word)) return false;
    uint32_t rule = 0;
    while (rules[rule] && !fh_str_eq(word, fh_str_of(rules[rule]))) rule++;
    if (!rules[rule])
        return fh_kind_problem_at(
            r, r->line, at->column,
            fh_kind_did_you_mean_of(r, word, rules, "Say none, author, touchpoint or field NAME."),
            "'%.*s' is no rule for owners", FH_STR_ARG(fh_kind_clip(word)));
    k->owner = (fh_owner_rule)rule;
    if (k->owner == FH_OWNER_FIELD) {
        const fh_token *name = r->token;
        if (!take_field(r, &k->owner_field)) return false;
        const fh_kind_field *f = &k->field[k->owner_field];
        if (f->many || (f->type != FH_TYPE_PERSON && f->type != FH_TYPE_DEPARTMENT))
            return fh_kind_problem_at(r, r->line, name->column,
                                      "Name a field of one person or one department.",
                                      "'%.*s' cannot own anything", FH_STR_ARG(f->name));
    }
    if (k->owner == FH_OWNER_TOUCHPOINT) {
        uint32_t i = 0;
        while (i < k->n_fields && k->field[i].type != FH_TYPE_TOUCHPOINT) i++;
        if (i == k->n_fields)
            return fh_kind_problem_at(r, r->line, at->column,
                                      "Declare one: field where touchpoint \"Where?\".",
                                      "there is no field that names a touchpoint");
    }
    return fh_kind_take_end(r);
}

/* ---- Moves ------------------------------------------------------------------------- */

static bool take_needs(fh_kind_reader *r, fh_kind_move *m)
{
    const fh_kind *k = r->kind;
    do {
        fh_str word;
        const fh_token *at = r->token;
        if (m->n_needs == FH_KIND_NEEDS_MAX)
            return fh_kind_bad(r, "Part it into two moves.", "a move needs at most %d things",
                               (int)FH_KIND_NEEDS_MAX);
        if (!fh_kind_take_word(r, "a field or a condition", &word)) return false;
        const uint32_t field = fh_kind_find_field(k, word);
        if (field == k->n_fields && !fh_kind_is_one_of(word, r->words->conditions)) {
            fh_str names[FH_KIND_FIELDS_MAX];
            for (uint32_t i = 0; i < k->n_fields; i++) names[i] = k->field[i].name;
            const char *otherwise = fh_kind_did_you_mean_of(
                r, word, r->words->conditions, "'firsthand kinds --words' lists the conditions.");
            return fh_kind_problem_at(r, r->line, at->column,
                                      fh_kind_did_you_mean(r, word, names, k->n_fields, otherwise),
                                      "'%.*s' is neither a field nor a condition",
                                      FH_STR_ARG(fh_kind_clip(word)));
        }
        for (uint32_t i = 0; i < m->n_needs; i++)
            if (fh_str_eq(m->needs[i], word))
                return fh_kind_problem_at(r, r->line, at->column, "Say it once.",
                                          "'%.*s' is needed twice", FH_STR_ARG(word));
        m->needs[m->n_needs++] = word;
    } while (fh_kind_take_comma(r));
    return true;
}

static bool take_from(fh_kind_reader *r, fh_kind_move *m)
{
    const fh_kind *k = r->kind;
    if (!fh_kind_need(r, "from")) return false;
    const bool any = fh_kind_take(r, "any");
    if (!any && !take_states(r, &m->from)) return false;
    if (!fh_kind_need(r, "to") || !take_state(r, &m->to)) return false;
    if (any) m->from = ((UINT32_C(1) << k->n_states) - 1) & ~(UINT32_C(1) << m->to);
    return m->from || fh_kind_bad(r, "Declare another state.", "there is no other state");
}

bool fh_kind_read_move(fh_kind_reader *r)
{
    fh_kind *k = r->kind;
    const fh_token *at = r->token;
    fh_kind_move m = {.line = r->line};
    if (k->n_moves == r->max_moves)
        return fh_kind_problem_at(r, r->line, 1, "Join some of them.",
                                  "a kind has at most %d moves", (int)FH_KIND_MOVES_MAX);
    if (!fh_kind_take_name(r, "the name of the move", &m.name)) return false;
    const uint32_t same = fh_kind_find_move(k, m.name);
    if (same < k->n_moves)
        return fh_kind_problem_at(r, r->line, at->column, "Give it another name.",
                                  "there is a move '%.*s' in line %u already", FH_STR_ARG(m.name),
                                  k->move[same].line);
    if (!fh_kind_take_text(r, "the label", FH_KIND_LABEL_MAX, &m.label) || !take_from(r, &m) ||
        !fh_kind_need(r, "by") || !fh_kind_take_who(r, &m.by))
        return false;
    if (fh_kind_take(r, "needs") && !take_needs(r, &m)) return false;
    m.words = fh_kind_take(r, "says");
    if (!fh_kind_take_end(r)) return false;
    if (m.words && m.by == UINT32_C(1) << FH_WHO_MACHINE)
        return fh_kind_problem_at(r, r->line, at->column, "Leave 'says' out.",
                                  "Firsthand itself cannot say why");
    k->move[k->n_moves] = m;
    r->help = &k->move[k->n_moves++].help;
    return true;
}

/* ---- Clocks ------------------------------------------------------------------------ */

static bool take_due(fh_kind_reader *r, fh_clock *c)
{
    if (fh_kind_take(r, "after")) return fh_kind_take_duration(r, &c->after_ms);
    if (!fh_kind_take(r, "at"))
        return fh_kind_bad(r, "Say 'after 5d', or 'at' and the name of a date.",
                           "when it is due is missing here");
    uint32_t field = 0;
    const fh_token *at = r->token;
    if (!take_field(r, &field)) return false;
    const fh_kind_field *f = &r->kind->field[field];
    c->field = f->name;
    return (f->type == FH_TYPE_DATE && !f->many) ||
           fh_kind_problem_at(r, r->line, at->column, "Name a field of type date.",
                              "'%.*s' is not a date", FH_STR_ARG(f->name));
}

static bool take_clock_move(fh_kind_reader *r, fh_clock *c)
{
    const fh_kind *k = r->kind;
    fh_str names[FH_KIND_MOVES_MAX], word;
    const fh_token *at = r->token;
    if (!fh_kind_take_word(r, "a move", &word)) return false;
    const uint32_t i = fh_kind_find_move(k, word);
    for (uint32_t n = 0; n < k->n_moves; n++) names[n] = k->move[n].name;
    if (i == k->n_moves)
        return fh_kind_problem_at(
            r, r->line, at->column,
            fh_kind_did_you_mean(r, word, names, k->n_moves, "Declare it above the clock."),
            "there is no move '%.*s'", FH_STR_ARG(fh_kind_clip(word)));
    const fh_kind_move *m = &k->move[i];
    c->move = m->name;
    if (!(m->by >> FH_WHO_MACHINE & 1))
        return fh_kind_problem_at(r, r->line, at->column, "Add firsthand to those who may make it.",
                                  "Firsthand may not make the move '%.*s'", FH_STR_ARG(word));
    if (c->in & ~m->from)
        return fh_kind_problem_at(
            r, r->line, at->column, "Let the move go from there too, or the clock not run there.",
            "the clock runs in states which '%.*s' does not leave", FH_STR_ARG(word));
    return true;
}

static bool take_reminder(fh_kind_reader *r, fh_clock *c)
{
    const fh_token *at = NULL;
    if (!fh_kind_take(r, "remind")) return true;
    if (!fh_kind_take_who(r, &c->remind)) return false;
    at = r->token;
    if (!fh_kind_take_duration(r, &c->remind_ms) || !fh_kind_need(r, "before")) return false;
    return !c->after_ms || c->remind_ms < c->after_ms ||
           fh_kind_problem_at(r, r->line, at->column, "Remind later, or let it be due later.",
                              "that would be before the clock begins");
}

bool fh_kind_read_clock(fh_kind_reader *r)
{
    fh_kind *k = r->kind;
    const fh_token *at = r->token;
    fh_clock c = {.line = r->line};
    if (k->n_clocks == r->max_clocks)
        return fh_kind_problem_at(r, r->line, 1, "Join some of them.",
                                  "a kind has at most %d clocks", (int)FH_KIND_CLOCKS_MAX);
    if (!fh_kind_take_name(r, "the name of the clock", &c.name)) return false;
    for (uint32_t i = 0; i < k->n_clocks; i++)
        if (fh_str_eq(k->clock[i].name, c.name))
            return fh_kind_problem_at(r, r->line, at->column, "Give it another name.",
                                      "there is a clock '%.*s' already", FH_STR_ARG(c.name));
    if (!fh_kind_take_text(r, "the label", FH_KIND_LABEL_MAX, &c.label) || !fh_kind_need(r, "in") ||
        !take_states(r, &c.in) || !take_due(r, &c) || !take_reminder(r, &c))
        return false;
    if (fh_kind_take(r, "escalate") && !fh_kind_take_who(r, &c.escalate)) return false;
    if (fh_kind_take(r, "move") && !take_clock_move(r, &c)) return false;
    if (!fh_kind_take_end(r)) return false;
    k->clock[k->n_clocks++] = c;
    return true;
}
