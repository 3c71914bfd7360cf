/* same.c - which interactions of one customer are the same one, sent again.
 *
 * Ids that a source gave are looked up in a hash table of the story, or compared
 * one by one where the story is short. Entries without such an id can only be
 * the same within one instant; there they form classes of equal content:
 *
 *     class:  head -> next -> next ...        in the order of the story
 *
 * A new entry of origin o is a copy of the first of its class whose origin is
 * not o, which then takes over o. The search for it begins where the last one
 * of the same origin ended, because all before that have this origin by then.
 */
#include "story/same.h"

#include "story/flat.h"

enum { FEW = 24, NOBODY = 0 }; /* places in the table are index + 1 */

static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}

static uint64_t id_of(const fh_same *s, const fh_entry *e)
{
    const uint64_t *id = s->in[e->input]->id;
    return id ? id[e->index] : 0;
}

/* A table of 2^bits places, all empty. */
static uint32_t *table_for(const fh_same *s, uint32_t n, uint32_t *bits)
{
    for (*bits = 2; (UINT64_C(1) << *bits) < 2 * (uint64_t)n;) ++*bits;
    const size_t places = (size_t)1 << *bits;
    uint32_t *table = fh_space_scratch(s->space, 6, places, sizeof *table);
    if (table) memset(table, 0, places * sizeof *table);
    return table;
}

static uint32_t drop_given_few(const fh_same *s, fh_entry *entry, uint32_t n)
{
    uint64_t id[FEW];
    uint32_t kept[FEW], n_kept = 0, dropped = 0;
    for (uint32_t j = 0; j < n; j++) {
        if (!entry[j].given) continue;
        const uint64_t mine = id_of(s, &entry[j]);
        uint32_t k = 0;
        while (k < n_kept && id[k] != mine) k++;
        if (k == n_kept) {
            id[n_kept] = mine;
            kept[n_kept++] = j;
            continue;
        }
        entry[j].dropped = true;
        entry[kept[k]].origin = entry[j].origin;
        dropped++;
    }
    return dropped;
}

uint32_t fh_drop_given(const fh_same *s, fh_entry *entry, uint32_t n)
{
    if (n <= FEW) return drop_given_few(s, entry, n);
    uint32_t bits, dropped = 0;
    uint32_t *table = table_for(s, n, &bits);
    if (!table) return UINT32_MAX;
    const uint32_t mask = (UINT32_C(1) << bits) - 1;
    for (uint32_t j = 0; j < n; j++) {
        if (!entry[j].given) continue;
        const uint64_t id = id_of(s, &entry[j]);
        uint32_t place = (uint32_t)(mix(0, id) >> 32) & mask;
        while (table[place] != NOBODY && id_of(s, &entry[table[place] - 1]) != id)
            place = (place + 1) & mask;
        if (table[place] == NOBODY) {
            table[place] = j + 1;
            continue;
        }
        entry[j].dropped = true;
        entry[table[place] - 1].origin = entry[j].origin;
        dropped++;
    }
    return dropped;
}

/* ---- Equal content ----------------------------------------------------------------- */

static uint32_t member_at(const fh_same *s, const fh_entry *e)
{
    const uint32_t *member = s->in[e->input]->member;
    return member && member[e->index] ? member[e->index] : s->customer;
}

/* An entry of a column that is not names; of `size` bytes, 0 when there is none. */
static uint64_t flat_at(const fh_same *s, const fh_entry *e, const fh_flat *flat)
{
    if (flat->col == FH_COL_MEMBER) return member_at(s, e);
    const char *array = fh_flat_get(s->in[e->input], flat->at);
    uint64_t v = 0;
    if (array) memcpy(&v, array + (size_t)e->index * flat->size, flat->size);
    return v;
}

static bool present_at(const fh_same *s, const fh_entry *e, const fh_flat *flat)
{
    return flat->bits_at && fh_bit(fh_flat_get(s->in[e->input], flat->bits_at), e->index);
}

static uint64_t content_hash(const fh_same *s, const fh_entry *e)
{
    uint64_t h = 1;
    for (uint32_t k = 0; k < s->n_named; k++)
        h = mix(h, fh_name_at(fh_codes_in(s->in[e->input], s->named[k]), e->index));
    for (uint32_t k = 0; k < s->n_flat; k++) h = mix(h, flat_at(s, e, s->flat[k]));
    return h;
}

static bool equal_content(const fh_same *s, const fh_entry *a, const fh_entry *b)
{
    for (uint32_t k = 0; k < s->n_named; k++) {
        const fh_codes *x = fh_codes_in(s->in[a->input], s->named[k]);
        const fh_codes *y = fh_codes_in(s->in[b->input], s->named[k]);
        if (fh_name_at(x, a->index) != fh_name_at(y, b->index)) return false;
    }
    for (uint32_t k = 0; k < s->n_flat; k++) {
        if (flat_at(s, a, s->flat[k]) != flat_at(s, b, s->flat[k])) return false;
        if (present_at(s, a, s->flat[k]) != present_at(s, b, s->flat[k])) return false;
    }
    return true;
}

