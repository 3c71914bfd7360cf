/* question_serves.c - whom a department serves, also one that never meets a customer (serves.h). */
#include "app/ask/question.h"
#include "app/ask/view_parts.h"
#include "app/ask/words.h"
#include "app/find/serves.h"
#include "base/put.h"

#include <stddef.h>
#include <stdio.h>

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

/* ---- As JSON ------------------------------------------------------------------------------- */

static void put_others(const char *key, const fh_serves_other *o, size_t n, fh_json *j)
{
    fh_put_key(j, key);
    fh_json_array(j);
    for (size_t i = 0; i < n; i++) {
        fh_json_object(j);
        fh_put_text(j, "department", o[i].department);
        fh_put_number(j, "handed", o[i].handed);
        fh_put_number(j, "customers", o[i].customers);
        fh_put_text_or_null(j, "step", o[i].step);
        fh_put_number_or_null(j, "map", (uint64_t)o[i].map);
        fh_put_text_or_null(j, "map_title", o[i].map_title);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

static void put_touchpoints(const fh_serves *s, fh_json *j)
{
    fh_put_key(j, "touchpoints");
    fh_json_array(j);
    for (size_t i = 0; i < s->n_touchpoints; i++) {
        const fh_serves_touchpoint *t = &s->touchpoint[i];
        fh_json_object(j);
        fh_put_text(j, "touchpoint", t->name);
        fh_put_number_or_null(j, "number", t->number);
        fh_put_number_or_null(j, "map", (uint64_t)t->map);
        fh_put_text_or_null(j, "map_title", t->map_title);
        fh_put_text_or_null(j, "id", t->id);
        fh_put_text_or_null(j, "owner", t->owner);
        fh_put_key(j, "lacks");
        fh_json_array(j);
        for (uint32_t k = 0; k < FH_LACKS; k++)
            if (t->lacks >> k & 1) fh_json_str(j, fh_str_of(fh_lacks_words[k]));
        fh_json_end_array(j);
        fh_put_number(j, "customers", t->customers);
        fh_put_number(j, "contacts", t->contacts);
        fh_put_number(j, "scores", t->n_scores);
        fh_put_time_or_null(j, "last", t->contacts ? t->last_ms : 0);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

static void put_words(const fh_serves *s, fh_json *j)
{
    char hex[24];
    fh_put_key(j, "sends");
    fh_json_array(j);
    for (size_t i = 0; i < s->n_sent; i++) fh_json_str(j, s->sent[i]);
    fh_json_end_array(j);
    fh_put_key(j, "promises");
    fh_json_array(j);
    for (size_t i = 0; i < s->n_promises; i++) {
        fh_json_object(j);
        fh_put_text(j, "words", s->promise[i].words);
        fh_put_text(j, "step", s->promise[i].step);
        fh_put_number(j, "map", (uint64_t)s->promise[i].map);
        fh_put_text(j, "map_title", s->promise[i].map_title);
        fh_put_number_or_null(j, "within_ms", (uint64_t)s->promise[i].within_ms);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_put_key(j, "findings");
    fh_json_array(j);
    for (size_t i = 0; i < s->n_findings; i++) {
        (void)snprintf(hex, sizeof hex, "%016llx", (unsigned long long)s->finding[i].cause);
        fh_json_object(j);
        fh_put_text(j, "cause", fh_str_of(hex));
        fh_put_text(j, "sort", fh_str_of(s->finding[i].sort));
        fh_put_text(j, "says", s->finding[i].says);
        fh_put_number(j, "customers", s->finding[i].customers);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_put_key(j, "first");
    fh_json_array(j);
    for (size_t i = 0; i < s->n_first; i++) {
        fh_json_object(j);
        fh_put_text(j, "says", s->first[i].says);
        fh_put_text(j, "page", fh_str_of(s->first[i].page));
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

static void put_one(const fh_serves *s, fh_json *j)
{
    fh_json_object(j);
    fh_put_text(j, "department", s->department);
    fh_put_number_or_null(j, "number", s->number);
    fh_put_number(j, "customers", s->customers);
    fh_put_number(j, "contacts", s->contacts);
    put_others("internal", s->to, s->n_to, j);
    put_others("receives", s->from, s->n_from, j);
    put_touchpoints(s, j);
    put_words(s, j);
    fh_json_end_object(j);
}

static void put_list(const fh_serves_row *r, size_t n, fh_json *j)
{
    fh_put_key(j, "departments");
    fh_json_array(j);
    for (size_t i = 0; i < n; i++) {
        fh_json_object(j);
        fh_put_text(j, "department", r[i].department);
        fh_put_number_or_null(j, "number", r[i].number);
        fh_put_number(j, "hands_on", r[i].hands_on);
        fh_put_number(j, "receives", r[i].receives);
        fh_put_number(j, "steps", r[i].n_steps);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

/* ---- As tables ------------------------------------------------------------------------------ */

static fh_status new_table(const fh_answer *a, const char *title, const fh_table_column *columns,
                           size_t n_columns, size_t n_rows, fh_table *out, fh_error *err)
{
    *out = (fh_table){.title = title, .columns = columns, .n_columns = n_columns};
    out->cells = FH_NEW_ARRAY(a->arena, fh_cell, (n_rows + 1) * n_columns);
    return out->cells ? FH_OK : fh_no_memory(err);
}

static fh_status list_table(fh_answer *a, const fh_serves_row *r, size_t n, fh_error *err)
{
    static const fh_table_column columns[] = {{"department", "Department", FH_CELL_TEXT},
                                              {"steps", "Steps on maps", FH_CELL_COUNT},
                                              {"hands_on", "Hands on", FH_CELL_COUNT},
                                              {"receives", "Is handed", FH_CELL_COUNT}};
    fh_table t;
    fh_status s = new_table(a, "Departments", columns, 4, n, &t, err);
    for (size_t i = 0; i < n && !s; i++) {
        fh_cell *cell = fh_table_row(&t, t.n_rows++);
        *cell++ = fh_cell_text(r[i].department);
        *cell++ = fh_cell_count(r[i].n_steps);
        *cell++ = fh_cell_count(r[i].hands_on);
        *cell = fh_cell_count(r[i].receives);
    }
    t.note = FH_STR("Whom one of them serves is told when it is named.");
    return s ? s : fh_answer_table(a, &t, err);
}

static fh_status others_table(fh_answer *a, const char *title, const fh_serves_other *o, size_t n,
                              fh_error *err)
{
    const fh_table_column columns[] = {{"department", "Department", FH_CELL_TEXT},
                                       {"handed", "Hand-offs", FH_CELL_COUNT},
                                       {"customers", a->view.calling.Many, FH_CELL_COUNT},
                                       {"step", "Step", FH_CELL_TEXT},
                                       {"map", "Map", FH_CELL_TEXT}};
    fh_table t;
    fh_status s = n ? new_table(a, title, columns, 5, n, &t, err) : FH_OK;
    for (size_t i = 0; i < n && !s; i++) {
        fh_cell *cell = fh_table_row(&t, t.n_rows++);
        *cell++ = fh_cell_text(o[i].department);
        *cell++ = fh_cell_count(o[i].handed);
        *cell++ = fh_cell_count(o[i].customers);
        *cell++ = fh_cell_text(o[i].step);
        *cell = fh_cell_text(o[i].map_title);
    }
    return s || !n ? s : fh_answer_table(a, &t, err);
}

static fh_status touchpoints_table(fh_answer *a, const fh_serves *r, fh_error *err)
{
    const fh_table_column columns[] = {{"touchpoint", "Touchpoint", FH_CELL_TEXT},
                                       {"customers", a->view.calling.Many, FH_CELL_COUNT},
                                       {"contacts", "Contacts", FH_CELL_COUNT},
                                       {"last", "Last contact", FH_CELL_TIME},
                                       {"owner", "Owner on the map", FH_CELL_TEXT},
                                       {"map", "Map", FH_CELL_TEXT}};
    fh_table t;
    fh_str met = {"", 0};
    fh_buf words;
    fh_status s = new_table(a, "Its touchpoints", columns, 6, r->n_touchpoints, &t, err);
    if (s) return s;
    fh_buf_init(&words, fh_arena_allocator(a->arena), 1000);
    fh_buf_str(&words, r->department);
    fh_buf_text(&words, " met ");
    fh_say_number_of(&words, r->customers, a->view.one, a->view.many);
    fh_buf_text(&words, " in ");
    fh_say_number_of(&words, r->contacts, "contact", "contacts");
    fh_buf_text(&words, ".");
    if (words.status || !fh_arena_str(a->arena, fh_buf_view(&words), &met)) s = fh_no_memory(err);
    fh_buf_free(&words);
    t.note = met;
    for (size_t i = 0; i < r->n_touchpoints && !s; i++) {
        const fh_serves_touchpoint *x = &r->touchpoint[i];
        fh_cell *cell = fh_table_row(&t, t.n_rows++);
        *cell++ = fh_cell_text(x->name);
        *cell++ = fh_cell_count(x->customers);
        *cell++ = fh_cell_count(x->contacts);
        *cell++ = x->contacts ? fh_cell_int(x->last_ms) : fh_cell_none();
        *cell++ = fh_cell_text(x->owner);
        *cell = fh_cell_text(x->map_title);
    }
    return s ? s : fh_answer_table(a, &t, err);
}

/* What it sends, promises, what was found, what to do first: a line each. */
static fh_status words_table(fh_answer *a, const fh_serves *r, fh_error *err)
{
    static const fh_table_column columns[] = {{"sort", "What", FH_CELL_TEXT},
                                              {"says", "In words", FH_CELL_TEXT}};
    const size_t n = r->n_sent + r->n_promises + r->n_findings + r->n_first;
    fh_table t;
    fh_status s =
        n ? new_table(a, "What it does, and what was found", columns, 2, n, &t, err) : FH_OK;
    if (s || !n) return s;
    for (size_t i = 0; i < r->n_sent; i++) {
        fh_cell *cell = fh_table_row(&t, t.n_rows++);
        cell[0] = fh_cell_text(FH_STR("sends"));
        cell[1] = fh_cell_text(r->sent[i]);
    }
    for (size_t i = 0; i < r->n_promises; i++) {
        fh_cell *cell = fh_table_row(&t, t.n_rows++);
        cell[0] = fh_cell_text(FH_STR("promises"));
        cell[1] = fh_cell_text(r->promise[i].words);
    }
    for (size_t i = 0; i < r->n_findings; i++) {
        fh_cell *cell = fh_table_row(&t, t.n_rows++);
        cell[0] = fh_cell_text(FH_STR("found"));
        cell[1] = fh_cell_text(r->finding[i].says);
    }
    for (size_t i = 0; i < r->n_first; i++) {
        fh_cell *cell = fh_table_row(&t, t.n_rows++);
        cell[0] = fh_cell_text(FH_STR("first"));
        cell[1] = fh_cell_text(r->first[i].says);
    }
    return fh_answer_table(a, &t, err);
}

static fh_status answer_one(fh_answer *a, const fh_serves *r, fh_error *err)
{
    fh_status s = touchpoints_table(a, r, err);
    if (!s) s = others_table(a, "Whom it works for inside", r->to, r->n_to, err);
    if (!s) s = others_table(a, "Who works for it", r->from, r->n_from, err);
    return s ? s : words_table(a, r, err);
}

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const fh_serves_row *row = NULL;
    fh_serves one;
    size_t n = 0;
    (void)opts;
    fh_status s = a->n_args ? fh_serves_of(&a->view, a->args[0], &one, err)
                            : fh_serves_list(&a->view, &row, &n, err);
    if (s) return s;
    if (!fh_answer_is_json(a))
        return a->n_args ? answer_one(a, &one, err) : list_table(a, row, n, err);
    fh_json_object(&a->json);
    put_list(row, n, &a->json);
    fh_put_key(&a->json, "one");
    if (a->n_args)
        put_one(&one, &a->json);
    else
        fh_json_null(&a->json);
    fh_json_end_object(&a->json);
    return FH_OK;
}

extern const fh_question fh_question_serves;
const fh_question fh_question_serves = {
    .name = "serves",
    .summary = "tell whom a department serves, also one that never meets a customer",
    .details = "Of a department: how many it met, its touchpoints with their numbers and owners,\n"
               "the departments it hands on to or works for (its customers inside) and those\n"
               "that work for it, what it sends and promises, what was found about it. For one\n"
               "without a touchpoint: who its customers probably are, and what to do first.\n"
               "Without a name: all departments. CSV has the touchpoints.\n",
    .examples = "firsthand serves our.fh\n"
                "firsthand serves our.fh Claims --format json\n",
    .arguments = "[DEPARTMENT]",
    .argument = "department",
    .argument_help = "the department, as interactions, maps or people name it",
    .max_args = 1,
    .options = option_table,
    .options_size = sizeof(options),
    .answer = answer,
};
