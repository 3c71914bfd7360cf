/* simulate_truth.c - what was planted: a list for each truth in truth/, and
 * truth.json with what it is, where, and how often. */
#include "app/demo/simulate_parts.h"

#include "base/put.h"

#include <stdio.h>
#include <string.h>

static const struct truth {
    const char *id, *kind, *what, *where;
} truths[SIM_N_TRUTHS] = {
#define X(name, id, kind, what, where) [SIM_##name] = {id, kind, what, where},
    SIM_TRUTHS(X)
#undef X
};

static const struct counter {
    sim_truth truth;
    const char *name;
} counters[SIM_N_COUNTERS] = {
#define X(name, truth, text) [SIM_##name] = {SIM_##truth, text},
    SIM_COUNTERS(X)
#undef X
};

void sim_open_truths(sim_world *w)
{
    char name[64];
    for (uint32_t i = 0; i < SIM_N_TRUTHS; i++) {
        if (i == SIM_FIX) continue; /* a day, not a list */
        (void)snprintf(name, sizeof name, "truth/%s.csv", truths[i].id);
        sim_open(w, &w->truth[i], name);
        fh_buf_text(&w->truth[i].buf, "number,email,problem,at,detail\n");
    }
}

void sim_count(sim_world *w, sim_counter counter)
{
    w->counter[counter]++;
}

void sim_plant(sim_world *w, sim_truth truth, const sim_person *p, const char *problem,
               int64_t at_ms, const char *detail)
{
    enum { WAITING = 1 << 16 };
    char at[FH_TIME_TEXT];
    sim_out *out = &w->truth[truth];
    (void)fh_time_format(at_ms, NULL, at);
    out->rows++;
    fh_buf_printf(&out->buf, "%s,%s,%s,%s,%s\n", p->number, p->email, problem ? problem : "", at,
                  detail ? detail : "");
    sim_flush(w, out, WAITING);
}

static void write_touchpoints(fh_json *j, const char *names)
{
    fh_json_array(j);
    while (*names) {
        const char *bar = strchr(names, '|');
        const size_t len = bar ? (size_t)(bar - names) : strlen(names);
        fh_json_str(j, (fh_str){names, len});
        names += len + (bar != NULL);
    }
    fh_json_end_array(j);
}

static void write_time(fh_json *j, fh_str key, int64_t ms)
{
    char text[FH_TIME_TEXT];
    const size_t n = fh_time_format(ms, NULL, text);
    fh_json_key(j, key);
    fh_json_str(j, (fh_str){text, n});
}

static void write_planted(const sim_world *w, fh_json *j, uint32_t i)
{
    char file[64];
    fh_json_object(j);
    fh_put_word(j, "id", truths[i].id);
    fh_put_word(j, "kind", truths[i].kind);
    fh_put_word(j, "what", truths[i].what);
    fh_json_key(j, FH_STR("touchpoints"));
    write_touchpoints(j, truths[i].where);
    if (i == SIM_FIX) write_time(j, FH_STR("from"), w->fix_ms);
    if (i != SIM_FIX) {
        fh_put_number(j, "count", w->truth[i].rows);
    }
    for (uint32_t c = 0; c < SIM_N_COUNTERS; c++) {
        if ((uint32_t)counters[c].truth != i) continue;
        fh_json_key(j, fh_str_of(counters[c].name));
        fh_json_uint(j, w->counter[c]);
    }
    if (i != SIM_FIX) {
        (void)snprintf(file, sizeof file, "truth/%s.csv", truths[i].id);
        fh_put_word(j, "identities", file);
    }
    fh_json_end_object(j);
}

void sim_write_truth(sim_world *w)
{
    fh_buf text;
    fh_json j;
    uint64_t interactions = 0;
    fh_buf_init(&text, NULL, 1 << 20);
    fh_json_begin(&j, &text, 2);
    fh_json_object(&j);
    fh_put_text(&j, "organisation", FH_STR("Harbour Mutual"));
    fh_put_number(&j, "seed", w->options->seed);
    fh_put_number(&j, "customers", w->options->customers);
    fh_put_number(&j, "years", w->options->years);
    write_time(&j, FH_STR("from"), w->from_ms);
    write_time(&j, FH_STR("to"), w->to_ms);
    fh_json_key(&j, FH_STR("files"));
    fh_json_array(&j);
    for (uint32_t i = 0; i < SIM_N_SYSTEMS; i++) {
        fh_json_object(&j);
        fh_put_text(&j, "name", fh_str_of(sim_file_name((sim_system)i)));
        fh_put_number(&j, "interactions", w->system[i].rows);
        fh_json_end_object(&j);
        interactions += w->system[i].rows;
    }
    fh_json_end_array(&j);
    fh_put_number(&j, "interactions", interactions);
    fh_json_key(&j, FH_STR("planted"));
    fh_json_array(&j);
    for (uint32_t i = 0; i < SIM_N_TRUTHS; i++) write_planted(w, &j, i);
    fh_json_end_array(&j);
    fh_json_end_object(&j);
    fh_buf_char(&text, '\n');
    sim_write_file(w, "truth.json", &text);
    fh_buf_free(&text);
}
