/* records_bench.c - how long lists, boards, details and figures of records take.
 *
 *     records_bench FILE.fh [RECORDS [ENTRIES]]
 *
 * Puts so many records (100,000) of all kinds, half of them findings, and so many entries of
 * history (1,000,000) into the organisation, unless it has them; without the file, it makes one
 * that has no stories. Then asks each question some times, as the JSON of a reply, and prints the
 * median of the CPU time it took, the same by the clock, and the first time. One person (17) owns
 * and made a tenth of all, one record (17) has 20,000 entries, 400 followers and 150 records about
 * it.
 */
#include "app/people/people.h"
#include "app/records/my_part.h"
#include "app/records/participation.h"
#include "app/records/record_figures.h"
#include "app/records/record_unanswered.h"
#include "app/records/records.h"
#include "store/segments.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum {
    ROUNDS = 7,
    PEOPLE = 500,
    DEPARTMENTS = 20,
    BATCH = 5000,
    BUSY = 17,
    LONG_HISTORY = 20000,
    LONG_FOLLOWERS = 400,
    LONG_BACK = 150
};

static int64_t cpu_us(void)
{
    struct rusage r;
    (void)getrusage(RUSAGE_SELF, &r);
    return (r.ru_utime.tv_sec + r.ru_stime.tv_sec) * INT64_C(1000000) + r.ru_utime.tv_usec +
           r.ru_stime.tv_usec;
}

static int64_t clock_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

static void must(fh_status status, const fh_error *err)
{
    if (status == FH_OK) return;
    (void)fprintf(stderr, "records_bench: %s\n", err->message);
    exit(1);
}

static uint32_t next(uint64_t *seed, uint32_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % below;
}

/* ---- Making ---------------------------------------------------------------------------- */

static void make_people(fh_org *org, fh_arena *arena, fh_error *err)
{
    const fh_actor cli = fh_actor_command_line();
    char name[40];
    for (unsigned i = 0; i < DEPARTMENTS; i++) {
        fh_department d = {.name = {name, (size_t)snprintf(name, sizeof name, "Department %u", i)}};
        must(fh_department_create(org, &cli, &d, arena, &d, err), err);
    }
    for (unsigned i = 0; i < PEOPLE; i++) {
        fh_person p = {.name = {name, (size_t)snprintf(name, sizeof name, "Person %u", i)},
                       .department = 1 + i % DEPARTMENTS,
                       .roles = fh_role_bit(i < DEPARTMENTS ? FH_ROLE_LEAD : FH_ROLE_FRONT_LINE)};
        must(fh_person_create(org, &cli, &p, arena, &p, err), err);
    }
}

typedef struct making {
    fh_org *org;
    fh_error *err;
    uint64_t seed;
    const fh_kind *const *kind; /* [n_kinds] */
    const fh_kind *finding;
    size_t n_kinds;
    uint32_t n_touchpoints; /* numbers below it are known */
    uint32_t n_entries;     /* of each record */
    int64_t now_ms;
} making;

static void add_entries(const making *m, int64_t record, int64_t at_ms, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) {
        fh_record_entry e = {.record = record,
                             .at_ms = at_ms + k,
                             .person = 1 + k % PEOPLE,
                             .what = k ? FH_STR("commented") : FH_STR("made"),
                             .details = FH_STR("{\"text\":\"What was said about it, and why.\"}")};
        must(fh_record_entry_add(m->org, &e, m->err), m->err);
    }
}

static void add_about(const making *m, int64_t record, fh_str field, fh_str what, int64_t number,
                      int64_t at_ms)
{
    fh_record_about about = {
        .record = record, .field = field, .what = what, .number = number, .made_ms = at_ms};
    must(fh_record_about_add(m->org, &about, m->err), m->err);
}

static uint32_t somebody(making *m)
{
    return next(&m->seed, 10) ? 1 + next(&m->seed, PEOPLE) : BUSY;
}

