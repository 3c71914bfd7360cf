/* find_run_test.c - a run that looks for findings, and somebody who is erased while it goes on:
 * nothing of them is written afterwards, not even as the example of a cause; when it is time
 * for the next; and a text that is checked before it is sent. */
#include "files.h"
#include "records.h"

#include "app/data/erase.h"
#include "app/data/import.h"
#include "app/find/find_parts.h"
#include "app/find/presend.h"
#include "app/find/sent.h"
#include "store/job_rows.h"

typedef struct fixture {
    office o;
    const char *when; /* words of progress at which customer 1 is erased; NULL: nobody is */
    bool erased;
    const fh_cause_row *cause;
    size_t n;
    uint64_t n_faults;
    fh_str bands, shingles; /* of a piece of templates */
    uint32_t piece;
    uint32_t threads; /* 0: one */
} fixture;

/* Two departments tell two customers different amounts, the first one twice: one cause, whose
 * example are the first one's amounts. */
static void begin(fixture *f, const char *when)
{
    const fh_import_options options = {.source = FH_STR("test")};
    fh_import_result result;
    *f = (fixture){.when = when};
    office_open(&f->o);
    const char *path = test_file(
        "rows.csv",
        FH_STR("customer,time,touchpoint,department,direction,text\n"
               "C1,2024-03-01 10:00,Letter,Marketing,out,The excess of your policy is 250 euros.\n"
               "C1,2024-03-03 10:00,Letter,Operations,out,The excess of your policy is 431 "
               "euros.\n"
               "C1,2024-03-05 10:00,Letter,Operations,out,The excess of your policy is 431 "
               "euros.\n"
               "C2,2024-03-01 10:00,Letter,Marketing,out,The excess of your policy is 310 euros.\n"
               "C2,2024-03-03 10:00,Letter,Operations,out,The excess of your policy is 520 "
               "euros.\n"));
    if (fh_import_file(f->o.org, path, &options, f->o.arena, &result, &f->o.err) != FH_OK)
        fail_msg("%s", f->o.err.message);
}

static void end(fixture *f)
{
    office_close(&f->o);
    test_files_end();
}

static bool on_progress(void *ctx, uint64_t done, uint64_t total, const char *words)
{
    fixture *f = ctx;
    fh_erase_result erased;
    (void)done, (void)total;
    if (!f->when || f->erased || strcmp(words, f->when) != 0) return false;
    f->erased = true;
    if (fh_erase_customer(f->o.org, 1, &erased, &f->o.err)) fail_msg("%s", f->o.err.message);
    return false;
}

static void run(fixture *f)
{
    const fh_find_options options = {
        .threads = f->threads ? f->threads : 1, .progress = on_progress, .ctx = f};
    fh_find_result result;
    if (fh_find_run(f->o.org, &options, &result, &f->o.err)) fail_msg("%s", f->o.err.message);
    assert_status(fh_causes_all(f->o.org, f->o.arena, &f->cause, &f->n, &f->o.err), FH_OK);
}

static bool told(const fixture *f, const char *words)
{
    for (size_t i = 0; i < f->n; i++)
        if (strstr(f->cause[i].fact.ptr, words)) return true;
    return false;
}

static uint64_t customers(const fixture *f, fh_finding_sort sort)
{
    uint64_t n = 0;
    for (size_t i = 0; i < f->n; i++)
        if (f->cause[i].sort == (uint32_t)sort) n += f->cause[i].customers;
    return n;
}

static void a_cause_shows_the_values_that_differ(void **state)
{
    (void)state;
    fixture f;
    begin(&f, NULL);
    run(&f);
    assert_int_equal(customers(&f, FH_FIND_CONTRADICTION), 2);
    assert_true(told(&f, "431"));
    end(&f);
}

