/* demo.c - the people and records of the demonstration organisation (see demo.h).
 *
 *     samples ─┬─> planned records ─> events, in order of time ─> use cases at that time
 *     by the dozen ─┘
 *
 * The file is opened with a clock that can be set: each event happens when it is said to.
 * All of it is one transaction.
 */
#include "app/demo/demo_parts.h"

#include "app/ask/mandatory.h"
#include "app/ask/severe.h"
#include "app/ask/views.h"
#include "app/ask/words.h"
#include "app/demo/simulate_parts.h"
#include "app/people/people.h"
#include "app/records/records.h"
#include "base/sort.h"

#include <stdio.h>
#include <string.h>

enum { PLANNED_MAX = 400, EVENTS_MAX = 2000, PEOPLE_MAX = 40, CUSTOMERS = 200, TEXT_MAX = 8192 };

/* A clock that stands where it is put. */
typedef struct set_clock {
    fh_os os;
    int64_t now_ms;
} set_clock;

static int64_t set_now(void *ctx)
{
    return ((const set_clock *)ctx)->now_ms;
}

typedef struct planned {
    fh_demo_sample s;
    int64_t record; /* 0: not made (yet) */
} planned;

typedef struct event {
    int64_t at_ms;
    uint32_t of; /* index of the planned record */
    fh_str act;  /* empty: it is made */
} event;

typedef struct demo {
    fh_org *org;
    set_clock *clock;
    fh_arena *arena;
    fh_view view;
    sim_rng rng;
    int64_t today_ms, fix_ms;
    uint32_t person[PEOPLE_MAX]; /* as in fh_demo_people */
    const fh_department *department;
    size_t n_departments;
    uint32_t customer[CUSTOMERS];
    size_t n_customers;
    planned *plan; /* [n] */
    size_t n;
    event *event; /* [n_events] */
    size_t n_events;
    fh_demo_result *out;
    fh_error *err;
} demo;

/* ---- Names to numbers -------------------------------------------------------------------- */

static uint32_t person_of(const demo *d, fh_str key)
{
    for (size_t i = 0; fh_demo_people[i].key; i++)
        if (fh_str_eq(key, fh_str_of(fh_demo_people[i].key))) return d->person[i];
    return 0;
}

static uint32_t department_of(const demo *d, fh_str name)
{
    for (size_t i = 0; i < d->n_departments; i++)
        if (fh_str_eq(d->department[i].name, name)) return d->department[i].department;
    return 0;
}

static bool read_number(fh_str s, int64_t *out)
{
    const bool minus = s.len && s.ptr[0] == '-';
    size_t i = s.len && (s.ptr[0] == '-' || s.ptr[0] == '+');
    int64_t v = 0;
    if (i >= s.len || s.len > 9) return false;
    for (; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
        v = v * 10 + (s.ptr[i] - '0');
    }
    *out = minus ? -v : v;
    return true;
}

/* "640": days ago; "F-20": days from the fix. */
static int64_t day_of(const demo *d, fh_str s)
{
    int64_t n = 0;
    if (s.len > 1 && s.ptr[0] == 'F' && read_number((fh_str){s.ptr + 1, s.len - 1}, &n))
        return d->fix_ms + n * FH_DAY_MS;
    if (!read_number(s, &n)) return d->today_ms;
    return d->today_ms - n * FH_DAY_MS;
}

static void put_date(fh_buf *out, int64_t ms)
{
    const fh_civil c = fh_civil_of(ms);
    fh_buf_printf(out, "%04d-%02d-%02d", c.year, c.month, c.day);
}

