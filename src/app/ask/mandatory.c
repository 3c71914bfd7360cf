/* mandatory.c - what nobody chose, by the organisation's own rule (see mandatory.h). */
#include "app/ask/mandatory.h"

#include "app/ask/named.h"
#include "app/ask/words.h"

static const char *const direction_words[FH_N_DIRECTIONS] = {"none", "in", "out", "internal"};

static fh_status read_directions(fh_str list, uint32_t *out, fh_error *err)
{
    fh_str item;
    *out = 0;
    while (fh_named_next(&list, &item)) {
        uint32_t d = 0;
        while (d < FH_N_DIRECTIONS && !fh_str_eq_nocase(item, fh_str_of(direction_words[d]))) d++;
        if (d == FH_N_DIRECTIONS) {
            (void)fh_fail(err, FH_INVALID, "there is no direction '%.*s'",
                          (int)(item.len < 40 ? item.len : 40), item.ptr);
            return fh_hint(err, FH_INVALID, "Give some of in, out, internal, none.");
        }
        *out |= 1u << d;
    }
    return FH_OK;
}

fh_status fh_mandatory_check_directions(fh_str value, fh_error *err)
{
    uint32_t directions = 0;
    return read_directions(value, &directions, err);
}

typedef struct reading {
    fh_org *org;
    fh_arena *arena;
    fh_mandatory_rule *out;
    fh_error *err;
} reading;

#define AT        "at "
#define ENDED_AS  "that ended as "
#define DIRECTION "of direction "

static void say(fh_mandatory_rule *out, fh_arena *arena, const char *how, fh_str what)
{
    const fh_str before = out->says;
    if (what.len)
        out->says = fh_printed(arena, "%.*s%s%s%.*s", FH_STR_ARG(before), before.len ? "; " : "",
                               how, FH_STR_ARG(what));
}

static fh_status read_set(reading *r, const char *key, fh_dict dict, const char *how,
                          fh_bitset *out)
{
    fh_str words, known = {0};
    fh_bitset set;
    fh_status s = fh_setting_get(r->org, fh_str_of(key), r->arena, &words, r->err);
    if (s || !fh_str_trim(words).len) return s;
    s = fh_named_set(r->org, dict, words, r->arena, &set, &known, r->err);
    if (s || !known.len) return s;
    *out = set;
    say(r->out, r->arena, how, known);
    return FH_OK;
}

fh_status fh_mandatory_read(fh_org *org, fh_arena *arena, fh_mandatory_rule *out, fh_error *err)
{
    fh_str words;
    reading r = {org, arena, out, err};
    fh_mandatory *m = &out->mandatory;
    *out = (fh_mandatory_rule){.says = {"", 0}};
    fh_status s =
        read_set(&r, FH_SETTING_MUST_TOUCHPOINTS, FH_DICT_TOUCHPOINT, AT, &m->touchpoints);
    if (!s) s = read_set(&r, FH_SETTING_MUST_OUTCOMES, FH_DICT_OUTCOME, ENDED_AS, &m->outcomes);
    if (!s) s = fh_setting_get(org, FH_STR(FH_SETTING_MUST_DIRECTIONS), arena, &words, err);
    if (!s) s = read_directions(words, &m->directions, err);
    if (!s && m->directions) say(out, arena, DIRECTION, fh_str_trim(words));
    return s;
}

fh_status fh_mandatory_said(fh_org *org, const fh_filter_text *said, fh_arena *arena,
                            fh_mandatory_rule *out, fh_error *err)
{
    fh_filter filter = {0};
    if (!said->touchpoints.len && !said->outcomes.len && !said->directions.len)
        return fh_mandatory_read(org, arena, out, err);
    const fh_status s = fh_filter_compile(org, said, arena, &filter, err);
    if (s) return s;
    *out = (fh_mandatory_rule){
        .mandatory = {filter.touchpoints, filter.outcomes, filter.directions}, .says = {"", 0}};
    say(out, arena, AT, said->touchpoints);
    say(out, arena, ENDED_AS, said->outcomes);
    say(out, arena, DIRECTION, said->directions);
    return FH_OK;
}