static void of_who_is_erased_meanwhile_nothing_is_written(void **state)
{
    (void)state;
    static const char *const when[] = {"looking at stories", "looking at maps and records"};
    for (size_t i = 0; i < sizeof when / sizeof when[0]; i++) {
        fixture f;
        begin(&f, when[i]);
        run(&f);
        assert_true(f.erased);
        assert_int_equal(customers(&f, FH_FIND_CONTRADICTION), 1);
        assert_false(told(&f, "431"));
        assert_false(told(&f, "250"));
        end(&f);
    }
}

static void bring(fixture *f, const char *name, fh_str rows)
{
    const fh_import_options options = {.source = FH_STR("more")};
    fh_import_result result;
    const char *path = test_file(name, rows);
    if (fh_import_file(f->o.org, path, &options, f->o.arena, &result, &f->o.err) != FH_OK)
        fail_msg("%s", f->o.err.message);
}

static fh_sent_list sent(fixture *f)
{
    fh_sent_list list;
    assert_status(fh_sent_read(f->o.org, f->o.arena, &list, &f->o.err), FH_OK);
    return list;
}

/* Once a department and purpose; without one by its touchpoint; and no text of any. */
static void what_is_sent_is_known_by_what_it_is_for(void **state)
{
    (void)state;
    fixture f;
    begin(&f, NULL);
    assert_int_equal(sent(&f).n, 0); /* nobody has looked yet */
    run(&f);
    fh_sent_list list = sent(&f);
    assert_int_equal(list.n, 2);
    for (size_t i = 0; i < list.n; i++)
        assert_true(list.item[i].touchpoint && list.item[i].department &&
                    !list.item[i].purpose.len);
    bring(&f, "more.csv",
          FH_STR("customer,time,touchpoint,department,direction,purpose,text\n"
                 "C1,2024-04-01 10:00,Letter,Marketing,out,Welcome,Welcome to our house.\n"
                 "C2,2024-04-02 10:00,Letter,Marketing,out, welcome ,Welcome to our house.\n"
                 "C2,2024-04-03 10:00,Call,Marketing,in,Question,When do you open?\n"));
    run(&f);
    list = sent(&f);
    assert_int_equal(list.n, 3);
    assert_str(list.item[2].purpose, "Welcome");
    assert_int_equal(list.item[2].touchpoint, 0);
    end(&f);
}

static void what_is_kept_of_messages_may_be_damaged(void **state)
{
    (void)state;
    fixture f;
    begin(&f, NULL);
    assert_status(fh_org_begin(f.o.org, &f.o.err), FH_OK);
    assert_status(fh_find_state_put(f.o.org, FH_STR("messages"),
                                    FH_STR("1\t2\t\n\n1\n99999999999\t1\tx\n\t\tx\n3\t0\tWelcome\n"
                                           "3\t0\tWELCOME\n4\t0\t\n5\t0\tno end"),
                                    &f.o.err),
                  FH_OK);
    assert_status(fh_org_commit(f.o.org, &f.o.err), FH_OK);
    const fh_sent_list list = sent(&f);
    assert_int_equal(list.n, 3);
    assert_int_equal(list.item[0].touchpoint, 2);
    assert_str(list.item[1].purpose, "Welcome");
    assert_str(list.item[2].purpose, "no end");
    end(&f);
}

static int64_t put_job(fixture *f, fh_str kind)
{
    int64_t job = 0;
    assert_status(fh_job_put(f->o.org, kind, FH_STR("{}"), (fh_str){0}, 0, 1, &job, &f->o.err),
                  FH_OK);
    return job;
}

/* ---- Bit by bit ---------------------------------------------------------------------------- */

enum { WEEKS = 6, WHO = 15 };

/* What happens in weeks [from, to): departments that write nearly the same twice and tell other
 * dates, customers who call twice, letters of their own; each customer in some of the weeks. */
