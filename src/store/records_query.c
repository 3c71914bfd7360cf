/* records_query.c - which records: lists, counts, what is due.
 *
 * A statement is put together from the conditions that are asked for; values are always
 * bound. The inner SELECT picks numbers from an index that covers all it looks at, the outer
 * one reads that page of rows. There are a few dozen statements in practice, each prepared
 * once.
 */
#include "store/records_parts.h"

#include "base/sort.h"
#include "store/inside.h"

#include <string.h>

enum {
    ARGS = 80,
    RARE = 3000,  /* so few records of a word are looked up */
    LARGE = 20000 /* so many are not */
};

typedef struct asking {
    fh_buf sql;
    fh_arg arg[ARGS];
    unsigned n;
} asking;

/* `text` with ? where the number of the parameter belongs. */
static void also(asking *a, const char *text, fh_arg arg)
{
    if (a->n >= ARGS) {
        a->sql.status = FH_LIMIT;
        return;
    }
    a->arg[a->n++] = arg;
    for (const char *p = text; *p; p++) {
        if (*p == '?')
            fh_buf_printf(&a->sql, "$%u", a->n);
        else
            fh_buf_char(&a->sql, *p);
    }
}

static fh_status start(asking *a, fh_org *org, fh_stmt **s, bool *row, fh_error *err)
{
    fh_buf_char(&a->sql, '\0');
    if (a->sql.status == FH_LIMIT)
        return fh_fail(err, FH_LIMIT, "a list of records is asked for in too many ways at once");
    if (a->sql.status != FH_OK) return fh_no_memory(err);
    return fh_db_ask(fh_org_db(org), a->sql.ptr, a->arg, a->n, s, row, err);
}

static void also_about(asking *a, const fh_record_query *q)
{
    also(a, " AND record IN (SELECT record FROM record_about WHERE what = ?", fh_arg_text(q->what));
    fh_buf_text(&a->sql, " AND until_ms = 0 AND number IN (");
    /* Eight or less, so that there are few statements; the last one fills up. */
    for (size_t i = 0; i < 8; i++) {
        const int64_t none = -1;
        const int64_t number =
            q->n_numbers ? q->number[i < q->n_numbers ? i : q->n_numbers - 1] : none;
        also(a, i ? ", ?" : "?", fh_arg_int(number));
        if (q->n_numbers <= 1) break;
    }
    fh_buf_text(&a->sql, ")");
    if (q->key.len) also(a, " AND key = ?", fh_arg_text(q->key));
    fh_buf_text(&a->sql, ")");
}

/* The i-th word of the list: the word itself, or, of the last one, what begins with it. */
static void also_word(asking *a, const fh_record_query *q, size_t i)
{
    if (!q->last_begins || i + 1 < q->n_words) {
        also(a, "word = ?", fh_arg_text(q->word[i]));
        return;
    }
    also(a, "word >= ?", fh_arg_text(q->word[i]));
    also(a, " AND word < ? || '\xf4\x8f\xbf\xbf'", fh_arg_text(q->word[i]));
}

/* How many records have the word; no more than `most` are counted. */
static fh_status count_word(fh_org *org, const fh_record_query *q, size_t i, int64_t most,
                            int64_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    asking a = {.n = 0};
    fh_buf_init(&a.sql, NULL, 512);
    fh_buf_text(&a.sql, "SELECT COUNT(*) FROM (SELECT 1 FROM record_word WHERE ");
    also_word(&a, q, i);
    also(&a, " LIMIT ?) AS some", fh_arg_int(most));
    const fh_status status = start(&a, org, &s, &row, err);
    *out = status == FH_OK && row ? fh_stmt_i64(s, 0) : 0;
    fh_stmt_done(s);
    fh_buf_free(&a.sql);
    return status;
}

