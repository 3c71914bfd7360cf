/* map_draw.c - a map as one SVG: the grid of a service blueprint.
 *
 *                │ stage            │ stage    │
 *     Feels      │ ·──···           │ ··──·    │   intended dashed, lived solid
 *     flow       │    ⌐ optional ¬  │          │   blocks as brackets
 *     Customer   │ card             │ card     │
 *     Front stage│      card        │          │
 *     - - - - - line of visibility - - - - - - -
 *     Back stage │            card  │          │
 *     Systems, Information         texts below their touchpoints
 *
 * Every touchpoint has a column of its own, in the order of the map, so that the picture
 * reads from left to right as the journey goes. Letters have no known width here: texts are
 * wrapped by an estimate that is rather too wide. Integers only, but for scores.
 */
#include "journey/map_parts.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

enum {
    MARGIN = 24,
    LABELS = 104, /* the column with the names of rows */
    COLUMN = 172,
    CARD = 156,
    TITLE = 64,
    STAGE = 40,
    FEELS = 112,
    BRACKET = 18,
    ROW = 124, /* of a lane */
    LINE = 15,
    LINES_MAX = 12
};

#define INK       "#1d2329"
#define MUTED     "#5b6670"
#define RULE      "#e3e0da"
#define ACCENT    "#0b6e6e"
#define WASH      "#e4f0ef"
#define COMPLETED "#2f6f4f"
#define MISSING   "#8a5a00"
#define FAILING   "#b3261e"
#define AD_HOC    "#5b4bb5"

typedef struct picture {
    const fh_map *map;
    const fh_map_lived *lived; /* NULL */
    fh_buf *out;
    uint32_t depth;                                             /* of blocks */
    int width, height;                                          /* of all */
    int feels, flow, lane[3], visibility, systems, information; /* y; 0: no such row */
    int systems_height, information_height;
} picture;

/* ---- Texts -------------------------------------------------------------------------- */

static void put_escaped(fh_buf *out, fh_str text)
{
    const unsigned char *p = (const unsigned char *)text.ptr;
    for (size_t i = 0, n; i < text.len; i += n) {
        n = fh_utf8_step(p + i, text.len - i);
        if (!n) n = 1;
        if (p[i] == '&')
            fh_buf_text(out, "&amp;");
        else if (p[i] == '<')
            fh_buf_text(out, "&lt;");
        else if (p[i] == '>')
            fh_buf_text(out, "&gt;");
        else if (p[i] == '"')
            fh_buf_text(out, "&quot;");
        else
            fh_buf_put(out, p + i, n);
    }
}

/* How wide a text is at most, in tenths of its size: wide letters count twice. */
static int width_of(unsigned char first)
{
    if (first >= 0xe3) return 10; /* CJK and beyond */
    if (first == 'i' || first == 'l' || first == '.' || first == ',' || first == ' ') return 3;
    return first == 'm' || first == 'w' || (first >= 'A' && first <= 'Z') ? 8 : 6;
}

/* So much of `rest` as one line holds, cut at a blank where there is one; taken from it. */
static fh_str take_line(fh_str *rest, int size, int width)
{
    const unsigned char *p = (const unsigned char *)rest->ptr;
    size_t end = 0, blank = 0, n;
    int used = 0;
    for (; end < rest->len; end += n) {
        n = fh_utf8_step(p + end, rest->len - end);
        if (!n) n = 1;
        used += width_of(p[end]) * size;
        if (used > 10 * width) break;
        if (p[end] == ' ') blank = end;
    }
    if (end < rest->len && blank) end = blank;
    if (!end && rest->len) end = fh_utf8_step(p, rest->len) ? fh_utf8_step(p, rest->len) : 1;
    const fh_str line = fh_str_trim((fh_str){rest->ptr, end});
    *rest = fh_str_trim((fh_str){rest->ptr + end, rest->len - end});
    return line;
}

/* Wraps into at most `lines` lines below y; returns how many there are. */
static int put_wrapped(picture *p, int x, int y, int size, int width, int lines,
                       const char *attributes, fh_str text)
{
    int n = 0;
    fh_str rest = fh_str_trim(text);
    for (; rest.len && n < lines; n++) {
        const fh_str line = take_line(&rest, size, width);
        if (p->out) {
            fh_buf_printf(p->out, "<text x=\"%d\" y=\"%d\" font-size=\"%d\" %s>", x, y + n * LINE,
                          size, attributes);
            put_escaped(p->out, line);
            fh_buf_text(p->out, n + 1 == lines && rest.len ? "\xe2\x80\xa6</text>\n" : "</text>\n");
        }
    }
    return n;
}

