/* mapping_rules.c - which touchpoint an event stands for (see mapping_rules.h).
 *
 * Which rule fits depends on source, name and channel only: the answer is remembered by
 * these three, so that each kind of event is compared with the rules once.
 */
#include "app/data/mapping_rules.h"

#include "base/intern.h"
#include "base/put.h"
#include "base/time.h"

#include <stdlib.h>
#include <string.h>

enum { REMEMBERED_MAX = 100000, KEY_MAX = 1 << 12 };

struct fh_mapper {
    fh_arena *arena; /* of the rules */
    const fh_mapping_rule *rule;
    size_t n;
    int64_t age;
    fh_intern *seen;  /* source, name, channel, each with its length */
    uint32_t *answer; /* [cap] of seen 1 ..: index + 1 of the rule; 0: none */
    size_t cap;
    uint64_t *applied; /* [n] since the last flush */
};

/* ---- Which rule ---------------------------------------------------------------------------- */

static bool fits(const fh_mapping_rule *r, fh_str source, fh_str name, fh_str channel)
{
    return r->active && (!r->source.len || fh_str_eq(r->source, source)) &&
           (!r->channel.len || fh_str_eq(r->channel, channel)) &&
           (r->is_prefix ? fh_str_starts(name, r->name) : fh_str_eq(name, r->name));
}

/* Is `a` more particular than `b`? Rules that say the same cannot be stored. */
static bool is_closer(const fh_mapping_rule *a, const fh_mapping_rule *b)
{
    if (a->is_prefix != b->is_prefix) return !a->is_prefix;
    if (a->name.len != b->name.len) return a->name.len > b->name.len;
    if (!a->source.len != !b->source.len) return a->source.len > 0;
    return a->channel.len && !b->channel.len;
}

const fh_mapping_rule *fh_mapping_rule_for(const fh_mapping_rule *rules, size_t n, fh_str source,
                                           fh_str name, fh_str channel)
{
    const fh_mapping_rule *best = NULL;
    for (size_t i = 0; i < n; i++)
        if (fits(&rules[i], source, name, channel) && (!best || is_closer(&rules[i], best)))
            best = &rules[i];
    return best;
}

/* ---- Making ---------------------------------------------------------------------------------- */

static fh_status read_rules(fh_mapper *m, fh_org *org, fh_error *err)
{
    fh_intern_free(m->seen);
    free(m->applied);
    m->applied = NULL;
    m->n = 0;
    fh_arena_reset(m->arena);
    m->seen = fh_intern_new(NULL);
    fh_status status = m->seen ? FH_OK : fh_no_memory(err);
    if (status == FH_OK) status = fh_mapping_rules_age(org, &m->age, err);
    if (status == FH_OK) status = fh_mapping_rule_list(org, m->arena, &m->rule, &m->n, err);
    if (status == FH_OK && !(m->applied = calloc(m->n + 1, sizeof *m->applied)))
        status = fh_no_memory(err);
    if (status != FH_OK) {
        m->n = 0;
        m->age = -1;
    }
    return status;
}

fh_status fh_mapper_new(fh_org *org, fh_mapper **out, fh_error *err)
{
    fh_mapper *m = calloc(1, sizeof *m);
    if (!m) return fh_no_memory(err);
    m->arena = fh_arena_new(NULL);
    const fh_status status = m->arena ? read_rules(m, org, err) : fh_no_memory(err);
    if (status == FH_OK)
        *out = m;
    else
        fh_mapper_free(m);
    return status;
}

void fh_mapper_free(fh_mapper *m)
{
    if (!m) return;
    fh_intern_free(m->seen);
    fh_arena_free(m->arena);
    free(m->answer);
    free(m->applied);
    free(m);
}

fh_status fh_mapper_refresh(fh_mapper *m, fh_org *org, fh_error *err)
{
    int64_t age = 0;
    const fh_status status = fh_mapping_rules_age(org, &age, err);
    if (status != FH_OK) return status;
    if (age != m->age) return read_rules(m, org, err);
    memset(m->applied, 0, m->n * sizeof *m->applied);
    return FH_OK;
}

