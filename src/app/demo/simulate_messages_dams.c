/* simulate_messages_dams.c - what customers tell, and must tell again after a hand-off; and
 * what only looks like it.
 *
 * A story is four clauses, each with several wordings. Of each hundred contacts 60 say no
 * problem and no conversation that would join them, and in 60 of each hundred episodes the
 * customer's own number stands in no text either.
 */
#include "app/demo/simulate_messages_parts.h"

#include <string.h>

enum { CLAUSES = 4, HIDDEN = 600 };

typedef struct episode {
    msg_person *p;
    sim_rng *t;
    const msg_section *story;
    msg_value date, money;
    fh_str order, thing, thread;
    fh_str said[CLAUSES]; /* the wording of the first time */
    uint32_t clauses;     /* bits: told the first time */
    uint32_t from, to;    /* departments */
    int64_t at_ms;
} episode;

static void later(episode *e, int64_t mean_ms)
{
    e->at_ms = sim_working(e->at_ms + SIM_HOUR + sim_wait(e->t, mean_ms));
}

static bool begin(msg_person *p, int64_t day, sim_rng *t, episode *e)
{
    uint32_t s = sim_below(t, p->b->n_stories), tries = 0;
    while (tries < p->b->n_stories && (p->stories >> s & 1)) {
        s = (s + 1) % p->b->n_stories;
        tries++;
    }
    if (tries == p->b->n_stories) return false;
    p->stories |= 1u << s;
    *e = (episode){.p = p, .t = t, .story = p->b->story[s]};
    e->date.a = day - 2 - sim_below(t, 12);
    e->money.a = 3900 + 25 * (int64_t)sim_below(t, 9000);
    e->order = msg_order(p);
    e->thread = msg_order(p);
    e->thing = p->b->things->item[sim_below(t, p->b->things->n_items)];
    e->from = sim_below(t, MSG_DEPARTMENTS - 1);
    e->to = (e->from + 1 + sim_below(t, MSG_DEPARTMENTS - 2)) % (MSG_DEPARTMENTS - 1);
    e->at_ms = sim_working(sim_at(t, day, 8, 17));
    e->clauses = sim_chance(t, HIDDEN) ? 0xb : 0xf; /* without the number, or all four */
    return true;
}

/* Does the story tell an amount? */
static bool has_money(const episode *e)
{
    static const char slot[] = "{money}";
    for (uint32_t i = 0; i < e->story->n; i++) {
        const fh_str text = e->story->line[i].text;
        for (size_t k = 0; k + sizeof slot - 1 <= text.len; k++)
            if (memcmp(text.ptr + k, slot, sizeof slot - 1) == 0) return true;
    }
    return false;
}

/* ---- Words ---- */

static fh_str fill(episode *e, fh_str line)
{
    const int64_t day = e->at_ms / FH_DAY_MS;
    const msg_slot slots[] = {
        {"order", e->order},
        {"thing", e->thing},
        {"date", msg_value_text(e->p, MSG_DATE, e->date, day, e->t)},
        {"money", msg_value_text(e->p, MSG_MONEY, e->money, day, e->t)},
        {"phone", msg_value_text(e->p, MSG_PHONE, (msg_value){.a = 2345678}, day, e->t)},
        {"name", fh_str_of(e->p->p.name)},
        {0}};
    return msg_fill(e->p, line, slots);
}

static fh_str line_of(episode *e, const char *kind, const char *name)
{
    const msg_section *s = msg_section_of(e->p->b, kind, name);
    return s ? fill(e, msg_pick(e->p, s, 0, e->t)) : (fh_str){0};
}

static fh_str in_a_frame(episode *e, fh_str body)
{
    fh_str part[4] = {line_of(e, "hello", NULL), body, line_of(e, "bye", NULL),
                      fh_str_of(e->p->p.name)};
    if (sim_chance(e->t, 300)) part[0].len = part[2].len = part[3].len = 0;
    return msg_join(e->p, part, 4, "\n\n");
}

static fh_str tell(episode *e)
{
    fh_str part[CLAUSES] = {0};
    for (uint32_t i = 0; i < CLAUSES; i++) {
        e->said[i] = msg_pick(e->p, e->story, (char)('0' + i), e->t);
        if (e->clauses >> i & 1) part[i] = fill(e, e->said[i]);
    }
    return msg_join(e->p, part, CLAUSES, " ");
}

