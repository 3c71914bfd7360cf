/* live_write.c - one commit of live ingest.
 *
 *     tasks -> resolver (who) -> codes (names) -> known ids -> builder
 *                                                                | sorted
 *              one transaction: inbox batch, identities, names, sources
 *
 * Everything happens inside the transaction, so that what others changed about who
 * is who is seen. An interaction that cannot be stored (a dictionary is full, an
 * identifier too long) is refused by itself; what fails otherwise (disk, memory)
 * fails the whole commit, and what is kept in memory is made anew from the file.
 *
 * Every interaction is stored with an id that no other of its customer has: the
 * hash of source and id or, when it names none, a random one. So stories read from
 * batches need no comparing (see fh_store_put_live).
 */
#include "app/live/live_parts.h"

#include "app/data/codes.h"
#include "app/data/mapping_rules.h"
#include "base/intern.h"
#include "store/identities.h"
#include "store/segments.h"
#include "store/sources.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { MAX_SOURCES = 1000, MAX_SOURCE_BYTES = 200 };

/* The origin of what comes live from a source: one a source, told by this number. */
static const uint64_t LIVE_ORIGIN = UINT64_C(0x6c697665); /* "live" */

typedef struct source {
    fh_origin origin;
    uint64_t seed; /* of its ids, as imports have it */
    bool changed;
} source;

struct fh_live_writer {
    const fh_os *os;
    fh_resolver *resolver;
    fh_codes_of *codes;
    fh_mapper *mapper;
    fh_known *known;
    fh_builder *builder;
    fh_arena *arena; /* of the sources */
    fh_intern *source_names;
    source *source;    /* [MAX_SOURCES] in the order of source_names */
    fh_arena *scratch; /* reasons of refusals; of one commit */
    bool names_full;
    uint64_t salt, n_nameless; /* ids of what names none */
    fh_live_result *result;    /* [cap] */
    fh_row *row;
    fh_resolved *who;
    fh_asked_id *asked;
    size_t cap;
    size_t default_len;
    char default_source[]; /* NUL-terminated */
};

/* ---- What is kept from commit to commit ------------------------------------------------- */

static void forget(fh_live_writer *w)
{
    fh_resolver_free(w->resolver);
    fh_codes_free(w->codes);
    fh_mapper_free(w->mapper);
    fh_intern_free(w->source_names);
    w->resolver = NULL;
    w->codes = NULL;
    w->mapper = NULL;
    w->source_names = NULL;
    w->names_full = false;
    fh_arena_reset(w->arena);
    fh_builder_reset(w->builder);
    if (w->known) fh_known_undone(w->known);
}

fh_status fh_live_writer_new(const fh_os *os, fh_str name, fh_live_writer **out, fh_error *err)
{
    if (name.len == 0) name = FH_STR("live");
    if (name.len > MAX_SOURCE_BYTES)
        return fh_fail(err, FH_LIMIT, "the name of a source has more than %d bytes",
                       (int)MAX_SOURCE_BYTES);
    fh_live_writer *w = calloc(1, sizeof *w + name.len + 1);
    if (!w) return fh_no_memory(err);
    w->os = os;
    w->default_len = name.len;
    memcpy(w->default_source, name.ptr, name.len);
    w->arena = fh_arena_new(NULL);
    w->scratch = fh_arena_new(NULL);
    w->source = calloc(MAX_SOURCES, sizeof *w->source);
    fh_status status = w->arena && w->scratch && w->source ? FH_OK : fh_no_memory(err);
    if (status == FH_OK) status = fh_builder_new(NULL, &w->builder, err);
    if (status == FH_OK) fh_builder_few(w->builder);
    if (status == FH_OK) status = os->random(os->ctx, &w->salt, sizeof w->salt, err);
    if (status == FH_OK)
        *out = w;
    else
        fh_live_writer_free(w);
    return status;
}

void fh_live_writer_free(fh_live_writer *w)
{
    if (!w) return;
    fh_resolver_free(w->resolver);
    fh_codes_free(w->codes);
    fh_mapper_free(w->mapper);
    fh_known_free(w->known);
    fh_builder_free(w->builder);
    fh_intern_free(w->source_names);
    fh_arena_free(w->arena);
    fh_arena_free(w->scratch);
    free(w->source);
    free(w->result);
    free(w->row);
    free(w->who);
    free(w->asked);
    free(w);
}

fh_known *fh_live_known(fh_live_writer *w)
{
    return w->known;
}

fh_status fh_live_writer_room(fh_live_writer *w, size_t n, fh_error *err)
{
    if (n <= w->cap) return FH_OK;
    free(w->result);
    free(w->row);
    free(w->who);
    free(w->asked);
    w->result = calloc(n, sizeof *w->result);
    w->row = calloc(n, sizeof *w->row);
    w->who = calloc(n, sizeof *w->who);
    w->asked = calloc(n, sizeof *w->asked);
    w->cap = w->result && w->row && w->who && w->asked ? n : 0;
    return w->cap ? FH_OK : fh_no_memory(err);
}