static void bring_weeks(fixture *f, const char *name, unsigned from, unsigned to)
{
    static const char *const department[] = {"Marketing", "Operations", "Service"};
    fh_buf rows;
    fh_buf_init(&rows, NULL, 1 << 22);
    fh_buf_str(&rows, FH_STR("customer,id,time,touchpoint,department,direction,text\n"));
    for (unsigned week = from; week < to; week++)
        for (unsigned who = 0; who < WHO; who++)
            for (unsigned k = 0; k < 4; k++) {
                if ((who + week) % 3 == 2) continue;
                const unsigned topic = (who * 7 + week) % 5, day = 1 + week * 7 + k;
                fh_buf_printf(
                    &rows,
                    "K%u,i%u-%u-%u,2024-%02u-%02u 1%u:00,%s,%s,%s,The yearly meeting number %u of "
                    "all members takes place in the hall of house %u; bring the card number %u. "
                    "The excess of your policy is %u euros.\n",
                    who, week, who, k, 3 + day / 28, 1 + day % 28, k, k == 3 ? "Call" : "Letter",
                    department[(who + k) % 3], k == 3 ? "in" : "out", topic, topic * 3 + who % 2,
                    topic * 11, 200 + 10 * ((who + k) % 9));
            }
    bring(f, name, fh_buf_view(&rows));
    fh_buf_free(&rows);
}

/* Hits and causes as text, causes by what they say and not by their numbers. */
static void print_found(fixture *f, fh_buf *out)
{
    assert_status(fh_causes_all(f->o.org, f->o.arena, &f->cause, &f->n, &f->o.err), FH_OK);
    for (size_t i = 0; i < f->n; i++) {
        const fh_cause_row *c = &f->cause[i];
        const fh_hit_row *h = NULL;
        size_t n = 0;
        fh_buf_printf(out, "%016llx %u: %u > %u, %u, %llu of %llu, %lld..%lld\n",
                      (unsigned long long)c->cause, c->sort, c->from, c->to, c->fact_types,
                      (unsigned long long)c->hits, (unsigned long long)c->customers,
                      (long long)c->first_ms, (long long)c->last_ms);
        assert_status(fh_hits_latest(f->o.org, c->cause, 1000, f->o.arena, &h, &n, &f->o.err),
                      FH_OK);
        for (size_t k = 0; k < n; k++) {
            fh_buf_printf(out, " %u %016llx %016llx %u %u\n", h[k].customer,
                          (unsigned long long)h[k].a, (unsigned long long)h[k].b, h[k].ways,
                          h[k].facts);
        }
    }
}

/* The same, whether stories are looked at as they grow, all at once, all anew, or by several
 * threads, of which some have nothing to do in a week of few. */
static void what_is_found_does_not_depend_on_how_often_or_how_many_look(void **state)
{
    (void)state;
    fh_buf found[4];
    for (unsigned how = 0; how < COUNT(found); how++) {
        fixture f;
        const fh_find_options all = {.threads = 1, .all = true};
        fh_find_result result;
        begin(&f, NULL);
        f.threads = how == 3 ? 3 : 1;
        fh_buf_init(&found[how], NULL, 1 << 22);
        for (unsigned week = 0; week < WEEKS && how != 1; week++) {
            bring_weeks(&f, "week.csv", week, week + 1);
            run(&f);
        }
        if (how == 1) bring_weeks(&f, "weeks.csv", 0, WEEKS);
        if (how == 1) run(&f);
        if (how == 2) assert_status(fh_find_run(f.o.org, &all, &result, &f.o.err), FH_OK);
        run(&f); /* nothing is new: nothing changes */
        print_found(&f, &found[how]);
        assert_true(customers(&f, FH_FIND_DUPLICATE) > 10);
        assert_true(customers(&f, FH_FIND_CONTRADICTION) > 10);
        end(&f);
    }
    assert_str(fh_buf_view(&found[0]), found[1].ptr);
    assert_str(fh_buf_view(&found[2]), found[1].ptr);
    assert_str(fh_buf_view(&found[3]), found[1].ptr);
    for (unsigned how = 0; how < COUNT(found); how++) fh_buf_free(&found[how]);
}

