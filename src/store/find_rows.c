/* find_rows.c - rows of causes, counts by day, reference facts; checking (see find_rows.h). */
#include "store/find_rows.h"

#include "store/args.h"
#include "store/inside.h"

#include <stdio.h>
#include <string.h>

/* Room for one more in a list that grows in the arena. */
static bool room(fh_arena *arena, void **list, size_t n, size_t *cap, size_t size)
{
    if (n < *cap) return true;
    const size_t wider = *cap ? 2 * *cap : 32;
    void *more = fh_arena_alloc(arena, wider, size);
    if (!more) return false;
    if (n) memcpy(more, *list, n * size);
    *list = more;
    *cap = wider;
    return true;
}

static fh_str or_empty(fh_str s)
{
    return s.ptr ? s : (fh_str){"", 0};
}

/* ---- Causes ------------------------------------------------------------------------------ */

fh_status fh_cause_put(fh_org *org, const fh_cause_row *c, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "INSERT INTO find_cause (cause, sort, from_department, to_department, touchpoint, "
                 "purpose, about, fact_types, ways, record, first_ms, last_ms, hits, customers, "
                 "severity, fact, judged, why, person, judged_ms) VALUES ($1, $2, $3, $4, $5, $6, "
                 "$7, $8, $9, 0, $10, $11, 0, 0, $12, '', 0, '', 0, 0) ON CONFLICT (cause) DO "
                 "UPDATE SET sort = excluded.sort, from_department = excluded.from_department, "
                 "to_department = excluded.to_department, touchpoint = excluded.touchpoint, "
                 "purpose = excluded.purpose, about = excluded.about, fact_types = "
                 "find_cause.fact_types | excluded.fact_types, ways = find_cause.ways | "
                 "excluded.ways WHERE sort <> excluded.sort OR from_department <> "
                 "excluded.from_department OR to_department <> excluded.to_department OR "
                 "touchpoint <> excluded.touchpoint OR purpose <> excluded.purpose OR about <> "
                 "excluded.about OR (excluded.fact_types & ~find_cause.fact_types) <> 0 OR "
                 "(excluded.ways & ~find_cause.ways) <> 0",
                 NULL, err, fh_arg_int((int64_t)c->cause), fh_arg_int(c->sort), fh_arg_int(c->from),
                 fh_arg_int(c->to), fh_arg_int(c->touchpoint), fh_arg_text(or_empty(c->purpose)),
                 fh_arg_text(or_empty(c->about)), fh_arg_int(c->fact_types), fh_arg_int(c->ways),
                 fh_arg_int(c->first_ms), fh_arg_int(c->last_ms), fh_arg_int(c->severity));
}

/* Read from an index alone, each count by itself, so that SQLite goes along it without a table of
 * those it met. */
