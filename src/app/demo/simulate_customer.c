/* simulate_customer.c - a customer's years with Harbour Mutual.
 *
 *     reads, asks for a quote, buys  ->  letters, invoice  ->  every month: claims,
 *     moving, questions, news        ->  every year: renews or leaves, and may return
 *
 * Two of five are customers already when the time told begins. Prospects who do
 * not buy are known by their e-mail address only.
 */
#include "app/demo/simulate_parts.h"

#include <stdio.h>
#include <string.h>

typedef struct life {
    sim_world *w;
    sim_person p;
    uint64_t index;
    int64_t bought_day;
    bool news;      /* wants Marketing's mail */
    bool long_time; /* a customer for ten years and more */
    bool invoiced;  /* the first invoice is planted */
} life;

static const char welcome_mail[] =
    "Dear {name},\n\nWelcome to Harbour Mutual! Good to have you with us. You can reach us on "
    "weekdays from 8:00 to 20:00. Should anything happen to your car, your excess for each claim "
    "is only 250 euros.\n\nYour team at Harbour Mutual\nMarketing";
static const char welcome_letter[] =
    "Dear {name},\n\nWelcome as our new customer. You can reach us on weekdays from 9:00 to 17:00. "
    "Please note that your excess for each claim is 350 euros.\n\nWith kind regards\nHarbour "
    "Mutual\nOperations";
static const char thanks_letter[] =
    "Dear {name},\n\nFor more than ten years you have trusted Harbour Mutual. I want to thank you "
    "for that in person, on behalf of all of us.\n\nYours sincerely\nHelen Marsh\nPresident";
static const char anniversary_letter[] =
    "Dear {name},\n\nMore than ten years with Harbour Mutual: that deserves a thank you, which I "
    "send you personally and on behalf of all my colleagues.\n\nYours sincerely\nHelen "
    "Marsh\nPresident";
static const char quote_mail[] =
    "Dear {name}, thank you for asking. We insure your car for {money} euros a year. This offer "
    "stands for 30 days. Harbour Mutual, Sales";
static const char renewal_letter[] =
    "Dear {name}, your car insurance goes on for another year at {money} euros. You need not do "
    "anything. Harbour Mutual, Operations";

static const char reminder_text[] =
    "Dear {name},\n\nAccording to our books the invoice for your car insurance is still open. "
    "Please pay {money} euros to the account on the invoice. If you have paid in the meantime, "
    "please take this letter as settled.\n\nHarbour Mutual\nFinance";
static const char cover_text[] =
    "Dear {name},\n\nAccording to our books the invoice for your car insurance is still open. "
    "Please pay {money} euros to the account on the invoice, so that your cover goes on. If you "
    "have paid in the meantime, please take this letter as settled.\n\nHarbour "
    "Mutual\nOperations";

/* ---- Telling ------------------------------------------------------------------------------ */

static bool tell(life *l, sim_system system, int64_t at, fh_direction direction,
                 const char *touchpoint, const char *channel, const char *department)
{
    const sim_event e = {.system = system,
                         .direction = direction,
                         .at_ms = at,
                         .touchpoint = touchpoint,
                         .channel = channel,
                         .department = department};
    return sim_emit(l->w, &l->p, &e);
}

static bool write_to(life *l, sim_system system, int64_t at, const char *touchpoint,
                     const char *channel, const char *department, const char *purpose,
                     const char *text)
{
    const sim_facts facts = {.name = l->p.name, .cents = l->p.premium};
    const sim_event e = {.system = system,
                         .direction = FH_DIR_OUT,
                         .at_ms = at,
                         .touchpoint = touchpoint,
                         .channel = channel,
                         .department = department,
                         .purpose = purpose,
                         .text = sim_say(l->w, text, &facts)};
    return sim_emit(l->w, &l->p, &e);
}

