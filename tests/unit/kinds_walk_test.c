/* kinds_walk_test.c - tests made from the declarations: every kind, every state, every move
 * by everybody who may and everybody who may not, everything a move needs, every clock.
 *
 * A record is made by the use case, then put into the state that is looked at, so that each
 * move is tried by itself; that states are reached by moves alone is tried, too. All of it
 * happens in one transaction that is never committed: nothing waits for the disk.
 */
#include "records.h"

#include "app/records/record_parts.h"
#include "app/records/reverse.h"
#include "base/time.h"
#include "store/identities.h"
#include "store/records.h"

typedef struct walk {
    office o;
    const fh_kind *const *kind;
    size_t n;
    uint32_t customer, touchpoint;
    uint32_t first, second; /* departments: of the fields of that name */
    int64_t walked, fixed;  /* a walk that was made, a fix that was made */
    int64_t reverse[3];     /* challenges answered at draft, review, release */
    int64_t now_ms;
    fh_actor actor[FH_N_WHO]; /* who is this to every record, and else only anybody */
} walk;

static walk w;

/* ---- An organisation --------------------------------------------------------------- */

static uint32_t new_customer(fh_org *org)
{
    fh_resolver *r = NULL;
    fh_resolved out = {0};
    const fh_interaction row = {
        .row = 1, .identifier = {{FH_STR("customer"), FH_STR("c1")}}, .n_identifiers = 1};
    assert_status(fh_resolver_new(org, &r, NULL), FH_OK);
    assert_status(fh_resolve(r, &row, 1, &out, NULL), FH_OK);
    assert_status(fh_org_begin(org, NULL), FH_OK);
    assert_status(fh_resolver_flush(r, NULL), FH_OK);
    assert_status(fh_org_commit(org, NULL), FH_OK);
    fh_resolver_free(r);
    return out.customer;
}

static uint32_t new_department(const char *name)
{
    const fh_department d = {.name = fh_str_of(name), .parent = w.o.whole};
    fh_department out = {0};
    assert_status(fh_department_create(w.o.org, &w.o.cli, &d, w.o.arena, &out, &w.o.err), FH_OK);
    return out.department;
}

/* ann: author; carl: owner, of support; bob: nobody special (of sales); dora leads all. */
static void cast(void)
{
    static const struct {
        fh_who_bit who;
        fh_right right;
    } rights[] = {{FH_WHO_FINDINGS, FH_RIGHT_FINDINGS},
                  {FH_WHO_DECIDE, FH_RIGHT_DECIDE},
                  {FH_WHO_DESIGNS, FH_RIGHT_DESIGNS},
                  {FH_WHO_CONSENT, FH_RIGHT_CONSENT},
                  {FH_WHO_ADMIN, FH_RIGHT_SETTINGS}};
    const fh_rights plain = fh_right_bit(FH_RIGHT_TAKE_PART);
    fh_actor other = w.o.bob;
    other.rights = plain;
    other.roles = 0;
    other.led = NULL;
    other.n_led = 0;
    for (int i = 0; i < FH_N_WHO; i++) w.actor[i] = other;
    for (size_t i = 0; i < COUNT(rights); i++)
        w.actor[rights[i].who].rights = plain | fh_right_bit(rights[i].right);
    w.actor[FH_WHO_AUTHOR] = w.o.ann;
    w.actor[FH_WHO_OWNER] = w.o.carl;
    w.actor[FH_WHO_LEAD] = w.o.dora;
    w.actor[FH_WHO_ASKED] = w.o.eve;
    w.actor[FH_WHO_AUTHOR].rights = w.actor[FH_WHO_OWNER].rights = plain;
    w.actor[FH_WHO_LEAD].rights = w.actor[FH_WHO_ASKED].rights = plain;
    w.actor[FH_WHO_CUSTOMER].customer = w.customer;
    w.actor[FH_WHO_FIRST].department = w.first;
    w.actor[FH_WHO_SECOND].department = w.second;
    w.actor[FH_WHO_MACHINE] = fh_actor_system();
}

/* ---- Records ----------------------------------------------------------------------- */