/* In the records of `from`, a name of the statement, the words but one are looked for. */
static void also_others(asking *a, const fh_record_query *q, size_t n, size_t but, const char *from)
{
    for (size_t i = 0; i < n; i++) {
        if (i == but) continue;
        fh_buf_printf(&a->sql,
                      " AND EXISTS (SELECT 1 FROM record_word x WHERE x.record = %s.record AND ",
                      from);
        also_word(a, q, i);
        fh_buf_char(&a->sql, ')');
    }
}

/* Of so many records that have the word `first`, about how many have the others, too: by the first
 * few of them. */
static fh_status guess(fh_org *org, const fh_record_query *q, size_t n, size_t first, int64_t have,
                       int64_t *out, fh_error *err)
{
    enum { LOOK_AT = 500 };
    fh_stmt *s = NULL;
    bool row = false;
    asking a = {.n = 0};
    fh_buf_init(&a.sql, NULL, 1024);
    fh_buf_text(&a.sql, "SELECT COUNT(*) FROM (SELECT record FROM record_word WHERE ");
    also_word(&a, q, first);
    also(&a, " LIMIT ?) AS w WHERE 1 = 1", fh_arg_int(LOOK_AT));
    also_others(&a, q, n, first, "w");
    const fh_status status = start(&a, org, &s, &row, err);
    *out = status == FH_OK && row ? fh_stmt_i64(s, 0) * have / LOOK_AT : 0;
    fh_stmt_done(s);
    fh_buf_free(&a.sql);
    return status;
}

/* Whether a list comes by a page of records with all words sooner than those of `first`, `have` in
 * number, are looked up. */
static fh_status meets_soon(fh_org *org, const fh_record_query *q, size_t n, size_t first,
                            int64_t have, size_t page, bool *out, fh_error *err)
{
    int64_t all = 0, meet = 0;
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status =
        fh_db_ask(fh_org_db(org), "SELECT MAX(record) FROM record", NULL, 0, &s, &row, err);
    if (status == FH_OK && row) all = fh_stmt_i64(s, 0);
    fh_stmt_done(s);
    if (status == FH_OK) status = guess(org, q, n, first, have, &meet, err);
    const int64_t least = page < LARGE ? (int64_t)page : LARGE;
    *out = status == FH_OK && all < INT32_MAX && least * all < meet * have;
    return status;
}

/* The word of the fewest records; none (n) where each has `*least` or more. */
static fh_status find_rarest(fh_org *org, const fh_record_query *q, size_t n, int64_t *least,
                             size_t *out, fh_error *err)
{
    fh_status status = FH_OK;
    *out = n;
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        int64_t found = 0;
        status = count_word(org, q, i, *least, &found, err);
        if (found < *least) {
            *least = found;
            *out = i;
        }
    }
    return status;
}

/* The rarest word is looked up, and the others in its records. But where a list meets enough
 * records that have them all, or all are of very many records, they are looked for in each record
 * that the list comes by, and it stops at its page. Nothing stops a count (`page` 0). */
static fh_status also_words(asking *a, fh_org *org, const fh_record_query *q, size_t page,
                            fh_error *err)
{
    enum { MOST = 6 };
    const size_t n = q->n_words < MOST ? q->n_words : MOST;
    int64_t least = page && n == 1 ? RARE : LARGE;
    size_t rarest = n;
    bool soon = false;
    fh_status status = find_rarest(org, q, n, &least, &rarest, err);
    if (status == FH_OK && page && rarest < n && least > RARE)
        status = meets_soon(org, q, n, rarest, least, page, &soon, err);
    if (status != FH_OK) return status;
    if (soon || rarest == n) {
        also_others(a, q, n, n, "record");
        return FH_OK;
    }
    fh_buf_text(&a->sql, " AND record IN (SELECT w.record FROM record_word w WHERE ");
    also_word(a, q, rarest);
    also_others(a, q, n, rarest, "w");
    fh_buf_char(&a->sql, ')');
    return FH_OK;
}