static void make_record(making *m, uint32_t i)
{
    char title[160], fields[400], word[4][16];
    const fh_kind *kind =
        next(&m->seed, 2) ? m->finding : m->kind[next(&m->seed, (uint32_t)m->n_kinds)];
    const fh_state *state = &kind->state[next(&m->seed, kind->n_states)];
    for (unsigned k = 0; k < 4; k++)
        (void)snprintf(word[k], sizeof word[k], "word%u",
                       next(&m->seed, 10u << (3 * next(&m->seed, 4))));
    (void)snprintf(title, sizeof title, "%s %s breaks the %s of %s", word[0], word[1], word[2],
                   word[3]);
    const uint32_t touchpoint = 1 + i % (m->n_touchpoints > 1 ? m->n_touchpoints - 1 : 200);
    const uint32_t department = 1 + next(&m->seed, DEPARTMENTS);
    (void)snprintf(fields, sizeof fields,
                   "{\"what\":\"%s\",\"touchpoint\":[%u],\"effort\":\"day\",\"department\":[%u]}",
                   title, touchpoint, department);
    /* Over the last two years. */
    const int64_t made = m->now_ms - (int64_t)next(&m->seed, 730) * FH_DAY_MS;
    const uint32_t owner = next(&m->seed, 3) ? somebody(m) : 0;
    const int64_t due = next(&m->seed, 3) ? 0 : made + (int64_t)next(&m->seed, 900) * FH_DAY_MS;
    fh_record r = {.kind = kind->name,
                   .title = fh_str_of(title),
                   .state = state->name,
                   .closed = state->closed,
                   .fields = fh_str_of(fields),
                   .author = somebody(m),
                   .owner = owner,
                   .asked = next(&m->seed, 20) ? 0 : somebody(m),
                   .department = owner ? 1 + (owner - 1) % DEPARTMENTS : 0,
                   .ownerless_ms = owner ? 0 : made,
                   .bounces = next(&m->seed, 8) ? 0 : next(&m->seed, 5),
                   .first_ms = made - (int64_t)next(&m->seed, 100) * FH_DAY_MS,
                   .made_ms = made,
                   .changed_ms = made + next(&m->seed, 1u << 30),
                   .state_ms = made,
                   .due_ms = due > m->now_ms ? due : 0,
                   .deadline_ms = due,
                   .reply_hash = {"", 0}};
    must(fh_record_insert(m->org, &r, m->err), m->err);
    add_about(m, r.record, FH_STR("touchpoint"), FH_STR("touchpoint"), touchpoint, made);
    add_about(m, r.record, FH_STR("department"), FH_STR("department"), department, made);
    const fh_record_follower f = {.person = r.author, .record = r.record, .why = FH_STR("made")};
    must(fh_record_follower_add(m->org, &f, m->err), m->err);
    add_entries(m, r.record, made, m->n_entries);
}

static void make_long(const making *m)
{
    add_entries(m, BUSY, m->now_ms - FH_DAY_MS, LONG_HISTORY);
    for (uint32_t i = 1; i <= LONG_FOLLOWERS; i++) {
        const fh_record_follower f = {.person = i, .record = BUSY, .why = FH_STR("follows")};
        must(fh_record_follower_add(m->org, &f, m->err), m->err);
    }
    for (int64_t i = 1; i <= LONG_BACK; i++)
        add_about(m, BUSY + i, (fh_str){"", 0}, FH_STR("record"), BUSY, m->now_ms);
}

static void fill(making *m, uint32_t n_records, uint32_t n_entries, fh_arena *arena)
{
    fh_names touchpoints;
    const int64_t began = cpu_us();
    must(fh_kinds_all(m->org, arena, &m->kind, &m->n_kinds, m->err), m->err);
    must(fh_kind_get(m->org, FH_STR("finding"), arena, &m->finding, m->err), m->err);
    must(fh_dict_names(m->org, FH_DICT_TOUCHPOINT, arena, &touchpoints, m->err), m->err);
    m->n_touchpoints = touchpoints.n;
    m->n_entries = n_entries / n_records;
    must(fh_org_begin_lazy(m->org, m->err), m->err);
    make_people(m->org, arena, m->err);
    for (uint32_t i = 0; i < n_records; i++) {
        make_record(m, i);
        if (i % BATCH != BATCH - 1) continue;
        must(fh_org_commit(m->org, m->err), m->err);
        must(fh_org_begin_lazy(m->org, m->err), m->err);
    }
    make_long(m);
    must(fh_org_commit(m->org, m->err), m->err);
    (void)printf("%u records, %u entries made in %.1f s of CPU\n", n_records, n_entries,
                 (double)(cpu_us() - began) / 1e6);
}

