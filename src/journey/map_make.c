/* map_make.c - ids and names made of what other programs and logs call things. */
#include "journey/map_parts.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

#include <utf8proc.h>

enum { MADE_MAX = FH_MAP_ID_MAX - 8 }; /* room for a number */

/* The letters and digits of a name, small and without marks; others part words. */
static size_t plain_letters(fh_str name, char out[MADE_MAX])
{
    const unsigned char *p = (const unsigned char *)name.ptr;
    size_t len = 0;
    bool apart = false;
    for (size_t i = 0, step; i < name.len && len < MADE_MAX; i += step) {
        utf8proc_int32_t code = 0, plain[8];
        int last = 0;
        step = fh_utf8_step(p + i, name.len - i);
        if (!step || utf8proc_iterate(p + i, (utf8proc_ssize_t)step, &code) < 1) {
            step = 1;
            apart = true;
            continue;
        }
        const utf8proc_ssize_t n = utf8proc_decompose_char(
            code, plain, 8,
            (utf8proc_option_t)(UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK |
                                UTF8PROC_STABLE | UTF8PROC_DECOMPOSE),
            &last);
        for (utf8proc_ssize_t k = 0; k < n && k < 8; k++) {
            const utf8proc_int32_t c = plain[k];
            const bool keeps = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (keeps && apart && len) {
                if (len + 1 >= MADE_MAX) return len;
                out[len++] = '-';
            }
            if (keeps && len < MADE_MAX) out[len++] = (char)c;
            apart = !keeps && (c != '\'' && c != 0x2019) ? true : !keeps && apart;
        }
    }
    return len;
}

bool fh_map_make_id(fh_arena *arena, const fh_map_ids *ids, fh_str name, const char *otherwise,
                    fh_str *out)
{
    char letters[MADE_MAX], id[FH_MAP_ID_MAX + 1];
    fh_str plain = {letters, plain_letters(name, letters)};
    if (!plain.len) plain = fh_str_of(otherwise);
    int len = snprintf(id, sizeof id, "%.*s", FH_STR_ARG(plain));
    for (uint32_t n = 2; ids && fh_map_ids_find(ids, (fh_str){id, (size_t)len}) != FH_MAP_NONE; n++)
        len = snprintf(id, sizeof id, "%.*s-%u", FH_STR_ARG(plain), n);
    return fh_arena_str(arena, (fh_str){id, (size_t)len}, out);
}

bool fh_map_make_words(fh_arena *arena, fh_str text, const char *otherwise, fh_str *out)
{
    const unsigned char *p = (const unsigned char *)text.ptr;
    char *to = fh_arena_alloc(arena, text.len + 1, 1);
    size_t len = 0;
    if (!to) return false;
    for (size_t i = 0, step; i < text.len; i += step) {
        step = fh_utf8_step(p + i, text.len - i);
        const size_t n = step ? step : 1;
        if (len + n > FH_MAP_WORDS_MAX) break;
        if (!step || p[i] < ' ' || p[i] == 0x7f)
            to[len++] = ' ';
        else
            memcpy(to + len, p + i, n);
        len += step && p[i] >= ' ' && p[i] != 0x7f ? n : 0;
        step = n;
    }
    *out = fh_str_trim((fh_str){to, len});
    if (!out->len) *out = fh_str_of(otherwise);
    return true;
}

/* ---- Growing at the end ---------------------------------------------------------------- */

fh_map_builder *fh_map_builder_new(fh_arena *scratch, fh_arena *arena, size_t room)
{
    fh_map_builder *b = FH_NEW(scratch, fh_map_builder);
    if (!b) return NULL;
    b->arena = arena;
    b->ids.map = &b->map;
    b->max_touchpoints = room < FH_MAP_TOUCHPOINTS_MAX ? (uint32_t)room : FH_MAP_TOUCHPOINTS_MAX;
    b->map.stage = FH_NEW_ARRAY(arena, fh_map_stage, FH_MAP_STAGES_MAX);
    b->map.step = FH_NEW_ARRAY(arena, fh_map_step, (size_t)b->max_touchpoints + 1);
    b->map.touchpoint = FH_NEW_ARRAY(arena, fh_map_touchpoint, (size_t)b->max_touchpoints + 1);
    return b->map.stage && b->map.step && b->map.touchpoint ? b : NULL;
}

static bool name_it(fh_map_builder *b, fh_str id, fh_str name, const char *otherwise, fh_str *to_id,
                    fh_str *to_name)
{
    if (fh_map_make_words(b->arena, name, otherwise, to_name) &&
        fh_map_make_id(b->arena, &b->ids, id.len ? id : *to_name, otherwise, to_id))
        return true;
    b->status = FH_NOMEM;
    return false;
}

fh_map_stage *fh_map_builder_stage(fh_map_builder *b, fh_str id, fh_str name)
{
    fh_map_stage *stage = &b->map.stage[b->map.n_stages];
    if (!b->status && b->map.n_stages == FH_MAP_STAGES_MAX) b->status = FH_LIMIT;
    if (b->status || !name_it(b, id, name, "stage", &stage->id, &stage->name)) return NULL;
    stage->when = FH_MAP_DURING;
    stage->step = stage->end = b->map.n_steps;
    (void)fh_map_ids_add(&b->ids, b->map.n_stages++);
    return stage;
}

fh_map_touchpoint *fh_map_builder_touchpoint(fh_map_builder *b, fh_str id, fh_str name)
{
    if (!b->map.n_stages && !fh_map_builder_stage(b, FH_STR("all"), FH_STR("The whole journey")))
        return NULL;
    const uint32_t n = b->map.n_touchpoints;
    fh_map_touchpoint *t = &b->map.touchpoint[n];
    if (!b->status && n == b->max_touchpoints) b->status = FH_LIMIT;
    if (b->status || !name_it(b, id, name, "touchpoint", &t->id, &t->name)) return NULL;
    t->stage = b->map.n_stages - 1;
    b->map.step[n] = (fh_map_step){.op = FH_MAP_TOUCHPOINT, .touchpoint = n, .end = n + 1};
    b->map.n_touchpoints = b->map.n_steps = b->map.stage[t->stage].end = n + 1;
    (void)fh_map_ids_add(&b->ids, FH_MAP_STAGES_MAX + n);
    return t;
}

fh_status fh_map_builder_end(fh_map_builder *b, fh_str title, fh_map *out, fh_error *err)
{
    if (b->status == FH_OK &&
        (!fh_map_make_words(b->arena, title, "Journey", &b->map.title) ||
         (!b->map.id.len && !fh_map_make_id(b->arena, NULL, b->map.title, "journey", &b->map.id))))
        b->status = FH_NOMEM;
    if (b->status == FH_NOMEM) return fh_no_memory(err);
    if (b->status == FH_LIMIT) {
        (void)fh_fail(err, FH_LIMIT, "a map has at most %d stages and %d touchpoints",
                      FH_MAP_STAGES_MAX, FH_MAP_TOUCHPOINTS_MAX);
        return fh_hint(err, FH_LIMIT, "Part the journey into several.");
    }
    for (uint32_t i = 0; i < b->map.n_touchpoints; i++)
        b->map.touchpoint[i].lane = fh_map_lane_of(&b->map.touchpoint[i]);
    const fh_status status = fh_map_check(&b->map, err);
    if (status == FH_OK) *out = b->map;
    return status;
}