/* A value that fits a field, as JSON; false: left out. `day` for dates. */
static bool put_value(const fh_kind_field *f, int64_t day, fh_json *j)
{
    const fh_values number = {(fh_value[]){{{"", 0}, day}}, 1};
    switch (f->type) {
    case FH_TYPE_TEXT: fh_json_str(j, FH_STR("words")); return true;
    case FH_TYPE_CHOICE: /* the last: of known-by it is not "said" */
        fh_json_str(j, f->choice[f->n_choices - 1].word);
        return true;
    case FH_TYPE_YES: fh_json_bool(j, true); return true;
    case FH_TYPE_NUMBER:
    case FH_TYPE_SCORE: fh_json_int(j, f->has_min ? f->min : 1); return true;
    case FH_TYPE_DATE: fh_field_to_json(f, &number, j); return true;
    case FH_TYPE_PERSON: fh_json_uint(j, w.o.eve.person); return true;
    case FH_TYPE_DEPARTMENT:
        fh_json_uint(j, fh_str_eq(f->name, FH_STR("first"))    ? w.first
                        : fh_str_eq(f->name, FH_STR("second")) ? w.second
                                                               : w.o.support);
        return true;
    case FH_TYPE_TOUCHPOINT: fh_json_uint(j, w.touchpoint); return true;
    case FH_TYPE_CUSTOMER: fh_json_uint(j, w.customer); return true;
    case FH_TYPE_STORIES: fh_json_str(j, FH_STR("/actual")); return true;
    case FH_TYPE_RECORD:
    case FH_TYPE_FILE:
    case FH_N_TYPES: break;
    }
    return false;
}

static void put_fields(const fh_kind *k, bool all, int64_t day, fh_json *j)
{
    fh_json_object(j);
    for (uint32_t i = 0; i < k->n_fields; i++) {
        const fh_kind_field *f = &k->field[i];
        if (f->computed.len || f->by_machine || f->type == FH_TYPE_RECORD ||
            f->type == FH_TYPE_FILE || (!all && !f->required))
            continue;
        fh_json_key(j, f->name);
        assert_true(put_value(f, day, j));
    }
    fh_json_end_object(j);
}

typedef struct sent {
    fh_buf text;
    fh_json_reader *reader;
    fh_json_doc doc;
} sent;

static void open_sent(sent *s, const fh_kind *k, bool all, int64_t day)
{
    fh_json j;
    fh_buf_init(&s->text, NULL, 1 << 20);
    fh_json_begin(&j, &s->text, 0);
    put_fields(k, all, day, &j);
    s->reader = fh_json_reader_new(NULL, 1 << 12);
    assert_status(fh_json_read(s->reader, fh_buf_view(&s->text), &s->doc, NULL), FH_OK);
}

static void close_sent(sent *s)
{
    fh_json_reader_free(s->reader);
    fh_buf_free(&s->text);
}

static fh_record_view make(const fh_kind *k, bool all, int64_t day)
{
    sent s;
    fh_record_view v = {0};
    open_sent(&s, k, all, day);
    const fh_record_input in = {.kind = k->name, .doc = &s.doc};
    if (fh_record_make(w.o.org, &w.o.ann, &in, w.o.arena, &v, NULL, &w.o.err) != FH_OK)
        fail_msg("%.*s: %s %s", FH_STR_ARG(k->name), w.o.err.message, w.o.err.hint);
    close_sent(&s);
    return v;
}

/* The record is carl's, of support; eve is asked; it came to this state just now. */
static fh_record_view put_in(fh_record_view v, uint32_t state)
{
    fh_record row = v.row;
    row.state = v.kind->state[state].name;
    row.closed = v.kind->state[state].closed;
    row.owner = w.o.carl.person;
    row.department = w.o.support;
    row.asked = w.o.eve.person;
    row.asked_ms = w.now_ms;
    row.ownerless_ms = 0;
    row.state_ms = w.now_ms - 1000;
    assert_status(fh_record_note(w.o.org, &row, NULL), FH_OK);
    return office_see(&w.o, &w.o.cli, row.record);
}

static void link(int64_t record, const char *what, int64_t number, const char *key)
{
    fh_record_about a = {.record = record,
                         .what = fh_str_of(what),
                         .number = number,
                         .key = fh_str_of(key),
                         .person = w.o.ann.person,
                         .made_ms = w.now_ms};
    assert_status(fh_record_about_add(w.o.org, &a, NULL), FH_OK);
}

