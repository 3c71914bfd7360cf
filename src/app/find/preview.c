/* preview.c - what other settings would find: both are tried on the same stories, those with
 * texts, all of them or a sample. Nothing is written. */
#include "app/find/find_parts.h"

#include <stdlib.h>

enum { CUSTOMERS_MOST = 20000, BATCH = 500 };

typedef struct trying {
    fh_looking *looking;
    fh_findings *now, *then;
    const fh_find_settings *of_now, *of_then;
    fh_to_look look[BATCH];
    fh_looked looked[BATCH];
} trying;

/* Every k-th customer with a text, so that at most CUSTOMERS_MOST are looked at. */
static fh_status choose(fh_org *org, fh_to_look **out, size_t *n, fh_error *err)
{
    fh_scan *scan = NULL;
    const fh_segment *seg = NULL;
    size_t cap = 0, kept = 0;
    fh_to_look *list = NULL;
    fh_status s =
        fh_scan_open(org, 1u << FH_COL_GAP | 1u << FH_COL_PAYLOAD, 1, UINT32_MAX, &scan, err);
    while (!s) {
        s = fh_scan_next(scan, 0, &seg, err);
        if (s || !seg) break;
        for (uint32_t i = 0; i < seg->n_stories && !s; i++) {
            bool text = false;
            for (uint32_t k = seg->start[i]; seg->payload_len && k < seg->start[i + 1]; k++)
                text = text || seg->payload_len[k];
            if (!text) continue;
            if (kept == cap) {
                cap = cap ? 2 * cap : 1024;
                fh_to_look *wider = realloc(list, cap * sizeof *wider);
                if (!wider) {
                    s = fh_no_memory(err);
                    break;
                }
                list = wider;
            }
            list[kept++] = (fh_to_look){.customer = seg->customer[i],
                                        .fresh_ms = INT64_MIN,
                                        .new_ms = INT64_MIN,
                                        .counted = true};
        }
    }
    fh_scan_close(scan);
    const size_t every = kept / CUSTOMERS_MOST + 1;
    *n = 0;
    for (size_t i = 0; i < kept; i += every) list[(*n)++] = list[i];
    *out = list;
    return s;
}

static fh_status try_both(trying *t, size_t n, fh_error *err)
{
    fh_status s = FH_OK;
    for (int which = 0; which < 2 && !s; which++) {
        fh_findings *to = which ? t->then : t->now;
        fh_looking_set(t->looking, which ? t->of_then : t->of_now);
        s = fh_looking_at(t->looking, t->look, n, t->looked, err);
        for (size_t i = 0; i < n && !s; i++)
            for (size_t h = 0; h < t->looked[i].n_hits && !s; h++)
                s = fh_findings_add(to, &t->looked[i].hit[h], err);
    }
    return s;
}

fh_status fh_find_try(fh_org *org, const fh_find_config *then, uint32_t threads,
                      fh_find_preview *out, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    fh_find_config now;
    fh_to_look *list = NULL;
    size_t n = 0;
    fh_arena *arena = fh_arena_new(NULL);
    trying *t = calloc(1, sizeof *t);
    *out = (fh_find_preview){0};
    fh_status s = arena && t ? fh_find_config_read(org, arena, &now, err) : fh_no_memory(err);
    const fh_looking_about about = {
        .org = org, .settings = &now.find, .now_ms = os->now_ms(os->ctx), .threads = threads};
    if (!s) s = choose(org, &list, &n, err);
    if (!s) s = fh_looking_new(&about, &t->looking, err);
    if (!s) s = fh_findings_new(&t->now, err);
    if (!s) s = fh_findings_new(&t->then, err);
    if (!s) {
        t->of_now = &now.find;
        t->of_then = &then->find;
    }
    for (size_t at = 0; at < n && !s; at += BATCH) {
        const size_t many = n - at < BATCH ? n - at : BATCH;
        for (size_t i = 0; i < many; i++) t->look[i] = list[at + i];
        s = try_both(t, many, err);
    }
    for (uint32_t k = 0; k < FH_N_FINDING_SORTS && !s; k++) {
        out->now[k] = fh_findings_of_sort(t->now, k);
        out->then[k] = fh_findings_of_sort(t->then, k);
    }
    out->customers = n;
    if (t) {
        fh_findings_free(t->then);
        fh_findings_free(t->now);
        fh_looking_free(t->looking);
    }
    free(t);
    free(list);
    fh_arena_free(arena);
    return s;
}