/* One name between < and >; numbers that are not there are null. */
static fh_status put_name(const demo *d, fh_str what, fh_str name, fh_buf *out)
{
    int64_t n = 0;
    uint32_t number = 0;
    if (fh_str_eq(what, FH_STR("day")) || fh_str_eq(what, FH_STR("fix"))) {
        const int64_t from = what.ptr[0] == 'd' ? d->today_ms : d->fix_ms;
        if (read_number(name, &n)) put_date(out, from + n * FH_DAY_MS);
        return FH_OK;
    }
    if (what.ptr[0] == 'T') {
        const fh_status s = fh_dict_intern(d->org, FH_DICT_TOUCHPOINT, name, &number, d->err);
        if (s) return s;
    }
    if (what.ptr[0] == 'P') number = person_of(d, name);
    if (what.ptr[0] == 'D') number = department_of(d, name);
    if (what.ptr[0] == 'C' && read_number(name, &n) && d->n_customers)
        number = d->customer[(uint64_t)n % d->n_customers];
    for (size_t i = 0; what.ptr[0] == 'R' && i < d->n; i++)
        if (d->plan[i].s.key && fh_str_eq(name, fh_str_of(d->plan[i].s.key)))
            number = (uint32_t)d->plan[i].record;
    if (number)
        fh_buf_printf(out, "%u", number);
    else
        fh_buf_text(out, "null");
    return FH_OK;
}

/* The JSON that a table says, with numbers and days. Nulls within lists are left out. */
static fh_status expand(const demo *d, fh_str text, fh_str *out)
{
    fh_buf buf;
    fh_status s = FH_OK;
    fh_buf_init(&buf, NULL, TEXT_MAX);
    for (size_t i = 0; !s && i < text.len; i++) {
        const char *end = text.ptr[i] == '<' ? memchr(text.ptr + i, '>', text.len - i) : NULL;
        const char *colon = end ? memchr(text.ptr + i, ':', (size_t)(end - text.ptr) - i) : NULL;
        if (!colon) {
            fh_buf_char(&buf, text.ptr[i]);
            continue;
        }
        s = put_name(d, (fh_str){text.ptr + i + 1, (size_t)(colon - text.ptr) - i - 1},
                     (fh_str){colon + 1, (size_t)(end - colon) - 1}, &buf);
        i = (size_t)(end - text.ptr);
    }
    if (!s && (buf.status || !fh_arena_str(d->arena, fh_buf_view(&buf), out)))
        s = fh_no_memory(d->err);
    fh_buf_free(&buf);
    return s;
}

/* ---- People -------------------------------------------------------------------------- */

static fh_status make_departments(demo *d)
{
    const fh_actor self = fh_actor_command_line();
    fh_status s = FH_OK;
    for (size_t i = 0; !s && fh_demo_departments[i]; i++) {
        fh_department made, wanted = {.name = fh_str_of(fh_demo_departments[i]), .active = true};
        s = fh_dict_find(d->org, FH_DICT_DEPARTMENT, wanted.name, &wanted.known_as, d->err);
        if (!s) s = fh_department_create(d->org, &self, &wanted, d->arena, &made, d->err);
        d->out->departments++;
    }
    if (!s)
        s = fh_departments_list(d->org, &self, d->arena, &d->department, &d->n_departments, d->err);
    return s;
}

/* "Ines Vogel" is ines.vogel@harbour.example. */
static fh_str address_of(fh_arena *arena, const char *name)
{
    fh_str text = fh_printed(arena, "%s@harbour.example", name);
    char *c = FH_NEW_ARRAY(arena, char, text.len + 1);
    if (!c) return (fh_str){0};
    for (size_t i = 0; i < text.len; i++) {
        c[i] = text.ptr[i];
        if (c[i] == ' ') c[i] = '.';
        if (c[i] >= 'A' && c[i] <= 'Z') c[i] = (char)(c[i] - 'A' + 'a');
    }
    return (fh_str){c, text.len};
}

