/* severe.c - what the organisation calls a severe break (see severe.h). */
#include "app/ask/severe.h"

#include "app/ask/calling.h"
#include "app/ask/named.h"
#include "app/ask/words.h"
#include "base/time.h"

#include <stdio.h>
#include <string.h>

const char *const fh_severe_names[FH_N_SEVERE] = {
    [FH_SEVERE_FAILED] = "failed",     [FH_SEVERE_SCORE] = "low-score",
    [FH_SEVERE_REOPENED] = "reopened", [FH_SEVERE_TOLD_AGAIN] = "told-again",
    [FH_SEVERE_AGAIN] = "again",
};

#define FAILING_DEFAULT "failed,late,gave up,broken,lost,error,not done,abandoned"
#define LOW_DEFAULT     "2 of 5, 3 of 10"
#define OFTEN_DEFAULT   "3 within 7d"

/* ---- Pieces of text ------------------------------------------------------------------ */

/* Hundredths of "2" or "7.5". */
static bool read_mark(fh_str s, int32_t *out)
{
    int32_t v = 0;
    size_t digits = 0, decimals = 0;
    bool dot = false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '.' && !dot && digits) {
            dot = true;
            continue;
        }
        if (s.ptr[i] < '0' || s.ptr[i] > '9' || digits == 6 || decimals == 2) return false;
        v = v * 10 + (s.ptr[i] - '0');
        digits++;
        decimals += dot;
    }
    for (; decimals < 2; decimals++) v *= 10;
    *out = v;
    return digits > 0;
}

/* "A of B" or "A within B": the two around the word. */
static bool around(fh_str s, const char *word, fh_str *before, fh_str *after)
{
    const size_t len = strlen(word);
    for (size_t i = 1; i + len < s.len; i++)
        if (!memcmp(s.ptr + i, word, len)) {
            *before = fh_str_trim((fh_str){s.ptr, i});
            *after = fh_str_trim((fh_str){s.ptr + i + len, s.len - i - len});
            return true;
        }
    return false;
}

enum { SCALES_MAX = 8 };
typedef struct scales {
    struct {
        int32_t low, best; /* hundredths */
    } of[SCALES_MAX];
    size_t n;
} scales;

static fh_status read_scales(fh_str text, scales *out, fh_error *err)
{
    fh_str item, low, best;
    *out = (scales){0};
    while (fh_named_next(&text, &item)) {
        const size_t n = out->n;
        if (n < SCALES_MAX && around(item, " of ", &low, &best) &&
            read_mark(low, &out->of[n].low) && read_mark(best, &out->of[n].best) &&
            out->of[n].low < out->of[n].best && (!n || out->of[n].best > out->of[n - 1].best)) {
            out->n++;
            continue;
        }
        (void)fh_fail(err, FH_INVALID, "low scores: '%.*s' is not a low score of a scale",
                      FH_STR_ARG(item));
        return fh_hint(err, FH_INVALID,
                       "Write the lowest marks and the best one, short scales first: 2 of 5, "
                       "3 of 10.");
    }
    return FH_OK;
}

static fh_status read_often(fh_str text, fh_severe *out, fh_error *err)
{
    fh_str times, within;
    int64_t ms = 0;
    if (around(text, " within ", &times, &within) && times.len == 1 && times.ptr[0] >= '2' &&
        times.ptr[0] <= '0' + FH_SEVERE_TIMES_MAX && fh_duration_parse(within, &ms) &&
        ms >= FH_SECOND_MS && ms <= 3650 * FH_DAY_MS) {
        out->times = (uint32_t)(times.ptr[0] - '0');
        out->within_s = (uint32_t)(ms / FH_SECOND_MS);
        return FH_OK;
    }
    (void)fh_fail(err, FH_INVALID, "too often: '%.*s' is not so many times within a time",
                  FH_STR_ARG(text));
    return fh_hint(err, FH_INVALID, "Write 2 to %d times and a time: 3 within 7d.",
                   FH_SEVERE_TIMES_MAX);
}

