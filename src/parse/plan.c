/* plan.c - a mapping made ready for the rows of one file.
 *
 * A plan is a list of steps, one for each rule. A run of rows goes through it
 * step by step, so that each loop does one thing. What a step cannot read ends
 * the run there with a fault that names the slot, so that the reader can say which
 * column it was. Texts are slices of the cells as far
 * as possible; what must be put together goes to the scratch arena.
 */
#include "parse/plan.h"

#include "base/checked.h"
#include "base/currency.h"
#include "firsthand/story.h"
#include "parse/number.h"

#include <string.h>

static const fh_str none = {"", 0};

/* Where a field's text goes; 0 for those that are no text. */
static size_t text_offset(fh_field field)
{
    static const size_t offset[FH_N_FIELDS] = {
#define GOES(field, member) [FH_FIELD_##field] = offsetof(fh_interaction, member)
        GOES(TOUCHPOINT, touchpoint), GOES(CHANNEL, channel),     GOES(DEPARTMENT, department),
        GOES(OUTCOME, outcome),       GOES(CURRENCY, currency),   GOES(PROBLEM, problem),
        GOES(ID, source_id),          GOES(TEXT, text),           GOES(SUBJECT, subject),
        GOES(PURPOSE, purpose),       GOES(SIGNATORY, signatory), GOES(LANGUAGE, language),
        GOES(THREAD, thread),         GOES(SENDER, sender)
#undef GOES
    };
    return field < FH_N_FIELDS ? offset[field] : 0;
}

/* Fields of which "NA" may well be the name. */
static inline bool is_name(fh_field field)
{
    return field == FH_FIELD_CUSTOMER || field == FH_FIELD_TOUCHPOINT ||
           field == FH_FIELD_PROBLEM || field == FH_FIELD_ID;
}

static fh_way way_of(const fh_rule *rule, bool has_currency)
{
    if (rule->field == FH_FIELD_TIME) return FH_WAY_TIME;
    if (rule->field == FH_FIELD_VALUE)
        return rule->n_terms == 1 && !has_currency ? FH_WAY_AMOUNT : FH_WAY_VALUE;
    if (rule->field == FH_FIELD_SCORE) return FH_WAY_SCORE;
    if (rule->n_terms != 1 || rule->n_globs || rule->field == FH_FIELD_DIRECTION ||
        rule->field == FH_FIELD_CURRENCY)
        return FH_WAY_GENERAL;
    if (rule->field == FH_FIELD_CUSTOMER) return FH_WAY_CUSTOMER;
    if (rule->field == FH_FIELD_TOUCHPOINT) return FH_WAY_TOUCHPOINT;
    return is_name(rule->field) ? FH_WAY_NAME : FH_WAY_TEXT;
}

bool fh_plan_new(fh_arena *arena, const fh_mapping *mapping, const fh_zone *zone, bool comma,
                 fh_plan *out)
{
    fh_plan plan = {.comma = comma};
    plan.step = FH_NEW_ARRAY(arena, fh_step, mapping->n + 1);
    if (!plan.step) return false;
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < mapping->n; i++) {
            const fh_rule *rule = &mapping->rule[i];
            if (rule->field == FH_FIELD_IGNORE || (rule->field == FH_FIELD_VALUE) != (pass == 1))
                continue;
            plan.step[plan.n++] = (fh_step){.rule = rule,
                                            .way = way_of(rule, plan.has_currency),
                                            .to = text_offset(rule->field)};
            plan.has_currency |= rule->field == FH_FIELD_CURRENCY;
            if (rule->field == FH_FIELD_TIME) fh_when_init(&plan.when, zone, rule->time);
        }
    *out = plan;
    return true;
}

bool fh_is_missing_name(fh_str s)
{
    static const char *const words[] = {"NULL", "null", "Null", "N/A", "n/a", "#N/A", "\\N"};
    if (s.len == 0) return true;
    if (s.len > 4) return false;
    if (s.len == 1) return s.ptr[0] == '?' || s.ptr[0] == '-';
    if (!memchr("Nn#\\", s.ptr[0], 4)) return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == s.len && memcmp(words[i], s.ptr, s.len) == 0) return true;
    return false;
}

bool fh_is_missing(fh_str s)
{
    static const char *const words[] = {"NA", "NaN", "nan", "None"};
    if (fh_is_missing_name(s)) return true;
    if (s.len > 4 || (s.ptr[0] != 'N' && s.ptr[0] != 'n')) return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == s.len && memcmp(words[i], s.ptr, s.len) == 0) return true;
    return false;
}