static fh_status make_people(demo *d)
{
    const fh_actor self = fh_actor_command_line();
    fh_status s = FH_OK;
    for (size_t i = 0; !s && fh_demo_people[i].key; i++) {
        const fh_demo_person *p = &fh_demo_people[i];
        fh_person made;
        const fh_person wanted = {.name = fh_str_of(p->name),
                                  .email = address_of(d->arena, p->name),
                                  .department = department_of(d, fh_str_of(p->department)),
                                  .level = strstr(p->key, ".lead") ? FH_STR("lead") : FH_STR(""),
                                  .roles = p->roles,
                                  .active = true};
        s = fh_person_create(d->org, &self, &wanted, d->arena, &made, d->err);
        if (!s) d->person[i] = made.person;
        d->out->people++;
    }
    return s;
}

/* ---- Acts ---------------------------------------------------------------------------- */

/* The next word of a line. */
static fh_str word(fh_str *rest)
{
    *rest = fh_str_trim(*rest);
    size_t n = 0;
    while (n < rest->len && rest->ptr[n] != ' ') n++;
    const fh_str w = {rest->ptr, n};
    *rest = fh_str_trim((fh_str){rest->ptr + n, rest->len - n});
    return w;
}

static fh_status input_of(demo *d, fh_json_reader *reader, fh_str json, fh_json_doc *doc,
                          fh_record_input *in)
{
    fh_str text;
    in->fields = UINT32_MAX;
    if (!json.len) return FH_OK;
    fh_status s = expand(d, json, &text);
    if (!s) s = fh_json_read(reader, text, doc, d->err);
    in->doc = doc;
    in->fields = 0;
    return s;
}

static fh_status move_it(demo *d, const fh_actor *actor, int64_t record, fh_str rest,
                         fh_json_reader *reader)
{
    const fh_str name = word(&rest);
    const char *bar = rest.len ? memchr(rest.ptr, '|', rest.len) : NULL;
    const fh_str words = {rest.ptr, bar ? (size_t)(bar - rest.ptr) : rest.len};
    const fh_str json = bar ? (fh_str){bar + 1, rest.len - words.len - 1} : (fh_str){0};
    fh_record_input in = {.words = fh_str_trim(words)};
    fh_json_doc doc;
    fh_record_view view;
    const fh_status s = input_of(d, reader, json, &doc, &in);
    return s ? s : fh_record_move(d->org, actor, record, 0, name, &in, d->arena, &view, d->err);
}

static fh_status act(demo *d, const planned *p, fh_str line, fh_json_reader *reader)
{
    fh_actor actor;
    const int64_t r = p->record;
    const uint32_t who = person_of(d, word(&line));
    const fh_str verb = word(&line);
    int64_t entry;
    fh_status s = fh_actor_of(d->org, who, d->arena, &actor, d->err);
    if (s) return s;
    d->out->acts++;
    if (fh_str_eq(verb, FH_STR("offer"))) {
        const uint32_t to = person_of(d, word(&line));
        return fh_record_ownership(d->org, &actor, r, FH_OWNERSHIP_OFFER, to, 0, line, d->err);
    }
    if (fh_str_eq(verb, FH_STR("take")))
        return fh_record_ownership(d->org, &actor, r, FH_OWNERSHIP_TAKE, 0, 0, line, d->err);
    if (fh_str_eq(verb, FH_STR("accept")))
        return fh_record_ownership(d->org, &actor, r, FH_OWNERSHIP_ACCEPT, 0, 0, line, d->err);
    if (fh_str_eq(verb, FH_STR("decline")))
        return fh_record_ownership(d->org, &actor, r, FH_OWNERSHIP_DECLINE, 0, 0, line, d->err);
    if (fh_str_eq(verb, FH_STR("comment")))
        return fh_record_comment(d->org, &actor, r, line, &entry, d->err);
    if (fh_str_eq(verb, FH_STR("follow"))) return fh_record_follow(d->org, &actor, r, true, d->err);
    if (fh_str_eq(verb, FH_STR("challenge"))) {
        const uint32_t to = person_of(d, word(&line));
        return fh_record_challenge(d->org, &actor, r, to, line, &entry, d->err);
    }
    return move_it(d, &actor, r, line, reader);
}

