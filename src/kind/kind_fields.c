/* kind_fields.c - lines that declare a field and its choices.
 *
 * After the type come options in any order, then the label. Which option fits which type
 * is a table; numbers (min, max) are kept as words until all of the line was read, for
 * they are in units of its decimals.
 */
#include "kind/kind_parts.h"

#define BIT(type) (UINT32_C(1) << FH_TYPE_##type)
#define NAMING                                                                                   \
    (BIT(PERSON) | BIT(DEPARTMENT) | BIT(TOUCHPOINT) | BIT(CUSTOMER) | BIT(RECORD) | BIT(FILE) | \
     BIT(STORIES))

typedef enum option {
    OPT_REQUIRED,
    OPT_MANY,
    OPT_BY,
    OPT_MAX,
    OPT_MIN,
    OPT_UNIT,
    OPT_DECIMALS,
    OPT_OF,
    N_OPTIONS
} option;

static const struct {
    const char *word;
    uint32_t types; /* of what it can be said */
    bool computed;  /* also of a computed field */
} options[N_OPTIONS] = {
    [OPT_REQUIRED] = {"required", UINT32_MAX, false},
    [OPT_MANY] = {"many", NAMING | BIT(TEXT) | BIT(CHOICE), false},
    [OPT_BY] = {"by", UINT32_MAX, false},
    [OPT_MAX] = {"max", BIT(TEXT) | BIT(NUMBER) | BIT(SCORE), false},
    [OPT_MIN] = {"min", BIT(NUMBER) | BIT(SCORE), false},
    [OPT_UNIT] = {"unit", BIT(NUMBER), true},
    [OPT_DECIMALS] = {"decimals", BIT(NUMBER), true},
    [OPT_OF] = {"of", BIT(RECORD), false},
};

typedef struct fielding {
    fh_kind_field f;
    uint32_t said; /* bit option */
    fh_token min, max;
} fielding;

/* Names that every record's own facts have in files and filters. */
static const char *const reserved[] = {"record", "kind",    "state",   "owner",
                                       "author", "version", "changed", NULL};

static bool take_type(fh_kind_reader *r, fh_kind_field *f)
{
    if (fh_kind_take(r, "computed")) {
        const fh_token *at = r->token;
        if (!fh_kind_take_name(r, "what is worked out", &f->computed)) return false;
        f->type = FH_TYPE_NUMBER;
        if (fh_kind_is_one_of(f->computed, r->words->computed)) return true;
        return fh_kind_problem_at(
            r, r->line, at->column,
            fh_kind_did_you_mean_of(r, f->computed, r->words->computed,
                                    "'firsthand kinds --words' lists what can be worked out."),
            "Firsthand cannot work out '%.*s'", FH_STR_ARG(fh_kind_clip(f->computed)));
    }
    fh_str names[FH_N_TYPES + 1];
    for (uint32_t i = 0; i < FH_N_TYPES; i++)
        names[i] = fh_str_of(fh_kind_type_word((fh_kind_type)i));
    names[FH_N_TYPES] = FH_STR("computed");
    fh_str word;
    const fh_token *at = r->token;
    if (!fh_kind_take_word(r, "the type of the field", &word)) return false;
    uint32_t type = 0;
    while (type < FH_N_TYPES && !fh_str_eq(names[type], word)) type++;
    f->type = (fh_kind_type)type;
    return type < FH_N_TYPES ||
           fh_kind_problem_at(r, r->line, at->column,
                              fh_kind_did_you_mean(r, word, names, FH_N_TYPES + 1,
                                                   "Types are text, choice, yes, number, score, "
                                                   "date, person, department, touchpoint, "
                                                   "customer, stories, record, file, computed."),
                              "'%.*s' is not a type of field", FH_STR_ARG(fh_kind_clip(word)));
}

static bool take_count(fh_kind_reader *r, int64_t least, int64_t most, uint32_t *out)
{
    int64_t v = 0;
    if (r->token->type != FH_TOKEN_WORD || !fh_kind_number(r->token->text, 0, &v) || v < least ||
        v > most)
        return fh_kind_bad(r, NULL, "a whole number from %lld to %lld is missing here",
                           (long long)least, (long long)most);
    *out = (uint32_t)v;
    r->token++;
    return true;
}

