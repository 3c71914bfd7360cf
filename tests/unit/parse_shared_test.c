/* parse_shared_test.c - the public logs and data sets of ../shared, read whole: as
 * many rows, cases and rejects as they have. Skips where they are not there. */
#include "test.h"

#include "base/intern.h"
#include "reading.h"

#include <stdlib.h>
#include <zlib.h>

typedef struct counted {
    uint64_t rows, rejects, values, outcomes;
    uint32_t customers, touchpoints, problems, departments;
} counted;

typedef struct sets {
    fh_intern *customer, *touchpoint, *problem, *department;
} sets;

static void put(fh_intern *set, fh_str s)
{
    if (s.len) assert_int_not_equal(fh_intern_add(set, s, fh_intern_hash(s)), 0);
}

static void count_batch(const fh_batch *batch, const sets *s, counted *out)
{
    for (size_t i = 0; i < batch->n; i++) {
        const fh_interaction *t = &batch->rows[i];
        put(s->customer, t->identifier[0].value);
        put(s->touchpoint, t->touchpoint);
        put(s->problem, t->problem);
        put(s->department, t->department);
        out->values += t->has_value;
        out->outcomes += t->outcome.len > 0;
    }
    out->rows += batch->n;
    out->rejects += batch->n_rejects;
}

static bool count_file(const char *path, fh_format format, const char *mapping, counted *out)
{
    enum { PIECE = 1 << 20 };
    char space[512];
    const char *found = test_shared(path, space, sizeof space);
    if (!found) return false;
    gzFile file = gzopen(found, "rb");
    char *piece = malloc(PIECE);
    fh_arena *arena = fh_arena_new(NULL);
    fh_mapping *rules = NULL;
    fh_reader *reader;
    fh_error err = {0};
    const sets s = {fh_intern_new(NULL), fh_intern_new(NULL), fh_intern_new(NULL),
                    fh_intern_new(NULL)};
    assert_true(file && piece && arena && s.customer && s.touchpoint && s.problem && s.department);
    if (fh_mapping_parse(arena, fh_str_of(mapping), &rules, &err)) fail_msg("%s", err.message);
    const fh_reader_options options = {.mapping = rules};
    assert_status(fh_reader_new(NULL, format, &options, &reader, &err), FH_OK);
    *out = (counted){0};
    for (bool last = false; !last;) {
        const int n = gzread(file, piece, PIECE);
        assert_true(n >= 0);
        last = n < PIECE;
        assert_status(fh_reader_feed(reader, piece, (size_t)n, last, &err), FH_OK);
        fh_batch batch;
        do {
            if (fh_reader_next(reader, &batch, &err)) fail_msg("%s: %s", path, err.message);
            count_batch(&batch, &s, out);
        } while (batch.n || batch.n_rejects);
    }
    out->customers = fh_intern_count(s.customer);
    out->touchpoints = fh_intern_count(s.touchpoint);
    out->problems = fh_intern_count(s.problem);
    out->departments = fh_intern_count(s.department);
    fh_intern_free(s.customer);
    fh_intern_free(s.touchpoint);
    fh_intern_free(s.problem);
    fh_intern_free(s.department);
    fh_reader_free(reader);
    fh_arena_free(arena);
    free(piece);
    (void)gzclose(file);
    return true;
}

static void event_logs_have_their_cases_events_and_activities(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        fh_format format;
        uint64_t events;
        uint32_t cases, activities;
    } table[] = {
        {"data/xes/road_fine.xes.gz", FH_XES, 561470, 150370, 11},
        {"data/xes/SEPSIS.xes.gz", FH_XES, 15214, 1050, 16},
        {"data/xes/BPI_Challenge_2012.xes.gz", FH_XES, 262200, 13087, 24},
        {"data/xes/10_orders.xes.gz", FH_XES, 154, 17, 11},
        {"data/csv/road_fine.csv.gz", FH_CSV, 561470, 150370, 11},
        {"data/csv/SEPSIS.csv.gz", FH_CSV, 15214, 1050, 16},
        {"data/csv/BPI2012.csv.gz", FH_CSV, 262200, 13087, 24},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        counted got;
        if (!count_file(table[i].path, table[i].format, "", &got)) skip();
        assert_int_equal(got.rows, table[i].events);
        assert_int_equal(got.rejects, 0);
        assert_int_equal(got.customers, table[i].cases);
        assert_int_equal(got.touchpoints, table[i].activities);
    }
}

/* Two events of this log lie in 1948. */
static void times_before_1970_are_read(void **state)
{
    (void)state;
    counted got;
    if (!count_file("data/xes/16_bpic2019_1t_per_variant.xes.gz", FH_XES, "", &got)) skip();
    assert_int_equal(got.rows, 338247);
    assert_int_equal(got.rejects, 0);
}

static void service_desk_rows_are_read_as_mapped(void **state)
{
    (void)state;
    counted got;
    if (!count_file("data/support/incident_event_log.csv.gz", FH_CSV,
                    "customer=caller_id,problem=number,department=assignment_group,"
                    "channel=contact_type,time=sys_updated_at:'%d/%m/%Y %H:%M',"
                    "touchpoint=ident_state",
                    &got))
        skip();
    assert_int_equal(got.rows + got.rejects, 141712);
    assert_int_equal(got.rejects, 29); /* a caller of "?" */
    assert_int_equal(got.customers, 5244);
    assert_in_range(got.departments, 70, 79);
}

static void retail_rows_have_values_and_outcomes(void **state)
{
    (void)state;
    counted got;
    if (!count_file(
            "data/retail/online_retail_2010_2011.csv.gz", FH_CSV,
            "customer=CustomerID,time=InvoiceDate,touchpoint=\"purchase\",problem=InvoiceNo,"
            "value=Quantity*UnitPrice,outcome=InvoiceNo:'C*=cancelled|*=sold'",
            &got))
        skip();
    assert_int_equal(got.rows + got.rejects, 541909);
    assert_int_equal(got.rows, 406829);
    assert_int_equal(got.customers, 4372);
    assert_int_equal(got.values, got.rows);
    assert_int_equal(got.outcomes, got.rows);
}

static void learning_events_are_recognised_by_themselves(void **state)
{
    (void)state;
    counted got;
    if (!count_file("data/learning/moodleLAcourse_Events.csv.gz", FH_CSV, "", &got)) skip();
    assert_int_equal(got.rows, 95626);
    assert_int_equal(got.rejects, 0);
    assert_int_equal(got.customers, 130);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(event_logs_have_their_cases_events_and_activities),
        cmocka_unit_test(times_before_1970_are_read),
        cmocka_unit_test(service_desk_rows_are_read_as_mapped),
        cmocka_unit_test(retail_rows_have_values_and_outcomes),
        cmocka_unit_test(learning_events_are_recognised_by_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