static fh_status count_hits(fh_db *db, fh_hits_counted *c, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status =
        FH_ASK(db,
               "SELECT (SELECT COUNT(*) FROM find_hit WHERE cause = $1), (SELECT COUNT(DISTINCT "
               "customer) FROM find_hit WHERE cause = $1)",
               &s, &row, err, fh_arg_int((int64_t)c->cause));
    if (status == FH_OK && row) {
        c->hits = (uint64_t)fh_stmt_i64(s, 0);
        c->customers = (uint64_t)fh_stmt_i64(s, 1);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_hits_count(fh_org *org, fh_hits_counted *list, size_t n, atomic_size_t *next,
                        fh_error *err)
{
    enum { FEW = 64 };
    fh_db *db = NULL;
    fh_status status = fh_org_reader(org, &db, err);
    if (status == FH_OK) status = fh_db_begin(db, false, err);
    while (status == FH_OK) {
        const size_t from = atomic_fetch_add(next, FEW);
        if (from >= n) break;
        const size_t end = n - from < FEW ? n : from + FEW;
        for (size_t i = from; i < end && status == FH_OK; i++)
            status = count_hits(db, &list[i], err);
    }
    fh_db_close(db);
    return status;
}

/* When the first hit began and the last one ended, from what came and went; false: what went may
 * have been the first or the last, and nothing that came is. */
static bool follow_hits(const fh_hits_moved *m, bool none, fh_cause_row *c)
{
    if (!none && m->gone_first <= c->first_ms && m->new_first > c->first_ms) return false;
    if (!none && m->gone_last >= c->last_ms && m->new_last < c->last_ms) return false;
    if (none && m->new_first > m->new_last) return false;
    if (none || m->new_first < c->first_ms) c->first_ms = m->new_first;
    if (none || m->new_last > c->last_ms) c->last_ms = m->new_last;
    return true;
}

static fh_status read_first_and_last(fh_org *org, fh_cause_row *c, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status =
        FH_ASK(fh_org_db(org), "SELECT MIN(a_ms), MAX(b_ms) FROM find_hit WHERE cause = $1", &s,
               &row, err, fh_arg_int((int64_t)c->cause));
    if (status == FH_OK && row) {
        c->first_ms = fh_stmt_i64(s, 0);
        c->last_ms = fh_stmt_i64(s, 1);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_cause_count(fh_org *org, const fh_hits_moved *moved, const fh_hits_counted *counted,
                         fh_cause_row *c, fh_error *err)
{
    fh_cause_row is = *c;
    fh_hits_counted now = {.cause = c->cause};
    fh_status status = FH_OK;
    if (counted)
        now = *counted;
    else
        status = count_hits(fh_org_db(org), &now, err);
    is.hits = now.hits;
    is.customers = now.customers;
    if (status == FH_OK && is.hits && !(moved && follow_hits(moved, c->hits == 0, &is)))
        status = read_first_and_last(org, &is, err);
    if (status == FH_OK) *c = is;
    return status;
}

fh_status fh_cause_set(fh_org *org, const fh_cause_row *c, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "UPDATE find_cause SET hits = $2, customers = $3, first_ms = $4, last_ms = $5, "
                 "record = $6, severity = $7, fact = $8 WHERE cause = $1",
                 NULL, err, fh_arg_int((int64_t)c->cause), fh_arg_int((int64_t)c->hits),
                 fh_arg_int((int64_t)c->customers), fh_arg_int(c->first_ms), fh_arg_int(c->last_ms),
                 fh_arg_int(c->record), fh_arg_int(c->severity), fh_arg_text(or_empty(c->fact)));
}

fh_status fh_cause_judge(fh_org *org, const fh_cause_row *c, fh_error *err)
{
    bool found = false;
    const fh_status status = FH_DO(
        fh_org_db(org),
        "UPDATE find_cause SET judged = $2, why = $3, person = $4, judged_ms = $5 WHERE cause = "
        "$1 RETURNING cause",
        &found, err, fh_arg_int((int64_t)c->cause), fh_arg_int(c->judged),
        fh_arg_text(or_empty(c->why)), fh_arg_int(c->person), fh_arg_int(c->judged_ms));
    return status == FH_OK && !found ? fh_fail(err, FH_NOTFOUND, "there is no such finding")
                                     : status;
}

#define COLUMNS                                                                                   \
    "cause, sort, from_department, to_department, touchpoint, purpose, about, fact_types, ways, " \
    "record, first_ms, last_ms, hits, customers, severity, fact, judged, why, person, judged_ms"

static uint32_t small(int64_t v)
{
    return v < 0 || v > UINT32_MAX ? 0 : (uint32_t)v;
}

static uint64_t count(int64_t v)
{
    return v < 0 ? 0 : (uint64_t)v;
}

static fh_status read_cause(fh_stmt *s, fh_arena *arena, fh_cause_row *out, fh_error *err)
{
    *out = (fh_cause_row){.cause = (uint64_t)fh_stmt_i64(s, 0),
                          .sort = small(fh_stmt_i64(s, 1)),
                          .from = small(fh_stmt_i64(s, 2)),
                          .to = small(fh_stmt_i64(s, 3)),
                          .touchpoint = small(fh_stmt_i64(s, 4)),
                          .fact_types = small(fh_stmt_i64(s, 7)),
                          .ways = small(fh_stmt_i64(s, 8)),
                          .record = fh_stmt_i64(s, 9),
                          .first_ms = fh_stmt_i64(s, 10),
                          .last_ms = fh_stmt_i64(s, 11),
                          .hits = count(fh_stmt_i64(s, 12)),
                          .customers = count(fh_stmt_i64(s, 13)),
                          .severity = small(fh_stmt_i64(s, 14)),
                          .judged = fh_stmt_i64(s, 16) != 0,
                          .person = small(fh_stmt_i64(s, 18)),
                          .judged_ms = fh_stmt_i64(s, 19)};
    return fh_arena_str(arena, fh_stmt_text(s, 5), &out->purpose) &&
                   fh_arena_str(arena, fh_stmt_text(s, 6), &out->about) &&
                   fh_arena_str(arena, fh_stmt_text(s, 15), &out->fact) &&
                   fh_arena_str(arena, fh_stmt_text(s, 17), &out->why)
               ? FH_OK
               : fh_no_memory(err);
}

fh_status fh_cause_get(fh_org *org, uint64_t cause, fh_arena *arena, fh_cause_row *out,
                       fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org), "SELECT " COLUMNS " FROM find_cause WHERE cause = $1",
                              &s, &row, err, fh_arg_int((int64_t)cause));
    if (status == FH_OK && row)
        status = read_cause(s, arena, out, err);
    else if (status == FH_OK) {
        (void)fh_fail(err, FH_NOTFOUND, "there is no finding %016llx", (unsigned long long)cause);
        status = fh_hint(err, FH_NOTFOUND, "The list of findings tells which there are.");
    }
    fh_stmt_done(s);
    return status;
}

/* What a statement that was asked tells. */
static fh_status read_causes(fh_stmt *s, bool row, fh_arena *arena, const fh_cause_row **out,
                             size_t *n, fh_error *err)
{
    void *list = NULL;
    size_t got = 0, cap = 0;
    fh_status status = FH_OK;
    while (status == FH_OK && row) {
        if (!room(arena, &list, got, &cap, sizeof(fh_cause_row)))
            status = fh_no_memory(err);
        else
            status = read_cause(s, arena, (fh_cause_row *)list + got++, err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    *out = list;
    *n = got;
    return status;
}

fh_status fh_causes_all(fh_org *org, fh_arena *arena, const fh_cause_row **out, size_t *n,
                        fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org),
                              "SELECT " COLUMNS " FROM find_cause WHERE hits > $1 OR judged <> 0 "
                              "ORDER BY severity DESC, customers DESC, cause",
                              &s, &row, err, fh_arg_int(0));
    if (status == FH_OK) status = read_causes(s, row, arena, out, n, err);
    fh_stmt_done(s);
    return status;
}

fh_status fh_causes_of_sort(fh_org *org, uint32_t sort, uint64_t top, fh_arena *arena,
                            const fh_cause_row **out, size_t *n, uint64_t *there, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const int64_t most = top && top < INT64_MAX ? (int64_t)top : INT64_MAX;
    fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT " COLUMNS " FROM find_cause WHERE sort = $1 AND judged = 0 AND hits > 0 "
               "ORDER BY severity DESC, customers DESC, cause LIMIT $2",
               &s, &row, err, fh_arg_int(sort), fh_arg_int(most));
    if (status == FH_OK) status = read_causes(s, row, arena, out, n, err);
    fh_stmt_done(s);
    s = NULL;
    *there = 0;
    if (status == FH_OK)
        status = FH_ASK(fh_org_db(org),
                        "SELECT COUNT(*) FROM find_cause WHERE sort = $1 AND judged = 0 AND hits "
                        "> 0",
                        &s, &row, err, fh_arg_int(sort));
    if (status == FH_OK && row) *there = count(fh_stmt_i64(s, 0));
    fh_stmt_done(s);
    return status;
}