static bool sell(life *l, int64_t at, const char *touchpoint, const char *channel,
                 const char *outcome)
{
    const sim_event e = {.system = SIM_OPERATIONS,
                         .direction = FH_DIR_IN,
                         .at_ms = at,
                         .touchpoint = touchpoint,
                         .channel = channel,
                         .department = "Operations",
                         .outcome = outcome,
                         .cents = l->p.premium};
    return sim_emit(l->w, &l->p, &e);
}

static void number(life *l, uint64_t n)
{
    (void)snprintf(l->p.number, sizeof l->p.number, "K%07llu", (unsigned long long)n);
}

/* ---- Buying -------------------------------------------------------------------------------- */

/* Finance reminds; so does Operations, more often than not, and then people ask which holds.
 * Chances of its own: who is reminded twice lives on as before. */
static void remind(life *l, const sim_event *paper)
{
    sim_rng r = sim_rng_of(l->w->options->seed ^ (uint64_t)paper->at_ms, l->index);
    const sim_facts facts = {.name = l->p.name, .cents = l->p.premium};
    sim_event e = *paper;
    e.touchpoint = "Payment reminder";
    e.purpose = "Get the invoice paid";
    e.text = sim_say(l->w, reminder_text, &facts);
    if (!sim_emit(l->w, &l->p, &e)) return;
    const bool both = sim_chance(&r, 600);
    const int64_t again = sim_working(e.at_ms + FH_DAY_MS * (2 + sim_below(&r, 4)));
    if (both && write_to(l, SIM_OPERATIONS, again, "Notice about the cover", "letter", "Operations",
                         "Keep the cover", cover_text))
        sim_plant(l->w, SIM_REMINDED, &l->p, NULL, again, NULL);
    else
        sim_count(l->w, SIM_REMINDED_ONCE);
    if (!sim_chance(&r, both ? 450 : 120)) return;
    (void)tell(l, SIM_CONTACT, sim_working(again + sim_wait(&r, 3 * FH_DAY_MS)), FH_DIR_IN,
               "Asks about the invoice", "phone", "Contact centre");
}

static void pay(life *l, int64_t day)
{
    sim_event e = {.system = SIM_FINANCE,
                   .direction = FH_DIR_OUT,
                   .at_ms = day * FH_DAY_MS,
                   .touchpoint = "Invoice sent",
                   .channel = sim_chance(&l->p.rng, 700) ? "e-mail" : "letter",
                   .department = "Finance",
                   .outcome = "open",
                   .cents = l->p.premium};
    if (sim_emit(l->w, &l->p, &e)) {
        sim_count(l->w, SIM_INVOICE_ROWS);
        if (!l->invoiced) sim_plant(l->w, SIM_INVOICES, &l->p, NULL, e.at_ms, NULL);
        l->invoiced = true;
    }
    e.direction = FH_DIR_OUT;
    e.at_ms += FH_DAY_MS * (7 + sim_below(&l->p.rng, 20));
    if (sim_chance(&l->p.rng, 90)) {
        e.touchpoint = "Payment reminder";
        e.at_ms += FH_DAY_MS * 20;
        remind(l, &e);
        e.at_ms += FH_DAY_MS * (3 + sim_below(&l->p.rng, 10));
    }
    e.direction = FH_DIR_IN;
    e.touchpoint = "Pays the invoice";
    e.channel = "bank";
    e.outcome = "paid";
    (void)sim_emit(l->w, &l->p, &e);
}

/* What happens after buying online, known to be bad: the same details once more. */
static void confirm_again(life *l, int64_t bought)
{
    sim_rng *r = &l->p.rng;
    sim_event e = {.system = SIM_OPERATIONS,
                   .direction = FH_DIR_IN,
                   .at_ms = bought + FH_DAY_MS + sim_wait(r, 20 * SIM_HOUR),
                   .touchpoint = "Confirms the details a second time",
                   .channel = "web",
                   .department = "Operations",
                   .outcome = "confirmed"};
    if (!sim_chance(r, 220)) {
        if (sim_emit(l->w, &l->p, &e)) sim_count(l->w, SIM_CONFIRMED);
        return;
    }
    e.outcome = "gave up";
    if (sim_emit(l->w, &l->p, &e)) sim_plant(l->w, SIM_CONFIRM, &l->p, NULL, e.at_ms, NULL);
    l->p.upset++;
    (void)tell(l, SIM_CONTACT, sim_working(e.at_ms + sim_wait(r, 8 * SIM_HOUR)), FH_DIR_IN,
               "Asks for help with the confirmation", "phone", "Contact centre");
}

