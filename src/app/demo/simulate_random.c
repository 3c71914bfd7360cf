/* simulate_random.c - numbers by chance, and the names of people. Integers only:
 * the same on every machine. */
#include "app/demo/simulate_parts.h"

#include "base/time_scan.h"

#include <stdio.h>
#include <string.h>

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t next(sim_rng *r)
{
    uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

sim_rng sim_rng_of(uint64_t seed, uint64_t stream)
{
    sim_rng r = {seed};
    r.state = next(&r) ^ stream * UINT64_C(0xd1342543de82ef95);
    (void)next(&r);
    return r;
}

uint32_t sim_below(sim_rng *r, uint32_t n)
{
    return (uint32_t)((next(r) >> 32) * n >> 32);
}

bool sim_chance(sim_rng *r, uint32_t permille)
{
    return sim_below(r, 1000) < permille;
}

int64_t sim_at(sim_rng *r, int64_t day, uint32_t from_hour, uint32_t to_hour)
{
    return day * FH_DAY_MS + from_hour * SIM_HOUR +
           sim_below(r, (to_hour - from_hour) * 3600) * FH_SECOND_MS;
}

int64_t sim_wait(sim_rng *r, int64_t mean_ms)
{
    /* -ln(1 - u) in hundredths at the middle of 16 equal steps of u */
    static const int16_t quantiles[16] = {3,  10, 17,  25,  33,  42,  52,  63,
                                          76, 90, 107, 127, 152, 186, 237, 347};
    const int64_t q = quantiles[sim_below(r, 16)];
    const int64_t jitter = sim_below(r, 1000);
    return (mean_ms / 100 * q + mean_ms / 20000 * jitter) / FH_SECOND_MS * FH_SECOND_MS;
}

int64_t sim_working(int64_t at_ms)
{
    enum { OPENS = 8, CLOSES = 18 };
    int64_t day = fh_floor_div(at_ms, FH_DAY_MS), in_day = fh_floor_mod(at_ms, FH_DAY_MS);
    if (in_day < OPENS * SIM_HOUR) in_day = OPENS * SIM_HOUR + in_day / 4;
    if (in_day >= CLOSES * SIM_HOUR) {
        day++;
        in_day = OPENS * SIM_HOUR + (in_day - CLOSES * SIM_HOUR) / 2;
    }
    in_day -= in_day % FH_SECOND_MS;
    while (fh_floor_mod(day + 3, 7) >= 5) day++; /* 1970-01-01 was a Thursday */
    return day * FH_DAY_MS + in_day;
}

void sim_name(sim_person *p, uint64_t index)
{
    static const char *const first[] = {
        "Anna",  "Bram",  "Carla", "Daan",  "Elena", "Farid", "Greta", "Hugo",
        "Ines",  "Jonas", "Karin", "Lars",  "Maria", "Noor",  "Otto",  "Paula",
        "Quinn", "Rosa",  "Sven",  "Tessa", "Umar",  "Vera",  "Wim",   "Yara",
        "Zoe",   "Ahmet", "Bea",   "Chen",  "Dora",  "Emil",  "Fenna", "Gijs",
    };
    static const char *const last[] = {
        "Adams",  "Bakker",  "Costa", "Dekker",  "Evers",  "Fischer", "Garcia",  "Hansen",
        "Ivanov", "Jansen",  "Klein", "Lambert", "Meyer",  "Novak",   "Olsen",   "Peeters",
        "Quist",  "Ricci",   "Smit",  "Thomsen", "Ullman", "Visser",  "Weber",   "Yilmaz",
        "Zwart",  "Andrade", "Blom",  "Cohen",   "Dubois", "Eriksen", "Fontana", "Groen",
    };
    const char *f = first[sim_below(&p->rng, 32)], *l = last[sim_below(&p->rng, 32)];
    (void)snprintf(p->name, sizeof p->name, "%s %s", f, l);
    (void)snprintf(p->email, sizeof p->email, "%s.%s.%llu@%s", f, l, (unsigned long long)index,
                   p->employee ? "harbour-mutual.example" : "mail.example");
    for (char *c = p->email; *c; c++)
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
}
