/* simulate.c - a whole run: the folder, the people one by one, the truth.
 *
 * Always: customer n is made from the seed and n alone, except for numbers that
 * are handed out in turn (claims, address changes, kept promises).
 */
#include "app/demo/simulate_parts.h"

#include <stdio.h>
#include <string.h>

enum { LAST_YEAR = 2025 };

/* 240 with 60,000 customers, as the story goes; fewer when there are fewer. */
uint64_t sim_employees(const sim_world *w)
{
    enum { CUSTOMERS_EACH = 250, LEAST = 24, MOST = 240 };
    const uint64_t n = w->options->customers / CUSTOMERS_EACH;
    return n < LEAST ? LEAST : n > MOST ? MOST : n;
}

fh_str sim_say(sim_world *w, const char *text, const sim_facts *facts)
{
    fh_buf_clear(&w->words);
    while (*text) {
        const size_t plain = strcspn(text, "{");
        fh_buf_put(&w->words, text, plain);
        text += plain;
        if (!*text) break;
        const size_t len = strcspn(text, "}");
        if (strncmp(text, "{name", len) == 0) fh_buf_text(&w->words, facts->name);
        if (strncmp(text, "{problem", len) == 0) fh_buf_text(&w->words, facts->problem);
        if (strncmp(text, "{money", len) == 0)
            fh_buf_printf(&w->words, "%lld.%02d", (long long)facts->cents / 100,
                          (int)(facts->cents % 100));
        text += len + (text[len] == '}');
    }
    return fh_buf_view(&w->words);
}

static fh_status check(const fh_simulate_options *o, fh_error *err)
{
    if (o->customers == 0 || o->customers > UINT32_MAX / 2) {
        (void)fh_fail(err, FH_INVALID, "%llu customers cannot be made up",
                      (unsigned long long)o->customers);
        return fh_hint(err, FH_INVALID, "Give --customers a number from 1 to 2 billion.");
    }
    if (o->years == 0 || o->years > FH_SIMULATE_MAX_YEARS) {
        (void)fh_fail(err, FH_INVALID, "%u years cannot be made up", o->years);
        return fh_hint(err, FH_INVALID, "Give --years a number from 1 to %d.",
                       FH_SIMULATE_MAX_YEARS);
    }
    return FH_OK;
}

void sim_make_folders(sim_world *w)
{
    char truth[4096];
    const int n = snprintf(truth, sizeof truth, "%s/truth", w->options->folder);
    if (n < 0 || (size_t)n >= sizeof truth)
        w->status = fh_fail(w->err, FH_INVALID, "the folder's name is too long");
    if (w->status == FH_OK) w->status = w->os->make_folder(w->os->ctx, w->options->folder, w->err);
    if (w->status == FH_OK) w->status = w->os->make_folder(w->os->ctx, truth, w->err);
}

static void make_people(sim_world *w)
{
    enum { TELL_EVERY = 1024 };
    const fh_simulate_options *o = w->options;
    for (uint64_t i = 0; i < o->customers && w->status == FH_OK; i++) {
        sim_customer(w, i);
        if (i % TELL_EVERY == 0 && o->progress && o->progress(o->ctx, i, o->customers))
            w->status = fh_fail(w->err, FH_INTERRUPTED, "interrupted; the folder is incomplete");
    }
    for (uint64_t i = 0; i < sim_employees(w) && w->status == FH_OK; i++) sim_learner(w, i);
}

fh_status fh_simulate(const fh_os *os, const fh_simulate_options *options, fh_simulate_result *out,
                      fh_error *err)
{
    sim_world w = {.os = os, .options = options, .err = err, .status = check(options, err)};
    if (w.status != FH_OK) return w.status;
    w.from_ms = fh_days_from_civil(LAST_YEAR + 1 - (int32_t)options->years, 1, 1) * FH_DAY_MS;
    w.to_ms = fh_days_from_civil(LAST_YEAR + 1, 1, 1) * FH_DAY_MS;
    w.fix_ms = (w.from_ms + (w.to_ms - w.from_ms) / 36 * 29) / FH_DAY_MS * FH_DAY_MS;
    fh_buf_init(&w.words, NULL, 1 << 16);
    sim_make_folders(&w);
    sim_open_systems(&w);
    sim_open_truths(&w);
    if (w.status == FH_OK) make_people(&w);
    sim_close_all(&w);
    if (w.status == FH_OK) sim_write_guide(&w);
    if (w.status == FH_OK) sim_write_truth(&w);
    fh_buf_free(&w.words);
    if (w.status != FH_OK) return w.status;
    *out = (fh_simulate_result){.bytes = w.bytes, .n_files = SIM_N_SYSTEMS};
    for (uint32_t i = 0; i < SIM_N_SYSTEMS; i++) out->interactions += w.system[i].rows;
    return FH_OK;
}
