/* map_print.c - the one text of a map: two blanks for what is inside something, lines in the
 * order of fh_map_touchpoint, nothing for what is not said.
 */
#include "journey/map_parts.h"

#include "base/time.h"

#include <string.h>

fh_status fh_map_written(const fh_buf *out, fh_error *err)
{
    if (out->status == FH_NOMEM) return fh_no_memory(err);
    return out->status ? fh_fail(err, out->status, "this takes more than %zu bytes", out->max)
                       : FH_OK;
}

void fh_map_put_text(fh_buf *out, fh_str text)
{
    fh_buf_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\') fh_buf_char(out, '\\');
        fh_buf_char(out, text.ptr[i]);
    }
    fh_buf_char(out, '"');
}

static void put_indent(fh_buf *out, uint32_t indent)
{
    while (indent--) fh_buf_char(out, ' ');
}

/* INDENT WORD "TEXT" */
static void put_line(fh_buf *out, uint32_t indent, const char *word, fh_str text)
{
    if (!text.len) return;
    put_indent(out, indent);
    fh_buf_printf(out, "%s ", word);
    fh_map_put_text(out, text);
    fh_buf_char(out, '\n');
}

/* A plain word needs no quotes where either may stand. */
static void put_either(fh_buf *out, fh_str text)
{
    if (fh_map_is_id(text))
        fh_buf_str(out, text);
    else
        fh_map_put_text(out, text);
}

/* ---- Lines of which there may be several -------------------------------------------- */

void fh_map_put_span(fh_buf *out, int64_t ms)
{
    static const struct {
        int64_t ms;
        char letter;
    } units[] = {{FH_DAY_MS, 'd'}, {FH_DAY_MS / 24, 'h'}, {60 * FH_SECOND_MS, 'm'}};
    size_t i = 0;
    while (i < 2 && ms % units[i].ms) i++;
    fh_buf_printf(out, "%lld%c", (long long)(ms / units[i].ms), units[i].letter);
}

static void put_behaviour(const fh_map_touchpoint *t, uint32_t indent, fh_buf *out)
{
    for (uint32_t i = 0; i < t->n_behaviours; i++) {
        put_indent(out, indent);
        fh_buf_text(out, "behave ");
        fh_map_put_text(out, t->behaviour[i].role);
        fh_buf_char(out, ' ');
        fh_map_put_text(out, t->behaviour[i].text);
        fh_buf_char(out, '\n');
    }
}

static void put_promises(const fh_map_touchpoint *t, uint32_t indent, fh_buf *out)
{
    for (uint32_t i = 0; i < t->n_promises; i++) {
        put_indent(out, indent);
        fh_buf_text(out, "promise ");
        fh_map_put_text(out, t->promise[i].text);
        if (t->promise[i].within_ms) {
            fh_buf_text(out, " within ");
            fh_map_put_span(out, t->promise[i].within_ms);
        }
        fh_buf_char(out, '\n');
    }
}

static void put_where(const fh_map_never *never, fh_buf *out)
{
    const struct {
        const char *word;
        fh_str name;
    } where[] = {{"outcome", never->outcome}, {"over", never->channel}, {"of", never->department}};
    const char *blank = "";
    for (size_t i = 0; i < sizeof where / sizeof where[0]; i++) {
        if (!where[i].name.len) continue;
        fh_buf_printf(out, "%s%s ", blank, where[i].word);
        put_either(out, where[i].name);
        blank = " ";
    }
}

static void put_within(int64_t ms, const char *before, const char *after, fh_buf *out)
{
    if (!ms) return;
    fh_buf_printf(out, "%swithin ", before);
    fh_map_put_span(out, ms);
    fh_buf_text(out, after);
}