fh_status fh_severe_which(fh_str text, uint32_t *out, fh_error *err)
{
    fh_str item;
    *out = 0;
    while (fh_named_next(&text, &item)) {
        uint32_t r = 0;
        if (fh_str_eq_nocase(item, FH_STR("any"))) {
            *out |= (1u << FH_N_SEVERE) - 1;
            continue;
        }
        while (r < FH_N_SEVERE && !fh_str_eq_nocase(item, fh_str_of(fh_severe_names[r]))) r++;
        if (r == FH_N_SEVERE) {
            (void)fh_fail(err, FH_INVALID, "there is no rule '%.*s'", FH_STR_ARG(item));
            return fh_hint(err, FH_INVALID,
                           "Give any, or some of failed, low-score, reopened, told-again, again.");
        }
        *out |= 1u << r;
    }
    return FH_OK;
}

fh_status fh_severe_check(const char *key, fh_str value, fh_error *err)
{
    scales marks;
    fh_severe often;
    uint32_t which;
    if (!fh_str_trim(value).len) return FH_OK;
    if (!strcmp(key, FH_SETTING_LOW)) return read_scales(value, &marks, err);
    if (!strcmp(key, FH_SETTING_TOO_MANY)) return read_often(value, &often, err);
    if (!strcmp(key, FH_SETTING_RUINED)) return fh_severe_which(value, &which, err);
    return FH_OK;
}

/* ---- From the settings ------------------------------------------------------------------ */

typedef struct reading {
    fh_org *org;
    uint32_t threads;
    fh_arena *arena;
    fh_severe_rules *out;
    uint32_t n_touchpoints, n_outcomes, n_currencies;
    fh_calling calling;
    fh_error *err;
} reading;

/* *own: the organisation has said so. */
static fh_status setting(reading *r, const char *key, const char *otherwise, fh_str *out)
{
    const fh_status s = fh_setting_get(r->org, fh_str_of(key), r->arena, out, r->err);
    *out = fh_str_trim(*out);
    if (!s && !out->len) *out = fh_str_of(otherwise);
    return s;
}

static fh_status set_of(reading *r, fh_dict dict, fh_str words, fh_bitset *out, fh_str *known)
{
    return fh_named_set(r->org, dict, words, r->arena, out, known, r->err);
}

static fh_status failing(reading *r)
{
    fh_str words, known;
    fh_status s = setting(r, FH_SETTING_FAILING, FAILING_DEFAULT, &words);
    if (!s) s = set_of(r, FH_DICT_OUTCOME, words, &r->out->severe.failing, &known);
    if (!s)
        r->out->says[FH_SEVERE_FAILED] =
            known.len
                ? fh_printed(r->arena, "something ended with the outcome %.*s", FH_STR_ARG(known))
                : FH_STR("something ended with a failing outcome (none has been told so far)");
    return s;
}

static fh_status make_touchpoints(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    const reading *r = ctx;
    const fh_touchpoints_options o = {r->n_touchpoints, r->n_outcomes, r->n_currencies};
    return fh_touchpoints_new(from, &o, out, err);
}

/* How high the scores of each touchpoint go says which scale they are on. */
static fh_status low_by_touchpoint(reading *r, const scales *marks)
{
    const fh_filter everything = {0};
    fh_names names;
    fh_touchpoints seen = {0};
    fh_fold *fold = NULL;
    fh_status s = fh_dict_names(r->org, FH_DICT_OUTCOME, r->arena, &names, r->err);
    r->n_outcomes = names.n;
    if (!s) s = fh_dict_names(r->org, FH_DICT_CURRENCY, r->arena, &names, r->err);
    r->n_currencies = names.n;
    if (!s) s = fh_dict_names(r->org, FH_DICT_TOUCHPOINT, r->arena, &names, r->err);
    r->n_touchpoints = names.n;
    if (!s) s = fh_ask(r->org, &everything, r->threads, make_touchpoints, r, &fold, r->err);
    if (!s) s = fh_touchpoints_read(fold, r->arena, &seen, r->err);
    fh_fold_free(fold);
    if (s) return s;
    int32_t *low = FH_NEW_ARRAY(r->arena, int32_t, (size_t)names.n + 1);
    if (!low) return fh_no_memory(r->err);
    for (uint32_t t = 0; t < names.n; t++) low[t] = INT32_MIN;
    for (size_t i = 0; i < seen.n_rows; i++) {
        const fh_touchpoint_row *row = &seen.rows[i];
        for (size_t k = marks->n; row->n_scores && k-- > 0;)
            if (row->score_max <= marks->of[k].best) low[row->touchpoint] = marks->of[k].low;
    }
    r->out->severe.low = low;
    r->out->severe.n_low = names.n;
    return FH_OK;
}

