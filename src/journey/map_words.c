/* map_words.c - the words of journey maps, what is an id and what is a text. */
#include "journey/map_parts.h"

#include "base/intern.h"
#include "base/time.h"
#include "base/utf8.h"

#include <string.h>

const char *const fh_map_lane_words[] = {"customer", "front", "back", NULL};
const char *const fh_map_when_words[] = {"before", "during", "after", NULL};
const char *const fh_map_op_words[] = {"touchpoint", "sequence", "choice", "any-order",
                                       "repeat",     "optional", NULL};

const fh_map_text_field fh_map_text_fields[] = {
    {"name", offsetof(fh_map_touchpoint, name)},
    {"from", offsetof(fh_map_touchpoint, from)},
    {"to", offsetof(fh_map_touchpoint, to)},
    {"over", offsetof(fh_map_touchpoint, channel)},
    {"place", offsetof(fh_map_touchpoint, place)},
    {"owner", offsetof(fh_map_touchpoint, owner)},
    {"ask", offsetof(fh_map_touchpoint, ask)},
    {"intended", offsetof(fh_map_touchpoint, intended)},
    {"note", offsetof(fh_map_touchpoint, note)},
    {"unseen", offsetof(fh_map_touchpoint, unseen)},
    {"walk", offsetof(fh_map_touchpoint, not_walkable)},
    {"instead", offsetof(fh_map_touchpoint, instead)},
    {NULL, 0},
};

const fh_map_text_field *fh_map_text_field_of(fh_str word)
{
    const fh_map_text_field *f = fh_map_text_fields;
    while (f->word && !fh_str_eq(word, fh_str_of(f->word))) f++;
    return f->word ? f : NULL;
}

#define LIST(word, row, n)                                                      \
    {                                                                           \
        word, offsetof(fh_map_touchpoint, row), offsetof(fh_map_touchpoint, n), \
            offsetof(fh_map_lines, row), sizeof *((fh_map_touchpoint *)0)->row  \
    }
const fh_map_list_field fh_map_list_fields[] = {
    LIST("behave", behaviour, n_behaviours), LIST("promise", promise, n_promises),
    LIST("never", never, n_nevers),          LIST("holds", holds, n_holds),
    LIST("needs", needs, n_needs),           LIST("system", system, n_systems),
    LIST("match", match, n_matches),         {NULL, 0, 0, 0, 0},
};

const fh_map_list_field *fh_map_list_field_of(fh_str word)
{
    const fh_map_list_field *f = fh_map_list_fields;
    while (f->word && !fh_str_eq(word, fh_str_of(f->word))) f++;
    return f->word ? f : NULL;
}

int fh_map_word(const char *const *words, fh_str word)
{
    for (int i = 0; words[i]; i++)
        if (fh_str_eq(word, fh_str_of(words[i]))) return i;
    return -1;
}

bool fh_map_is_id(fh_str s)
{
    if (!s.len || s.len > FH_MAP_ID_MAX || s.ptr[0] == '-' || s.ptr[s.len - 1] == '-') return false;
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!letter && (c != '-' || s.ptr[i - 1] == '-')) return false;
    }
    return true;
}

static bool is_control(unsigned char c)
{
    return (c < ' ' && c != '\t') || c == 0x7f;
}

bool fh_map_is_words(fh_str s)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    if (s.len > FH_MAP_WORDS_MAX) return false;
    for (size_t i = 0, n; i < s.len; i += n) {
        n = fh_utf8_step(p + i, s.len - i);
        if (!n || is_control(p[i])) return false;
    }
    return true;
}

bool fh_map_read_span(fh_str text, int64_t *out_ms)
{
    int64_t ms = 0;
    if (!fh_duration_parse(text, &ms) || ms <= 0 || ms > FH_MAP_WITHIN_MAX_MS ||
        ms % (60 * FH_SECOND_MS))
        return false;
    *out_ms = ms;
    return true;
}

bool fh_map_is_customer(fh_str who)
{
    return fh_str_eq(who, FH_STR("customer"));
}

fh_map_lane fh_map_lane_of(const fh_map_touchpoint *t)
{
    if (fh_map_is_customer(t->from)) return FH_MAP_CUSTOMER;
    if (fh_map_is_customer(t->to)) return FH_MAP_FRONT;
    return t->from.len ? FH_MAP_BACK : FH_MAP_CUSTOMER;
}

fh_str fh_map_clip(fh_str s)
{
    enum { SHOWN = 60 };
    size_t n = s.len < SHOWN ? s.len : SHOWN;
    while (n && n < s.len && ((unsigned char)s.ptr[n] & 0xc0) == 0x80) n--;
    return (fh_str){s.ptr, n};
}

/* ---- Places ------------------------------------------------------------------------- */

bool fh_map_bytes_ok(fh_str text, size_t *at)
{
    const unsigned char *p = (const unsigned char *)text.ptr;
    for (size_t i = 0, n; i < text.len; i += n) {
        n = fh_utf8_step(p + i, text.len - i);
        const bool line_end =
            p[i] == '\n' || (p[i] == '\r' && i + 1 < text.len && p[i + 1] == '\n');
        if (n && (line_end || !is_control(p[i]))) continue;
        *at = i;
        return false;
    }
    return true;
}

fh_map_place fh_map_place_of(const char *text, const char *at)
{
    fh_map_place place = {1, 1};
    for (; text < at; text++) {
        if (*text == '\n')
            place = (fh_map_place){place.line + 1, 1};
        else if (((unsigned char)*text & 0xc0) != 0x80)
            place.column++;
    }
    return place;
}

/* ---- Ids ---------------------------------------------------------------------------- */

static fh_str id_of(const fh_map *map, uint32_t number)
{
    return number < FH_MAP_STAGES_MAX ? map->stage[number].id
                                      : map->touchpoint[number - FH_MAP_STAGES_MAX].id;
}

/* The slot that has the id, or the free one where it belongs: there always is one, since at
 * most a third is taken. */
static uint32_t slot_of(const fh_map_ids *ids, fh_str id)
{
    uint32_t i = (uint32_t)fh_intern_hash(id) % FH_MAP_ID_SLOTS;
    while (ids->slot[i] && !fh_str_eq(id, id_of(ids->map, ids->slot[i] - 1u)))
        i = (i + 1) % FH_MAP_ID_SLOTS;
    return i;
}

uint32_t fh_map_ids_add(fh_map_ids *ids, uint32_t number)
{
    const uint32_t i = slot_of(ids, id_of(ids->map, number));
    if (ids->slot[i]) return ids->slot[i] - 1u;
    ids->slot[i] = (uint16_t)(number + 1);
    return FH_MAP_NONE;
}

uint32_t fh_map_ids_find(const fh_map_ids *ids, fh_str id)
{
    const uint32_t i = slot_of(ids, id);
    return ids->slot[i] ? ids->slot[i] - 1u : FH_MAP_NONE;
}

void fh_map_ids_of(fh_map_ids *ids, const fh_map *map)
{
    *ids = (fh_map_ids){.map = map};
    for (uint32_t i = 0; i < map->n_stages; i++) (void)fh_map_ids_add(ids, i);
    for (uint32_t i = 0; i < map->n_touchpoints; i++)
        (void)fh_map_ids_add(ids, FH_MAP_STAGES_MAX + i);
}
