/* simulate_claim.c - "Something happened: I claim".
 *
 *     reports the damage -> registered -> [handed on: claims handler] -> promise of
 *     a call back -> expert -> [handed on: garage] -> decision, money, survey, review
 *
 * Claims reported by phone begin at the contact centre and are handed on twice.
 * Whether the story must be told again there depends on the day: in month 30 the
 * claim file begins to travel with the claim.
 */
#include "app/demo/simulate_parts.h"

#include <stdio.h>
#include <string.h>

typedef struct claim {
    sim_world *w;
    sim_person *p;
    sim_rng *r;
    char problem[24];
    int64_t at;
    uint32_t story; /* which one */
    uint32_t told_again;
    int32_t mood;                             /* tenths of a survey point */
    const char *reason, *passed_on, *promise; /* of the next event only */
} claim;

/* The same story, told three times in other words. */
static const char *const stories[][3] = {
    {"I braked for a cyclist on the ring road and the van behind me drove into my car. The boot no "
     "longer closes.",
     "As I already told your colleague: I had to brake for a cyclist on the ring road, then a van "
     "drove into the back of my car, and the boot does not close any more.",
     "Once more then: a cyclist crossed, I braked, the van behind hit my car. It was on the ring "
     "road. The boot no longer closes."},
    {"Hail last night. The bonnet and the roof are full of dents and the windscreen has a crack on "
     "the left.",
     "I have told this before: the hail that night made dents all over the roof and the bonnet, "
     "and "
     "there is a crack in the windscreen, on the left side.",
     "Again the same: hail, dents in bonnet and roof, a crack in the windscreen on the left."},
    {"I slid off an icy road near the station and hit a lamp post with the right front wing.",
     "I already explained it on the phone: the road near the station was icy, I slid and hit a "
     "lamp "
     "post. The right front wing is damaged.",
     "For the third time: ice near the station, a lamp post, the wing at the right front."},
    {"Somebody broke the side window at the car park of the shopping centre and took my bag.",
     "As said before, the side window was broken at the shopping centre, in the car park, and my "
     "bag is gone.",
     "I told this twice already: car park of the shopping centre, side window broken, bag stolen."},
};

static bool tell(claim *c, sim_system system, fh_direction direction, const char *touchpoint,
                 const char *channel, const char *department, const char *outcome, const char *text)
{
    const sim_facts facts = {.name = c->p->name, .problem = c->problem};
    const sim_event e = {.system = system,
                         .direction = direction,
                         .at_ms = c->at,
                         .touchpoint = touchpoint,
                         .channel = channel,
                         .department = department,
                         .outcome = outcome,
                         .problem = c->problem,
                         .text = text ? sim_say(c->w, text, &facts) : (fh_str){NULL, 0},
                         .reason = c->reason,
                         .told = c->passed_on,
                         .promise = c->promise,
                         .promise_until_ms = c->promise ? c->at + 2 * FH_DAY_MS : 0};
    c->reason = c->passed_on = c->promise = NULL;
    return sim_emit(c->w, c->p, &e);
}

static void later(claim *c, int64_t mean_ms)
{
    c->at = sim_working(c->at + SIM_HOUR + sim_wait(c->r, mean_ms));
}

/* "We call back within two days": kept in 71 of every hundred. */
static void promise(claim *c)
{
    sim_world *w = c->w;
    if (c->at + 2 * FH_DAY_MS >= w->to_ms) return; /* could not be judged */
    c->promise = "We call back within two days";
    if (!tell(c, SIM_CLAIMS, FH_DIR_OUT, "Promises to call back within two days", "phone", "Claims",
              NULL, "Your claim {problem} is with us. We will call you back within two days."))
        return;
    const int64_t promised = c->at;
    const uint64_t n = w->counter[SIM_PROMISED];
    sim_count(w, SIM_PROMISED);
    if (n * 71 % 100 < 71) {
        sim_count(w, SIM_KEPT);
        c->at = promised + 2 * SIM_HOUR + sim_below(c->r, 45 * 3600) * FH_SECOND_MS;
        (void)tell(c, SIM_CLAIMS, FH_DIR_OUT, "Calls back", "phone", "Claims", "in time", NULL);
        return;
    }
    c->p->upset++;
    c->mood -= 20;
    c->at = promised + 2 * FH_DAY_MS + SIM_HOUR + sim_wait(c->r, SIM_HOUR * 20);
    if (sim_chance(c->r, 600))
        (void)tell(c, SIM_CONTACT, FH_DIR_IN, "Asks where the call back is", "phone",
                   "Contact centre", "answered", NULL);
    c->at += SIM_HOUR + sim_wait(c->r, 2 * FH_DAY_MS);
    const bool late = sim_chance(c->r, 650) && tell(c, SIM_CLAIMS, FH_DIR_OUT, "Calls back",
                                                    "phone", "Claims", "late", NULL);
    sim_count(w, late ? SIM_LATE : SIM_NEVER);
    sim_plant(w, SIM_CALL_BACK, c->p, c->problem, promised, late ? "late" : "never");
}

