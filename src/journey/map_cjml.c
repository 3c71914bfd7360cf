/* map_cjml.c - CJML 2.0 XML: the planned journey written, and read by the names of elements,
 * in whatever order they stand.
 *
 * The reader walks over tags with a stack of the elements that are open, hands each text to
 * whoever knows its element, and puts touchpoints into their phases at the end, since these
 * may be told later. No entities but XML's own, no DOCTYPE, nothing deeper than a handful.
 */
#include "journey/map_parts.h"

#include "parse/xml.h"

#include <string.h>

enum { DEPTH = 32, ACTORS_MAX = 500 };

/* ---- Writing ------------------------------------------------------------------------------ */

static void put_escaped(fh_buf *out, fh_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (c == '&')
            fh_buf_text(out, "&amp;");
        else if (c == '<')
            fh_buf_text(out, "&lt;");
        else if (c == '>')
            fh_buf_text(out, "&gt;");
        else if (c == '"')
            fh_buf_text(out, "&quot;");
        else
            fh_buf_char(out, c);
    }
}

static void put_element(fh_buf *out, const char *indent, const char *name, fh_str text)
{
    if (!text.len) return;
    fh_buf_printf(out, "%s<%s>", indent, name);
    put_escaped(out, text);
    fh_buf_printf(out, "</%s>\n", name);
}

/* The number of the actor: who is named before at all. 0: the customer. */
static uint32_t actor_of(const fh_map *map, fh_str who)
{
    uint32_t n = 0;
    if (fh_map_is_customer(who)) return 0;
    for (uint32_t i = 0; i < 2 * map->n_touchpoints; i++) {
        const fh_map_touchpoint *t = &map->touchpoint[i / 2];
        const fh_str other = i % 2 ? t->to : t->from;
        if (!other.len || fh_map_is_customer(other)) continue;
        n++;
        if (fh_str_eq(other, who)) return n;
    }
    return n;
}

static void put_who(fh_buf *out, const fh_map *map, const char *element, fh_str who, fh_str label)
{
    if (!who.len && !label.len) return;
    fh_buf_printf(out, "          <%s>", element);
    if (who.len) fh_buf_printf(out, "<refersTo actorIDref=\"a%u\"/>", actor_of(map, who));
    if (label.len) {
        fh_buf_printf(out, "<%sLabel>", element);
        put_escaped(out, label);
        fh_buf_printf(out, "</%sLabel>", element);
    }
    fh_buf_printf(out, "</%s>\n", element);
}

static void put_actors(fh_buf *out, const fh_map *map)
{
    fh_buf_text(out, "    <actors>\n"
                     "      <endUser actorID=\"a0\"><actorName>Customer</actorName></endUser>\n");
    for (uint32_t i = 0, n = 0; i < 2 * map->n_touchpoints; i++) {
        const fh_map_touchpoint *t = &map->touchpoint[i / 2];
        const fh_str who = i % 2 ? t->to : t->from;
        if (!who.len || fh_map_is_customer(who) || actor_of(map, who) != ++n) continue;
        fh_buf_printf(out, "      <serviceProvider actorID=\"a%u\"><companyName>", n);
        put_escaped(out, who);
        fh_buf_text(out, "</companyName></serviceProvider>\n");
    }
    fh_buf_text(out, "    </actors>\n");
}

static void put_touchpoint(fh_buf *out, const fh_map *map, const fh_map_touchpoint *t)
{
    const char *element = t->to.len ? "plannedCommunicationPoint" : "plannedAction";
    fh_buf_printf(out, "        <%s>\n", element);
    put_element(out, "          ", "touchpointID", t->id);
    fh_buf_printf(out, "          <belongsTo phaseIDref=\"%.*s\"/>\n",
                  FH_STR_ARG(map->stage[t->stage].id));
    put_who(out, map, "initiator", t->from, t->name);
    if (t->to.len) put_who(out, map, "receiver", t->to, FH_STR(""));
    if (t->channel.len) {
        fh_buf_text(out, "          <channel><channelName>");
        put_escaped(out, t->channel);
        fh_buf_text(out, "</channelName></channel>\n");
    }
    put_element(out, "          ", "comment", t->note);
    fh_buf_printf(out, "        </%s>\n", element);
}

