/* simulate_messages_letters.c - what departments write: the same twice, or differently, or in
 * one name; and what only looks like it.
 */
#include "app/demo/simulate_messages_parts.h"

#include <string.h>

static int64_t at_work(int64_t day, sim_rng *t)
{
    return sim_working(sim_at(t, day, 8, 17));
}

static uint32_t other_department(uint32_t than, sim_rng *t)
{
    return (than + 1 + sim_below(t, MSG_DEPARTMENTS - 1)) % MSG_DEPARTMENTS;
}

/* A letter without a body yet; its purpose is said in half of all. */
static msg_letter letter_of(msg_person *p, uint32_t department, int64_t day, sim_rng *t)
{
    msg_letter l = {.department = department, .at_ms = at_work(day, t)};
    const uint32_t purpose = msg_purpose_pick(p, t);
    if (sim_chance(t, 500)) l.purpose = p->b->purposes->item[purpose];
    return l;
}

static void add(msg_letter *l, fh_str sentence)
{
    if (l->n < MSG_BODY && sentence.len) l->body[l->n++] = sentence;
}

static void add_sentences(msg_person *p, msg_letter *l, uint32_t n, sim_rng *t)
{
    for (uint32_t i = 0; i < n; i++) add(l, msg_sentence(p, t));
}

static void add_filler(msg_person *p, msg_letter *l, sim_rng *t)
{
    add(l, msg_pick(p, msg_section_of(p->b, "filler", NULL), 0, t));
}

static void shuffle(fh_str *s, uint32_t n, sim_rng *t)
{
    for (uint32_t i = n; i > 1; i--) {
        const uint32_t k = sim_below(t, i);
        const fh_str kept = s[i - 1];
        s[i - 1] = s[k];
        s[k] = kept;
    }
}

static fh_str reference(msg_person *p, fh_str order, sim_rng *t)
{
    const msg_slot slots[] = {{"order", order}, {0}};
    return msg_fill(p, msg_pick(p, msg_section_of(p->b, "reference", NULL), 0, t), slots);
}

static void copy_body(msg_letter *to, const msg_letter *from)
{
    memcpy(to->body, from->body, sizeof to->body);
    to->n = from->n;
}

/* ---- The same twice ---- */

typedef enum twice {
    REWRAP,
    REWRAP_MORE,
    EDIT_3,
    EDIT_10,
    EDIT_20,
    REORDER,
    CONTAINED,
    PURPOSE,
    PURPOSE_MORE,
    MERGED,
    FOOTER,
    MUTATED,
    HALF,
    REMINDER,
    FORWARD,
    OTHER_ORDER,
    LATE,
    FOOTER_ONLY
} twice;

static const char *const twice_names[MSG_TWICE] = {
    [REWRAP] = "rewrap",           [REWRAP_MORE] = "rewrap",   [EDIT_3] = "edit-3",
    [EDIT_10] = "edit-10",         [EDIT_20] = "edit-20",      [REORDER] = "reorder",
    [CONTAINED] = "contained",     [PURPOSE] = "same-purpose", [PURPOSE_MORE] = "same-purpose",
    [MERGED] = "merge-fields",     [FOOTER] = "shared-footer", [MUTATED] = "one-fact-changed",
    [HALF] = "half-shared",        [REMINDER] = "reminder",    [FORWARD] = "forward",
    [OTHER_ORDER] = "other-order", [LATE] = "long-after",      [FOOTER_ONLY] = "only-the-footer",
};

static void edit_body(msg_person *p, msg_letter *l, uint32_t permille, sim_rng *t)
{
    for (uint32_t i = 0; i < l->n; i++) l->body[i] = msg_edited(p, l->body[i], permille, t);
}

/* Both say the fact, as it is or (`differs`) not the same. */
static void add_fact(msg_person *p, msg_letter *a, msg_letter *b, const msg_family *f, bool differs,
                     sim_rng *t)
{
    const int64_t day_a = a->at_ms / FH_DAY_MS, day_b = b->at_ms / FH_DAY_MS;
    const int64_t later = day_a > day_b ? day_a : day_b;
    const msg_value v = msg_value_make(f, t, later);
    const msg_value other = differs ? msg_value_other(f, t, later, v) : v;
    add(a, msg_value_say(p, f, v, day_a, t));
    add(b, msg_value_say(p, f, other, day_b, t));
}