/* The words of " one two ", at most eight: *n is nine when there are more. */
static void split_list(fh_str list, fh_str word[8], size_t *n)
{
    *n = 0;
    for (size_t at = 0; at < list.len && *n < 9;) {
        size_t end = at;
        while (end < list.len && list.ptr[end] != ' ') end++;
        if (end > at && *n < 8) word[*n] = (fh_str){list.ptr + at, end - at};
        *n += end > at;
        at = end + 1;
    }
}

/* Whether the kind and state of a row are of those that not everybody sees. */
static void is_open_to_all(asking *a, const fh_record_query *q)
{
    fh_str word[8];
    size_t n = 0;
    split_list(q->concerned, word, &n);
    if (n > 8) {
        also(a, "? NOT LIKE '% ' || kind || '/' || state || ' %'", fh_arg_text(q->concerned));
        return;
    }
    /* Most rows are told by their state alone, which costs less; of one kind all are. Compared
     * one by one, which costs less than a set. */
    fh_buf_text(&a->sql, "(merged_into = 0");
    for (size_t i = 0; i < n; i++) {
        size_t slash = 0;
        while (slash < word[i].len && word[i].ptr[slash] != '/') slash++;
        const size_t from = slash < word[i].len ? slash + 1 : slash;
        if (!q->kind.len || fh_str_eq(q->kind, (fh_str){word[i].ptr, slash}))
            also(a, " AND state <> ?",
                 fh_arg_text((fh_str){word[i].ptr + from, word[i].len - from}));
    }
    fh_buf_text(&a->sql, ")");
    if (q->kind.len) return;
    fh_buf_text(&a->sql, " OR kind || '/' || state NOT IN (");
    for (size_t i = 0; i < 8; i++) also(a, i ? ", ?" : "?", fh_arg_text(word[i < n ? i : n - 1]));
    fh_buf_text(&a->sql, ")");
}

static void also_sees(asking *a, const fh_record_query *q)
{
    if (!q->concerned.len) return;
    fh_buf_text(&a->sql, " AND (");
    is_open_to_all(a, q);
    if (q->sees) {
        also(a, " OR author = ?", fh_arg_int(q->sees));
        also(a, " OR owner = ?", fh_arg_int(q->sees));
        also(a, " OR asked = ?", fh_arg_int(q->sees));
        also(a, " OR go_between = ?", fh_arg_int(q->sees));
        also(a, " OR record IN (SELECT record FROM record_follow WHERE person = ?)",
             fh_arg_int(q->sees));
    }
    if (q->sees_led.len) also(a, " OR ? LIKE '% ' || department || ' %'", fh_arg_text(q->sees_led));
    fh_buf_text(&a->sql, ")");
}

static void also_kinds(asking *a, const fh_record_query *q)
{
    fh_str word[8];
    size_t n = 0;
    split_list(q->kinds, word, &n);
    if (n > 8) {
        also(a, " AND ? LIKE '% ' || kind || ' %'", fh_arg_text(q->kinds));
    } else if (n) {
        fh_buf_text(&a->sql, " AND kind IN (");
        for (size_t i = 0; i < 8; i++)
            also(a, i ? ", ?" : "?", fh_arg_text(word[i < n ? i : n - 1]));
        fh_buf_text(&a->sql, ")");
    }
    if (q->but.len) also(a, " AND ? NOT LIKE '% ' || kind || ' %'", fh_arg_text(q->but));
}

static void also_people(asking *a, const fh_record_query *q)
{
    if (q->owner) also(a, " AND owner = ?", fh_arg_int(q->owner));
    if (q->author) also(a, " AND author = ?", fh_arg_int(q->author));
    if (q->asked) also(a, " AND asked = ?", fh_arg_int(q->asked));
    if (q->follower)
        also(a, " AND record IN (SELECT record FROM record_follow WHERE person = ?)",
             fh_arg_int(q->follower));
    if (q->with) {
        also(a, " AND (owner = ?", fh_arg_int(q->with));
        also(a, " OR asked = ?)", fh_arg_int(q->with));
    }
    if (q->elsewhere) {
        also(a, " AND owner <> ?", fh_arg_int(q->elsewhere));
        also(a, " AND asked <> ?", fh_arg_int(q->elsewhere));
    }
    if (q->not_author) also(a, " AND author <> ?", fh_arg_int(q->not_author));
}