/* Makes what is not there yet and takes in what others changed. */
static fh_status catch_up(fh_live_writer *w, fh_org *org, fh_error *err)
{
    fh_status status = FH_OK;
    if (w->names_full) {
        fh_codes_free(w->codes);
        w->codes = NULL;
        w->names_full = false;
    }
    if (!w->codes) status = fh_codes_new(org, &w->codes, err);
    if (status == FH_OK)
        status = w->mapper ? fh_mapper_refresh(w->mapper, org, err)
                           : fh_mapper_new(org, &w->mapper, err);
    if (status == FH_OK && w->resolver) {
        status = fh_resolver_refresh(w->resolver, err);
        if (status == FH_CONFLICT) {
            fh_resolver_free(w->resolver);
            w->resolver = NULL;
            status = FH_OK;
        }
    }
    if (status == FH_OK && !w->resolver) status = fh_resolver_new(org, &w->resolver, err);
    if (status == FH_OK && !w->known) status = fh_known_new(&w->known, err);
    if (status == FH_OK) status = fh_known_refresh(w->known, org, err);
    if (status == FH_OK && !w->source_names && !(w->source_names = fh_intern_new(NULL)))
        status = fh_no_memory(err);
    return status;
}

/* ---- Sources ------------------------------------------------------------------------------- */

static fh_status open_source(fh_live_writer *w, fh_org *org, fh_str name, source *out,
                             fh_error *err)
{
    fh_origin *o = &out->origin;
    fh_status status = fh_origin_find(org, name, LIVE_ORIGIN, w->arena, o, err);
    if (status == FH_NOTFOUND) {
        status =
            fh_origin_begin(org, name, FH_STR("live"), FH_STR(""), LIVE_ORIGIN, w->arena, o, err);
        o->complete = true; /* there is nothing to be taken up again */
    }
    out->seed = XXH3_64bits(name.ptr, name.len);
    out->changed = true;
    return status;
}

static fh_status source_of(fh_live_writer *w, fh_org *org, fh_str name, source **out, fh_error *err)
{
    if (name.len == 0) name = (fh_str){w->default_source, w->default_len};
    const uint64_t hash = fh_intern_hash(name);
    uint32_t number = fh_intern_find(w->source_names, name, hash);
    if (number == 0) {
        if (name.len > MAX_SOURCE_BYTES)
            return fh_fail(err, FH_LIMIT, "the name of the source has more than %d bytes",
                           (int)MAX_SOURCE_BYTES);
        if (fh_intern_count(w->source_names) == MAX_SOURCES)
            return fh_fail(err, FH_LIMIT, "there are more than %d sources of live interactions",
                           (int)MAX_SOURCES);
        source fresh = {.changed = false};
        const fh_status status = open_source(w, org, name, &fresh, err);
        if (status != FH_OK) return status;
        number = fh_intern_add(w->source_names, name, hash);
        if (number == 0) return fh_no_memory(err);
        w->source[number - 1] = fresh;
    }
    *out = &w->source[number - 1];
    return FH_OK;
}

static fh_status save_sources(fh_live_writer *w, fh_org *org, fh_error *err)
{
    fh_status status = FH_OK;
    const int64_t now = w->os->now_ms(w->os->ctx);
    for (uint32_t i = 0; i < fh_intern_count(w->source_names) && status == FH_OK; i++) {
        source *s = &w->source[i];
        if (!s->changed) continue;
        s->origin.last_ms = now;
        s->changed = false;
        status = fh_origin_save(org, &s->origin, err);
    }
    return status;
}

/* ---- Refusing ------------------------------------------------------------------------------ */

/* What one interaction is to blame for; all else fails the commit. */
static bool is_its_own(fh_status status)
{
    return status == FH_LIMIT || status == FH_INVALID || status == FH_FORMAT;
}

static fh_status refuse(fh_live_writer *w, size_t i, const fh_error *why, fh_error *err)
{
    fh_live_result *r = &w->result[i];
    *r = (fh_live_result){.outcome = FH_LIVE_REFUSED};
    w->who[i] = (fh_resolved){0};
    const bool said =
        why->hint[0] ? fh_arena_format(w->scratch, &r->reason, "%s. %s", why->message, why->hint)
                     : fh_arena_format(w->scratch, &r->reason, "%s", why->message);
    return said ? FH_OK : fh_no_memory(err);
}

/* ---- Who, and which names ------------------------------------------------------------------- */

/* A call for many rows that may fail for the sake of one: then row by row. */
typedef fh_status for_rows(fh_live_writer *w, const fh_interaction *rows, size_t at, size_t n,
                           fh_error *err);

