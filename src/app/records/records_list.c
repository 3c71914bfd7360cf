/* records_list.c - use case: many records: lists, counts of a board, similar ones.
 *
 * What somebody may see is part of the question that is put to the store, so that pages are
 * full and counts are true. Rows whose kind is no more (a file from elsewhere) are left out.
 */
#include "app/records/record_parts.h"

#include "base/checked.h"
#include "base/time.h"
#include "store/members.h"

#include <string.h>

enum { MOST = 500 };

static bool sees_all(const fh_actor *a)
{
    return a->kind == FH_ACTOR_SYSTEM || a->kind == FH_ACTOR_COMMAND_LINE;
}

/* ---- What the actor sees --------------------------------------------------------------------- */

/* " finding/reply ask/open ": states that only those concerned see. */
static fh_status list_concerned(const fh_record_work *w, fh_str of, fh_str *out, fh_error *err)
{
    const fh_kind *const *kind = NULL;
    size_t n = 0;
    fh_buf text;
    const fh_status status = fh_kinds_all(w->org, w->arena, &kind, &n, err);
    if (status != FH_OK) return status;
    fh_buf_init(&text, NULL, 1 << 20);
    for (size_t i = 0; i < n; i++)
        for (uint32_t s = 0; s < kind[i]->n_states; s++)
            if ((!of.len || fh_str_eq(of, kind[i]->name)) &&
                (kind[i]->seen_by == FH_SEEN_BY_CONCERNED || kind[i]->state[s].concerned))
                fh_buf_printf(&text, "%s%.*s/%.*s ", text.len ? "" : " ", FH_STR_ARG(kind[i]->name),
                              FH_STR_ARG(kind[i]->state[s].name));
    const bool kept = text.status == FH_OK && fh_arena_str(w->arena, fh_buf_view(&text), out);
    fh_buf_free(&text);
    return kept ? FH_OK : fh_no_memory(err);
}

static fh_status list_led(const fh_record_work *w, fh_str *out, fh_error *err)
{
    fh_buf text;
    fh_buf_init(&text, NULL, 1 << 20);
    for (size_t i = 0; i < w->actor->n_led; i++)
        fh_buf_printf(&text, "%s%u ", i ? "" : " ", w->actor->led[i]);
    const bool kept = text.status == FH_OK && fh_arena_str(w->arena, fh_buf_view(&text), out);
    fh_buf_free(&text);
    return kept ? FH_OK : fh_no_memory(err);
}

static fh_status limit_sight(const fh_record_work *w, fh_record_query *q, fh_error *err)
{
    fh_status status = fh_record_takes_part(w->actor, err);
    if (status != FH_OK || sees_all(w->actor)) return status;
    status = list_concerned(w, q->kind, &q->concerned, err);
    if (status == FH_OK && q->concerned.len) status = list_led(w, &q->sees_led, err);
    q->sees = w->actor->person;
    return status;
}

/* ---- Numbers that stand for the same ------------------------------------------------ */

static fh_status same_touchpoints(const fh_record_work *w, fh_record_query *q, int64_t number,
                                  fh_error *err)
{
    fh_names names;
    const fh_status status = fh_dict_names(w->org, FH_DICT_TOUCHPOINT, w->arena, &names, err);
    if (status != FH_OK || number < 1 || number >= names.n) return status;
    int64_t *list = FH_NEW_ARRAY(w->arena, int64_t, (size_t)names.n + 1);
    if (!list) return fh_no_memory(err);
    const uint32_t at = (uint32_t)number, shown = names.canon ? names.canon[at] : at;
    q->n_numbers = 0;
    for (uint32_t i = 1; i < names.n; i++)
        if ((names.canon ? names.canon[i] : i) == shown) list[q->n_numbers++] = i;
    q->number = list;
    return FH_OK;
}

static fh_status same_customers(const fh_record_work *w, fh_record_query *q, int64_t number,
                                fh_error *err)
{
    const uint32_t *member = NULL;
    uint32_t customer = 0;
    size_t n = 0;
    fh_error e = {0};
    if (number < 1 || number > UINT32_MAX ||
        fh_member_customer(w->org, (uint32_t)number, &customer, &e) != FH_OK || !customer)
        return FH_OK;
    fh_status status = fh_customer_members(w->org, customer, w->arena, &member, &n, err);
    int64_t *list = status == FH_OK ? FH_NEW_ARRAY(w->arena, int64_t, n + 1) : NULL;
    if (status == FH_OK && !list) status = fh_no_memory(err);
    if (status != FH_OK || !n) return status;
    for (size_t i = 0; i < n; i++) list[i] = member[i];
    q->number = list;
    q->n_numbers = n;
    return FH_OK;
}

static fh_status about_numbers(const fh_record_work *w, const fh_records_filter *f,
                               fh_record_query *q, fh_error *err)
{
    int64_t *one = FH_NEW(w->arena, int64_t);
    if (!one) return fh_no_memory(err);
    *one = f->number;
    q->what = f->what;
    q->number = one;
    q->n_numbers = 1;
    q->key = f->element;
    if (fh_str_eq(f->what, FH_STR("touchpoint"))) return same_touchpoints(w, q, f->number, err);
    if (fh_str_eq(f->what, FH_STR("customer"))) return same_customers(w, q, f->number, err);
    return FH_OK;
}

