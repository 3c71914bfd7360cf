/* cmd_identify.c - `firsthand identify`: who is who, merging and undoing it.
 *
 *     identify ORG.fh                        kinds, suggestions, merges
 *     identify ORG.fh WHO                    the identifiers of one
 *     identify ORG.fh --merge FROM INTO      FROM becomes INTO; --preview: only tell
 *     identify ORG.fh --undo N               take merge N back
 *     identify ORG.fh --kind phone=unique
 */
#include "app/words.h"
#include "cli/answer.h"
#include "store/identities.h"

#include <stddef.h>
#include <string.h>

typedef struct options {
    bool merge, preview;
    fh_str why, kind, zone;
    uint64_t undo;
    uint32_t format;
} options;

static const cli_option option_table[] = {
    {'m', "merge", CLI_FLAG, offsetof(options, merge), NULL,
     "the first customer named is the second: put their stories together", NULL},
    {0, "preview", CLI_FLAG, offsetof(options, preview), NULL,
     "with --merge: only show both, change nothing", NULL},
    {0, "why", CLI_TEXT, offsetof(options, why), "TEXT", "with --merge: the reason, for the log",
     NULL},
    {'u', "undo", CLI_COUNT, offsetof(options, undo), "N", "take merge number N back", NULL},
    {'k', "kind", CLI_TEXT, offsetof(options, kind), "KIND=shared|unique",
     "say whether several customers may have the same identifier of a kind", NULL},
    {'f', "format", CLI_CHOICE, offsetof(options, format), "text|json|csv",
     "for people or for programs (default text)", NULL},
    {0, "zone", CLI_TEXT, offsetof(options, zone), "ZONE",
     "show times there: Europe/Berlin, +02:00 (default: the organisation's)", NULL},
    {0},
};

/* ---- Overview: kinds, suggestions, merges ------------------------------------------ */

typedef struct overview {
    uint64_t customers, identifiers, problems;
    const fh_kind *kind;
    const fh_suggestion *suggestion;
    const fh_merge *merge;
    size_t n_kinds, n_suggestions, n_merges;
} overview;

static fh_status look_over(const cli_answer *a, overview *o, fh_error *err)
{
    fh_arena *arena = a->io->arena;
    fh_status s = fh_identity_counts(a->org, &o->customers, &o->identifiers, &o->problems, err);
    if (!s) s = fh_identity_kinds(a->org, arena, &o->kind, &o->n_kinds, err);
    if (!s) s = fh_identity_suggestions(a->org, arena, &o->suggestion, &o->n_suggestions, err);
    if (!s) s = fh_identity_merges(a->org, arena, &o->merge, &o->n_merges, err);
    return s;
}

static void put_key(fh_json *j, const char *key)
{
    fh_json_key(j, fh_str_of(key));
}