/* `page`: so many of those that it finds are asked for; 0: all. */
static fh_status conditions(asking *a, fh_org *org, const fh_record_query *q, size_t page,
                            fh_error *err)
{
    fh_buf_text(&a->sql, " WHERE merged_into = 0");
    if (q->kind.len) also(a, " AND kind = ?", fh_arg_text(q->kind));
    if (q->open) also(a, " AND closed = ?", fh_arg_int(q->open < 0));
    if (q->state.len) also(a, " AND state = ?", fh_arg_text(q->state));
    if (q->ownerless) fh_buf_text(&a->sql, " AND owner = 0 AND ownerless_ms > 0");
    also_kinds(a, q);
    also_people(a, q);
    if (q->department) also(a, " AND department = ?", fh_arg_int(q->department));
    if (q->what.len) also_about(a, q);
    if (q->from_ms) also(a, " AND made_ms >= ?", fh_arg_int(q->from_ms));
    if (q->until_ms) also(a, " AND made_ms < ?", fh_arg_int(q->until_ms));
    if (q->state_from_ms) also(a, " AND state_ms >= ?", fh_arg_int(q->state_from_ms));
    if (q->state_until_ms) also(a, " AND state_ms < ?", fh_arg_int(q->state_until_ms));
    also_sees(a, q);
    return also_words(a, org, q, page, err);
}

/* ---- Orders ------------------------------------------------------------------------------ */

/* By due: first what has a day, then what has none. Each is read off an index. */
typedef enum part { ALL, HAS_DAY, HAS_NONE } part;

static const struct {
    const char *key, *order;
    bool falls;
} orders[] = {
    [FH_RECORDS_BY_CHANGED] = {"changed_ms", "changed_ms DESC, record DESC", true},
    [FH_RECORDS_BY_FIRST] = {"first_ms", "first_ms, record", false},
    [FH_RECORDS_BY_BOUNCES] = {"bounces", "bounces DESC, record DESC", true},
    [FH_RECORDS_BY_DUE] = {"deadline_ms", "deadline_ms, record", false},
};

int64_t fh_record_key(const fh_record *r, fh_records_by by)
{
    switch (by) {
    case FH_RECORDS_BY_CHANGED: return r->changed_ms;
    case FH_RECORDS_BY_FIRST: return r->first_ms;
    case FH_RECORDS_BY_BOUNCES: return r->bounces;
    case FH_RECORDS_BY_DUE: return r->deadline_ms ? r->deadline_ms : INT64_MAX;
    }
    return 0;
}

static void goes_on(asking *a, const fh_record_query *q, part which)
{
    if (which == HAS_DAY) fh_buf_text(&a->sql, " AND deadline_ms > 0");
    if (which == HAS_NONE) fh_buf_text(&a->sql, " AND deadline_ms = 0");
    if (!q->goes_on) return;
    if (which == HAS_NONE) {
        if (q->after_key == INT64_MAX) also(a, " AND record > ?", fh_arg_int(q->after_record));
        return;
    }
    const char *sign = orders[q->by].falls ? "<" : ">";
    fh_buf_printf(&a->sql, " AND (%s %s ", orders[q->by].key, sign);
    also(a, "?", fh_arg_int(q->after_key));
    fh_buf_printf(&a->sql, " OR (%s = ", orders[q->by].key);
    also(a, "? AND record ", fh_arg_int(q->after_key));
    fh_buf_text(&a->sql, sign);
    also(a, " ?))", fh_arg_int(q->after_record));
}