static void put_text(picture *p, int x, int y, int size, const char *attributes, const char *text)
{
    fh_buf_printf(p->out, "<text x=\"%d\" y=\"%d\" font-size=\"%d\" %s>%s</text>\n", x, y, size,
                  attributes, text);
}

static void put_rule(picture *p, int x1, int y1, int x2, int y2, const char *attributes)
{
    fh_buf_printf(p->out, "<path d=\"M%d %dL%d %d\" %s/>\n", x1, y1, x2, y2, attributes);
}

/* ---- Where everything stands -------------------------------------------------------- */

/* The first column of a stage, and behind its last: an empty stage has one, too. */
static int column_of_stage(const fh_map *map, uint32_t stage)
{
    int column = 0;
    for (uint32_t s = 0; s < stage; s++) {
        int n = 0;
        for (uint32_t i = map->stage[s].step; i < map->stage[s].end; i++)
            n += map->step[i].op == FH_MAP_TOUCHPOINT;
        column += n ? n : 1;
    }
    return column;
}

static int x_of_column(int column)
{
    return MARGIN + LABELS + column * COLUMN;
}

/* Of the touchpoints of a stage, in order; `empty` counts the stages without one before. */
static int x_of(uint32_t touchpoint, int empty)
{
    return x_of_column((int)touchpoint + empty);
}

static int put_list(picture *p, int x, int y, const char *before, const fh_str *row, uint32_t n)
{
    int lines = 0;
    for (uint32_t i = 0; i < n && lines < LINES_MAX; i++) {
        char said[3 * 60 + 40];
        const fh_str shown = fh_map_clip(row[i]);
        const int len = snprintf(said, sizeof said, "%s%.*s%s", before, FH_STR_ARG(shown),
                                 shown.len < row[i].len ? "\xe2\x80\xa6" : "");
        lines += put_wrapped(p, x, y + lines * LINE, 11, CARD, 3, "fill=\"" INK "\"",
                             (fh_str){said, (size_t)len});
    }
    return lines;
}

static int put_systems(picture *p, const fh_map_touchpoint *t, int x, int y)
{
    return put_list(p, x, y, "", t->system, t->n_systems);
}

static int put_information(picture *p, const fh_map_touchpoint *t, int x, int y)
{
    const int lines = put_list(p, x, y, "Has: ", t->holds, t->n_holds);
    return lines + put_list(p, x, y + lines * LINE, "Needs: ", t->needs, t->n_needs);
}

static void plan(picture *p)
{
    const fh_map *map = p->map;
    fh_buf *out = p->out;
    int systems = 0, information = 0, y = MARGIN + TITLE + STAGE;
    bool feels = false;
    p->out = NULL; /* only measuring */
    for (uint32_t i = 0; i < map->n_touchpoints; i++) {
        const int s = put_systems(p, &map->touchpoint[i], 0, 0);
        const int n = put_information(p, &map->touchpoint[i], 0, 0);
        systems = s > systems ? s : systems;
        information = n > information ? n : information;
        feels = feels || map->touchpoint[i].feels || (p->lived && p->lived->at[i].score > 0);
    }
    p->out = out;
    uint32_t end[FH_MAP_DEPTH_MAX], depth = 0;
    for (uint32_t i = 0; i < map->n_steps; i++) {
        while (depth && end[depth - 1] <= i) depth--;
        if (map->step[i].op == FH_MAP_TOUCHPOINT) continue;
        end[depth++] = map->step[i].end;
        p->depth = depth > p->depth ? depth : p->depth;
    }
    if (feels) p->feels = y + 12;
    y += feels ? FEELS : 0;
    p->flow = y + 14;
    y += (int)p->depth * BRACKET + 14;
    p->lane[FH_MAP_CUSTOMER] = y;
    p->lane[FH_MAP_FRONT] = y + ROW;
    p->visibility = y + 2 * ROW + 2;
    p->lane[FH_MAP_BACK] = y + 2 * ROW + 18;
    y += 3 * ROW + 18;
    if (systems) p->systems = y + 18;
    y += systems ? systems * LINE + 22 : 0;
    if (information) p->information = y + 18;
    y += information ? information * LINE + 22 : 0;
    const int columns = column_of_stage(map, map->n_stages);
    p->width = x_of_column(columns ? columns : 1) + MARGIN;
    p->height = y + MARGIN + (p->lived ? 24 : 0);
}