static void same_purpose(msg_person *p, msg_letter *a, msg_letter *b, sim_rng *t)
{
    const fh_str purpose = p->b->purposes->item[msg_purpose_pick(p, t)];
    a->purpose = purpose;
    b->purpose = sim_chance(t, 400) ? msg_capital(p, purpose) : purpose;
    const msg_slot slots[] = {{"purpose", purpose}, {0}};
    a->before = msg_fill(p, msg_pick(p, msg_section_of(p->b, "reworded", NULL), 0, t), slots);
    b->n = 0;
    add(b, msg_fill(p, msg_pick(p, msg_section_of(p->b, "reworded", NULL), 0, t), slots));
    add_sentences(p, b, 3 + sim_below(t, 3), t);
}

/* What a colleague wrote, sent on as it stood. */
static void forward(msg_person *p, const msg_letter *a, msg_letter *b, sim_rng *t)
{
    const fh_str dept = fh_str_of(msg_departments[a->department]);
    const msg_slot slots[] = {{"dept", dept}, {0}};
    fh_str line[4];
    b->n = 0;
    b->before = msg_fill(p, msg_pick(p, msg_section_of(p->b, "forward", NULL), 0, t), slots);
    line[0] = msg_pick(p, msg_section_of(p->b, "original", NULL), 0, t);
    line[1] = msg_join(p, (fh_str[]){FH_STR("From:"), dept}, 2, " ");
    line[2] = FH_STR(" ");
    line[3] = msg_join(p, a->body, a->n, " ");
    b->quoted = msg_join(p, line, 4, "\n");
}

/* The second letter, when it is made from the first. */
static void make_second(msg_person *p, msg_letter *a, msg_letter *b, uint32_t which, sim_rng *t)
{
    copy_body(b, a);
    switch ((twice)which) {
    case EDIT_3: edit_body(p, b, 30, t); break;
    case EDIT_10: edit_body(p, b, 100, t); break;
    case EDIT_20: edit_body(p, b, 200, t); break;
    case REORDER: shuffle(b->body, b->n, t); break;
    case CONTAINED: add_sentences(p, b, b->n + 1, t); break;
    case PURPOSE:
    case PURPOSE_MORE: same_purpose(p, a, b, t); break;
    case HALF:
        b->n = (b->n + 1) / 2;
        add_sentences(p, b, a->n - b->n + 1, t);
        shuffle(b->body, b->n, t);
        break;
    case FORWARD: forward(p, a, b, t); break;
    case OTHER_ORDER:
        add(a, reference(p, msg_order(p), t));
        add(b, reference(p, msg_order(p), t));
        break;
    case FOOTER_ONLY:
        b->n = 0;
        add_sentences(p, b, a->n, t);
        break;
    case REWRAP:
    case REWRAP_MORE:
    case MERGED:
    case FOOTER:
    case MUTATED:
    case REMINDER:
    case LATE: break;
    }
}