/* Everything any move may need is there. */
static fh_record_view ready(const fh_kind *k, uint32_t state)
{
    const fh_record_view v = make(k, true, w.now_ms / FH_DAY_MS + 30);
    link(v.row.record, "customer", w.customer, "");
    link(v.row.record, "interaction", 1, "1");
    link(v.row.record, "record", w.walked, "");
    link(v.row.record, "record", w.fixed, "");
    for (size_t i = 0; i < COUNT(w.reverse); i++) link(w.reverse[i], "record", v.row.record, "");
    return put_in(v, state);
}

static fh_status move(const fh_actor *by, const fh_record_view *v, const fh_kind_move *m,
                      const char *words, fh_record_view *out)
{
    const fh_record_input in = {.fields = UINT32_MAX, .words = fh_str_of(words)};
    w.o.err = (fh_error){0};
    return fh_record_move(w.o.org, by, v->row.record, v->row.version, m->name, &in, w.o.arena, out,
                          &w.o.err);
}

static const fh_kind *kind_of(const char *name)
{
    const fh_kind *k = NULL;
    assert_status(fh_kind_get(w.o.org, fh_str_of(name), w.o.arena, &k, NULL), FH_OK);
    return k;
}

static int64_t answered_at(fh_stage stage)
{
    const fh_kind *k = kind_of("challenge");
    fh_record_view v = make(k, true, 20000);
    const uint32_t f = fh_kind_find_field(k, FH_STR("stage"));
    v.values[f] = (fh_values){(fh_value[]){{fh_str_of(fh_stage_words[stage]), 0}}, 1};
    const fh_record_work work = fh_record_work_of(w.o.org, &w.o.cli, w.o.arena);
    assert_status(fh_record_write_fields(&work, &v, NULL), FH_OK);
    return put_in(v, fh_kind_find_state(k, FH_STR("answered"))).row.record;
}

static int set_up(void **state)
{
    (void)state;
    w = (walk){0};
    office_open(&w.o);
    const fh_os *os = fh_org_os(w.o.org);
    w.now_ms = os->now_ms(os->ctx);
    w.customer = new_customer(w.o.org);
    w.first = new_department("First");
    w.second = new_department("Second");
    assert_status(fh_org_begin(w.o.org, NULL), FH_OK);
    assert_status(
        fh_dict_intern(w.o.org, FH_DICT_TOUCHPOINT, FH_STR("Invoice"), &w.touchpoint, NULL), FH_OK);
    cast();
    assert_status(fh_kinds_all(NULL, w.o.arena, &w.kind, &w.n, NULL), FH_OK);
    const fh_kind *walking = kind_of("walk"), *fixing = kind_of("fix");
    w.walked = put_in(make(walking, true, 20000), fh_kind_find_state(walking, FH_STR("walked")))
                   .row.record;
    w.fixed =
        put_in(make(fixing, true, 20000), fh_kind_find_state(fixing, FH_STR("made"))).row.record;
    for (size_t i = 0; i < COUNT(w.reverse); i++) w.reverse[i] = answered_at((fh_stage)i);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fh_org_rollback(w.o.org);
    office_close(&w.o);
    return 0;
}

/* ---- Tests --------------------------------------------------------------------------- */

static fh_who who_is(uint32_t i)
{
    const fh_who self = UINT32_C(1) << i;
    return i == FH_WHO_MACHINE ? self : self | UINT32_C(1) << FH_WHO_ANYBODY;
}

/* Who may see it at all while only those concerned do. */
static bool concerned(const fh_kind *k, uint32_t state, uint32_t who)
{
    if (k->seen_by == FH_SEEN_BY_EVERYBODY && !k->state[state].concerned) return true;
    return who == FH_WHO_AUTHOR || who == FH_WHO_OWNER || who == FH_WHO_ASKED ||
           who == FH_WHO_LEAD || who == FH_WHO_MACHINE;
}

/* Moves are offered to whoever may make them and to nobody else; who may not and tries is
 * refused. */