fh_status fh_map_print_cjml(const fh_map *map, fh_buf *out, fh_error *err)
{
    const fh_status status = fh_map_check(map, err);
    if (status != FH_OK) return status;
    fh_buf_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CJML version=\"2.0\">\n"
                     "  <plannedJourney>\n");
    put_element(out, "    ", "journeyID", map->id);
    put_element(out, "    ", "journeyTitle", map->title);
    fh_buf_text(out, "    <journeyPhases>\n");
    for (uint32_t i = 0; i < map->n_stages; i++) {
        const fh_map_stage *s = &map->stage[i];
        fh_buf_printf(out, "      <journeyPhase phaseID=\"%.*s\">\n", FH_STR_ARG(s->id));
        put_element(out, "        ", "phaseName", s->name);
        put_element(out, "        ", "phaseDescription", fh_str_of(fh_map_when_words[s->when]));
        fh_buf_text(out, "      </journeyPhase>\n");
    }
    fh_buf_text(out, "    </journeyPhases>\n");
    put_element(out, "    ", "journeyShortSummary", map->goal);
    put_element(out, "    ", "journeyLongSummary", map->note);
    put_actors(out, map);
    fh_buf_text(out, "    <touchpoints>\n");
    for (uint32_t i = 0; i < map->n_touchpoints; i++) put_touchpoint(out, map, &map->touchpoint[i]);
    fh_buf_text(out, "    </touchpoints>\n  </plannedJourney>\n</CJML>\n");
    return fh_map_written(out, err);
}

/* ---- Reading ------------------------------------------------------------------------------- */

typedef struct actor {
    fh_str id, name;
    bool customer;
} actor;

typedef struct phase {
    fh_str id, name, description;
} phase;

typedef struct point {
    fh_str id, phase, from, to, label, other_label, channel, comment, category;
    bool communicates;
} point;

typedef struct reader {
    fh_arena *arena;
    fh_error *err;
    fh_str all;
    fh_str open[DEPTH];
    uint32_t depth, journey; /* 0: not in the planned journey; else the depth it is at */
    bool done;               /* it is over: the first one is read */
    fh_str id, title, goal, note;
    phase *phase; /* [FH_MAP_STAGES_MAX + 1] the last is for what is too much */
    actor *actor; /* [ACTORS_MAX + 1] */
    point *point; /* [max_points + 1] */
    uint32_t n_phases, n_actors, n_points, max_points;
    size_t passed;
    bool too_many;
} reader;

static fh_status wrong(reader *r, const char *at, const char *what)
{
    const fh_map_place place = fh_map_place_of(r->all.ptr, at);
    (void)fh_fail(r->err, FH_FORMAT, "line %u, column %u: %s", place.line, place.column, what);
    return fh_hint(r->err, FH_FORMAT, "Give a CJML 2.0 file, as its editors save it.");
}

static bool is_in(const reader *r, const char *element)
{
    for (uint32_t i = 0; i < r->depth; i++)
        if (fh_str_eq(r->open[i], fh_str_of(element))) return true;
    return false;
}

static bool is(fh_str name, const char *word)
{
    return fh_str_eq(name, fh_str_of(word));
}

