/* orgfile.c - an organisation's file for tests, and its oracle. */
#include "orgfile.h"

#include "segments.h"

#include <stdlib.h>
#include <unistd.h>

char orgfile_path[64];

static void remove_all(void)
{
    static const char *const tails[] = {"",      "-wal",      "-shm",      ".new",
                                        ".copy", ".copy-wal", ".copy-shm", ".erased"};
    for (size_t i = 0; i < COUNT(tails); i++) {
        char name[80];
        (void)snprintf(name, sizeof name, "%s%s", orgfile_path, tails[i]);
        (void)unlink(name);
    }
}

int orgfile_setup(void **state)
{
    (void)state;
    /* In memory where there is such a place: a disk's waits test nothing here. */
    const char *folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    (void)snprintf(orgfile_path, sizeof orgfile_path, "%s/fh_test_%d.fh", folder, (int)getpid());
    remove_all();
    return 0;
}

int orgfile_teardown(void **state)
{
    (void)state;
    remove_all();
    return 0;
}

fh_org *orgfile_open(fh_org_mode mode)
{
    fh_org *org = NULL;
    if (access(orgfile_path, F_OK) != 0)
        assert_status(fh_org_create(fh_os_real(), orgfile_path, FH_STR("Acme"), NULL), FH_OK);
    assert_status(fh_org_open(fh_os_real(), orgfile_path, mode, &org, NULL), FH_OK);
    return org;
}

static void show_fault(void *ctx, const char *sentence)
{
    (void)ctx;
    print_error("%s\n", sentence);
}

void orgfile_check(fh_org *org)
{
    uint64_t n = 99;
    fh_error err = {0};
    const fh_status status = fh_store_check(org, show_fault, NULL, &n, &err);
    if (status != FH_OK) fail_msg("check: %s", err.message);
    assert_int_equal(n, 0);
}

/* ---- The list ----------------------------------------------------------------------------- */

void oracle_free(oracle *o)
{
    free(o->row);
    *o = (oracle){0};
}

oracle oracle_copy(const oracle *o)
{
    oracle copy = *o;
    copy.row = malloc((o->cap + 1) * sizeof *copy.row);
    assert_non_null(copy.row);
    if (o->n > 0) memcpy(copy.row, o->row, o->n * sizeof *copy.row);
    return copy;
}

static void push(oracle *o, const fh_row *row, uint64_t age)
{
    if (o->n == o->cap) {
        o->cap = o->cap ? 2 * o->cap : 256;
        o->row = realloc(o->row, o->cap * sizeof *o->row);
        assert_non_null(o->row);
    }
    o->row[o->n] = (oracle_row){.row = *row, .age = age};
    fh_row *r = &o->row[o->n++].row;
    if (!r->member) r->member = r->customer;
    if (!r->has_value) r->value = 0;
    if (!r->has_score) r->score = 0;
    r->payload.ptr = NULL;
}

void oracle_add(oracle *o, const fh_row *rows, size_t n)
{
    o->age++;
    for (size_t i = 0; i < n; i++) push(o, &rows[i], o->age);
}

void oracle_cut(oracle *o, uint32_t customer)
{
    size_t kept = 0;
    for (size_t i = 0; i < o->n; i++)
        if (o->row[i].row.customer != customer) o->row[kept++] = o->row[i];
    o->n = kept;
}

void oracle_move(oracle *o, uint32_t from, uint32_t to, const uint32_t *members, size_t n_members)
{
    oracle now = oracle_expected(o);
    oracle_cut(o, from);
    o->age++;
    for (size_t i = 0; i < now.n; i++) {
        fh_row row = now.row[i].row;
        if (row.customer != from) continue;
        bool goes = !members;
        for (size_t m = 0; m < n_members; m++) goes = goes || members[m] == row.member;
        if (goes) row.customer = to;
        push(o, &row, o->age);
    }
    oracle_free(&now);
}

