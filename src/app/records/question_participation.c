/* question_participation.c - who takes part in mending things, as shares. */
#include "app/ask/question.h"
#include "app/ask/words.h"
#include "app/records/participation.h"
#include "base/put.h"

#include <stddef.h>

typedef struct options {
    fh_asking ask;
} options;

static const fh_option option_table[] = {
    {0, "from", FH_OPTION_TEXT, offsetof(options, ask.from), "DATE",
     "what happened then or later: 2024-03-31, 2024-03, 2024 or an instant (default: 90 days ago)",
     NULL},
    {0, "until", FH_OPTION_TEXT, offsetof(options, ask.until), "DATE",
     "what happened before (default: now)", NULL},
    {'f', "format", FH_OPTION_CHOICE, offsetof(options, ask.format), "text|json|csv|xlsx",
     "for people or for programs (default text)", NULL},
    {0, "zone", FH_OPTION_TEXT, offsetof(options, ask.zone), "ZONE",
     "show times there: Europe/Berlin, +02:00 (default: the organisation's)", NULL},
    {0},
};

/* One figure: a share, or half of how many took no longer. */
typedef struct figure {
    const char *name, *title, *says;
    fh_part_of share;
    bool of_time;
    int64_t median_ms;
    fh_str more; /* a sentence behind the definition; may be empty */
} figure;

enum { N_FIGURES = 8 };

static void figures_of(const fh_answer *a, const fh_participation *p, figure out[N_FIGURES])
{
    const figure all[N_FIGURES] = {
        {.name = "took-part",
         .title = "Took part",
         .says = "Of the people who work here and may take part, those who told, owned, moved, "
                 "answered or said anything about a record, or drew a map.",
         .share = p->took_part},
        {.name = "across-departments",
         .title = "Worked on together by departments",
         .says = "Of the records and maps that several people of some department did something "
                 "about, those with people of several departments.",
         .share = p->across},
        {.name = "across-levels",
         .title = "Worked on together by levels",
         .says = "Of the records and maps that several people whose level is told did something "
                 "about, those with people of several levels.",
         .share = p->levels},
        {.name = "outside",
         .title = fh_called(a->arena, &a->view.calling, "For another department's {customers}"),
         .says = "Of what was told, found, fixed or offered and says which department it is about, "
                 "what was about another one than the author's, neither above nor below it.",
         .share = p->outside},
        {.name = "front-line-reports",
         .title = "Reports from the front line",
         .says =
             "Of the signals, aggravations, suggestions, findings and observations with a name, "
             "those by people with the role front line.",
         .share = p->reports,
         .more = p->unnamed ? fh_printed(a->arena, " Without a name, and of neither: %llu.",
                                         (unsigned long long)p->unnamed)
                            : (fh_str){"", 0}},
        {.name = "front-line-fixes",
         .title = "Small fixes from the front line",
         .says = "Of the fixes of a day's work at most, those begun by people with the role front "
                 "line.",
         .share = p->fixes},
        {.name = "pledges-kept",
         .title = "Pledges kept",
         .says = "Of the pledges that were said to be kept or not kept, or whose day passed.",
         .share = p->pledges},
        {.name = "time-to-share",
         .title = "Time to share information",
         .says = "From a request for information to its first answer: half took no longer.",
         .share = {0, p->shared},
         .of_time = true,
         .median_ms = p->share_ms,
         .more = p->waiting
                     ? fh_printed(a->arena, " Waiting now: %llu.", (unsigned long long)p->waiting)
                     : (fh_str){"", 0}},
    };
    for (size_t i = 0; i < N_FIGURES; i++) out[i] = all[i];
}

/* ---- Tables -------------------------------------------------------------------------------- */

static fh_str note(const fh_answer *a, const fh_participation *p)
{
    fh_buf words;
    fh_str out = {0};
    fh_buf_init(&words, NULL, 1000);
    fh_say_period(&words, p->from_ms, p->until_ms - 1, a->view.zone);
    fh_buf_printf(&words,
                  ". Nobody is named; departments and levels of fewer than %d people are told "
                  "together.",
                  FH_FEWEST);
    if (!fh_arena_str(a->arena, fh_buf_view(&words), &out)) out = (fh_str){0};
    fh_buf_free(&words);
    return out;
}

