/* cmd_measure.c - `firsthand measure`: findings held against what is known to be true. */
#include "app/ask/effect.h"
#include "app/ask/table.h"
#include "app/demo/measure.h"
#include "base/put.h"
#include "cli/answer.h"

#include <math.h>
#include <stddef.h>

typedef struct options {
    bool json, misses;
} options;

static const fh_option option_table[] = {
    {0, "json", FH_OPTION_FLAG, offsetof(options, json), NULL, "for programs", NULL},
    {0, "misses", FH_OPTION_FLAG, offsetof(options, misses), NULL,
     "instead: the pairs that were missed or claimed wrongly, as CSV", NULL},
    {0},
};

static const char *type_name(uint32_t type)
{
    return type < FH_N_FACT_TYPES ? fh_fact_type_name((fh_fact_type)type) : "";
}

/* ---- For programs ------------------------------------------------------------------------ */

/* {"value":0.971,"low":..,"high":..}, in thousandths; null when there is nothing to tell of. */
static void put_share(fh_json *j, const char *key, uint64_t part, uint64_t of)
{
    const fh_estimate e = fh_estimate_share(part, of);
    const double values[] = {e.value, e.low, e.high};
    static const char *const names[] = {"value", "low", "high"};
    fh_put_key(j, key);
    if (!e.n) {
        fh_json_null(j);
        return;
    }
    fh_json_object(j);
    for (size_t i = 0; i < 3; i++) {
        fh_json_key(j, fh_str_of(names[i]));
        fh_json_fixed(j, llround(values[i] * 10000), 4);
    }
    fh_json_end_object(j);
}

static void put_row(fh_json *j, const fh_truth *truth, const fh_measured_row *r)
{
    const bool variant = r->variant > 0;
    fh_json_object(j);
    fh_put_word(j, "sort", fh_finding_sort_name(r->sort));
    if (variant) {
        fh_put_text(j, "variant", truth->variant[r->variant]);
        fh_put_bool(j, "apart", r->apart);
    }
    if (r->type < FH_N_FACT_TYPES) {
        fh_put_word(j, "type", type_name(r->type));
    }
    fh_put_number(j, "planted", r->planted);
    fh_put_number(j, "found", r->found);
    put_share(j, "recall", r->found, r->planted);
    if (!variant) {
        fh_put_number(j, "claims", r->claims);
        fh_put_number(j, "right", r->right);
        put_share(j, "precision", r->right, r->claims);
    }
    fh_put_number(j, "clean", r->clean);
    fh_put_number(j, "alarms", r->alarms);
    fh_json_end_object(j);
}

static void put_rows(fh_json *j, const char *key, const fh_truth *truth, const fh_measured_row *r,
                     size_t n)
{
    fh_put_key(j, key);
    fh_json_array(j);
    for (size_t i = 0; i < n; i++) put_row(j, truth, &r[i]);
    fh_json_end_array(j);
}

static void write_json(const fh_truth *truth, const fh_measured *m, fh_buf *out)
{
    fh_json j;
    fh_json_begin(&j, out, 2);
    fh_json_object(&j);
    fh_put_number(&j, "pairs", truth->n);
    fh_put_number(&j, "messages", truth->n_messages);
    fh_put_number(&j, "customers", truth->n_customers);
    put_rows(&j, "sorts", truth, m->sort, m->n_sorts);
    put_rows(&j, "types", truth, m->type, m->n_types);
    put_rows(&j, "variants", truth, m->variant, m->n_variants);
    fh_json_end_object(&j);
    fh_buf_char(out, '\n');
}

static void write_misses(const fh_truth *truth, const fh_measured *m, fh_buf *out)
{
    fh_buf_text(out, "what,sort,variant,fact_type,customer,a,b\n");
    for (size_t i = 0; i < m->n_misses; i++) {
        const fh_measured_miss *miss = &m->miss[i];
        const fh_str variant = miss->variant ? truth->variant[miss->variant] : FH_STR("not listed");
        fh_buf_printf(out, "%s,%s,%.*s,%s,%.*s", miss->alarm ? "false alarm" : "missed",
                      fh_finding_sort_name(miss->sort), FH_STR_ARG(variant), type_name(miss->type),
                      FH_STR_ARG(truth->customer[miss->customer]));
        const uint32_t message[] = {miss->a, miss->b};
        const uint64_t id[] = {miss->id_a, miss->id_b};
        for (size_t k = 0; k < 2; k++)
            if (message[k])
                fh_buf_printf(out, ",%.*s", FH_STR_ARG(truth->message[message[k]]));
            else
                fh_buf_printf(out, ",%016llx", (unsigned long long)id[k]);
        fh_buf_char(out, '\n');
    }
}

/* ---- For people ----------------------------------------------------------------------------- */

/* "97.1 % (96.0 to 97.9)" */
static fh_cell share_cell(fh_arena *arena, uint64_t part, uint64_t of)
{
    const fh_estimate e = fh_estimate_share(part, of);
    fh_str text;
    if (!e.n || !fh_arena_format(arena, &text, "%.1f %% (%.1f to %.1f)", 100 * e.value, 100 * e.low,
                                 100 * e.high))
        return fh_cell_none();
    return fh_cell_text(text);
}

static fh_cell per_thousand(uint64_t part, uint64_t of)
{
    return of ? fh_cell_int((int64_t)(part * 100000 / of)) : fh_cell_none();
}

