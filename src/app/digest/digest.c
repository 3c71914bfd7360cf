/* digest.c - what a digest tells, and who wants one (see digest.h). */
#include "app/digest/digest.h"

#include "app/ask/ask.h"
#include "app/ask/calling.h"
#include "app/maps/follow.h"
#include "app/people/audit.h"
#include "app/people/people.h"
#include "app/records/record_parts.h"
#include "app/signin/signed.h"
#include "base/put.h"
#include "store/record_ways.h"

#include <stdio.h>

enum { LOOKED_AT = 100, SAMPLE_PAUSE_MS = 60000 };
#define ANSWERED "challenge,ask,information-request"

/* ---- Lines ---- */

typedef struct gathering {
    fh_record_work w;
    fh_digest *d;
    fh_digest_line *line[FH_N_DIGEST_PARTS]; /* [FH_DIGEST_LINES] each */
    int64_t now_ms, horizon_ms;
} gathering;

static fh_str state_label(const fh_record_view *v)
{
    for (uint32_t i = 0; i < v->kind->n_states; i++)
        if (fh_str_eq(v->kind->state[i].name, v->row.state)) return v->kind->state[i].label;
    return v->row.state;
}

static fh_status add_line(gathering *g, fh_digest_part part, const fh_record_view *v,
                          uint64_t events, fh_error *err)
{
    const fh_clock *clock = NULL;
    int64_t due_ms = 0;
    if (g->d->part[part].total++ >= FH_DIGEST_LINES) return FH_OK;
    const fh_status s = fh_record_clock(&g->w, v, &clock, &due_ms, err);
    if (s) return s;
    g->line[part][g->d->part[part].n++] = (fh_digest_line){.record = v->row.record,
                                                           .kind = v->row.kind,
                                                           .kind_title = v->kind->title,
                                                           .title = v->row.title,
                                                           .state = state_label(v),
                                                           .due_ms = clock ? due_ms : 0,
                                                           .events = events};
    return FH_OK;
}

static fh_status add_asked(gathering *g, const fh_records_filter *f, fh_error *err)
{
    const fh_record_view *list = NULL;
    size_t n = 0;
    fh_str next;
    fh_status s =
        fh_records_list(g->w.org, g->w.actor, f, LOOKED_AT, g->w.arena, &list, &n, &next, err);
    for (size_t i = 0; i < n && !s; i++) s = add_line(g, FH_DIGEST_ASKED, &list[i], 0, err);
    return s;
}

/* What is mine and late, or whose clock acts before the next digest; fresh: it did not act before
 * this one, so that what is late is told again only with other things. */
static fh_status add_due(gathering *g, fh_error *err)
{
    const fh_records_filter f = {
        .owner = g->w.actor->person, .open = 1, .order = FH_RECORDS_DUE, .but = FH_STR(ANSWERED)};
    const fh_record_view *list = NULL;
    size_t n = 0;
    fh_str next;
    fh_status s =
        fh_records_list(g->w.org, g->w.actor, &f, LOOKED_AT, g->w.arena, &list, &n, &next, err);
    for (size_t i = 0; i < n && !s; i++) {
        const fh_record *r = &list[i].row;
        const bool acts = r->due_ms && r->due_ms <= g->horizon_ms;
        if (!r->deadline_ms) break;
        if (!acts && r->deadline_ms > g->horizon_ms) continue;
        if (acts && r->due_ms > g->now_ms) g->d->fresh = true;
        s = add_line(g, FH_DIGEST_DUE, &list[i], 0, err);
    }
    return s;
}

static fh_status add_news(gathering *g, const fh_mail *m, fh_error *err)
{
    fh_digest_news *list = NULL;
    size_t n = 0;
    fh_status s = fh_digest_news_of(g->w.org, g->w.actor->person, m->since_entry, m->until_entry,
                                    LOOKED_AT, g->w.arena, &list, &n, err);
    for (size_t i = 0; i < n && !s; i++) {
        fh_record_view v;
        fh_error unseen = {0};
        const fh_status got =
            fh_record_get(g->w.org, g->w.actor, list[i].record, g->w.arena, &v, &unseen);
        if (got == FH_NOTFOUND || got == FH_DENIED) continue; /* no longer theirs to see */
        s = got;
        if (s && err) *err = unseen;
        if (!s) s = add_line(g, FH_DIGEST_NEWS, &v, list[i].n, err);
    }
    if (g->d->part[FH_DIGEST_NEWS].total) g->d->fresh = true;
    return s;
}

