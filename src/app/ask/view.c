/* view.c - what a question is asked with, and the words all answers share. */
#include "app/ask/view_parts.h"

#include "base/put.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static fh_status load_names(fh_view *v, fh_error *err)
{
    const struct {
        fh_dict dict;
        fh_names *names;
    } wanted[] = {{FH_DICT_TOUCHPOINT, &v->touchpoint},
                  {FH_DICT_CHANNEL, &v->channel},
                  {FH_DICT_DEPARTMENT, &v->department},
                  {FH_DICT_OUTCOME, &v->outcome},
                  {FH_DICT_CURRENCY, &v->currency}};
    fh_status s = FH_OK;
    for (size_t i = 0; !s && i < sizeof wanted / sizeof wanted[0]; i++)
        s = fh_dict_names(v->org, wanted[i].dict, v->arena, wanted[i].names, err);
    return s;
}

static fh_status find_period(fh_view *v, fh_error *err)
{
    const fh_status s = fh_store_period(v->org, &v->first_ms, &v->last_ms, err);
    if (s) return s;
    if (v->filter.has_from && v->filter.from_ms > v->first_ms) v->first_ms = v->filter.from_ms;
    if (v->filter.has_until && v->filter.until_ms <= v->last_ms)
        v->last_ms = v->filter.until_ms - 1;
    return FH_OK;
}

/* The period stands in the scope already: only the rest of the filter is told. */
static fh_status describe(fh_view *v, const fh_filter_text *text, fh_error *err)
{
    fh_filter_text rest = *text;
    rest.from = rest.until = (fh_str){0};
    fh_buf words;
    fh_buf_init(&words, NULL, 4096);
    fh_status s = fh_filter_describe(v->org, &rest, &words, err);
    if (!s && !fh_arena_str(v->arena, fh_buf_view(&words), &v->filtered)) s = fh_no_memory(err);
    fh_buf_free(&words);
    return s;
}

fh_status fh_view_open(fh_org *org, const fh_filter_text *text, const fh_zone *zone,
                       uint32_t threads, fh_arena *arena, fh_view *out, fh_error *err)
{
    fh_view v = {.org = org, .arena = arena, .zone = zone, .threads = threads};
    fh_status s = zone ? FH_OK : fh_org_zone(org, arena, &v.zone, err);
    if (!s) s = load_names(&v, err);
    if (!s) s = fh_calling_read(org, arena, &v.calling, err);
    v.one = v.calling.one;
    v.many = v.calling.many;
    v.title = v.calling.Many;
    v.key = "customers";
    if (!s && text) s = fh_filter_compile(org, text, arena, &v.filter, err);
    if (!s && text) s = describe(&v, text, err);
    if (!s) s = find_period(&v, err);
    if (!s && v.filter.by_problem) {
        v.one = "problem";
        v.many = v.key = "problems";
        v.title = "Problems";
    }
    if (!s) *out = v;
    return s;
}

fh_str fh_view_name(const fh_names *names, uint32_t number)
{
    return number && number < names->n ? names->name[number] : FH_STR("(none)");
}

fh_status fh_view_new_table(const fh_view *v, const char *title, const fh_table_column *columns,
                            size_t n_columns, size_t n_rows, fh_table *out, fh_error *err)
{
    fh_table_column *own = FH_NEW_ARRAY(v->arena, fh_table_column, n_columns);
    if (!own) return fh_no_memory(err);
    for (size_t c = 0; c < n_columns; c++) {
        own[c] = columns[c];
        if (!own[c].key) own[c].key = v->key, own[c].title = v->title;
        if (own[c].title) own[c].title = fh_called(v->arena, &v->calling, own[c].title);
        if (columns[c].title && !own[c].title) return fh_no_memory(err);
    }
    *out = (fh_table){.title = title, .columns = own, .n_columns = n_columns, .n_rows = n_rows};
    if (n_rows > SIZE_MAX / n_columns - 1) return fh_no_memory(err);
    out->cells = FH_NEW_ARRAY(v->arena, fh_cell, n_rows * n_columns + 1);
    if (!out->cells) return fh_no_memory(err);
    for (size_t i = 0; i < n_rows * n_columns; i++) out->cells[i] = fh_cell_none();
    return FH_OK;
}

/* Writers of words.h into the arena. */
static fh_str keep(const fh_view *v, fh_buf *words)
{
    fh_str out = {0};
    if (words->status || !fh_arena_str(v->arena, fh_buf_view(words), &out)) out = (fh_str){0};
    fh_buf_free(words);
    return out;
}

fh_str fh_view_count(const fh_view *v, uint64_t n, const char *one, const char *many)
{
    fh_buf words;
    fh_buf_init(&words, NULL, 4096);
    fh_say_number_of(&words, n, one, many);
    return keep(v, &words);
}