static bool take_unit(fh_kind_reader *r, fh_str *out)
{
    if (r->token->type == FH_TOKEN_TEXT)
        return fh_kind_take_text(r, "the unit", FH_KIND_UNIT_MAX, out);
    const fh_token *at = r->token;
    return fh_kind_take_word(r, "the unit", out) &&
           (out->len <= FH_KIND_UNIT_MAX ||
            fh_kind_problem_at(r, r->line, at->column, "Shorten it: EUR, hours, days.",
                               "a unit has at most %d bytes", (int)FH_KIND_UNIT_MAX));
}

static bool take_option(fh_kind_reader *r, fielding *g, option o)
{
    fh_str nothing;
    switch (o) {
    case OPT_REQUIRED: return g->f.required = true;
    case OPT_MANY: return g->f.many = true;
    case OPT_BY:
        return (g->f.by_machine = fh_kind_take(r, "firsthand")) || fh_kind_need(r, "firsthand");
    case OPT_MAX:
        if (g->f.type == FH_TYPE_TEXT) return take_count(r, 1, FH_KIND_VALUE_MAX, &g->f.max_text);
        g->max = *r->token;
        return fh_kind_take_word(r, "the largest number", &nothing);
    case OPT_MIN: g->min = *r->token; return fh_kind_take_word(r, "the smallest number", &nothing);
    case OPT_UNIT: return take_unit(r, &g->f.unit);
    case OPT_DECIMALS: return take_count(r, 0, FH_KIND_DECIMALS_MAX, &g->f.decimals);
    case OPT_OF: return fh_kind_take_name(r, "a kind", &g->f.of);
    case N_OPTIONS: break;
    }
    return false;
}

static bool take_options(fh_kind_reader *r, fielding *g)
{
    while (r->token->type == FH_TOKEN_WORD) {
        const fh_token *at = r->token;
        uint32_t o = 0;
        while (o < N_OPTIONS && !fh_kind_take(r, options[o].word)) o++;
        const bool computed = g->f.computed.len > 0;
        if (o < N_OPTIONS && (computed ? options[o].computed : options[o].types >> g->f.type & 1)) {
            if (g->said >> o & 1)
                return fh_kind_problem_at(r, r->line, at->column, "Say it once.",
                                          "'%s' is said twice", options[o].word);
            g->said |= UINT32_C(1) << o;
            if (!take_option(r, g, (option)o)) return false;
            continue;
        }
        if (o < N_OPTIONS)
            return fh_kind_problem_at(r, r->line, at->column, "Leave it out.",
                                      "'%s' does not go with %s field", options[o].word,
                                      computed ? "a computed" : "this type of");
        fh_str names[N_OPTIONS];
        for (uint32_t i = 0; i < N_OPTIONS; i++) names[i] = fh_str_of(options[i].word);
        return fh_kind_problem_at(
            r, r->line, at->column,
            fh_kind_did_you_mean(r, at->text, names, N_OPTIONS,
                                 "A label stands in quotes; before it may stand required, many, by "
                                 "firsthand, max, min, unit, decimals, of."),
            "'%.*s' is not something a field can be", FH_STR_ARG(fh_kind_clip(at->text)));
    }
    return true;
}

static bool set_bound(fh_kind_reader *r, const fh_kind_field *f, const fh_token *t, int64_t *out)
{
    if (fh_kind_number(t->text, f->decimals, out)) return true;
    return fh_kind_problem_at(r, r->line, t->column,
                              "Digits, with no more decimals than the field has: 10 or 12.50.",
                              "'%.*s' is not such a number", FH_STR_ARG(fh_kind_clip(t->text)));
}

static bool set_bounds(fh_kind_reader *r, fielding *g)
{
    enum { WIDEST_SCORE = 100 };
    fh_kind_field *f = &g->f;
    f->has_min = g->said >> OPT_MIN & 1;
    f->has_max = f->type != FH_TYPE_TEXT && (g->said >> OPT_MAX & 1);
    if (f->has_min && !set_bound(r, f, &g->min, &f->min)) return false;
    if (f->has_max && !set_bound(r, f, &g->max, &f->max)) return false;
    if (f->has_min && f->has_max && f->min >= f->max)
        return fh_kind_problem_at(r, r->line, g->max.column, NULL,
                                  "the largest number must be larger than the smallest");
    if (f->type != FH_TYPE_SCORE) return true;
    if (!f->has_min || !f->has_max || f->max - f->min > WIDEST_SCORE)
        return fh_kind_problem_at(r, r->line, 1, "Say for instance: score min 1 max 5.",
                                  "a score needs its smallest and largest number, not more than "
                                  "%d apart",
                                  (int)WIDEST_SCORE);
    return true;
}