static fh_status figures_table(const fh_answer *a, const fh_participation *p, fh_table *out,
                               fh_error *err)
{
    static const fh_table_column columns[] = {
        {"figure", NULL, FH_CELL_TEXT},
        {"", "Figure", FH_CELL_TEXT},
        {"share", "Share", FH_CELL_SHARE},
        {"part", NULL, FH_CELL_COUNT},
        {"of", "Of", FH_CELL_COUNT},
        {"median_ms", "Half within", FH_CELL_DURATION},
        {"says", "What it counts", FH_CELL_TEXT},
    };
    enum { N = sizeof columns / sizeof columns[0] };
    figure f[N_FIGURES];
    figures_of(a, p, f);
    *out = (fh_table){.title = "Who takes part",
                      .note = note(a, p),
                      .columns = columns,
                      .n_columns = N,
                      .n_rows = N_FIGURES,
                      .cells = FH_NEW_ARRAY(a->arena, fh_cell, N * N_FIGURES)};
    if (!out->cells) return fh_no_memory(err);
    for (size_t i = 0; i < N_FIGURES; i++) {
        const bool told = f[i].share.of > 0, share = told && !f[i].of_time;
        fh_cell *cell = out->cells + N * i;
        *cell++ = fh_cell_text(fh_str_of(f[i].name));
        *cell++ = fh_cell_text(fh_str_of(f[i].title));
        *cell++ = share ? fh_cell_part(f[i].share.part, f[i].share.of) : fh_cell_none();
        *cell++ = share ? fh_cell_count(f[i].share.part) : fh_cell_none();
        *cell++ = told ? fh_cell_count(f[i].share.of) : fh_cell_none();
        *cell++ = told && f[i].of_time ? fh_cell_int(f[i].median_ms) : fh_cell_none();
        *cell = fh_cell_text(fh_printed(a->arena, "%s%.*s", f[i].says, FH_STR_ARG(f[i].more)));
    }
    return FH_OK;
}

#define AREA_COLUMNS                                                            \
    {"findings", "Findings", FH_CELL_COUNT}, {"fixes", "Fixes", FH_CELL_COUNT}, \
        {"walks", "Walks", FH_CELL_COUNT},                                      \
    {                                                                           \
        "maps", "Maps", FH_CELL_COUNT                                           \
    }

static void took_part_cells(const fh_took_part *t, fh_cell *cell)
{
    *cell++ = fh_cell_count(t->people);
    *cell++ = fh_cell_count(t->took_part);
    *cell++ = fh_cell_part(t->took_part, t->people);
    for (int i = 0; i < FH_N_PART_AREAS; i++) *cell++ = fh_cell_count(t->area[i]);
}

static fh_status groups_table(const fh_answer *a, const char *title, const fh_took_part *group,
                              size_t n, fh_table *out, fh_error *err)
{
    static const fh_table_column columns[] = {{"name", "", FH_CELL_TEXT},
                                              {"people", "People", FH_CELL_COUNT},
                                              {"took_part", "Took part", FH_CELL_COUNT},
                                              {"share", "Share", FH_CELL_SHARE},
                                              AREA_COLUMNS};
    enum { N = sizeof columns / sizeof columns[0] };
    *out = (fh_table){.title = title,
                      .columns = columns,
                      .n_columns = N,
                      .n_rows = n,
                      .cells = FH_NEW_ARRAY(a->arena, fh_cell, N * n + 1)};
    if (!out->cells) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) {
        fh_cell *cell = out->cells + N * i;
        *cell++ = fh_cell_text(group[i].name);
        took_part_cells(&group[i], cell);
    }
    return FH_OK;
}