/* "a,b" as " a b ", each the name of a kind. */
static fh_status kinds_named(const fh_record_work *w, fh_str names, fh_str *out, fh_error *err)
{
    fh_buf text;
    fh_status status = FH_OK;
    if (!names.len) return FH_OK;
    fh_buf_init(&text, NULL, 1 << 16);
    for (size_t at = 0; at <= names.len && status == FH_OK;) {
        const fh_kind *kind = NULL;
        size_t end = at;
        while (end < names.len && names.ptr[end] != ',') end++;
        status = fh_kind_get(w->org, (fh_str){names.ptr + at, end - at}, w->arena, &kind, err);
        if (status == FH_OK)
            fh_buf_printf(&text, "%s%.*s ", text.len ? "" : " ", FH_STR_ARG(kind->name));
        at = end + 1;
    }
    if (status == FH_OK &&
        (text.status != FH_OK || !fh_arena_str(w->arena, fh_buf_view(&text), out)))
        status = fh_no_memory(err);
    fh_buf_free(&text);
    return status;
}

/* ---- The question -------------------------------------------------------------------- */

static fh_status words_of(const fh_record_work *w, const fh_records_filter *f, fh_record_query *q,
                          fh_error *err)
{
    fh_str *word = NULL, choice;
    size_t n = 0;
    fh_status status = fh_record_words_of(f->text, w->arena, &word, &n, err);
    fh_str *list = status == FH_OK ? FH_NEW_ARRAY(w->arena, fh_str, n + 2) : NULL;
    if (status == FH_OK && !list) status = fh_no_memory(err);
    if (status != FH_OK) return status;
    if (f->field.len) {
        if (!fh_arena_format(w->arena, &choice, "%.*s=%.*s", FH_STR_ARG(f->field),
                             FH_STR_ARG(f->value)))
            return fh_no_memory(err);
        list[q->n_words++] = choice;
    }
    for (size_t i = 0; i < n; i++) list[q->n_words++] = word[i];
    q->word = list;
    q->last_begins = n > 0;
    return FH_OK;
}

static bool read_number(fh_str *rest, int64_t *out)
{
    int64_t v = 0;
    size_t i = 0;
    const bool minus = rest->len && rest->ptr[0] == '-';
    for (i = minus; i < rest->len && rest->ptr[i] >= '0' && rest->ptr[i] <= '9'; i++)
        if (!fh_mul_i64(v, 10, &v) || !fh_add_i64(v, rest->ptr[i] - '0', &v)) return false;
    if (i == (size_t)minus) return false;
    *out = minus ? -v : v;
    *rest = (fh_str){rest->ptr + i, rest->len - i};
    return true;
}

static fh_status read_cursor(fh_str cursor, fh_record_query *q, fh_error *err)
{
    if (!cursor.len) return FH_OK;
    q->goes_on = true;
    const bool key = read_number(&cursor, &q->after_key);
    if (key && cursor.len && cursor.ptr[0] == '.') {
        cursor = (fh_str){cursor.ptr + 1, cursor.len - 1};
        if (read_number(&cursor, &q->after_record) && !cursor.len) return FH_OK;
    }
    return fh_fail(err, FH_INVALID, "the cursor is none that a list gave out");
}

static fh_status ask_for(const fh_record_work *w, const fh_records_filter *f, fh_record_query *q,
                         fh_error *err)
{
    static const fh_records_by by[] = {
        [FH_RECORDS_CHANGED] = FH_RECORDS_BY_CHANGED,
        [FH_RECORDS_OLDEST] = FH_RECORDS_BY_FIRST,
        [FH_RECORDS_BOUNCED] = FH_RECORDS_BY_BOUNCES,
        [FH_RECORDS_DUE] = FH_RECORDS_BY_DUE,
    };
    *q = (fh_record_query){.kind = f->kind,
                           .state = f->state,
                           .open = f->open,
                           .ownerless = f->ownerless,
                           .owner = f->owner,
                           .department = f->department,
                           .author = f->author,
                           .asked = f->asked,
                           .follower = f->follower,
                           .with = f->with,
                           .elsewhere = f->elsewhere,
                           .not_author = f->not_author,
                           .from_ms = f->from_ms,
                           .until_ms = f->until_ms,
                           .by = by[f->order]};
    fh_status status = limit_sight(w, q, err);
    if (status == FH_OK) status = kinds_named(w, f->kinds, &q->kinds, err);
    if (status == FH_OK) status = kinds_named(w, f->but, &q->but, err);
    if (status == FH_OK && f->what.len) status = about_numbers(w, f, q, err);
    if (status == FH_OK) status = words_of(w, f, q, err);
    return status == FH_OK ? read_cursor(f->cursor, q, err) : status;
}