void fh_map_print_rule(const fh_map_never *never, fh_buf *out)
{
    switch (never->form) {
    case FH_NEVER_WORDS: break;
    case FH_NEVER_AFTER:
        put_within(never->within_ms, "", " ", out);
        fh_buf_printf(out, "after %.*s", FH_STR_ARG(never->other));
        break;
    case FH_NEVER_BEFORE: fh_buf_printf(out, "before %.*s", FH_STR_ARG(never->other)); break;
    case FH_NEVER_WITHOUT: fh_buf_printf(out, "without %.*s", FH_STR_ARG(never->other)); break;
    case FH_NEVER_TIMES:
        fh_buf_printf(out, "more than %u times", never->times);
        put_within(never->within_ms, " ", "", out);
        break;
    case FH_NEVER_WHERE: put_where(never, out); break;
    }
}

static void put_nevers(const fh_map_touchpoint *t, uint32_t indent, fh_buf *out)
{
    for (uint32_t i = 0; i < t->n_nevers; i++) {
        put_indent(out, indent);
        fh_buf_text(out, "never ");
        fh_map_put_text(out, t->never[i].text);
        if (t->never[i].form != FH_NEVER_WORDS) fh_buf_char(out, ' ');
        fh_map_print_rule(&t->never[i], out);
        fh_buf_char(out, '\n');
    }
}

/* Neighbours with the same conditions share a line. */
static void put_matches(const fh_map_touchpoint *t, uint32_t indent, fh_buf *out)
{
    for (uint32_t i = 0; i < t->n_matches;) {
        const fh_map_match *first = &t->match[i];
        put_indent(out, indent);
        fh_buf_text(out, "match ");
        fh_map_put_text(out, first->name);
        for (i++; i < t->n_matches && fh_str_eq(t->match[i].channel, first->channel) &&
                  fh_str_eq(t->match[i].department, first->department);
             i++) {
            fh_buf_text(out, ", ");
            fh_map_put_text(out, t->match[i].name);
        }
        if (first->channel.len) {
            fh_buf_text(out, " over ");
            put_either(out, first->channel);
        }
        if (first->department.len) {
            fh_buf_text(out, " of ");
            put_either(out, first->department);
        }
        fh_buf_char(out, '\n');
    }
}

bool fh_map_print_lines(const fh_map_touchpoint *t, fh_str word, uint32_t indent, fh_buf *out)
{
    const struct {
        const char *word;
        const fh_str *row;
        uint32_t n;
    } texts[] = {
        {"holds", t->holds, t->n_holds},
        {"needs", t->needs, t->n_needs},
        {"system", t->system, t->n_systems},
    };
    if (fh_str_eq(word, FH_STR("behave")))
        put_behaviour(t, indent, out);
    else if (fh_str_eq(word, FH_STR("promise")))
        put_promises(t, indent, out);
    else if (fh_str_eq(word, FH_STR("never")))
        put_nevers(t, indent, out);
    else if (fh_str_eq(word, FH_STR("match")))
        put_matches(t, indent, out);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (fh_str_eq(word, fh_str_of(texts[i].word)))
            for (uint32_t k = 0; k < texts[i].n; k++)
                put_line(out, indent, texts[i].word, texts[i].row[k]);
    return fh_map_list_field_of(word) != NULL;
}

/* ---- Touchpoints -------------------------------------------------------------------- */

static void put_who(fh_buf *out, const char *word, fh_str who, const char **blank)
{
    if (!who.len) return;
    fh_buf_printf(out, "%s%s ", *blank, word);
    if (fh_map_is_customer(who))
        fh_buf_str(out, who);
    else
        fh_map_put_text(out, who);
    *blank = " ";
}

static void put_contact(const fh_map_touchpoint *t, uint32_t indent, fh_buf *out)
{
    const char *blank = "";
    if (!t->from.len && !t->to.len && !t->channel.len) return;
    put_indent(out, indent);
    put_who(out, "from", t->from, &blank);
    put_who(out, "to", t->to, &blank);
    if (t->channel.len) {
        fh_buf_printf(out, "%sover ", blank);
        put_either(out, t->channel);
    }
    fh_buf_char(out, '\n');
}