fh_status fh_cause_of_record(fh_org *org, int64_t record, uint64_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status =
        FH_ASK(fh_org_db(org), "SELECT cause FROM find_cause WHERE record = $1 AND record <> 0", &s,
               &row, err, fh_arg_int(record));
    *out = status == FH_OK && row ? (uint64_t)fh_stmt_i64(s, 0) : 0;
    fh_stmt_done(s);
    return status;
}

/* ---- Counts by day ----------------------------------------------------------------------- */

fh_status fh_find_day_put(fh_org *org, int64_t day, fh_error *err)
{
    static const char *const sql[] = {
        "DELETE FROM find_history WHERE day = $1",
        "INSERT INTO find_history (day, sort, causes, customers, hits) SELECT $1, sort, COUNT(*), "
        "SUM(customers), SUM(hits) FROM find_cause WHERE hits > 0 AND judged = 0 GROUP BY sort",
    };
    fh_status status = FH_OK;
    for (size_t i = 0; i < sizeof sql / sizeof sql[0] && status == FH_OK; i++)
        status = FH_DO(fh_org_db(org), sql[i], NULL, err, fh_arg_int(day));
    return status;
}

/* Rows stand for the days up to the next one: most causes are the same for long. */
fh_status fh_cause_day_put(fh_org *org, const fh_cause_row *c, int64_t day, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "INSERT INTO find_cause_day (cause, day, hits, customers) SELECT $1, $2, $3, $4 "
                 "WHERE $3 <> COALESCE((SELECT hits FROM find_cause_day WHERE cause = $1 ORDER BY "
                 "day DESC LIMIT 1), 0) OR $4 <> COALESCE((SELECT customers FROM find_cause_day "
                 "WHERE cause = $1 ORDER BY day DESC LIMIT 1), 0) ON CONFLICT (cause, day) DO "
                 "UPDATE SET hits = excluded.hits, customers = excluded.customers",
                 NULL, err, fh_arg_int((int64_t)c->cause), fh_arg_int(day),
                 fh_arg_int((int64_t)c->hits), fh_arg_int((int64_t)c->customers));
}