void msg_twice(msg_person *p, int64_t day, sim_rng *t, uint32_t which)
{
    const uint32_t one = sim_below(t, MSG_DEPARTMENTS);
    const uint32_t two = which == REMINDER ? one : other_department(one, t);
    const int64_t gap = which == LATE ? 20 + sim_below(t, 10) : (int64_t)sim_below(t, 12);
    msg_letter a = letter_of(p, one, day, t), b = letter_of(p, two, day + gap, t);
    if (which == REMINDER) {
        b.purpose = a.purpose;
        b.at_ms += 3 * FH_DAY_MS;
    }
    const bool framed = which == FOOTER || which == FOOTER_ONLY;
    a.long_footer = b.long_footer = a.same_frame = b.same_frame = framed;
    add_sentences(p, &a, which == FOOTER ? 3 : 3 + sim_below(t, 4), t);
    make_second(p, &a, &b, which, t);
    const uint32_t types = 1u << MSG_MONEY | 1u << MSG_DATE | 1u << MSG_POLICY | 1u << MSG_PERCENT;
    const uint32_t f = which == MERGED || which == MUTATED || which == OTHER_ORDER
                           ? msg_family_pick(p, t, types)
                           : UINT32_MAX;
    if (f != UINT32_MAX)
        add_fact(p, &a, &b, &p->b->family[f], which == MUTATED || which == OTHER_ORDER, t);
    if (sim_chance(t, 400)) add_filler(p, &a, t);
    if (sim_chance(t, 400)) add_filler(p, &b, t);
    if (b.at_ms < a.at_ms) b.at_ms = a.at_ms + SIM_HOUR;
    const uint32_t first = msg_letter_send(p, &a, t), second = msg_letter_send(p, &b, t);
    msg_pair(p, MSG_DUPLICATE, twice_names[which], first, second, NULL,
             which == EDIT_20 ? MSG_APART
             : which < HALF   ? MSG_PLANTED
                              : MSG_CLEAN,
             msg_group(p));
    if (which == MUTATED && f != UINT32_MAX)
        msg_pair(p, MSG_CONTRADICTION, "in-a-copy", first, second,
                 msg_type_name(p->b->family[f].type), MSG_PLANTED, msg_group(p));
    if (which == OTHER_ORDER)
        msg_pair(p, MSG_CONTRADICTION, "other-order-copy", first, second, NULL, MSG_CLEAN, 0);
}

/* ---- Differently ---- */

typedef enum differently {
    PLANTED_UNTIL = 8, /* 0 .. 8 */
    UPDATE,
    SAME_VALUES,
    READINGS,
    UP_TO,
    OTHER_MATTER,
    SEASONS,
    LONG_AGO
} differently;

static const char *differently_name(uint32_t which)
{
    static const char *const names[] = {"update",      "other-format", "two-readings", "up-to",
                                        "other-order", "seasonal",     "long-ago"};
    return names[which - UPDATE];
}

static uint32_t any_family(msg_person *p, sim_rng *t)
{
    static const uint32_t types[] = {
        1u << MSG_DATE,     1u << MSG_DATE,   1u << MSG_TIME | 1u << MSG_HOURS,
        1u << MSG_MONEY,    1u << MSG_MONEY,  1u << MSG_PERCENT,
        1u << MSG_DURATION, 1u << MSG_NUMBER, 1u << MSG_PHONE,
        1u << MSG_EMAIL,    1u << MSG_URL,    1u << MSG_PERSON,
        1u << MSG_POLICY,   1u << MSG_POLICY};
    return msg_family_pick(p, t, types[sim_below(t, sizeof types / sizeof types[0])]);
}

/* Facts that only one letter says, and what surrounds them. */
static void surround(msg_person *p, msg_letter *l, sim_rng *t)
{
    const uint32_t facts = sim_below(t, 3);
    for (uint32_t i = 0; i < facts; i++) {
        const uint32_t f = any_family(p, t);
        if (f == UINT32_MAX) continue;
        const int64_t day = l->at_ms / FH_DAY_MS;
        const msg_value v = msg_value_make(&p->b->family[f], t, day);
        add(l, msg_value_say(p, &p->b->family[f], v, day, t));
    }
    add_sentences(p, l, 1 + sim_below(t, 3), t);
    if (sim_chance(t, 500)) add_filler(p, l, t);
    shuffle(l->body, l->n, t);
}

/* 5 March in a, 3 May in b, but b's reading may be a's: written 03/05. */
static bool two_readings(msg_person *p, msg_letter *a, msg_letter *b, sim_rng *t)
{
    enum { NUMERIC = 3, WORDS = 0 };
    const uint32_t f = msg_family_pick(p, t, 1u << MSG_DATE);
    if (f == UINT32_MAX || p->b->family[f].type != MSG_DATE) return false;
    if (!fh_str_eq(p->b->code, FH_STR("en"))) { /* elsewhere the day always comes first */
        add_fact(p, a, b, &p->b->family[f], false, t);
        return true;
    }
    const int64_t sent = a->at_ms / FH_DAY_MS;
    int64_t day = sent + 20 + sim_below(t, 20);
    while (fh_civil_of(day * FH_DAY_MS).day > 12) day++;
    const fh_civil c = fh_civil_of(day * FH_DAY_MS);
    const int64_t other = fh_days_from_civil(c.year, c.day, c.month);
    const msg_section *said = p->b->family[f].said;
    const msg_slot one[] = {{"", msg_date_in(p, NUMERIC, day, sent)}, {0}};
    const msg_slot two[] = {{"", msg_date_in(p, WORDS, other, sent)}, {0}};
    add(a, msg_fill(p, msg_pick(p, said, 0, t), one));
    add(b, msg_fill(p, msg_pick(p, said, 0, t), two));
    return true;
}

