/* simulate_test.c - the demonstration organisation: the same bytes for the same
 * seed, every file read by its own mapping without a reject, and truth.json equal
 * to what a naive recount of the files finds. */
#include "faulty_os.h"

#include "app/demo/simulate.h"
#include "base/intern.h"
#include "base/json.h"
#include "base/time.h"
#include "firsthand/parse.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[128];

static const char *const files[] = {
    "operations.csv", "web.jsonl",   "contact-centre.csv", "claims.csv",     "finance.csv",
    "crm.csv",        "surveys.csv", "garages.jsonl",      "learning.jsonl", "sales-workshops.csv",
};

static const char *in_folder(const char *name)
{
    static char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "%s/firsthand-simulate-XXXXXX", test_folder());
    return mkdtemp(folder) ? 0 : -1;
}

static void empty_folder(const char *path)
{
    char name[600];
    DIR *dir = opendir(path);
    if (!dir) return;
    for (const struct dirent *e; (e = readdir(dir));) {
        (void)snprintf(name, sizeof name, "%s/%s", path, e->d_name);
        if (e->d_name[0] != '.' && unlink(name) != 0) empty_folder(name);
    }
    (void)closedir(dir);
    (void)rmdir(path);
}

static int remove_folder(void **state)
{
    (void)state;
    empty_folder(folder);
    return 0;
}

static fh_status simulate(const fh_os *os, uint64_t customers, uint64_t seed,
                          fh_simulate_result *made, fh_error *err)
{
    const fh_simulate_options o = {
        .customers = customers, .years = 3, .seed = seed, .folder = folder};
    return fh_simulate(os, &o, made, err);
}

static fh_str read_file(const char *name, fh_buf *buf)
{
    fh_error err;
    fh_buf_clear(buf);
    if (fh_os_read_file(fh_os_real(), in_folder(name), 1 << 28, buf, &err) != FH_OK)
        fail_msg("%s", err.message);
    return fh_buf_view(buf);
}

/* One number for all files of interactions and the truth. */
static uint64_t hash_of_all(void)
{
    fh_buf buf;
    uint64_t hash = 0;
    fh_buf_init(&buf, NULL, 1 << 28);
    for (size_t i = 0; i < COUNT(files); i++)
        hash = hash * 31 + fh_intern_hash(read_file(files[i], &buf));
    hash = hash * 31 + fh_intern_hash(read_file("truth.json", &buf));
    fh_buf_free(&buf);
    return hash;
}

static void the_same_seed_gives_the_same_bytes_everywhere(void **state)
{
    (void)state;
    fh_simulate_result one, two;
    assert_status(simulate(fh_os_real(), 50, 7, &one, NULL), FH_OK);
    const uint64_t first = hash_of_all();
    assert_status(simulate(fh_os_real(), 50, 7, &two, NULL), FH_OK);
    assert_true(hash_of_all() == first);
    assert_int_equal(one.interactions, two.interactions);
    assert_int_equal(one.bytes, two.bytes);
    /* Whoever changes the organisation on purpose writes the new number here. */
    if (first != UINT64_C(0xbbc1168f51977ef2))
        fail_msg("these are not the bytes of every other machine: 0x%llx",
                 (unsigned long long)first);
    assert_status(simulate(fh_os_real(), 50, 8, &two, NULL), FH_OK);
    assert_true(hash_of_all() != first);
}

/* ---- Recounting ------------------------------------------------------------------------ */

enum { MAX_PEOPLE = 4000, MAX_PROBLEMS = 4000 };

typedef struct person {
    bool welcome_mail, welcome_letter, thanks, anniversary, invoiced;
    uint32_t must, chosen;
} person;

typedef struct problem {
    bool told_handler, told_garage;
    int64_t promised, called_back;
} problem;

typedef struct recount {
    fh_intern *people, *numbers, *problems;
    uint32_t by_number[MAX_PEOPLE]; /* the person whose number it is */
    person person[MAX_PEOPLE];
    problem problem[MAX_PROBLEMS];
    uint64_t moves, passed, promised, invoices, confirmed, gave_up, workshops, reviews, answered;
    uint64_t left, returned, reminders, covers;
} recount;

static uint32_t add(fh_intern *t, fh_str s)
{
    return s.len ? fh_intern_add(t, s, fh_intern_hash(s)) : 0;
}