/* ---- Stages, rows, blocks ----------------------------------------------------------- */

static void put_stages(picture *p)
{
    for (uint32_t i = 0; i < p->map->n_stages; i++) {
        const int x = x_of_column(column_of_stage(p->map, i));
        const int end = x_of_column(column_of_stage(p->map, i + 1));
        const int y = MARGIN + TITLE;
        fh_buf_printf(p->out,
                      "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"" WASH
                      "\"/>\n",
                      x, y, end - x - 16, STAGE - 8);
        (void)put_wrapped(p, x + 10, y + 21, 14, end - x - 96, 1,
                          "font-weight=\"600\" fill=\"" INK "\"", p->map->stage[i].name);
        put_text(p, end - 26, y + 20, 11, "text-anchor=\"end\" fill=\"" MUTED "\"",
                 fh_map_when_words[p->map->stage[i].when]);
        if (i)
            put_rule(p, x - 8, y, x - 8, p->height - MARGIN - (p->lived ? 24 : 0),
                     "stroke=\"" RULE "\"");
    }
}

static void put_row_name(picture *p, int y, const char *name)
{
    put_text(p, MARGIN, y, 12, "font-weight=\"600\" fill=\"" MUTED "\"", name);
}

static void put_rows(picture *p)
{
    const int end = p->width - MARGIN;
    if (p->feels) put_row_name(p, p->feels + 12, "Feels");
    put_row_name(p, p->lane[FH_MAP_CUSTOMER] + 20, "Customer");
    put_row_name(p, p->lane[FH_MAP_FRONT] + 20, "Front stage");
    put_row_name(p, p->lane[FH_MAP_BACK] + 20, "Back stage");
    put_rule(p, MARGIN, p->lane[FH_MAP_FRONT] - 6, end, p->lane[FH_MAP_FRONT] - 6,
             "stroke=\"" RULE "\"");
    put_rule(p, MARGIN, p->visibility, end, p->visibility,
             "stroke=\"" MUTED "\" stroke-dasharray=\"7 5\"");
    put_text(p, MARGIN, p->visibility - 5, 10, "fill=\"" MUTED "\"", "line of visibility");
    const int under[] = {p->systems, p->information};
    for (int i = 0; i < 2; i++) {
        if (!under[i]) continue;
        put_row_name(p, under[i], i ? "Information" : "Systems");
        put_rule(p, MARGIN, under[i] - 18, end, under[i] - 18, "stroke=\"" RULE "\"");
    }
}

static void put_bracket(picture *p, fh_map_op op, int from, int to, uint32_t depth)
{
    static const char *const says[] = {
        "", "in sequence", "one of these", "in any order", "again and again", "perhaps"};
    const int y = p->flow + (int)depth * BRACKET;
    fh_buf_printf(p->out, "<path d=\"M%d %dV%dH%dV%d\" fill=\"none\" stroke=\"" ACCENT "\"/>\n",
                  from + 2 * (int)depth, y + 8, y, to - 2 * (int)depth, y + 8);
    put_text(p, from + 8 + 2 * (int)depth, y + 12, 10, "fill=\"" ACCENT "\"", says[op]);
}

static void put_blocks(picture *p)
{
    const fh_map *map = p->map;
    uint32_t end[FH_MAP_DEPTH_MAX], depth = 0, leaf = 0;
    int empty = 0;
    for (uint32_t s = 0; s < map->n_stages; s++) {
        empty += map->stage[s].step == map->stage[s].end;
        for (uint32_t i = map->stage[s].step; i < map->stage[s].end; i++) {
            while (depth && end[depth - 1] <= i) depth--;
            if (map->step[i].op == FH_MAP_TOUCHPOINT) {
                leaf++;
                continue;
            }
            const uint32_t last = map->step[map->step[i].end - 1].touchpoint;
            put_bracket(p, map->step[i].op, x_of(leaf, empty), x_of(last, empty) + CARD, depth);
            end[depth++] = map->step[i].end;
        }
        depth = 0;
    }
}

/* ---- Cards -------------------------------------------------------------------------- */