static void make(const char *path, uint32_t n_records, uint32_t n_entries, fh_error *err)
{
    const fh_actor cli = fh_actor_command_line();
    const fh_records_filter all = {.open = 0};
    fh_org *org = NULL;
    uint64_t n = 0;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_status made = fh_org_create(fh_os_real(), path, FH_STR("Bench"), err);
    if (!arena) return;
    if (made != FH_CONFLICT) must(made, err);
    must(fh_org_open(fh_os_real(), path, FH_ORG_WRITE, &org, err), err);
    making m = {.org = org, .err = err, .seed = 7};
    m.now_ms = fh_os_real()->now_ms(fh_os_real()->ctx);
    must(fh_records_total(org, &cli, &all, arena, &n, err), err);
    if (n < n_records) fill(&m, n_records, n_entries, arena);
    fh_org_close(org);
    fh_arena_free(arena);
}

/* ---- Asking ------------------------------------------------------------------------------ */

typedef struct asking {
    fh_org *org;
    fh_actor actor;
    fh_arena *arena;
    const fh_records_filter *filter;
    int64_t record;
    fh_error err;
} asking;

static void ask_list(asking *a)
{
    const fh_record_view *list = NULL;
    fh_record_names *names = NULL;
    fh_str more;
    fh_buf text;
    fh_json j;
    size_t n = 0;
    must(fh_records_list(a->org, &a->actor, a->filter, 50, a->arena, &list, &n, &more, &a->err),
         &a->err);
    must(fh_record_names_new(a->org, &a->actor, a->arena, &names, &a->err), &a->err);
    fh_buf_init(&text, NULL, 1 << 24);
    fh_json_begin(&j, &text, 0);
    fh_json_object(&j);
    fh_json_key(&j, FH_STR("items"));
    fh_json_array(&j);
    for (size_t i = 0; i < n; i++) must(fh_record_json(&list[i], names, &j, &a->err), &a->err);
    fh_json_end_array(&j);
    must(fh_record_names_json(names, &j, &a->err), &a->err);
    fh_json_end_object(&j);
    fh_buf_free(&text);
}

static void ask_board(asking *a)
{
    const fh_kind *kind = NULL;
    const uint64_t *count = NULL;
    size_t n = 0;
    must(fh_kind_get(a->org, a->filter->kind, a->arena, &kind, &a->err), &a->err);
    must(fh_records_count(a->org, &a->actor, a->filter, a->arena, &count, &n, &a->err), &a->err);
    for (uint32_t i = 0; i < kind->n_states; i++) {
        fh_records_filter f = *a->filter;
        const fh_record_view *list = NULL;
        fh_str more;
        f.state = kind->state[i].name;
        must(fh_records_list(a->org, &a->actor, &f, 20, a->arena, &list, &n, &more, &a->err),
             &a->err);
    }
}

static void ask_detail(asking *a)
{
    fh_record_view v;
    fh_record_names *names = NULL;
    fh_buf text;
    fh_json j;
    while (fh_record_get(a->org, &a->actor, a->record, a->arena, &v, &a->err) == FH_NOTFOUND)
        a->record++; /* not theirs to see */
    must(fh_record_names_new(a->org, &a->actor, a->arena, &names, &a->err), &a->err);
    fh_buf_init(&text, NULL, 1 << 24);
    fh_json_begin(&j, &text, 0);
    must(fh_record_detail_json(a->org, &a->actor, &v, names, &j, &a->err), &a->err);
    fh_buf_free(&text);
    a->record += 1009;
}

