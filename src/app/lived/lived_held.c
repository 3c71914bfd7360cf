/* lived_held.c - what is known of a customer, and which department holds it.
 *
 * Members of payloads that are texts, numbers, yes or no are what somebody once asked for
 * or was told: "address" in a call with Sales. One level of objects is looked into
 * ("address.city"). What is long is a message and not a field; the words that Firsthand
 * itself reads (text, promise ...) are none either.
 */
#include "app/lived/lived_parts.h"

#include "base/intern.h"
#include "base/sort.h"

#include <stdlib.h>
#include <string.h>

enum { FIELD_MAX = 100, LONG = 500 };

typedef struct holding {
    fh_lived const *l;
    fh_intern *pairs; /* department number, then the field's name */
    fh_held *held;    /* [FH_HELD_MAX] in the order of `pairs` */
    size_t n, hidden;
    uint32_t at; /* the interaction looked at */
    fh_arena *arena;
} holding;

static bool is_ours(fh_str name)
{
    static const char *const words[] = {"text",          "reason",  "told",       "promise",
                                        "promise_until", "accepts", "takes_back", "by",
                                        "subject",       "purpose", "signatory",  "language",
                                        "thread",        "sender",  "role"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (fh_str_eq(name, fh_str_of(words[i]))) return true;
    return false;
}

/* At most FH_HELD_VALUE bytes, cut between characters. */
static fh_str cut(fh_str s)
{
    if (s.len <= FH_HELD_VALUE) return s;
    s.len = FH_HELD_VALUE;
    while (s.len && ((unsigned char)s.ptr[s.len] & 0xc0) == 0x80) s.len--;
    return s;
}

static fh_status hold(holding *h, fh_str field, fh_str value, fh_error *err)
{
    const fh_told *t = &h->l->told[h->at];
    char key[FIELD_MAX * 2 + 16];
    memcpy(key, &t->department, sizeof t->department);
    memcpy(key + sizeof t->department, field.ptr, field.len);
    const fh_str pair = {key, sizeof t->department + field.len};
    const uint64_t hash = fh_intern_hash(pair);
    uint32_t number = fh_intern_find(h->pairs, pair, hash);
    if (!number) {
        number = fh_intern_add(h->pairs, pair, hash);
        if (!number) return fh_no_memory(err);
        if (number > FH_HELD_MAX) {
            h->hidden++;
            return FH_OK;
        }
        fh_held *fresh = &h->held[number - 1];
        *fresh = (fh_held){.department = t->department, .first = h->at};
        if (!fh_arena_str(h->arena, field, &fresh->field)) return fh_no_memory(err);
        h->n = number;
    }
    if (number > FH_HELD_MAX) return FH_OK;
    fh_held *held = &h->held[number - 1];
    held->value = cut(value);
    held->n_from_customer += t->direction == FH_DIR_IN;
    held->n++;
    held->last = h->at;
    return FH_OK;
}

/* The value as text; false: it is not one that is held. */
static fh_status value_of(holding *h, const fh_json_doc *doc, uint32_t at, fh_str *out, bool *is,
                          fh_error *err)
{
    const fh_json_type type = (fh_json_type)doc->token[at].type;
    *is = type == FH_JSON_NUMBER || type == FH_JSON_TRUE || type == FH_JSON_FALSE ||
          (type == FH_JSON_STRING && doc->token[at].len <= LONG);
    if (!*is) return FH_OK;
    if (type == FH_JSON_STRING) {
        if (!fh_json_text(doc, at, h->arena, out)) return fh_no_memory(err);
        *out = fh_str_trim(*out);
    } else {
        *out = type == FH_JSON_NUMBER ? fh_json_raw(doc, at)
                                      : fh_str_of(type == FH_JSON_TRUE ? "yes" : "no");
    }
    *is = out->len > 0;
    return FH_OK;
}

/* The members of object token `object`; `before`: "address." inside of an object. */
static fh_status hold_members(holding *h, const fh_json_doc *doc, uint32_t object, fh_str before,
                              fh_error *err)
{
    fh_status s = FH_OK;
    uint32_t at = object + 1;
    for (uint32_t m = 0; m < doc->token[object].count && !s; m++, at = doc->token[at + 1].next) {
        char field[FIELD_MAX * 2 + 2];
        fh_str name = {0}, value = {0};
        bool is = false;
        if (!fh_json_text(doc, at, h->arena, &name)) return fh_no_memory(err);
        if (!name.len || name.len > FIELD_MAX || (!before.len && is_ours(name))) continue;
        if (before.len) memcpy(field, before.ptr, before.len);
        memcpy(field + before.len, name.ptr, name.len);
        const size_t len = before.len + name.len;
        if (doc->token[at + 1].type == FH_JSON_OBJECT && !before.len) {
            field[len] = '.';
            s = hold_members(h, doc, at + 1, (fh_str){field, len + 1}, err);
            continue;
        }
        s = value_of(h, doc, at + 1, &value, &is, err);
        if (!s && is) s = hold(h, (fh_str){field, len}, value, err);
    }
    return s;
}

static fh_status hold_payload(holding *h, fh_json_reader *reader, fh_error *err)
{
    fh_json_doc doc;
    const fh_said *said = &h->l->said[h->at];
    if (!said->is_json) return FH_OK;
    fh_error wrong = {0};
    const fh_status s = fh_json_read(reader, h->l->told[h->at].payload, &doc, &wrong);
    if (s == FH_NOMEM) return fh_no_memory(err);
    if (s || !doc.n_tokens || doc.token[0].type != FH_JSON_OBJECT) return FH_OK;
    return hold_members(h, &doc, 0, (fh_str){0}, err);
}

static int by_field_then_latest(const void *pa, const void *pb, void *ctx)
{
    const fh_held *a = pa, *b = pb;
    (void)ctx;
    const int names = fh_str_cmp(a->field, b->field);
    if (names) return names;
    if (a->last != b->last) return a->last > b->last ? -1 : 1;
    return (a->department > b->department) - (a->department < b->department);
}

fh_status fh_lived_held(const fh_lived *l, const fh_held **out, size_t *n, size_t *hidden,
                        fh_error *err)
{
    holding h = {.l = l, .arena = l->view->arena, .pairs = fh_intern_new(NULL)};
    fh_json_reader *reader = fh_json_reader_new(NULL, FH_SAID_TOKENS);
    h.held = FH_NEW_ARRAY(h.arena, fh_held, FH_HELD_MAX);
    fh_status s = h.pairs && reader && h.held ? FH_OK : fh_no_memory(err);
    for (h.at = 0; h.at < l->n_past && !s; h.at++) s = hold_payload(&h, reader, err);
    if (!s && fh_sort(NULL, h.held, h.n, sizeof *h.held, by_field_then_latest, NULL))
        s = fh_no_memory(err);
    fh_json_reader_free(reader);
    fh_intern_free(h.pairs);
    if (s) return s;
    *out = h.held;
    *n = h.n;
    *hidden = h.hidden;
    return FH_OK;
}