/* Operations writes, and Marketing writes: not the same. */
static void welcome(life *l, int64_t bought)
{
    sim_rng *r = &l->p.rng;
    const int64_t posted = sim_working(bought + FH_DAY_MS * (2 + sim_below(r, 3)));
    const int64_t mailed = bought + FH_DAY_MS + sim_wait(r, 30 * SIM_HOUR);
    const bool letter =
        sim_chance(r, 960) && write_to(l, SIM_OPERATIONS, posted, "Welcome letter", "letter",
                                       "Operations", "Welcome", welcome_letter);
    const bool mail = l->news && write_to(l, SIM_MARKETING, mailed, "Welcome e-mail", "e-mail",
                                          "Marketing", "Welcome", welcome_mail);
    if (letter && mail)
        sim_plant(l->w, SIM_WELCOME, &l->p, NULL, posted > mailed ? posted : mailed, NULL);
    else if (letter || mail)
        sim_count(l->w, letter ? SIM_LETTER_ONLY : SIM_E_MAIL_ONLY);
    if (!letter || !mail || !sim_chance(r, 180)) return;
    (void)tell(l, SIM_CONTACT,
               sim_working((posted > mailed ? posted : mailed) + sim_wait(r, 3 * FH_DAY_MS)),
               FH_DIR_IN, "Asks about excess or opening hours", "phone", "Contact centre");
}

/* From the first look to the policy; false: does not buy. */
static bool buy_first(life *l, int64_t day)
{
    sim_rng *r = &l->p.rng;
    const char *platform = sim_chance(r, 550) ? "web" : "app";
    int64_t at = sim_at(r, day, 7, 23);
    for (uint32_t n = sim_below(r, 4); n > 0; n--) {
        (void)tell(l, SIM_WEB, at, FH_DIR_IN, "Reads about car insurance", platform, "Marketing");
        at += sim_wait(r, FH_DAY_MS);
    }
    (void)tell(l, SIM_WEB, at, FH_DIR_IN, "Asks for a quote", platform, "Sales");
    at = sim_working(at + sim_wait(r, 6 * SIM_HOUR));
    (void)write_to(l, SIM_MARKETING, at, "Receives a quote", "e-mail", "Sales", NULL, quote_mail);
    if (sim_chance(r, 300)) {
        at = sim_working(at + FH_DAY_MS + sim_wait(r, FH_DAY_MS));
        (void)tell(l, SIM_MARKETING, at, FH_DIR_OUT, "Call from Sales", "phone", "Sales");
    }
    if (!sim_chance(r, 780)) {
        if (sim_chance(r, 500))
            (void)tell(l, SIM_MARKETING, at + 14 * FH_DAY_MS, FH_DIR_OUT, "Reminder of the quote",
                       "e-mail", "Sales");
        return false;
    }
    static const char *const ways[] = {"web", "web", "web", "app", "app", "phone", "branch"};
    const char *way = ways[sim_below(r, 7)];
    at += sim_wait(r, 2 * FH_DAY_MS);
    if (strcmp(way, "web") != 0 && strcmp(way, "app") != 0) at = sim_working(at);
    number(l, l->index + 1);
    (void)sell(l, at, "Buys a policy", way, "bought");
    (void)tell(l, SIM_OPERATIONS, sim_working(at + SIM_HOUR * 20), FH_DIR_OUT,
               "Receives the policy", sim_chance(r, 600) ? "e-mail" : "letter", "Operations");
    if (strcmp(way, "web") == 0 || strcmp(way, "app") == 0) confirm_again(l, at);
    welcome(l, at);
    l->bought_day = at / FH_DAY_MS;
    pay(l, l->bought_day + 7);
    return true;
}