static void merges_json(const cli_answer *a, const overview *o, fh_json *j)
{
    put_key(j, "merges");
    fh_json_array(j);
    for (size_t i = 0; i < o->n_merges; i++) {
        const fh_merge *m = &o->merge[i];
        char time[FH_TIME_TEXT];
        fh_json_object(j);
        put_key(j, "merge");
        fh_json_int(j, m->merge);
        put_key(j, "from");
        fh_json_uint(j, m->from);
        put_key(j, "into");
        fh_json_uint(j, m->into);
        put_key(j, "time");
        fh_json_str(j, (fh_str){time, fh_time_format(m->at_ms, a->view.zone, time)});
        put_key(j, "why");
        fh_json_str(j, m->why);
        put_key(j, "undone");
        fh_json_bool(j, m->undone);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

static void overview_json(const cli_answer *a, const overview *o, fh_json *j)
{
    fh_json_object(j);
    put_key(j, "customers");
    fh_json_uint(j, o->customers);
    put_key(j, "identifiers");
    fh_json_uint(j, o->identifiers);
    put_key(j, "problems");
    fh_json_uint(j, o->problems);
    put_key(j, "kinds");
    fh_json_array(j);
    for (size_t i = 0; i < o->n_kinds; i++) {
        fh_json_object(j);
        put_key(j, "kind");
        fh_json_str(j, o->kind[i].name);
        put_key(j, "shared");
        fh_json_bool(j, o->kind[i].shared);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    put_key(j, "suggestions");
    fh_json_array(j);
    for (size_t i = 0; i < o->n_suggestions; i++) {
        fh_json_object(j);
        put_key(j, "a");
        fh_json_uint(j, o->suggestion[i].a);
        put_key(j, "b");
        fh_json_uint(j, o->suggestion[i].b);
        put_key(j, "why");
        fh_json_str(j, o->suggestion[i].why);
        put_key(j, "times");
        fh_json_uint(j, o->suggestion[i].times);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    merges_json(a, o, j);
    fh_json_end_object(j);
}

static fh_status new_cells(const cli_answer *a, fh_table *t, fh_error *err)
{
    t->cells = FH_NEW_ARRAY(a->io->arena, fh_cell, t->n_rows * t->n_columns + 1);
    return t->cells ? FH_OK : fh_no_memory(err);
}

static fh_cell number(const cli_answer *a, uint32_t customer)
{
    return fh_cell_text(fh_text(a->io->arena, "#%u", customer));
}

static fh_status kinds_table(cli_answer *a, const overview *o, fh_error *err)
{
    static const fh_table_column columns[] = {{"kind", "Kind", FH_CELL_TEXT},
                                              {"shared", "Who has one", FH_CELL_TEXT}};
    fh_table t = {.title = "Who is who", .columns = columns, .n_columns = 2, .n_rows = o->n_kinds};
    fh_buf note;
    fh_buf_init(&note, NULL, 1024);
    fh_say_number_of(&note, o->customers, "customer", "customers");
    fh_buf_text(&note, " known by ");
    fh_say_number_of(&note, o->identifiers, "identifier", "identifiers");
    fh_buf_text(&note, ". A unique identifier belongs to one customer, a shared one to several.");
    fh_status s = new_cells(a, &t, err);
    if (!s && !fh_arena_str(a->io->arena, fh_buf_view(&note), &t.note)) s = fh_no_memory(err);
    fh_buf_free(&note);
    for (size_t i = 0; !s && i < o->n_kinds; i++) {
        t.cells[2 * i] = fh_cell_text(o->kind[i].name);
        t.cells[2 * i + 1] =
            fh_cell_text(o->kind[i].shared ? FH_STR("shared by several") : FH_STR("unique"));
    }
    return s ? s : cli_answer_table(a, &t, err);
}

static fh_status suggestions_table(cli_answer *a, const overview *o, fh_error *err)
{
    static const fh_table_column columns[] = {{"a", "Customer", FH_CELL_TEXT},
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
    return cli_answer_table(a, &t, err);
}

static fh_status merges_table(cli_answer *a, const overview *o, fh_error *err)
{
    static const fh_table_column columns[] = {
        {"merge", "Merge", FH_CELL_COUNT}, {"from", "Customer", FH_CELL_TEXT},
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
    return cli_answer_table(a, &t, err);
}

static fh_status show_overview(cli_answer *a, fh_error *err)
{
    overview o = {0};
    fh_status s = look_over(a, &o, err);
    if (s) return s;
    if (cli_wants_json(a)) {
        fh_json j;
        fh_json_begin(&j, &a->out, 0);
        overview_json(a, &o, &j);
        return cli_answer_json(a, err);
    }
    s = kinds_table(a, &o, err);
    if (!s && o.n_suggestions) s = suggestions_table(a, &o, err);
    if (!s && o.n_merges) s = merges_table(a, &o, err);
    return s;
}

/* ---- Customers side by side ----------------------------------------------------------- */

typedef struct person {
    uint32_t customer;
    const fh_identity *identity;
    const fh_told *told;
    size_t n_identities, n_told;
} person;

static fh_status meet(const cli_answer *a, fh_str who, person *out, fh_error *err)
{
    fh_status s = fh_identity_find(a->org, who, &out->customer, err);
    if (!s)
        s = fh_identity_of(a->org, out->customer, a->io->arena, &out->identity, &out->n_identities,
                           err);
    if (!s) s = fh_store_story(a->org, out->customer, a->io->arena, &out->told, &out->n_told, err);
    return s == FH_NOTFOUND && out->n_identities ? FH_OK : s;
}

static void person_json(const person *p, fh_json *j)
{
    fh_json_object(j);
    put_key(j, "customer");
    fh_json_uint(j, p->customer);
    put_key(j, "interactions");
    fh_json_uint(j, p->n_told);
    put_key(j, "identifiers");
    fh_json_array(j);
    for (size_t i = 0; i < p->n_identities; i++) {
        fh_json_object(j);
        put_key(j, "kind");
        fh_json_str(j, p->identity[i].kind);
        put_key(j, "value");
        fh_json_str(j, p->identity[i].value);
        put_key(j, "shared");
        fh_json_bool(j, p->identity[i].shared);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}

static fh_str describe(const cli_answer *a, const person *p)
{
    fh_buf words;
    fh_buf_init(&words, NULL, 1024);
    fh_buf_printf(&words, "#%u has ", p->customer);
    fh_say_number_of(&words, p->n_told, "interaction", "interactions");
    if (p->n_told) {
        fh_buf_text(&words, ", ");
        fh_say_period(&words, p->told[0].at_ms, p->told[p->n_told - 1].at_ms, a->view.zone);
    }
    fh_buf_text(&words, ".");
    fh_str out = {0};
    if (!fh_arena_str(a->io->arena, fh_buf_view(&words), &out)) out = (fh_str){0};
    fh_buf_free(&words);
    return out;
}

static fh_status show_people(cli_answer *a, const person *people, size_t n, fh_error *err)
{
    static const fh_table_column columns[] = {{"customer", "Customer", FH_CELL_TEXT},
                                              {"kind", "Kind", FH_CELL_TEXT},
                                              {"identifier", "Identifier", FH_CELL_TEXT},
                                              {"shared", "Who has it", FH_CELL_TEXT}};
    fh_table t = {.title = "Who is who", .columns = columns, .n_columns = 4};
    for (size_t i = 0; i < n; i++) {
        const fh_str one = describe(a, &people[i]);
        t.n_rows += people[i].n_identities;
        t.note =
            fh_text(a->io->arena, "%.*s%s%.*s", FH_STR_ARG(t.note), i ? " " : "", FH_STR_ARG(one));
    }
    const fh_status s = new_cells(a, &t, err);
    if (s) return s;
    fh_cell *cell = t.cells;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < people[i].n_identities; k++) {
            const fh_identity *id = &people[i].identity[k];
            *cell++ = number(a, people[i].customer);
            *cell++ = fh_cell_text(id->kind);
            *cell++ = fh_cell_text(id->value);
            *cell++ = fh_cell_text(id->shared ? FH_STR("shared by several") : FH_STR("unique"));
        }
    }
    return cli_answer_table(a, &t, err);
}

static fh_status show(cli_answer *a, const fh_str *who, size_t n, fh_error *err)
{
    person people[2] = {{0}};
    fh_status s = FH_OK;
    for (size_t i = 0; !s && i < n; i++) s = meet(a, who[i], &people[i], err);
    if (s) return s;
    if (!cli_wants_json(a)) return show_people(a, people, n, err);
    fh_json j;
    fh_json_begin(&j, &a->out, 0);
    fh_json_array(&j);
    for (size_t i = 0; i < n; i++) person_json(&people[i], &j);
    fh_json_end_array(&j);
    return cli_answer_json(a, err);
}

/* ---- Changes ------------------------------------------------------------------------------ */

static fh_status merge(const cli_io *io, fh_org *org, const options *o, const fh_str *args,
                       fh_error *err)
{
    uint32_t from, into;
    int64_t merged;
    fh_status s = fh_identity_find(org, args[1], &from, err);
    if (!s) s = fh_identity_find(org, args[2], &into, err);
    if (!s && from == into) s = fh_fail(err, FH_CONFLICT, "both are customer #%u already", from);
    if (!s) s = fh_identity_merge(org, from, into, o->why, &merged, err);
    if (s) return s;
    fprintf(io->out, "Customer #%u is now #%u. This is merge %lld; to take it back:\n", from, into,
            (long long)merged);
    fprintf(io->out, "  firsthand identify %s --undo %lld\n", args[0].ptr, (long long)merged);
    return FH_OK;
}

static fh_status set_kind(const cli_io *io, fh_org *org, fh_str text, fh_error *err)
{
    const char *equals = memchr(text.ptr, '=', text.len);
    const fh_str name = {text.ptr, equals ? (size_t)(equals - text.ptr) : text.len};
    const fh_str word = {equals ? equals + 1 : NULL, equals ? text.len - name.len - 1 : 0};
    const bool shared = fh_str_eq(word, FH_STR("shared"));
    if (!name.len || (!shared && !fh_str_eq(word, FH_STR("unique")))) {
        fh_fail(err, FH_INVALID, "--kind: '%.*s' cannot be read", FH_STR_ARG(text));
        return fh_hint(err, FH_INVALID, "Write --kind phone=shared or --kind phone=unique.");
    }
    const fh_status s = fh_identity_set_kind(org, name, shared, err);
    if (!s)
        fprintf(io->out, "Identifiers of the kind '%.*s' are %s from now on.\n", FH_STR_ARG(name),
                shared ? "shared" : "unique");
    return s;
}

static fh_status undo(const cli_io *io, fh_org *org, uint64_t n, fh_error *err)
{
    const fh_status s = fh_identity_unmerge(org, n > INT64_MAX ? INT64_MAX : (int64_t)n, err);
    if (!s) fprintf(io->out, "Merge %llu was taken back.\n", (unsigned long long)n);
    return s;
}

static fh_status change(const cli_io *io, const options *o, const fh_str *args, fh_error *err)
{
    fh_org *org = NULL;
    fh_status s = fh_org_open(io->os, args[0].ptr, FH_ORG_WRITE, &org, err);
    if (!s && o->kind.len) s = set_kind(io, org, o->kind, err);
    if (!s && o->undo) s = undo(io, org, o->undo, err);
    if (!s && o->merge) s = merge(io, org, o, args, err);
    fh_org_close(org);
    return s;
}

static fh_status look(const cli_io *io, const options *o, const fh_str *args, size_t n_args,
                      fh_error *err)
{
    const cli_ask ask = {.format = o->format, .zone = o->zone};
    cli_answer a;
    fh_status s = cli_answer_open(io, &ask, args[0], &a, err);
    if (!s) s = n_args == 1 ? show_overview(&a, err) : show(&a, args + 1, n_args - 1, err);
    cli_answer_close(&a);
    return s;
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    const options *o = opts;
    if (o->merge && n_args != 3) {
        fh_fail(err, FH_INVALID, "--merge needs two customers");
        return fh_hint(err, FH_INVALID, "Write firsthand identify ORG.fh --merge FROM INTO.");
    }
    if (o->preview && !o->merge) return fh_fail(err, FH_INVALID, "--preview goes with --merge");
    if ((o->merge && !o->preview) || o->undo || o->kind.len) return change(io, o, args, err);
    return look(io, o, args, n_args, err);
}

const cli_command cmd_identify = {
    .name = "identify",
    .synopsis = "[options] ORG.fh [WHO [WHO]]",
    .summary = "show who is who; merge customers, or take that back",
    .details = "Without WHO: the kinds of identifiers, which customers may be the same and\n"
               "what was merged. With WHO: the identifiers of one customer, or of two side by\n"
               "side. --merge FROM INTO puts the stories of two customers together; it is\n"
               "logged and can be taken back. WHO is any identifier (ann@x.org, or\n"
               "email:ann@x.org to name its kind) or #17, the customer's number.\n",
    .examples = "firsthand identify our.fh\n"
                "firsthand identify our.fh --merge \"#17\" \"#4\" --preview\n"
                "firsthand identify our.fh --merge \"#17\" \"#4\" --why \"moved house\"\n"
                "firsthand identify our.fh --undo 1\n",
    .options = option_table,
    .options_size = sizeof(options),
    .min_args = 1,
    .max_args = 3,
    .run = run,
};