/* The same story some days later: mostly, but not always, in the same words. */
static fh_str tell_again(episode *e)
{
    fh_str part[CLAUSES + 1] = {0};
    const uint32_t from = sim_chance(e->t, 350) ? sim_below(e->t, CLAUSES) : 0;
    const uint32_t left_out = sim_chance(e->t, 300) ? sim_below(e->t, CLAUSES) : CLAUSES;
    if (sim_chance(e->t, 350)) part[0] = line_of(e, "told", NULL);
    for (uint32_t i = 0; i < CLAUSES; i++) {
        const uint32_t c = (from + i) % CLAUSES;
        const bool same = sim_chance(e->t, 600);
        const fh_str wording = same ? e->said[c] : msg_pick(e->p, e->story, (char)('0' + c), e->t);
        if (c == left_out || !(e->clauses >> c & 1)) continue;
        part[1 + i] = fill(e, wording);
        if (sim_chance(e->t, 250)) part[1 + i] = msg_edited(e->p, part[1 + i], 60, e->t);
    }
    return msg_join(e->p, part, CLAUSES + 1, " ");
}

/* ---- Rows ---- */

static uint32_t write(episode *e, fh_direction direction, uint32_t department, const char *what,
                      fh_str text, fh_str reason)
{
    static const char *const ways[] = {"e-mail", "web form", "chat", "phone"};
    const uint32_t way = sim_below(e->t, 4);
    msg_row row = {.file = MSG_CONTACTS,
                   .at_ms = e->at_ms,
                   .department = department,
                   .direction = direction,
                   .touchpoint = what,
                   .channel = direction == FH_DIR_INTERNAL ? "internal" : ways[way],
                   .text = text,
                   .reason = reason};
    if (!sim_chance(e->t, HIDDEN)) row.problem = e->order;
    if (!sim_chance(e->t, HIDDEN)) row.thread = e->thread;
    return msg_row_write(e->p, &row);
}

static uint32_t says(episode *e, uint32_t department, fh_str text)
{
    return write(e, FH_DIR_IN, department, "Customer writes", in_a_frame(e, text), (fh_str){0});
}

static uint32_t answers(episode *e, uint32_t department, fh_str text)
{
    const fh_str team = fh_str_of(msg_departments[department]);
    const msg_slot slots[] = {{"name", fh_str_of(e->p->p.name)}, {"dept", team}, {0}};
    const msg_bank *b = e->p->b;
    const fh_str hello = msg_pick(e->p, msg_section_of(b, "greeting", NULL), 0, e->t);
    const fh_str bye = msg_pick(e->p, msg_section_of(b, "closing", NULL), 0, e->t);
    const fh_str signed_by = msg_pick(e->p, msg_section_of(b, "signed", NULL), 0, e->t);
    const fh_str part[] = {msg_fill(e->p, hello, slots), text, bye,
                           msg_fill(e->p, signed_by, slots)};
    return write(e, FH_DIR_OUT, department, "Answer to the customer",
                 msg_join(e->p, part, 4, "\n\n"), (fh_str){0});
}

static void hand_on(episode *e, uint32_t to)
{
    const msg_section *reasons = e->p->b->reasons;
    const fh_str why = reasons->item[sim_below(e->t, reasons->n_items)];
    later(e, 6 * SIM_HOUR);
    (void)write(e, FH_DIR_INTERNAL, to, "Hands the matter on", (fh_str){0},
                sim_chance(e->t, 700) ? why : (fh_str){0});
}

/* The first telling, perhaps an answer, the hand-off. Returns the telling. */
static uint32_t told_first(episode *e)
{
    const uint32_t first = says(e, e->from, tell(e));
    if (sim_chance(e->t, 300)) {
        later(e, 4 * SIM_HOUR);
        (void)answers(e, e->from, line_of(e, "reply", NULL));
    }
    hand_on(e, e->to);
    later(e, 20 * SIM_HOUR);
    return first;
}

/* Is the number told in the clause that may be hidden? In some stories it is told in another. */
static bool numbers_clause(const episode *e)
{
    static const char slot[] = "{order}";
    const fh_str text = e->said[2];
    for (size_t k = 0; k + sizeof slot - 1 <= text.len; k++)
        if (memcmp(text.ptr + k, slot, sizeof slot - 1) == 0) return true;
    return false;
}

/* ---- Planted ---- */

