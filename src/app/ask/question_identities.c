/* question_identities.c - who is who: kinds of identifiers, suggestions, merges; or
 * the identifiers of one customer, or of two side by side. */
#include "app/ask/question.h"
#include "app/ask/words.h"
#include "app/lived/merge_preview.h"
#include "base/put.h"

#include <stddef.h>

typedef struct options {
    fh_asking ask;
} options;

static const fh_option option_table[] = {
    {'f', "format", FH_OPTION_CHOICE, offsetof(options, ask.format), "text|json|csv|xlsx",
     "for people or for programs (default text)", NULL},
    {0, "zone", FH_OPTION_TEXT, offsetof(options, ask.zone), "ZONE",
     "show times there: Europe/Berlin, +02:00 (default: the organisation's)", NULL},
    {0},
};

/* ---- Overview: kinds, suggestions, merges ------------------------------------------ */

typedef struct overview {
    uint64_t customers, identifiers, problems;
    const fh_id_kind *kind;
    const fh_suggestion *suggestion;
    const fh_merge *merge;
    size_t n_kinds, n_suggestions, n_merges;
} overview;

static fh_status look_over(const fh_answer *a, overview *o, fh_error *err)
{
    fh_arena *arena = a->arena;
    fh_status s = fh_identity_counts(a->org, &o->customers, &o->identifiers, &o->problems, err);
    if (!s) s = fh_identity_kinds(a->org, arena, &o->kind, &o->n_kinds, err);
    if (!s) s = fh_identity_suggestions(a->org, arena, &o->suggestion, &o->n_suggestions, err);
    if (!s) s = fh_identity_merges(a->org, arena, &o->merge, &o->n_merges, err);
    return s;
}