/* Puts at most `max` behind what the list has. */
static fh_status more_rows(fh_org *org, const fh_record_query *q, part which, size_t max,
                           fh_arena *arena, fh_record **list, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    void *all = *list;
    size_t got = *n, cap = *n;
    asking a = {.n = 0};
    fh_buf_init(&a.sql, NULL, 8192);
    fh_buf_text(&a.sql, "SELECT " RECORD " FROM record WHERE record IN (SELECT record FROM record");
    fh_status status = conditions(&a, org, q, max, err);
    goes_on(&a, q, which);
    fh_buf_printf(&a.sql, " ORDER BY %s", orders[q->by].order);
    also(&a, " LIMIT ?)", fh_arg_int(max > INT32_MAX ? INT32_MAX : (int64_t)max));
    fh_buf_printf(&a.sql, " ORDER BY %s", orders[q->by].order);
    if (status == FH_OK) status = start(&a, org, &s, &row, err);
    while (status == FH_OK && row) {
        if (!fh_record_room(arena, &all, got, &cap, sizeof(fh_record))) status = fh_no_memory(err);
        if (status == FH_OK) status = fh_record_read(s, arena, (fh_record *)all + got, err);
        if (status == FH_OK) got++;
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    fh_buf_free(&a.sql);
    *list = all;
    *n = got;
    return status;
}

fh_status fh_record_rows(fh_org *org, const fh_record_query *q, size_t max, fh_arena *arena,
                         fh_record **out, size_t *n, fh_error *err)
{
    const bool by_due = q->by == FH_RECORDS_BY_DUE;
    fh_record *list = NULL;
    size_t got = 0;
    fh_status status = FH_OK;
    if (!by_due)
        status = more_rows(org, q, ALL, max, arena, &list, &got, err);
    else if (!q->goes_on || q->after_key != INT64_MAX)
        status = more_rows(org, q, HAS_DAY, max, arena, &list, &got, err);
    if (by_due && status == FH_OK && got < max)
        status = more_rows(org, q, HAS_NONE, max - got, arena, &list, &got, err);
    if (status != FH_OK) return status;
    *out = list;
    *n = got;
    return FH_OK;
}

fh_status fh_record_counts(fh_org *org, const fh_record_query *q, fh_arena *arena,
                           fh_record_count **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    void *list = NULL;
    size_t got = 0, cap = 0;
    asking a = {.n = 0};
    fh_buf_init(&a.sql, NULL, 8192);
    fh_buf_text(&a.sql, "SELECT state, COUNT(*) FROM record");
    fh_status status = conditions(&a, org, q, 0, err);
    fh_buf_text(&a.sql, " GROUP BY state ORDER BY state");
    if (status == FH_OK) status = start(&a, org, &s, &row, err);
    while (status == FH_OK && row) {
        if (!fh_record_room(arena, &list, got, &cap, sizeof(fh_record_count))) {
            status = fh_no_memory(err);
            break;
        }
        fh_record_count *c = (fh_record_count *)list + got++;
        c->n = (uint64_t)fh_stmt_i64(s, 1);
        status = fh_arena_str(arena, fh_stmt_text(s, 0), &c->state) ? fh_stmt_step(s, &row, err)
                                                                    : fh_no_memory(err);
    }
    fh_stmt_done(s);
    fh_buf_free(&a.sql);
    if (status != FH_OK) return status;
    *out = list;
    *n = got;
    return FH_OK;
}

fh_status fh_record_owned_about(fh_org *org, uint32_t owner, fh_str what, fh_str kind, fh_str state,
                                fh_arena *arena, fh_record_owned **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    void *list = NULL;
    size_t got = 0, cap = 0;
    fh_status status = FH_ASK(
        fh_org_db(org),
        "SELECT a.number, SUM(CASE WHEN r.closed = 0 THEN 1 ELSE 0 END) FROM (SELECT "
        "DISTINCT b.record, b.number FROM record_about b WHERE b.what = $1 AND b.until_ms = "
        "0 AND b.number > 0 AND b.record IN (SELECT record FROM record WHERE owner = $2 AND "
        "merged_into = 0)) AS a, record r WHERE r.record = a.record AND (r.closed = 0 OR "
        "(r.kind = $3 AND r.state = $4)) GROUP BY a.number ORDER BY a.number",
        &s, &row, err, fh_arg_text(what), fh_arg_int(owner), fh_arg_text(kind), fh_arg_text(state));
    while (status == FH_OK && row) {
        if (!fh_record_room(arena, &list, got, &cap, sizeof(fh_record_owned))) {
            status = fh_no_memory(err);
            break;
        }
        ((fh_record_owned *)list)[got++] =
            (fh_record_owned){fh_stmt_i64(s, 0), (uint64_t)fh_stmt_i64(s, 1)};
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = got;
    return FH_OK;
}

/* ---- Who does what ----------------------------------------------------------------------- */

fh_status fh_record_makers(fh_org *org, const fh_record_query *q, fh_arena *arena,
                           fh_record_maker **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    void *list = NULL;
    size_t got = 0, cap = 0;
    asking a = {.n = 0};
    fh_buf_init(&a.sql, NULL, 8192);
    fh_buf_text(&a.sql,
                "SELECT m.record, m.author, m.department, COALESCE(d.number, 0) FROM (SELECT "
                "record, author, department FROM record");
    fh_status status = conditions(&a, org, q, 0, err);
    fh_buf_text(&a.sql, ") AS m LEFT JOIN record_about d ON d.record = m.record AND d.what = "
                        "'department' AND d.until_ms = 0 ORDER BY m.record, d.number");
    if (status == FH_OK) status = start(&a, org, &s, &row, err);
    while (status == FH_OK && row) {
        if (!fh_record_room(arena, &list, got, &cap, sizeof(fh_record_maker))) {
            status = fh_no_memory(err);
            break;
        }
        ((fh_record_maker *)list)[got++] = (fh_record_maker){
            fh_stmt_i64(s, 0), fh_record_u32(s, 1), fh_record_u32(s, 2), fh_record_u32(s, 3)};
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    fh_buf_free(&a.sql);
    if (status != FH_OK) return status;
    *out = list;
    *n = got;
    return FH_OK;
}

/* ---- Who did something ---------------------------------------------------------------------- */

typedef struct kind_of {
    int64_t record;
    fh_str kind;
} kind_of;

static int by_record(const void *a, const void *b, void *ctx)
{
    const kind_of *x = a, *y = b;
    (void)ctx;
    return (x->record > y->record) - (x->record < y->record);
}

/* Of all records, by number: read off an index, where looking each up would cost more. */
static fh_status kinds_of_all(fh_org *org, fh_arena *arena, kind_of **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    void *list = NULL;
    size_t got = 0, cap = 0;
    fh_status status =
        fh_db_ask(fh_org_db(org), "SELECT record, kind FROM record", NULL, 0, &s, &row, err);
    while (status == FH_OK && row) {
        const kind_of *last = got ? (const kind_of *)list + got - 1 : NULL;
        kind_of k = {.record = fh_stmt_i64(s, 0)};
        const fh_str kind = fh_stmt_text(s, 1);
        if (last && fh_str_eq(last->kind, kind)) k.kind = last->kind;
        if ((!k.kind.ptr && !fh_arena_str(arena, kind, &k.kind)) ||
            !fh_record_room(arena, &list, got, &cap, sizeof k)) {
            status = fh_no_memory(err);
            break;
        }
        ((kind_of *)list)[got++] = k;
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status == FH_OK && fh_sort(NULL, list, got, sizeof(kind_of), by_record, NULL))
        status = fh_no_memory(err);
    if (status != FH_OK) return status;
    *out = list;
    *n = got;
    return FH_OK;
}

/* Entries come by record, person and time, the newest first (record_entry_by_doer): equal ones come
 * one after the other, and records side by side with their kinds. */
fh_status fh_record_doers(fh_org *org, int64_t until_ms, int64_t span_ms, uint32_t spans,
                          fh_arena *arena, fh_record_doer **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    kind_of *kind = NULL;
    void *list = NULL;
    size_t got = 0, cap = 0, n_kinds = 0, k = 0;
    fh_status status = kinds_of_all(org, arena, &kind, &n_kinds, err);
    if (status == FH_OK)
        status = FH_ASK(fh_org_db(org),
                        "SELECT record, person, at_ms FROM record_entry WHERE at_ms >= $2 AND "
                        "at_ms < $1 AND person <> 0 ORDER BY record, person, at_ms DESC",
                        &s, &row, err, fh_arg_int(until_ms),
                        fh_arg_int(until_ms - span_ms * (int64_t)spans));
    while (status == FH_OK && row) {
        const fh_record_doer *last = got ? (const fh_record_doer *)list + got - 1 : NULL;
        fh_record_doer d = {.record = fh_stmt_i64(s, 0),
                            .person = fh_record_u32(s, 1),
                            .back = (uint32_t)((until_ms - 1 - fh_stmt_i64(s, 2)) / span_ms)};
        while (k < n_kinds && kind[k].record < d.record) k++;
        const bool known = k < n_kinds && kind[k].record == d.record;
        const bool same =
            last && last->record == d.record && last->person == d.person && last->back == d.back;
        if (known && !same) {
            d.kind = kind[k].kind;
            if (!fh_record_room(arena, &list, got, &cap, sizeof d)) {
                status = fh_no_memory(err);
                break;
            }
            ((fh_record_doer *)list)[got++] = d;
        }
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = got;
    return FH_OK;
}

fh_status fh_record_involved(fh_org *org, int64_t record, uint64_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT COUNT(*) FROM (SELECT person FROM record_entry WHERE record = $1 AND person "
               "<> 0 UNION SELECT person FROM record_follow WHERE record = $1) AS some",
               &s, &row, err, fh_arg_int(record));
    *out = status == FH_OK && row ? (uint64_t)fh_stmt_i64(s, 0) : 0;
    fh_stmt_done(s);
    return status;
}

fh_status fh_record_moves_of(fh_org *org, fh_str kind, fh_arena *arena, fh_record_moved **out,
                             size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    void *list = NULL;
    size_t got = 0, cap = 0;
    fh_status status = FH_ASK(fh_org_db(org),
                              "SELECT r.record, r.made_ms, e.at_ms, e.details FROM record r, "
                              "record_entry e WHERE r.kind = $1 AND r.merged_into = 0 AND e.record "
                              "= r.record AND e.what = 'moved' ORDER BY r.record, e.entry",
                              &s, &row, err, fh_arg_text(kind));
    while (status == FH_OK && row) {
        if (!fh_record_room(arena, &list, got, &cap, sizeof(fh_record_moved))) {
            status = fh_no_memory(err);
            break;
        }
        fh_record_moved *m = (fh_record_moved *)list + got++;
        *m = (fh_record_moved){fh_stmt_i64(s, 0), fh_stmt_i64(s, 1), fh_stmt_i64(s, 2), {0}};
        status = fh_arena_str(arena, fh_stmt_text(s, 3), &m->details) ? fh_stmt_step(s, &row, err)
                                                                      : fh_no_memory(err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = got;
    return FH_OK;
}

fh_status fh_record_due(fh_org *org, int64_t now_ms, size_t max, fh_arena *arena, int64_t **out,
                        size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    void *list = NULL;
    size_t got = 0, cap = 0;
    fh_status status = FH_ASK(
        fh_org_db(org),
        "SELECT record FROM record WHERE due_ms > 0 AND due_ms <= $1 ORDER BY due_ms, record "
        "LIMIT $2",
        &s, &row, err, fh_arg_int(now_ms), fh_arg_int(max > INT32_MAX ? INT32_MAX : (int64_t)max));
    while (status == FH_OK && row) {
        if (!fh_record_room(arena, &list, got, &cap, sizeof(int64_t))) {
            status = fh_no_memory(err);
            break;
        }
        ((int64_t *)list)[got++] = fh_stmt_i64(s, 0);
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = got;
    return FH_OK;
}