/* ---- The rules ------------------------------------------------------------------------------ */

static int by_story(const void *pa, const void *pb)
{
    const oracle_row *a = pa, *b = pb;
    if (a->row.customer != b->row.customer) return a->row.customer < b->row.customer ? -1 : 1;
    if (a->row.at_s != b->row.at_s) return a->row.at_s < b->row.at_s ? -1 : 1;
    if (a->row.ms != b->row.ms) return a->row.ms < b->row.ms ? -1 : 1;
    return a->age < b->age ? -1 : a->age > b->age;
}

static bool equal_rows(const fh_row *a, const fh_row *b, bool origin)
{
    return a->customer == b->customer && a->member == b->member && a->at_s == b->at_s &&
           a->ms == b->ms && a->touchpoint == b->touchpoint && a->channel == b->channel &&
           a->department == b->department && a->outcome == b->outcome &&
           a->currency == b->currency && a->direction == b->direction &&
           a->has_value == b->has_value && a->has_score == b->has_score && a->value == b->value &&
           a->score == b->score && a->problem == b->problem && a->id == b->id &&
           a->payload.len == b->payload.len && (!origin || a->origin == b->origin);
}

/* What came in at once is told apart by source ids only. */
static bool is_copy(const oracle_row *a, const oracle_row *b)
{
    const fh_row *earlier = &a->row, *later = &b->row;
    if (earlier->customer != later->customer) return false;
    if (earlier->id & later->id & FH_ID_GIVEN) return earlier->id == later->id;
    if ((earlier->id | later->id) & FH_ID_GIVEN) return false;
    return a->age >> 32 != b->age >> 32 && earlier->origin != later->origin &&
           equal_rows(earlier, later, false);
}

oracle oracle_expected(const oracle *o)
{
    oracle e = oracle_copy(o);
    /* The place in the list breaks what ties are left. */
    for (size_t i = 0; i < e.n; i++) e.row[i].age = e.row[i].age << 32 | i;
    if (e.n > 0) qsort(e.row, e.n, sizeof *e.row, by_story);
    size_t kept = 0, story = 0;
    for (size_t i = 0; i < e.n; i++) {
        const fh_row row = e.row[i].row;
        if (kept > 0 && e.row[kept - 1].row.customer != row.customer) story = kept;
        size_t k = story;
        while (k < kept && !is_copy(&e.row[k], &e.row[i])) k++;
        if (k < kept) {
            e.row[k].row.origin = row.origin;
            continue;
        }
        e.row[kept++] = e.row[i];
    }
    e.n = kept;
    return e;
}

/* ---- The file -------------------------------------------------------------------------------- */

fh_str oracle_payload(fh_arena *arena, const fh_row *row, uint32_t len)
{
    char text[64];
    fh_str s = {0};
    if (len == 0) return s;
    char *all = fh_arena_alloc(arena, len, 1);
    assert_non_null(all);
    const int n = snprintf(text, sizeof text, "{\"t\":%u,\"p\":%u}", row->at_s, row->touchpoint);
    for (uint32_t i = 0; i < len; i++) all[i] = text[i % (uint32_t)n];
    return (fh_str){all, len};
}

void oracle_put(oracle *o, fh_org *org, const fh_row *rows, size_t n, bool inbox)
{
    fh_builder *b = NULL;
    assert_status(fh_builder_new(NULL, &b, NULL), FH_OK);
    assert_status(fh_builder_add(b, rows, n, NULL), FH_OK);
    assert_status(fh_builder_sort(b, NULL), FH_OK);
    assert_status(fh_org_begin(org, NULL), FH_OK);
    for (;;) {
        const fh_segment *seg = NULL;
        const fh_str *payload = NULL;
        assert_status(fh_builder_next(b, &seg, &payload, NULL), FH_OK);
        if (!seg) break;
        if (inbox)
            assert_status(fh_store_put_inbox(org, seg, payload, NULL), FH_OK);
        else
            assert_status(fh_store_put_delta(org, seg, payload, NULL), FH_OK);
    }
    assert_status(fh_org_commit(org, NULL), FH_OK);
    fh_builder_free(b);
    oracle_add(o, rows, n);
}