static fh_status read_days(fh_stmt *s, bool row, fh_arena *arena, const fh_find_day **out,
                           size_t *n, fh_error *err)
{
    void *list = NULL;
    size_t got = 0, cap = 0;
    fh_status status = FH_OK;
    while (status == FH_OK && row) {
        if (!room(arena, &list, got, &cap, sizeof(fh_find_day))) return fh_no_memory(err);
        ((fh_find_day *)list)[got++] = (fh_find_day){.day = fh_stmt_i64(s, 0),
                                                     .sort = small(fh_stmt_i64(s, 1)),
                                                     .causes = count(fh_stmt_i64(s, 2)),
                                                     .customers = count(fh_stmt_i64(s, 3)),
                                                     .hits = count(fh_stmt_i64(s, 4))};
        status = fh_stmt_step(s, &row, err);
    }
    *out = list;
    *n = got;
    return status;
}

fh_status fh_find_days(fh_org *org, int64_t from, fh_arena *arena, const fh_find_day **out,
                       size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org),
                              "SELECT day, sort, causes, customers, hits FROM find_history WHERE "
                              "day >= $1 ORDER BY day, sort",
                              &s, &row, err, fh_arg_int(from));
    if (status == FH_OK) status = read_days(s, row, arena, out, n, err);
    fh_stmt_done(s);
    return status;
}

fh_status fh_cause_days(fh_org *org, uint64_t cause, fh_arena *arena, const fh_find_day **out,
                        size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org),
                              "SELECT h.day, 0, 0, d.customers, d.hits FROM (SELECT day FROM "
                              "find_history UNION SELECT day FROM find_cause_day WHERE cause = $1) "
                              "h JOIN find_cause_day d ON d.cause = $1 AND d.day = (SELECT "
                              "MAX(x.day) FROM find_cause_day x WHERE x.cause = $1 AND x.day <= "
                              "h.day) WHERE d.hits > 0 ORDER BY h.day",
                              &s, &row, err, fh_arg_int((int64_t)cause));
    if (status == FH_OK) status = read_days(s, row, arena, out, n, err);
    fh_stmt_done(s);
    return status;
}

/* ---- Reference facts ---------------------------------------------------------------------- */