static fh_status spans_table(const fh_answer *a, const fh_participation *p, fh_table *out,
                             fh_error *err)
{
    static const fh_table_column columns[] = {{"until", "Until", FH_CELL_TIME},
                                              {"people", "People", FH_CELL_COUNT},
                                              {"took_part", "Took part", FH_CELL_COUNT},
                                              {"share", "Share", FH_CELL_SHARE},
                                              AREA_COLUMNS};
    enum { N = sizeof columns / sizeof columns[0] };
    *out = (fh_table){.title = "Over time",
                      .note = FH_STR("Each as long as the period asked for. Of the people who are "
                                     "here now, those who were by then."),
                      .columns = columns,
                      .n_columns = N,
                      .n_rows = p->n_spans,
                      .cells = FH_NEW_ARRAY(a->arena, fh_cell, N * p->n_spans + 1)};
    if (!out->cells) return fh_no_memory(err);
    for (size_t i = 0; i < p->n_spans; i++) {
        const fh_part_span *w = &p->span[p->n_spans - 1 - i];
        fh_cell *cell = out->cells + N * i;
        *cell++ = fh_cell_int(w->until_ms);
        took_part_cells(&w->all, cell);
    }
    return FH_OK;
}

static fh_status pairs_table(const fh_answer *a, const fh_participation *p, fh_table *out,
                             fh_error *err)
{
    static const fh_table_column columns[] = {{"department", "Department", FH_CELL_TEXT},
                                              {"with", "With", FH_CELL_TEXT},
                                              {"things", "Records and maps", FH_CELL_COUNT}};
    enum { N = sizeof columns / sizeof columns[0] };
    *out = (fh_table){.title = "Who works together",
                      .note = FH_STR("Records and maps that people of both did something about."),
                      .columns = columns,
                      .n_columns = N,
                      .n_rows = p->n_pairs,
                      .cells = FH_NEW_ARRAY(a->arena, fh_cell, N * p->n_pairs + 1)};
    if (!out->cells) return fh_no_memory(err);
    for (size_t i = 0; i < p->n_pairs; i++) {
        fh_cell *cell = out->cells + N * i;
        *cell++ = fh_cell_text(p->department[p->pair[i].a].name);
        *cell++ = fh_cell_text(p->department[p->pair[i].b].name);
        *cell = fh_cell_count(p->pair[i].things);
    }
    return FH_OK;
}

/* ---- JSON ---------------------------------------------------------------------------------- */

static void figure_json(const fh_answer *a, const figure *f, fh_json *j)
{
    const bool told = f->share.of > 0;
    fh_json_object(j);
    fh_put_word(j, "figure", f->name);
    fh_put_word(j, "title", f->title);
    fh_put_number_where(j, "part", told && !f->of_time, f->share.part);
    fh_put_number_where(j, "of", told, f->share.of);
    fh_put_number_where(j, "median_ms", told && f->of_time, (uint64_t)f->median_ms);
    fh_put_text(j, "says", fh_printed(a->arena, "%s%.*s", f->says, FH_STR_ARG(f->more)));
    fh_json_end_object(j);
}

static void took_part_json(fh_json *j, const fh_took_part *t)
{
    fh_put_number(j, "people", t->people);
    fh_put_number(j, "took_part", t->took_part);
    for (int i = 0; i < FH_N_PART_AREAS; i++) fh_put_number(j, fh_part_areas[i], t->area[i]);
}

static void named_json(fh_json *j, const fh_took_part *d)
{
    fh_put_number_or_null(j, "department", d->department);
    fh_put_text(j, "name", d->name);
}