static fh_status see_piece(void *ctx, uint32_t piece, fh_str bands, fh_str shingles, bool *more,
                           fh_error *err)
{
    fixture *f = ctx;
    (void)err;
    *more = true;
    if (piece == f->piece)
        assert_true(fh_arena_str(f->o.arena, bands, &f->bands) &&
                    fh_arena_str(f->o.arena, shingles, &f->shingles));
    return FH_OK;
}

/* Empty when there is none. */
static void read_piece(fixture *f, uint32_t piece)
{
    uint32_t missing = 0;
    f->piece = piece;
    f->bands = f->shingles = (fh_str){"", 0};
    assert_status(fh_find_pieces(f->o.org, see_piece, f, &missing, NULL), FH_OK);
    assert_int_equal(missing, UINT32_MAX);
}

/* Files of before have templates in a state. What cannot be read is as if there were none. */
static void templates_of_before_go_into_pieces(void **state)
{
    (void)state;
    fixture f;
    fh_str old;
    begin(&f, NULL);
    assert_status(fh_find_state_put(f.o.org, FH_STR("templates"), FH_STR("FHTEMPL\1?"), NULL),
                  FH_OK);
    run(&f);
    assert_int_equal(customers(&f, FH_FIND_CONTRADICTION), 2);
    assert_status(fh_find_state_get(f.o.org, FH_STR("templates"), f.o.arena, &old, NULL), FH_OK);
    assert_int_equal(old.len, 0);
    read_piece(&f, 0);
    assert_true(f.shingles.len > 0);
    end(&f);
}

static void say_fault(void *ctx, const char *sentence)
{
    fixture *f = ctx;
    f->n_faults++;
    assert_non_null(strstr(sentence, "piece 0 of what mass mails look like is damaged"));
    assert_non_null(strstr(sentence, "run 'firsthand find'"));
}

static uint64_t faults(fixture *f)
{
    uint64_t n = 0;
    f->n_faults = 0;
    const fh_status s = fh_store_check(f->o.org, say_fault, f, &n, NULL);
    assert_status(s, n ? FH_CORRUPT : FH_OK);
    assert_int_equal(n, f->n_faults);
    return n;
}

/* One byte of the bands, or of the shingles, is another one. */
static void damage(fixture *f, bool bands)
{
    read_piece(f, 0);
    const fh_str of = bands ? f->bands : f->shingles;
    ((char *)(uintptr_t)of.ptr)[of.len / 2] ^= 4;
    assert_status(fh_find_piece_put(f->o.org, 0, f->bands, f->shingles, NULL), FH_OK);
}

/* Of a damaged piece no message is a template: told with what to do, and made anew by the next
 * look, from all messages, although none came in. */
static void damaged_templates_are_told_and_made_anew(void **state)
{
    (void)state;
    for (int bands = 0; bands < 2; bands++) {
        fixture f;
        begin(&f, NULL);
        run(&f);
        assert_int_equal(faults(&f), 0);
        const uint64_t before = customers(&f, FH_FIND_CONTRADICTION);
        read_piece(&f, 0);
        const size_t first = f.shingles.len;
        assert_true(first > 24);
        damage(&f, bands);
        assert_int_equal(faults(&f), 1);
        run(&f);
        assert_int_equal(faults(&f), 0);
        assert_int_equal(customers(&f, FH_FIND_CONTRADICTION), before);
        /* What it had is in the next one; its own numbers are nobody's. */
        read_piece(&f, 1);
        assert_int_equal(f.shingles.len, first);
        run(&f);
        assert_int_equal(faults(&f), 0);
        end(&f);
    }
}

/* ---- By itself ---------------------------------------------------------------------------- */

enum { TEN_MINUTES = 600000, DAY = 24 * 3600 * 1000 };

static bool due(fixture *f, int64_t every_ms, int64_t after_ms)
{
    bool is = false;
    fh_find_ran ran;
    assert_status(fh_find_ran_last(f->o.org, &ran, &f->o.err), FH_OK);
    assert_status(fh_find_due(f->o.org, every_ms, ran.at_ms + after_ms, &is, &f->o.err), FH_OK);
    return is;
}