static fh_status scores(reading *r)
{
    fh_str words;
    scales marks;
    fh_status s = setting(r, FH_SETTING_LOW, LOW_DEFAULT, &words);
    if (!s) s = read_scales(words, &marks, r->err);
    if (!s) s = low_by_touchpoint(r, &marks);
    if (!s)
        r->out->says[FH_SEVERE_SCORE] =
            fh_printed(r->arena,
                       "the %s gave a score of at most %.*s, by how high the touchpoint's "
                       "scores go",
                       r->calling.one, FH_STR_ARG(words));
    return s;
}

static fh_status problems(reading *r)
{
    fh_str words, known;
    char within[FH_TIME_TEXT];
    fh_severe *v = &r->out->severe;
    fh_status s = setting(r, "confirmed-outcomes", "confirmed", &words);
    if (!s) s = set_of(r, FH_DICT_OUTCOME, words, &v->confirmed, &known);
    if (!s) s = fh_dict_find(r->org, FH_DICT_OUTCOME, FH_STR("reopened"), &v->reopened, r->err);
    r->out->says[FH_SEVERE_REOPENED] =
        fh_printed(r->arena, "a problem came back after the %s had confirmed that it was solved",
                   r->calling.one);
    if (!s) s = setting(r, FH_SETTING_TELLING, "", &words);
    if (!s && words.len) s = set_of(r, FH_DICT_TOUCHPOINT, words, &v->telling, &known);
    r->out->says[FH_SEVERE_TOLD_AGAIN] =
        words.len ? fh_printed(r->arena,
                               "the %s told the story again after it was handed on to another "
                               "department (at: %.*s)",
                               r->calling.one, FH_STR_ARG(known))
                  : fh_printed(r->arena,
                               "the %s had to make contact again after being handed on to another "
                               "department",
                               r->calling.one);
    if (!s) s = setting(r, FH_SETTING_TOO_MANY, OFTEN_DEFAULT, &words);
    if (!s) s = read_often(words, v, r->err);
    if (s) return s;
    (void)fh_duration_format((int64_t)v->within_s * FH_SECOND_MS, within);
    r->out->says[FH_SEVERE_AGAIN] =
        fh_printed(r->arena, "the %s was in contact about one problem %u times within %s",
                   r->calling.one, v->times, within);
    return FH_OK;
}

fh_status fh_severe_read(fh_org *org, uint32_t threads, fh_arena *arena, fh_severe_rules *out,
                         fh_error *err)
{
    fh_str words;
    *out = (fh_severe_rules){0};
    reading r = {.org = org, .threads = threads, .arena = arena, .out = out, .err = err};
    fh_status s = fh_calling_read(org, arena, &r.calling, err);
    if (!s) s = setting(&r, FH_SETTING_RUINED, "any", &words);
    if (!s) s = fh_severe_which(words, &out->severe.rules, err);
    if (!s) s = failing(&r);
    if (!s) s = problems(&r);
    if (!s && out->severe.rules & 1u << FH_SEVERE_SCORE) s = scores(&r);
    for (uint32_t i = 0; !s && i < FH_N_SEVERE; i++)
        if (!(out->severe.rules >> i & 1)) out->says[i] = (fh_str){0};
    return s;
}