static person *whose(recount *c, const fh_interaction *row)
{
    uint32_t who = 0, number = 0;
    for (uint32_t i = 0; i < row->n_identifiers; i++) {
        const fh_identifier *id = &row->identifier[i];
        if (fh_str_eq(id->kind, FH_STR("email"))) who = add(c->people, id->value);
        if (fh_str_eq(id->kind, FH_STR("customer"))) number = add(c->numbers, id->value);
    }
    assert_true(who < MAX_PEOPLE && number < MAX_PEOPLE);
    if (who && number && !c->by_number[number]) c->by_number[number] = who;
    if (!who) who = c->by_number[number];
    assert_true(who > 0); /* operations.csv, read first, knows every number */
    return &c->person[who];
}

static bool is(fh_str s, const char *text)
{
    return fh_str_eq(s, fh_str_of(text));
}

static void count_claim(recount *c, const fh_interaction *row)
{
    const uint32_t number = add(c->problems, row->problem);
    assert_true(number < MAX_PROBLEMS);
    problem *q = &c->problem[number];
    q->told_handler |= is(row->touchpoint, "Tells the claims handler what happened");
    q->told_garage |= is(row->touchpoint, "Tells the garage what happened");
    if (is(row->touchpoint, "Promises to call back within two days")) q->promised = row->at_ms;
    if (is(row->touchpoint, "Calls back")) q->called_back = row->at_ms;
}

static void count_row(recount *c, const fh_interaction *row)
{
    person *p = whose(c, row);
    const fh_str t = row->touchpoint;
    p->welcome_mail |= is(t, "Welcome e-mail");
    p->welcome_letter |= is(t, "Welcome letter");
    p->thanks |= is(t, "Letter of thanks from the President");
    p->anniversary |= is(t, "Anniversary letter from the President");
    p->invoiced |= is(t, "Invoice sent");
    if (is(row->department, "Learning & Development")) {
        p->must += is(row->outcome, "must");
        p->chosen += is(row->outcome, "by choice");
    }
    c->moves += is(t, "Reports a new address");
    c->passed += is(t, "Passes the address on");
    c->promised += is(t, "Promises to call back within two days");
    c->invoices += is(t, "Invoice sent");
    c->confirmed += is(row->outcome, "confirmed");
    c->gave_up += is(row->outcome, "gave up");
    c->workshops += is(t, "Workshop: closing the deal");
    c->reviews += is(t, "Reviews the garage");
    c->answered += is(t, "Garage answers the review");
    c->left += is(t, "Cancels the policy");
    c->returned += is(t, "Buys a policy again");
    c->reminders += is(t, "Payment reminder");
    c->covers += is(t, "Notice about the cover");
    if (row->problem.len) count_claim(c, row);
}

/* Reads a file by its mapping; returns its interactions. */
static uint64_t read_rows(recount *c, const char *name, fh_buf *buf, fh_buf *map_buf)
{
    char map_name[64];
    const size_t stem = strcspn(name, ".");
    (void)snprintf(map_name, sizeof map_name, "%.*s.map", (int)stem, name);
    fh_arena *arena = fh_arena_new(NULL);
    fh_mapping *mapping;
    fh_error err = {0};
    if (fh_mapping_parse(arena, read_file(map_name, map_buf), &mapping, &err) != FH_OK)
        fail_msg("%s: %s", map_name, err.message);
    const fh_str text = read_file(name, buf);
    const fh_reader_options options = {
        .mapping = mapping, .exact = true, .decimal_comma = strcmp(name, "finance.csv") == 0};
    fh_reader *reader;
    fh_batch batch;
    uint64_t rows = 0;
    if (fh_reader_new(NULL, strstr(name, ".csv") ? FH_CSV : FH_JSONL, &options, &reader, &err) !=
            FH_OK ||
        fh_reader_feed(reader, text.ptr, text.len, true, &err) != FH_OK)
        fail_msg("%s: %s", name, err.message);
    do {
        if (fh_reader_next(reader, &batch, &err) != FH_OK) fail_msg("%s: %s", name, err.message);
        if (batch.n_rejects)
            fail_msg("%s line %d: %.*s", name, (int)batch.rejects[0].line,
                     FH_STR_ARG(batch.rejects[0].reason));
        for (size_t i = 0; i < batch.n; i++) count_row(c, &batch.rows[i]);
        rows += batch.n;
    } while (batch.n > 0);
    fh_reader_free(reader);
    fh_arena_free(arena);
    return rows;
}

static const fh_json_doc *truth;