static void again(episode *e, bool twice)
{
    const uint32_t first = told_first(e);
    const uint32_t second = says(e, e->to, tell_again(e));
    msg_pair(e->p, MSG_DAM, "told-again", first, second, NULL, MSG_PLANTED, msg_group(e->p));
    if (!twice) return;
    const uint32_t third =
        (e->to + 1 + (e->from == (e->to + 1) % MSG_DEPARTMENTS)) % MSG_DEPARTMENTS;
    hand_on(e, third);
    later(e, 20 * SIM_HOUR);
    const uint32_t last = says(e, third, tell_again(e));
    const uint64_t group = msg_group(e->p);
    msg_pair(e->p, MSG_DAM, "told-a-third-time", second, last, NULL, MSG_PLANTED, group);
    msg_pair(e->p, MSG_DAM, "told-a-third-time", first, last, NULL, MSG_PLANTED, group);
}

static void says_so(episode *e)
{
    const uint32_t first = told_first(e);
    const bool named = e->clauses & 4 && numbers_clause(e);
    const fh_str part[] = {line_of(e, named ? "toldshort" : "told", NULL),
                           named ? (fh_str){0} : fill(e, e->said[0])};
    const uint32_t second = says(e, e->to, msg_join(e->p, part, 2, " "));
    msg_pair(e->p, MSG_DAM, "says-so", first, second, NULL, MSG_PLANTED, msg_group(e->p));
}

static void asked(episode *e)
{
    static const char *const known[] = {"date", "money", "story", "order"};
    const uint32_t n = e->clauses & 4 ? 4 : 3;
    uint32_t what = sim_below(e->t, n);
    if (what == 1 && !has_money(e)) what = 0;
    const uint32_t first = told_first(e);
    if (what == 3 && !numbers_clause(e)) what = 2;
    const uint32_t asking = answers(e, e->to, line_of(e, "ask", known[what]));
    later(e, 8 * SIM_HOUR);
    const fh_str given = what == 2 ? tell_again(e) : line_of(e, "give", known[what]);
    const uint32_t second = says(e, e->to, given);
    const uint64_t group = msg_group(e->p);
    msg_pair(e->p, MSG_DAM, "asked-for-known", first, asking, NULL, MSG_PLANTED, group);
    msg_pair(e->p, MSG_DAM, "asked-for-known", first, second, NULL, MSG_PLANTED, group);
}

static void given_again(episode *e)
{
    const bool money = has_money(e);
    if (!money) e->clauses = 0xf;
    const uint32_t first = told_first(e);
    const bool order = e->clauses & 4 && numbers_clause(e);
    const fh_str part[] = {order ? line_of(e, "give", "order") : (fh_str){0},
                           line_of(e, "give", "date"),
                           money ? line_of(e, "give", "money") : (fh_str){0}};
    const uint32_t second = says(e, e->to, msg_join(e->p, part, 3, " "));
    msg_pair(e->p, MSG_DAM, "given-again", first, second, NULL, MSG_PLANTED, msg_group(e->p));
}

/* ---- Look-alikes ---- */

static void clean(episode *e, const char *variant, uint32_t a, uint32_t b)
{
    msg_pair(e->p, MSG_DAM, variant, a, b, NULL, MSG_CLEAN, 0);
}

static void second_problem(episode *e, int64_t day)
{
    episode other;
    const uint32_t first = says(e, e->from, tell(e));
    if (!begin(e->p, day, e->t, &other)) return;
    other.at_ms = e->at_ms;
    later(&other, 2 * FH_DAY_MS);
    clean(e, "second-problem", first, says(&other, e->to, tell(&other)));
}

/* Two cases of the same kind: the same words, other numbers, dates and amounts. */
static void other_order(episode *e)
{
    e->clauses = 0xf;
    const uint32_t first = told_first(e);
    e->order = msg_order(e->p);
    e->thread = msg_order(e->p);
    e->date.a += 3;
    e->money.a += 1700;
    const msg_section *things = e->p->b->things;
    e->thing = things->item[sim_below(e->t, things->n_items)];
    clean(e, "other-order", first, says(e, e->to, tell(e)));
}

static fh_str quoted(episode *e, fh_str text)
{
    fh_buf *out = &e->p->w->space;
    fh_str kept = {0};
    fh_buf_clear(out);
    fh_buf_text(out, "> ");
    for (size_t i = 0; i < text.len; i++) {
        fh_buf_char(out, text.ptr[i]);
        if (text.ptr[i] == '\n') fh_buf_text(out, "> ");
    }
    if (!fh_arena_str(e->p->w->texts, fh_buf_view(out), &kept) && e->p->w->sim.status == FH_OK)
        e->p->w->sim.status = fh_no_memory(e->p->w->sim.err);
    return kept;
}

