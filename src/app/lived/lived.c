/* lived.c - reading what one customer lived through (see lived.h). */
#include "app/lived/lived_parts.h"
#include "store/sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Reading ------------------------------------------------------------------------- */

static fh_status read_said(fh_lived *l, fh_error *err)
{
    fh_arena *arena = l->view->arena;
    fh_said *said = FH_NEW_ARRAY(arena, fh_said, l->n + 1);
    fh_json_reader *reader = fh_json_reader_new(NULL, FH_SAID_TOKENS);
    fh_status s = said && reader ? FH_OK : fh_no_memory(err);
    for (uint32_t i = 0; i < l->n && !s; i++)
        s = fh_said_read(reader, l->told[i].payload, arena, &said[i], err);
    for (uint32_t i = 0; i < l->n && !s; i++) {
        if (l->own_origin && l->told[i].origin == l->own_origin) continue;
        said[i].accepts = said[i].takes_back = (fh_str){0};
        said[i].by = 0;
    }
    fh_json_reader_free(reader);
    l->said = said;
    return s;
}

/* The setting's words as numbers; those that no interaction ever had are left out. */
fh_status fh_turns_read(fh_org *org, fh_arena *arena, fh_turns *out, fh_error *err)
{
    fh_str words = {0};
    fh_status s = fh_setting_get(org, FH_STR(FH_SETTING_CONFIRMED), arena, &words, err);
    if (!fh_str_trim(words).len) words = FH_STR(FH_OUTCOME_CONFIRMED);
    while (!s && words.len && out->n_confirmed < FH_CONFIRMED_MAX) {
        const char *comma = memchr(words.ptr, ',', words.len);
        const size_t len = comma ? (size_t)(comma - words.ptr) : words.len;
        uint32_t number = 0;
        s = fh_dict_find(org, FH_DICT_OUTCOME, fh_str_trim((fh_str){words.ptr, len}), &number, err);
        if (!s && number) out->confirmed[out->n_confirmed++] = number;
        words = comma ? (fh_str){comma + 1, words.len - len - 1} : (fh_str){0};
    }
    if (!s)
        s = fh_dict_find(org, FH_DICT_OUTCOME, FH_STR(FH_OUTCOME_REOPENED), &out->reopened, err);
    return s;
}

static fh_status read_told(fh_lived *l, fh_error *err)
{
    const fh_view *v = l->view;
    const fh_identity *list = NULL;
    size_t n = 0, n_known = 0;
    fh_status s = fh_store_story(v->org, l->customer, v->arena, &l->told, &n, err);
    if (s == FH_NOTFOUND) { /* known by identifiers alone? */
        n = 0;
        s = fh_identity_of(v->org, l->customer, v->arena, &list, &n_known, err);
        if (!s && !n_known) s = fh_fail(err, FH_NOTFOUND, "there is no customer #%u", l->customer);
    }
    if (!s && n >= FH_NO_INDEX) s = fh_fail(err, FH_LIMIT, "the story is too long to be shown");
    if (s) return s;
    l->n = (uint32_t)n;
    while (l->n_past < l->n && l->told[l->n_past].at_ms <= l->now_ms) l->n_past++;
    return FH_OK;
}

fh_status fh_own_origin(fh_org *org, fh_arena *arena, uint32_t *out, fh_error *err)
{
    fh_origin own;
    fh_error none = {0};
    const fh_status s =
        fh_origin_find(org, FH_STR(FH_OWN_SOURCE), FH_OWN_ORIGIN, arena, &own, &none);
    *out = s ? 0 : own.origin;
    if (!s || s == FH_NOTFOUND) return FH_OK;
    if (err) *err = none;
    return s;
}

fh_status fh_lived_read(const fh_view *v, uint32_t customer, fh_lived *out, fh_error *err)
{
    const fh_os *os = fh_org_os(v->org);
    fh_lived l = {.view = v, .customer = customer, .now_ms = os->now_ms(os->ctx)};
    fh_turns turns = {0};
    fh_status s = read_told(&l, err);
    if (!s) s = fh_own_origin(v->org, v->arena, &l.own_origin, err);
    if (!s) s = read_said(&l, err);
    if (!s) s = fh_turns_read(v->org, v->arena, &turns, err);
    if (!s) s = fh_lived_problems(&l, &turns, err);
    if (!s) *out = l;
    return s;
}

uint32_t fh_lived_answer(const fh_lived *l, uint32_t i)
{
    const fh_told *t = &l->told[i];
    for (uint32_t k = i + 1; t->problem && k < l->n_past; k++)
        if (l->told[k].problem == t->problem && l->told[k].department == t->department &&
            l->told[k].direction == FH_DIR_OUT)
            return k;
    return FH_NO_INDEX;
}

/* ---- References ------------------------------------------------------------------------ */

fh_str fh_lived_reference(const fh_lived *l, uint32_t i, char out[FH_REFERENCE_TEXT])
{
    const fh_told *t = &l->told[i];
    uint32_t before = 0;
    int n;
    if (t->id & FH_ID_GIVEN) {
        n = snprintf(out, FH_REFERENCE_TEXT, "i%016llx", (unsigned long long)t->id);
        return (fh_str){out, (size_t)n};
    }
    while (before < i && l->told[i - before - 1].at_ms == t->at_ms) before++;
    n = snprintf(out, FH_REFERENCE_TEXT, "t%lld.%u", (long long)t->at_ms, before);
    return (fh_str){out, (size_t)n};
}

uint32_t fh_lived_find(const fh_lived *l, fh_str reference)
{
    char text[FH_REFERENCE_TEXT];
    if (reference.len < 2) return FH_NO_INDEX;
    for (uint32_t i = 0; i < l->n; i++) {
        if ((reference.ptr[0] == 'i') != ((l->told[i].id & FH_ID_GIVEN) != 0)) continue;
        if (fh_str_eq(fh_lived_reference(l, i, text), reference)) return i;
    }
    return FH_NO_INDEX;
}

/* ---- Filtering ---------------------------------------------------------------------------- */

static bool in_set(const fh_bitset *set, uint32_t number)
{
    return !set->bits || (number < set->n && fh_bit(set->bits, number));
}

bool fh_lived_passes(const fh_filter *f, const fh_told *t)
{
    if (!f) return true;
    if (f->has_from && t->at_ms < f->from_ms) return false;
    if (f->has_until && t->at_ms >= f->until_ms) return false;
    if (f->directions && !(f->directions >> t->direction & 1)) return false;
    if (f->has_value_min && (!t->has_value || t->value < f->value_min)) return false;
    if (f->has_value_max && (!t->has_value || t->value > f->value_max)) return false;
    return in_set(&f->touchpoints, t->touchpoint) && in_set(&f->channels, t->channel) &&
           in_set(&f->departments, t->department) && in_set(&f->outcomes, t->outcome);
}
