/* view_story.c - one customer's story, from first to last. */
#include "app/ask/view_parts.h"
#include "app/lived/lived_parts.h"
#include "base/put.h"

#include <string.h>

/* The department last seen in each problem of the story, to tell hand-offs. */
typedef struct last_seen {
    uint32_t problem, department;
} last_seen;

static size_t find_problem(const last_seen *seen, size_t n, uint32_t problem)
{
    size_t i = 0;
    while (i < n && seen[i].problem != problem) i++;
    return i;
}

static fh_status find_handoffs(const fh_view *v, fh_story_view *a, fh_error *err)
{
    bool *handed_on = FH_NEW_ARRAY(v->arena, bool, a->n + 1);
    fh_str *problem = FH_NEW_ARRAY(v->arena, fh_str, a->n + 1);
    last_seen *seen = FH_NEW_ARRAY(v->arena, last_seen, a->n + 1);
    fh_str *names = FH_NEW_ARRAY(v->arena, fh_str, a->n + 1);
    if (!handed_on || !problem || !seen || !names) return fh_no_memory(err);
    size_t n = 0;
    for (size_t i = 0; i < a->n; i++) {
        const fh_told *t = &a->told[i];
        if (!t->problem) continue;
        const size_t k = find_problem(seen, n, t->problem);
        if (k == n) {
            const fh_status s = fh_problem_name(v->org, t->problem, v->arena, &names[n], err);
            if (s) return s;
            seen[n++] = (last_seen){t->problem, 0};
        }
        problem[i] = names[k];
        if (!t->department) continue;
        handed_on[i] = seen[k].department && seen[k].department != t->department;
        a->n_handoffs += handed_on[i];
        seen[k].department = t->department;
    }
    a->n_problems = n;
    a->problem = problem;
    a->handed_on = handed_on;
    return FH_OK;
}

fh_status fh_view_story(const fh_view *v, uint32_t customer, fh_story_view *out, fh_error *err)
{
    fh_story_view a = {.customer = customer};
    const fh_told *all;
    fh_status s = fh_store_story(v->org, customer, v->arena, &all, &a.n_all, err);
    if (!s) s = fh_identity_of(v->org, customer, v->arena, &a.identity, &a.n_identities, err);
    if (s) return s;
    fh_told *told = FH_NEW_ARRAY(v->arena, fh_told, a.n_all + 1);
    if (!told) return fh_no_memory(err);
    for (size_t i = 0; i < a.n_all; i++)
        if (fh_lived_passes(&v->filter, &all[i])) told[a.n++] = all[i];
    a.told = told;
    s = find_handoffs(v, &a, err);
    if (!s) *out = a;
    return s;
}

/* ---- Table ------------------------------------------------------------------------- */

static fh_str who(const fh_view *v, const fh_story_view *a)
{
    fh_str all = fh_printed(v->arena, "#%u", a->customer);
    for (size_t i = 0; i < a->n_identities && i < 8; i++) {
        const fh_identity *id = &a->identity[i];
        all = fh_printed(v->arena, "%.*s%s %.*s %.*s", FH_STR_ARG(all), i ? "," : ":",
                         FH_STR_ARG(id->kind), FH_STR_ARG(id->value));
    }
    return all;
}

static fh_str note(const fh_view *v, const fh_story_view *a)
{
    fh_buf period;
    fh_buf_init(&period, NULL, 256);
    if (a->n) fh_say_period(&period, a->told[0].at_ms, a->told[a->n - 1].at_ms, v->zone);
    const fh_str name = who(v, a);
    const fh_str n = fh_view_count(v, a->n, "interaction", "interactions");
    const fh_str problems = fh_view_count(v, a->n_problems, "problem", "problems");
    const fh_str handoffs = fh_view_count(v, a->n_handoffs, "hand-off", "hand-offs");
    const fh_str out = fh_printed(
        v->arena, "%.*s. %.*s%s%.*s, %.*s, %.*s%s.", FH_STR_ARG(name), FH_STR_ARG(n),
        a->n ? ", " : "", (int)period.len, period.ptr ? period.ptr : "", FH_STR_ARG(problems),
        FH_STR_ARG(handoffs),
        a->n_handoffs ? " (\xe2\x86\xaa another department than before, same problem)" : "");
    fh_buf_free(&period);
    return out;
}