static void put_bar(picture *p, const fh_map_lived_at *at, int x, int y)
{
    enum { WIDTH = CARD - 20 };
    const struct {
        uint64_t n;
        const char *colour;
    } parts[] = {{at->completed, COMPLETED},
                 {at->out_of_order, ACCENT},
                 {at->ad_hoc, AD_HOC},
                 {at->missing, MISSING}};
    uint64_t all = 0;
    for (int i = 0; i < 4; i++) all += parts[i].n;
    fh_buf_printf(
        p->out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"6\" rx=\"2\" fill=\"" RULE "\"/>\n",
        x, y, WIDTH);
    double from = 0;
    for (int i = 0; all && i < 4; i++) {
        const double wide = (double)parts[i].n / (double)all * WIDTH;
        if (parts[i].n)
            fh_buf_printf(p->out,
                          "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"6\" fill=\"%s\"/>\n",
                          x + from, y, wide, parts[i].colour);
        from += wide;
    }
    const uint64_t of = p->lived->customers;
    if (of)
        fh_buf_printf(p->out,
                      "<text x=\"%d\" y=\"%d\" font-size=\"10\" fill=\"" MUTED "\">%.0f %% here%s",
                      x, y + 18, 100 * (double)at->completed / (double)of,
                      at->failing ? ", <tspan fill=\"" FAILING "\">" : "</text>\n");
    if (of && at->failing)
        fh_buf_printf(p->out, "%.0f %% failing</tspan></text>\n",
                      100 * (double)at->failing / (double)of);
}

static void put_card_title(picture *p, const fh_map_touchpoint *t, const fh_map_lived_at *at)
{
    fh_buf_text(p->out, "<title>");
    put_escaped(p->out, t->name);
    if (at)
        fh_buf_printf(p->out,
                      ": %llu completed, %llu missing, %llu ad-hoc, %llu out of order, %llu "
                      "failing",
                      (unsigned long long)at->completed, (unsigned long long)at->missing,
                      (unsigned long long)at->ad_hoc, (unsigned long long)at->out_of_order,
                      (unsigned long long)at->failing);
    fh_buf_text(p->out, "</title>\n");
}

static void put_card(picture *p, uint32_t i, int x)
{
    const fh_map_touchpoint *t = &p->map->touchpoint[i];
    const fh_map_lived_at *at = p->lived ? &p->lived->at[i] : NULL;
    const int y = p->lane[t->lane];
    const int height = ROW - 16;
    fh_buf_text(p->out, "<g>");
    put_card_title(p, t, at);
    fh_buf_printf(p->out,
                  "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"#ffffff\" "
                  "stroke=\"%s\"%s/>\n",
                  x, y, CARD, height, t->is_unseen ? MUTED : "#8b949c",
                  t->is_unseen ? " stroke-dasharray=\"3 3\"" : "");
    const int lines = put_wrapped(p, x + 10, y + 20, 12, CARD - 20, 3,
                                  "font-weight=\"600\" fill=\"" INK "\"", t->name);
    if (t->channel.len && lines < 3)
        (void)put_wrapped(p, x + 10, y + 20 + lines * LINE, 11, CARD - 20, 1, "fill=\"" MUTED "\"",
                          t->channel);
    if (t->owner.len)
        (void)put_wrapped(p, x + 10, y + height - (at ? 36 : 12), 11, CARD - 20, 1,
                          "fill=\"" MUTED "\"", t->owner);
    else
        put_text(p, x + 10, y + height - (at ? 36 : 12), 11, "fill=\"" FAILING "\"",
                 "nobody\xe2\x80\x99s");
    if (at) put_bar(p, at, x + 10, y + height - 28);
    fh_buf_text(p->out, "</g>\n");
    if (p->systems) (void)put_systems(p, t, x, p->systems);
    if (p->information) (void)put_information(p, t, x, p->information);
}

static void put_cards(picture *p)
{
    const fh_map *map = p->map;
    int empty = 0;
    for (uint32_t s = 0, i = 0; s < map->n_stages; s++) {
        empty += map->stage[s].step == map->stage[s].end;
        for (; i < map->n_touchpoints && map->touchpoint[i].stage == s; i++)
            put_card(p, i, x_of(i, empty));
    }
}

/* ---- Feelings ----------------------------------------------------------------------- */

static double y_of(const picture *p, double score)
{
    return p->feels + (5 - score) * (FEELS - 36) / 4.0;
}

