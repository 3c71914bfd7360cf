/* map_walk.c - a map as a walk: part by part in the order in which a customer lives through it.
 *
 * Lengths add up along the flow: in sequence (and in any order) one after the other, of a choice
 * the longest counts, what may be left out or repeated counts once. So a length "so far" is that
 * of the longest way that the map has without repeating anything.
 */
#include "journey/map_parts.h"

#include "base/time.h"

typedef struct walker {
    const fh_map *map;
    int64_t *begins_ms; /* [n_touchpoints] */
} walker;

/* When what stands in steps [from, end) is over, begun at `at_ms`. Recursion is as deep as blocks
 * may be. */
static int64_t lengths_of(const walker *w, uint32_t from, uint32_t end, bool choice, int64_t at_ms)
{
    int64_t over_ms = at_ms;
    for (uint32_t i = from; i < end; i = w->map->step[i].end) {
        const fh_map_step *step = &w->map->step[i];
        const int64_t begin_ms = choice ? at_ms : over_ms;
        int64_t until_ms;
        if (step->op == FH_MAP_TOUCHPOINT) {
            until_ms = begin_ms + w->map->touchpoint[step->touchpoint].length_ms;
            if (w->begins_ms) w->begins_ms[step->touchpoint] = begin_ms;
        } else {
            until_ms = lengths_of(w, i + 1, step->end, step->op == FH_MAP_CHOICE, begin_ms);
        }
        if (until_ms > over_ms) over_ms = until_ms;
    }
    return over_ms;
}

int64_t fh_map_lengths(const fh_map *map, int64_t *begins_ms)
{
    const walker w = {map, begins_ms};
    int64_t at_ms = 0;
    for (uint32_t i = 0; i < map->n_stages; i++)
        at_ms = lengths_of(&w, map->stage[i].step, map->stage[i].end, false, at_ms);
    return at_ms;
}

/* ---- In words ---------------------------------------------------------------------------- */

typedef struct teller {
    const fh_map *map;
    const int64_t *begins_ms;
    fh_buf *out;
} teller;

static void put_indent(const teller *t, uint32_t indent)
{
    while (indent--) fh_buf_char(t->out, ' ');
}

static void put_duration(const teller *t, int64_t ms)
{
    char text[FH_TIME_TEXT];
    const size_t n = fh_duration_format(ms, text);
    fh_buf_str(t->out, (fh_str){text, n});
}

/* INDENT WORD TEXT */
static void put_said(const teller *t, uint32_t indent, const char *word, fh_str text)
{
    if (!text.len) return;
    put_indent(t, indent);
    fh_buf_printf(t->out, "%s%.*s\n", word, FH_STR_ARG(text));
}

static void put_contact(const teller *t, uint32_t indent, const fh_map_touchpoint *x)
{
    const char *blank = "";
    if (!x->from.len && !x->to.len && !x->channel.len) return;
    put_indent(t, indent);
    if (x->from.len) fh_buf_printf(t->out, "from %.*s", FH_STR_ARG(x->from));
    if (x->from.len) blank = " ";
    if (x->to.len) fh_buf_printf(t->out, "%sto %.*s", blank, FH_STR_ARG(x->to));
    if (x->to.len) blank = " ";
    if (x->channel.len) fh_buf_printf(t->out, "%sover %.*s", blank, FH_STR_ARG(x->channel));
    fh_buf_char(t->out, '\n');
}

static void put_length(const teller *t, uint32_t indent, uint32_t at)
{
    const int64_t length_ms = t->map->touchpoint[at].length_ms;
    if (!length_ms) return;
    put_indent(t, indent);
    fh_buf_text(t->out, "takes ");
    put_duration(t, length_ms);
    fh_buf_text(t->out, ", so far ");
    put_duration(t, t->begins_ms[at] + length_ms);
    fh_buf_char(t->out, '\n');
}

