/* question_forgotten.c - which touchpoints nobody looks after: before, during and after doing
 * business (attended.h). */
#include "app/ask/question.h"
#include "app/ask/view_parts.h"
#include "app/find/attended.h"
#include "base/put.h"

#include <stddef.h>

typedef struct options {
    fh_asking ask;
    uint32_t when; /* 0: all */
    uint64_t least, top;
} options;

static const fh_option option_table[] = {
    {0, "when", FH_OPTION_CHOICE, offsetof(options, when), "all|before|during|after|unmapped",
     "only before, during or after doing business, or what is on no map (default all)", NULL},
    {0, "least", FH_OPTION_COUNT, offsetof(options, least), "N",
     "only what lacks so many of owner, walk, feedback and contact (default 1)", NULL},
    {'n', "top", FH_OPTION_COUNT, offsetof(options, top), "N",
     "at most so many (default: 20 as text, all for programs)", NULL},
    {'f', "format", FH_OPTION_CHOICE, offsetof(options, ask.format), "text|json|csv|xlsx",
     "for people or for programs (default text)", NULL},
    {0, "zone", FH_OPTION_TEXT, offsetof(options, ask.zone), "ZONE",
     "show times there: Europe/Berlin, +02:00 (default: the organisation's)", NULL},
    {0},
};
static const options defaults = {.least = 1, .top = FH_TOP_DEFAULT};

static const char *const whens[] = {"before", "during", "after", ""};
enum { N_WHENS = sizeof whens / sizeof whens[0] };

static bool is_asked(const options *o, const fh_attended *r)
{
    return fh_lacks_n(r->lacks) >= o->least &&
           (!o->when || fh_str_eq(fh_str_of(r->when), fh_str_of(whens[o->when - 1])));
}

/* 0 is all. */
static size_t top_of(const options *o)
{
    const size_t top = fh_asking_top(&o->ask, o->top);
    return top ? top : SIZE_MAX;
}

/* ---- As JSON ------------------------------------------------------------------------------- */