/* Which pieces of templates are damaged or missing, and how many templates there are. */
static void print_pieces(fixture *f, uint32_t threads, fh_buf *out)
{
    fh_buf damaged;
    fh_templates *t = NULL;
    fh_buf_init(&damaged, NULL, 1 << 16);
    assert_status(fh_templates_new(NULL, &t, NULL), FH_OK);
    assert_status(fh_pieces_read(f->o.org, threads, t, &damaged, NULL), FH_OK);
    fh_buf_printf(out, "%u templates", fh_templates_count(t));
    for (size_t at = 0; at < damaged.len; at += sizeof(fh_piece_damage)) {
        fh_piece_damage d;
        memcpy(&d, damaged.ptr + at, sizeof d);
        fh_buf_printf(out, ", %s %u", d.missing ? "missing" : "damaged", d.piece);
    }
    fh_templates_free(t);
    fh_buf_free(&damaged);
}

/* Without templates, which says enough of what comes after what; `but` is not there, the last one
 * is a part. */
static void put_pieces(fixture *f, uint32_t n, uint32_t but)
{
    assert_status(fh_find_pieces_end(f->o.org, 0, NULL), FH_OK);
    for (uint32_t i = 0; i + 1 < n; i++)
        if (i != but) assert_status(fh_find_piece_empty(f->o.org, i, NULL), FH_OK);
    assert_status(fh_find_piece_put(f->o.org, n - 1, f->bands, f->shingles, NULL), FH_OK);
}

static void pieces_of_templates_are_the_same_by_any_number_of_threads(void **state)
{
    enum { PIECES = 160 };
    static const struct {
        uint32_t n, missing, damaged;
        const char *says;
    } expected[] = {
        {PIECES, PIECES, PIECES, "162817 templates"},
        {PIECES, PIECES, 79, "162817 templates, damaged 79"},
        {PIECES, 100, 70, "102400 templates, damaged 70, missing 100"},
        {PIECES, 80, 79, "81920 templates, damaged 79, missing 80"},
        {PIECES, 79, 90, "80896 templates, missing 79"},
        {PIECES, PIECES, PIECES - 1, "163840 templates, damaged 159"},
        {1, 1, 1, "1 templates"},
    };
    (void)state;
    fixture f;
    begin(&f, NULL);
    run(&f);
    read_piece(&f, 0);
    for (size_t i = 0; i < COUNT(expected); i++) {
        put_pieces(&f, expected[i].n, expected[i].missing);
        if (expected[i].damaged < expected[i].n)
            assert_status(
                fh_find_piece_put(f.o.org, expected[i].damaged, FH_STR("?"), FH_STR("?"), NULL),
                FH_OK);
        for (uint32_t threads = 1; threads <= 5; threads++) {
            fh_buf out;
            fh_buf_init(&out, NULL, 1 << 16);
            print_pieces(&f, threads, &out);
            assert_str(fh_buf_view(&out), expected[i].says);
            fh_buf_free(&out);
        }
    }
    assert_status(fh_find_pieces_end(f.o.org, 0, NULL), FH_OK);
    end(&f);
}

static void it_is_time_to_look_when_something_came_in_and_the_last_look_is_a_while_ago(void **state)
{
    (void)state;
    fixture f;
    begin(&f, NULL);
    assert_true(due(&f, TEN_MINUTES, TEN_MINUTES));
    assert_false(due(&f, 0, DAY)); /* never by itself */
    run(&f);
    assert_false(due(&f, TEN_MINUTES, TEN_MINUTES)); /* nothing came */
    assert_true(due(&f, TEN_MINUTES, DAY));          /* what ages */
    bring(&f, "more.csv", FH_STR("customer,time,touchpoint\nC3,2024-03-09 10:00,Visit\n"));
    assert_false(due(&f, TEN_MINUTES, TEN_MINUTES - 1));
    assert_true(due(&f, TEN_MINUTES, TEN_MINUTES));
    run(&f);
    assert_false(due(&f, TEN_MINUTES, TEN_MINUTES));
    fh_erase_result erased;
    assert_status(fh_erase_customer(f.o.org, 3, &erased, &f.o.err), FH_OK);
    assert_true(due(&f, TEN_MINUTES, TEN_MINUTES)); /* who is who changed */
    end(&f);
}