/* ---- Applying ------------------------------------------------------------------------------- */

/* index + 1 of the rule, 0: none. False: out of memory. */
static bool answer_for(fh_mapper *m, fh_str source, const fh_interaction *row, uint32_t *out)
{
    char key[KEY_MAX];
    const fh_str part[] = {source, row->touchpoint, row->channel};
    size_t len = 0;
    for (size_t i = 0; i < 3; i++) {
        /* Such long names are no names: they are looked at each time. */
        if (part[i].len + len + 1 + sizeof part[i].len > KEY_MAX) {
            const fh_mapping_rule *r =
                fh_mapping_rule_for(m->rule, m->n, source, row->touchpoint, row->channel);
            *out = r ? (uint32_t)(r - m->rule) + 1 : 0;
            return true;
        }
        memcpy(key + len, &part[i].len, sizeof part[i].len);
        len += sizeof part[i].len;
        if (part[i].len) memcpy(key + len, part[i].ptr, part[i].len);
        len += part[i].len;
    }
    const fh_str whole = {key, len};
    const uint64_t hash = fh_intern_hash(whole);
    uint32_t entry = fh_intern_find(m->seen, whole, hash);
    if (entry) {
        *out = m->answer[entry - 1];
        return true;
    }
    if (fh_intern_count(m->seen) >= REMEMBERED_MAX) {
        fh_intern_free(m->seen);
        if (!(m->seen = fh_intern_new(NULL))) return false;
    }
    const size_t n = fh_intern_count(m->seen);
    if (n == m->cap) {
        uint32_t *bigger = realloc(m->answer, (2 * n + 64) * sizeof *bigger);
        if (!bigger) return false;
        m->answer = bigger;
        m->cap = 2 * n + 64;
    }
    if (!(entry = fh_intern_add(m->seen, whole, hash))) return false;
    const fh_mapping_rule *r =
        fh_mapping_rule_for(m->rule, m->n, source, row->touchpoint, row->channel);
    *out = m->answer[entry - 1] = r ? (uint32_t)(r - m->rule) + 1 : 0;
    return true;
}

static void put_told(fh_json *j, const char *key, fh_str told, bool changed)
{
    if (!changed || !told.len) return;
    fh_put_text(j, key, told);
}

/* {"as_told":{"touchpoint":"evt_0815"}, ... and the payload that came. */
static bool keep_told(const fh_mapping_rule *r, const fh_interaction *was, fh_arena *arena,
                      fh_str *payload)
{
    static const char *const directions[FH_N_DIRECTIONS] = {"", "in", "out", "internal"};
    fh_buf text;
    fh_json j;
    fh_buf_init(&text, NULL,
                was->payload.len +
                    8 * (was->touchpoint.len + was->channel.len + was->department.len) + 256);
    fh_json_begin(&j, &text, 0);
    fh_json_object(&j);
    fh_json_key(&j, FH_STR("as_told"));
    fh_json_object(&j);
    put_told(&j, "touchpoint", was->touchpoint, true);
    put_told(&j, "channel", was->channel, r->to_channel.len > 0);
    put_told(&j, "department", was->department, r->to_department.len > 0);
    put_told(&j, "direction", fh_str_of(directions[was->direction]),
             r->to_direction != FH_DIR_NONE);
    fh_json_end_object(&j);
    if (was->payload.len > 2) {
        fh_buf_char(&text, ',');
        fh_buf_put(&text, was->payload.ptr + 1, was->payload.len - 1);
    } else {
        fh_buf_char(&text, '}');
    }
    const bool ok = text.status == FH_OK && fh_arena_str(arena, fh_buf_view(&text), payload);
    fh_buf_free(&text);
    return ok;
}

/* A payload that tells "as_told" itself (an export imported again) keeps what it tells. */
static bool tells_already(fh_str payload)
{
    static const char word[] = "\"as_told\"";
    for (size_t i = 0; i + sizeof word - 1 <= payload.len; i++)
        if (memcmp(payload.ptr + i, word, sizeof word - 1) == 0) return true;
    return false;
}

