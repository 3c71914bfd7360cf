/* mapping_coverage.c - how the names that are there compare with the rules.
 *
 * One pass over three columns counts what each source has told under which names; then
 * every way a name was ever written is compared with the rules, as if it came now.
 */
#include "app/data/mapping_rules.h"

#include "base/intern.h"
#include "base/sort.h"
#include "store/segments.h"
#include "store/sources.h"

#include <stdlib.h>
#include <string.h>

enum { QUICK = 4096 };

typedef struct spelling {
    struct spelling *next;
    fh_str text;
} spelling;

typedef struct dictionary {
    fh_names names;
    spelling **written; /* [names.n] by the number they count as */
} dictionary;

typedef struct counting {
    fh_arena *arena;
    dictionary touchpoints, channels;
    const fh_origin *origin; /* [n_origins] */
    size_t n_origins;
    uint32_t *source_of; /* [top] by number of origin: 1 + the first origin of its source */
    uint32_t top;
    fh_intern *seen; /* 8 bytes: source, touchpoint, channel */
    uint64_t *count; /* [cap] of seen 1 .. */
    size_t cap;
    uint64_t quick_key[QUICK];
    uint32_t quick_entry[QUICK]; /* 0: empty */
} counting;

/* ---- Names ----------------------------------------------------------------------------- */

static fh_status note_spelling(void *ctx, uint32_t number, fh_str text, fh_error *err)
{
    counting *c = ((void **)ctx)[0];
    dictionary *d = ((void **)ctx)[1];
    if (number >= d->names.n) return FH_OK;
    const uint32_t canon = d->names.canon ? d->names.canon[number] : number;
    spelling *s = FH_NEW(c->arena, spelling);
    if (!s || canon >= d->names.n || !fh_arena_str(c->arena, text, &s->text))
        return fh_no_memory(err);
    s->next = d->written[canon];
    d->written[canon] = s;
    return FH_OK;
}

static fh_status read_names(counting *c, fh_org *org, fh_dict dict, dictionary *d, fh_error *err)
{
    void *ctx[] = {c, d};
    const fh_status s = fh_dict_names(org, dict, c->arena, &d->names, err);
    if (s) return s;
    d->written = FH_NEW_ARRAY(c->arena, spelling *, d->names.n + 1);
    return d->written ? fh_dict_spellings(org, dict, note_spelling, ctx, err) : fh_no_memory(err);
}

static fh_status read_sources(counting *c, fh_org *org, fh_error *err)
{
    const fh_status s = fh_origins(org, c->arena, &c->origin, &c->n_origins, err);
    if (s) return s;
    c->top = c->n_origins ? c->origin[c->n_origins - 1].origin + 1 : 1;
    c->source_of = FH_NEW_ARRAY(c->arena, uint32_t, c->top);
    if (!c->source_of) return fh_no_memory(err);
    for (size_t i = 0; i < c->n_origins; i++) {
        size_t first = 0;
        while (!fh_str_eq(c->origin[first].source, c->origin[i].source)) first++;
        c->source_of[c->origin[i].origin] = (uint32_t)first + 1;
    }
    return FH_OK;
}

/* ---- Counting ---------------------------------------------------------------------------- */

static bool count_one(counting *c, uint64_t key)
{
    const size_t place = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 52);
    if (c->quick_entry[place] && c->quick_key[place] == key) {
        c->count[c->quick_entry[place] - 1]++;
        return true;
    }
    const fh_str bytes = {(const char *)&key, sizeof key};
    const uint64_t hash = fh_intern_hash(bytes);
    uint32_t entry = fh_intern_find(c->seen, bytes, hash);
    if (!entry) {
        if (fh_intern_count(c->seen) == c->cap) {
            const size_t cap = c->cap ? 2 * c->cap : 256;
            uint64_t *bigger = realloc(c->count, cap * sizeof *bigger);
            if (!bigger) return false;
            c->count = bigger;
            c->cap = cap;
        }
        if (!(entry = fh_intern_add(c->seen, bytes, hash))) return false;
        c->count[entry - 1] = 0;
    }
    c->count[entry - 1]++;
    c->quick_key[place] = key;
    c->quick_entry[place] = entry;
    return true;
}

static fh_status count_all(counting *c, fh_org *org, fh_error *err)
{
    const fh_segment *seg = NULL;
    fh_scan *scan = NULL;
    fh_status s =
        fh_scan_open(org, 1u << FH_COL_ORIGIN | 1u << FH_COL_TOUCHPOINT | 1u << FH_COL_CHANNEL, 0,
                     UINT32_MAX, &scan, err);
    while (!s) {
        s = fh_scan_next(scan, 0, &seg, err);
        if (s || !seg) break;
        for (uint32_t i = 0; i < seg->n && !s; i++) {
            const uint32_t origin = seg->origin ? seg->origin[i] : 0;
            const uint64_t source = origin < c->top ? c->source_of[origin] : 0;
            const uint64_t names =
                (uint64_t)fh_name_at(&seg->touchpoint, i) << 16 | fh_name_at(&seg->channel, i);
            if (!count_one(c, source << 32 | names)) s = fh_no_memory(err);
        }
    }
    fh_scan_close(scan);
    return s;
}

