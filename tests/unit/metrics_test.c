/* metrics_test.c - counters, gauges and histograms, and the page they make. (A
 * parser nobody here wrote reads that page in tests/api.) */
#include "test.h"

#include "app/metrics.h"
#include "os/threads.h"

static const char *page_of(const fh_metrics *m, fh_buf *out)
{
    fh_buf_init(out, test_allocator(), 1 << 20);
    fh_metrics_text(m, FH_STR("1.0 \"a\\b\nc"), out);
    fh_buf_char(out, '\0');
    assert_int_equal(out->status, FH_OK);
    return out->ptr;
}

static void the_page_has_every_family_once_with_help_and_type(void **state)
{
    (void)state;
    fh_metrics *m = fh_metrics_new();
    fh_metric_add(m, FH_M_HTTP_2XX, 3);
    fh_metric_add(m, FH_M_HTTP_2XX, 2);
    fh_metric_set(m, FH_M_HTTP_STREAMS, 7);
    fh_metric_add(m, FH_M_HTTP_STREAMS, -1);
    fh_buf out;
    const char *page = page_of(m, &out);
    assert_non_null(strstr(page, "# HELP firsthand_http_requests_total Requests answered\n"
                                 "# TYPE firsthand_http_requests_total counter\n"
                                 "firsthand_http_requests_total{code=\"2xx\"} 5\n"
                                 "firsthand_http_requests_total{code=\"3xx\"} 0\n"));
    assert_non_null(strstr(page, "\nfirsthand_http_event_streams 6\n"));
    assert_non_null(strstr(page, "{version=\"1.0 \\\"a\\\\b\\nc\"} 1\n"));
    /* A family's series stand together, or a parser would see it twice. */
    const char *line = page;
    size_t families = 0;
    for (; (line = strstr(line, "# TYPE ")); families++) {
        char name[96];
        const size_t len = strcspn(line + 7, " ");
        (void)snprintf(name, sizeof name, "# TYPE %.*s ", (int)len, line + 7);
        line += 7;
        assert_null(strstr(line, name));
    }
    assert_true(families > 10);
    fh_buf_free(&out);
    fh_metrics_free(m);
    assert_int_equal(test_blocks_live(), 0);
}

static void a_histogram_counts_up_to_each_bound(void **state)
{
    (void)state;
    fh_metrics *m = fh_metrics_new();
    static const int64_t us[] = {-5, 0, 500, 501, 1000, 60000000, 60000001, 3600000000};
    for (size_t i = 0; i < COUNT(us); i++) fh_metric_observe_us(m, FH_M_JOB_SECONDS, us[i]);
    assert_int_equal(fh_metric_value(m, FH_M_JOB_SECONDS), 8);
    fh_buf out;
    const char *page = page_of(m, &out);
    assert_non_null(strstr(page, "firsthand_job_seconds_bucket{le=\"0.0005\"} 3\n"
                                 "firsthand_job_seconds_bucket{le=\"0.001\"} 5\n"));
    assert_non_null(strstr(page, "firsthand_job_seconds_bucket{le=\"60\"} 6\n"
                                 "firsthand_job_seconds_bucket{le=\"+Inf\"} 8\n"
                                 "firsthand_job_seconds_sum 3720.002002\n"
                                 "firsthand_job_seconds_count 8\n"));
    fh_buf_free(&out);
    fh_metrics_free(m);
}

static void count_many(void *ctx, uint32_t worker)
{
    (void)worker;
    for (int i = 0; i < 10000; i++) {
        fh_metric_add(ctx, FH_M_COMMITS, 1);
        fh_metric_observe_us(ctx, FH_M_FOLD_SECONDS, i);
    }
}

static void threads_lose_no_count(void **state)
{
    (void)state;
    fh_metrics *m = fh_metrics_new();
    fh_threads_run(4, count_many, m);
    assert_int_equal(fh_metric_value(m, FH_M_COMMITS), 40000);
    assert_int_equal(fh_metric_value(m, FH_M_FOLD_SECONDS), 40000);
    fh_metrics_free(m);
}

static void a_total_kept_elsewhere_never_goes_down(void **state)
{
    (void)state;
    fh_metrics *m = fh_metrics_new();
    fh_metric_total(m, FH_M_HTTP_BYTES_IN, 70);
    fh_metric_total(m, FH_M_HTTP_BYTES_IN, 90);
    fh_metric_total(m, FH_M_HTTP_BYTES_IN, 20);
    fh_metric_total(m, FH_M_HTTP_STREAMS, 5); /* no counter */
    assert_int_equal(fh_metric_value(m, FH_M_HTTP_BYTES_IN), 90);
    assert_int_equal(fh_metric_value(m, FH_M_HTTP_STREAMS), 0);
    fh_metrics_free(m);
}

static void without_metrics_nothing_is_counted(void **state)
{
    (void)state;
    fh_metric_add(NULL, FH_M_COMMITS, 1);
    fh_metric_set(NULL, FH_M_HTTP_STREAMS, 1);
    fh_metric_observe_us(NULL, FH_M_FOLD_SECONDS, 1);
    assert_int_equal(fh_metric_value(NULL, FH_M_COMMITS), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_has_every_family_once_with_help_and_type),
        cmocka_unit_test(a_histogram_counts_up_to_each_bound),
        cmocka_unit_test(threads_lose_no_count),
        cmocka_unit_test(a_total_kept_elsewhere_never_goes_down),
        cmocka_unit_test(without_metrics_nothing_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
