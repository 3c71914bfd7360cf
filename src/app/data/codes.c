/* codes.c - names to dictionary numbers (see codes.h).
 *
 * A name of up to sixteen bytes fits two registers, so a small direct-mapped table
 * answers nearly all questions without hashing or touching the text again; behind
 * it is a hash table of all names seen. A name that is new gets its number from
 * the dictionary after the batch was looked through, in one transaction.
 */
#include "app/data/codes.h"

#include "base/intern.h"

#include <stdlib.h>
#include <string.h>

enum { QUICK = 256, SHORT = 16, MAX_CURRENCIES = 255 };

typedef struct quick {
    uint64_t head, tail;
    uint32_t len, number; /* number 0: empty */
} quick;

typedef struct dictionary {
    quick table[QUICK];
    fh_intern *names;
    uint32_t *number; /* [cap] of names 1 ..; 0: not asked yet */
    size_t cap, n_asked;
} dictionary;

struct fh_codes_of {
    fh_org *org;
    dictionary dict[FH_N_DICTS];
};

fh_status fh_codes_new(fh_org *org, fh_codes_of **out, fh_error *err)
{
    fh_codes_of *c = calloc(1, sizeof *c);
    if (!c) return fh_no_memory(err);
    c->org = org;
    for (int d = 0; d < FH_N_DICTS; d++) {
        c->dict[d].names = fh_intern_new(NULL);
        if (!c->dict[d].names) {
            fh_codes_free(c);
            return fh_no_memory(err);
        }
    }
    *out = c;
    return FH_OK;
}

void fh_codes_free(fh_codes_of *c)
{
    if (!c) return;
    for (int d = 0; d < FH_N_DICTS; d++) {
        fh_intern_free(c->dict[d].names);
        free(c->dict[d].number);
    }
    free(c);
}

/* Up to sixteen bytes as two numbers; different texts of a length differ. */
static inline void two_words(fh_str s, uint64_t *head, uint64_t *tail)
{
    if (s.len >= 8) {
        memcpy(head, s.ptr, 8);
        memcpy(tail, s.ptr + s.len - 8, 8);
    } else if (s.len >= 4) {
        uint32_t first, last;
        memcpy(&first, s.ptr, 4);
        memcpy(&last, s.ptr + s.len - 4, 4);
        *head = first;
        *tail = last;
    } else {
        *head = (uint64_t)(unsigned char)s.ptr[0] << 8 | (unsigned char)s.ptr[s.len / 2];
        *tail = (unsigned char)s.ptr[s.len - 1];
    }
}

static inline size_t place(uint64_t head, uint64_t tail, size_t len)
{
    const uint64_t mixed =
        (head ^ tail * UINT64_C(0x9e3779b97f4a7c15) ^ len) * UINT64_C(0xd6e8feb86659fd93);
    return (size_t)(mixed >> 56);
}

_Static_assert(QUICK == 256, "place gives eight bits");

/* The quick entry for a name, which may hold another one. */
static inline quick *entry_for(dictionary *d, fh_str name, quick *want)
{
    two_words(name, &want->head, &want->tail);
    want->len = (uint32_t)name.len;
    return &d->table[place(want->head, want->tail, name.len)];
}

/* The number, or 0 when the dictionary has to be asked (or memory ran out: then
 * asking tells). */
static uint32_t look_up_all(dictionary *d, fh_str name)
{
    const uint32_t entry = fh_intern_find(d->names, name, fh_intern_hash(name));
    const uint32_t number = entry && entry <= d->n_asked ? d->number[entry - 1] : 0;
    if (number && name.len <= SHORT) {
        quick found = {.number = number};
        quick *q = entry_for(d, name, &found);
        *q = found;
    }
    return number;
}

static inline uint32_t look_up(dictionary *d, fh_str name)
{
    if (name.len == 0 || name.len > SHORT) return name.len ? look_up_all(d, name) : 0;
    quick want;
    const quick *q = entry_for(d, name, &want);
    if (q->head == want.head && q->tail == want.tail && q->len == want.len) return q->number;
    return look_up_all(d, name);
}

/* A name that is not known is noted, to be asked for. */
static fh_status note(dictionary *d, fh_str name, size_t *n_new, fh_error *err)
{
    if (!fh_intern_add(d->names, name, fh_intern_hash(name))) return fh_no_memory(err);
    ++*n_new;
    return FH_OK;
}