static fh_status make_it(demo *d, planned *p, fh_json_reader *reader)
{
    fh_actor actor;
    fh_record_input in = {.kind = fh_str_of(p->s.kind), .anonymous = p->s.anonymous};
    fh_json_doc doc;
    fh_record_view view;
    fh_str code;
    fh_status s = fh_actor_of(d->org, person_of(d, fh_str_of(p->s.who)), d->arena, &actor, d->err);
    if (!s) s = input_of(d, reader, fh_str_of(p->s.fields), &doc, &in);
    if (!s) s = fh_record_make(d->org, &actor, &in, d->arena, &view, &code, d->err);
    if (s) return s;
    p->record = view.row.record;
    d->out->records++;
    return FH_OK;
}

/* ---- Planning ------------------------------------------------------------------------ */

static fh_status add_event(demo *d, int64_t at_ms, size_t of, fh_str line)
{
    if (d->n_events == EVENTS_MAX) return fh_fail(d->err, FH_INTERNAL, "too many acts are planned");
    d->event[d->n_events] = (event){at_ms, (uint32_t)of, line};
    d->n_events++;
    return FH_OK;
}

static fh_status plan(demo *d, const fh_demo_sample *sample)
{
    if (d->n == PLANNED_MAX) return fh_fail(d->err, FH_INTERNAL, "too many records are planned");
    d->plan[d->n] = (planned){.s = *sample};
    /* Working hours, and never all at the same minute; what is done with it comes later. */
    const int64_t at = 8 * 60 + (int64_t)sim_below(&d->rng, 120);
    fh_status s =
        add_event(d, day_of(d, fh_str_of(sample->day)) + at * SIM_MINUTE, d->n, (fh_str){0});
    fh_str rest = sample->acts ? fh_str_of(sample->acts) : (fh_str){0};
    for (int64_t k = 1; !s && rest.len; k++) {
        const char *end = memchr(rest.ptr, '\n', rest.len);
        fh_str line = {rest.ptr, end ? (size_t)(end - rest.ptr) : rest.len};
        rest = end ? (fh_str){end + 1, rest.len - line.len - 1} : (fh_str){0};
        const int64_t day = day_of(d, word(&line));
        s = add_event(d, day + (10 * 60 + 7 * k) * SIM_MINUTE, d->n, line);
    }
    d->n++;
    return s;
}

static fh_status plan_text(demo *d, const char *kind, const char *who, int64_t ago, fh_str fields,
                           fh_str acts, bool anonymous)
{
    const fh_str day = fh_printed(d->arena, "%lld", (long long)ago);
    if (!fields.len || !day.len) return fh_no_memory(d->err);
    const fh_demo_sample s = {.kind = kind,
                              .who = who,
                              .day = day.ptr,
                              .fields = fields.ptr,
                              .acts = acts.len ? acts.ptr : NULL,
                              .anonymous = anonymous};
    return plan(d, &s);
}

static const char *some_person(demo *d)
{
    static const char *const front[] = {"cc1", "cc2", "cc3", "claims1", "claims2", "branch",
                                        "ops", "fin", "mkt", "ld",      "it"};
    return front[sim_below(&d->rng, sizeof front / sizeof front[0])];
}

/* "We call back within two days", kept in 71 of a hundred. */
static fh_status plan_promises(demo *d)
{
    static const char *const who[] = {"cc1", "cc2", "cc3", "claims1", "claims2"};
    fh_status s = FH_OK;
    for (int i = 0; i < 70 && !s; i++) {
        const char *by = who[sim_below(&d->rng, 5)];
        const int64_t ago =
            i < 10 ? (int64_t)sim_below(&d->rng, 2) : 3 + (int64_t)sim_below(&d->rng, 240);
        const uint32_t customer = sim_below(&d->rng, CUSTOMERS);
        const bool kept = (i * 71) % 100 < 71;
        const fh_str fields = fh_printed(
            d->arena,
            "{\"what\":\"We call you back within two days\",\"customer\":<C:%u>,"
            "\"touchpoint\":<T:Promises to call back within two days>,\"how\":\"spoken\","
            "\"due\":\"<day:%lld>\"}",
            customer, (long long)(2 - ago));
        fh_str acts = {0};
        if (ago >= 3 && kept)
            acts = fh_printed(d->arena, "%lld %s move keep | {\"done\":\"<day:%lld>\"}",
                              (long long)(ago - 1), by, (long long)(1 - ago));
        else if (ago >= 3)
            acts = fh_printed(
                d->arena, "%lld %s move break The queue was long, and the note got lost.%s",
                (long long)(ago - 3), by, i % 3 ? "" : " I called a day later and said sorry.");
        s = plan_text(d, "promise", by, ago, fields, acts, false);
    }
    return s;
}