/* ---- Moving house: nobody's ----------------------------------------------------------------- */

static void move_house(life *l, int64_t day)
{
    static const char *const around[] = {"Contact centre", "Operations", "Finance", "IT"};
    static const char *const ways[] = {"phone", "web", "branch", "e-mail"};
    sim_rng *r = &l->p.rng;
    const char *way = ways[sim_below(r, 4)];
    static const char *const streets[] = {"Mill Lane",    "Harbour Street", "Elm Row",
                                          "Station Road", "Castle Hill",    "Bridge Walk",
                                          "Orchard Close"};
    char problem[24], address[40];
    (void)snprintf(problem, sizeof problem, "MV-%07llu", (unsigned long long)++l->w->moves);
    (void)snprintf(address, sizeof address, "%s %u", streets[l->w->moves % 7],
                   (unsigned)(l->w->moves % 89 + 1));
    sim_event e = {.system = SIM_CONTACT,
                   .direction = FH_DIR_IN,
                   .at_ms = sim_working(sim_at(r, day, 8, 18)),
                   .touchpoint = "Reports a new address",
                   .channel = way,
                   .department = around[0],
                   .problem = problem,
                   .address = address};
    if (!sim_emit(l->w, &l->p, &e)) return;
    const int64_t began = e.at_ms;
    const uint32_t bounces = 1 + sim_below(r, 4);
    char detail[32];
    uint32_t told = 0;
    for (uint32_t i = 1; i <= bounces; i++) {
        e.system = SIM_OPERATIONS;
        e.direction = FH_DIR_INTERNAL;
        e.at_ms = sim_working(e.at_ms + FH_DAY_MS + sim_wait(r, 4 * FH_DAY_MS));
        e.touchpoint = "Passes the address on";
        e.reason = "Not our department";
        e.channel = "internal";
        e.department = around[i % 4];
        if (!sim_emit(l->w, &l->p, &e)) break;
        sim_count(l->w, SIM_PASSED_ON);
        told++;
        if (i < 2 || !sim_chance(r, 450)) continue;
        e.system = SIM_CONTACT;
        e.direction = FH_DIR_IN;
        e.at_ms = sim_working(e.at_ms + sim_wait(r, 5 * FH_DAY_MS));
        e.touchpoint = "Asks about the new address";
        e.reason = NULL;
        e.channel = "phone";
        e.department = around[0];
        (void)sim_emit(l->w, &l->p, &e);
    }
    if (bounces > 2) l->p.upset++;
    (void)snprintf(detail, sizeof detail, "passed on %u times", told);
    sim_plant(l->w, SIM_ADDRESS, &l->p, problem, began, detail);
    const bool done = sim_chance(r, 720);
    e.system = SIM_OPERATIONS;
    e.direction = FH_DIR_INTERNAL;
    e.at_ms = sim_working(e.at_ms + sim_wait(r, 6 * FH_DAY_MS));
    e.touchpoint = "Address changed";
    e.reason = NULL;
    e.channel = "internal";
    e.department = "IT";
    e.outcome = "done";
    if (!done || !sim_emit(l->w, &l->p, &e)) sim_count(l->w, SIM_NEVER_DONE);
}

/* ---- Month by month ------------------------------------------------------------------------- */