static fh_status note_row(fh_codes_of *c, const fh_interaction *r, const fh_row *row, size_t *n_new,
                          fh_error *err)
{
    dictionary *d = c->dict;
    fh_status status = FH_OK;
    if (r->touchpoint.len && !row->touchpoint)
        status = note(&d[FH_DICT_TOUCHPOINT], r->touchpoint, n_new, err);
    if (status == FH_OK && r->channel.len && !row->channel)
        status = note(&d[FH_DICT_CHANNEL], r->channel, n_new, err);
    if (status == FH_OK && r->department.len && !row->department)
        status = note(&d[FH_DICT_DEPARTMENT], r->department, n_new, err);
    if (status == FH_OK && r->outcome.len && !row->outcome)
        status = note(&d[FH_DICT_OUTCOME], r->outcome, n_new, err);
    if (status == FH_OK && r->currency.len && !row->currency)
        status = note(&d[FH_DICT_CURRENCY], r->currency, n_new, err);
    return status;
}

/* Fills what is known; *n_new tells how many names are not. One row after the
 * other: they are large, and each is in the cache only once. */
static fh_status pass(fh_codes_of *c, const fh_interaction *rows, size_t n, fh_row *out,
                      size_t *n_new, fh_error *err)
{
    dictionary *d = c->dict;
    fh_status status = FH_OK;
    *n_new = 0;
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        const fh_interaction *r = &rows[i];
        fh_row *to = &out[i];
        to->touchpoint = (uint16_t)look_up(&d[FH_DICT_TOUCHPOINT], r->touchpoint);
        to->channel = (uint16_t)look_up(&d[FH_DICT_CHANNEL], r->channel);
        to->department = (uint16_t)look_up(&d[FH_DICT_DEPARTMENT], r->department);
        to->outcome = (uint16_t)look_up(&d[FH_DICT_OUTCOME], r->outcome);
        to->currency = (uint8_t)look_up(&d[FH_DICT_CURRENCY], r->currency);
        const bool all = (to->touchpoint || !r->touchpoint.len) &&
                         (to->channel || !r->channel.len) &&
                         (to->department || !r->department.len) &&
                         (to->outcome || !r->outcome.len) && (to->currency || !r->currency.len);
        if (!all) status = note_row(c, r, to, n_new, err);
    }
    return status;
}

static fh_status ask(fh_codes_of *c, int dict, fh_error *err)
{
    dictionary *d = &c->dict[dict];
    const size_t n = fh_intern_count(d->names);
    if (n > d->cap) {
        uint32_t *bigger = realloc(d->number, 2 * n * sizeof *bigger);
        if (!bigger) return fh_no_memory(err);
        d->number = bigger;
        d->cap = 2 * n;
    }
    fh_status status = FH_OK;
    while (d->n_asked < n && status == FH_OK) {
        uint32_t number = 0;
        const fh_str name = fh_intern_text(d->names, (uint32_t)d->n_asked + 1);
        status = fh_dict_intern(c->org, (fh_dict)dict, name, &number, err);
        if (status == FH_OK && dict == FH_DICT_CURRENCY && number > MAX_CURRENCIES)
            status = fh_fail(err, FH_LIMIT, "there are more than %d currencies", MAX_CURRENCIES);
        if (status == FH_OK) d->number[d->n_asked++] = number;
    }
    return status;
}

static fh_status ask_all(fh_codes_of *c, fh_error *err)
{
    fh_status status = FH_OK;
    for (int d = 0; d < FH_N_DICTS && status == FH_OK; d++) status = ask(c, d, err);
    return status;
}

fh_status fh_codes_fill_inside(fh_codes_of *c, const fh_interaction *rows, size_t n, fh_row *out,
                               fh_error *err)
{
    size_t n_new = 0;
    fh_status status = pass(c, rows, n, out, &n_new, err);
    if (status == FH_OK && n_new) status = ask_all(c, err);
    return status == FH_OK && n_new ? pass(c, rows, n, out, &n_new, err) : status;
}

fh_status fh_codes_fill(fh_codes_of *c, const fh_interaction *rows, size_t n, fh_row *out,
                        fh_error *err)
{
    size_t n_new = 0;
    fh_status status = pass(c, rows, n, out, &n_new, err);
    if (status != FH_OK || n_new == 0) return status;
    status = fh_org_begin(c->org, err);
    if (status != FH_OK) return status;
    status = ask_all(c, err);
    if (status == FH_OK)
        status = fh_org_commit(c->org, err);
    else
        fh_org_rollback(c->org);
    return status == FH_OK ? pass(c, rows, n, out, &n_new, err) : status;
}