static void nobody_looks_while_somebody_looks_or_imports(void **state)
{
    (void)state;
    static const char *const kinds[] = {"find", "import", "merge"};
    fixture f;
    int64_t going = 0;
    begin(&f, NULL);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        fh_job_state how;
        assert_true(due(&f, TEN_MINUTES, TEN_MINUTES + 1));
        const int64_t job = put_job(&f, fh_str_of(kinds[i]));
        assert_false(due(&f, TEN_MINUTES, TEN_MINUTES + 1));
        assert_status(fh_find_going(f.o.org, f.o.arena, &going, &f.o.err), FH_OK);
        assert_int_equal(going, i == 0 ? job : 0);
        assert_status(fh_job_ask_stop(f.o.org, job, 1, &how, &f.o.err), FH_OK);
    }
    end(&f);
}

static void an_organisation_without_stories_is_never_looked_at(void **state)
{
    (void)state;
    fixture f = {.when = NULL};
    office_open(&f.o);
    assert_false(due(&f, TEN_MINUTES, DAY));
    office_close(&f.o);
}

/* ---- Before sending ------------------------------------------------------------------------ */

/* The answer as JSON, in the arena. */
static const char *presend(fixture *f, fh_presend p, const char *who)
{
    fh_json j;
    fh_buf text;
    const fh_str named[] = {fh_str_of(who), FH_STR("C2"), FH_STR("nobody")};
    const size_t n = who[0] ? 3 : 0;
    fh_str out;
    fh_buf_init(&text, NULL, 1 << 20);
    fh_json_begin(&j, &text, 0);
    p.may_read = true;
    assert_status(fh_presend_named(f->o.org, named, n, f->o.arena, &p, &f->o.err), FH_OK);
    if (fh_presend_json(f->o.org, &p, f->o.arena, &j, &f->o.err)) fail_msg("%s", f->o.err.message);
    assert_true(fh_arena_str(f->o.arena, fh_buf_view(&text), &out));
    fh_buf_free(&text);
    return out.ptr;
}

static void assert_says(const char *answer, const char *what)
{
    if (!strstr(answer, what)) fail_msg("'%s' does not stand in %s", what, answer);
}

/* Noon on 4 March 2024, between what the two departments wrote. */
static const int64_t WHEN = INT64_C(1709553600000);

static void a_text_is_held_against_what_its_customers_get(void **state)
{
    (void)state;
    fixture f;
    begin(&f, NULL);
    const fh_presend p = {.text = FH_STR("The excess of your policy is 999 euros."),
                          .department = FH_STR("Finance"),
                          .when_ms = WHEN};
    const char *a = presend(&f, p, "C1");
    assert_says(a, "\"customers\":2,\"fit\":2,\"unknown\":[\"nobody\"]");
    assert_says(a, " 999.00\"},\"theirs\"");
    /* Both departments wrote to both of them, and other amounts. */
    assert_says(a, "2 customers hear from other departments");
    assert_says(a, "2 customers got a message that says otherwise.");
    assert_null(strstr(a, "speaks against"));
    end(&f);
}

static void what_nothing_speaks_against_is_told_so(void **state)
{
    (void)state;
    fixture f;
    begin(&f, NULL);
    fh_presend p = {.text = FH_STR("Our summer concert is open to all."),
                    .department = FH_STR("Finance"),
                    .when_ms = WHEN};
    assert_says(presend(&f, p, "C1"), "Nothing was found that speaks against it.");
    /* What the department itself said before is no contradiction: it corrects itself. */
    p = (fh_presend){.text = FH_STR("The excess of your policy is 431 euros."),
                     .department = FH_STR("Operations"),
                     .when_ms = WHEN + 10 * (int64_t)DAY};
    assert_null(strstr(presend(&f, p, "C1"), "\"department\":\"Operations\""));
    assert_says(presend(&f, p, ""), "Looked at 0 customers.");
    end(&f);
}