static fh_status plan_moments(demo *d)
{
    fh_status s = FH_OK;
    size_t n_signals = 0, n_suggestions = 0;
    while (fh_demo_signals[n_signals].text) n_signals++;
    while (fh_demo_suggestions[n_suggestions].text) n_suggestions++;
    for (int i = 0; i < 60 && !s; i++) {
        const bool signal = i % 3 != 0;
        const fh_demo_moment *m =
            signal ? &fh_demo_signals[sim_below(&d->rng, (uint32_t)n_signals)]
                   : &fh_demo_suggestions[sim_below(&d->rng, (uint32_t)n_suggestions)];
        const int64_t ago = 2 + (int64_t)sim_below(&d->rng, 300);
        const char *by = some_person(d), *owner = some_person(d);
        static const char *const efforts[] = {"minutes", "minutes", "day", "day", "week", "month"};
        const fh_str fields =
            fh_printed(d->arena, "{\"what\":\"%s\",\"touchpoint\":<T:%s>,\"effort\":\"%s\"}",
                       m->text, m->touchpoint, efforts[sim_below(&d->rng, 6)]);
        const bool anonymous = signal && sim_chance(&d->rng, 500);
        const uint32_t end = sim_below(&d->rng, 10);
        fh_str acts = {0};
        if (ago > 12 && end < 4)
            acts = fh_printed(d->arena,
                              signal ? "%lld %s take\n%lld %s move mend"
                                     : "%lld %s take\n%lld %s move finish | {\"outcome\":\"It is "
                                       "done as suggested.\"}",
                              (long long)(ago - 3), owner, (long long)(ago - 9), owner);
        else if (ago > 12 && end < 6)
            acts = fh_printed(d->arena, "%lld %s take", (long long)(ago - 4), owner);
        s = plan_text(d, signal ? "signal" : "suggestion", by, ago, fields, acts, anonymous);
    }
    return s;
}

static fh_status plan_pledges(demo *d)
{
    static const char *const pledges[] = {
        "I say my name and what I do next before I hand somebody on",
        "I ring back before six, whatever I found out",
        "I read the story before I ask the first question",
        "I write letters that my neighbour understands", "I listen to a call a week"};
    fh_status s = FH_OK;
    for (size_t i = 0; !s && fh_demo_people[i].key; i++) {
        const char *who = fh_demo_people[i].key;
        const int64_t ago = 5 + (int64_t)sim_below(&d->rng, 120),
                      due = (int64_t)sim_below(&d->rng, 90) - 60;
        const fh_str fields = fh_printed(d->arena, "{\"what\":\"%s\",\"due\":\"<day:%+lld>\"}",
                                         pledges[i % 5], (long long)due);
        fh_str acts = {0};
        if (due < 0 && -due < ago)
            acts = i % 4 ? fh_printed(d->arena, "%lld %s move keep | {\"known-by\":[\"self\"]}",
                                      (long long)-due, who)
                         : fh_printed(d->arena, "%lld %s move break Too many calls at once.",
                                      (long long)-due, who);
        s = plan_text(d, "pledge", who, ago, fields, acts, false);
    }
    return s;
}