static void one_move_is_open_to_those_it_names(const fh_kind *k, uint32_t state,
                                               const fh_kind_move *m)
{
    const fh_record_view v = ready(k, state);
    for (uint32_t who = 0; who < FH_N_WHO; who++) {
        const fh_possible_move *list = NULL;
        size_t n = 0, i = 0;
        fh_record_view after;
        const bool may = (m->by & who_is(who)) != 0;
        assert_status(fh_record_moves(w.o.org, &w.actor[who], &v, w.o.arena, &list, &n, &w.o.err),
                      FH_OK);
        while (i < n && !fh_str_eq(list[i].move->name, m->name)) i++;
        if ((i < n && list[i].may) != may)
            fail_msg("%.*s: %s %s make the move '%.*s'", FH_STR_ARG(k->name),
                     fh_who_word((fh_who_bit)who), may ? "cannot" : "can", FH_STR_ARG(m->name));
        if (may) continue;
        const fh_status status = move(&w.actor[who], &v, m, "Because.", &after);
        if (status != (concerned(k, state, who) ? FH_DENIED : FH_NOTFOUND))
            fail_msg("%.*s: %s makes the move '%.*s': %s", FH_STR_ARG(k->name),
                     fh_who_word((fh_who_bit)who), FH_STR_ARG(m->name), w.o.err.message);
    }
}

/* Everybody who may makes it, each with a record of their own; what it needs is there. */
static void one_move_leads_where_it_says(const fh_kind *k, uint32_t state, const fh_kind_move *m)
{
    size_t made = 0;
    for (uint32_t who = 0; who < FH_N_WHO; who++) {
        fh_record_view after;
        if (!(m->by & who_is(who)) || !concerned(k, state, who)) continue;
        const fh_record_view v = ready(k, state);
        if (m->words) assert_status(move(&w.actor[who], &v, m, " ", &after), FH_INVALID);
        const fh_status status = move(&w.actor[who], &v, m, "Because.", &after);
        /* not-owner, not-author: somebody else may. */
        if (status == FH_CONFLICT && strstr(w.o.err.hint, "Somebody other")) continue;
        if (status != FH_OK)
            fail_msg("%.*s: '%.*s' by %s: %s %s", FH_STR_ARG(k->name), FH_STR_ARG(m->name),
                     fh_who_word((fh_who_bit)who), w.o.err.message, w.o.err.hint);
        assert_true(fh_str_eq(after.row.state, k->state[m->to].name));
        assert_int_equal(after.row.closed, k->state[m->to].closed);
        assert_string_equal(office_last(&w.o, v.row.record), "moved");
        /* Nobody makes it a second time unseen. */
        assert_status(move(&w.actor[who], &v, m, "Because.", &after),
                      concerned(k, m->to, who) ? FH_STALE : FH_NOTFOUND);
        made++;
    }
    if (!made)
        fail_msg("%.*s: nobody can make the move '%.*s'", FH_STR_ARG(k->name), FH_STR_ARG(m->name));
}

/* Whoever is nothing to the record has only what the rights of their role open. */
static bool role_opens(fh_role role, const fh_kind_move *m)
{
    static const struct {
        fh_who_bit who;
        fh_right right;
    } opens[] = {{FH_WHO_ANYBODY, FH_RIGHT_TAKE_PART}, {FH_WHO_FINDINGS, FH_RIGHT_FINDINGS},
                 {FH_WHO_DECIDE, FH_RIGHT_DECIDE},     {FH_WHO_DESIGNS, FH_RIGHT_DESIGNS},
                 {FH_WHO_CONSENT, FH_RIGHT_CONSENT},   {FH_WHO_ADMIN, FH_RIGHT_SETTINGS}};
    for (size_t i = 0; i < COUNT(opens); i++)
        if ((m->by >> opens[i].who & 1) && (fh_role_rights(role) >> opens[i].right & 1))
            return true;
    return false;
}

static void every_role_makes_the_moves_that_its_rights_open(void **unused)
{
    (void)unused;
    size_t open = 0, shut = 0;
    for (size_t i = 0; i < w.n; i++) {
        const fh_kind *k = w.kind[i];
        for (uint32_t s = 0; s < k->n_states; s++) {
            const fh_record_view v = ready(k, s);
            for (unsigned role = 0; role < FH_N_ROLES; role++) {
                const bool takes_part = fh_role_rights((fh_role)role) >> FH_RIGHT_TAKE_PART & 1;
                const bool sees = takes_part && concerned(k, s, FH_WHO_ANYBODY);
                fh_actor a = w.actor[FH_WHO_ANYBODY];
                a.roles = fh_role_bit((fh_role)role);
                a.rights = fh_role_rights((fh_role)role);
                for (uint32_t m = 0; m < k->n_moves; m++) {
                    const fh_kind_move *mv = &k->move[m];
                    fh_record_view after;
                    if (!(mv->from >> s & 1)) continue;
                    const bool may = sees && role_opens((fh_role)role, mv);
                    open += may;
                    if (may) continue; /* made, by each who may, above */
                    const fh_status status = move(&a, &v, mv, "Because.", &after);
                    if (status != FH_DENIED && status != FH_NOTFOUND)
                        fail_msg("%.*s: %s makes the move '%.*s'", FH_STR_ARG(k->name),
                                 fh_role_word((fh_role)role), FH_STR_ARG(mv->name));
                    shut++;
                }
                const fh_possible_move *list = NULL;
                size_t n = 0;
                if (!sees) continue;
                assert_status(fh_record_moves(w.o.org, &a, &v, w.o.arena, &list, &n, NULL), FH_OK);
                for (size_t m = 0; m < n; m++)
                    assert_int_equal(list[m].may, role_opens((fh_role)role, list[m].move));
            }
        }
    }
    assert_true(open > 500 && shut > 1000);
}

