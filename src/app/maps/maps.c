/* maps.c - journey maps: making, reading, changing, checking them (see maps.h).
 *
 * Audit entries say which map and version, not what was written: texts are free, and the
 * log is never changed.
 */
#include "app/maps/follow.h"
#include "app/maps/maps_parts.h"

#include "app/people/audit.h"

#include <stdio.h>
#include <string.h>

const char *const fh_map_marks[3] = {"draft", "intended", "actual"};

fh_status fh_map_mark_read(fh_str word, fh_map_mark *out, fh_error *err)
{
    for (int m = FH_MAP_DRAFT; m <= FH_MAP_ACTUAL; m++) {
        if (!fh_str_eq(word, fh_str_of(fh_map_marks[m]))) continue;
        *out = (fh_map_mark)m;
        return FH_OK;
    }
    (void)fh_fail(err, FH_INVALID, "a version is not marked '%.*s'",
                  (int)(word.len < 40 ? word.len : 40), word.ptr);
    return fh_hint(err, FH_INVALID, "Give intended, actual or draft.");
}

static fh_status note_as(fh_org *org, const fh_actor *actor, int64_t map, const char *what,
                         int64_t version, bool unasked, fh_error *err)
{
    char after[120];
    const int n = snprintf(after, sizeof after, "{\"what\":\"%s\",\"version\":%lld%s}", what,
                           (long long)version, unasked ? ",\"unasked\":true" : "");
    const fh_audit_object about = {
        .kind = FH_STR("map"), .number = map, .after = {after, n > 0 ? (size_t)n : 0}};
    return fh_audit(org, actor, FH_AUDITED_MAP_CHANGED, &about, err);
}

static fh_status note(fh_org *org, const fh_actor *actor, int64_t map, const char *what,
                      int64_t version, fh_error *err)
{
    return note_as(org, actor, map, what, version, false, err);
}

/* ---- Reading ---------------------------------------------------------------------------- */

/* What is at rest was checked when it was written: what cannot be read is damaged. */
fh_status fh_maps_read_version(fh_org *org, int64_t map, int64_t version, fh_arena *arena,
                               fh_map_open *out, fh_error *err)
{
    fh_error why = {0};
    fh_status s = fh_maps_version_get(org, map, version, arena, &out->version, err);
    if (s) return s;
    s = fh_map_parse(out->version.text, arena, &out->map, &why);
    if (s == FH_NOMEM) return fh_no_memory(err);
    if (!s) return FH_OK;
    (void)fh_fail(err, FH_CORRUPT, "version %lld of map %lld cannot be read: %s",
                  (long long)version, (long long)map, why.message);
    return fh_hint(err, FH_CORRUPT, "Open another version, or restore a backup.");
}

bool fh_maps_is_id(fh_str text)
{
    if (fh_str_eq(text, FH_STR("journey"))) return false;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        const bool letter = c >= 'a' && c <= 'z';
        if (!letter && !(i && ((c >= '0' && c <= '9') || c == '-'))) return false;
    }
    return text.len > 0;
}

static fh_status add_lengths(fh_map_open *o, fh_arena *arena, fh_error *err)
{
    int64_t *begins_ms = FH_NEW_ARRAY(arena, int64_t, (size_t)o->map.n_touchpoints + 1);
    if (!begins_ms) return fh_no_memory(err);
    o->length_ms = fh_map_lengths(&o->map, begins_ms);
    o->begins_ms = begins_ms;
    return FH_OK;
}

static fh_status open_map(fh_org *org, int64_t map, int64_t version, fh_arena *arena,
                          fh_map_open *out, fh_error *err)
{
    fh_status s = fh_maps_get(org, map, arena, &out->row, err);
    if (!s)
        s = fh_maps_read_version(org, map, version ? version : out->row.latest, arena, out, err);
    return s ? s : add_lengths(out, arena, err);
}

fh_status fh_maps_lived_by(fh_org *org, const fh_maps_row *row, fh_arena *arena, fh_map_open *out,
                           fh_error *err)
{
    return open_map(org, row->map, row->intended ? row->intended : row->latest, arena, out, err);
}

fh_status fh_maps_named(fh_org *org, fh_str id_or_text, fh_arena *arena, fh_map_open *out,
                        fh_error *err)
{
    const fh_str given = fh_str_trim(id_or_text);
    const bool is_text = !fh_maps_is_id(given);
    int64_t map = 0;
    fh_status s = is_text ? fh_map_parse(id_or_text, arena, &out->map, err) : FH_OK;
    if (!s) s = fh_maps_find(org, is_text ? out->map.id : given, &map, err);
    if (s) return s;
    if (is_text) {
        out->row = (fh_maps_row){.map = map, .id = out->map.id, .title = out->map.title};
        out->version = (fh_maps_version){.version = 0};
        return add_lengths(out, arena, err);
    }
    if (!map) {
        (void)fh_fail(err, FH_NOTFOUND, "there is no map '%.*s'",
                      (int)(given.len < 60 ? given.len : 60), given.ptr);
        return fh_hint(err, FH_NOTFOUND,
                       "Give a file, or the id of a map that the organisation keeps.");
    }
    fh_maps_row row;
    s = fh_maps_get(org, map, arena, &row, err);
    return s ? s : fh_maps_lived_by(org, &row, arena, out, err);
}