static const char *arrow(fh_direction direction)
{
    switch (direction) {
    case FH_DIR_IN: return "\xe2\x86\x92 in";
    case FH_DIR_OUT: return "\xe2\x86\x90 out";
    case FH_DIR_INTERNAL: return "\xe2\x86\xbb inside";
    case FH_DIR_NONE:
    case FH_N_DIRECTIONS: break;
    }
    return "";
}

static const char *direction_word(fh_direction direction)
{
    switch (direction) {
    case FH_DIR_IN: return "in";
    case FH_DIR_OUT: return "out";
    case FH_DIR_INTERNAL: return "internal";
    case FH_DIR_NONE:
    case FH_N_DIRECTIONS: break;
    }
    return "";
}

/* Without memory the cell stays empty. */
static fh_str first_line(const fh_view *v, fh_json_reader *reader, fh_str payload)
{
    fh_said said;
    return fh_said_read(reader, payload, v->arena, &said, NULL) ? (fh_str){0}
                                                                : fh_first_line(said.text);
}

static fh_cell name_cell(const fh_names *names, uint32_t number)
{
    return number ? fh_cell_text(fh_view_name(names, number)) : fh_cell_none();
}

static void fill_row(const fh_view *v, const fh_story_view *a, size_t i, fh_json_reader *reader,
                     fh_cell *cell)
{
    const fh_told *t = &a->told[i];
    const fh_str department =
        t->department ? fh_view_name(&v->department, t->department) : (fh_str){0};
    *cell++ = fh_cell_int(t->at_ms);
    *cell++ = fh_cell_text(fh_str_of(arrow(t->direction)));
    *cell++ = fh_cell_text(fh_str_of(direction_word(t->direction)));
    *cell++ = name_cell(&v->channel, t->channel);
    *cell++ = fh_cell_text(fh_view_name(&v->touchpoint, t->touchpoint));
    *cell++ = fh_cell_text(a->handed_on[i]
                               ? fh_printed(v->arena, "\xe2\x86\xaa %.*s", FH_STR_ARG(department))
                               : department);
    *cell++ = fh_cell_text(department);
    *cell++ = name_cell(&v->outcome, t->outcome);
    *cell = (fh_cell){.none = !t->has_value, .i = t->value};
    if (t->currency) cell->text = fh_view_name(&v->currency, t->currency);
    cell++;
    *cell++ = t->has_score ? fh_cell_int(t->score) : fh_cell_none();
    *cell++ = fh_cell_text(a->problem[i]);
    *cell = fh_cell_text(first_line(v, reader, t->payload));
}

/* Columns in which no row says anything are left out of what people see. */
static void drop_empty(fh_table *t, fh_table_column *columns)
{
    for (size_t c = 0; c < t->n_columns; c++) {
        bool any = false;
        for (size_t r = 0; r < t->n_rows && !any; r++) {
            const fh_cell *cell = &t->cells[r * t->n_columns + c];
            any = !cell->none && (columns[c].kind != FH_CELL_TEXT || cell->text.len);
        }
        if (!any) columns[c].title = NULL;
    }
}

