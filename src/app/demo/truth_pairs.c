/* truth_pairs.c - the truth of measure.h, read. */
#include "app/demo/measure.h"

#include "app/data/csv_rows.h"
#include "base/intern.h"

enum { MOST_PAIRS = 1 << 24 };

typedef enum column {
    SORT,
    VARIANT,
    KIND,
    CUSTOMER,
    MESSAGE_A,
    MESSAGE_B,
    FACT_TYPE,
    PLANTED,
    GROUP,
    N_COLUMNS
} column;

static const char *const names[N_COLUMNS] = {
    "sort",        "variant",   "customer_kind", "customer", "a_source_id",
    "b_source_id", "fact_type", "planted",       "group",
};

typedef struct reading {
    fh_arena *arena;
    size_t at[N_COLUMNS]; /* SIZE_MAX: not there */
    fh_intern *customers, *messages, *variants;
    fh_buf key;
} reading;

static fh_status find_columns(reading *r, const fh_csv_row *header, fh_error *err)
{
    for (size_t c = 0; c < N_COLUMNS; c++) {
        r->at[c] = SIZE_MAX;
        for (size_t i = 0; i < header->n_cells; i++)
            if (fh_str_eq(fh_str_trim(header->cell[i]), fh_str_of(names[c]))) r->at[c] = i;
        if (r->at[c] != SIZE_MAX || c == GROUP) continue;
        fh_fail(err, FH_FORMAT, "the truth has no column '%s'", names[c]);
        return fh_hint(err, FH_FORMAT, "The first line names the columns: %s, %s, ... %s.",
                       names[SORT], names[VARIANT], names[PLANTED]);
    }
    return FH_OK;
}

static fh_str cell(const reading *r, const fh_csv_row *row, column c)
{
    return r->at[c] < row->n_cells ? fh_str_trim(row->cell[r->at[c]]) : (fh_str){0};
}

static bool read_number(fh_str s, uint64_t *out)
{
    uint64_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9' || n > UINT64_MAX / 10 - 1) return false;
        n = n * 10 + (uint64_t)(s.ptr[i] - '0');
    }
    *out = n;
    return true;
}

static bool read_sort(fh_str s, fh_finding_sort *out)
{
    for (uint32_t i = 0; i < FH_N_FINDING_SORTS; i++)
        if (fh_str_eq(s, fh_str_of(fh_finding_sort_name((fh_finding_sort)i))))
            return *out = (fh_finding_sort)i, true;
    return false;
}

static bool read_type(fh_str s, uint32_t *out)
{
    *out = FH_N_FACT_TYPES;
    for (uint32_t i = 0; i < FH_N_FACT_TYPES && s.len; i++)
        if (fh_str_eq(s, fh_str_of(fh_fact_type_name((fh_fact_type)i)))) *out = i;
    return !s.len || *out < FH_N_FACT_TYPES;
}

static bool number(fh_intern *t, fh_str s, uint32_t *out)
{
    *out = fh_intern_add(t, s, fh_intern_hash(s));
    return *out > 0;
}

static fh_status refuse(const fh_csv_row *row, const char *what, fh_str value, fh_error *err)
{
    const int shown = value.len < 40 ? (int)value.len : 40;
    return fh_fail(err, FH_FORMAT, "line %llu: '%.*s' is not a %s", (unsigned long long)row->line,
                   shown, value.len ? value.ptr : "", what);
}

static fh_status read_row(reading *r, const fh_csv_row *row, fh_truth_pair *out, fh_error *err)
{
    const fh_str a = cell(r, row, MESSAGE_A), b = cell(r, row, MESSAGE_B);
    const fh_str planted = cell(r, row, PLANTED);
    uint64_t how = 0;
    if (!read_sort(cell(r, row, SORT), &out->sort))
        return refuse(row, "sort of finding", cell(r, row, SORT), err);
    if (!read_type(cell(r, row, FACT_TYPE), &out->type))
        return refuse(row, "type of fact", cell(r, row, FACT_TYPE), err);
    if (!planted.len || !read_number(planted, &how) || how > FH_PLANTED_APART)
        return refuse(row, "0, 1 or 2 (planted)", planted, err);
    if (!read_number(cell(r, row, GROUP), &out->group))
        return refuse(row, "group's number", cell(r, row, GROUP), err);
    if (!a.len || !b.len) return refuse(row, "message's id", a.len ? b : a, err);
    out->planted = (uint8_t)how;
    fh_buf_clear(&r->key);
    fh_buf_str(&r->key, cell(r, row, KIND));
    fh_buf_char(&r->key, ':');
    fh_buf_str(&r->key, cell(r, row, CUSTOMER));
    const bool fine = r->key.status == FH_OK && number(r->messages, a, &out->a) &&
                      number(r->messages, b, &out->b) &&
                      number(r->variants, cell(r, row, VARIANT), &out->variant) &&
                      number(r->customers, fh_buf_view(&r->key), &out->customer);
    return fine ? FH_OK : fh_no_memory(err);
}

/* Its strings by number, in the arena; [0] is empty. */
static const fh_str *texts_of(const fh_intern *t, fh_arena *arena)
{
    const uint32_t n = fh_intern_count(t);
    fh_str *all = FH_NEW_ARRAY(arena, fh_str, (size_t)n + 1);
    for (uint32_t i = 1; all && i <= n; i++)
        if (!fh_arena_str(arena, fh_intern_text(t, i), &all[i])) return NULL;
    return all;
}

static fh_status read_rows(reading *r, const fh_csv_rows *rows, fh_truth *out, fh_error *err)
{
    fh_status s = find_columns(r, &rows->row[0], err);
    fh_truth_pair *pair = FH_NEW_ARRAY(r->arena, fh_truth_pair, rows->n);
    if (!pair) return fh_no_memory(err);
    for (size_t i = 1; i < rows->n && !s; i++) s = read_row(r, &rows->row[i], &pair[i - 1], err);
    if (s) return s;
    *out = (fh_truth){.pair = pair,
                      .n = rows->n - 1,
                      .customer = texts_of(r->customers, r->arena),
                      .message = texts_of(r->messages, r->arena),
                      .variant = texts_of(r->variants, r->arena),
                      .n_customers = fh_intern_count(r->customers),
                      .n_messages = fh_intern_count(r->messages),
                      .n_variants = fh_intern_count(r->variants)};
    return out->customer && out->message && out->variant ? FH_OK : fh_no_memory(err);
}

fh_status fh_truth_read(fh_arena *arena, fh_str csv, fh_truth *out, fh_error *err)
{
    const fh_allocator *from = fh_arena_allocator(arena);
    reading r = {.arena = arena,
                 .customers = fh_intern_new(from),
                 .messages = fh_intern_new(from),
                 .variants = fh_intern_new(from)};
    fh_csv_rows rows = {0};
    fh_buf_init(&r.key, from, 1 << 16);
    fh_status s = r.customers && r.messages && r.variants ? FH_OK : fh_no_memory(err);
    if (!s) s = fh_csv_read(arena, csv, MOST_PAIRS, &rows, err);
    if (!s && rows.n == 0) s = fh_fail(err, FH_FORMAT, "the truth is empty");
    if (!s) s = read_rows(&r, &rows, out, err);
    fh_buf_free(&r.key);
    fh_intern_free(r.customers);
    fh_intern_free(r.messages);
    fh_intern_free(r.variants);
    return s;
}