/* The next rows of `e` are those of `seg`; *at moves on. */
static bool shows(const fh_segment *seg, const oracle *e, size_t *at)
{
    if (seg->n > e->n - *at) return false;
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        for (uint32_t i = seg->start[s]; i < seg->start[s + 1]; i++, ++*at) {
            const fh_row row = test_row(seg, s, i);
            if (!equal_rows(&row, &e->row[*at].row, true)) return false;
        }
        if (*at < e->n && e->row[*at].row.customer == seg->customer[s]) return false;
    }
    return true;
}

bool orgfile_holds(fh_org *org, const oracle *o)
{
    oracle e = oracle_expected(o);
    fh_scan *scan = NULL;
    assert_status(fh_scan_open(org, FH_COLS_ALL, 1, UINT32_MAX, &scan, NULL), FH_OK);
    size_t at = 0;
    bool same = true;
    for (uint32_t lane = 0; same; lane = (lane + 1) % 3) {
        const fh_segment *seg = NULL;
        fh_error err = {0};
        if (fh_scan_next(scan, lane, &seg, &err) != FH_OK) fail_msg("scan: %s", err.message);
        if (!seg) break;
        same = shows(seg, &e, &at);
    }
    same = same && at == e.n;
    fh_scan_close(scan);
    oracle_free(&e);
    return same;
}

static bool told_as(const fh_told *t, uint32_t customer, const fh_row *row)
{
    fh_arena *arena = fh_arena_new(NULL);
    uint16_t ms;
    const uint32_t at_s = fh_instant_split(t->at_ms, &ms);
    const fh_row told = {.customer = customer,
                         .member = t->member,
                         .at_s = at_s,
                         .ms = ms,
                         .touchpoint = (uint16_t)t->touchpoint,
                         .channel = (uint16_t)t->channel,
                         .department = (uint16_t)t->department,
                         .outcome = (uint16_t)t->outcome,
                         .currency = (uint8_t)t->currency,
                         .direction = (uint8_t)t->direction,
                         .has_value = t->has_value,
                         .has_score = t->has_score,
                         .score = t->score,
                         .value = t->value,
                         .problem = t->problem,
                         .origin = t->origin,
                         .id = t->id,
                         .payload = t->payload};
    const fh_str payload = oracle_payload(arena, row, (uint32_t)row->payload.len);
    const bool same = equal_rows(&told, row, true) && fh_str_eq(payload, t->payload);
    fh_arena_free(arena);
    return same;
}

typedef struct telling {
    const oracle *e;
    size_t at;
} telling;

static fh_status next_story(void *ctx, uint32_t customer, const fh_told *told, size_t n,
                            fh_error *err)
{
    telling *t = ctx;
    if (n > t->e->n - t->at) return fh_fail(err, FH_INTERNAL, "more than there is");
    for (size_t i = 0; i < n; i++)
        if (!told_as(&told[i], customer, &t->e->row[t->at++].row))
            return fh_fail(err, FH_INTERNAL, "customer %u, interaction %zu differs", customer, i);
    return FH_OK;
}

static void same_one_story(fh_org *org, const oracle *e, size_t from)
{
    fh_arena *arena = fh_arena_new(NULL);
    const uint32_t customer = e->row[from].row.customer;
    const fh_told *told = NULL;
    size_t n = 0, i = from;
    assert_status(fh_store_story(org, customer, arena, &told, &n, NULL), FH_OK);
    for (; i < e->n && e->row[i].row.customer == customer; i++) {
        assert_true(i - from < n);
        assert_true(told_as(&told[i - from], customer, &e->row[i].row));
    }
    assert_int_equal(n, i - from);
    fh_arena_free(arena);
}