static void merges_json(const fh_answer *a, const overview *o, fh_json *j)
{
    fh_put_key(j, "merges");
    fh_json_array(j);
    for (size_t i = 0; i < o->n_merges; i++) {
        const fh_merge *m = &o->merge[i];
        char time[FH_TIME_TEXT];
        fh_json_object(j);
        fh_put_int(j, "merge", m->merge);
        fh_put_number(j, "from", m->from);
        fh_put_number(j, "into", m->into);
        fh_put_text(j, "time", (fh_str){time, fh_time_format(m->at_ms, a->view.zone, time)});
        fh_put_text(j, "why", m->why);
        fh_put_bool(j, "undone", m->undone);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

static void overview_json(const fh_answer *a, const overview *o, fh_json *j)
{
    fh_json_object(j);
    fh_put_number(j, "customers", o->customers);
    fh_put_number(j, "identifiers", o->identifiers);
    fh_put_number(j, "problems", o->problems);
    fh_put_key(j, "kinds");
    fh_json_array(j);
    for (size_t i = 0; i < o->n_kinds; i++) {
        fh_json_object(j);
        fh_put_text(j, "kind", o->kind[i].name);
        fh_put_bool(j, "shared", o->kind[i].shared);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_put_key(j, "suggestions");
    fh_json_array(j);
    for (size_t i = 0; i < o->n_suggestions; i++) {
        fh_json_object(j);
        fh_put_number(j, "a", o->suggestion[i].a);
        fh_put_number(j, "b", o->suggestion[i].b);
        fh_put_text(j, "why", o->suggestion[i].why);
        fh_put_number(j, "times", o->suggestion[i].times);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    merges_json(a, o, j);
    fh_json_end_object(j);
}

static fh_status new_cells(const fh_answer *a, fh_table *t, fh_error *err)
{
    t->cells = FH_NEW_ARRAY(a->arena, fh_cell, t->n_rows * t->n_columns + 1);
    return t->cells ? FH_OK : fh_no_memory(err);
}

static fh_cell number(const fh_answer *a, uint32_t customer)
{
    return fh_cell_text(fh_printed(a->arena, "#%u", customer));
}

static fh_status kinds_table(fh_answer *a, const overview *o, fh_error *err)
{
    static const fh_table_column columns[] = {{"kind", "Kind", FH_CELL_TEXT},
                                              {"shared", "Who has one", FH_CELL_TEXT}};
    fh_table t = {.title = "Who is who", .columns = columns, .n_columns = 2, .n_rows = o->n_kinds};
    fh_buf note;
    fh_buf_init(&note, NULL, 1024);
    fh_say_number_of(&note, o->customers, a->view.calling.one, a->view.calling.many);
    fh_buf_text(&note, " known by ");
    fh_say_number_of(&note, o->identifiers, "identifier", "identifiers");
    fh_put_called(&note, &a->view.calling,
                  ". A unique identifier belongs to one {customer}, a shared one to several.");
    fh_status s = new_cells(a, &t, err);
    if (!s && !fh_arena_str(a->arena, fh_buf_view(&note), &t.note)) s = fh_no_memory(err);
    fh_buf_free(&note);
    for (size_t i = 0; !s && i < o->n_kinds; i++) {
        t.cells[2 * i] = fh_cell_text(o->kind[i].name);
        t.cells[2 * i + 1] =
            fh_cell_text(o->kind[i].shared ? FH_STR("shared by several") : FH_STR("unique"));
    }
    return s ? s : fh_answer_table(a, &t, err);
}

static fh_status suggestions_table(fh_answer *a, const overview *o, fh_error *err)
{
    const fh_table_column columns[] = {{"a", a->view.calling.One, FH_CELL_TEXT},
                                       {"b", "May also be", FH_CELL_TEXT},
                                       {"times", "Times", FH_CELL_COUNT},
                                       {"why", "Why", FH_CELL_TEXT}};
    fh_table t = {.title = "Who may be the same",
                  .note = FH_STR("Nobody is merged without you: firsthand identify ORG.fh --merge "
                                 "FROM INTO, --preview to look first."),
                  .columns = columns,
                  .n_columns = 4,
                  .n_rows = o->n_suggestions};
    const fh_status s = new_cells(a, &t, err);
    if (s) return s;
    for (size_t i = 0; i < o->n_suggestions; i++) {
        fh_cell *cell = t.cells + 4 * i;
        *cell++ = number(a, o->suggestion[i].a);
        *cell++ = number(a, o->suggestion[i].b);
        *cell++ = fh_cell_count(o->suggestion[i].times);
        *cell = fh_cell_text(o->suggestion[i].why);
    }
    return fh_answer_table(a, &t, err);
}

static fh_status merges_table(fh_answer *a, const overview *o, fh_error *err)
{
    const fh_table_column columns[] = {
        {"merge", "Merge", FH_CELL_COUNT}, {"from", a->view.calling.One, FH_CELL_TEXT},
        {"into", "Is", FH_CELL_TEXT},      {"time", "Merged", FH_CELL_TIME},
        {"state", "State", FH_CELL_TEXT},  {"why", "Why", FH_CELL_TEXT}};
    fh_table t = {.title = "Merges",
                  .note = FH_STR("firsthand identify ORG.fh --undo N takes one back."),
                  .columns = columns,
                  .n_columns = 6,
                  .n_rows = o->n_merges};
    const fh_status s = new_cells(a, &t, err);
    if (s) return s;
    for (size_t i = 0; i < o->n_merges; i++) {
        const fh_merge *m = &o->merge[i];
        fh_cell *cell = t.cells + 6 * i;
        *cell++ = fh_cell_int(m->merge);
        *cell++ = number(a, m->from);
        *cell++ = number(a, m->into);
        *cell++ = fh_cell_int(m->at_ms / 1000 * 1000);
        *cell++ = fh_cell_text(m->undone ? FH_STR("undone") : FH_STR("in force"));
        *cell = fh_cell_text(m->why);
    }
    return fh_answer_table(a, &t, err);
}

static fh_status show_overview(fh_answer *a, fh_error *err)
{
    overview o = {0};
    fh_status s = look_over(a, &o, err);
    if (s) return s;
    if (fh_answer_is_json(a)) {
        overview_json(a, &o, &a->json);
        return FH_OK;
    }
    s = kinds_table(a, &o, err);
    if (!s && o.n_suggestions) s = suggestions_table(a, &o, err);
    if (!s && o.n_merges) s = merges_table(a, &o, err);
    return s;
}

/* ---- Customers side by side ----------------------------------------------------------- */

static fh_status note_of(const fh_answer *a, const fh_met *const *met, size_t n,
                         const fh_merge_preview *preview, fh_str *out, fh_error *err)
{
    fh_buf words;
    fh_buf_init(&words, NULL, 1 << 16);
    for (size_t i = 0; i < n; i++) {
        if (i) fh_buf_char(&words, ' ');
        fh_met_say(met[i], a->view.zone, &words);
    }
    if (preview) {
        fh_buf_char(&words, ' ');
        fh_merge_preview_say(preview, &words);
    }
    const bool ok = words.status == FH_OK && fh_arena_str(a->arena, fh_buf_view(&words), out);
    fh_buf_free(&words);
    return ok ? FH_OK : fh_no_memory(err);
}

static fh_status show_met(fh_answer *a, const fh_met *const *met, size_t n,
                          const fh_merge_preview *preview, fh_error *err)
{
    const fh_table_column columns[] = {{"customer", a->view.calling.One, FH_CELL_TEXT},
                                       {"kind", "Kind", FH_CELL_TEXT},
                                       {"identifier", "Identifier", FH_CELL_TEXT},
                                       {"shared", "Who has it", FH_CELL_TEXT}};
    fh_table t = {.title = "Who is who", .columns = columns, .n_columns = 4};
    for (size_t i = 0; i < n; i++) t.n_rows += met[i]->n_identities;
    fh_status s = note_of(a, met, n, preview, &t.note, err);
    if (!s) s = new_cells(a, &t, err);
    if (s) return s;
    fh_cell *cell = t.cells;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < met[i]->n_identities; k++) {
            const fh_identity *id = &met[i]->identity[k];
            *cell++ = number(a, met[i]->customer);
            *cell++ = fh_cell_text(id->kind);
            *cell++ = fh_cell_text(id->value);
            *cell++ = fh_cell_text(id->shared ? FH_STR("shared by several") : FH_STR("unique"));
        }
    }
    return fh_answer_table(a, &t, err);
}

/* One customer, or two as they would be merged. */
static fh_status show(fh_answer *a, const fh_str *who, size_t n, fh_error *err)
{
    fh_merge_preview p = {0};
    const fh_met *const met[2] = {&p.from, &p.into};
    const fh_merge_preview *preview = n == 2 ? &p : NULL;
    const fh_status s = preview ? fh_merge_preview_get(a->org, who[0], who[1], a->arena, &p, err)
                                : fh_meet(a->org, who[0], a->arena, &p.from, err);
    if (s) return s;
    if (!fh_answer_is_json(a)) return show_met(a, met, n, preview, err);
    fh_json_array(&a->json);
    for (size_t i = 0; i < n; i++) fh_met_json(met[i], preview, a->view.zone, &a->json);
    fh_json_end_array(&a->json);
    return FH_OK;
}

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    (void)opts;
    return a->n_args ? show(a, a->args, a->n_args, err) : show_overview(a, err);
}

const fh_question fh_question_identities = {
    .name = "identities",
    .summary = "show who is who",
    .details = "Without WHO: the kinds of identifiers, which customers may be the same and\n"
               "what was merged. With WHO: the identifiers of one customer, or of two side by\n"
               "side.\n",
    .examples = "",
    .arguments = "[WHO [WHO]]",
    .argument = "who",
    .argument_help = "any identifier, or #17, the customer's number; one or two",
    .max_args = 2,
    .options = option_table,
    .options_size = sizeof(options),
    .answer = answer,
};