static fh_status resolve_rows(fh_live_writer *w, const fh_interaction *rows, size_t at, size_t n,
                              fh_error *err)
{
    return fh_resolve(w->resolver, rows, n, w->who + at, err);
}

static fh_status name_rows(fh_live_writer *w, const fh_interaction *rows, size_t at, size_t n,
                           fh_error *err)
{
    const fh_status status = fh_codes_fill_inside(w->codes, rows, n, w->row + at, err);
    if (status == FH_LIMIT) w->names_full = true;
    return status;
}

static fh_status with_rows(fh_live_writer *w, const fh_live_task *t, for_rows *call, fh_error *err)
{
    fh_error why = {0};
    fh_status status = call(w, t->items.row, t->at, t->items.n, &why);
    if (!is_its_own(status)) {
        if (status != FH_OK && err) *err = why;
        return status;
    }
    status = FH_OK;
    for (size_t i = 0; i < t->items.n && status == FH_OK; i++) {
        if (w->result[t->at + i].outcome == FH_LIVE_REFUSED) continue;
        status = call(w, t->items.row + i, t->at + i, 1, &why);
        if (is_its_own(status))
            status = refuse(w, t->at + i, &why, err);
        else if (status != FH_OK && err)
            *err = why;
    }
    return status;
}

static fh_status fill_row(fh_live_writer *w, fh_org *org, const fh_interaction *from,
                          fh_str source_name, size_t i, fh_error *err)
{
    fh_row *to = &w->row[i];
    source *s = NULL;
    if (from->at_ms < FH_TIME_MIN_MS || from->at_ms > FH_TIME_MAX_MS)
        return fh_fail(err, FH_INVALID, "the time lies outside the years 1940 to 2076");
    fh_status status = source_of(w, org, source_name, &s, err);
    to->problem = 0;
    if (status == FH_OK && from->problem.len)
        status =
            fh_resolve_problem(w->resolver, w->who[i].member, from->problem, &to->problem, err);
    if (status != FH_OK) return status;
    to->customer = w->who[i].customer;
    to->member = w->who[i].member == to->customer ? 0 : w->who[i].member;
    to->at_s = fh_instant_split(from->at_ms, &to->ms);
    to->direction = (uint8_t)from->direction;
    to->has_value = from->has_value;
    to->value = from->has_value ? from->value : 0;
    to->has_score = from->has_score;
    to->score = from->has_score ? from->score : 0;
    to->origin = s->origin.origin;
    to->payload = from->payload;
    if (from->source_id.len) {
        to->id = XXH3_64bits_withSeed(from->source_id.ptr, from->source_id.len, s->seed);
    } else {
        w->n_nameless++;
        to->id = XXH3_64bits_withSeed(&w->n_nameless, sizeof w->n_nameless, w->salt);
    }
    to->id |= FH_ID_GIVEN;
    s->origin.rows_done++;
    s->changed = true;
    return FH_OK;
}

/* The task's rows as the mapping rules name them: those of one source after the other. */
static fh_status apply_rules(fh_live_writer *w, fh_live_task *t, fh_error *err)
{
    const fh_str usual = {w->default_source, w->default_len};
    const size_t n = t->items.n;
    const fh_interaction *rows = t->items.row;
    fh_interaction *all = NULL;
    for (size_t at = 0, end; at < n; at = end) {
        const fh_str from =
            t->items.source && t->items.source[at].len ? t->items.source[at] : usual;
        for (end = at + 1; end < n; end++) {
            const fh_str next =
                t->items.source && t->items.source[end].len ? t->items.source[end] : usual;
            if (!fh_str_eq(next, from)) break;
        }
        const fh_interaction *named = NULL;
        const fh_status status =
            fh_mapper_apply(w->mapper, from, rows + at, end - at, w->scratch, &named, err);
        if (status != FH_OK) return status;
        if (named == rows + at) continue;
        if (!all) {
            all = FH_NEW_ARRAY(w->scratch, fh_interaction, n);
            if (!all) return fh_no_memory(err);
            memcpy(all, rows, n * sizeof *all);
        }
        memcpy(all + at, named, (end - at) * sizeof *all);
    }
    if (all) t->items.row = all;
    return FH_OK;
}

