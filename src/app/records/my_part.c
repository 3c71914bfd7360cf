/* my_part.c - what one person can do for a customer today (see my_part.h).
 *
 * The lists stand in one table: from a row of it come the filter, the query that is told, the
 * total and the items.
 */
#include "app/records/my_part.h"

#include "app/ask/views.h"
#include "app/ask/words.h"
#include "app/records/record_parts.h"
#include "base/put.h"
#include "base/sort.h"

#include <stddef.h>

/* ---- Lists --------------------------------------------------------------------------------- */

typedef struct part {
    const char *name;
    size_t mine[3]; /* members of the filter that are the person; 0: none */
    const char *query;
    const char *kinds, *but;
    bool open;
    fh_record_order order;
} part;

#define MINE(member) offsetof(fh_records_filter, member)

static const part parts[] = {
    {"claims",
     {MINE(asked)},
     "asked=me&open=yes&but=challenge,ask,information-request&order=oldest",
     NULL,
     "challenge,ask,information-request",
     true,
     FH_RECORDS_OLDEST},
    {"challenges",
     {MINE(with)},
     "with=me&open=yes&kinds=challenge&order=oldest",
     "challenge",
     NULL,
     true,
     FH_RECORDS_OLDEST},
    {"asks",
     {MINE(with)},
     "with=me&open=yes&kinds=ask,information-request&order=oldest",
     "ask,information-request",
     NULL,
     true,
     FH_RECORDS_OLDEST},
    {"promises",
     {MINE(owner)},
     "owner=me&open=yes&kinds=promise&order=due",
     "promise",
     NULL,
     true,
     FH_RECORDS_DUE},
    {"own",
     {MINE(owner)},
     "owner=me&open=yes&but=promise,pledge,challenge,ask,information-request,walk&order=oldest",
     NULL,
     "promise,pledge,challenge,ask,information-request,walk",
     true,
     FH_RECORDS_OLDEST},
    {"walks",
     {MINE(owner)},
     "owner=me&open=yes&kinds=walk&order=due",
     "walk",
     NULL,
     true,
     FH_RECORDS_DUE},
    {"findings",
     {MINE(author)},
     "author=me&kinds=finding&order=changed",
     "finding",
     NULL,
     false,
     FH_RECORDS_CHANGED},
    {"pledges",
     {MINE(owner)},
     "owner=me&open=yes&kinds=pledge&order=due",
     "pledge",
     NULL,
     true,
     FH_RECORDS_DUE},
    {"became",
     {MINE(author), MINE(elsewhere)},
     "author=me&elsewhere=me&but=promise,pledge,note,finding&order=changed",
     NULL,
     "promise,pledge,note,finding",
     false,
     FH_RECORDS_CHANGED},
    {"follows",
     {MINE(follower), MINE(elsewhere), MINE(not_author)},
     "follower=me&elsewhere=me&not-author=me&order=changed",
     NULL,
     NULL,
     false,
     FH_RECORDS_CHANGED},
};

static fh_records_filter filter_of(const part *p, uint32_t person)
{
    fh_records_filter f = {.open = p->open, .order = p->order};
    if (p->kinds) f.kinds = fh_str_of(p->kinds);
    if (p->but) f.but = fh_str_of(p->but);
    for (size_t i = 0; i < 3 && p->mine[i]; i++)
        *(uint32_t *)(void *)((char *)&f + p->mine[i]) = person;
    return f;
}

static fh_status part_json(const fh_record_work *w, const part *p, size_t top,
                           fh_record_names *names, fh_json *j, fh_error *err)
{
    const fh_records_filter f = filter_of(p, w->actor->person);
    const fh_record_view *r = NULL;
    uint64_t total = 0;
    size_t n = 0;
    fh_str next;
    fh_status s = fh_records_total(w->org, w->actor, &f, w->arena, &total, err);
    if (!s) s = fh_records_list(w->org, w->actor, &f, top, w->arena, &r, &n, &next, err);
    if (s) return s;
    fh_json_key(j, fh_str_of(p->name));
    fh_json_object(j);
    fh_put_number(j, "total", total);
    fh_put_text(j, "all", fh_printed(w->arena, "/api/v1/records?%s", p->query));
    fh_json_key(j, FH_STR("items"));
    fh_json_array(j);
    for (size_t i = 0; i < n && !s; i++) s = fh_record_json(&r[i], names, j, err);
    fh_json_end_array(j);
    fh_json_end_object(j);
    return s;
}

/* ---- Touchpoints --------------------------------------------------------------------------- */

typedef struct place {
    uint32_t touchpoint;
    uint64_t open;
    const fh_touchpoint_row *lived; /* NULL: nobody came there */
} place;

/* Most open ones first, ties by number. */
static int by_open(const void *a, const void *b, void *ctx)
{
    const place *x = a, *y = b;
    (void)ctx;
    if (x->open != y->open) return x->open > y->open ? -1 : 1;
    return (x->touchpoint > y->touchpoint) - (x->touchpoint < y->touchpoint);
}

