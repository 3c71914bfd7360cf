/* lived_felt.c - how each touchpoint of a map was meant to feel, beside how it did (see lived.h).
 *
 * Customers: every score of an interaction that is this touchpoint, whether it came as feedback or
 * as a scored statement of a learning system. Colleagues: the stars of walks that were walked and
 * of observations that everybody may see, about the touchpoint's names or about the map's
 * touchpoint itself; each record counts once. Only counts and means are told of them.
 */
#include "app/maps/lived_parts.h"

#include "app/ask/view_parts.h"
#include "app/ask/words.h"
#include "store/records.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST = 10000 /* records of a kind */, AS_MEANT = 50 /* hundredths: no gap to speak of */ };

typedef struct observed {
    uint64_t n;
    int64_t sum; /* hundredths */
    int64_t last;
} observed;

typedef struct observing {
    const fh_view *v;
    const fh_map_open *open;
    fh_element_rules rules;
    observed *at; /* [n_touchpoints] */
    int64_t record, stars;
} observing;

/* ---- What colleagues saw ------------------------------------------------------------------- */

static void count(void *ctx, uint32_t touchpoint)
{
    observing *o = ctx;
    observed *at = &o->at[touchpoint];
    if (at->last == o->record) return; /* by another of its names */
    at->last = o->record;
    at->n++;
    at->sum += o->stars * 100;
}

static int64_t stars_of(fh_json_reader *r, fh_str fields)
{
    fh_json_doc doc;
    int64_t stars = 0;
    if (!fields.len || fh_json_read(r, fields, &doc, NULL)) return 0;
    const uint32_t at = fh_json_get(&doc, 0, FH_STR("stars"));
    if (!at || !fh_json_i64(&doc, at, &stars)) return 0;
    return stars < 1 || stars > 5 ? 0 : stars;
}

static fh_status count_record(observing *o, fh_arena *arena, fh_error *err)
{
    const fh_record_about *about = NULL;
    const fh_names *names = &o->v->touchpoint;
    size_t n = 0;
    const fh_status s = fh_record_abouts(o->v->org, o->record, arena, &about, &n, err);
    for (size_t i = 0; !s && i < n; i++) {
        const int64_t t = about[i].number;
        if (fh_str_eq(about[i].what, FH_STR("touchpoint")) && t > 0 && t < names->n)
            fh_lived_each(&o->rules, names->canon ? names->canon[t] : (uint32_t)t, count, o);
        if (!o->open->row.map || t != o->open->row.map || !fh_str_eq(about[i].what, FH_STR("map")))
            continue;
        const uint32_t of = fh_lived_touchpoint_of(&o->open->map, about[i].key);
        if (of != FH_MAP_NONE) count(o, of);
    }
    return s;
}

/* In one of the states, with commas before and behind. */
static bool is_in(fh_str state, const char *states)
{
    char word[64];
    const int n = snprintf(word, sizeof word, ",%.*s,", FH_STR_ARG(state));
    return n > 0 && (size_t)n < sizeof word && strstr(states, word) != NULL;
}

static fh_status count_kind(observing *o, const char *kind, const char *states, fh_error *err)
{
    const fh_record_query q = {.kind = fh_str_of(kind), .by = FH_RECORDS_BY_FIRST};
    fh_record *rows = NULL;
    size_t n = 0;
    fh_arena *arena = fh_arena_new(NULL), *one = fh_arena_new(NULL);
    fh_json_reader *r = fh_json_reader_new(NULL, 1 << 16);
    fh_status s = arena && one && r ? fh_record_rows(o->v->org, &q, MOST, arena, &rows, &n, err)
                                    : fh_no_memory(err);
    for (size_t i = 0; !s && i < n; i++) {
        o->record = rows[i].record;
        o->stars = is_in(rows[i].state, states) ? stars_of(r, rows[i].fields) : 0;
        if (o->stars) s = count_record(o, one, err);
        fh_arena_reset(one);
    }
    fh_json_reader_free(r);
    fh_arena_free(one);
    fh_arena_free(arena);
    return s;
}

/* ---- In words ------------------------------------------------------------------------------ */

