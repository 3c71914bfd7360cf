/* question_sources.c - where interactions came from, and when. */
#include "app/ask/question.h"
#include "app/ask/words.h"
#include "base/put.h"
#include "store/sources.h"

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

static fh_str note(const fh_view *v, const fh_store_counts *counts, size_t n, int64_t now_ms,
                   int64_t last_import_ms)
{
    fh_buf words;
    fh_buf_init(&words, NULL, 4096);
    fh_str out = {0};
    if (!n) {
        fh_buf_text(&words, "Nothing was imported yet: firsthand import ORG.fh FILE");
    } else {
        fh_say_number_of(&words, counts->interactions, "interaction", "interactions");
        if (counts->first_ms <= counts->last_ms) {
            fh_buf_text(&words, ", ");
            fh_say_period(&words, counts->first_ms, counts->last_ms, v->zone);
        }
        fh_buf_text(&words, ", from ");
        fh_say_number_of(&words, n, "import", "imports");
        if (now_ms >= last_import_ms) {
            fh_buf_text(&words, ", the last one ");
            fh_say_duration(&words, (now_ms - last_import_ms) / 1000 * 1000);
            fh_buf_text(&words, " ago");
        }
        fh_buf_text(&words, ". 'Known' were there already and are counted once.");
    }
    if (!fh_arena_str(v->arena, fh_buf_view(&words), &out)) out = (fh_str){0};
    fh_buf_free(&words);
    return out;
}

static fh_status table(const fh_answer *a, const fh_origin *origins, size_t n, fh_table *out,
                       fh_error *err)
{
    static const fh_table_column columns[] = {
        {"source", "Source", FH_CELL_TEXT},      {"file", "File", FH_CELL_TEXT},
        {"added", "Added", FH_CELL_COUNT},       {"known", "Known", FH_CELL_COUNT},
        {"rejected", "Rejected", FH_CELL_COUNT}, {"imported", "Imported", FH_CELL_TIME},
        {"state", "State", FH_CELL_TEXT}};
    *out =
        (fh_table){.title = "Where it comes from", .columns = columns, .n_columns = 7, .n_rows = n};
    fh_store_counts counts;
    const fh_status s = fh_store_count(a->org, &counts, err);
    if (s) return s;
    out->cells = FH_NEW_ARRAY(a->arena, fh_cell, 7 * n + 1);
    if (!out->cells) return fh_no_memory(err);
    int64_t last = 0;
    for (size_t i = 0; i < n; i++) {
        const fh_origin *o = &origins[i];
        fh_cell *cell = out->cells + 7 * i;
        if (o->last_ms > last) last = o->last_ms;
        *cell++ = fh_cell_text(o->source);
        *cell++ = fh_cell_text(o->file);
        *cell++ = fh_cell_count(o->rows_added);
        *cell++ = fh_cell_count(o->rows_known);
        *cell++ = fh_cell_count(o->rows_rejected);
        *cell++ = fh_cell_int(o->last_ms / 60000 * 60000);
        *cell = fh_cell_text(o->complete ? FH_STR("complete") : FH_STR("stopped: import it again"));
    }
    const fh_os *os = fh_org_os(a->org);
    const int64_t now = os->now_ms(os->ctx);
    out->note = note(&a->view, &counts, n, now, last);
    return FH_OK;
}

static void json(const fh_answer *a, const fh_origin *origins, size_t n, fh_json *j)
{
    fh_json_object(j);
    fh_json_key(j, FH_STR("sources"));
    fh_json_array(j);
    for (size_t i = 0; i < n; i++) {
        const fh_origin *o = &origins[i];
        const struct {
            const char *key;
            uint64_t n;
        } counts[] = {{"origin", o->origin},
                      {"read", o->rows_done},
                      {"added", o->rows_added},
                      {"known", o->rows_known},
                      {"rejected", o->rows_rejected}};
        char time[FH_TIME_TEXT];
        fh_json_object(j);
        fh_put_text(j, "source", o->source);
        fh_put_text(j, "file", o->file);
        for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
            fh_json_key(j, fh_str_of(counts[k].key));
            fh_json_uint(j, counts[k].n);
        }
        fh_put_text(j, "started",
                    (fh_str){time, fh_time_format(o->started_ms, a->view.zone, time)});
        fh_put_text(j, "last", (fh_str){time, fh_time_format(o->last_ms, a->view.zone, time)});
        fh_put_bool(j, "complete", o->complete);
        fh_put_text(j, "mapping", o->mapping);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const fh_origin *origins = NULL;
    size_t n = 0;
    (void)opts;
    fh_status s = fh_origins(a->org, a->arena, &origins, &n, err);
    if (s) return s;
    if (fh_answer_is_json(a)) {
        json(a, origins, n, &a->json);
        return FH_OK;
    }
    fh_table t;
    s = table(a, origins, n, &t, err);
    return s ? s : fh_answer_table(a, &t, err);
}

const fh_question fh_question_sources = {
    .name = "sources",
    .summary = "list the imports, with counts and how fresh they are",
    .details = "Lists every import: from which source and file, how many interactions it\n"
               "added, how many were there already or were rejected, when, and whether it is\n"
               "complete.\n",
    .examples = "firsthand sources our.fh\n"
                "firsthand sources our.fh --format json\n",
    .options = option_table,
    .options_size = sizeof(options),
    .answer = answer,
};