static void ask_something(life *l, int64_t day)
{
    static const char *const reasons[] = {"Asks about the invoice", "Asks about the cover",
                                          "Asks for a certificate", "Changes bank details"};
    sim_rng *r = &l->p.rng;
    const int64_t at = sim_working(sim_at(r, day, 8, 18));
    const char *way = sim_chance(r, 700) ? "phone" : "e-mail";
    const char *reason = reasons[sim_below(r, 4)];
    const sim_event e = {.system = SIM_CONTACT,
                         .direction = FH_DIR_IN,
                         .at_ms = at,
                         .touchpoint = reason,
                         .channel = way,
                         .department = "Contact centre",
                         .outcome = sim_chance(r, 850) ? "answered" : "open"};
    (void)sim_emit(l->w, &l->p, &e);
    if (strcmp(e.outcome, "open") == 0) {
        sim_event again = e;
        again.at_ms = sim_working(at + FH_DAY_MS + sim_wait(r, 2 * FH_DAY_MS));
        again.outcome = "answered";
        (void)sim_emit(l->w, &l->p, &again);
    }
}

static void live_month(life *l, int64_t day, int32_t month)
{
    /* Ice in winter, hail in June; people move in summer. Of a thousand customers. */
    static const uint16_t claims[] = {32, 30, 20, 14, 14, 38, 20, 14, 14, 18, 26, 34};
    static const uint16_t moves[] = {3, 3, 4, 5, 6, 9, 12, 12, 8, 5, 3, 2};
    sim_rng *r = &l->p.rng;
    if (sim_chance(r, claims[month - 1])) sim_claim(l->w, &l->p, day + sim_below(r, 28));
    if (sim_chance(r, moves[month - 1])) move_house(l, day + sim_below(r, 28));
    if (sim_chance(r, 35)) ask_something(l, day + sim_below(r, 28));
    if (sim_chance(r, 90)) {
        const char *platform = sim_chance(r, 500) ? "web" : "app";
        (void)tell(l, SIM_WEB, sim_at(r, day + sim_below(r, 28), 7, 23), FH_DIR_IN,
                   "Looks at the policy", platform, "Operations");
    }
    if (l->news && (month == 3 || month == 9))
        (void)tell(l, SIM_MARKETING, sim_at(r, day + 9, 9, 11), FH_DIR_OUT, "Newsletter", "e-mail",
                   "Marketing");
}

static void thank(life *l)
{
    sim_world *w = l->w;
    sim_rng *r = &l->p.rng;
    const int64_t span = w->to_ms - w->from_ms;
    const int64_t day = (w->from_ms + span / 36 * 20) / FH_DAY_MS;
    const int64_t one = sim_working(sim_at(r, day + sim_below(r, 3), 9, 12));
    const int64_t two = sim_working(one + (9 + sim_below(r, 5)) * FH_DAY_MS);
    const bool first = write_to(l, SIM_MARKETING, one, "Letter of thanks from the President",
                                "letter", "President's office", NULL, thanks_letter);
    const bool second =
        l->news && write_to(l, SIM_MARKETING, two, "Anniversary letter from the President",
                            "letter", "Marketing", NULL, anniversary_letter);
    if (first && second)
        sim_plant(w, SIM_PRESIDENT, &l->p, NULL, two, NULL);
    else if (first || second)
        sim_count(w, SIM_ONE_THANKS);
}

/* ---- Year by year --------------------------------------------------------------------------- */

/* After leaving: perhaps back, perhaps under a new number. False: gone for good. */
static bool come_back(life *l, int64_t left, int64_t *day)
{
    sim_rng *r = &l->p.rng;
    if (sim_chance(r, 400))
        (void)tell(l, SIM_MARKETING, sim_working(left + FH_DAY_MS * (5 + sim_below(r, 20))),
                   FH_DIR_OUT, "Win-back call", "phone", "Sales");
    if (!sim_chance(r, 220)) return false;
    const int64_t at = left + FH_DAY_MS * (40 + sim_below(r, 360));
    const bool twice = sim_chance(r, 60);
    char old[sizeof l->p.number];
    memcpy(old, l->p.number, sizeof old);
    if (twice) number(l, 5000000 + ++l->w->policies);
    if (!sell(l, at, "Buys a policy again", sim_chance(r, 600) ? "web" : "phone", "returned"))
        return false;
    sim_plant(l->w, SIM_RETURNED, &l->p, NULL, at, NULL);
    if (twice) sim_plant(l->w, SIM_TWICE, &l->p, NULL, at, old);
    l->p.upset = 0;
    pay(l, at / FH_DAY_MS + 7);
    *day = at / FH_DAY_MS;
    return true;
}