static uint64_t number_at(uint32_t token)
{
    int64_t v = -1;
    assert_true(token > 0 && fh_json_i64(truth, token, &v) && v >= 0);
    return (uint64_t)v;
}

/* truth.json's number of a planted thing. */
static uint64_t told(const char *id, const char *name)
{
    const uint32_t list = fh_json_get(truth, 0, FH_STR("planted"));
    for (uint32_t i = list + 1; i < truth->token[list].next; i = truth->token[i].next) {
        const fh_json_token *t = &truth->token[fh_json_get(truth, i, FH_STR("id"))];
        if (is((fh_str){truth->text.ptr + t->at, t->len}, id))
            return number_at(fh_json_get(truth, i, fh_str_of(name)));
    }
    fail_msg("no %s in truth.json", id);
    return 0;
}

static uint64_t told_rows(const char *file)
{
    const uint32_t list = fh_json_get(truth, 0, FH_STR("files"));
    for (uint32_t i = list + 1; i < truth->token[list].next; i = truth->token[i].next) {
        const fh_json_token *t = &truth->token[fh_json_get(truth, i, FH_STR("name"))];
        if (is((fh_str){truth->text.ptr + t->at, t->len}, file))
            return number_at(fh_json_get(truth, i, FH_STR("interactions")));
    }
    fail_msg("no %s in truth.json", file);
    return 0;
}

static void check_people(const recount *c)
{
    uint64_t both = 0, mail = 0, letter = 0, thanked = 0, once = 0, invoiced = 0, by_choice = 0,
             must = 0;
    for (uint32_t i = 1; i <= fh_intern_count(c->people); i++) {
        const person *p = &c->person[i];
        both += p->welcome_mail && p->welcome_letter;
        mail += p->welcome_mail && !p->welcome_letter;
        letter += !p->welcome_mail && p->welcome_letter;
        thanked += p->thanks && p->anniversary;
        once += p->thanks != p->anniversary;
        invoiced += p->invoiced;
        by_choice += p->chosen >= 3;
        must += p->must > 0 && p->chosen == 0;
    }
    assert_int_equal(both, told("welcome-letters", "count"));
    assert_int_equal(mail, told("welcome-letters", "only_marketing"));
    assert_int_equal(letter, told("welcome-letters", "only_operations"));
    assert_int_equal(thanked, told("president-letters", "count"));
    assert_int_equal(once, told("president-letters", "only_one_letter"));
    assert_int_equal(invoiced, told("invoices", "count"));
    assert_int_equal(by_choice, told("learners-by-choice", "count"));
    assert_int_equal(must, told("learners-who-must", "count"));
    assert_true(both > 0 && mail > 0 && letter > 0 && thanked > 0 && by_choice > 0 && must > 0);
}

static void check_problems(const recount *c)
{
    uint64_t both = 0, one = 0, kept = 0, late = 0, never = 0;
    for (uint32_t i = 1; i <= fh_intern_count(c->problems); i++) {
        const problem *q = &c->problem[i];
        both += q->told_handler && q->told_garage;
        one += q->told_handler != q->told_garage;
        if (!q->promised) continue;
        const bool in_time = q->called_back && q->called_back - q->promised <= 2 * FH_DAY_MS;
        kept += in_time;
        late += q->called_back && !in_time;
        never += !q->called_back;
    }
    assert_int_equal(both, told("told-again", "count"));
    assert_true(one >= told("told-again", "claims_told_again_once")); /* or cut off by the end */
    assert_int_equal(kept, told("broken-call-backs", "kept"));
    assert_int_equal(late, told("broken-call-backs", "late"));
    assert_int_equal(never, told("broken-call-backs", "never"));
    assert_int_equal(c->promised, told("broken-call-backs", "promised"));
    assert_int_equal(c->promised - kept, told("broken-call-backs", "count"));
    assert_true(kept * 100 + 100 > 71 * c->promised && kept * 100 < 71 * c->promised + 100);
    assert_int_equal(told("claim-file-fix", "told_again_both_times_before") +
                         told("claim-file-fix", "told_again_both_times_after"),
                     both);
}