static void ask_similar(asking *a)
{
    const fh_record_view *list = NULL;
    size_t n = 0;
    must(fh_records_similar(a->org, &a->actor, FH_STR("finding"),
                            FH_STR("word7 word77 breaks the word777 of word9"), 5, a->arena, &list,
                            &n, &a->err),
         &a->err);
}

static void ask_detail_long(asking *a)
{
    a->record = BUSY;
    ask_detail(a);
}

/* ---- Figures ---------------------------------------------------------------------------- */

typedef fh_status figure(const fh_view *v, const fh_actor *actor, fh_json *j, fh_error *err);

static void ask_figure(asking *a, figure *f)
{
    fh_view v;
    fh_buf text;
    fh_json j;
    must(fh_view_open(a->org, NULL, NULL, 0, a->arena, &v, &a->err), &a->err);
    fh_buf_init(&text, NULL, 1 << 26);
    fh_json_begin(&j, &text, 0);
    must(f(&v, &a->actor, &j, &a->err), &a->err);
    fh_buf_free(&text);
}

static void ask_no_brainers(asking *a)
{
    ask_figure(a, fh_no_brainers_json);
}

static void ask_told(asking *a)
{
    ask_figure(a, fh_told_json);
}

static void ask_focus(asking *a)
{
    ask_figure(a, fh_focus_json);
}

static void ask_unanswered(asking *a)
{
    fh_buf text;
    fh_json j;
    fh_buf_init(&text, NULL, 1 << 24);
    fh_json_begin(&j, &text, 0);
    must(fh_unanswered_json(a->org, &a->actor, a->arena, &j, &a->err), &a->err);
    fh_buf_free(&text);
}

static void ask_my_part(asking *a)
{
    fh_buf text;
    fh_json j;
    fh_buf_init(&text, NULL, 1 << 24);
    fh_json_begin(&j, &text, 0);
    must(fh_my_part_json(a->org, &a->actor, 5, a->arena, &j, &a->err), &a->err);
    fh_buf_free(&text);
}

static void ask_participation(asking *a)
{
    fh_participation p;
    const int64_t now_ms = fh_os_real()->now_ms(fh_os_real()->ctx);
    must(fh_participation_of(a->org, now_ms - FH_PARTICIPATION_DAYS * FH_DAY_MS, now_ms, a->arena,
                             &p, &a->err),
         &a->err);
}