fh_status fh_maps_open(fh_org *org, const fh_actor *actor, int64_t map, int64_t version,
                       fh_arena *arena, fh_map_open *out, fh_error *err)
{
    const fh_status s = fh_require(actor, FH_RIGHT_ASK, err);
    return s ? s : open_map(org, map, version, arena, out, err);
}

fh_status fh_maps_all(fh_org *org, const fh_actor *actor, bool archived, fh_arena *arena,
                      const fh_maps_row **out, size_t *n, fh_error *err)
{
    const fh_status s = fh_require(actor, FH_RIGHT_ASK, err);
    return s ? s : fh_maps_list(org, archived, arena, out, n, err);
}

/* ---- Writing a version ------------------------------------------------------------------ */

static fh_status check_note(fh_str text, fh_error *err)
{
    if (text.len > FH_MAP_NOTE_MAX)
        return fh_fail(err, FH_INVALID, "/note is longer than %d bytes", (int)FH_MAP_NOTE_MAX);
    return FH_OK;
}

static void show_of(const fh_map *map, fh_maps_row *row)
{
    row->id = map->id;
    row->title = map->title;
    row->goal = map->goal;
    row->owner = map->owner;
    row->stages = map->n_stages;
    row->touchpoints = map->n_touchpoints;
}

/* The one canonical text, in `out`. */
static fh_status text_of(const fh_map *map, fh_buf *out, fh_error *err)
{
    fh_buf_init(out, NULL, FH_MAP_TEXT_MAX);
    fh_status s = fh_map_check(map, err);
    if (!s) s = fh_map_print(map, out, err);
    return s;
}

fh_status fh_maps_write(fh_org *org, const fh_actor *actor, const fh_map *map, fh_str words,
                        fh_maps_row *row, fh_error *err)
{
    fh_buf text;
    fh_maps_version v = {.note = words, .person = actor->person};
    fh_status s = check_note(words, err);
    if (s) return s;
    s = text_of(map, &text, err);
    if (!s) {
        v.text = fh_buf_view(&text);
        show_of(map, row);
        s = row->map ? fh_maps_add_version(org, row, &v, err) : fh_maps_add(org, row, &v, err);
    }
    if (!s) s = note(org, actor, row->map, v.version == 1 ? "made" : "changed", v.version, err);
    if (!s) s = fh_map_let_follow(org, actor, row, true, err);
    fh_buf_free(&text);
    return s;
}

fh_status fh_maps_make(fh_org *org, const fh_actor *actor, const fh_map *map, fh_str words,
                       int64_t *out, fh_error *err)
{
    fh_maps_row row = {0};
    fh_status s = fh_require(actor, FH_RIGHT_MAPS, err);
    if (!s) s = fh_maps_write(org, actor, map, words, &row, err);
    *out = row.map;
    return s;
}