static void one_move_leads_from_nowhere_else(const fh_kind *k, uint32_t state,
                                             const fh_kind_move *m)
{
    fh_record_view after;
    uint32_t who = 0;
    while (!(m->by >> who & 1)) who++;
    if (!concerned(k, state, who)) return;
    const fh_record_view v = ready(k, state);
    assert_status(move(&w.actor[who], &v, m, "Because.", &after), FH_CONFLICT);
}

static void every_move_of_every_kind_is_made_by_those_who_may(void **unused)
{
    (void)unused;
    size_t moves = 0;
    for (size_t i = 0; i < w.n; i++) {
        const fh_kind *k = w.kind[i];
        for (uint32_t m = 0; m < k->n_moves; m++) {
            for (uint32_t s = 0; s < k->n_states; s++) {
                if (!(k->move[m].from >> s & 1)) {
                    one_move_leads_from_nowhere_else(k, s, &k->move[m]);
                    continue;
                }
                one_move_is_open_to_those_it_names(k, s, &k->move[m]);
                one_move_leads_where_it_says(k, s, &k->move[m]);
                moves++;
            }
        }
    }
    assert_true(moves > 150);
}

/* Conditions that hold of a bare record, and so refuse nothing here; tests of conditions
 * show them not to hold. */
static bool holds_at_once(fh_str need)
{
    static const char *const names[] = {"answered",           "assumptions-settled",
                                        "questions-answered", "not-author",
                                        "not-owner",          "owned",
                                        "design-evidence",    NULL};
    for (size_t i = 0; names[i]; i++)
        if (fh_str_eq(need, fh_str_of(names[i]))) return true;
    return false;
}

static void what_a_move_needs_is_told_until_it_is_there(void **unused)
{
    (void)unused;
    size_t refused = 0;
    for (size_t i = 0; i < w.n; i++) {
        const fh_kind *k = w.kind[i];
        for (uint32_t m = 0; m < k->n_moves; m++) {
            const fh_kind_move *mv = &k->move[m];
            fh_record_view after;
            bool missing = false;
            uint32_t who = 0, state = 0;
            for (uint32_t d = 0; d < mv->n_needs; d++) {
                const uint32_t f = fh_kind_find_field(k, mv->needs[d]);
                missing |= f < k->n_fields ? !k->field[f].required : !holds_at_once(mv->needs[d]);
            }
            while (!(mv->by >> who & 1) || who == FH_WHO_CUSTOMER) who++;
            while (!(mv->from >> state & 1)) state++;
            if (!missing || !concerned(k, state, who)) continue;
            const fh_record_view v = put_in(make(k, false, w.now_ms / FH_DAY_MS + 30), state);
            const fh_status status = move(&w.actor[who], &v, mv, "Because.", &after);
            if (status != FH_CONFLICT)
                fail_msg("%.*s: '%.*s' needs nothing", FH_STR_ARG(k->name), FH_STR_ARG(mv->name));
            refused++;
        }
    }
    assert_true(refused > 25);
}

/* From a new record, by moves alone. */
static uint32_t reach(const fh_kind *k, const fh_record_view *v, uint32_t seen)
{
    uint32_t at = fh_kind_find_state(k, v->row.state);
    if (seen >> at & 1) return seen;
    seen |= UINT32_C(1) << at;
    for (uint32_t m = 0; m < k->n_moves; m++) {
        const fh_kind_move *mv = &k->move[m];
        if (!(mv->from >> at & 1) || (seen >> mv->to & 1)) continue;
        for (uint32_t who = 0; who < FH_N_WHO; who++) {
            fh_record_view after;
            if (!(mv->by >> who & 1)) continue;
            const fh_record_view here = ready(k, at);
            if (move(&w.actor[who], &here, mv, "Because.", &after) != FH_OK) continue;
            seen = reach(k, &after, seen);
            break;
        }
    }
    return seen;
}