static bool name_one(const fh_mapping_rule *r, fh_interaction *row, fh_arena *arena)
{
    const fh_interaction was = *row;
    row->touchpoint = r->to_touchpoint;
    if (r->to_channel.len) row->channel = r->to_channel;
    if (r->to_department.len) row->department = r->to_department;
    if (r->to_direction != FH_DIR_NONE) row->direction = r->to_direction;
    return tells_already(was.payload) || keep_told(r, &was, arena, &row->payload);
}

fh_status fh_mapper_apply(fh_mapper *m, fh_str source, const fh_interaction *rows, size_t n,
                          fh_arena *arena, const fh_interaction **out, fh_error *err)
{
    fh_interaction *copy = NULL;
    *out = rows;
    for (size_t i = 0; i < n && m->n; i++) {
        uint32_t answer = 0;
        if (!answer_for(m, source, &rows[i], &answer)) return fh_no_memory(err);
        if (!answer) continue;
        if (!copy) {
            copy = FH_NEW_ARRAY(arena, fh_interaction, n);
            if (!copy) return fh_no_memory(err);
            memcpy(copy, rows, n * sizeof *copy);
            *out = copy;
        }
        if (!name_one(&m->rule[answer - 1], &copy[i], arena)) return fh_no_memory(err);
        m->applied[answer - 1]++;
    }
    return FH_OK;
}

fh_status fh_mapper_flush(fh_mapper *m, fh_org *org, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    fh_status status = FH_OK;
    for (size_t i = 0; i < m->n && status == FH_OK; i++)
        if (m->applied[i])
            status = fh_mapping_rule_applied(org, m->rule[i].rule, m->applied[i],
                                             os->now_ms(os->ctx), err);
    if (status == FH_OK && m->n) memset(m->applied, 0, m->n * sizeof *m->applied);
    return status;
}

/* ---- Words ---------------------------------------------------------------------------------- */

fh_status fh_mapping_rule_check(const fh_mapping_rule *r, fh_error *err)
{
    const struct {
        const char *what;
        fh_str text;
        bool needed;
    } part[] = {{"name", r->name, true},
                {"to_touchpoint", r->to_touchpoint, true},
                {"source", r->source, false},
                {"channel", r->channel, false},
                {"to_channel", r->to_channel, false},
                {"to_department", r->to_department, false}};
    for (size_t i = 0; i < sizeof part / sizeof part[0]; i++) {
        if (part[i].needed && !fh_str_trim(part[i].text).len) {
            (void)fh_fail(err, FH_INVALID, "/%s is empty", part[i].what);
            return fh_hint(err, FH_INVALID, "A rule says which name stands for which touchpoint.");
        }
        if (part[i].text.len > FH_MAPPING_TEXT_MAX)
            return fh_fail(err, FH_INVALID, "/%s is longer than %d bytes", part[i].what,
                           (int)FH_MAPPING_TEXT_MAX);
    }
    return FH_OK;
}

void fh_mapping_rule_json(const fh_mapping_rule *r, fh_json *j)
{
    static const char *const directions[FH_N_DIRECTIONS] = {"", "in", "out", "internal"};
    fh_json_object(j);
    fh_put_number(j, "rule", r->rule);
    fh_put_text(j, "source", r->source);
    fh_put_text(j, "name", r->name);
    fh_put_bool(j, "prefix", r->is_prefix);
    fh_put_text(j, "channel", r->channel);
    fh_put_text(j, "to_touchpoint", r->to_touchpoint);
    fh_put_text(j, "to_channel", r->to_channel);
    fh_put_text(j, "to_department", r->to_department);
    fh_put_word(j, "to_direction", directions[r->to_direction]);
    fh_put_bool(j, "active", r->active);
    fh_put_number(j, "applied", r->applied);
    fh_put_time_or_null(j, "last_applied", r->applied_ms);
    fh_put_time_or_null(j, "changed", r->changed_ms);
    fh_put_int(j, "version", r->version);
    fh_json_end_object(j);
}