static void up_to(msg_person *p, msg_letter *a, msg_letter *b, sim_rng *t)
{
    uint32_t f = sim_below(t, p->b->n_families);
    for (uint32_t i = 0; i < p->b->n_families && !p->b->family[f].range; i++)
        f = (f + 1) % p->b->n_families;
    const msg_family *of = &p->b->family[f];
    if (!of->range || (p->families >> f & 1)) return;
    p->families |= UINT64_C(1) << f;
    const msg_value most = {of->most, 0};
    const msg_value less = {of->least + of->step * (int64_t)sim_below(t, 4), 0};
    const msg_slot it[] = {{"it", msg_value_text(p, of->type, most, 0, t)}, {0}};
    const fh_str text = msg_fill(p, msg_pick(p, msg_section_of(p->b, "format", "upto"), 0, t), it);
    const msg_slot slots[] = {{"", text}, {0}};
    add(a, msg_fill(p, msg_pick(p, of->said, 0, t), slots));
    add(b, msg_value_say(p, of, less, 0, t));
}

static fh_str campaign(msg_person *p, uint32_t season, int64_t day, sim_rng *t)
{
    const msg_value percent = {5 + 5 * (int64_t)sim_below(t, 6), 0};
    const msg_value until = {day + 20 + sim_below(t, 30), 0};
    const fh_str share = msg_value_text(p, MSG_PERCENT, percent, day, t);
    const fh_str last = msg_value_text(p, MSG_DATE, until, day, t);
    const msg_slot slots[] = {{"season", p->b->seasons->item[season % p->b->seasons->n_items]},
                              {"percent", share},
                              {"date", last},
                              {0}};
    return msg_fill(p, msg_pick(p, msg_section_of(p->b, "campaign", NULL), 0, t), slots);
}

static void look_alike(msg_person *p, msg_letter *a, msg_letter *b, uint32_t which, sim_rng *t)
{
    const uint32_t season = sim_below(t, 4);
    const uint32_t f =
        which == READINGS || which == UP_TO || which == SEASONS ? UINT32_MAX : any_family(p, t);
    if (f != UINT32_MAX) add_fact(p, a, b, &p->b->family[f], which != SAME_VALUES, t);
    if (which == SAME_VALUES) {
        const uint32_t more = any_family(p, t);
        if (more != UINT32_MAX) add_fact(p, a, b, &p->b->family[more], false, t);
    } else if (which == READINGS) {
        (void)two_readings(p, a, b, t);
    } else if (which == UP_TO) {
        up_to(p, a, b, t);
    } else if (which == OTHER_MATTER) {
        a->problem = msg_order(p);
        b->problem = msg_order(p);
        add(a, reference(p, a->problem, t));
        add(b, reference(p, b->problem, t));
    } else if (which == SEASONS) {
        add(a, campaign(p, season, a->at_ms / FH_DAY_MS, t));
        add(b, campaign(p, season + 1, b->at_ms / FH_DAY_MS, t));
    }
}

static void plant_difference(msg_person *p, sim_rng *t, msg_letter *a, msg_letter *b)
{
    const char *type[2] = {0};
    const uint32_t n = sim_chance(t, 250) ? 2 : 1;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t f = any_family(p, t);
        if (f == UINT32_MAX) continue;
        add_fact(p, a, b, &p->b->family[f], true, t);
        type[i] = msg_type_name(p->b->family[f].type);
    }
    const uint32_t same = sim_chance(t, 400) ? any_family(p, t) : UINT32_MAX;
    if (same != UINT32_MAX) add_fact(p, a, b, &p->b->family[same], false, t);
    surround(p, a, t);
    surround(p, b, t);
    const uint32_t first = msg_letter_send(p, a, t), second = msg_letter_send(p, b, t);
    const char *variant = t == &p->p.rng ? "one-off" : "mass";
    if (type[0])
        msg_pair(p, MSG_CONTRADICTION, variant, first, second, type[0], MSG_PLANTED, msg_group(p));
    if (type[1] && (!type[0] || strcmp(type[0], type[1]) != 0))
        msg_pair(p, MSG_CONTRADICTION, variant, first, second, type[1], MSG_PLANTED, msg_group(p));
}