/* Views of rows; those of no kind that is known are left out. */
static fh_status views_of(const fh_record_work *w, const fh_record *row, size_t n_rows,
                          const fh_record_view **out, size_t *n, fh_error *err)
{
    size_t got = 0;
    fh_record_view *list = FH_NEW_ARRAY(w->arena, fh_record_view, n_rows + 1);
    if (!list) return fh_no_memory(err);
    for (size_t i = 0; i < n_rows; i++) {
        fh_error e = {0};
        const fh_status status = fh_record_view_of(w, &row[i], &list[got], &e);
        got += status == FH_OK;
        if (status == FH_OK || status == FH_NOTFOUND) continue;
        if (err) *err = e;
        return status;
    }
    *out = list;
    *n = got;
    return fh_record_count_since(w, list, got, err);
}

fh_status fh_records_list(fh_org *org, const fh_actor *actor, const fh_records_filter *filter,
                          size_t max, fh_arena *arena, const fh_record_view **out, size_t *n,
                          fh_str *next, fh_error *err)
{
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    fh_record_query q;
    fh_record *row = NULL;
    size_t got = 0;
    fh_str cursor = {"", 0};
    if (max > MOST) max = MOST;
    fh_status status = ask_for(&w, filter, &q, err);
    if (status == FH_OK) status = fh_record_rows(org, &q, max + 1, arena, &row, &got, err);
    if (status != FH_OK) return status;
    if (got > max && max) {
        got = max;
        if (!fh_arena_format(arena, &cursor, "%lld.%lld",
                             (long long)fh_record_key(&row[max - 1], q.by),
                             (long long)row[max - 1].record))
            return fh_no_memory(err);
    }
    status = views_of(&w, row, got, out, n, err);
    if (status == FH_OK) *next = cursor;
    return status;
}

fh_status fh_records_count(fh_org *org, const fh_actor *actor, const fh_records_filter *filter,
                           fh_arena *arena, const uint64_t **out, size_t *n, fh_error *err)
{
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    const fh_kind *kind = NULL;
    fh_record_count *count = NULL;
    fh_record_query q;
    size_t n_counts = 0;
    fh_status status = fh_kind_get(org, filter->kind, arena, &kind, err);
    if (status == FH_OK) status = ask_for(&w, filter, &q, err);
    if (status == FH_OK) status = fh_record_counts(org, &q, arena, &count, &n_counts, err);
    if (status != FH_OK) return status;
    uint64_t *list = FH_NEW_ARRAY(arena, uint64_t, kind->n_states + 1);
    if (!list) return fh_no_memory(err);
    for (size_t i = 0; i < n_counts; i++) {
        const uint32_t state = fh_kind_find_state(kind, count[i].state);
        if (state < kind->n_states) list[state] += count[i].n;
    }
    *out = list;
    *n = kind->n_states;
    return FH_OK;
}

fh_status fh_records_total(fh_org *org, const fh_actor *actor, const fh_records_filter *filter,
                           fh_arena *arena, uint64_t *out, fh_error *err)
{
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    fh_record_count *count = NULL;
    fh_record_query q;
    size_t n = 0;
    uint64_t total = 0;
    fh_status status = ask_for(&w, filter, &q, err);
    if (status == FH_OK) status = fh_record_counts(org, &q, arena, &count, &n, err);
    if (status != FH_OK) return status;
    for (size_t i = 0; i < n; i++) total += count[i].n;
    *out = total;
    return FH_OK;
}

/* ---- Similar ones -------------------------------------------------------------------- */

fh_status fh_records_similar(fh_org *org, const fh_actor *actor, fh_str kind, fh_str text,
                             size_t max, fh_arena *arena, const fh_record_view **out, size_t *n,
                             fh_error *err)
{
    enum { LOOKED_AT = 100, LEAST = 8 };
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    fh_record_alike *alike = NULL;
    fh_str *word = NULL;
    size_t n_words = 0, n_alike = 0, got = 0;
    fh_status status = fh_record_takes_part(actor, err);
    if (status == FH_OK) status = fh_record_words_of(text, arena, &word, &n_words, err);
    if (status == FH_OK)
        status =
            fh_record_alikes(org, kind, word, n_words, LOOKED_AT, arena, &alike, &n_alike, err);
    fh_record_view *list = status == FH_OK ? FH_NEW_ARRAY(arena, fh_record_view, max + 1) : NULL;
    if (status == FH_OK && !list) status = fh_no_memory(err);
    for (size_t i = 0; i < n_alike && got < max && status == FH_OK; i++) {
        fh_error e = {0};
        if (alike[i].score < LEAST) break;
        status = fh_record_open(&w, alike[i].record, &list[got], &e);
        if (status == FH_NOTFOUND) {
            status = FH_OK;
        } else if (status == FH_OK) {
            const fh_record *r = &list[got].row;
            got += !r->closed || r->state_ms > w.now_ms - 365 * FH_DAY_MS;
        } else if (err) {
            *err = e;
        }
    }
    if (status != FH_OK) return status;
    *out = list;
    *n = got;
    return FH_OK;
}