/* The end of a year: stays, leaves, or leaves and returns. Returns the day the next
 * year begins, or INT64_MAX. */
static int64_t renew_or_leave(life *l, int64_t day)
{
    sim_rng *r = &l->p.rng;
    l->p.premium += l->p.premium * 3 / 100;
    (void)write_to(l, SIM_OPERATIONS, sim_working(sim_at(r, day - 45, 9, 16)), "Renewal letter",
                   "letter", "Operations", "Renewal", renewal_letter);
    uint32_t leaving = 60 + 70 * l->p.upset;
    if (leaving > 450) leaving = 450;
    if (l->long_time) leaving /= 2;
    l->p.upset /= 2;
    /* Who left before the time told begins is not among its customers. */
    const bool may_leave = (day - 20) * FH_DAY_MS >= l->w->from_ms;
    if (!sim_chance(r, leaving) || !may_leave) {
        const sim_event e = {.system = SIM_OPERATIONS,
                             .direction = FH_DIR_INTERNAL,
                             .at_ms = sim_at(r, day, 0, 1),
                             .touchpoint = "Policy renewed",
                             .channel = "internal",
                             .department = "Operations",
                             .outcome = "renewed",
                             .cents = l->p.premium};
        (void)sim_emit(l->w, &l->p, &e);
        pay(l, day + 7);
        return day;
    }
    if (sim_chance(r, 500))
        (void)tell(l, SIM_WEB, sim_at(r, day - 30, 18, 23), FH_DIR_IN, "Compares insurers", "web",
                   "Marketing");
    const int64_t left = sim_working(sim_at(r, day - 20, 8, 18));
    const sim_event e = {.system = SIM_OPERATIONS,
                         .direction = FH_DIR_IN,
                         .at_ms = left,
                         .touchpoint = "Cancels the policy",
                         .channel = sim_chance(r, 500) ? "letter" : "web",
                         .department = "Operations",
                         .outcome = "left"};
    int64_t back;
    if (sim_emit(l->w, &l->p, &e)) sim_plant(l->w, SIM_LEFT, &l->p, NULL, left, NULL);
    if (left >= l->w->to_ms) return INT64_MAX;
    return come_back(l, left, &back) ? back : INT64_MAX;
}

void sim_customer(sim_world *w, uint64_t index)
{
    life l = {.w = w, .index = index};
    l.p.rng = sim_rng_of(w->options->seed, index);
    sim_rng *r = &l.p.rng;
    sim_name(&l.p, index + 1);
    const int64_t first = w->from_ms / FH_DAY_MS, last = w->to_ms / FH_DAY_MS;
    l.p.premium = 28000 + 100 * (int64_t)sim_below(r, 420);
    l.news = sim_chance(r, 850);
    int64_t year_began;
    if (sim_chance(r, 400)) { /* a customer already */
        number(&l, index + 1);
        l.long_time = sim_chance(r, 350);
        year_began = first - 1 - sim_below(r, 365);
        if (l.long_time) thank(&l);
    } else {
        const int64_t day = first + sim_below(r, (uint32_t)(last - first));
        if (!buy_first(&l, day)) return;
        year_began = l.bought_day;
    }
    while (year_began < last) {
        for (int32_t m = 0; m < 12; m++) {
            const int64_t day = year_began + m * 30;
            if (day >= last) break;
            if (day + 30 <= first) continue;
            live_month(&l, day, fh_civil_of(day * FH_DAY_MS).month);
        }
        if (year_began + 365 - 45 >= last) break;
        year_began = renew_or_leave(&l, year_began + 365);
    }
}
