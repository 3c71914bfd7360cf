/* records_bench.c - how long lists, boards and details of records take.
 *
 *     records_bench FILE.fh [RECORDS [ENTRIES]]
 *
 * Makes an organisation with so many records (100,000) of the kind "finding" and other
 * kinds, and so many entries of history (1,000,000), unless the file is there; then asks
 * each question some times and prints the median of the CPU time it took.
 */
#include "app/people/people.h"
#include "app/records/records.h"
#include "store/segments.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { ROUNDS = 7, PEOPLE = 500, DEPARTMENTS = 20, BATCH = 5000 };

static int64_t cpu_us(void)
{
    struct rusage r;
    (void)getrusage(RUSAGE_SELF, &r);
    return (r.ru_utime.tv_sec + r.ru_stime.tv_sec) * INT64_C(1000000) + r.ru_utime.tv_usec +
           r.ru_stime.tv_usec;
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

static void make_record(fh_org *org, uint64_t *seed, uint32_t i, uint32_t n_entries, fh_error *err)
{
    static const char *const kind[] = {"finding", "aggravation", "fix", "promise", "suggestion"};
    static const char *const state[] = {"open", "accepted", "new", "done"};
    char title[160], fields[400], word[4][16];
    for (unsigned k = 0; k < 4; k++)
        (void)snprintf(word[k], sizeof word[k], "word%u", next(seed, 10u << (3 * next(seed, 4))));
    (void)snprintf(title, sizeof title, "%s %s breaks the %s of %s", word[0], word[1], word[2],
                   word[3]);
    (void)snprintf(fields, sizeof fields, "{\"what\":\"%s\",\"touchpoint\":%u}", title,
                   1 + next(seed, 200));
    const int64_t made = INT64_C(1700000000000) + (int64_t)next(seed, 1u << 30) * 60;
    const uint32_t owner = next(seed, 3) ? 1 + next(seed, PEOPLE) : 0, st = next(seed, 4);
    fh_record r = {.kind = fh_str_of(kind[next(seed, 2) ? 0 : next(seed, 5)]),
                   .title = fh_str_of(title),
                   .state = fh_str_of(state[st]),
                   .closed = st == 3,
                   .fields = fh_str_of(fields),
                   .author = 1 + next(seed, PEOPLE),
                   .owner = owner,
                   .department = owner ? 1 + (owner - 1) % DEPARTMENTS : 0,
                   .ownerless_ms = owner ? 0 : made,
                   .bounces = next(seed, 8) ? 0 : next(seed, 5),
                   .first_ms = made - next(seed, 1u << 30),
                   .made_ms = made,
                   .changed_ms = made + next(seed, 1u << 30),
                   .state_ms = made,
                   .due_ms = next(seed, 3) ? 0 : INT64_C(1900000000000) + next(seed, 1u << 30),
                   .reply_hash = {"", 0}};
    must(fh_record_insert(org, &r, err), err);
    fh_record_about about = {.record = r.record,
                             .field = FH_STR("touchpoint"),
                             .what = FH_STR("touchpoint"),
                             .number = 1 + i % 200,
                             .made_ms = made};
    must(fh_record_about_add(org, &about, err), err);
    const fh_record_follower f = {.person = r.author, .record = r.record, .why = FH_STR("made")};
    must(fh_record_follower_add(org, &f, err), err);
    for (uint32_t k = 0; k < n_entries; k++) {
        fh_record_entry e = {.record = r.record,
                             .at_ms = made + k,
                             .person = 1 + k % PEOPLE,
                             .what = k ? FH_STR("commented") : FH_STR("made"),
                             .details = FH_STR("{\"text\":\"What was said about it, and why.\"}")};
        must(fh_record_entry_add(org, &e, err), err);
    }
}

static void make(const char *path, uint32_t n_records, uint32_t n_entries, fh_error *err)
{
    fh_org *org = NULL;
    uint64_t seed = 7;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_status made = fh_org_create(fh_os_real(), path, FH_STR("Bench"), err);
    if (made == FH_CONFLICT || !arena) return; /* it is there */
    must(made, err);
    must(fh_org_open(fh_os_real(), path, FH_ORG_WRITE, &org, err), err);
    must(fh_org_begin_lazy(org, err), err);
    make_people(org, arena, err);
    const int64_t began = cpu_us();
    for (uint32_t i = 0; i < n_records; i++) {
        make_record(org, &seed, i, n_entries / n_records, err);
        if (i % BATCH != BATCH - 1) continue;
        must(fh_org_commit(org, err), err);
        must(fh_org_begin_lazy(org, err), err);
    }
    must(fh_org_commit(org, err), err);
    (void)printf("%u records, %u entries made in %.1f s of CPU\n", n_records, n_entries,
                 (double)(cpu_us() - began) / 1e6);
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
    must(fh_record_get(a->org, &a->actor, a->record, a->arena, &v, &a->err), &a->err);
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

static int by_value(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void measure(asking *a, const char *what, void (*ask)(asking *a))
{
    int64_t took[ROUNDS];
    for (unsigned i = 0; i < ROUNDS; i++) {
        fh_arena_reset(a->arena);
        const int64_t began = cpu_us();
        ask(a);
        took[i] = cpu_us() - began;
    }
    const int64_t first = took[0];
    qsort(took, ROUNDS, sizeof took[0], by_value); /* a bench is no part of the library */
    (void)printf("%-44s %8.2f ms (first %.2f)\n", what, (double)took[ROUNDS / 2] / 1e3,
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
        {"list: of an owner", {.owner = 17, .open = 1}},
        {"list: of a department", {.department = 3, .open = 1}},
        {"list: of an author", {.author = 17}},
        {"list: followed", {.follower = 17}},
        {"list: about a touchpoint", {.what = {"touchpoint", 10}, .number = 5}},
        {"list: by words", {.text = {"word5 word7", 11}}},
        {"list: by a beginning", {.text = {"wor", 3}}},
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
    measure(&a, "detail", ask_detail);
    measure(&a, "similar", ask_similar);
    const int64_t began = cpu_us();
    must(fh_records_check(a.org, NULL, NULL, &n, &a.err), &a.err);
    (void)printf("%-44s %8.2f s, %" PRIu64 " faults\n", "check of rows and chain",
                 (double)(cpu_us() - began) / 1e6, n);
    fh_org_close(a.org);
    fh_arena_free(kept);
    fh_arena_free(a.arena);
    return 0;
}