fh_status fh_story_table(const fh_view *v, const fh_story_view *a, fh_table *out, fh_error *err)
{
    enum { N = 12 };
    static const fh_table_column all[N] = {{"time", "Time", FH_CELL_TIME},
                                           {"", "Way", FH_CELL_TEXT},
                                           {"direction", NULL, FH_CELL_TEXT},
                                           {"channel", "Channel", FH_CELL_TEXT},
                                           {"touchpoint", "Touchpoint", FH_CELL_TEXT},
                                           {"", "Department", FH_CELL_TEXT},
                                           {"department", NULL, FH_CELL_TEXT},
                                           {"outcome", "Outcome", FH_CELL_TEXT},
                                           {"value", "Value", FH_CELL_MONEY},
                                           {"score", "Score", FH_CELL_DECIMAL},
                                           {"problem", "Problem", FH_CELL_TEXT},
                                           {"text", "Text", FH_CELL_TEXT}};
    fh_table_column *columns = FH_NEW_ARRAY(v->arena, fh_table_column, N);
    if (!columns) return fh_no_memory(err);
    memcpy(columns, all, sizeof all);
    fh_status s = fh_view_new_table(v, "The story", columns, N, a->n, out, err);
    if (s) return s;
    out->columns = columns;
    fh_json_reader *reader = fh_json_reader_new(NULL, FH_SAID_TOKENS);
    if (!reader) return fh_no_memory(err);
    for (size_t i = 0; i < a->n; i++) fill_row(v, a, i, reader, fh_table_row(out, i));
    fh_json_reader_free(reader);
    drop_empty(out, columns);
    out->note = note(v, a);
    if (a->n < a->n_all) {
        const fh_str hidden =
            fh_view_count(v, a->n_all - a->n, "interaction is", "interactions are");
        out->rest = fh_printed(v->arena, "%.*s outside of what was asked for.", FH_STR_ARG(hidden));
    }
    return FH_OK;
}

/* ---- JSON ---------------------------------------------------------------------------- */

static void told_json(const fh_view *v, const fh_told *t, fh_str problem, fh_json *j)
{
    const struct {
        const char *key;
        const fh_names *names;
        uint32_t number;
    } names[] = {{"touchpoint", &v->touchpoint, t->touchpoint},
                 {"channel", &v->channel, t->channel},
                 {"department", &v->department, t->department},
                 {"outcome", &v->outcome, t->outcome}};
    const fh_str currency = t->currency ? fh_view_name(&v->currency, t->currency) : (fh_str){0};
    fh_json_object(j);
    fh_put_time_in(j, "time", t->at_ms, v->zone);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].number) fh_json_name(j, names[i].key, names[i].names, names[i].number);
    if (t->direction) fh_put_word(j, "direction", direction_word(t->direction));
    if (t->has_value) {
        fh_json_key(j, FH_STR("value"));
        fh_json_fixed(j, t->value, fh_currency_decimals(currency));
    }
    if (t->has_value && currency.len) {
        fh_put_text(j, "currency", currency);
    }
    if (t->has_score) {
        fh_json_key(j, FH_STR("score"));
        fh_json_fixed(j, t->score, 2);
    }
    if (problem.len) {
        fh_put_text(j, "problem", problem);
    }
    fh_put_number(j, "origin", t->origin);
    if (t->payload.len) {
        fh_json_key(j, FH_STR("payload"));
        fh_json_raw_value(j, t->payload);
    }
    fh_json_end_object(j);
}

void fh_story_json(const fh_view *v, const fh_story_view *a, fh_json *j)
{
    fh_put_number(j, "customer", a->customer);
    fh_json_key(j, FH_STR("identifiers"));
    fh_json_array(j);
    for (size_t i = 0; i < a->n_identities; i++) {
        fh_json_object(j);
        fh_put_text(j, "kind", a->identity[i].kind);
        fh_put_text(j, "value", a->identity[i].value);
        fh_put_bool(j, "shared", a->identity[i].shared);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_put_number(j, "problems", a->n_problems);
    fh_put_number(j, "handoffs", a->n_handoffs);
    fh_json_key(j, FH_STR("interactions"));
    fh_json_array(j);
    for (size_t i = 0; i < a->n; i++) told_json(v, &a->told[i], a->problem[i], j);
    fh_json_end_array(j);
}