fh_str fh_view_stories(const fh_view *v, uint64_t n)
{
    return fh_view_count(v, n, v->one, v->many);
}

fh_str fh_view_scope(const fh_view *v)
{
    fh_buf words;
    fh_buf_init(&words, NULL, 8192);
    if (v->first_ms <= v->last_ms)
        fh_say_period(&words, v->first_ms, v->last_ms, v->zone);
    else
        fh_buf_text(&words, "no time at all");
    if (v->filtered.len) {
        fh_buf_text(&words, ", ");
        fh_buf_str(&words, v->filtered);
    }
    return keep(v, &words);
}

fh_str fh_view_share(const fh_view *v, uint64_t part, uint64_t of)
{
    fh_buf words;
    fh_buf_init(&words, NULL, 64);
    fh_say_share(&words, part, of);
    return keep(v, &words);
}

fh_str fh_view_duration(const fh_view *v, int64_t ms)
{
    fh_buf words;
    fh_buf_init(&words, NULL, 64);
    fh_say_duration(&words, ms);
    return keep(v, &words);
}

fh_str fh_view_rest(const fh_view *v, size_t hidden, const char *one, const char *many,
                    uint64_t part, uint64_t of, const char *of_what)
{
    if (!hidden) return (fh_str){0};
    fh_buf words;
    fh_buf_init(&words, NULL, 4096);
    fh_say_count(&words, hidden);
    fh_buf_printf(&words, " more %s", hidden == 1 ? one : many);
    if (of) {
        fh_buf_text(&words, ", ");
        fh_say_share(&words, part, of);
        fh_buf_printf(&words, " of %s", of_what);
    }
    fh_buf_text(&words, ", not shown: --top 0 shows all.");
    return keep(v, &words);
}

fh_str fh_view_way(const fh_view *v, const uint16_t *path, size_t n)
{
    fh_buf words;
    fh_buf_init(&words, NULL, 1 << 20);
    for (size_t i = 0; i < n;) {
        size_t again = 1;
        while (i + again < n && path[i + again] == path[i]) again++;
        if (i) fh_buf_text(&words, " \xe2\x80\xba ");
        fh_buf_str(&words, fh_view_name(&v->touchpoint, path[i]));
        if (again > 1) fh_buf_printf(&words, " %zux", again);
        i += again;
    }
    return keep(v, &words);
}

void fh_view_path_json(const fh_view *v, const uint16_t *path, size_t n, fh_json *j)
{
    fh_json_array(j);
    for (size_t i = 0; i < n; i++) fh_json_str(j, fh_view_name(&v->touchpoint, path[i]));
    fh_json_end_array(j);
}

fh_str fh_view_path(const fh_view *v, const uint16_t *path, size_t n)
{
    fh_buf text;
    fh_json j;
    fh_buf_init(&text, NULL, (size_t)1 << 30);
    fh_json_begin(&j, &text, 0);
    fh_view_path_json(v, path, n, &j);
    return keep(v, &text);
}

int64_t fh_mean(int64_t sum, uint64_t n)
{
    if (!n || n > INT64_MAX) return 0;
    const int64_t d = (int64_t)n, q = sum / d, r = sum % d;
    if (r >= d - r) return q + 1;
    return -r >= d + r ? q - 1 : q;
}

/* ---- JSON -------------------------------------------------------------------- */

void fh_json_name(fh_json *j, const char *key, const fh_names *names, uint32_t number)
{
    fh_put_text(j, key, fh_view_name(names, number));
}

void fh_json_percentiles(fh_json *j, const char *of, const fh_percentiles *p)
{
    const struct {
        const char *suffix;
        int64_t ms;
    } each[] = {{"p50", p->p50_ms}, {"p90", p->p90_ms}, {"p99", p->p99_ms}};
    for (size_t i = 0; i < 3; i++) {
        char key[64];
        (void)snprintf(key, sizeof key, "%s_ms_%s", of, each[i].suffix);
        fh_put_int(j, key, each[i].ms);
    }
    if (!p->exact) return;
    const struct {
        const char *suffix;
        double ms;
        uint32_t decimals;
        double scale;
    } exact[] = {{"min", (double)p->min_ms, 0, 1},
                 {"max", (double)p->max_ms, 0, 1},
                 {"median", p->median_ms, 1, 10},
                 {"deviation", p->deviation_ms, 3, 1000}};
    for (size_t i = 0; i < 4; i++) {
        char key[64];
        (void)snprintf(key, sizeof key, "%s_ms_%s", of, exact[i].suffix);
        fh_put_key(j, key);
        fh_json_fixed(j, llround(exact[i].ms * exact[i].scale), exact[i].decimals);
    }
}