static void put_feels(const fh_map_touchpoint *t, uint32_t indent, fh_buf *out)
{
    if (!t->feels && !t->intended.len) return;
    put_indent(out, indent);
    fh_buf_text(out, "feels");
    if (t->feels) fh_buf_printf(out, " %d", t->feels);
    if (t->intended.len) {
        fh_buf_char(out, ' ');
        fh_map_put_text(out, t->intended);
    }
    fh_buf_char(out, '\n');
}

static void put_walk(const fh_map_touchpoint *t, uint32_t indent, fh_buf *out)
{
    if (!t->not_walkable.len) {
        put_line(out, indent, "instead", t->instead);
        return;
    }
    put_indent(out, indent);
    fh_buf_text(out, "walk no ");
    fh_map_put_text(out, t->not_walkable);
    if (t->instead.len) {
        fh_buf_text(out, " instead ");
        fh_map_put_text(out, t->instead);
    }
    fh_buf_char(out, '\n');
}

static void put_touchpoint(const fh_map_touchpoint *t, uint32_t indent, fh_buf *out)
{
    put_indent(out, indent);
    fh_buf_printf(out, "touchpoint %.*s ", FH_STR_ARG(t->id));
    fh_map_put_text(out, t->name);
    fh_buf_char(out, '\n');
    indent += 2;
    if (t->lane_said) {
        put_indent(out, indent);
        fh_buf_printf(out, "lane %s\n", fh_map_lane_words[t->lane]);
    }
    put_contact(t, indent, out);
    put_line(out, indent, "place", t->place);
    if (t->length_ms) {
        put_indent(out, indent);
        fh_buf_text(out, "length ");
        fh_map_put_span(out, t->length_ms);
        fh_buf_char(out, '\n');
    }
    put_line(out, indent, "owner", t->owner);
    put_line(out, indent, "ask", t->ask);
    put_feels(t, indent, out);
    put_line(out, indent, "note", t->note);
    for (const fh_map_list_field *f = fh_map_list_fields; f->word; f++)
        (void)fh_map_print_lines(t, fh_str_of(f->word), indent, out);
    put_line(out, indent, "unseen", t->unseen);
    put_walk(t, indent, out);
}

/* ---- The whole ---------------------------------------------------------------------- */

/* Recursion is as deep as blocks may be: FH_MAP_DEPTH_MAX, by whoever made the map. */
static void put_steps(const fh_map *map, uint32_t from, uint32_t end, uint32_t indent, fh_buf *out)
{
    for (uint32_t i = from; i < end; i = map->step[i].end) {
        const fh_map_step *step = &map->step[i];
        if (step->op == FH_MAP_TOUCHPOINT) {
            put_touchpoint(&map->touchpoint[step->touchpoint], indent, out);
            continue;
        }
        put_indent(out, indent);
        fh_buf_printf(out, "%s\n", fh_map_op_words[step->op]);
        put_steps(map, i + 1, step->end, indent + 2, out);
        put_indent(out, indent);
        fh_buf_text(out, "end\n");
    }
}

fh_status fh_map_print(const fh_map *map, fh_buf *out, fh_error *err)
{
    const size_t before = out->len;
    fh_buf_printf(out, "journey %.*s ", FH_STR_ARG(map->id));
    fh_map_put_text(out, map->title);
    fh_buf_char(out, '\n');
    put_line(out, 0, "goal", map->goal);
    put_line(out, 0, "owner", map->owner);
    put_line(out, 0, "note", map->note);
    for (uint32_t i = 0; i < map->n_stages; i++) {
        const fh_map_stage *stage = &map->stage[i];
        fh_buf_printf(out, "\nstage %.*s ", FH_STR_ARG(stage->id));
        fh_map_put_text(out, stage->name);
        fh_buf_printf(out, " %s\n", fh_map_when_words[stage->when]);
        put_steps(map, stage->step, stage->end, 2, out);
    }
    if (!out->status && out->len - before > FH_MAP_TEXT_MAX) {
        (void)fh_fail(err, FH_LIMIT, "this map has %zu bytes; the most is 4 MiB",
                      out->len - before);
        return fh_hint(err, FH_LIMIT, "Part the journey into several.");
    }
    return fh_map_written(out, err);
}