/* The receiving side has the file, or asks for everything again. */
static bool hand_on(claim *c, bool again, bool to_garage)
{
    const char *story = stories[c->story][to_garage ? 2 : 1];
    bool told;
    c->reason = to_garage ? "The damage is repaired by a partner garage"
                          : "Claims decides about damage, the contact centre does not";
    c->passed_on = again ? "The claim number" : "The claim with all that was said";
    if (!tell(c, SIM_CLAIMS, FH_DIR_INTERNAL,
              to_garage ? "Hands the claim to the garage" : "Takes the claim over", "internal",
              "Claims", NULL, NULL))
        return false;
    later(c, to_garage ? 2 * FH_DAY_MS : 20 * SIM_HOUR);
    if (to_garage) {
        if (!tell(c, SIM_GARAGES, FH_DIR_IN, "Brings the car to the garage", "partner garage",
                  "Partner garages", NULL, NULL))
            return false;
        c->at += 10 * SIM_MINUTE;
    }
    if (again) {
        told = to_garage ? tell(c, SIM_GARAGES, FH_DIR_IN, "Tells the garage what happened",
                                "partner garage", "Partner garages", NULL, story)
                         : tell(c, SIM_CLAIMS, FH_DIR_IN, "Tells the claims handler what happened",
                                "phone", "Claims", NULL, story);
        c->told_again += told;
        c->mood -= 10;
        return told;
    }
    return to_garage || tell(c, SIM_CLAIMS, FH_DIR_OUT, "Answers the claims handler's question",
                             "phone", "Claims", NULL, NULL);
}

static void review_garage(claim *c)
{
    sim_event e = {.system = SIM_GARAGES,
                   .direction = FH_DIR_IN,
                   .touchpoint = "Reviews the garage",
                   .channel = "partner garage",
                   .department = "Partner garages",
                   .problem = c->problem,
                   .score = 1 + 10 * (1 + (int32_t)sim_below(c->r, 5))};
    c->at += FH_DAY_MS + sim_wait(c->r, 4 * FH_DAY_MS);
    e.at_ms = c->at;
    e.text = e.score > 30 ? FH_STR("Friendly people, the car is like new.")
                          : FH_STR("I waited a week for the part and nobody told me anything.");
    if (!sim_emit(c->w, c->p, &e)) return;
    sim_count(c->w, SIM_REVIEWS);
    const int64_t reviewed = c->at;
    e.direction = FH_DIR_OUT;
    e.touchpoint = "Garage answers the review";
    e.score = 0;
    e.at_ms = sim_working(reviewed + sim_wait(c->r, 2 * FH_DAY_MS));
    e.text = FH_STR("Thank you for telling us. We have passed it on to the workshop.");
    if (sim_chance(c->r, 640) && sim_emit(c->w, c->p, &e))
        sim_count(c->w, SIM_ANSWERED);
    else
        sim_plant(c->w, SIM_GARAGE, c->p, c->problem, reviewed, NULL);
}

/* Decision, money, and what the customer says of it. */
static void settle(claim *c, bool at_garage)
{
    const bool paid = sim_chance(c->r, 920);
    later(c, 3 * FH_DAY_MS);
    (void)tell(c, SIM_CLAIMS, FH_DIR_OUT, "Receives the decision", "letter", "Claims",
               paid ? "paid" : "refused",
               paid ? "Dear {name}, we have settled your claim {problem}."
                    : "Dear {name}, your policy does not cover claim {problem}.");
    if (!paid) c->mood -= 40, c->p->upset += 2;
    if (paid) {
        const int64_t cents = 20000 + 100 * (int64_t)sim_below(c->r, 3800);
        const sim_event e = {.system = SIM_FINANCE,
                             .direction = FH_DIR_OUT,
                             .at_ms = c->at + (2 + sim_below(c->r, 4)) * FH_DAY_MS,
                             .touchpoint = "Receives money for the claim",
                             .channel = "bank",
                             .department = "Finance",
                             .outcome = "paid",
                             .problem = c->problem,
                             .cents = cents};
        (void)sim_emit(c->w, c->p, &e);
    }
    if (sim_chance(c->r, 350)) {
        int32_t score = 80 + c->mood + 10 * (int32_t)sim_below(c->r, 4) - 10;
        score = score < 0 ? 0 : score > 100 ? 100 : score;
        const sim_event e = {.system = SIM_SURVEYS,
                             .direction = FH_DIR_IN,
                             .at_ms = c->at + FH_DAY_MS + sim_wait(c->r, 3 * FH_DAY_MS),
                             .touchpoint = "Answers the claims survey",
                             .channel = "e-mail",
                             .department = "Claims",
                             .problem = c->problem,
                             .score = 1 + score,
                             .text = c->told_again == 2
                                         ? FH_STR("Why did I have to tell everything three times?")
                                     : score > 70 ? FH_STR("Went well.")
                                                  : FH_STR("It took long and I had to ask.")};
        (void)sim_emit(c->w, c->p, &e);
    }
    if (at_garage && sim_chance(c->r, 300)) review_garage(c);
}