void orgfile_same(fh_org *org, const oracle *o)
{
    assert_true(orgfile_holds(org, o));
    oracle e = oracle_expected(o);
    telling t = {.e = &e};
    fh_error err = {0};
    if (fh_store_each(org, next_story, &t, &err) != FH_OK) fail_msg("each: %s", err.message);
    assert_int_equal(t.at, e.n);
    for (int i = 0; i < 3 && e.n > 0; i++) {
        size_t at = test_rand((uint32_t)e.n);
        while (at > 0 && e.row[at - 1].row.customer == e.row[at].row.customer) at--;
        same_one_story(org, &e, at);
    }
    oracle_free(&e);
}

void orgfile_random(fh_arena *arena, const oracle *o, fh_row *rows, size_t n, uint32_t lo,
                    uint32_t hi, uint32_t origin)
{
    for (size_t i = 0; i < n; i++) {
        fh_row *r = &rows[i];
        const uint32_t kind = test_rand(10);
        if (kind == 0 && o->n > 0) {
            *r = o->row[test_rand((uint32_t)o->n)].row; /* sent again */
            r->origin = origin;
        } else {
            *r = (fh_row){.customer = lo + test_rand(hi - lo + 1),
                          .at_s = (uint32_t)(1700000000 - FH_EPOCH_S) + test_rand(2000),
                          .touchpoint = (uint16_t)(1 + test_rand(9)),
                          .channel = (uint16_t)test_rand(3),
                          .direction = (uint8_t)test_rand(4),
                          .origin = origin};
            if (test_rand(4) == 0) r->ms = (uint16_t)test_rand(1000);
            if (test_rand(5) == 0) {
                r->has_value = true;
                r->value = (int64_t)test_rand(10000) - 5000;
                r->currency = 1;
            }
            if (kind < 4) r->id = FH_ID_GIVEN | (1 + test_rand(1u << 20));
            if (kind == 4) r->id = 1 + test_rand(100);
            if (kind == 5) r->problem = 1 + test_rand(5);
            if (test_rand(3) == 0) r->payload.len = 1 + test_rand(300);
        }
        r->payload = oracle_payload(arena, r, (uint32_t)r->payload.len);
    }
}

/* ---- Writing of every kind ---------------------------------------------------------- */

void orgfile_name(fh_org *org)
{
    assert_status(fh_org_begin(org, NULL), FH_OK);
    for (uint32_t d = 0; d < FH_N_DICTS; d++)
        for (int i = 1; i <= 12; i++) {
            char name[24];
            uint32_t number = 0;
            (void)snprintf(name, sizeof name, "name %d", i);
            assert_status(fh_dict_intern(org, (fh_dict)d, fh_str_of(name), &number, NULL), FH_OK);
        }
    assert_status(fh_org_commit(org, NULL), FH_OK);
}

/* A batch as live ingest writes it: every interaction has an id of its own. */
static void put_live(oracle *o, fh_org *org, size_t n, uint32_t hi, uint32_t later_s)
{
    static uint64_t next = UINT64_C(1) << 40;
    static const oracle empty;
    fh_arena *arena = fh_arena_new(NULL);
    fh_row *rows = FH_NEW_ARRAY(arena, fh_row, n);
    fh_builder *b = NULL;
    const fh_segment *seg = NULL;
    const fh_str *payload = NULL;
    orgfile_random(arena, &empty, rows, n, 1, hi, 77);
    for (size_t i = 0; i < n; i++) {
        rows[i].id = FH_ID_GIVEN | next++;
        rows[i].at_s += later_s;
    }
    assert_status(fh_builder_new(NULL, &b, NULL), FH_OK);
    assert_status(fh_builder_add(b, rows, n, NULL), FH_OK);
    assert_status(fh_builder_sort(b, NULL), FH_OK);
    assert_status(fh_builder_next(b, &seg, &payload, NULL), FH_OK);
    assert_status(fh_store_put_live(org, seg, payload, NULL), FH_OK);
    fh_builder_free(b);
    oracle_add(o, rows, n);
    fh_arena_free(arena);
}

