/* cmd_kinds.c - `firsthand kinds`: which kinds of records there are; checks a declaration. */
#include "app/records/records.h"
#include "base/put.h"
#include "cli/answer.h"

#include <stddef.h>

typedef struct options {
    fh_str check, show;
    bool words;
    uint32_t format;
} options;

static const fh_option option_table[] = {
    {'c', "check", FH_OPTION_TEXT, offsetof(options, check), "FILE",
     "check a declaration: every mistake with its line and what was probably meant", NULL},
    {0, "show", FH_OPTION_TEXT, offsetof(options, show), "KIND", "print how a kind is declared",
     NULL},
    {'w', "words", FH_OPTION_FLAG, offsetof(options, words), NULL,
     "list the conditions and the figures that declarations may name", NULL},
    {'f', "format", FH_OPTION_CHOICE, offsetof(options, format), "text|json|csv",
     "for people or for programs (default text)", NULL},
    {0},
};

enum { JSON = 1, CSV = 2, PAGE_MAX = 1 << 24 };

/* ---- Checking ---------------------------------------------------------------------- */

static fh_status check(const cli_io *io, fh_org *org, const options *o, fh_error *err)
{
    fh_buf text;
    const fh_kind *k = NULL;
    const fh_kind_problem *problem = NULL;
    size_t n = 0;
    fh_buf_init(&text, NULL, FH_KIND_TEXT_MAX + 1);
    fh_status s = fh_os_read_file(io->os, o->check.ptr, FH_KIND_TEXT_MAX, &text, err);
    if (s == FH_OK) s = fh_kind_try(org, fh_buf_view(&text), io->arena, &k, &problem, &n, err);
    fh_buf_free(&text);
    for (size_t i = 0; i < n; i++)
        fprintf(io->out, "%s:%u:%u: %.*s%s%.*s\n", o->check.ptr, problem[i].line, problem[i].column,
                FH_STR_ARG(problem[i].what), problem[i].remedy.len ? " " : "",
                FH_STR_ARG(problem[i].remedy));
    if (s == FH_OK)
        fprintf(io->out, "'%.*s' is well declared: %u fields, %u states, %u moves, %u clocks.\n",
                FH_STR_ARG(k->name), k->n_fields, k->n_states, k->n_moves, k->n_clocks);
    if (s != FH_FORMAT) return s;
    (void)fh_fail(err, s, "%zu %s in %s", n, n == 1 ? "mistake" : "mistakes", o->check.ptr);
    return fh_hint(err, s, "The handbook's chapter on kinds tells the language.");
}

/* ---- Words ------------------------------------------------------------------------- */

typedef struct known {
    const fh_known_word *list;
    const char *as;
} known;

static const known knowns[] = {{fh_known_conditions, "condition"}, {fh_known_computed, "computed"}};
enum { N_KNOWNS = sizeof knowns / sizeof knowns[0] };