static fh_status plan_focus(demo *d)
{
    static const char *const who[] = {"claims.lead", "cc.lead", "ops.lead", "mkt.lead", "fin.lead"};
    fh_status s = FH_OK;
    for (size_t i = 0; !s && fh_demo_focuses[i].touchpoint; i++) {
        const fh_demo_focus *f = &fh_demo_focuses[i];
        const char *by = f->who ? who[i % 3] : who[2 + i % 3];
        const int64_t ago = 30 + (int64_t)sim_below(&d->rng, 200);
        const fh_str fields =
            f->who ? fh_printed(d->arena,
                                "{\"what\":\"%s\",\"is\":\"touchpoint\",\"touchpoint\":<T:%s>,"
                                "\"who\":\"%s\",\"need\":\"%s\"}",
                                f->touchpoint, f->touchpoint, f->who, f->need)
                   : fh_printed(d->arena,
                                "{\"what\":\"%s\",\"is\":\"touchpoint\",\"touchpoint\":<T:%s>}",
                                f->touchpoint, f->touchpoint);
        const fh_str acts =
            f->who ? fh_printed(d->arena, "%lld %s move focus", (long long)(ago - 2), by)
                   : fh_printed(d->arena, "%lld cx challenge %s For whom do we do this?",
                                (long long)(i + 1), by);
        s = plan_text(d, "focus", by, ago, fields, acts, false);
    }
    return s;
}

static int by_time(const void *a, const void *b, void *ctx)
{
    const event *x = a, *y = b;
    (void)ctx;
    if (x->at_ms != y->at_ms) return x->at_ms < y->at_ms ? -1 : 1;
    if (x->of != y->of) return x->of < y->of ? -1 : 1;
    return (x->act.len > 0) - (y->act.len > 0);
}

static fh_status happen(demo *d)
{
    fh_status s = fh_sort(NULL, d->event, d->n_events, sizeof *d->event, by_time, NULL);
    fh_json_reader *reader = fh_json_reader_new(NULL, 1 << 12);
    if (!s && !reader) s = fh_no_memory(d->err);
    for (size_t i = 0; !s && i < d->n_events; i++) {
        const event *e = &d->event[i];
        planned *p = &d->plan[e->of];
        if (e->at_ms > d->today_ms) continue;
        d->clock->now_ms = e->at_ms;
        s = e->act.len ? act(d, p, e->act, reader) : make_it(d, p, reader);
        if (s && d->err) {
            fh_error why = *d->err;
            (void)fh_fail(d->err, s, "%s '%.60s', %.*s: %.100s", p->s.kind, p->s.fields,
                          (int)(e->act.len < 40 ? e->act.len : 40), e->act.len ? e->act.ptr : "",
                          why.message);
            (void)fh_hint(d->err, s, "%s", why.hint);
        }
    }
    fh_json_reader_free(reader);
    return s;
}

/* ---- All of it ----------------------------------------------------------------------- */

static fh_status look_around(demo *d)
{
    fh_behind behind;
    fh_status s = fh_view_open(d->org, NULL, NULL, 0, d->arena, &d->view, d->err);
    if (!s) s = fh_view_customers(&d->view, CUSTOMERS, (fh_str){0}, &behind, d->err);
    if (s) return s;
    for (size_t i = 0; i < behind.n_rows; i++)
        d->customer[d->n_customers++] = behind.rows[i].row.customer;
    if (!d->n_customers) {
        (void)fh_fail(d->err, FH_CONFLICT, "the organisation has no customers yet");
        return fh_hint(d->err, FH_CONFLICT,
                       "Import what `firsthand simulate` wrote first: its import.sh.");
    }
    /* As in simulate.c: 29 of 36 parts of the whole years told, which end with 2025. */
    const int64_t from = fh_days_from_civil(fh_civil_of(d->view.first_ms).year, 1, 1);
    d->fix_ms = (from + (fh_days_from_civil(2026, 1, 1) - from) * 29 / 36) * FH_DAY_MS;
    return FH_OK;
}