/* Where the text of the innermost element goes; NULL: nobody knows it. */
static fh_str *place_of_text(reader *r, fh_str name)
{
    phase *p = &r->phase[r->n_phases ? r->n_phases - 1 : 0];
    actor *a = &r->actor[r->n_actors ? r->n_actors - 1 : 0];
    point *t = &r->point[r->n_points ? r->n_points - 1 : 0];
    const struct {
        const char *element, *inside;
        fh_str *to;
    } known[] = {
        {"journeyID", NULL, &r->id},
        {"journeyTitle", NULL, &r->title},
        {"journeyShortSummary", NULL, &r->goal},
        {"journeyLongSummary", NULL, &r->note},
        {"phaseName", "journeyPhase", &p->name},
        {"phaseDescription", "journeyPhase", &p->description},
        {"actorName", "endUser", &a->name},
        {"companyName", "serviceProvider", &a->name},
        {"actorName", "serviceProvider", &a->name},
        {"touchpointID", "touchpoints", &t->id},
        {"initiatorLabel", "touchpoints", &t->label},
        {"receiverLabel", "touchpoints", &t->other_label},
        {"channelName", "touchpoints", &t->channel},
        {"comment", "touchpoints", &t->comment},
        {"category", "touchpoints", &t->category},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (is(name, known[i].element) && (!known[i].inside || is_in(r, known[i].inside)))
            return known[i].to;
    return NULL;
}

static fh_status read_value(reader *r, fh_str raw, fh_str *out)
{
    fh_str text;
    const fh_xml_text found =
        fh_xml_value(raw, FH_XML_ENTITIES | FH_XML_HIGH, false, r->arena, &text);
    if (found == FH_XML_TEXT_NOMEM) return fh_no_memory(r->err);
    if (found == FH_XML_TEXT_BAD) return wrong(r, raw.ptr, "this is no well-formed text");
    return fh_map_make_words(r->arena, text, "", out) ? FH_OK : fh_no_memory(r->err);
}

static fh_status read_text(reader *r, fh_str raw)
{
    raw = fh_str_trim(raw);
    if (!raw.len || !r->depth) return FH_OK;
    const bool heard = r->journey || is_in(r, "actors"); /* other journeys' actors, too */
    fh_str *to = heard ? place_of_text(r, r->open[r->depth - 1]) : NULL;
    if (!to || to->len) {
        r->passed++;
        return FH_OK;
    }
    return read_value(r, raw, to);
}

/* The attribute `name` of the tag between p and end. */
static fh_status read_attribute(reader *r, const char *p, const char *end, const char *name,
                                fh_str *out)
{
    const size_t n = strlen(name);
    for (; p + n + 3 <= end; p++) {
        const bool begins = p[-1] == ' ' || p[-1] == '\t' || p[-1] == '\n' || p[-1] == '\r';
        if (!begins || memcmp(p, name, n) != 0 || p[n] != '=') continue;
        const char quote = p[n + 1], *from = p + n + 2;
        const char *to = from < end ? memchr(from, quote, (size_t)(end - from)) : NULL;
        if ((quote != '"' && quote != '\'') || !to)
            return wrong(r, p, "the value of an attribute stands in quotes");
        return read_value(r, (fh_str){from, (size_t)(to - from)}, out);
    }
    return FH_OK;
}

static fh_status begin_actor(reader *r, bool customer, const char *p, const char *end)
{
    if (r->n_actors == ACTORS_MAX) {
        r->too_many = true;
        return FH_OK;
    }
    actor *a = &r->actor[r->n_actors++];
    *a = (actor){.customer = customer};
    return read_attribute(r, p, end, "actorID", &a->id);
}

static fh_status begin_element(reader *r, fh_str name, const char *p, const char *end)
{
    point *t = &r->point[r->n_points ? r->n_points - 1 : 0];
    if (is(name, "plannedJourney") && !r->done) r->journey = r->depth;
    if (is(name, "endUser") || is(name, "serviceProvider"))
        return begin_actor(r, is(name, "endUser"), p, end);
    if (!r->journey) return FH_OK;
    if (is(name, "journeyPhase")) {
        if (r->n_phases == FH_MAP_STAGES_MAX) {
            r->too_many = true;
            return FH_OK;
        }
        r->phase[r->n_phases] = (phase){0};
        return read_attribute(r, p, end, "phaseID", &r->phase[r->n_phases++].id);
    }
    if (is(name, "plannedCommunicationPoint") || is(name, "plannedAction")) {
        if (r->n_points == r->max_points) {
            r->too_many = true;
            return FH_OK;
        }
        r->point[r->n_points++] = (point){.communicates = is(name, "plannedCommunicationPoint")};
        return FH_OK;
    }
    if (is(name, "belongsTo")) return read_attribute(r, p, end, "phaseIDref", &t->phase);
    if (is(name, "refersTo") && is_in(r, "initiator"))
        return read_attribute(r, p, end, "actorIDref", &t->from);
    if (is(name, "refersTo") && is_in(r, "receiver"))
        return read_attribute(r, p, end, "actorIDref", &t->to);
    return FH_OK;
}

static void end_element(reader *r)
{
    if (r->journey && r->depth == r->journey) {
        r->journey = 0;
        r->done = true;
    }
    r->depth--;
}

/* The > that ends the tag; what is in quotes does not. */
static const char *tag_end(const char *p, const char *end)
{
    char quote = 0;
    for (; p < end; p++) {
        if (quote) {
            if (*p == quote) quote = 0;
        } else if (*p == '"' || *p == '\'') {
            quote = *p;
        } else if (*p == '>') {
            return p;
        }
    }
    return NULL;
}

/* The element's name without its prefix. */
static fh_str name_of(const char *p, const char *end)
{
    const char *from = p;
    for (; p < end && *p != ' ' && *p != '\t' && *p != '\n' && *p != '\r' && *p != '/'; p++)
        if (*p == ':') from = p + 1;
    return (fh_str){from, (size_t)(p - from)};
}

/* The tag whose < stands at *at; *at is behind it afterwards. */
static fh_status read_tag(reader *r, const char **at, const char *end)
{
    const char *p = *at + 1, *stop = tag_end(p, end);
    if (!stop) return wrong(r, *at, "this tag does not end");
    *at = stop + 1;
    if (p < stop && *p == '/') {
        if (!r->depth || !fh_str_eq(name_of(p + 1, stop), r->open[r->depth - 1]))
            return wrong(r, p - 1, "this tag ends no open element");
        end_element(r);
        return FH_OK;
    }
    const fh_str name = name_of(p, stop);
    if (!name.len) return wrong(r, p - 1, "here should be the name of an element");
    if (r->depth == DEPTH) return wrong(r, p - 1, "elements lie too deep in one another");
    r->open[r->depth++] = name;
    const fh_status status = begin_element(r, name, name.ptr + name.len, stop);
    if (status == FH_OK && stop[-1] == '/') end_element(r);
    return status;
}

static fh_status read_all(reader *r)
{
    const char *p = r->all.ptr, *end = p + r->all.len;
    fh_xml skipped = {0};
    while (p < end) {
        const char *tag = memchr(p, '<', (size_t)(end - p));
        fh_status status = read_text(r, (fh_str){p, (size_t)((tag ? tag : end) - p)});
        if (status != FH_OK || !tag) return status;
        p = tag;
        if (p + 1 < end && (p[1] == '!' || p[1] == '?')) {
            p = fh_xml_skip(&skipped, p, end);
            if (!p) return wrong(r, tag, skipped.bad ? skipped.bad : "this does not end");
            continue;
        }
        status = read_tag(r, &p, end);
        if (status != FH_OK) return status;
    }
    return r->depth ? wrong(r, end, "the text ends before its elements do") : FH_OK;
}

/* ---- What was read as a map ---------------------------------------------------------------- */

static fh_str who_of(const reader *r, fh_str id)
{
    for (uint32_t i = 0; id.len && i < r->n_actors; i++) {
        const actor *a = &r->actor[i];
        if (!fh_str_eq(a->id, id)) continue;
        return a->customer ? FH_STR("customer") : a->name.len ? a->name : a->id;
    }
    return id;
}

static void build_point(reader *r, fh_map_builder *b, const point *p)
{
    const fh_str name = p->label.len         ? p->label
                        : p->other_label.len ? p->other_label
                        : p->comment.len     ? p->comment
                        : p->category.len    ? p->category
                                             : p->id;
    fh_map_touchpoint *t = fh_map_builder_touchpoint(b, p->id, name);
    if (!t) return;
    t->from = who_of(r, p->from);
    if (p->communicates) t->to = who_of(r, p->to);
    t->channel = p->channel;
    t->note = p->comment;
}

static uint32_t phase_of(const reader *r, const point *p)
{
    uint32_t i = 0;
    while (i < r->n_phases && !(p->phase.len && fh_str_eq(r->phase[i].id, p->phase))) i++;
    return i;
}

static fh_status build(reader *r, fh_map_builder *b, fh_map *out)
{
    bool outside = false;
    if (r->too_many) b->status = FH_LIMIT;
    for (uint32_t i = 0; i < r->n_phases; i++) {
        fh_map_stage *stage = fh_map_builder_stage(b, r->phase[i].id, r->phase[i].name);
        const int when = fh_map_word(fh_map_when_words, r->phase[i].description);
        if (stage && when >= 0) stage->when = (fh_map_when)when;
        for (uint32_t k = 0; k < r->n_points; k++)
            if (phase_of(r, &r->point[k]) == i) build_point(r, b, &r->point[k]);
    }
    for (uint32_t k = 0; k < r->n_points; k++) {
        if (phase_of(r, &r->point[k]) != r->n_phases) continue;
        if (!outside && r->n_phases)
            (void)fh_map_builder_stage(b, FH_STR(""), FH_STR("In no phase"));
        outside = true;
        build_point(r, b, &r->point[k]);
    }
    b->map.goal = r->goal;
    b->map.note = r->note;
    if (r->id.len && !fh_map_make_id(b->arena, NULL, r->id, "journey", &b->map.id))
        b->status = FH_NOMEM;
    return fh_map_builder_end(b, r->title.len ? r->title : r->id, out, r->err);
}

fh_status fh_map_parse_cjml(fh_str xml, fh_arena *arena, fh_map *out, size_t *n_passed,
                            fh_error *err)
{
    size_t tags = 0, at = 0;
    if (xml.len > FH_MAP_TEXT_MAX)
        return fh_fail(err, FH_LIMIT, "this file has %zu bytes; the most is 4 MiB", xml.len);
    for (size_t i = 0; i < xml.len; i++) tags += xml.ptr[i] == '<';
    reader r = {.arena = arena, .err = err, .all = xml};
    r.max_points = (uint32_t)(tags < FH_MAP_TOUCHPOINTS_MAX ? tags : FH_MAP_TOUCHPOINTS_MAX);
    if (!fh_map_bytes_ok(xml, &at)) return wrong(&r, xml.ptr + at, "this byte is not text");
    fh_arena *scratch = fh_arena_new(fh_arena_allocator(arena));
    fh_map_builder *b = NULL;
    if (scratch) {
        r.phase = FH_NEW_ARRAY(scratch, phase, FH_MAP_STAGES_MAX + 1);
        r.actor = FH_NEW_ARRAY(scratch, actor, ACTORS_MAX + 1);
        r.point = FH_NEW_ARRAY(scratch, point, (size_t)r.max_points + 1);
        b = fh_map_builder_new(scratch, arena, r.max_points);
    }
    fh_status status = b && r.phase && r.actor && r.point ? FH_OK : fh_no_memory(err);
    if (status == FH_OK) status = read_all(&r);
    if (status == FH_OK && !r.done) {
        (void)fh_fail(err, FH_FORMAT, "no planned journey is in this file");
        status = fh_hint(err, FH_FORMAT, "Give a CJML 2.0 file with a plannedJourney.");
    }
    if (status == FH_OK) status = build(&r, b, out);
    if (status == FH_OK) *n_passed = r.passed;
    fh_arena_free(scratch);
    return status;
}