/* How many there are, and how many lack two and more. */
static void put_counts(const fh_attended *r, size_t n, fh_json *j)
{
    fh_put_key(j, "when");
    fh_json_array(j);
    for (size_t w = 0; w < N_WHENS; w++) {
        uint64_t all = 0, lacking = 0, two = 0;
        for (size_t i = 0; i < n; i++) {
            if (!fh_str_eq(fh_str_of(r[i].when), fh_str_of(whens[w]))) continue;
            all++;
            lacking += r[i].lacks != 0;
            two += fh_lacks_n(r[i].lacks) >= 2;
        }
        fh_json_object(j);
        fh_put_text_or_null(j, "when", fh_str_of(whens[w]));
        fh_put_number(j, "touchpoints", all);
        fh_put_number(j, "lacking", lacking);
        fh_put_number(j, "forgotten", two);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

static void put_row(const fh_attended *r, fh_json *j)
{
    fh_json_object(j);
    fh_put_text(j, "touchpoint", r->name);
    fh_put_number_or_null(j, "number", r->touchpoint);
    fh_put_text_or_null(j, "when", fh_str_of(r->when));
    fh_put_key(j, "map");
    if (r->map)
        fh_json_int(j, r->map);
    else
        fh_json_null(j);
    fh_put_text_or_null(j, "map_title", r->map_title);
    fh_put_text_or_null(j, "id", r->id);
    fh_put_text_or_null(j, "owner", r->owner);
    fh_put_key(j, "lacks");
    fh_json_array(j);
    for (uint32_t i = 0; i < FH_LACKS; i++)
        if (r->lacks >> i & 1) fh_json_str(j, fh_str_of(fh_lacks_words[i]));
    fh_json_end_array(j);
    fh_put_text_or_null(j, "instead", r->instead);
    fh_put_number(j, "customers", r->stories);
    fh_put_number(j, "contacts", r->count);
    fh_put_number(j, "scores", r->n_scores);
    fh_put_time_or_null(j, "last", r->count ? r->last_ms : 0);
    fh_json_end_object(j);
}

static void put_json(const options *o, const fh_attended *r, size_t n, size_t top, fh_json *j)
{
    size_t shown = 0;
    fh_json_object(j);
    put_counts(r, n, j);
    fh_put_key(j, "items");
    fh_json_array(j);
    for (size_t i = 0; i < n && shown < top; i++) {
        if (!is_asked(o, &r[i])) continue;
        put_row(&r[i], j);
        shown++;
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}

/* ---- As a table ---------------------------------------------------------------------------- */

static fh_status lacks_words(fh_arena *arena, uint32_t lacks, fh_str *out, fh_error *err)
{
    fh_buf text;
    fh_buf_init(&text, fh_arena_allocator(arena), 200);
    for (uint32_t i = 0; i < FH_LACKS; i++) {
        if (!(lacks >> i & 1)) continue;
        if (text.len) fh_buf_text(&text, ", ");
        fh_buf_text(&text, fh_lacks_words[i]);
    }
    const bool kept = !text.status && fh_arena_str(arena, fh_buf_view(&text), out);
    fh_buf_free(&text);
    return kept ? FH_OK : fh_no_memory(err);
}

static fh_status table(const fh_answer *a, const options *o, const fh_attended *r, size_t n,
                       fh_table *out, fh_error *err)
{
    const fh_table_column columns[] = {
        {"touchpoint", "Touchpoint", FH_CELL_TEXT},
        {"when", "When", FH_CELL_TEXT},
        {"lacks", "It has no", FH_CELL_TEXT},
        {"customers", a->view.calling.Many, FH_CELL_COUNT},
        {"last", "Last contact", FH_CELL_TIME},
        {"owner", "Owner on the map", FH_CELL_TEXT},
        {"map", "Map", FH_CELL_TEXT},
    };
    enum { COLUMNS = sizeof columns / sizeof columns[0] };
    const size_t top = top_of(o);
    fh_table_column *kept = FH_NEW_ARRAY(a->arena, fh_table_column, COLUMNS);
    size_t shown = 0, all = 0;
    *out = (fh_table){.title = "Who looks after what", .columns = kept, .n_columns = COLUMNS};
    out->cells = FH_NEW_ARRAY(a->arena, fh_cell, (n + 1) * COLUMNS);
    if (!out->cells || !kept) return fh_no_memory(err);
    for (size_t i = 0; i < COLUMNS; i++) kept[i] = columns[i];
    for (size_t i = 0; i < n; i++) {
        fh_str lacks = {"", 0};
        if (!is_asked(o, &r[i])) continue;
        if (++all > top) continue;
        const fh_status s = lacks_words(a->arena, r[i].lacks, &lacks, err);
        if (s) return s;
        fh_cell *cell = fh_table_row(out, shown++);
        *cell++ = fh_cell_text(r[i].name);
        *cell++ = fh_cell_text(r[i].map ? fh_str_of(r[i].when) : FH_STR("on no map"));
        *cell++ = fh_cell_text(lacks);
        *cell++ = fh_cell_count(r[i].stories);
        *cell++ = r[i].count ? fh_cell_int(r[i].last_ms) : fh_cell_none();
        *cell++ = fh_cell_text(r[i].owner);
        *cell = fh_cell_text(r[i].map_title);
    }
    out->n_rows = shown;
    if (!fh_arena_format(a->arena, &out->note,
                         "%zu of %zu touchpoints. Feedback is any score that was given there; "
                         "contact is one within the last %d days.",
                         all, n, FH_LATELY_DAYS))
        return fh_no_memory(err);
    return FH_OK;
}

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const options *o = opts;
    const fh_attended *row = NULL;
    size_t n = 0;
    fh_table t;
    if (o->least > FH_LACKS) return fh_fail(err, FH_INVALID, "least is at most %d", (int)FH_LACKS);
    fh_status s = fh_attended_all(&a->view, &row, &n, err);
    if (s) return s;
    if (fh_answer_is_json(a)) {
        put_json(o, row, n, top_of(o), &a->json);
        return FH_OK;
    }
    s = table(a, o, row, n, &t, err);
    return s ? s : fh_answer_table(a, &t, err);
}

extern const fh_question fh_question_forgotten;
const fh_question fh_question_forgotten = {
    .name = "forgotten",
    .summary = "list touchpoints that nobody looks after, before, during and after business",
    .details = "Every touchpoint of the intended maps, and those met in stories that stand on no\n"
               "map: whether it comes before, during or after doing business, and which of owner,\n"
               "walk, feedback and contact of late it lacks; what lacks most comes first. A claim\n"
               "or a walk that is written down takes it off the list. --least 2 lists what is\n"
               "forgotten rather than neglected; --least 0 lists all.\n",
    .examples = "firsthand forgotten our.fh\n"
                "firsthand forgotten our.fh --when after --least 2 --format csv\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .answer = answer,
};
