/* question_whom.c - whom to ask about a touchpoint, a process, a system, a piece of information. */
#include "app/ask/question.h"
#include "app/ask/view_parts.h"

#include "app/maps/whom.h"
#include "base/put.h"

#include <stddef.h>

typedef struct options {
    fh_asking ask;
    fh_str about;
    uint32_t sort; /* 0: all */
} options;

static const fh_option option_table[] = {
    {0, "about", FH_OPTION_TEXT, offsetof(options, about), "TEXT",
     "only where this is part of the thing, of who is asked, or of the reason", NULL},
    {0, "sort", FH_OPTION_CHOICE, offsetof(options, sort),
     "all|touchpoint|process|system|information", "only this sort of things (default all)", NULL},
    {'f', "format", FH_OPTION_CHOICE, offsetof(options, ask.format), "text|json|csv|xlsx",
     "for people or for programs (default text)", NULL},
    {0},
};

static bool is_asked(const options *o, const fh_whom_row *r)
{
    return !o->sort || r->sort == (fh_whom_sort)(o->sort - 1);
}

static void put_json(const options *o, const fh_whom_row *r, size_t n, fh_json *j)
{
    fh_json_object(j);
    fh_put_key(j, "items");
    fh_json_array(j);
    for (size_t i = 0; i < n; i++) {
        if (!is_asked(o, &r[i])) continue;
        fh_json_object(j);
        fh_put_word(j, "sort", fh_whom_sorts[r[i].sort]);
        fh_put_text(j, "thing", r[i].thing);
        fh_put_text_or_null(j, "who", r[i].who);
        fh_put_text(j, "because", r[i].because);
        fh_put_number(j, "map", (uint64_t)r[i].map);
        fh_put_text_or_null(j, "touchpoint", r[i].touchpoint);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}

static fh_status table(const fh_answer *a, const options *o, const fh_whom_row *r, size_t n,
                       fh_table *out, fh_error *err)
{
    static const fh_table_column columns[] = {{"sort", "Sort", FH_CELL_TEXT},
                                              {"thing", "About", FH_CELL_TEXT},
                                              {"who", "Whom to ask", FH_CELL_TEXT},
                                              {"because", "Because", FH_CELL_TEXT}};
    *out = (fh_table){.title = "Whom to ask",
                      .columns = columns,
                      .n_columns = 4,
                      .note = n ? FH_STR("As the maps say that are kept here: change it there.")
                                : FH_STR("No map that is kept here says anything about it.")};
    out->cells = FH_NEW_ARRAY(a->arena, fh_cell, (n + 1) * out->n_columns);
    if (!out->cells) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) {
        if (!is_asked(o, &r[i])) continue;
        fh_cell *cell = fh_table_row(out, out->n_rows++);
        *cell++ = fh_cell_text(fh_str_of(fh_whom_sorts[r[i].sort]));
        *cell++ = fh_cell_text(r[i].thing);
        *cell++ = fh_cell_text(r[i].who.len ? r[i].who : FH_STR("nobody yet"));
        *cell = fh_cell_text(r[i].because);
    }
    return FH_OK;
}

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const options *o = opts;
    const fh_whom_row *rows = NULL;
    size_t n = 0;
    fh_table t;
    fh_status s = fh_whom_directory(a->org, o->about, a->arena, &rows, &n, err);
    if (s) return s;
    if (fh_answer_is_json(a)) {
        put_json(o, rows, n, &a->json);
        return FH_OK;
    }
    s = table(a, o, rows, n, &t, err);
    return s ? s : fh_answer_table(a, &t, err);
}

extern const fh_question fh_question_whom;
const fh_question fh_question_whom = {
    .name = "whom",
    .summary = "tell whom to ask about a touchpoint, process, system or information",
    .details = "A directory from the maps that the organisation keeps, each line with its reason:\n"
               "whom a touchpoint names, who owns a map, and for systems and information those\n"
               "who look after the touchpoints where they are used or known. What nobody is\n"
               "named for is listed, too. It is put right on the map.\n",
    .examples = "firsthand whom our.fh --about invoice\n"
                "firsthand whom our.fh --sort system --format json\n",
    .options = option_table,
    .options_size = sizeof(options),
    .answer = answer,
};
