/* simulate_learner.c - the employees, who are the customers of Learning &
 * Development: "My first 90 days", "I learn to coach", what is mandatory, and
 * the workshops Sales runs on its own. */
#include "app/demo/simulate_parts.h"

#include <stdio.h>

typedef struct learner {
    sim_world *w;
    sim_person p;
    uint32_t mandatory, chosen; /* how often there */
    int64_t last_ms;
} learner;

static bool attend(learner *l, int64_t at, const char *activity, const char *form, bool must)
{
    const int32_t rating =
        sim_chance(&l->p.rng, 400) ? (must ? 5 : 7) + (int32_t)sim_below(&l->p.rng, 4) : -1;
    const sim_event e = {.system = SIM_LEARNING,
                         .direction = FH_DIR_IN,
                         .at_ms = at,
                         .touchpoint = activity,
                         .channel = form,
                         .department = "Learning & Development",
                         .outcome = must ? "must" : "by choice",
                         .score = rating < 0 ? 0 : 1 + 10 * rating};
    if (!sim_emit(l->w, &l->p, &e)) return false;
    if (must)
        l->mandatory++;
    else
        l->chosen++;
    l->last_ms = at;
    return true;
}

static void first_90_days(learner *l, int64_t day)
{
    static const struct {
        int64_t day;
        const char *activity, *form;
    } plan[] = {
        {1, "Welcome session", "session"},
        {3, "Module: insurance basics", "module"},
        {8, "Bite: a customer's first call", "bite"},
        {15, "Module: our systems", "module"},
        {22, "Bite: reading a claim", "bite"},
        {30, "30-day talk", "session"},
        {45, "Spends a day with customers", "session"},
        {60, "Bite: writing plainly", "bite"},
        {90, "90-day talk", "session"},
    };
    for (size_t i = 0; i < sizeof plan / sizeof plan[0]; i++) {
        if (sim_chance(&l->p.rng, 60)) continue;
        (void)attend(l, sim_working(sim_at(&l->p.rng, day + plan[i].day, 9, 16)), plan[i].activity,
                     plan[i].form, true);
    }
}

static void mandatory_year(learner *l, int64_t day)
{
    static const char *const sessions[] = {"Session: data protection", "Session: fighting fraud",
                                           "Module: security at work"};
    static const uint16_t when[] = {40, 150, 280};
    for (uint32_t i = 0; i < 3; i++)
        if (sim_chance(&l->p.rng, 930))
            (void)attend(
                l, sim_working(sim_at(&l->p.rng, day + when[i] + sim_below(&l->p.rng, 20), 9, 16)),
                sessions[i], i == 2 ? "module" : "session", true);
}

/* "I learn to coach", one thing after the other, as long as somebody wants more. */
static void learn_by_choice(learner *l, int64_t day, int64_t last, uint32_t again)
{
    static const struct {
        const char *activity, *form;
    } path[] = {
        {"I learn to coach: first session", "session"},
        {"Module: listening", "module"},
        {"Bite: one good question", "bite"},
        {"I learn to coach: second session", "session"},
        {"Expedition: a week among customers", "online expedition"},
        {"Module: difficult talks", "module"},
        {"I learn to coach: practice group", "session"},
    };
    for (size_t i = 0; day < last; i = i + 1 < sizeof path / sizeof path[0] ? i + 1 : i) {
        (void)attend(l, sim_working(sim_at(&l->p.rng, day, 9, 17)), path[i].activity, path[i].form,
                     false);
        if (!sim_chance(&l->p.rng, again)) return;
        day += 14 + sim_below(&l->p.rng, 60);
    }
}

static void workshops(learner *l, int64_t first, int64_t last)
{
    for (int64_t day = first + 50; day < last; day += 91) {
        if (!sim_chance(&l->p.rng, 600)) continue;
        const sim_event e = {.system = SIM_WORKSHOPS,
                             .direction = FH_DIR_IN,
                             .at_ms = sim_working(day * FH_DAY_MS + 13 * SIM_HOUR),
                             .touchpoint = "Workshop: closing the deal",
                             .channel = "session",
                             .department = "Sales",
                             .outcome = "by choice"};
        if (sim_emit(l->w, &l->p, &e))
            sim_plant(l->w, SIM_UNKNOWN_WORKSHOPS, &l->p, NULL, e.at_ms, NULL);
    }
}

void sim_learner(sim_world *w, uint64_t index)
{
    enum { IN_SALES = 8 }; /* one of so many */
    learner l = {.w = w};
    l.p.employee = true;
    l.p.rng = sim_rng_of(w->options->seed ^ UINT64_C(0x6c6561726e657273), index);
    sim_rng *r = &l.p.rng;
    sim_name(&l.p, index + 1);
    (void)snprintf(l.p.number, sizeof l.p.number, "E%04u", (unsigned)index + 1);
    const int64_t first = w->from_ms / FH_DAY_MS, last = w->to_ms / FH_DAY_MS;
    int64_t joined = first;
    if (sim_chance(r, 300)) {
        joined = first + sim_below(r, (uint32_t)(last - first));
        first_90_days(&l, joined);
    }
    for (int64_t day = first; day < last; day += 365)
        if (day + 365 > joined) mandatory_year(&l, day > joined ? day : joined);
    /* A third comes back by choice again and again, a fifth looks in once. */
    const uint32_t kind = sim_below(r, 100);
    const int64_t starts = joined + sim_below(r, (uint32_t)(last - first) / 2);
    if (kind < 35) learn_by_choice(&l, starts, last, 880);
    if (kind >= 35 && kind < 55) learn_by_choice(&l, starts, last, 250);
    if (index % IN_SALES == 0) workshops(&l, joined, last);
    if (l.chosen >= 3) sim_plant(w, SIM_BY_CHOICE, &l.p, NULL, l.last_ms, NULL);
    if (l.mandatory > 0 && l.chosen == 0) sim_plant(w, SIM_MUST, &l.p, NULL, l.last_ms, NULL);
}