static void words_json(fh_json *j)
{
    fh_json_object(j);
    fh_json_key(j, FH_STR("words"));
    fh_json_array(j);
    for (size_t l = 0; l < N_KNOWNS; l++) {
        for (const fh_known_word *w = knowns[l].list; w->word; w++) {
            fh_json_object(j);
            fh_put_word(j, "word", w->word);
            fh_put_word(j, "as", knowns[l].as);
            fh_put_word(j, "means", w->means);
            fh_json_end_object(j);
        }
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}

static fh_status words_table(const cli_io *io, bool csv, fh_error *err)
{
    static const fh_table_column columns[] = {{"word", "Word", FH_CELL_TEXT},
                                              {"as", "As", FH_CELL_TEXT},
                                              {"means", "What it means", FH_CELL_TEXT}};
    size_t n = 0;
    for (size_t l = 0; l < N_KNOWNS; l++)
        for (const fh_known_word *w = knowns[l].list; w->word; w++) n++;
    fh_table t = {.title = "Words that declarations may use",
                  .note = FH_STR("A move needs conditions; a figure is a field 'computed' so."),
                  .columns = columns,
                  .n_columns = 3,
                  .n_rows = n};
    t.cells = FH_NEW_ARRAY(io->arena, fh_cell, 3 * n);
    if (!t.cells) return fh_no_memory(err);
    fh_cell *cell = t.cells;
    for (size_t l = 0; l < N_KNOWNS; l++) {
        for (const fh_known_word *w = knowns[l].list; w->word; w++) {
            *cell++ = fh_cell_text(fh_str_of(w->word));
            *cell++ = fh_cell_text(fh_str_of(knowns[l].as));
            *cell++ = fh_cell_text(fh_str_of(w->means));
        }
    }
    return cli_print_table(io, &t, NULL, csv, err);
}

/* ---- Listing ----------------------------------------------------------------------- */

/* Whose it is: comes with Firsthand, changed, own. */
static fh_status standing(const cli_io *io, fh_org *org, const fh_kind *k, fh_kind_stored *out,
                          fh_error *err)
{
    *out = (fh_kind_stored){.name = k->name, .active = true};
    return org ? fh_kind_stored_get(org, k->name, io->arena, out, err) : FH_OK;
}

static const char *standing_words(const fh_kind_stored *s)
{
    if (!s->active) return s->own ? "own, put away" : "put away";
    if (s->own) return "own";
    return s->declared.len ? "changed" : "";
}

static bool who_makes(const cli_io *io, fh_who who, fh_str *out)
{
    fh_buf text;
    fh_buf_init(&text, fh_arena_allocator(io->arena), 1000);
    for (uint32_t i = 0; i < FH_N_WHO; i++) {
        if (!(who >> i & 1)) continue;
        if (text.len) fh_buf_text(&text, ", ");
        fh_buf_text(&text, fh_who_word((fh_who_bit)i));
    }
    const bool ok = !text.status && fh_arena_str(io->arena, fh_buf_view(&text), out);
    fh_buf_free(&text);
    return ok;
}

static fh_status list_table(const cli_io *io, fh_org *org, const fh_kind *const *kind, size_t n,
                            bool csv, fh_error *err)
{
    static const fh_table_column columns[] = {
        {"kind", "Kind", FH_CELL_TEXT},         {"title", "Title", FH_CELL_TEXT},
        {"page", "Page", FH_CELL_TEXT},         {"fields", "Fields", FH_CELL_COUNT},
        {"states", "States", FH_CELL_COUNT},    {"moves", "Moves", FH_CELL_COUNT},
        {"clocks", "Clocks", FH_CELL_COUNT},    {"made_by", "Made by", FH_CELL_TEXT},
        {"standing", "Standing", FH_CELL_TEXT}, {"says", NULL, FH_CELL_TEXT}};
    enum { N = sizeof columns / sizeof columns[0] };
    fh_table t = {.title = "Kinds of records",
                  .columns = columns,
                  .n_columns = N,
                  .n_rows = n,
                  .note = org ? FH_STR("Those that come with Firsthand, and the organisation's.")
                              : FH_STR("Those that come with Firsthand.")};
    t.cells = FH_NEW_ARRAY(io->arena, fh_cell, N * n + 1);
    if (!t.cells) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) {
        const fh_kind *k = kind[i];
        fh_kind_stored stored;
        fh_str who;
        const fh_status s = standing(io, org, k, &stored, err);
        if (s) return s;
        if (!who_makes(io, k->by, &who)) return fh_no_memory(err);
        fh_cell *cell = t.cells + N * i;
        *cell++ = fh_cell_text(k->name);
        *cell++ = fh_cell_text(k->title);
        *cell++ = fh_cell_text(k->page);
        *cell++ = fh_cell_int(k->n_fields);
        *cell++ = fh_cell_int(k->n_states);
        *cell++ = fh_cell_int(k->n_moves);
        *cell++ = fh_cell_int(k->n_clocks);
        *cell++ = fh_cell_text(who);
        *cell++ = fh_cell_text(fh_str_of(standing_words(&stored)));
        *cell = fh_cell_text(k->says);
    }
    return cli_print_table(io, &t, NULL, csv, err);
}