static void spans_json(const fh_answer *a, const fh_participation *p, fh_json *j)
{
    char at[FH_TIME_TEXT];
    fh_json_key(j, FH_STR("trend"));
    fh_json_array(j);
    for (size_t i = p->n_spans; i-- > 0;) {
        const fh_part_span *w = &p->span[i];
        fh_json_object(j);
        fh_put_text(j, "from", (fh_str){at, fh_time_format(w->from_ms, a->view.zone, at)});
        fh_put_text(j, "until", (fh_str){at, fh_time_format(w->until_ms, a->view.zone, at)});
        took_part_json(j, &w->all);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

static void pairs_json(const fh_participation *p, fh_json *j)
{
    fh_json_key(j, FH_STR("together"));
    fh_json_array(j);
    for (size_t i = 0; i < p->n_pairs; i++) {
        fh_json_object(j);
        fh_json_key(j, FH_STR("one"));
        fh_json_object(j);
        named_json(j, &p->department[p->pair[i].a]);
        fh_json_end_object(j);
        fh_json_key(j, FH_STR("other"));
        fh_json_object(j);
        named_json(j, &p->department[p->pair[i].b]);
        fh_json_end_object(j);
        fh_put_number(j, "things", p->pair[i].things);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

static void json(const fh_answer *a, const fh_participation *p, fh_json *j)
{
    char at[FH_TIME_TEXT];
    figure f[N_FIGURES];
    figures_of(a, p, f);
    fh_json_object(j);
    fh_put_text(j, "from", (fh_str){at, fh_time_format(p->from_ms, a->view.zone, at)});
    fh_put_text(j, "until", (fh_str){at, fh_time_format(p->until_ms, a->view.zone, at)});
    fh_put_text(j, "says", note(a, p));
    fh_json_key(j, FH_STR("figures"));
    fh_json_array(j);
    for (size_t i = 0; i < N_FIGURES; i++) figure_json(a, &f[i], j);
    fh_json_end_array(j);
    fh_json_key(j, FH_STR("departments"));
    fh_json_array(j);
    for (size_t i = 0; i < p->n_departments; i++) {
        fh_json_object(j);
        named_json(j, &p->department[i]);
        took_part_json(j, &p->department[i]);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_key(j, FH_STR("levels"));
    fh_json_array(j);
    for (size_t i = 0; i < p->n_levels; i++) {
        fh_json_object(j);
        fh_put_text(j, "name", p->level[i].name);
        took_part_json(j, &p->level[i]);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    spans_json(a, p, j);
    pairs_json(p, j);
    fh_json_end_object(j);
}

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const fh_filter *asked = &a->view.filter;
    const fh_os *os = fh_org_os(a->org);
    const int64_t now_ms = os->now_ms(os->ctx);
    const int64_t until_ms = asked->has_until ? asked->until_ms : now_ms + 1;
    const int64_t from_ms =
        asked->has_from ? asked->from_ms : until_ms - FH_PARTICIPATION_DAYS * FH_DAY_MS;
    fh_participation p;
    fh_table table;
    (void)opts;
    if (from_ms >= until_ms) return fh_fail(err, FH_INVALID, "the period ends before it begins");
    fh_status s = fh_participation_of(a->org, from_ms, until_ms, a->arena, &p, err);
    if (s) return s;
    if (fh_answer_is_json(a)) {
        json(a, &p, &a->json);
        return FH_OK;
    }
    s = figures_table(a, &p, &table, err);
    if (!s) s = fh_answer_table(a, &table, err);
    if (s || !p.n_departments) return s;
    s = groups_table(a, "By department", p.department, p.n_departments, &table, err);
    if (!s) s = fh_answer_table(a, &table, err);
    if (!s) s = groups_table(a, "By level", p.level, p.n_levels, &table, err);
    if (!s) s = fh_answer_table(a, &table, err);
    if (!s) s = spans_table(a, &p, &table, err);
    if (!s && p.n_spans > 1) s = fh_answer_table(a, &table, err);
    if (!s) s = pairs_table(a, &p, &table, err);
    return s || !p.n_pairs ? s : fh_answer_table(a, &table, err);
}

extern const fh_question fh_question_participation;
const fh_question fh_question_participation = {
    .name = "participation",
    .summary = "show who takes part in mending things: shares, never people",
    .details = "What share of the people take part in findings, fixes, walks and maps, by\n"
               "department, by level and over time; which departments work together; how much\n"
               "is done for other departments' customers; how much comes from the front line;\n"
               "how many pledges are kept; how long it takes to share information. Nobody is\n"
               "named or ranked: departments and levels of fewer than five people are told\n"
               "together. CSV has the figures.\n",
    .examples = "firsthand participation our.fh\n"
                "firsthand participation our.fh --from 2024-01 --until 2024-04 --format json\n",
    .options = option_table,
    .options_size = sizeof(options),
    .answer = answer,
};