enum { COLUMNS = 8 };
static const fh_table_column columns[COLUMNS] = {
    {"what", "what", FH_CELL_TEXT},
    {"planted", "planted", FH_CELL_COUNT},
    {"found", "found", FH_CELL_COUNT},
    {"recall", "recall", FH_CELL_TEXT},
    {"claims", "claims", FH_CELL_COUNT},
    {"precision", "precision", FH_CELL_TEXT},
    {"clean", "clean pairs", FH_CELL_COUNT},
    {"alarms_per_1000", "false alarms per 1,000", FH_CELL_DECIMAL},
};

static fh_str name_of(fh_arena *arena, const fh_truth *truth, const fh_measured_row *r)
{
    const char *sort = fh_finding_sort_name(r->sort);
    fh_str text = fh_str_of(r->type < FH_N_FACT_TYPES ? type_name(r->type) : sort);
    if (r->variant &&
        !fh_arena_format(arena, &text, "%s: %.*s%s", sort, FH_STR_ARG(truth->variant[r->variant]),
                         r->apart ? " (apart)" : ""))
        return fh_str_of(sort);
    return text;
}

static fh_status print(const cli_io *io, const char *title, const fh_truth *truth,
                       const fh_measured_row *r, size_t n, fh_error *err)
{
    fh_cell *cell = FH_NEW_ARRAY(io->arena, fh_cell, n * COLUMNS + 1);
    if (!cell) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++, r++) {
        fh_cell *c = &cell[i * COLUMNS];
        c[0] = fh_cell_text(name_of(io->arena, truth, r));
        c[1] = r->planted ? fh_cell_count(r->planted) : fh_cell_none();
        c[2] = r->planted ? fh_cell_count(r->found) : fh_cell_none();
        c[3] = share_cell(io->arena, r->found, r->planted);
        c[4] = r->variant ? fh_cell_none() : fh_cell_count(r->claims);
        c[5] = share_cell(io->arena, r->right, r->claims);
        c[6] = r->clean ? fh_cell_count(r->clean) : fh_cell_none();
        c[7] = per_thousand(r->alarms, r->clean);
    }
    const fh_table t = {
        .title = title, .columns = columns, .n_columns = COLUMNS, .n_rows = n, .cells = cell};
    return cli_print_table(io, &t, NULL, false, err);
}

static fh_status print_all(const cli_io *io, const fh_truth *truth, const fh_measured *m,
                           fh_error *err)
{
    fh_status s = print(io, "By sort", truth, m->sort, m->n_sorts, err);
    if (!s && m->n_types)
        s = print(io, "Contradictions, by type of fact", truth, m->type, m->n_types, err);
    if (!s) s = print(io, "By what was planted", truth, m->variant, m->n_variants, err);
    return s;
}

/* ---- Measuring ------------------------------------------------------------------------------- */

static fh_status measure(const cli_io *io, const char *org_path, const char *truth_path,
                         fh_truth *truth, fh_measured *out, fh_error *err)
{
    enum { TRUTH_BYTES = 1 << 30 };
    fh_org *org = NULL;
    fh_buf text;
    const fh_claim *claim = NULL;
    size_t n = 0;
    fh_buf_init(&text, NULL, TRUTH_BYTES);
    fh_status s = fh_os_read_file(io->os, truth_path, TRUTH_BYTES, &text, err);
    fh_str kept = {0};
    if (!s && !fh_arena_str(io->arena, fh_buf_view(&text), &kept)) s = fh_no_memory(err);
    fh_buf_free(&text);
    if (!s) s = fh_truth_read(io->arena, kept, truth, err);
    if (!s) s = fh_org_open(io->os, org_path, FH_ORG_READ, &org, err);
    if (!s) s = fh_measure_claims(org, truth, io->arena, &claim, &n, err);
    if (!s) s = fh_measure(truth, claim, n, io->arena, out, err);
    fh_org_close(org);
    return s;
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    (void)n_args;
    const options *o = opts;
    fh_truth truth;
    fh_measured m;
    fh_status s = measure(io, args[0].ptr, args[1].ptr, &truth, &m, err);
    if (s) return s;
    if (!o->json && !o->misses) return print_all(io, &truth, &m, err);
    fh_buf out;
    fh_buf_init(&out, NULL, SIZE_MAX / 2);
    if (o->misses)
        write_misses(&truth, &m, &out);
    else
        write_json(&truth, &m, &out);
    s = cli_write(io, &out, err);
    fh_buf_free(&out);
    return s;
}

const cli_command cmd_measure = {
    .name = "measure",
    .synopsis = "[options] ORG.fh TRUTH.csv",
    .summary = "hold findings against what is known to be true",
    .details = "TRUTH.csv names pairs of messages, a pair a row, and says of each whether it is\n"
               "planted (1), clean (0), or planted but harder than what is promised (2):\n"
               "sort, variant, customer_kind, customer, a_source_id, b_source_id, fact_type,\n"
               "planted, group. `firsthand simulate --messages` writes one beside its messages;\n"
               "yours can be made by hand. Recall: of what is planted, how much the last run of\n"
               "`firsthand find` found. Precision: of what it claimed about these customers, how\n"
               "much is planted. In brackets: Wilson's 95 % interval.\n",
    .examples = "firsthand measure our.fh letters/truth/pairs.csv\n"
                "firsthand measure our.fh truth.csv --misses\n",
    .options = option_table,
    .options_size = sizeof(options),
    .min_args = 2,
    .max_args = 2,
    .run = run,
};