bool fh_kind_read_field(fh_kind_reader *r)
{
    fh_kind *k = r->kind;
    const fh_token *at = r->token;
    fielding g = {.f.line = r->line, .f.max_text = FH_KIND_VALUE_MAX};
    if (k->n_fields == r->max_fields)
        return fh_kind_problem_at(r, r->line, 1, "Leave some out, or part the kind into two.",
                                  "a kind has at most %d fields", (int)FH_KIND_FIELDS_MAX);
    if (!fh_kind_take_name(r, "the name of the field", &g.f.name)) return false;
    const uint32_t same = fh_kind_find_field(k, g.f.name);
    if (same < k->n_fields)
        return fh_kind_problem_at(r, r->line, at->column, "Give it another name.",
                                  "there is a field '%.*s' in line %u already",
                                  FH_STR_ARG(g.f.name), k->field[same].line);
    if (fh_kind_is_one_of(g.f.name, reserved))
        return fh_kind_problem_at(r, r->line, at->column, "Give it another name.",
                                  "every record has '%.*s' of itself", FH_STR_ARG(g.f.name));
    if (fh_kind_is_one_of(g.f.name, r->words->conditions))
        return fh_kind_problem_at(r, r->line, at->column,
                                  "Give it another name, so that 'needs' means one thing.",
                                  "'%.*s' is the name of a condition", FH_STR_ARG(g.f.name));
    if (!take_type(r, &g.f) || !take_options(r, &g) ||
        !fh_kind_take_text(r, "the label", FH_KIND_LABEL_MAX, &g.f.label) || !fh_kind_take_end(r) ||
        !set_bounds(r, &g))
        return false;
    if (g.f.required && g.f.by_machine)
        return fh_kind_problem_at(r, r->line, at->column, "Leave 'required' out.",
                                  "what only Firsthand may fill cannot be required");
    k->field[k->n_fields] = g.f;
    r->help = &k->field[k->n_fields++].help;
    return true;
}

static bool add_choice(fh_kind_reader *r, fh_kind_field *f, fh_choice choice)
{
    enum { FIRST = 8 };
    const uint32_t n = f->n_choices;
    /* Room doubles whenever the count is a power of two, from FIRST on. */
    if (n == 0 || (n >= FIRST && (n & (n - 1)) == 0)) {
        fh_choice *grown = FH_NEW_ARRAY(r->arena, fh_choice, n ? 2 * n : FIRST);
        if (!grown) {
            r->no_memory = true;
            return false;
        }
        for (uint32_t i = 0; i < n; i++) grown[i] = f->choice[i];
        f->choice = grown;
    }
    f->choice[f->n_choices++] = choice;
    return true;
}

bool fh_kind_read_choice(fh_kind_reader *r)
{
    fh_kind *k = r->kind;
    fh_kind_field *f = &k->field[k->n_fields - 1]; /* the line above declared it */
    const fh_token *at = r->token;
    fh_choice choice;
    if (f->type != FH_TYPE_CHOICE)
        return fh_kind_problem_at(r, r->line, 1, "Give the field the type choice.",
                                  "'%.*s' above is not a choice", FH_STR_ARG(f->name));
    if (f->n_choices == FH_KIND_CHOICES_MAX)
        return fh_kind_problem_at(r, r->line, 1, "Make it a text instead.",
                                  "a field has at most %d choices", (int)FH_KIND_CHOICES_MAX);
    if (!fh_kind_take_name(r, "the word of the choice", &choice.word)) return false;
    for (uint32_t i = 0; i < f->n_choices; i++)
        if (fh_str_eq(f->choice[i].word, choice.word))
            return fh_kind_problem_at(r, r->line, at->column, "Give it another word.",
                                      "'%.*s' is chosen twice", FH_STR_ARG(choice.word));
    return fh_kind_take_text(r, "the label", FH_KIND_LABEL_MAX, &choice.label) &&
           fh_kind_take_end(r) && add_choice(r, f, choice);
}