/* By phone: the contact centre, then the claims handler, then the garage. */
static void by_phone(claim *c)
{
    sim_world *w = c->w;
    const bool before = c->at < w->fix_ms;
    const uint32_t both = sim_below(c->r, 1000);
    /* told again at both hand-offs 550 (80), at the first only 150 (60) */
    const bool first = both < (before ? 700u : 140u), second = both < (before ? 550u : 80u);
    const int64_t reported = c->at;
    if (!tell(c, SIM_CONTACT, FH_DIR_IN, "Reports the damage", "phone", "Contact centre",
              "handed on", stories[c->story][0]))
        return;
    later(c, SIM_HOUR);
    (void)tell(c, SIM_CLAIMS, FH_DIR_OUT, "Receives the claim number", "e-mail", "Claims", NULL,
               "Dear {name}, your claim has the number {problem}.");
    later(c, 10 * SIM_HOUR);
    bool whole = hand_on(c, first, false);
    promise(c);
    if (sim_chance(c->r, 500)) {
        later(c, 2 * FH_DAY_MS);
        (void)tell(c, SIM_CLAIMS, FH_DIR_OUT, "Expert looks at the damage", "branch", "Claims",
                   NULL, NULL);
    }
    later(c, FH_DAY_MS);
    whole = hand_on(c, second, true) && whole;
    if (whole) {
        sim_count(w, SIM_HANDED_TWICE);
        sim_count(w, before ? SIM_BEFORE_HANDED : SIM_AFTER_HANDED);
        if (c->told_again == 1) sim_count(w, SIM_TOLD_ONCE);
        if (c->told_again == 2) {
            sim_count(w, before ? SIM_BEFORE_TOLD : SIM_AFTER_TOLD);
            sim_plant(w, SIM_TOLD_AGAIN, c->p, c->problem, reported, NULL);
            c->p->upset++;
        }
    }
    later(c, 4 * FH_DAY_MS);
    (void)tell(c, SIM_GARAGES, FH_DIR_OUT, "Picks up the car", "partner garage", "Partner garages",
               NULL, NULL);
    settle(c, true);
}

/* By app or web the claim is where it belongs from the start. */
static void online(claim *c)
{
    const char *way = sim_chance(c->r, 650) ? "app" : "web";
    if (!tell(c, SIM_CLAIMS, FH_DIR_IN, "Reports the damage", way, "Claims", "registered",
              stories[c->story][0]))
        return;
    c->at += 5 * SIM_MINUTE;
    (void)tell(c, SIM_CLAIMS, FH_DIR_OUT, "Receives the claim number", "e-mail", "Claims", NULL,
               "Dear {name}, your claim has the number {problem}.");
    c->at += SIM_HOUR + sim_wait(c->r, 12 * SIM_HOUR);
    if (sim_chance(c->r, 800))
        (void)tell(c, SIM_WEB, FH_DIR_IN, "Sends photos", way, "Claims", NULL, NULL);
    later(c, FH_DAY_MS);
    if (sim_chance(c->r, 400)) promise(c);
    later(c, 4 * FH_DAY_MS);
    settle(c, false);
}

void sim_claim(sim_world *w, sim_person *p, int64_t day)
{
    claim c = {.w = w, .p = p, .r = &p->rng};
    (void)snprintf(c.problem, sizeof c.problem, "CL-%07llu", (unsigned long long)++w->claims);
    c.story = sim_below(c.r, 4);
    if (sim_chance(c.r, 600)) {
        c.at = sim_working(sim_at(c.r, day, 7, 19));
        by_phone(&c);
    } else {
        c.at = sim_at(c.r, day, 7, 23);
        online(&c);
    }
}
