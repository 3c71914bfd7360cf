/* demo_maps.c - the journeys of the demonstration organisation as they were intended.
 *
 * Their texts lie in maps/NAME.journey and are embedded, one after another, each ended by a
 * zero byte (embedded.S). What was planted against them (claims told again, promises that
 * broke, reviews that nobody answered) is seen when they are held against what happened.
 */
#include "app/demo/demo_parts.h"

#include "app/ask/words.h"
#include "app/maps/maps.h"
#include "app/records/records.h"

#include <string.h>

extern const char fh_demo_map_texts[]; /* an empty one ends */

/* Whose need it starts from, said at each stage by whoever drew it. */
static const struct {
    const char *asked, *answer;
} reverse[FH_N_STAGES] = {
    [FH_STAGE_DRAFT] = {"Whose need did we start from, and how do we know it?",
                        "From what the stories show: where people ask twice, and where they wait."},
    [FH_STAGE_REVIEW] = {"What do customers say to it?",
                         "Two of them walked through it with us in the workshop."},
    [FH_STAGE_RELEASE] = {"What will be better for customers, and how shall we see it?",
                          "Nobody has to tell it again; the map against reality shows whether."},
};

static fh_status read(fh_json_reader *reader, fh_str text, fh_record_input *in, fh_json_doc *doc,
                      fh_error *err)
{
    const fh_status s = text.len ? fh_json_read(reader, text, doc, err) : fh_no_memory(err);
    in->doc = doc;
    return s;
}

static fh_status answer(fh_org *org, const fh_actor *actor, int64_t map, fh_stage stage,
                        fh_json_reader *reader, fh_arena *arena, fh_error *err)
{
    fh_json_doc doc;
    fh_record_view v;
    fh_record_input asking = {.kind = FH_STR("challenge")}, answering = {0};
    const fh_record_about to = {.what = FH_STR("map"), .number = map};
    int64_t about = 0;
    fh_status s = read(reader,
                       fh_printed(arena,
                                  "{\"what\":\"%s\",\"asked\":%u,\"stage\":\"%s\","
                                  "\"map-version\":1}",
                                  reverse[stage].asked, actor->person, fh_stage_words[stage]),
                       &asking, &doc, err);
    if (!s) s = fh_record_make(org, actor, &asking, arena, &v, NULL, err);
    if (!s) s = fh_record_link(org, actor, v.row.record, &to, &about, err);
    if (!s)
        s = read(reader,
                 fh_printed(arena, "{\"answer\":\"%s\",\"stories\":[\"/maps/%lld?tab=lived\"]}",
                            reverse[stage].answer, (long long)map),
                 &answering, &doc, err);
    return s ? s
             : fh_record_move(org, actor, v.row.record, 0, FH_STR("answer"), &answering, arena, &v,
                              err);
}

static fh_status answer_each(fh_org *org, const fh_actor *actor, int64_t map, fh_arena *arena,
                             fh_error *err)
{
    fh_status s = FH_OK;
    fh_json_reader *reader = fh_json_reader_new(NULL, 64);
    if (!reader) return fh_no_memory(err);
    for (int i = 0; i < FH_N_STAGES && !s; i++)
        s = answer(org, actor, map, (fh_stage)i, reader, arena, err);
    fh_json_reader_free(reader);
    return s;
}

static fh_status make_one(fh_org *org, const fh_actor *actor, fh_str text, int64_t since_ms,
                          fh_arena *arena, fh_error *err)
{
    fh_map map;
    int64_t number = 0;
    fh_status s = fh_map_parse(text, arena, &map, err);
    if (!s)
        s = fh_maps_make(org, actor, &map, FH_STR("As we agreed in the workshop"), &number, err);
    if (!s && actor->person) s = answer_each(org, actor, number, arena, err);
    return s ? s
             : fh_maps_mark_as(org, actor, number, 1, FH_MAP_INTENDED, since_ms, !actor->person,
                               err);
}

fh_status fh_demo_maps(fh_org *org, const fh_actor *actor, int64_t since_ms, fh_arena *arena,
                       fh_error *err)
{
    fh_status s = FH_OK;
    for (const char *text = fh_demo_map_texts; !s && *text; text += strlen(text) + 1)
        s = make_one(org, actor, fh_str_of(text), since_ms, arena, err);
    return s;
}