static int by_value(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void measure(asking *a, const char *what, void (*ask)(asking *a))
{
    int64_t took[ROUNDS], passed[ROUNDS];
    for (unsigned i = 0; i < ROUNDS; i++) {
        fh_arena_reset(a->arena);
        const int64_t began = cpu_us(), began_at = clock_us();
        ask(a);
        took[i] = cpu_us() - began;
        passed[i] = clock_us() - began_at;
    }
    const int64_t first = took[0];
    qsort(took, ROUNDS, sizeof took[0], by_value); /* a bench is no part of the library */
    qsort(passed, ROUNDS, sizeof passed[0], by_value);
    (void)printf("%-52s %8.2f ms CPU %8.2f by the clock (first %.2f)\n", what,
                 (double)took[ROUNDS / 2] / 1e3, (double)passed[ROUNDS / 2] / 1e3,
                 (double)first / 1e3);
}

static void measure_lists(asking *a)
{
    static const struct {
        const char *what;
        fh_records_filter filter;
    } lists[] = {
        {"list: all kinds, last changed", {.order = FH_RECORDS_CHANGED}},
        {"list: a kind, last changed", {.kind = {"finding", 7}}},
        {"list: a kind, oldest", {.kind = {"finding", 7}, .open = 1, .order = FH_RECORDS_OLDEST}},
        {"list: a kind, most bounces", {.kind = {"finding", 7}, .order = FH_RECORDS_BOUNCED}},
        {"list: all kinds, due", {.open = 1, .order = FH_RECORDS_DUE}},
        {"list: ownerless, oldest", {.ownerless = true, .open = 1, .order = FH_RECORDS_OLDEST}},
        {"list: of an owner", {.owner = 18, .open = 1}},
        {"list: of who owns a tenth, by due", {.owner = BUSY, .open = 1, .order = FH_RECORDS_DUE}},
        {"list: of who made a tenth, oldest", {.author = BUSY, .order = FH_RECORDS_OLDEST}},
        {"list: with or offered to who has a tenth", {.with = BUSY, .order = FH_RECORDS_OLDEST}},
        {"list: closed, oldest", {.open = -1, .order = FH_RECORDS_OLDEST}},
        {"list: several kinds, most bounces",
         {.kinds = {"finding,signal,aggravation", 26}, .order = FH_RECORDS_BOUNCED}},
        {"list: made in a year, due",
         {.from_ms = INT64_C(1735689600000),
          .until_ms = INT64_C(1767225600000),
          .order = FH_RECORDS_DUE}},
        {"list: a kind, by a choice",
         {.kind = {"finding", 7}, .field = {"effort", 6}, .value = {"day", 3}}},
        {"list: of a department", {.department = 3, .open = 1}},
        {"list: of an author", {.author = 17}},
        {"list: followed", {.follower = 17}},
        {"list: about a touchpoint", {.what = {"touchpoint", 10}, .number = 5}},
        {"list: by words", {.text = {"word5 word7", 11}}},
        {"list: by a beginning", {.text = {"wor", 3}}},
        {"list: by a word of all, oldest", {.text = {"breaks", 6}, .order = FH_RECORDS_OLDEST}},
        {"list: by words that never meet",
         {.text = {"word1 word2 word3 word4 word5 word6", 35}, .order = FH_RECORDS_BOUNCED}},
        {"list: a kind, state, department, words, oldest",
         {.kind = {"finding", 7},
          .state = {"open", 4},
          .department = 3,
          .text = {"word3", 5},
          .order = FH_RECORDS_OLDEST}},
    };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        a->filter = &lists[i].filter;
        measure(a, lists[i].what, ask_list);
    }
}

int main(int argc, char **argv)
{
    const uint32_t n_records = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 100000;
    const uint32_t n_entries = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 1000000;
    asking a = {.record = 17, .arena = fh_arena_new(NULL)};
    const fh_records_filter board = {.kind = {"finding", 7}};
    const fh_records_filter narrow = {
        .kind = {"finding", 7}, .department = 3, .text = {"word3", 5}};
    uint64_t n = 0;
    if (argc < 2 || !a.arena || !n_records) {
        (void)fprintf(stderr, "records_bench FILE.fh [RECORDS [ENTRIES]]\n");
        return 2;
    }
    make(argv[1], n_records, n_entries, &a.err);
    must(fh_org_open(fh_os_real(), argv[1], FH_ORG_READ, &a.org, &a.err), &a.err);
    fh_arena *kept = fh_arena_new(NULL);
    must(kept ? fh_actor_of(a.org, 400, kept, &a.actor, &a.err) : FH_NOMEM, &a.err);
    measure_lists(&a);
    a.filter = &board;
    measure(&a, "board: a kind", ask_board);
    a.filter = &narrow;
    measure(&a, "board: a kind, of a department, by words", ask_board);
    measure(&a, "detail", ask_detail);
    measure(&a, "detail: 20,000 entries, 400 followers", ask_detail_long);
    measure(&a, "similar", ask_similar);
    must(fh_actor_of(a.org, BUSY, kept, &a.actor, &a.err), &a.err);
    measure(&a, "My part, of who has a tenth of all", ask_my_part);
    measure(&a, "No-brainers", ask_no_brainers);
    measure(&a, "what is told at each touchpoint", ask_told);
    measure(&a, "focus register", ask_focus);
    measure(&a, "unanswered, by department", ask_unanswered);
    measure(&a, "participation", ask_participation);
    const int64_t began = cpu_us();
    must(fh_records_check(a.org, NULL, NULL, &n, &a.err), &a.err);
    (void)printf("%-44s %8.2f s, %" PRIu64 " faults\n", "check of rows and chain",
                 (double)(cpu_us() - began) / 1e6, n);
    fh_org_close(a.org);
    fh_arena_free(kept);
    fh_arena_free(a.arena);
    return 0;
}