static void who_would_get_too_much_is_counted(void **state)
{
    (void)state;
    fixture f;
    begin(&f, NULL);
    const fh_actor self = fh_actor_command_line();
    assert_status(fh_org_begin(f.o.org, &f.o.err), FH_OK);
    assert_status(fh_find_config_keep(f.o.org, &self, FH_STR("find-overload"),
                                      FH_STR("2 within 7d"), &f.o.err),
                  FH_OK);
    assert_status(fh_org_commit(f.o.org, &f.o.err), FH_OK);
    const fh_presend p = {
        .text = FH_STR("Hello."), .department = FH_STR("Finance"), .when_ms = WHEN};
    /* C1 had three letters within the week, C2 two: one more is too much for both. */
    assert_says(presend(&f, p, "C1"),
                "\"too_much\":{\"customers\":2,\"most\":4,\"window_days\":7,\"limit\":2}");
    end(&f);
}

static void what_cannot_be_checked_is_refused(void **state)
{
    (void)state;
    fixture f;
    fh_json j;
    fh_buf text;
    begin(&f, NULL);
    static char much[FH_PRESEND_TEXT + 2];
    memset(much, 'a', sizeof much);
    const fh_presend wrong[] = {
        {.text = FH_STR(" "), .department = FH_STR("Sales")},
        {.text = FH_STR("Hello.")},
        {.text = {much, sizeof much}, .department = FH_STR("Sales")},
        {.text = FH_STR("Hello."), .department = FH_STR("Sales"), .when_ms = INT64_MAX},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        fh_buf_init(&text, NULL, 1 << 16);
        fh_json_begin(&j, &text, 0);
        assert_status(fh_presend_json(f.o.org, &wrong[i], f.o.arena, &j, &f.o.err), FH_INVALID);
        fh_buf_free(&text);
    }
    end(&f);
}

/* ---- Counting ------------------------------------------------------------------------------ */

enum { CAUSES = 400 };

static uint64_t nth_cause(size_t i)
{
    return i * UINT64_C(0x9e3779b97f4a7c15) + 1; /* many are below 0 as the file has them */
}

static size_t hits_of(size_t i)
{
    return i == 7 ? 300 : i % 5;
}

/* Cause i has hits_of(i), two of customer 1 and the others of customer 2. */
static void put_causes(fixture *f)
{
    assert_status(fh_org_begin(f->o.org, &f->o.err), FH_OK);
    for (size_t i = 0; i < CAUSES; i++) {
        const fh_cause_row c = {.cause = nth_cause(i)};
        assert_status(fh_cause_put(f->o.org, &c, &f->o.err), FH_OK);
        for (uint32_t k = 0; k < hits_of(i); k++) {
            const fh_hit_row h = {.cause = nth_cause(i),
                                  .customer = k < 2 ? 1 : 2,
                                  .a = k,
                                  .a_ms = 1000 + k,
                                  .b_ms = 2000 + k};
            assert_status(fh_hits_put(f->o.org, &h, 1, &f->o.err), FH_OK);
        }
    }
    assert_status(fh_org_commit(f->o.org, &f->o.err), FH_OK);
}