/* A version that began in these days reminds also whoever began it: once; what still waits is told
 * again only with other things. */
static fh_status add_maps(gathering *g, const fh_mail *m, fh_error *err)
{
    fh_map_told *list = NULL;
    size_t n = 0;
    const fh_status s =
        fh_maps_told(g->w.org, g->w.actor, m->since_ms, m->made_ms, g->w.arena, &list, &n, err);
    for (size_t i = 0; i < n && !s; i++) {
        const fh_map_told *t = &list[i];
        if (t->events || (t->begun_ms > m->since_ms && t->begun_ms <= m->made_ms))
            g->d->fresh = true;
        if (g->d->part[FH_DIGEST_MAPS].total++ >= FH_DIGEST_LINES) continue;
        g->line[FH_DIGEST_MAPS][g->d->part[FH_DIGEST_MAPS].n++] = (fh_digest_line){
            .map = t->row.map, .title = t->row.title, .says = t->says, .events = t->events};
    }
    return s;
}

static fh_status read_names(gathering *g, fh_error *err)
{
    fh_digest *d = g->d;
    fh_calling calling;
    fh_status s = fh_setting_get(g->w.org, FH_STR("name"), g->w.arena, &d->organisation, err);
    if (!s) s = fh_calling_read(g->w.org, g->w.arena, &calling, err);
    if (!s) s = fh_org_zone(g->w.org, g->w.arena, &d->zone, err);
    if (s) return s;
    d->customers = fh_str_of(calling.many);
    d->name = g->w.actor->name;
    return FH_OK;
}

fh_status fh_digest_read(fh_org *org, const fh_actor *actor, const fh_mail *m, bool daily,
                         int64_t now_ms, fh_arena *arena, fh_digest *out, fh_error *err)
{
    *out = (fh_digest){.daily = daily};
    gathering g = {.w = fh_record_work_of(org, actor, arena),
                   .d = out,
                   .now_ms = now_ms,
                   .horizon_ms = now_ms + (daily ? 1 : 7) * FH_DAY_MS};
    const fh_records_filter offered = {.asked = actor->person,
                                       .open = 1,
                                       .order = FH_RECORDS_OLDEST,
                                       .but = FH_STR(ANSWERED)},
                            answered = {.with = actor->person,
                                        .open = 1,
                                        .order = FH_RECORDS_OLDEST,
                                        .kinds = FH_STR(ANSWERED)};
    fh_status s = fh_record_takes_part(actor, err);
    for (size_t i = 0; i < FH_N_DIGEST_PARTS && !s; i++) {
        g.line[i] = FH_NEW_ARRAY(arena, fh_digest_line, FH_DIGEST_LINES);
        out->part[i].line = g.line[i];
        if (!g.line[i]) s = fh_no_memory(err);
    }
    if (!s) s = read_names(&g, err);
    if (!s) s = add_asked(&g, &offered, err);
    if (!s) s = add_asked(&g, &answered, err);
    if (!s) s = add_due(&g, err);
    if (!s) s = add_news(&g, m, err);
    return s ? s : add_maps(&g, m, err);
}

/* ---- Who wants it ---- */

static fh_status need_person(const fh_actor *actor, fh_error *err)
{
    if (actor->person) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "no person stands behind this");
    return fh_hint(err, FH_INVALID, "Sign in, or use a token of a person's.");
}

static fh_status audit_choice(fh_org *org, const fh_actor *actor, uint32_t person, fh_str how,
                              fh_error *err)
{
    char after[64];
    const fh_audit_object about = {
        .kind = FH_STR("person"),
        .number = person,
        .after = {after,
                  (size_t)snprintf(after, sizeof after, "{\"digest\":\"%.*s\"}", FH_STR_ARG(how))}};
    return fh_audit(org, actor, FH_AUDITED_DIGEST_CHOSEN, &about, err);
}