static void agent_quotes(episode *e)
{
    const fh_str story = tell(e);
    const uint32_t first = says(e, e->from, story);
    hand_on(e, e->to);
    later(e, 10 * SIM_HOUR);
    const fh_str part[] = {line_of(e, "reply", NULL), line_of(e, "youwrote", NULL),
                           sim_chance(e->t, 500) ? quoted(e, story) : story};
    const uint32_t second = write(e, FH_DIR_OUT, e->to, "Answer to the customer",
                                  msg_join(e->p, part, 3, "\n\n"), (fh_str){0});
    clean(e, "agent-quotes", first, second);
}

static void thanks_with_quote(episode *e)
{
    const fh_str story = tell(e);
    const uint32_t first = says(e, e->from, story);
    hand_on(e, e->to);
    later(e, FH_DAY_MS);
    const fh_str day = msg_date_in(e->p, 0, e->at_ms / FH_DAY_MS - 1, 0);
    const msg_slot slots[] = {{"day", day}, {"name", fh_str_of(e->p->p.name)}, {0}};
    const fh_str wrote =
        msg_fill(e->p, msg_pick(e->p, msg_section_of(e->p->b, "wrote", NULL), 0, e->t), slots);
    const fh_str part[] = {line_of(e, "thanks", NULL), fh_str_of(e->p->p.name), wrote,
                           quoted(e, story)};
    const uint32_t second =
        write(e, FH_DIR_IN, e->to, "Customer writes", msg_join(e->p, part, 4, "\n\n"), (fh_str){0});
    clean(e, "thanks-with-quote", first, second);
}

static void sent_once_more(episode *e)
{
    const fh_str story = tell(e);
    const uint32_t first = says(e, e->from, story);
    e->at_ms += (1 + sim_below(e->t, 6)) * SIM_MINUTE;
    const uint32_t second = says(e, sim_chance(e->t, 500) ? e->to : e->from, story);
    clean(e, "technical-retry", first, second);
}

static void sent_on(episode *e)
{
    const fh_str story = tell(e);
    const uint32_t first = says(e, e->from, story);
    later(e, 5 * SIM_HOUR);
    const uint32_t second =
        write(e, FH_DIR_INTERNAL, e->to, "Sends the message on", story, (fh_str){0});
    clean(e, "sent-on", first, second);
}

static void asked_new(episode *e)
{
    const uint32_t first = told_first(e);
    const uint32_t asking = answers(e, e->to, line_of(e, "ask", "phone"));
    later(e, 8 * SIM_HOUR);
    const uint32_t second = says(e, e->to, line_of(e, "give", "phone"));
    clean(e, "asked-for-unknown", first, asking);
    clean(e, "asked-for-unknown", first, second);
}

static void same_department(episode *e)
{
    e->to = e->from;
    const uint32_t first = says(e, e->from, tell(e));
    later(e, FH_DAY_MS);
    clean(e, "same-department", first, says(e, e->from, tell_again(e)));
}

static void new_facts(episode *e)
{
    const uint32_t first = told_first(e);
    clean(e, "something-new", first, says(e, e->to, line_of(e, "news", NULL)));
}

void msg_dam(msg_person *p, int64_t day, sim_rng *t, uint32_t which)
{
    episode e;
    if (!begin(p, day, t, &e)) return;
    switch (which) {
    case 0:
    case 1:
    case 2: again(&e, false); break;
    case 3: says_so(&e); break;
    case 4:
    case 5: asked(&e); break;
    case 6:
    case 7: given_again(&e); break;
    case 8: again(&e, true); break;
    case 9: second_problem(&e, day); break;
    case 10: agent_quotes(&e); break;
    case 11: thanks_with_quote(&e); break;
    case 12: sent_once_more(&e); break;
    case 13: sent_on(&e); break;
    case 14: asked_new(&e); break;
    case 15: same_department(&e); break;
    case 16: other_order(&e); break;
    default: new_facts(&e); break;
    }
}

void msg_one_contact(msg_person *p, int64_t day, sim_rng *t)
{
    episode e;
    if (!begin(p, day, t, &e)) return;
    (void)says(&e, e.from, tell(&e));
    later(&e, FH_DAY_MS);
    if (sim_chance(t, 500)) (void)answers(&e, e.from, line_of(&e, "reply", NULL));
}