static fh_status add_place(const fh_view *v, const fh_record_owned *of, place *list, size_t *n)
{
    if (of->number < 1 || of->number >= v->touchpoint.n) return FH_OK;
    const uint32_t at = (uint32_t)of->number;
    const uint32_t shown = v->touchpoint.canon ? v->touchpoint.canon[at] : at;
    size_t i = 0;
    while (i < *n && list[i].touchpoint != shown) i++;
    if (i == *n) list[(*n)++] = (place){.touchpoint = shown};
    list[i].open += of->n;
    return FH_OK;
}

static fh_status places_of(const fh_record_work *w, const fh_view *v, place **out, size_t *n,
                           fh_error *err)
{
    fh_record_owned *owned = NULL;
    fh_touchpoints lived;
    size_t n_owned = 0, got = 0;
    fh_status s = fh_record_owned_about(w->org, w->actor->person, FH_STR("touchpoint"),
                                        FH_STR("ownership-claim"), FH_STR("owned"), w->arena,
                                        &owned, &n_owned, err);
    place *list = s ? NULL : FH_NEW_ARRAY(w->arena, place, n_owned + 1);
    if (!s && !list) s = fh_no_memory(err);
    for (size_t i = 0; i < n_owned && !s; i++) s = add_place(v, &owned[i], list, &got);
    if (!s && got) s = fh_view_touchpoints(v, &lived, err);
    for (size_t i = 0; i < got && !s; i++)
        for (size_t k = 0; k < lived.n_rows && !list[i].lived; k++)
            if (lived.rows[k].touchpoint == list[i].touchpoint) list[i].lived = &lived.rows[k];
    if (!s && fh_sort(NULL, list, got, sizeof *list, by_open, NULL)) s = fh_no_memory(err);
    *out = list;
    *n = got;
    return s;
}

/* Means of fewer scores than this say who gave them. */
enum { FEWEST_SCORES = 5 };

static void place_json(const fh_view *v, const place *p, fh_json *j)
{
    char at[FH_TIME_TEXT];
    const fh_touchpoint_row *row = p->lived;
    const uint64_t scores = row ? row->n_scores : 0;
    fh_json_object(j);
    fh_put_number(j, "touchpoint", p->touchpoint);
    fh_put_text(j, "name", fh_view_name(&v->touchpoint, p->touchpoint));
    fh_put_number(j, "open", p->open);
    fh_put_number(j, "times", row ? row->count : 0);
    fh_put_number(j, "customers", row ? row->stories : 0);
    fh_put_number(j, "scores", scores);
    fh_json_key(j, FH_STR("score"));
    if (row && scores >= FEWEST_SCORES)
        fh_json_fixed(j, (row->score_sum + (int64_t)scores / 2) / (int64_t)scores, 2);
    else
        fh_json_null(j);
    fh_json_key(j, FH_STR("last"));
    if (row)
        fh_json_str(j, (fh_str){at, fh_time_format(row->last_ms, NULL, at)});
    else
        fh_json_null(j);
    fh_json_end_object(j);
}

static fh_status places_json(const fh_record_work *w, size_t top, fh_json *j, fh_error *err)
{
    char at[FH_TIME_TEXT];
    const int64_t day = w->now_ms / FH_DAY_MS - FH_MY_PART_DAYS;
    const fh_str from = {at, fh_time_format(day * FH_DAY_MS, NULL, at)};
    const fh_filter_text lately = {.from = {from.ptr, 10}}; /* 2024-01-31 */
    fh_view v;
    place *list = NULL;
    size_t n = 0;
    fh_status s = fh_view_open(w->org, &lately, NULL, 0, w->arena, &v, err);
    if (!s) s = places_of(w, &v, &list, &n, err);
    if (s) return s;
    fh_json_key(j, FH_STR("touchpoints"));
    fh_json_object(j);
    fh_put_number(j, "total", n);
    fh_put_text(j, "all", fh_printed(w->arena, "/api/v1/touchpoints?from=%.*s", 10, from.ptr));
    fh_put_text(j, "from", lately.from);
    fh_json_key(j, FH_STR("items"));
    fh_json_array(j);
    for (size_t i = 0; i < n && i < top; i++) place_json(&v, &list[i], j);
    fh_json_end_array(j);
    fh_json_end_object(j);
    return FH_OK;
}

fh_status fh_my_part_json(fh_org *org, const fh_actor *actor, size_t top, fh_arena *arena,
                          fh_json *j, fh_error *err)
{
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    fh_record_names *names = NULL;
    fh_status s = fh_record_takes_part(actor, err);
    if (s) return s;
    if (!actor->person) {
        (void)fh_fail(err, FH_INVALID, "no person stands behind this");
        return fh_hint(err, FH_INVALID, "Sign in, or use a token of a person's.");
    }
    s = fh_record_names_new(org, actor, arena, &names, err);
    if (s) return s;
    fh_json_object(j);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && !s; i++)
        s = part_json(&w, &parts[i], top, names, j, err);
    if (!s) s = places_json(&w, top, j, err);
    if (!s) s = fh_record_names_json(names, j, err);
    fh_json_end_object(j);
    return s;
}