fh_status fh_digest_choose(fh_org *org, const fh_actor *actor, fh_str how, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    fh_digest_row row;
    fh_arena *arena = NULL;
    const bool none = fh_str_eq(how, FH_STR("none"));
    fh_status s = need_person(actor, err);
    if (!s && !none && !fh_str_eq(how, FH_STR("daily")) && !fh_str_eq(how, FH_STR("weekly"))) {
        s = fh_fail(err, FH_INVALID, "/how: a digest comes daily, weekly or not at all");
        return fh_hint(err, s, "Choose one of daily, weekly, none.");
    }
    if (!s) s = fh_record_takes_part(actor, err);
    if (!s && !(arena = fh_arena_new(NULL))) s = fh_no_memory(err);
    if (!s) s = fh_digest_row_get(org, actor->person, arena, &row, err);
    const bool was_none = !s && !row.how.len;
    if (!s && !fh_str_eq(none ? FH_STR("") : how, row.how)) {
        row.how = how;
        if (was_none) {
            row.until_ms = os->now_ms(os->ctx);
            s = fh_record_newest(org, &row.entry, err);
        }
        if (!s)
            s = none ? fh_digest_row_drop(org, actor->person, err)
                     : fh_digest_row_put(org, &row, err);
        if (!s) s = audit_choice(org, actor, actor->person, how, err);
    }
    fh_arena_free(arena);
    return s;
}

/* 1970-01-01 was a Thursday: day 4 was a Monday. */
static int64_t due_day(int64_t day, bool daily)
{
    return daily ? day : day - ((day - 4) % 7 + 7) % 7;
}

static int64_t due_at(const fh_zone *zone, int64_t day, int hour)
{
    return fh_zone_instant(zone, day * FH_DAY_MS + hour * INT64_C(3600000));
}

static int64_t local_day(const fh_zone *zone, int64_t now_ms)
{
    const int64_t local = now_ms + fh_zone_offset(zone, now_ms) * INT64_C(1000);
    return local / FH_DAY_MS - (local % FH_DAY_MS < 0);
}

int64_t fh_digest_last_due(const fh_zone *zone, bool daily, int hour, int64_t now_ms)
{
    const int64_t day = due_day(local_day(zone, now_ms), daily);
    const int64_t at = due_at(zone, day, hour);
    return at <= now_ms ? at : due_at(zone, day - (daily ? 1 : 7), hour);
}

int64_t fh_digest_next_due(const fh_zone *zone, bool daily, int hour, int64_t now_ms)
{
    const int64_t day = due_day(local_day(zone, now_ms), daily);
    const int64_t at = due_at(zone, day, hour);
    return at > now_ms ? at : due_at(zone, day + (daily ? 1 : 7), hour);
}

/* ---- Now ---- */

fh_status fh_digest_now(fh_org *org, uint32_t person, fh_arena *arena, fh_mail *out, bool *daily,
                        fh_error *err)
{
    enum { WEEK = 7 };
    const fh_os *os = fh_org_os(org);
    fh_digest_row row;
    fh_status s = fh_digest_row_get(org, person, arena, &row, err);
    *out = (fh_mail){.person = person, .what = FH_STR("sample"), .made_ms = os->now_ms(os->ctx)};
    if (!s) s = fh_record_newest(org, &out->until_entry, err);
    if (s) return s;
    *daily = fh_str_eq(row.how, FH_STR("daily"));
    out->since_ms = row.how.len ? row.until_ms : out->made_ms - WEEK * FH_DAY_MS;
    out->since_entry = row.how.len ? row.entry : 0;
    return FH_OK;
}

fh_status fh_digest_sample(fh_org *org, const fh_actor *actor, int64_t *mail, fh_error *err)
{
    fh_arena *arena = fh_arena_new(NULL);
    fh_mail m, *last = NULL;
    fh_person p;
    size_t n = 0;
    bool daily = false;
    if (!arena) return fh_no_memory(err);
    fh_status s = need_person(actor, err);
    if (!s) s = fh_record_takes_part(actor, err);
    if (!s) s = fh_person_row(org, actor->person, arena, &p, err);
    if (!s && !p.email.len) {
        s = fh_fail(err, FH_INVALID, "no e-mail address of yours is known here");
        s = fh_hint(err, s, "Whoever manages people can add it.");
    }
    if (!s) s = fh_digest_now(org, actor->person, arena, &m, &daily, err);
    if (!s) s = fh_mail_list(org, actor->person, 0, 1, arena, &last, &n, err);
    if (!s && n && fh_str_eq(last->what, FH_STR("sample")) &&
        m.made_ms - last->made_ms < SAMPLE_PAUSE_MS) {
        s = fh_fail(err, FH_LATER, "one was asked for just now");
        s = fh_hint(err, s, "Look into your mailbox; after a minute you may ask for another.");
    }
    m.state = FH_STR("waiting");
    m.next_ms = m.made_ms;
    if (!s) s = fh_mail_add(org, &m, err);
    *mail = m.mail;
    fh_arena_free(arena);
    return s;
}