static fh_status nobody_yet(demo *d)
{
    fh_person *rows = NULL;
    fh_record *records = NULL;
    const fh_record_query all = {0};
    size_t n = 0, n_records = 0;
    fh_status s = fh_person_rows(d->org, 0, 1, d->arena, &rows, &n, d->err);
    if (!s) s = fh_record_rows(d->org, &all, 1, d->arena, &records, &n_records, d->err);
    if (s || (!n && !n_records)) return s;
    (void)fh_fail(d->err, FH_CONFLICT, "somebody works in this organisation already");
    return fh_hint(d->err, FH_CONFLICT, "Records are made up for a new one only.");
}

/* A workshop a quarter of a year ago wrote down what people live by since the planted fix. */
static fh_status make_maps(demo *d)
{
    fh_actor actor;
    d->clock->now_ms = d->today_ms - 91 * FH_DAY_MS;
    const fh_status s = fh_actor_of(d->org, person_of(d, FH_STR("cx")), d->arena, &actor, d->err);
    return s ? s : fh_demo_maps(d->org, &actor, d->fix_ms, d->arena, d->err);
}

/* Where claims are told, what learners come to because they must, and whom to call. */
static fh_status say_settings(demo *d)
{
    fh_status s =
        fh_setting_put(d->org, FH_STR(FH_SETTING_TELLING),
                       FH_STR("Tells the claims handler what happened, Tells the garage what "
                              "happened, Asks about the new address"),
                       d->err);
    if (!s) s = fh_setting_put(d->org, FH_STR(FH_SETTING_MUST_OUTCOMES), FH_STR("must"), d->err);
    if (!s)
        s = fh_setting_put(d->org, FH_STR("reach-us"),
                           FH_STR("Harbour Mutual, 0800 427 237, every day from 8 to 20"), d->err);
    return s;
}

static fh_status make_all(demo *d)
{
    fh_status s = nobody_yet(d);
    if (!s) s = look_around(d);
    d->plan = FH_NEW_ARRAY(d->arena, planned, PLANNED_MAX);
    d->event = FH_NEW_ARRAY(d->arena, event, EVENTS_MAX);
    if (!s && (!d->plan || !d->event)) s = fh_no_memory(d->err);
    if (!s) s = make_departments(d);
    if (!s) s = make_people(d);
    if (!s) s = say_settings(d);
    if (!s) s = make_maps(d);
    for (size_t i = 0; !s && fh_demo_samples[i].kind; i++) s = plan(d, &fh_demo_samples[i]);
    if (!s) s = plan_promises(d);
    if (!s) s = plan_moments(d);
    if (!s) s = plan_pledges(d);
    if (!s) s = plan_focus(d);
    return s ? s : happen(d);
}

fh_status fh_demo_records(const fh_os *os, const char *path, uint64_t seed, fh_demo_result *out,
                          fh_error *err)
{
    set_clock clock = {.os = *os, .now_ms = os->now_ms(os->ctx)};
    *out = (fh_demo_result){0};
    if (os->ctx) return fh_fail(err, FH_INVALID, "the clock of this system cannot be set");
    clock.os.ctx = &clock;
    clock.os.now_ms = set_now;
    demo d = {.clock = &clock,
              .arena = fh_arena_new(NULL),
              .rng = sim_rng_of(seed, UINT64_C(0x7265636f726473)),
              .today_ms = clock.now_ms / FH_DAY_MS * FH_DAY_MS,
              .out = out,
              .err = err};
    fh_status s =
        d.arena ? fh_org_open(&clock.os, path, FH_ORG_WRITE, &d.org, err) : fh_no_memory(err);
    if (!s) s = fh_org_begin(d.org, err);
    if (!s) {
        s = make_all(&d);
        clock.now_ms = d.today_ms;
        if (!s)
            s = fh_org_commit(d.org, err);
        else
            fh_org_rollback(d.org);
    }
    fh_org_close(d.org);
    fh_arena_free(d.arena);
    return s;
}