static void check_totals(const recount *c)
{
    assert_int_equal(c->moves, told("address-changes", "count"));
    assert_int_equal(c->passed, told("address-changes", "times_passed_on"));
    assert_int_equal(c->invoices, told("invoices", "invoices"));
    assert_int_equal(c->confirmed, told("second-confirmation", "confirmed"));
    assert_int_equal(c->gave_up, told("second-confirmation", "count"));
    assert_int_equal(c->workshops, told("sales-workshops", "count"));
    assert_int_equal(c->reviews, told("unanswered-reviews", "reviews"));
    assert_int_equal(c->answered, told("unanswered-reviews", "answered"));
    assert_int_equal(c->reviews - c->answered, told("unanswered-reviews", "count"));
    assert_int_equal(c->left, told("left", "count"));
    assert_int_equal(c->returned, told("returned", "count"));
    assert_int_equal(c->covers, told("reminded-twice", "count"));
    assert_int_equal(c->reminders - c->covers, told("reminded-twice", "only_finance"));
    assert_true(c->covers > 0 && c->reminders > c->covers);
    assert_true(c->moves > 0 && c->gave_up > 0 && c->workshops > 0 && c->left > 0);
    assert_true(c->reviews > c->answered && c->returned > 0);
}

static void the_truth_is_what_the_files_say(void **state)
{
    (void)state;
    static recount c;
    fh_simulate_result made;
    fh_buf buf, map_buf;
    fh_buf_init(&buf, NULL, 1 << 28);
    fh_buf_init(&map_buf, NULL, 1 << 28);
    assert_status(simulate(fh_os_real(), 2500, 3, &made, NULL), FH_OK);
    c.people = fh_intern_new(NULL);
    c.numbers = fh_intern_new(NULL);
    c.problems = fh_intern_new(NULL);

    fh_json_reader *r = fh_json_reader_new(NULL, 10000);
    fh_json_doc doc;
    fh_buf json;
    fh_buf_init(&json, NULL, 1 << 20);
    assert_status(fh_json_read(r, read_file("truth.json", &json), &doc, NULL), FH_OK);
    truth = &doc;

    uint64_t rows = 0;
    for (size_t i = 0; i < COUNT(files); i++) {
        const uint64_t n = read_rows(&c, files[i], &buf, &map_buf);
        assert_int_equal(n, told_rows(files[i]));
        rows += n;
    }
    assert_int_equal(rows, made.interactions);
    assert_int_equal(rows, number_at(fh_json_get(truth, 0, FH_STR("interactions"))));
    check_people(&c);
    check_problems(&c);
    check_totals(&c);

    fh_intern_free(c.people);
    fh_intern_free(c.numbers);
    fh_intern_free(c.problems);
    fh_json_reader_free(r);
    fh_buf_free(&json);
    fh_buf_free(&map_buf);
    fh_buf_free(&buf);
}

/* ---- What can go wrong --------------------------------------------------------------------- */

static fh_status make_few(const fh_os *os, void *ctx)
{
    (void)ctx;
    fh_simulate_result made;
    fh_error err;
    return simulate(os, 3, 1, &made, &err);
}

static void each_failing_call_is_reported(void **state)
{
    (void)state;
    test_faults(make_few, NULL, FH_IO);
}

static bool stop(void *ctx, uint64_t done, uint64_t of)
{
    (void)ctx, (void)done, (void)of;
    return true;
}

static void wrong_wishes_are_refused_and_a_stop_is_obeyed(void **state)
{
    (void)state;
    fh_simulate_result made;
    fh_error err;
    fh_simulate_options o = {.customers = 0, .years = 3, .folder = folder};
    assert_status(fh_simulate(fh_os_real(), &o, &made, &err), FH_INVALID);
    o.customers = 5;
    o.years = FH_SIMULATE_MAX_YEARS + 1;
    assert_status(fh_simulate(fh_os_real(), &o, &made, &err), FH_INVALID);
    assert_true(err.hint[0] != '\0');
    o.years = FH_SIMULATE_MAX_YEARS;
    assert_status(fh_simulate(fh_os_real(), &o, &made, &err), FH_OK);
    o.years = 1;
    assert_status(fh_simulate(fh_os_real(), &o, &made, &err), FH_OK);
    o.progress = stop;
    assert_status(fh_simulate(fh_os_real(), &o, &made, &err), FH_INTERRUPTED);
    o.folder = "/dev/null/x";
    assert_true(fh_simulate(fh_os_real(), &o, &made, &err) != FH_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_bytes_everywhere),
        cmocka_unit_test(the_truth_is_what_the_files_say),
        cmocka_unit_test(each_failing_call_is_reported),
        cmocka_unit_test(wrong_wishes_are_refused_and_a_stop_is_obeyed),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