static fh_str score(const fh_view *v, int64_t hundredths)
{
    const long long tenths = (long long)((hundredths + 5) / 10);
    return tenths % 10 ? fh_printed(v->arena, "%lld.%lld", tenths / 10, tenths % 10)
                       : fh_printed(v->arena, "%lld", tenths / 10);
}

static fh_str said_by(const fh_view *v, const fh_lived_felt *f)
{
    const fh_str felt = score(v, f->felt), seen = score(v, f->observed);
    const char *scores = f->n_scores == 1 ? "score" : "scores";
    const char *walks = f->n_observed == 1 ? "walk or observation" : "walks and observations";
    if (!f->n_scores && !f->n_observed) return FH_STR("nobody said how it was");
    if (!f->n_scores)
        return fh_printed(v->arena, "no %s said how it was; colleagues found %.*s (%llu %s)",
                          v->calling.one, FH_STR_ARG(seen), (unsigned long long)f->n_observed,
                          walks);
    const fh_str by = fh_printed(v->arena, "%s felt %.*s (%llu %s)", v->calling.many,
                                 FH_STR_ARG(felt), (unsigned long long)f->n_scores, scores);
    if (!f->n_observed) return by;
    return fh_printed(v->arena, "%.*s, colleagues found %.*s (%llu %s)", FH_STR_ARG(by),
                      FH_STR_ARG(seen), (unsigned long long)f->n_observed, walks);
}

static fh_str sentence(const fh_view *v, const fh_lived_felt *f)
{
    const fh_str by = said_by(v, f);
    if (!f->meant) return fh_printed(v->arena, "Nothing is meant here; %.*s.", FH_STR_ARG(by));
    if (!f->has_gap) return fh_printed(v->arena, "Meant %d of 5; %.*s.", f->meant, FH_STR_ARG(by));
    const int64_t by_much = f->gap < 0 ? -f->gap : f->gap;
    if (by_much < AS_MEANT)
        return fh_printed(v->arena, "Meant %d of 5; %.*s: about as meant.", f->meant,
                          FH_STR_ARG(by));
    const fh_str much = score(v, by_much);
    return fh_printed(v->arena, "Meant %d of 5; %.*s: %.*s %s than meant.", f->meant,
                      FH_STR_ARG(by), FH_STR_ARG(much), f->gap > 0 ? "worse" : "better");
}

/* ---- Together ------------------------------------------------------------------------------ */

static void compare(fh_lived_felt *f)
{
    f->by_colleagues = !f->n_scores && f->n_observed;
    f->has_gap = f->meant && (f->n_scores || f->n_observed);
    if (f->has_gap) f->gap = f->meant * 100 - (f->n_scores ? f->felt : f->observed);
}

fh_status fh_maps_felt(const fh_view *v, const fh_map_open *open, const fh_elements *elements,
                       const fh_lived_felt **out, fh_error *err)
{
    const uint32_t n = open->map.n_touchpoints;
    fh_lived_asking a;
    fh_elements asked;
    observing o = {.v = v, .open = open, .at = FH_NEW_ARRAY(v->arena, observed, (size_t)n + 1)};
    fh_lived_felt *felt = FH_NEW_ARRAY(v->arena, fh_lived_felt, (size_t)n + 1);
    if (!o.at || !felt) return fh_no_memory(err);
    fh_status s = fh_lived_ask(v, &open->map, &a, err);
    if (!s && !elements) s = fh_lived_count(v, &a, &asked, err);
    if (s) return s;
    if (!elements) elements = &asked;
    o.rules = a.options.rules;
    s = count_kind(&o, "walk", ",walked,", err);
    if (!s) s = count_kind(&o, "observation", ",told,taken,done,kept,", err);
    for (uint32_t t = 0; !s && t < n; t++) {
        const fh_element_row *row = &elements->row[t];
        felt[t] = (fh_lived_felt){.meant = open->map.touchpoint[t].feels,
                                  .n_scores = row->n_scores,
                                  .n_observed = o.at[t].n,
                                  .felt = llround(100 * fh_lived_one_to_five(row)),
                                  .observed = o.at[t].n ? fh_mean(o.at[t].sum, o.at[t].n) : 0};
        compare(&felt[t]);
        felt[t].says = sentence(v, &felt[t]);
        if (!felt[t].says.len) return fh_no_memory(err);
    }
    *out = felt;
    return s;
}