fh_same fh_same_of(fh_space *space, const fh_segment *const *in, size_t n_in)
{
    fh_same s = {.space = space, .in = in};
    uint32_t loaded = FH_COLS_ALL;
    for (size_t k = 0; k < n_in; k++) loaded &= in[k]->columns;
    for (size_t c = 0; c < FH_N_NAMED; c++) {
        bool any = false;
        for (size_t k = 0; k < n_in; k++) {
            const fh_codes *codes = fh_codes_in(in[k], fh_named[c]);
            any = any || codes->c8 || codes->c16;
        }
        if (any && loaded >> fh_named[c] & 1) s.named[s.n_named++] = fh_named[c];
    }
    for (size_t c = 0; c < FH_N_FLAT; c++) {
        const fh_flat *flat = &fh_flats[c];
        bool any = false;
        if (flat->col == FH_COL_ORIGIN || flat->col == FH_COL_MS) continue;
        for (size_t k = 0; k < n_in; k++) any = any || fh_flat_get(in[k], flat->at);
        if (any && loaded >> flat->col & 1) s.flat[s.n_flat++] = flat;
    }
    return s;
}

/* A class is known by its first entry; these are kept at that entry's place. */
typedef struct class
{
    uint32_t next;   /* of every entry: the one behind it in its class, or NONE */
    uint32_t tail;   /* of a head: the last of the class                        */
    uint32_t cursor; /* of a head: all before it have the origin `origin`       */
    uint32_t origin;
} class;

enum { NONE = INT32_MAX };

/* The first of the class whose origin is not that of `e`, or NONE. Those of the
 * input of `e` itself stand last in the class; they have been told apart before. */
static uint32_t find_other(class *at, uint32_t head, const fh_entry *entry, const fh_entry *e)
{
    class *c = &at[head];
    if (c->origin != e->origin) {
        c->origin = e->origin;
        c->cursor = head;
    }
    while (c->cursor != NONE && entry[c->cursor].origin == e->origin)
        c->cursor = at[c->cursor].next;
    return c->cursor != NONE && entry[c->cursor].input == e->input ? NONE : c->cursor;
}

/* The same as drop_in_instant, for a few entries: every one is compared. */
static uint32_t drop_among_few(const fh_same *s, fh_entry *entry, uint32_t n)
{
    uint32_t dropped = 0;
    for (uint32_t j = 1; j < n; j++) {
        for (uint32_t i = 0; i < j && !entry[j].given; i++) {
            if (entry[i].given || entry[i].dropped || entry[i].origin == entry[j].origin ||
                entry[i].input == entry[j].input || !equal_content(s, &entry[i], &entry[j]))
                continue;
            entry[i].origin = entry[j].origin;
            entry[j].dropped = true;
            dropped++;
            break;
        }
    }
    return dropped;
}

/* Entries of one instant. */
static uint32_t drop_in_instant(const fh_same *s, fh_entry *entry, uint32_t n)
{
    if (n <= FEW) return drop_among_few(s, entry, n);
    uint32_t bits, dropped = 0;
    uint32_t *table = table_for(s, n, &bits);
    class *at = fh_space_scratch(s->space, 7, n, sizeof *at);
    if (!table || !at) return UINT32_MAX;
    const uint32_t mask = (UINT32_C(1) << bits) - 1;
    for (uint32_t j = 0; j < n; j++) {
        if (entry[j].given) continue;
        uint32_t place = (uint32_t)(content_hash(s, &entry[j]) >> 32) & mask;
        while (table[place] != NOBODY && !equal_content(s, &entry[table[place] - 1], &entry[j]))
            place = (place + 1) & mask;
        at[j] = (class){NONE, j, j, entry[j].origin};
        if (table[place] == NOBODY) {
            table[place] = j + 1;
            continue;
        }
        const uint32_t head = table[place] - 1;
        const uint32_t copied = find_other(at, head, entry, &entry[j]);
        if (copied != NONE) {
            entry[copied].origin = entry[j].origin;
            entry[j].dropped = true;
            dropped++;
            continue;
        }
        at[at[head].tail].next = j;
        at[head].tail = j;
        if (at[head].cursor == NONE) at[head].cursor = j;
    }
    return dropped;
}

uint32_t fh_drop_equal(const fh_same *s, fh_entry *entry, uint32_t n)
{
    uint32_t dropped = 0;
    for (uint32_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && entry[end].at == entry[i].at;) end++;
        if (end - i < 2) continue;
        const uint32_t here = drop_in_instant(s, entry + i, end - i);
        if (here == UINT32_MAX) return here;
        dropped += here;
    }
    return dropped;
}