static fh_status list_json(const cli_io *io, fh_org *org, const fh_kind *const *kind, size_t n,
                           fh_json *j, fh_error *err)
{
    fh_json_object(j);
    fh_json_key(j, FH_STR("kinds"));
    fh_json_array(j);
    for (size_t i = 0; i < n; i++) {
        fh_kind_stored stored;
        const fh_status s = standing(io, org, kind[i], &stored, err);
        if (s) return s;
        fh_json_object(j);
        fh_kind_members_json(kind[i], j);
        fh_put_bool(j, "own", stored.own);
        fh_put_bool(j, "active", stored.active);
        fh_put_int(j, "version", stored.version);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
    return FH_OK;
}

static fh_status list(const cli_io *io, fh_org *org, const options *o, fh_json *j, fh_error *err)
{
    const fh_kind *const *kind = NULL;
    size_t n = 0;
    const fh_status s = fh_kinds_all(org, io->arena, &kind, &n, err);
    if (s) return s;
    return o->format == JSON ? list_json(io, org, kind, n, j, err)
                             : list_table(io, org, kind, n, o->format == CSV, err);
}

static fh_status show(const cli_io *io, fh_org *org, const options *o, fh_json *j, fh_error *err)
{
    const fh_kind *const *kind = NULL;
    size_t n = 0, i = 0;
    const fh_status s = fh_kinds_all(org, io->arena, &kind, &n, err);
    if (s) return s;
    while (i < n && !fh_str_eq(kind[i]->name, o->show)) i++;
    if (i == n) {
        (void)fh_fail(err, FH_NOTFOUND, "there is no kind '%.*s'", FH_STR_ARG(o->show));
        return fh_hint(err, FH_NOTFOUND, "'firsthand kinds' lists what there is.");
    }
    if (o->format == JSON)
        fh_kind_json(kind[i], j);
    else
        fh_buf_str(j->out, kind[i]->text);
    return FH_OK;
}

static fh_status answer(const cli_io *io, fh_org *org, const options *o, fh_error *err)
{
    fh_buf out;
    fh_json j;
    fh_status s = FH_OK;
    fh_buf_init(&out, NULL, PAGE_MAX);
    fh_json_begin(&j, &out, 0);
    if (o->show.len)
        s = show(io, org, o, &j, err);
    else if (!o->words)
        s = list(io, org, o, &j, err);
    else if (o->format == JSON)
        words_json(&j);
    else
        s = words_table(io, o->format == CSV, err);
    if (out.len && o->format == JSON) fh_buf_char(&out, '\n');
    if (s == FH_OK && out.len) s = cli_write(io, &out, err);
    fh_buf_free(&out);
    return s;
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    const options *o = opts;
    fh_org *org = NULL;
    if ((o->check.len > 0) + (o->show.len > 0) + o->words > 1) {
        (void)fh_fail(err, FH_INVALID, "--check, --show and --words are three questions");
        return fh_hint(err, FH_INVALID, "Ask one at a time.");
    }
    fh_status s = n_args ? fh_org_open(io->os, args[0].ptr, FH_ORG_READ, &org, err) : FH_OK;
    if (!s) s = o->check.len ? check(io, org, o, err) : answer(io, org, o, err);
    fh_org_close(org);
    return s;
}

const cli_command cmd_kinds = {
    .name = "kinds",
    .synopsis = "[options] [ORG.fh]",
    .summary = "list kinds of records, or check how one is declared",
    .details = "Everything people do about what customers live through is a record of a kind:\n"
               "a promise, a fix, a pledge. Lists the kinds that come with Firsthand; of an\n"
               "organisation also its own. A kind is declared in a text that people can read:\n"
               "--show prints one to start from, --check tells what does not fit, --words what\n"
               "moves may need and which figures can be worked out.\n",
    .examples = "firsthand kinds our.fh\n"
                "firsthand kinds --show promise\n"
                "firsthand kinds --check visit.kind our.fh\n"
                "firsthand kinds --words\n",
    .options = option_table,
    .options_size = sizeof(options),
    .min_args = 0,
    .max_args = 1,
    .run = run,
};