bool fh_direction_word(fh_str s, fh_direction *out)
{
    static const struct {
        const char *word;
        fh_direction direction;
    } words[] = {
        {"in", FH_DIR_IN},           {"inbound", FH_DIR_IN},      {"incoming", FH_DIR_IN},
        {"received", FH_DIR_IN},     {"eingehend", FH_DIR_IN},    {"eingang", FH_DIR_IN},
        {"inkomend", FH_DIR_IN},     {"ontvangen", FH_DIR_IN},    {"ingaand", FH_DIR_IN},
        {"out", FH_DIR_OUT},         {"outbound", FH_DIR_OUT},    {"outgoing", FH_DIR_OUT},
        {"sent", FH_DIR_OUT},        {"ausgehend", FH_DIR_OUT},   {"ausgang", FH_DIR_OUT},
        {"uitgaand", FH_DIR_OUT},    {"verzonden", FH_DIR_OUT},   {"internal", FH_DIR_INTERNAL},
        {"intern", FH_DIR_INTERNAL}, {"inside", FH_DIR_INTERNAL},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (fh_str_eq_nocase(s, fh_str_of(words[i].word))) {
            *out = words[i].direction;
            return true;
        }
    return false;
}

fh_str fh_shown(fh_str s)
{
    enum { MOST = 60 };
    if (s.len <= MOST) return s;
    s.len = MOST;
    while (s.len && ((unsigned char)s.ptr[s.len] & 0xc0) == 0x80) s.len--;
    return s;
}

/* ---- One cell ----------------------------------------------------------------- */

/* What a cell may be by its first byte: white space before a text, or a word for
 * "missing" ("-", "#N/A", "?", "NULL", "nan", "\\N"), which are at most four long. */
enum { SPACE = 1, SHORT_WORD = 2 };

#define FOUR(x) x, x, x, x
static const uint8_t begins_as[256] = {FOUR(SPACE),        FOUR(SPACE),        FOUR(SPACE),
                                       FOUR(SPACE),        FOUR(SPACE),        FOUR(SPACE),
                                       FOUR(SPACE),        FOUR(SPACE),        SPACE,
                                       SHORT_WORD,         SHORT_WORD,         SHORT_WORD,
                                       FOUR(SHORT_WORD),   FOUR(SHORT_WORD),   FOUR(SHORT_WORD),
                                       ['?'] = SHORT_WORD, ['N'] = SHORT_WORD, ['\\'] = SHORT_WORD,
                                       ['n'] = SHORT_WORD};

/* Is it what it is, without white space around and no word for "missing"? Nearly
 * always, and cheap to know. */
static inline bool is_plain(fh_str s)
{
    if (!s.len || (unsigned char)s.ptr[s.len - 1] <= ' ') return false;
    const unsigned kind = begins_as[(unsigned char)s.ptr[0]];
    return !kind || (kind == SHORT_WORD && s.len > 4);
}

static fh_str look_closely(fh_str s, bool (*missing)(fh_str))
{
    s = s.len ? fh_str_trim(s) : none;
    return missing(s) ? none : s;
}

static inline fh_str told(fh_str s)
{
    return is_plain(s) ? s : look_closely(s, fh_is_missing);
}

static inline fh_str told_name(fh_str s)
{
    return is_plain(s) ? s : look_closely(s, fh_is_missing_name);
}

/* The text a rule gives for this row; false: out of memory. */
static bool rule_text(const fh_step *step, const fh_str *cell, fh_arena *scratch, fh_str *out)
{
    const fh_rule *rule = step->rule;
    if (rule->n_terms == 0) {
        *out = rule->constant;
        return true;
    }
    fh_str part[FH_MAX_TERMS] = {{0}};
    uint32_t n = 0;
    size_t len = 0;
    for (uint32_t i = 0; i < rule->n_terms; i++) {
        const fh_str s = cell[step->slot[i]];
        part[n] = is_name(rule->field) ? told_name(s) : told(s);
        len += part[n].len + 2;
        n += part[n].len > 0;
    }
    *out = n ? part[0] : none;
    if (n > 1) {
        const char *glue = rule->field == FH_FIELD_TIME ? " " : ": ";
        char *p = fh_arena_alloc(scratch, len, 1);
        if (!p) return false;
        *out = (fh_str){p, 0};
        for (uint32_t i = 0; i < n; i++) {
            if (i)
                for (const char *g = glue; *g; g++) p[out->len++] = *g;
            memcpy(p + out->len, part[i].ptr, part[i].len);
            out->len += part[i].len;
        }
    }
    if (!rule->n_globs) return true;
    for (uint32_t g = 0; g < rule->n_globs; g++)
        if (fh_glob_match(rule->glob[g].pattern, *out)) {
            *out = rule->glob[g].result;
            return true;
        }
    *out = none;
    return true;
}

static fh_filled fail(fh_fault *fault, const fh_step *step, fh_arena *scratch, fh_str cell,
                      const char *what, const char *hint)
{
    fault->slot = step->rule->n_terms ? step->slot[0] : FH_NO_SLOT;
    fault->hint = fh_str_of(hint);
    const fh_str shown = fh_shown(cell);
    const bool said = fh_arena_format(scratch, &fault->reason, "'%.*s%s' %s", FH_STR_ARG(shown),
                                      shown.len < cell.len ? "..." : "", what);
    return said ? FH_REJECTED : FH_FILL_NOMEM;
}

static fh_filled fail_missing(fh_fault *fault, const fh_step *step, const char *reason,
                              const char *hint)
{
    fault->slot = step->rule->n_terms ? step->slot[0] : FH_NO_SLOT;
    fault->reason = fh_str_of(reason);
    fault->hint = fh_str_of(hint);
    return FH_REJECTED;
}

static fh_filled fill_time(fh_plan *plan, const fh_step *step, const fh_str *cell,
                           fh_arena *scratch, fh_interaction *out, fh_fault *fault)
{
    fh_str s;
    if (step->rule->n_terms == 1)
        s = told(cell[step->slot[0]]);
    else if (!rule_text(step, cell, scratch, &s))
        return FH_FILL_NOMEM;
    if (!s.len)
        return fail_missing(fault, step, "the time is missing",
                            "Fill in the time or skip the row.");
    if (!fh_when_read(&plan->when, s, &out->at_ms))
        return fail(fault, step, scratch, s, "is not a date in the form of this column",
                    "Correct the date or skip the row.");
    if (out->at_ms < FH_TIME_MIN_MS || out->at_ms > FH_TIME_MAX_MS)
        return fail(fault, step, scratch, s, "lies outside the years 1940 to 2076",
                    "Correct the date or skip the row.");
    return FH_FILLED;
}

static fh_filled fail_number(fh_fault *fault, const fh_step *step, fh_arena *scratch, fh_str cell,
                             fh_number_status why, bool comma)
{
    if (why == FH_NUMBER_TOO_LARGE)
        return fail(fault, step, scratch, cell, "is too large a number",
                    "Correct the number or skip the row.");
    return fail(fault, step, scratch, cell, "is not a number",
                comma
                    ? "Correct it (decimals are parted by a comma in this file) or skip the row."
                    : "Correct it (decimals are parted by a point in this file) or skip the row.");
}

/* The product of a rule's numbers. `*any` is false when one of them is missing. */
static fh_filled numbers(const fh_plan *plan, const fh_step *step, const fh_str *cell,
                         fh_arena *scratch, fh_decimal *out, fh_str *currency, bool *any,
                         fh_fault *fault)
{
    const uint32_t n = step->rule->n_terms ? step->rule->n_terms : 1;
    *any = true;
    *currency = none;
    for (uint32_t i = 0; i < n; i++) {
        const fh_str s = step->rule->n_terms ? told(cell[step->slot[i]]) : step->rule->constant;
        fh_decimal d;
        fh_str beside;
        if (!s.len) {
            *any = false;
            return FH_FILLED;
        }
        const fh_number_status status = fh_decimal_parse(s, plan->comma, &d, &beside);
        if (status) {
            const fh_filled filled = fail_number(fault, step, scratch, s, status, plan->comma);
            if (step->rule->n_terms) fault->slot = step->slot[i];
            return filled;
        }
        if (beside.len) *currency = beside;
        if (i == 0)
            *out = d;
        else if (!fh_decimal_multiply(*out, d, out))
            return fail_number(fault, step, scratch, s, FH_NUMBER_TOO_LARGE, plan->comma);
    }
    return FH_FILLED;
}

static fh_filled fill_value(fh_plan *plan, const fh_step *step, const fh_str *cell,
                            fh_arena *scratch, fh_interaction *out, fh_fault *fault)
{
    fh_decimal d;
    fh_str beside;
    const fh_filled filled =
        numbers(plan, step, cell, scratch, &d, &beside, &out->has_value, fault);
    out->value = 0;
    if (!plan->has_currency) out->currency = none;
    if (filled || !out->has_value) return filled;
    if (!out->currency.len) out->currency = beside;
    const uint32_t places = out->currency.len ? fh_currency_decimals(out->currency) : 2;
    if (!fh_decimal_units(d, places, &out->value))
        return fail_number(fault, step, scratch,
                           step->rule->n_terms ? cell[step->slot[0]] : step->rule->constant,
                           FH_NUMBER_TOO_LARGE, plan->comma);
    return FH_FILLED;
}

/* An amount alone in its cell, no column for the currency. */
static inline fh_filled fill_amount(fh_plan *plan, const fh_step *step, const fh_str *cell,
                                    fh_arena *scratch, fh_interaction *out, fh_fault *fault)
{
    if (!fh_plain_hundredths(cell[step->slot[0]], plan->comma ? ',' : '.', &out->value))
        return fill_value(plan, step, cell, scratch, out, fault);
    out->has_value = true;
    out->currency = none;
    return FH_FILLED;
}

static fh_filled fill_score(fh_plan *plan, const fh_step *step, const fh_str *cell,
                            fh_arena *scratch, fh_interaction *out, fh_fault *fault)
{
    fh_decimal d;
    fh_str beside;
    int64_t hundredths;
    const fh_filled filled =
        numbers(plan, step, cell, scratch, &d, &beside, &out->has_score, fault);
    out->score = 0;
    if (filled || !out->has_score) return filled;
    if (!fh_decimal_units(d, 2, &hundredths) || hundredths > INT32_MAX || hundredths < INT32_MIN)
        return fail_number(fault, step, scratch,
                           step->rule->n_terms ? cell[step->slot[0]] : step->rule->constant,
                           FH_NUMBER_TOO_LARGE, plan->comma);
    out->score = (int32_t)hundredths;
    return FH_FILLED;
}

/* ---- One row -------------------------------------------------------------------- */

static void add_identifier(const fh_step *step, fh_str s, fh_interaction *out)
{
    if (!s.len) return;
    out->identifier[out->n_identifiers].kind = step->rule->kind;
    out->identifier[out->n_identifiers++].value = s;
}

static fh_filled no_touchpoint(const fh_step *step, fh_fault *fault)
{
    return fail_missing(fault, step, "the touchpoint is missing",
                        "Fill in the touchpoint or skip the row.");
}

static fh_filled fill_general(fh_plan *plan, const fh_step *step, const fh_str *cell,
                              fh_arena *scratch, fh_interaction *out, fh_fault *fault)
{
    const fh_field field = step->rule->field;
    fh_str s;
    (void)plan;
    if (!rule_text(step, cell, scratch, &s)) return FH_FILL_NOMEM;
    if (field == FH_FIELD_CUSTOMER) {
        add_identifier(step, s, out);
    } else if (field == FH_FIELD_DIRECTION) {
        out->direction = FH_DIR_NONE;
        if (s.len && !fh_direction_word(s, &out->direction))
            return fail(fault, step, scratch, s, "is not a direction",
                        "Write in, out or internal, or map words to them: "
                        "direction=column:'from*=in|to*=out'.");
    } else {
        if (field == FH_FIELD_TOUCHPOINT && !s.len) return no_touchpoint(step, fault);
        if (field == FH_FIELD_CURRENCY && s.len) (void)fh_currency_code(s, &s);
        memcpy((char *)out + step->to, &s, sizeof s);
    }
    return FH_FILLED;
}

static fh_filled no_customer(const fh_plan *plan, fh_fault *fault)
{
    for (uint32_t i = 0; i < plan->n; i++)
        if (plan->step[i].rule->field == FH_FIELD_CUSTOMER)
            return fail_missing(fault, &plan->step[i], "the customer is missing",
                                "Fill in who it was or skip the row.");
    return FH_FILLED;
}

/* Longer ones are texts that got into the wrong column. */
enum { NAME_MAX_BYTES = 250 };

static inline bool short_enough(const fh_interaction *out)
{
    size_t longest = out->problem.len;
    for (uint32_t i = 0; i < out->n_identifiers; i++)
        if (out->identifier[i].value.len > longest) longest = out->identifier[i].value.len;
    return longest <= NAME_MAX_BYTES;
}

static fh_filled too_long(fh_arena *scratch, const fh_interaction *out, fh_fault *fault)
{
    fh_str s = out->problem;
    for (uint32_t i = 0; i < out->n_identifiers; i++)
        if (out->identifier[i].value.len > s.len) s = out->identifier[i].value;
    const fh_str shown = fh_shown(s);
    fault->slot = FH_NO_SLOT;
    fault->hint = FH_STR("Shorten it to 250 bytes, skip the row, or map another column.");
    return fh_arena_format(scratch, &fault->reason,
                           "'%.*s...' is too long to name a customer or problem", FH_STR_ARG(shown))
               ? FH_REJECTED
               : FH_FILL_NOMEM;
}

/* ---- A run of rows, step by step -------------------------------------------------- */

/* A row at which a step stops ends the run for the steps after it: the fault that
 * is left in the end is the first of the run's first bad row. */
typedef struct filling {
    fh_plan *plan;
    fh_run run; /* n: rows that are good so far */
    fh_filled why;
    fh_fault *fault;
} filling;

static void fill_texts(filling *f, const fh_step *step)
{
    const fh_str *cell = f->run.cell + step->slot[0];
    char *to = (char *)f->run.row + step->to;
    for (size_t i = 0; i < f->run.n; i++, cell += f->run.width, to += sizeof(fh_interaction)) {
        const fh_str s = told(*cell);
        memcpy(to, &s, sizeof s);
    }
}

static void fill_names(filling *f, const fh_step *step)
{
    const fh_str *cell = f->run.cell + step->slot[0];
    char *to = (char *)f->run.row + step->to;
    for (size_t i = 0; i < f->run.n; i++, cell += f->run.width, to += sizeof(fh_interaction)) {
        const fh_str s = told_name(*cell);
        memcpy(to, &s, sizeof s);
    }
}

static void fill_touchpoints(filling *f, const fh_step *step)
{
    const fh_str *cell = f->run.cell + step->slot[0];
    for (size_t i = 0; i < f->run.n; i++, cell += f->run.width) {
        const fh_str s = told_name(*cell);
        f->run.row[i].touchpoint = s;
        if (s.len) continue;
        f->why = no_touchpoint(step, f->fault);
        f->run.n = i;
    }
}

static void fill_customers(filling *f, const fh_step *step)
{
    const fh_str *cell = f->run.cell + step->slot[0];
    for (size_t i = 0; i < f->run.n; i++, cell += f->run.width)
        add_identifier(step, told_name(*cell), &f->run.row[i]);
}

typedef fh_filled fill_one(fh_plan *plan, const fh_step *step, const fh_str *cell,
                           fh_arena *scratch, fh_interaction *out, fh_fault *fault);

static inline void fill_each(filling *f, const fh_step *step, fill_one *fill)
{
    const fh_str *cell = f->run.cell;
    for (size_t i = 0; i < f->run.n; i++, cell += f->run.width) {
        const fh_filled filled =
            fill(f->plan, step, cell, f->run.scratch, &f->run.row[i], f->fault);
        if (!filled) continue;
        f->why = filled;
        f->run.n = i;
    }
}

static void take_step(filling *f, const fh_step *step)
{
    switch (step->way) {
    case FH_WAY_TEXT: fill_texts(f, step); break;
    case FH_WAY_NAME: fill_names(f, step); break;
    case FH_WAY_TOUCHPOINT: fill_touchpoints(f, step); break;
    case FH_WAY_CUSTOMER: fill_customers(f, step); break;
    case FH_WAY_TIME: fill_each(f, step, fill_time); break;
    case FH_WAY_AMOUNT: fill_each(f, step, fill_amount); break;
    case FH_WAY_VALUE: fill_each(f, step, fill_value); break;
    case FH_WAY_SCORE: fill_each(f, step, fill_score); break;
    case FH_WAY_GENERAL: fill_each(f, step, fill_general); break;
    }
}

/* Has every row somebody, and no name that is a text? */
static void check_names(filling *f)
{
    for (size_t i = 0; i < f->run.n; i++) {
        const fh_interaction *row = &f->run.row[i];
        if (row->n_identifiers && short_enough(row)) continue;
        f->why = row->n_identifiers ? too_long(f->run.scratch, row, f->fault)
                                    : no_customer(f->plan, f->fault);
        f->run.n = i;
    }
}

size_t fh_plan_fill(fh_plan *plan, const fh_run *run, fh_filled *why, fh_fault *fault)
{
    filling f = {.plan = plan, .run = *run, .why = FH_FILLED, .fault = fault};
    for (size_t i = 0; i < run->n; i++) run->row[i].n_identifiers = 0;
    for (uint32_t i = 0; i < plan->n; i++) take_step(&f, &plan->step[i]);
    check_names(&f);
    *why = f.why;
    return f.run.n;
}
