/* merge_preview.c - two customers side by side (see merge_preview.h). */
#include "app/lived/merge_preview.h"

#include "app/ask/words.h"
#include "base/put.h"
#include "store/segments.h"

fh_status fh_meet(fh_org *org, fh_str who, fh_arena *arena, fh_met *out, fh_error *err)
{
    fh_met met = {0};
    const fh_told *told = NULL;
    size_t n = 0;
    fh_status s = fh_identity_find(org, who, &met.customer, err);
    if (!s) s = fh_identity_of(org, met.customer, arena, &met.identity, &met.n_identities, err);
    if (s) return s;
    s = fh_store_story(org, met.customer, arena, &told, &n, err);
    if (s && !(s == FH_NOTFOUND && met.n_identities)) return s;
    met.n_interactions = n;
    if (n) {
        met.first_ms = told[0].at_ms;
        met.last_ms = told[n - 1].at_ms;
    }
    *out = met;
    return FH_OK;
}

/* ---- What speaks against it ------------------------------------------------------------- */

static bool has_kind(const fh_met *met, fh_str kind)
{
    for (size_t i = 0; i < met->n_identities; i++)
        if (fh_str_eq(met->identity[i].kind, kind)) return true;
    return false;
}

static bool has(const fh_met *met, const fh_identity *id)
{
    for (size_t i = 0; i < met->n_identities; i++)
        if (fh_str_eq(met->identity[i].kind, id->kind) &&
            fh_str_eq(met->identity[i].value, id->value))
            return true;
    return false;
}

static bool same_of_kind(const fh_merge_preview *p, fh_str kind)
{
    for (size_t i = 0; i < p->from.n_identities; i++)
        if (fh_str_eq(p->from.identity[i].kind, kind) && has(&p->into, &p->from.identity[i]))
            return true;
    return false;
}

static bool listed(const fh_str *list, size_t n, fh_str kind)
{
    for (size_t i = 0; i < n; i++)
        if (fh_str_eq(list[i], kind)) return true;
    return false;
}

static fh_status compare(fh_merge_preview *p, fh_arena *arena, fh_error *err)
{
    const fh_met *from = &p->from;
    fh_str *list = FH_NEW_ARRAY(arena, fh_str, from->n_identities + 1);
    size_t n = 0;
    if (!list) return fh_no_memory(err);
    for (size_t i = 0; i < from->n_identities; i++) {
        const fh_str kind = from->identity[i].kind;
        if (from->identity[i].shared || listed(list, n, kind)) continue;
        if (has_kind(&p->into, kind) && !same_of_kind(p, kind)) list[n++] = kind;
    }
    p->differing = list;
    p->n_differing = n;
    return FH_OK;
}

fh_status fh_merge_preview_get(fh_org *org, fh_str from, fh_str into, fh_arena *arena,
                               fh_merge_preview *out, fh_error *err)
{
    fh_merge_preview p = {0};
    fh_status s = fh_meet(org, from, arena, &p.from, err);
    if (!s) s = fh_meet(org, into, arena, &p.into, err);
    if (!s) s = compare(&p, arena, err);
    if (!s) *out = p;
    return s;
}

/* ---- Telling ------------------------------------------------------------------------------ */

void fh_identities_json(const fh_identity *list, size_t n, fh_json *j)
{
    fh_put_key(j, "identifiers");
    fh_json_array(j);
    for (size_t i = 0; i < n; i++) {
        fh_json_object(j);
        fh_put_text(j, "kind", list[i].kind);
        fh_put_text(j, "value", list[i].value);
        fh_put_bool(j, "shared", list[i].shared);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

void fh_met_json(const fh_met *met, const fh_merge_preview *preview, const fh_zone *zone,
                 fh_json *j)
{
    fh_json_object(j);
    fh_put_number(j, "customer", met->customer);
    fh_put_number(j, "interactions", met->n_interactions);
    if (met->n_interactions) {
        fh_put_time_in(j, "first", met->first_ms, zone);
        fh_put_time_in(j, "last", met->last_ms, zone);
    }
    if (preview) {
        fh_put_key(j, "differing");
        fh_json_array(j);
        for (size_t i = 0; i < preview->n_differing; i++) fh_json_str(j, preview->differing[i]);
        fh_json_end_array(j);
    }
    fh_identities_json(met->identity, met->n_identities, j);
    fh_json_end_object(j);
}

void fh_met_say(const fh_met *met, const fh_zone *zone, fh_buf *out)
{
    fh_buf_printf(out, "#%u has ", met->customer);
    fh_say_number_of(out, met->n_interactions, "interaction", "interactions");
    if (met->n_interactions) {
        fh_buf_text(out, ", ");
        fh_say_period(out, met->first_ms, met->last_ms, zone);
    }
    fh_buf_char(out, '.');
}

void fh_merge_preview_say(const fh_merge_preview *p, fh_buf *out)
{
    if (p->from.customer == p->into.customer) {
        fh_buf_printf(out, "Both are customer #%u already.", p->from.customer);
        return;
    }
    if (p->n_differing == 0) {
        fh_buf_text(out, "They have no unique identifiers of the same kind that differ.");
        return;
    }
    fh_buf_text(out, "What speaks against merging them: different unique identifiers of the ");
    fh_buf_text(out, p->n_differing == 1 ? "kind " : "kinds ");
    for (size_t i = 0; i < p->n_differing; i++) {
        if (i) fh_buf_text(out, i + 1 < p->n_differing ? ", " : " and ");
        fh_buf_str(out, p->differing[i]);
    }
    fh_buf_char(out, '.');
}
