/* show_time.c - findings over time: when they happened, by month, and how many there were on each
 * day on which somebody looked. */
#include "app/find/show_parts.h"

#include "base/put.h"

#include <stdio.h>

static void put_month(fh_json *j, int32_t month)
{
    char text[24];
    const int n = snprintf(text, sizeof text, "%04d-%02d", month / 12, month % 12 + 1);
    fh_put_text(j, "month", (fh_str){text, (size_t)n});
}

/* When it happened, in the organisation's zone: by month, hits of each sort. */
static fh_status put_all_months(fh_org *org, fh_arena *arena, fh_json *j, fh_error *err)
{
    const fh_find_month *m = NULL;
    const fh_zone *zone = NULL;
    size_t n = 0;
    fh_status s = fh_org_zone(org, arena, &zone, err);
    if (!s) s = fh_hits_months(org, 0, zone, arena, &m, &n, err);
    fh_put_key(j, "months");
    fh_json_array(j);
    for (size_t i = 0; i < n && !s; i++) {
        if (i == 0 || m[i].month != m[i - 1].month) {
            if (i) fh_json_end_object(j);
            fh_json_object(j);
            put_month(j, m[i].month);
        }
        if (m[i].sort < FH_N_FINDING_SORTS)
            fh_put_number(j, fh_finding_sort_name((fh_finding_sort)m[i].sort), m[i].hits);
    }
    if (n && !s) fh_json_end_object(j);
    fh_json_end_array(j);
    return s;
}

fh_status fh_findings_history_json(fh_org *org, fh_arena *arena, fh_json *j, fh_error *err)
{
    enum { DAY_MS = 24 * 3600 * 1000, DATE = 10 };
    const fh_find_day *d = NULL;
    size_t n = 0;
    fh_status s = fh_find_days(org, 0, arena, &d, &n, err);
    if (s) return s;
    fh_json_object(j);
    fh_put_key(j, "days");
    fh_json_array(j);
    for (size_t i = 0; i < n; i++) {
        char day[FH_TIME_TEXT];
        if (i == 0 || d[i].day != d[i - 1].day) {
            if (i) fh_json_end_object(j);
            fh_json_object(j);
            (void)fh_time_format(d[i].day * DAY_MS, NULL, day);
            fh_put_text(j, "day", (fh_str){day, DATE});
        }
        if (d[i].sort < FH_N_FINDING_SORTS)
            fh_put_number(j, fh_finding_sort_name((fh_finding_sort)d[i].sort), d[i].causes);
    }
    if (n) fh_json_end_object(j);
    fh_json_end_array(j);
    s = put_all_months(org, arena, j, err);
    fh_json_end_object(j);
    return s;
}

static fh_status put_days(const fh_evidence *e, uint64_t cause, fh_json *j, fh_error *err)
{
    enum { DAY_MS = 24 * 3600 * 1000, DATE = 10 };
    const fh_find_day *d = NULL;
    size_t n = 0;
    const fh_status s = fh_cause_days(e->org, cause, e->arena, &d, &n, err);
    fh_put_key(j, "history");
    fh_json_array(j);
    for (size_t i = 0; i < n && !s; i++) {
        char day[FH_TIME_TEXT];
        (void)fh_time_format(d[i].day * DAY_MS, NULL, day);
        fh_json_object(j);
        fh_put_text(j, "day", (fh_str){day, DATE});
        fh_put_number(j, "hits", d[i].hits);
        fh_put_number(j, "customers", d[i].customers);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    return s;
}

static fh_status put_months(const fh_evidence *e, uint64_t cause, fh_json *j, fh_error *err)
{
    const fh_find_month *m = NULL;
    size_t n = 0;
    const fh_status s = fh_hits_months(e->org, cause, e->zone, e->arena, &m, &n, err);
    fh_put_key(j, "months");
    fh_json_array(j);
    for (size_t i = 0; i < n && !s; i++) {
        fh_json_object(j);
        put_month(j, m[i].month);
        fh_put_number(j, "hits", m[i].hits);
        fh_put_number(j, "customers", m[i].customers);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    return s;
}

fh_status fh_cause_times_json(const fh_evidence *e, uint64_t cause, fh_json *j, fh_error *err)
{
    const fh_status s = put_days(e, cause, j, err);
    return s ? s : put_months(e, cause, j, err);
}
