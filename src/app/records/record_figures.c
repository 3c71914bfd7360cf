/* record_figures.c - what figures of records share (see record_figures.h).
 */
#include "app/records/record_figures_parts.h"

#include "app/people/people.h"

#include <string.h>

/* ---- Fields of a record ------------------------------------------------------------------ */

fh_status fh_record_field_text(fh_arena *arena, fh_str fields, const char *name, fh_str *out,
                               fh_error *err)
{
    *out = (fh_str){0};
    fh_json_reader *r = fh_json_reader_new(NULL, 1 << 16);
    fh_json_doc doc;
    if (!r) return fh_no_memory(err);
    fh_status s = fields.len ? fh_json_read(r, fields, &doc, err) : FH_OK;
    if (!s && fields.len && doc.token[0].type == FH_JSON_OBJECT) {
        const uint32_t at = fh_json_get(&doc, 0, fh_str_of(name));
        if (at && doc.token[at].type == FH_JSON_STRING &&
            (!fh_json_text(&doc, at, arena, out) || !fh_arena_str(arena, *out, out)))
            s = fh_no_memory(err);
        if (at && doc.token[at].type == FH_JSON_NUMBER &&
            !fh_arena_str(arena, fh_json_raw(&doc, at), out))
            s = fh_no_memory(err);
    }
    fh_json_reader_free(r);
    return s;
}

fh_status fh_record_touchpoints(const fh_view *v, int64_t record, fh_bitset *out, fh_str *names,
                                fh_error *err)
{
    const fh_record_about *about = NULL;
    size_t n = 0;
    const uint32_t most = v->touchpoint.n;
    uint64_t *bits = FH_NEW_ARRAY(v->arena, uint64_t, (size_t)most / 64 + 1);
    if (!bits) return fh_no_memory(err);
    const fh_status s = fh_record_abouts(v->org, record, v->arena, &about, &n, err);
    fh_str told = {0};
    for (size_t i = 0; !s && i < n; i++) {
        const int64_t t = about[i].number;
        if (!fh_str_eq(about[i].what, FH_STR("touchpoint")) || t < 1 || t >= most) continue;
        const uint32_t as = v->touchpoint.canon ? v->touchpoint.canon[t] : (uint32_t)t;
        if (as >= most || bits[as / 64] >> (as % 64) & 1) continue;
        bits[as / 64] |= UINT64_C(1) << (as % 64);
        const fh_str name = fh_view_name(&v->touchpoint, as);
        told = fh_printed(v->arena, "%.*s%s%.*s", FH_STR_ARG(told), told.len ? ", " : "",
                          FH_STR_ARG(name));
    }
    *out = (fh_bitset){.bits = bits, .n = most};
    *names = told;
    return s;
}

fh_status fh_record_beyond(const fh_view *v, const fh_kind *k, const fh_record_query *q,
                           size_t counted, size_t most, uint64_t *out, fh_error *err)
{
    fh_record_count *count = NULL;
    uint64_t all = 0;
    size_t n = 0;
    if (counted < most) return FH_OK;
    const fh_status s = fh_record_counts(v->org, q, v->arena, &count, &n, err);
    for (size_t i = 0; i < n && !s; i++) {
        const uint32_t state = k ? fh_kind_find_state(k, count[i].state) : 0;
        if (!k || state == k->n_states || !k->state[state].concerned) all += count[i].n;
    }
    if (!s && all > counted) *out += all - counted;
    return s;
}