/* ---- Comparing ------------------------------------------------------------------------------ */

static const spelling nameless = {NULL, {"", 0}};

static const spelling *written(const dictionary *d, uint32_t number)
{
    return number && number < d->names.n && d->written[number] ? d->written[number] : &nameless;
}

static fh_str shown(const dictionary *d, uint32_t number)
{
    return number < d->names.n ? d->names.name[number] : (fh_str){"", 0};
}

static uint32_t rule_for(const counting *c, const fh_mapping_rule *rules, size_t n, fh_str source,
                         uint32_t touchpoint, uint32_t channel)
{
    for (const spelling *t = written(&c->touchpoints, touchpoint); t; t = t->next)
        for (const spelling *h = written(&c->channels, channel); h; h = h->next) {
            const fh_mapping_rule *r = fh_mapping_rule_for(rules, n, source, t->text, h->text);
            if (r) return r->rule ? r->rule : UINT32_MAX;
        }
    return 0;
}

static bool is_named_by(const counting *c, const fh_mapping_rule *rules, size_t n, fh_str source,
                        uint32_t touchpoint)
{
    for (size_t i = 0; i < n; i++) {
        if (!rules[i].active || (rules[i].source.len && !fh_str_eq(rules[i].source, source)))
            continue;
        for (const spelling *t = written(&c->touchpoints, touchpoint); t; t = t->next)
            if (fh_str_eq(t->text, rules[i].to_touchpoint)) return true;
    }
    return false;
}

static int by_source_and_count(const void *a, const void *b, void *ctx)
{
    const fh_named_so *x = a, *y = b;
    (void)ctx;
    int order = fh_str_cmp(x->source, y->source);
    if (!order) order = (x->interactions < y->interactions) - (x->interactions > y->interactions);
    if (!order) order = fh_str_cmp(x->touchpoint, y->touchpoint);
    return order ? order : fh_str_cmp(x->channel, y->channel);
}

static fh_status compare(const counting *c, const fh_mapping_rule *rules, size_t n_rules,
                         fh_arena *arena, fh_coverage *out, fh_error *err)
{
    const uint32_t n = fh_intern_count(c->seen);
    fh_named_so *list = FH_NEW_ARRAY(arena, fh_named_so, n + 1);
    if (!list) return fh_no_memory(err);
    for (uint32_t i = 0; i < n; i++) {
        uint64_t key;
        memcpy(&key, fh_intern_text(c->seen, i + 1).ptr, sizeof key);
        const uint64_t source = key >> 32;
        const uint32_t touchpoint = (uint32_t)(key >> 16 & 0xffff);
        const uint32_t channel = (uint32_t)(key & 0xffff);
        fh_named_so *to = &list[i];
        *to =
            (fh_named_so){.source = source && source <= c->n_origins ? c->origin[source - 1].source
                                                                     : (fh_str){"", 0},
                          .touchpoint = shown(&c->touchpoints, touchpoint),
                          .channel = shown(&c->channels, channel),
                          .interactions = c->count[i]};
        to->rule = rule_for(c, rules, n_rules, to->source, touchpoint, channel);
        to->by_rule = is_named_by(c, rules, n_rules, to->source, touchpoint);
    }
    const fh_status s =
        fh_sort(fh_arena_allocator(arena), list, n, sizeof *list, by_source_and_count, NULL);
    if (s) return fh_no_memory(err);
    *out = (fh_coverage){.n = n, .name = list};
    return FH_OK;
}

fh_status fh_mapping_coverage(fh_org *org, const fh_mapping_rule *only, fh_arena *arena,
                              fh_coverage *out, fh_error *err)
{
    const fh_mapping_rule *rules = only;
    size_t n = 1;
    counting *c = calloc(1, sizeof *c);
    if (!c) return fh_no_memory(err);
    c->arena = arena;
    fh_status s = (c->seen = fh_intern_new(NULL)) ? FH_OK : fh_no_memory(err);
    if (!s) s = read_names(c, org, FH_DICT_TOUCHPOINT, &c->touchpoints, err);
    if (!s) s = read_names(c, org, FH_DICT_CHANNEL, &c->channels, err);
    if (!s) s = read_sources(c, org, err);
    if (!s && !only) s = fh_mapping_rule_list(org, arena, &rules, &n, err);
    if (!s) s = count_all(c, org, err);
    if (!s) s = compare(c, rules, n, arena, out, err);
    fh_intern_free(c->seen);
    free(c->count);
    free(c);
    return s;
}