static fh_status add_reference(fh_org *org, fh_reference_row *r, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org), "SELECT COUNT(*) FROM reference_fact WHERE fact > $1",
                              &s, &row, err, fh_arg_int(0));
    const int64_t there = status == FH_OK && row ? fh_stmt_i64(s, 0) : 0;
    fh_stmt_done(s);
    if (status == FH_OK && there >= FH_REFERENCE_FACTS_MOST) {
        (void)fh_fail(err, FH_LIMIT, "there are %lld reference facts", (long long)there);
        return fh_hint(err, FH_LIMIT, "Remove those that hold no more.");
    }
    if (status == FH_OK) status = fh_org_numbers(org, "reference-fact", 1, &r->fact, err);
    if (status != FH_OK) return status;
    return FH_DO(fh_org_db(org),
                 "INSERT INTO reference_fact (fact, topic, type, unit, value, words, from_ms, "
                 "until_ms, cause, person, made_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
                 "$10, $11)",
                 NULL, err, fh_arg_int(r->fact), fh_arg_int((int64_t)r->topic), fh_arg_int(r->type),
                 fh_arg_text(or_empty(r->unit)), fh_arg_text(or_empty(r->value)),
                 fh_arg_text(or_empty(r->words)), fh_arg_int(r->from_ms), fh_arg_int(r->until_ms),
                 fh_arg_int((int64_t)r->cause), fh_arg_int(r->person), fh_arg_int(r->made_ms));
}

fh_status fh_reference_add(fh_org *org, fh_reference_row *r, fh_error *err)
{
    bool mine = false;
    const fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    return fh_org_leave(org, mine, add_reference(org, r, err), err);
}

fh_status fh_references(fh_org *org, fh_arena *arena, const fh_reference_row **out, size_t *n,
                        fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    void *list = NULL;
    size_t got = 0, cap = 0;
    fh_status status = FH_ASK(fh_org_db(org),
                              "SELECT fact, topic, type, unit, value, words, from_ms, until_ms, "
                              "cause, person, made_ms FROM reference_fact ORDER BY fact DESC LIMIT "
                              "$1",
                              &s, &row, err, fh_arg_int(FH_REFERENCE_FACTS_MOST));
    while (status == FH_OK && row) {
        if (!room(arena, &list, got, &cap, sizeof(fh_reference_row))) {
            status = fh_no_memory(err);
            break;
        }
        fh_reference_row *r = (fh_reference_row *)list + got++;
        *r = (fh_reference_row){.fact = fh_stmt_i64(s, 0),
                                .topic = (uint64_t)fh_stmt_i64(s, 1),
                                .type = small(fh_stmt_i64(s, 2)),
                                .from_ms = fh_stmt_i64(s, 6),
                                .until_ms = fh_stmt_i64(s, 7),
                                .cause = (uint64_t)fh_stmt_i64(s, 8),
                                .person = small(fh_stmt_i64(s, 9)),
                                .made_ms = fh_stmt_i64(s, 10)};
        status = fh_arena_str(arena, fh_stmt_text(s, 3), &r->unit) &&
                         fh_arena_str(arena, fh_stmt_text(s, 4), &r->value) &&
                         fh_arena_str(arena, fh_stmt_text(s, 5), &r->words)
                     ? fh_stmt_step(s, &row, err)
                     : fh_no_memory(err);
    }
    fh_stmt_done(s);
    *out = list;
    *n = got;
    return status;
}

fh_status fh_reference_drop(fh_org *org, int64_t fact, fh_error *err)
{
    bool found = false;
    const fh_status status =
        FH_DO(fh_org_db(org), "DELETE FROM reference_fact WHERE fact = $1 RETURNING fact", &found,
              err, fh_arg_int(fact));
    return status == FH_OK && !found
               ? fh_fail(err, FH_NOTFOUND, "there is no reference fact %lld", (long long)fact)
               : status;
}

/* ---- Checking ------------------------------------------------------------------------------ */