static bool may_go_again(const fh_mail *m)
{
    return fh_str_eq(m->state, FH_STR("refused")) || fh_str_eq(m->state, FH_STR("unsure")) ||
           fh_str_eq(m->state, FH_STR("dropped"));
}

fh_status fh_mail_again(fh_org *org, const fh_actor *actor, int64_t mail, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    fh_arena *arena = fh_arena_new(NULL);
    fh_mail m;
    if (!arena) return fh_no_memory(err);
    fh_status s = fh_mail_get(org, mail, arena, &m, err);
    if (!s && m.person != actor->person && !fh_may(actor, FH_RIGHT_SETTINGS))
        s = fh_fail(err, FH_NOTFOUND, "there is no mail %lld of yours", (long long)mail);
    if (!s && !may_go_again(&m)) {
        s = fh_fail(err, FH_CONFLICT, "mail %lld is '%.*s'", (long long)mail, FH_STR_ARG(m.state));
        s = fh_hint(err, s, "Only what was refused, given up or is unsure is sent again.");
    }
    if (!s) {
        m.state = FH_STR("waiting");
        m.attempts = 0;
        m.next_ms = os->now_ms(os->ctx);
        s = fh_mail_save(org, &m, err);
    }
    fh_arena_free(arena);
    return s;
}

void fh_mail_json(const fh_mail *m, bool with_person, fh_json *j)
{
    fh_json_object(j);
    fh_put_number(j, "mail", (uint64_t)m->mail);
    if (with_person) fh_put_number(j, "person", m->person);
    fh_put_text(j, "what", m->what);
    fh_put_text(j, "state", m->state);
    fh_put_time(j, "made_at", m->made_ms);
    fh_put_number(j, "attempts", m->attempts);
    fh_put_time_or_null(j, "last_at", m->last_ms);
    fh_put_time_or_null(j, "next_at",
                        fh_str_eq(m->state, FH_STR("waiting")) && m->attempts ? m->next_ms : 0);
    fh_put_key(j, "code");
    if (m->code)
        fh_json_int(j, m->code);
    else
        fh_json_null(j);
    fh_put_text_or_null(j, "reply", m->reply);
    fh_json_end_object(j);
}

/* ---- Without signing in ---- */

static const char use[] = "unsubscribe";

fh_status fh_digest_link(const fh_key *key, int64_t mail, fh_arena *arena, fh_str *out,
                         fh_error *err)
{
    return fh_signed_make(key, use, mail, arena, out, err);
}

fh_status fh_digest_link_look(fh_org *org, const fh_key *key, fh_str token, fh_arena *arena,
                              fh_mail *out, fh_error *err)
{
    int64_t mail = 0;
    fh_error gone = {0};
    fh_status s = fh_signed_read(key, use, token, arena, &mail, err);
    if (s) return s;
    s = fh_mail_get(org, mail, arena, out, &gone);
    if (s == FH_NOTFOUND) {
        s = fh_fail(err, FH_NOTFOUND, "this link is too old");
        return fh_hint(err, s, "Use the one in a newer mail, or sign in and choose in My part.");
    }
    if (s && err) *err = gone;
    if (s || !out->used_ms) return s;
    s = fh_fail(err, FH_NOTFOUND, "this link was used already");
    return fh_hint(err, s, "It works once. Sign in and choose in My part.");
}

fh_status fh_digest_leave(fh_org *org, const fh_key *key, fh_str token, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    const fh_actor system = fh_actor_system();
    fh_arena *arena = fh_arena_new(NULL);
    fh_mail m;
    if (!arena) return fh_no_memory(err);
    fh_status s = fh_digest_link_look(org, key, token, arena, &m, err);
    if (!s) {
        m.used_ms = os->now_ms(os->ctx);
        s = fh_mail_save(org, &m, err);
    }
    if (!s) s = fh_digest_row_drop(org, m.person, err);
    if (!s) s = audit_choice(org, &system, m.person, FH_STR("none"), err);
    fh_arena_free(arena);
    return s;
}