static void hits_are_counted_by_many_as_by_one(void **state)
{
    (void)state;
    fixture f;
    begin(&f, NULL);
    put_causes(&f);
    for (uint32_t threads = 1; threads < 6; threads += 2) {
        fh_hits_counted list[CAUSES];
        for (size_t i = 0; i < CAUSES; i++)
            list[i] = (fh_hits_counted){.cause = nth_cause(i), .of = i};
        assert_status(fh_hits_count_by_many(f.o.org, threads, list, CAUSES, &f.o.err), FH_OK);
        for (size_t i = 0; i < CAUSES; i++) {
            assert_int_equal(list[i].cause, nth_cause(list[i].of));
            assert_int_equal(list[i].hits, hits_of(list[i].of));
            assert_int_equal(list[i].customers,
                             (hits_of(list[i].of) > 0) + (hits_of(list[i].of) > 2));
            assert_true(i == 0 || (int64_t)list[i - 1].cause < (int64_t)list[i].cause);
        }
    }
    end(&f);
}

static fh_status drop_of(void *ctx, uint64_t cause, int64_t a_ms, int64_t b_ms, fh_error *err)
{
    return fh_findings_dropped(ctx, cause, a_ms, b_ms, err);
}

/* Counted before customer 1's hits were dropped: those causes are counted once more. */
static void what_went_after_hits_were_counted_counts(void **state)
{
    (void)state;
    fixture f;
    fh_findings *found = NULL;
    fh_find_config config;
    fh_find_result result = {0};
    fh_cause_row c;
    begin(&f, NULL);
    put_causes(&f);
    assert_status(fh_find_config_read(f.o.org, f.o.arena, &config, &f.o.err), FH_OK);
    config.least_customers = UINT32_MAX; /* no records */
    assert_status(fh_findings_new(&found, &f.o.err), FH_OK);
    for (size_t i = 0; i < CAUSES; i++)
        assert_status(fh_findings_touch(found, nth_cause(i), &f.o.err), FH_OK);
    assert_status(fh_org_begin(f.o.org, &f.o.err), FH_OK);
    assert_status(fh_findings_count(found, f.o.org, 3, &f.o.err), FH_OK);
    assert_status(fh_hits_drop(f.o.org, 1, 1, INT64_MIN, drop_of, found, &f.o.err), FH_OK);
    assert_status(fh_findings_settle(found, f.o.org, &config, &result, &f.o.err), FH_OK);
    assert_status(fh_org_commit(f.o.org, &f.o.err), FH_OK);
    assert_int_equal(result.causes, CAUSES);
    for (size_t i = 0; i < CAUSES; i++) {
        const size_t left = hits_of(i) > 2 ? hits_of(i) - 2 : 0;
        assert_status(fh_cause_get(f.o.org, nth_cause(i), f.o.arena, &c, &f.o.err), FH_OK);
        assert_int_equal(c.hits, left);
        assert_int_equal(c.customers, left > 0);
        assert_int_equal(c.last_ms, left ? 2000 + hits_of(i) - 1 : 0);
    }
    fh_findings_free(found);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cause_shows_the_values_that_differ),
        cmocka_unit_test(what_is_sent_is_known_by_what_it_is_for),
        cmocka_unit_test(what_is_kept_of_messages_may_be_damaged),
        cmocka_unit_test(of_who_is_erased_meanwhile_nothing_is_written),
        cmocka_unit_test(what_is_found_does_not_depend_on_how_often_or_how_many_look),
        cmocka_unit_test(templates_of_before_go_into_pieces),
        cmocka_unit_test(damaged_templates_are_told_and_made_anew),
        cmocka_unit_test(pieces_of_templates_are_the_same_by_any_number_of_threads),
        cmocka_unit_test(
            it_is_time_to_look_when_something_came_in_and_the_last_look_is_a_while_ago),
        cmocka_unit_test(hits_are_counted_by_many_as_by_one),
        cmocka_unit_test(what_went_after_hits_were_counted_counts),
        cmocka_unit_test(nobody_looks_while_somebody_looks_or_imports),
        cmocka_unit_test(a_text_is_held_against_what_its_customers_get),
        cmocka_unit_test(what_nothing_speaks_against_is_told_so),
        cmocka_unit_test(who_would_get_too_much_is_counted),
        cmocka_unit_test(what_cannot_be_checked_is_refused),
        cmocka_unit_test(an_organisation_without_stories_is_never_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