static fh_status check_seen(fh_org *org, fh_find_fault *fault, void *ctx, fh_error *err)
{
    char sentence[200];
    fh_stmt *s = NULL;
    bool row = false;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status =
        FH_ASK(fh_org_db(org), "SELECT lo, bytes FROM find_seen WHERE lo > $1 ORDER BY lo", &s,
               &row, err, fh_arg_int(-1));
    while (status == FH_OK && row) {
        const int64_t lo = fh_stmt_i64(s, 0);
        const fh_seen *seen = NULL;
        size_t n = 0;
        fh_arena_reset(arena);
        const bool sound = lo <= UINT32_MAX && lo % FH_SEEN_RANGE == 0;
        fh_status read = FH_CORRUPT;
        if (sound) read = fh_seen_decode(fh_stmt_blob(s, 1), (uint32_t)lo, arena, &seen, &n, NULL);
        if (read == FH_NOMEM) status = fh_no_memory(err);
        if (read == FH_CORRUPT) {
            (void)snprintf(sentence, sizeof sentence,
                           "findings: how far customers from #%lld on were looked at cannot be "
                           "read; run 'firsthand find --all'",
                           (long long)lo);
            fault(ctx, sentence);
        }
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    fh_arena_free(arena);
    return status;
}

typedef struct telling {
    fh_find_fault *fault;
    void *ctx;
} telling;

static fh_status tell_damaged(void *ctx, uint32_t piece, bool missing, fh_error *err)
{
    const telling *t = ctx;
    char sentence[200];
    (void)err;
    (void)snprintf(sentence, sizeof sentence,
                   "findings: piece %u of what mass mails look like %s; the next look makes it "
                   "anew: run 'firsthand find'",
                   piece, missing ? "is missing" : "is damaged");
    t->fault(t->ctx, sentence);
    return FH_OK;
}

fh_status fh_find_check(fh_org *org, fh_find_fault *fault, void *ctx, fh_error *err)
{
    static const struct {
        const char *sql, *what;
    } none[] = {
        {"SELECT COUNT(*) FROM find_hit h WHERE h.sort < $1 OR NOT EXISTS (SELECT 1 FROM "
         "find_cause "
         "c WHERE c.cause = h.cause)",
         "hits belong to no finding that is known"},
        {"SELECT COUNT(*) FROM find_hit WHERE customer < 1 + $1 OR customer > COALESCE((SELECT "
         "last_given FROM counter WHERE name = 'member'), 0) OR customer IN (SELECT member FROM "
         "identity_member WHERE customer = 0)",
         "hits are of customers that do not exist, or were erased"},
        {"SELECT COUNT(*) FROM find_cause WHERE sort < $1 OR sort > 62 OR judged NOT IN (0, 1) OR "
         "hits < 0 OR customers < 0 OR severity NOT BETWEEN 0 AND 100",
         "causes of findings are not sensible"},
        {"SELECT COUNT(*) FROM find_cause WHERE record <> $1 AND record NOT IN (SELECT record FROM "
         "record)",
         "causes of findings name records that are not there"},
        {"SELECT COUNT(*) FROM reference_fact WHERE fact < 1 + $1 OR type < 0 OR type > 62 OR "
         "words "
         "= ''",
         "reference facts are not sensible"},
    };
    char sentence[200];
    fh_status status = FH_OK;
    for (size_t i = 0; i < sizeof none / sizeof none[0] && status == FH_OK; i++) {
        fh_stmt *s = NULL;
        bool row = false;
        status = FH_ASK(fh_org_db(org), none[i].sql, &s, &row, err, fh_arg_int(0));
        const int64_t n = status == FH_OK && row ? fh_stmt_i64(s, 0) : 0;
        fh_stmt_done(s);
        if (n <= 0) continue;
        (void)snprintf(sentence, sizeof sentence,
                       "findings: %lld %s; run 'firsthand find --all', which looks anew",
                       (long long)n, none[i].what);
        fault(ctx, sentence);
    }
    telling damaged = {fault, ctx};
    if (status == FH_OK) status = fh_find_damaged(org, tell_damaged, &damaged, err);
    return status == FH_OK ? check_seen(org, fault, ctx, err) : status;
}