static void put_feeling(picture *p, bool lived)
{
    const fh_map *map = p->map;
    const char *colour = lived ? INK : ACCENT;
    for (int dots = 0; dots < 2; dots++) {
        int empty = 0;
        bool begun = false;
        for (uint32_t s = 0, i = 0; s < map->n_stages; s++) {
            empty += map->stage[s].step == map->stage[s].end;
            for (; i < map->n_touchpoints && map->touchpoint[i].stage == s; i++) {
                const double score = lived ? p->lived->at[i].score : map->touchpoint[i].feels;
                if (!(score >= 1 && score <= 5)) continue;
                const int x = x_of(i, empty) + CARD / 2;
                if (dots)
                    fh_buf_printf(p->out,
                                  "<circle cx=\"%d\" cy=\"%.1f\" r=\"4\" fill=\"%s\" "
                                  "stroke=\"%s\"/>\n",
                                  x, y_of(p, score), lived ? colour : "#ffffff", colour);
                else
                    fh_buf_printf(p->out, begun ? "L%d %.1f" : "<path d=\"M%d %.1f", x,
                                  y_of(p, score));
                begun = true;
            }
        }
        if (!dots && begun)
            fh_buf_printf(p->out, "\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>\n", colour,
                          lived ? "" : " stroke-dasharray=\"6 4\"");
    }
}

static void put_feelings(picture *p)
{
    if (!p->feels) return;
    for (int score = 1; score <= 5; score += 2) {
        const int y = (int)y_of(p, score);
        put_rule(p, MARGIN + LABELS, y, p->width - MARGIN, y, "stroke=\"" RULE "\"");
        fh_buf_printf(p->out,
                      "<text x=\"%d\" y=\"%d\" font-size=\"10\" text-anchor=\"end\" fill=\"" MUTED
                      "\">%d</text>\n",
                      MARGIN + LABELS - 6, y + 4, score);
    }
    put_text(p, MARGIN, p->feels + 30, 10, "fill=\"" ACCENT "\"", "- - intended");
    put_feeling(p, false);
    if (!p->lived) return;
    put_text(p, MARGIN, p->feels + 46, 10, "fill=\"" INK "\"", "\xe2\x80\x94 lived");
    put_feeling(p, true);
}

/* ---- The whole ---------------------------------------------------------------------- */

static void put_key(picture *p)
{
    static const struct {
        const char *word, *colour;
    } keys[] = {{"completed", COMPLETED},
                {"out of order", ACCENT},
                {"ad-hoc", AD_HOC},
                {"missing", MISSING}};
    const int y = p->height - MARGIN;
    for (int i = 0; i < 4; i++) {
        const int x = MARGIN + LABELS + i * 108;
        fh_buf_printf(p->out, "<rect x=\"%d\" y=\"%d\" width=\"10\" height=\"10\" fill=\"%s\"/>\n",
                      x, y - 9, keys[i].colour);
        put_text(p, x + 15, y, 11, "fill=\"" MUTED "\"", keys[i].word);
    }
}

static void put_head(picture *p)
{
    const fh_map *map = p->map;
    fh_buf_printf(p->out,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
                  "viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"map-title map-desc\" "
                  "font-family=\"system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif\">\n"
                  "<title id=\"map-title\">",
                  p->width, p->height, p->width, p->height);
    put_escaped(p->out, map->title);
    fh_buf_printf(p->out, "</title>\n<desc id=\"map-desc\">A journey map with %u %s and %u %s. ",
                  map->n_stages, map->n_stages == 1 ? "stage" : "stages", map->n_touchpoints,
                  map->n_touchpoints == 1 ? "touchpoint" : "touchpoints");
    put_escaped(p->out, map->goal);
    fh_buf_printf(p->out, "</desc>\n<rect width=\"%d\" height=\"%d\" fill=\"#fbfaf8\"/>\n",
                  p->width, p->height);
    const int width = p->width - 2 * MARGIN;
    (void)put_wrapped(p, MARGIN, MARGIN + 18, 20, width, 1, "font-weight=\"600\" fill=\"" INK "\"",
                      map->title);
    (void)put_wrapped(p, MARGIN, MARGIN + 40, 13, width, 1, "fill=\"" MUTED "\"", map->goal);
}

fh_status fh_map_draw(const fh_map *map, const fh_map_lived *lived, fh_buf *out, fh_error *err)
{
    picture p = {.map = map, .lived = lived, .out = out};
    const fh_status status = fh_map_check(map, err);
    if (status != FH_OK) return status;
    plan(&p);
    put_head(&p);
    put_stages(&p);
    put_rows(&p);
    put_feelings(&p);
    put_blocks(&p);
    put_cards(&p);
    if (lived) put_key(&p);
    fh_buf_text(out, "</svg>\n");
    return fh_map_written(out, err);
}
