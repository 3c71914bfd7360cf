/* codes.c - names to dictionary numbers (see codes.h).
 *
 * A name of up to sixteen bytes fits two registers, so a small direct-mapped table
 * answers nearly all questions without hashing or touching the text again; behind
 * it is a hash table of all names seen. A name that is new gets its number from
 * the dictionary after the batch was looked through, in one transaction.
 */
#include "app/codes.h"

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
    *head = *tail = 0;
    if (s.len >= 8) {
        memcpy(head, s.ptr, 8);
        memcpy(tail, s.ptr + s.len - 8, 8);
    } else if (s.len >= 4) {
        memcpy(head, s.ptr, 4);
        memcpy(tail, s.ptr + s.len - 4, 4);
    } else {
        for (size_t i = 0; i < s.len; i++) *head = *head << 8 | (unsigned char)s.ptr[i];
    }
}

static inline size_t place(uint64_t head, uint64_t tail, size_t len)
{
    const uint64_t mixed =
        (head ^ tail * UINT64_C(0x9e3779b97f4a7c15) ^ len) * UINT64_C(0xd6e8feb86659fd93);
    return (size_t)(mixed >> 56);
}

_Static_assert(QUICK == 256, "place gives eight bits");

/* The number, or 0 when the dictionary has to be asked (or memory ran out: then
 * asking tells). */
static inline uint32_t look_up(dictionary *d, fh_str name)
{
    uint64_t head = 0, tail = 0;
    quick *q = NULL;
    if (name.len <= SHORT) {
        two_words(name, &head, &tail);
        q = &d->table[place(head, tail, name.len)];
        if (q->number && q->head == head && q->tail == tail && q->len == name.len) return q->number;
    }
    const uint32_t entry = fh_intern_find(d->names, name, fh_intern_hash(name));
    const uint32_t number = entry && entry <= d->n_asked ? d->number[entry - 1] : 0;
    if (q && number) *q = (quick){head, tail, (uint32_t)name.len, number};
    return number;
}

static inline void set_number(fh_row *row, fh_dict dict, uint32_t number)
{
    switch (dict) {
    case FH_DICT_TOUCHPOINT: row->touchpoint = (uint16_t)number; break;
    case FH_DICT_CHANNEL: row->channel = (uint16_t)number; break;
    case FH_DICT_DEPARTMENT: row->department = (uint16_t)number; break;
    case FH_DICT_OUTCOME: row->outcome = (uint16_t)number; break;
    case FH_DICT_CURRENCY: row->currency = (uint8_t)number; break;
    case FH_N_DICTS: break;
    }
}

/* Fills in one name if it is known; else notes it. */
static inline fh_status fill_one(fh_codes_of *c, fh_dict dict, fh_str name, fh_row *out,
                                 size_t *n_new, fh_error *err)
{
    dictionary *d = &c->dict[dict];
    const uint32_t number = name.len ? look_up(d, name) : 0;
    set_number(out, dict, number);
    if (number || name.len == 0) return FH_OK;
    if (!fh_intern_add(d->names, name, fh_intern_hash(name))) return fh_no_memory(err);
    ++*n_new;
    return FH_OK;
}

/* Fills what is known; *n_new tells how many names are not. One row after the
 * other: they are large, and each is in the cache only once. */
static fh_status pass(fh_codes_of *c, const fh_interaction *rows, size_t n, fh_row *out,
                      size_t *n_new, fh_error *err)
{
    fh_status status = FH_OK;
    *n_new = 0;
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        const fh_interaction *r = &rows[i];
        fh_row *to = &out[i];
        status = fill_one(c, FH_DICT_TOUCHPOINT, r->touchpoint, to, n_new, err);
        if (status == FH_OK) status = fill_one(c, FH_DICT_CHANNEL, r->channel, to, n_new, err);
        if (status == FH_OK)
            status = fill_one(c, FH_DICT_DEPARTMENT, r->department, to, n_new, err);
        if (status == FH_OK) status = fill_one(c, FH_DICT_OUTCOME, r->outcome, to, n_new, err);
        if (status == FH_OK) status = fill_one(c, FH_DICT_CURRENCY, r->currency, to, n_new, err);
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