static void put_feels(const teller *t, uint32_t indent, const fh_map_touchpoint *x)
{
    if (!x->feels && !x->intended.len) return;
    put_indent(t, indent);
    fh_buf_text(t->out, "feels");
    if (x->feels) fh_buf_printf(t->out, " %d of 5", x->feels);
    if (x->intended.len)
        fh_buf_printf(t->out, "%s%.*s", x->feels ? ": " : " ", FH_STR_ARG(x->intended));
    fh_buf_char(t->out, '\n');
}

static void put_part(const teller *t, uint32_t indent, uint32_t at)
{
    const fh_map_touchpoint *x = &t->map->touchpoint[at];
    put_indent(t, indent);
    fh_buf_printf(t->out, "%u. %.*s\n", at + 1, FH_STR_ARG(x->name));
    indent += 3;
    put_contact(t, indent, x);
    put_said(t, indent, "place: ", x->place);
    put_length(t, indent, at);
    put_feels(t, indent, x);
    for (uint32_t i = 0; i < x->n_behaviours; i++) {
        put_indent(t, indent);
        fh_buf_printf(t->out, "%.*s: %.*s\n", FH_STR_ARG(x->behaviour[i].role),
                      FH_STR_ARG(x->behaviour[i].text));
    }
    for (uint32_t i = 0; i < x->n_promises; i++) {
        put_indent(t, indent);
        fh_buf_printf(t->out, "promised: %.*s", FH_STR_ARG(x->promise[i].text));
        if (x->promise[i].within_ms) {
            fh_buf_text(t->out, " (within ");
            put_duration(t, x->promise[i].within_ms);
            fh_buf_char(t->out, ')');
        }
        fh_buf_char(t->out, '\n');
    }
    put_said(t, indent, "owner: ", x->owner);
}

/* As deep as blocks may be. */
static void put_parts(const teller *t, uint32_t from, uint32_t end, uint32_t indent)
{
    static const char *const blocks[] = {
        [FH_MAP_SEQUENCE] = "one after the other:", [FH_MAP_CHOICE] = "one of these:",
        [FH_MAP_ANY_ORDER] = "in any order:",       [FH_MAP_REPEAT] = "as often as needed:",
        [FH_MAP_OPTIONAL] = "may be left out:",
    };
    for (uint32_t i = from; i < end; i = t->map->step[i].end) {
        const fh_map_step *step = &t->map->step[i];
        if (step->op == FH_MAP_TOUCHPOINT) {
            put_part(t, indent, step->touchpoint);
            continue;
        }
        put_indent(t, indent);
        fh_buf_printf(t->out, "%s\n", blocks[step->op]);
        put_parts(t, i + 1, step->end, indent + 2);
    }
}

static void put_head(const teller *t, int64_t all_ms)
{
    uint32_t said = 0;
    for (uint32_t i = 0; i < t->map->n_touchpoints; i++)
        said += t->map->touchpoint[i].length_ms > 0;
    put_said(t, 0, "", t->map->title);
    put_said(t, 0, "goal: ", t->map->goal);
    if (!said) return;
    fh_buf_text(t->out, "takes ");
    put_duration(t, all_ms);
    fh_buf_printf(t->out, " in all; %u of %u parts say how long\n", said, t->map->n_touchpoints);
}

fh_status fh_map_print_walk(const fh_map *map, fh_arena *arena, fh_buf *out, fh_error *err)
{
    static const char *const whens[] = {"Before", "During", "After"};
    int64_t *begins_ms = FH_NEW_ARRAY(arena, int64_t, (size_t)map->n_touchpoints + 1);
    if (!begins_ms) return fh_no_memory(err);
    const teller t = {map, begins_ms, out};
    put_head(&t, fh_map_lengths(map, begins_ms));
    for (uint32_t i = 0; i < map->n_stages; i++) {
        const fh_map_stage *s = &map->stage[i];
        fh_buf_printf(out, "\n%s: %.*s\n", whens[s->when], FH_STR_ARG(s->name));
        put_parts(&t, s->step, s->end, 2);
    }
    return fh_map_written(out, err);
}