void msg_differently(msg_person *p, int64_t day, sim_rng *t, uint32_t which)
{
    const uint32_t one = sim_below(t, MSG_DEPARTMENTS), two = other_department(one, t);
    const int64_t gap = which == LONG_AGO ? 95 + sim_below(t, 10) : 1 + (int64_t)sim_below(t, 40);
    const bool same = which == UPDATE && sim_chance(t, 400);
    msg_letter a = letter_of(p, one, day, t), b = letter_of(p, same ? one : two, day + gap, t);
    if (b.at_ms <= a.at_ms) b.at_ms = a.at_ms + SIM_HOUR;
    if (which <= PLANTED_UNTIL) {
        plant_difference(p, t, &a, &b);
        return;
    }
    look_alike(p, &a, &b, which, t);
    if (which == UPDATE) {
        b.before = msg_pick(p, msg_section_of(p->b, "change", NULL), 0, t);
        surround(p, &a, t);
        add_sentences(p, &b, 1, t);
    } else {
        surround(p, &a, t);
        surround(p, &b, t);
    }
    const uint32_t first = msg_letter_send(p, &a, t), second = msg_letter_send(p, &b, t);
    msg_pair(p, MSG_CONTRADICTION, differently_name(which), first, second, NULL, MSG_CLEAN, 0);
}

/* ---- In one name ---- */

void msg_signed_twice(msg_person *p, int64_t day, sim_rng *t, uint32_t which)
{
    static const char *const names[] = {"Dr. Helena Voss, President",
                                        "Marten de Graaf, Managing Director",
                                        "Ingrid Solberg, Head of Customer Care",
                                        "Prof. Anton Keller, Chairman",
                                        "Lucia Moretti, Chief Financial Officer",
                                        "Pieter van Dam, Director of Claims"};
    static const char *const variants[MSG_SIGNED] = {"two-departments", "two-departments",
                                                     "one-department", "two-names"};
    const uint32_t one = sim_below(t, MSG_DEPARTMENTS);
    uint32_t who = sim_below(t, 6);
    for (uint32_t i = 0; i < 6 && (p->signers >> who & 1); i++) who = (who + 1) % 6;
    if (p->signers >> who & 1 || (which == 3 && p->signers >> (who + 1) % 6 & 1)) return;
    p->signers |= 1u << who | (which == 3 ? 1u << (who + 1) % 6 : 0);
    const uint32_t two = which == 2 ? one : other_department(one, t);
    const int64_t gap = (int64_t)sim_below(t, 11);
    msg_letter a = letter_of(p, one, day, t), b = letter_of(p, two, day + gap, t);
    if (b.at_ms <= a.at_ms) b.at_ms = a.at_ms + SIM_HOUR;
    a.signatory = fh_str_of(names[who]);
    b.signatory = fh_str_of(names[which == 3 ? (who + 1) % 6 : who]);
    a.unnamed = sim_chance(t, 300);
    b.unnamed = sim_chance(t, 300);
    surround(p, &a, t);
    surround(p, &b, t);
    add_sentences(p, &a, 2, t);
    add_sentences(p, &b, 2, t);
    const uint32_t first = msg_letter_send(p, &a, t), second = msg_letter_send(p, &b, t);
    msg_pair(p, MSG_SIGNATORY, variants[which], first, second, NULL,
             which < 2 ? MSG_PLANTED : MSG_CLEAN, msg_group(p));
}

void msg_plain_letter(msg_person *p, int64_t day, sim_rng *t)
{
    const uint32_t department = sim_below(t, MSG_DEPARTMENTS);
    msg_letter l = letter_of(p, department, day, t);
    surround(p, &l, t);
    add_sentences(p, &l, 1 + sim_below(t, 2), t);
    (void)msg_letter_send(p, &l, t);
}