/* One task: who, names, rows; what is refused or of an erased customer is told. */
static fh_status take_task(fh_live_writer *w, fh_org *org, const fh_live_task *told, fh_error *err)
{
    fh_live_task named = *told;
    const fh_live_task *t = &named;
    memset(w->result + t->at, 0, t->items.n * sizeof *w->result);
    memset(w->row + t->at, 0, t->items.n * sizeof *w->row);
    fh_status status = apply_rules(w, &named, err);
    if (status == FH_OK) status = with_rows(w, t, resolve_rows, err);
    if (status == FH_OK) status = with_rows(w, t, name_rows, err);
    for (size_t i = 0; i < t->items.n && status == FH_OK; i++) {
        const size_t k = t->at + i;
        fh_error why = {0};
        if (w->result[k].outcome == FH_LIVE_REFUSED) continue;
        if (w->who[k].customer == 0) {
            w->result[k].outcome = FH_LIVE_ERASED;
            continue;
        }
        status = fill_row(w, org, &t->items.row[i],
                          t->items.source ? t->items.source[i] : (fh_str){0}, k, &why);
        if (is_its_own(status))
            status = refuse(w, k, &why, err);
        else if (status != FH_OK && err)
            *err = why;
    }
    return status;
}

/* ---- Known ones ----------------------------------------------------------------------------- */

static source *source_numbered(fh_live_writer *w, uint32_t origin)
{
    uint32_t i = 0;
    while (w->source[i].origin.origin != origin) i++; /* it is there: fill_row had it */
    return &w->source[i];
}

/* Leaves of the n rows those to be stored, in front; *kept: how many. */
static fh_status sort_out(fh_live_writer *w, fh_org *org, size_t n, size_t *kept, fh_error *err)
{
    size_t n_asked = 0, to = 0;
    source *s = NULL;
    for (size_t i = 0; i < n; i++)
        if (w->result[i].outcome == FH_LIVE_ACCEPTED)
            w->asked[n_asked++] = (fh_asked_id){w->row[i].id, w->row[i].customer, false};
    const fh_status status = fh_known_sort_out(w->known, org, w->asked, n_asked, err);
    if (status != FH_OK) return status;
    for (size_t i = 0, at = 0; i < n; i++) {
        fh_live_result *r = &w->result[i];
        if (r->outcome != FH_LIVE_ACCEPTED) continue;
        r->customer = w->row[i].customer;
        if (!s || s->origin.origin != w->row[i].origin) s = source_numbered(w, w->row[i].origin);
        if (w->asked[at++].known) {
            r->outcome = FH_LIVE_KNOWN;
            s->origin.rows_known++;
            continue;
        }
        s->origin.rows_added++;
        if (to < i) w->row[to] = w->row[i];
        to++;
    }
    *kept = to;
    return FH_OK;
}

/* ---- One commit ----------------------------------------------------------------------------- */

static fh_status put_batches(fh_live_writer *w, fh_org *org, size_t n, fh_error *err)
{
    const fh_segment *seg = NULL;
    const fh_str *payload = NULL;
    if (n == 0) return FH_OK;
    fh_status status = fh_builder_add(w->builder, w->row, n, err);
    if (status == FH_OK) status = fh_builder_sort(w->builder, err);
    while (status == FH_OK) {
        status = fh_builder_next(w->builder, &seg, &payload, err);
        if (status != FH_OK || !seg) break;
        status = fh_store_put_live(org, seg, payload, err);
    }
    return status;
}

static fh_status write_inside(fh_live_writer *w, fh_org *org, const fh_live_task *tasks, size_t n,
                              fh_known_mark *mark, fh_error *err)
{
    size_t kept = 0;
    fh_status status = catch_up(w, org, err);
    for (const fh_live_task *t = tasks; t && status == FH_OK; t = t->next)
        status = take_task(w, org, t, err);
    if (status == FH_OK) status = sort_out(w, org, n, &kept, err);
    if (status == FH_OK) status = put_batches(w, org, kept, err);
    if (status == FH_OK) status = fh_resolver_flush(w->resolver, err);
    if (status == FH_OK) status = fh_mapper_flush(w->mapper, org, err);
    if (status == FH_OK) status = save_sources(w, org, err);
    return status == FH_OK ? fh_known_mark_now(org, mark, err) : status;
}

void fh_live_write(fh_live_writer *w, fh_org *org, fh_live_task *tasks, fh_commit *out)
{
    fh_known_mark mark = {0};
    *out = (fh_commit){.status = FH_OK};
    for (fh_live_task *t = tasks; t; t = t->next) {
        t->at = out->n;
        out->n += t->items.n;
    }
    fh_arena_reset(w->scratch);
    fh_status status = fh_live_writer_room(w, out->n, &out->err);
    if (status == FH_OK) status = fh_org_begin(org, &out->err);
    const bool begun = status == FH_OK;
    if (begun) {
        status = write_inside(w, org, tasks, out->n, &mark, &out->err);
        if (status == FH_OK)
            status = fh_org_commit(org, &out->err);
        else
            fh_org_rollback(org);
    }
    fh_builder_reset(w->builder);
    if (status == FH_OK)
        fh_known_caught_up(w->known, &mark);
    else if (begun)
        forget(w);
    out->status = status;
    out->result = w->result;
}