/* Lower-case letters and digits, what is between them a hyphen. */
static fh_str slug(fh_str title, char to[FH_MAP_ID_MAX])
{
    enum { ROOM = FH_MAP_ID_MAX - 8 }; /* for a number behind it */
    size_t n = 0;
    for (size_t i = 0; i < title.len && n < ROOM; i++) {
        char c = title.ptr[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        const bool letter = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';
        if (letter || (digit && n))
            to[n++] = c;
        else if (n && to[n - 1] != '-' && c != '\'')
            to[n++] = '-';
    }
    while (n && to[n - 1] == '-') n--;
    if (!n) {
        memcpy(to, "journey", 7);
        n = 7;
    }
    return (fh_str){to, n};
}

fh_status fh_maps_free_id(fh_org *org, fh_str title, fh_arena *arena, fh_str *out, fh_error *err)
{
    enum { TRIES = 10000 };
    char room[FH_MAP_ID_MAX];
    int64_t taken = 1;
    const fh_str base = slug(title, room);
    fh_status s = FH_OK;
    for (int i = 1; !s && taken && i < TRIES; i++) {
        const bool ok = i == 1 ? fh_arena_str(arena, base, out)
                               : fh_arena_format(arena, out, "%.*s-%d", FH_STR_ARG(base), i);
        s = ok ? fh_maps_find(org, *out, &taken, err) : fh_no_memory(err);
    }
    if (!s && taken)
        s = fh_fail(err, FH_CONFLICT, "there are too many maps called '%.*s'", FH_STR_ARG(base));
    return s;
}

fh_status fh_maps_empty(fh_org *org, fh_str id, fh_str title, fh_str goal, fh_arena *arena,
                        fh_map *out, fh_error *err)
{
    static const fh_map_stage stages[] = {
        {.id = {"before", 6}, .name = {"Before", 6}, .when = FH_MAP_BEFORE},
        {.id = {"during", 6}, .name = {"During", 6}, .when = FH_MAP_DURING},
        {.id = {"after", 5}, .name = {"After", 5}, .when = FH_MAP_AFTER}};
    if (!fh_str_trim(title).len) {
        (void)fh_fail(err, FH_INVALID, "/title is empty");
        return fh_hint(err, FH_INVALID, "Name the journey as a customer would: I renew.");
    }
    *out = (fh_map){.id = id, .title = fh_str_trim(title), .goal = fh_str_trim(goal)};
    out->stage = FH_NEW_ARRAY(arena, fh_map_stage, 3);
    out->step = FH_NEW_ARRAY(arena, fh_map_step, 1);
    out->touchpoint = FH_NEW_ARRAY(arena, fh_map_touchpoint, 1);
    if (!out->stage || !out->step || !out->touchpoint) return fh_no_memory(err);
    memcpy(out->stage, stages, sizeof stages);
    out->n_stages = 3;
    return id.len ? FH_OK : fh_maps_free_id(org, title, arena, &out->id, err);
}

/* ---- Changing ----------------------------------------------------------------------------- */

fh_status fh_maps_open_to_change(fh_org *org, const fh_actor *actor, int64_t map, fh_arena *arena,
                                 fh_map_open *out, fh_error *err)
{
    fh_status s = fh_require(actor, FH_RIGHT_MAPS, err);
    if (!s) s = open_map(org, map, 0, arena, out, err);
    if (s || !out->row.archived) return s;
    (void)fh_fail(err, FH_CONFLICT, "this map was put away");
    return fh_hint(err, FH_CONFLICT, "Bring it back first, then change it.");
}

static fh_status check_seen(const fh_map_open *newest, int64_t version, fh_error *err)
{
    if (!version || newest->row.latest == version) return FH_OK;
    const fh_str who = newest->version.person_name;
    (void)fh_fail(err, FH_STALE, "%.*s has changed this map meanwhile: it is version %lld now",
                  FH_STR_ARG(who.len ? who : FH_STR("somebody")), (long long)newest->row.latest);
    return fh_hint(err, FH_STALE, "Compare the two versions, then send what you want again.");
}

fh_status fh_maps_put(fh_org *org, const fh_actor *actor, int64_t map, int64_t version, fh_str text,
                      fh_str words, fh_arena *arena, fh_error *err)
{
    fh_map_open newest;
    fh_map now;
    fh_buf canonical;
    fh_status s = fh_maps_open_to_change(org, actor, map, arena, &newest, err);
    if (!s) s = check_seen(&newest, version, err);
    if (!s) s = fh_map_parse(text, arena, &now, err);
    if (s) return s;
    if (!fh_str_eq(now.id, newest.row.id)) {
        (void)fh_fail(err, FH_INVALID, "the text is of the journey '%.*s', the map of '%.*s'",
                      FH_STR_ARG(now.id), FH_STR_ARG(newest.row.id));
        return fh_hint(err, FH_INVALID,
                       "Keep the id in its first line, or make a new map of this text.");
    }
    s = text_of(&now, &canonical, err);
    const bool same = !s && fh_str_eq(fh_buf_view(&canonical), newest.version.text);
    fh_buf_free(&canonical);
    return s || same ? s : fh_maps_write(org, actor, &now, words, &newest.row, err);
}

fh_status fh_maps_reverse(fh_org *org, const fh_maps_row *row, int64_t version, fh_arena *arena,
                          fh_reverse_stage out[FH_N_STAGES], fh_error *err)
{
    if (version < 1 || version > row->latest)
        return fh_fail(err, FH_NOTFOUND, "there is no version %lld of map %lld", (long long)version,
                       (long long)row->map);
    const int64_t since = row->intended < version ? row->intended + 1 : 1;
    const fh_reverse_asked asked = {
        .what = FH_STR("map"),
        .number = row->map,
        .from = {[FH_STAGE_REVIEW] = since, [FH_STAGE_RELEASE] = version},
        .until = {version, version, version}};
    return fh_reverse_stages(org, &asked, arena, out, err);
}

/* Nothing that people are to live by goes out unasked. */
static fh_status asked_first(fh_org *org, int64_t map, int64_t version, fh_error *err)
{
    fh_maps_row row;
    fh_reverse_stage at[FH_N_STAGES];
    fh_str missing = {"", 0};
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status s = fh_maps_get(org, map, arena, &row, err);
    if (!s && row.intended != version) {
        s = fh_maps_reverse(org, &row, version, arena, at, err);
        for (int i = 0; !s && i < FH_N_STAGES; i++)
            if (!at[i].answered &&
                !fh_arena_format(arena, &missing, "%.*s%s%s", FH_STR_ARG(missing),
                                 missing.len ? ", " : "", fh_stage_words[i]))
                s = fh_no_memory(err);
    }
    if (!s && missing.len) {
        (void)fh_fail(err, FH_CONFLICT,
                      "version %lld is not released yet: is this really reverse? Nobody has "
                      "answered at %.*s",
                      (long long)version, FH_STR_ARG(missing));
        s = fh_hint(err, FH_CONFLICT,
                    "Answer with evidence, or ask a colleague: a challenge about the map that says "
                    "at which stage, and of which version.");
    }
    fh_arena_free(arena);
    return s;
}

/* Also one that began to own it since the last change. */
static fh_status let_owner_follow(fh_org *org, const fh_actor *actor, int64_t map, fh_error *err)
{
    fh_maps_row row;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status s = fh_maps_get(org, map, arena, &row, err);
    if (!s) s = fh_map_let_follow(org, actor, &row, false, err);
    fh_arena_free(arena);
    return s;
}

fh_status fh_maps_mark_as(fh_org *org, const fh_actor *actor, int64_t map, int64_t version,
                          fh_map_mark mark, int64_t since_ms, bool unasked, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    const bool asks = mark == FH_MAP_INTENDED;
    fh_status s = fh_require(actor, FH_RIGHT_MAPS, err);
    if (!s && (since_ms < 0 || since_ms > os->now_ms(os->ctx)))
        return fh_fail(err, FH_INVALID, "a version is not marked for a day that is still to come");
    if (!s && asks && !unasked) s = asked_first(org, map, version, err);
    if (!s) s = fh_maps_mark(org, map, version, mark, since_ms, err);
    if (!s) s = let_owner_follow(org, actor, map, err);
    return s ? s : note_as(org, actor, map, fh_map_marks[mark], version, asks && unasked, err);
}

fh_status fh_maps_put_away(fh_org *org, const fh_actor *actor, int64_t map, bool archived,
                           fh_error *err)
{
    fh_status s = fh_require(actor, FH_RIGHT_MAPS, err);
    if (!s) s = fh_maps_archive(org, map, archived, err);
    return s ? s : note(org, actor, map, archived ? "archived" : "restored", 0, err);
}

/* ---- Checking ------------------------------------------------------------------------------- */

typedef struct checking {
    fh_maps_fault *fault;
    void *ctx;
    uint64_t n;
} checking;

static void count_fault(void *ctx, const char *sentence)
{
    checking *c = ctx;
    c->n++;
    c->fault(c->ctx, sentence);
}

/* Whatever the text says of itself: it is read, printed again, and must be the same. */
static fh_status check_version(checking *c, fh_org *org, int64_t map, int64_t version,
                               fh_arena *arena, fh_error *err)
{
    fh_map_open o;
    fh_error why = {0};
    fh_buf text;
    char sentence[400];
    fh_status s = fh_maps_read_version(org, map, version, arena, &o, &why);
    if (s == FH_CORRUPT) {
        count_fault(c, why.message);
        return FH_OK;
    }
    if (s == FH_NOTFOUND) return FH_OK; /* told as a gap */
    if (s) {
        if (err) *err = why;
        return s;
    }
    s = text_of(&o.map, &text, &why);
    if (s != FH_NOMEM && (s || !fh_str_eq(fh_buf_view(&text), o.version.text))) {
        (void)snprintf(sentence, sizeof sentence,
                       "version %lld of map %lld is not as it was written", (long long)version,
                       (long long)map);
        count_fault(c, sentence);
        s = FH_OK;
    }
    fh_buf_free(&text);
    return s ? fh_no_memory(err) : FH_OK;
}

fh_status fh_maps_check(fh_org *org, fh_maps_fault *fault, void *ctx, uint64_t *n, fh_error *err)
{
    checking c = {fault, ctx, 0};
    const fh_maps_row *row = NULL;
    size_t n_rows = 0;
    fh_arena *arena = fh_arena_new(NULL), *scratch = fh_arena_new(NULL);
    fh_status s =
        arena && scratch ? fh_maps_check_rows(org, count_fault, &c, err) : fh_no_memory(err);
    if (!s) s = fh_maps_list(org, true, arena, &row, &n_rows, err);
    for (size_t i = 0; !s && i < n_rows; i++)
        for (int64_t v = 1; !s && v <= row[i].latest; v++) {
            s = check_version(&c, org, row[i].map, v, scratch, err);
            fh_arena_reset(scratch);
        }
    fh_arena_free(scratch);
    fh_arena_free(arena);
    *n = c.n;
    return s;
}