void orgfile_put_live(oracle *o, fh_org *org, size_t n, uint32_t hi)
{
    put_live(o, org, n, hi, 0);
}

void orgfile_put_later(oracle *o, fh_org *org, size_t n, uint32_t hi, uint32_t later)
{
    enum { SPAN = 2000 }; /* seconds: see orgfile_random */
    put_live(o, org, n, hi, later * SPAN);
}

void orgfile_put_random(oracle *o, fh_org *org, size_t n, uint32_t origin, bool inbox)
{
    fh_arena *arena = fh_arena_new(NULL);
    fh_row *rows = FH_NEW_ARRAY(arena, fh_row, n);
    orgfile_random(arena, o, rows, n, 1, 60, origin);
    oracle_put(o, org, rows, n, inbox);
    fh_arena_free(arena);
}

/* Lets go of what is older than some instant, and of texts a little longer, whatever level
 * they lie on; the count that was told before is what goes, copies apart. */
static void let_go(oracle *o, fh_org *org)
{
    const int64_t base_ms = INT64_C(1700000000000) + test_rand(900) * INT64_C(1000);
    const fh_term term = {.whole_ms = test_rand(2) ? base_ms : INT64_MIN,
                          .text_ms = base_ms + test_rand(900) * INT64_C(1000) + test_rand(999)};
    const fh_terms terms = {.of_origin = &term, .n = 1};
    fh_gone told = {0}, gone = {0}, rest = {0};
    fh_arena *arena = fh_arena_new(NULL);
    const fh_old_part *part = NULL;
    size_t n = 0, kept = 0;
    assert_status(fh_store_count_old(org, &terms, &told, NULL), FH_OK);
    assert_status(fh_store_old_parts(org, &terms, arena, &part, &n, NULL), FH_OK);
    assert_status(fh_org_begin(org, NULL), FH_OK);
    for (size_t i = 0; i < n; i++) {
        bool there = false;
        assert_status(fh_store_let_go(org, &part[i], &terms, &gone, &there, NULL), FH_OK);
        assert_true(there);
    }
    assert_status(fh_org_commit(org, NULL), FH_OK);
    assert_true(gone.interactions >= told.interactions && gone.texts >= told.texts);
    assert_status(fh_store_count_old(org, &terms, &rest, NULL), FH_OK);
    assert_int_equal(rest.interactions + rest.texts, 0);
    for (size_t i = 0; i < o->n; i++) {
        fh_row *r = &o->row[i].row;
        const int64_t at_ms = fh_instant_ms(r->at_s, r->ms);
        if (at_ms < term.whole_ms) continue;
        if (at_ms < term.text_ms) r->payload.len = 0;
        o->row[kept++] = o->row[i];
    }
    o->n = kept;
    fh_arena_free(arena);
}

void orgfile_something(oracle *o, fh_org *org, uint32_t origin)
{
    const uint32_t what = test_rand(9), customer = 1 + test_rand(60), other = 61 + test_rand(3);
    uint64_t n = 0;
    if (what < 3) {
        orgfile_put_live(o, org, 1 + test_rand(30), 60);
    } else if (what == 3) {
        orgfile_put_random(o, org, 1 + test_rand(60), origin, false);
    } else if (what == 4) {
        orgfile_put_random(o, org, 1 + test_rand(10), origin, true);
    } else if (what == 5) {
        assert_status(fh_store_cut(org, customer, &n, NULL), FH_OK);
        oracle_cut(o, customer);
    } else if (what == 6) {
        assert_status(fh_store_move_story(org, customer, other, NULL), FH_OK);
        oracle_move(o, customer, other, NULL, 0);
    } else if (what == 8) {
        let_go(o, org);
    } else {
        assert_status(fh_store_merge(org, NULL, NULL, &n, NULL), FH_OK);
    }
}