static void every_state_is_reached_from_a_new_record(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < w.n; i++) {
        const fh_kind *k = w.kind[i];
        const fh_record_view v = ready(k, 0);
        if (reach(k, &v, 0) != (UINT32_C(1) << k->n_states) - 1)
            fail_msg("%.*s: not every state is reached", FH_STR_ARG(k->name));
    }
}

/* Did this clock act: was its move made, or was somebody told? */
static bool acted(int64_t record, const fh_clock *c, const char *what)
{
    const fh_record_entry *e = NULL;
    char said[80];
    size_t n = 0;
    (void)snprintf(said, sizeof said, "\"clock\":\"%.*s\"", FH_STR_ARG(c->name));
    assert_status(fh_record_entries(w.o.org, record, 0, 10, w.o.arena, &e, &n, NULL), FH_OK);
    for (size_t i = 0; i < n; i++)
        if (fh_str_eq(e[i].what, fh_str_of(what)) &&
            (!strcmp(what, "moved") || strstr(e[i].details.ptr, said)))
            return true;
    return false;
}

/* The record came to the state so long ago, or its date is so many days away. */
static fh_record_view clocked(const fh_kind *k, uint32_t state, const fh_clock *c, int64_t left_ms)
{
    /* The day ends at the last midnight within half a day of then, whatever the time is now. */
    const int64_t then_ms = w.now_ms + left_ms + (left_ms > 0 ? FH_DAY_MS / 2 : 0);
    const int64_t day = then_ms / FH_DAY_MS - 1;
    fh_record_view v = put_in(make(k, true, day), state);
    fh_record row = v.row;
    row.asked = 0;
    row.asked_ms = 0;
    row.acted_ms = 0;
    row.due_ms = 1;
    if (c->after_ms) row.state_ms = w.now_ms - c->after_ms + left_ms;
    assert_status(fh_record_note(w.o.org, &row, NULL), FH_OK);
    return office_see(&w.o, &w.o.cli, row.record);
}

static void run_clocks(void)
{
    uint64_t n = 0;
    bool left = true;
    while (left)
        assert_status(fh_records_clocks(w.o.org, w.now_ms, 1000, &n, &left, &w.o.err), FH_OK);
}

static void every_clock_reminds_escalates_and_moves(void **unused)
{
    (void)unused;
    size_t clocks = 0;
    for (size_t i = 0; i < w.n; i++) {
        const fh_kind *k = w.kind[i];
        for (uint32_t c = 0; c < k->n_clocks; c++) {
            const fh_clock *clock = &k->clock[c];
            for (uint32_t s = 0; s < k->n_states; s++) {
                if (!(clock->in >> s & 1)) continue;
                const int64_t due = clocked(k, s, clock, -FH_DAY_MS / 2).row.record;
                const int64_t soon =
                    clocked(k, s, clock, clock->remind_ms - FH_DAY_MS / 2).row.record;
                run_clocks();
                const fh_record_view after = office_see(&w.o, &w.o.cli, due);
                const bool moved = clock->move.len > 0;
                if (moved ? !acted(due, clock, "moved")
                          : clock->escalate && !acted(due, clock, "due"))
                    fail_msg("%.*s: the clock '%.*s' did nothing", FH_STR_ARG(k->name),
                             FH_STR_ARG(clock->name));
                if (moved)
                    assert_true(
                        fh_str_eq(after.row.state,
                                  k->state[k->move[fh_kind_find_move(k, clock->move)].to].name));
                if (clock->remind_ms && !acted(soon, clock, "reminded"))
                    fail_msg("%.*s: the clock '%.*s' reminds nobody", FH_STR_ARG(k->name),
                             FH_STR_ARG(clock->name));
                clocks++;
            }
        }
    }
    assert_true(clocks >= 45);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_move_of_every_kind_is_made_by_those_who_may),
        TEST(every_role_makes_the_moves_that_its_rights_open),
        TEST(what_a_move_needs_is_told_until_it_is_there),
        TEST(every_state_is_reached_from_a_new_record),
        TEST(every_clock_reminds_escalates_and_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
