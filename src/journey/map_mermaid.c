/* map_mermaid.c - Mermaid's `journey` diagrams: a title, sections, tasks with a score from 1
 * to 5 and who takes part.
 *
 *     journey
 *         title I renew my contract
 *         section I hear that it ends
 *           Renewal letter: 4: Operations, Customer
 *
 * The customer is "Customer", also "Me" when read. What has no score is given the middle.
 * Colons part what a task has: in names they become commas ("Something happened, I claim").
 */
#include "journey/map_parts.h"

#include <string.h>

enum { MIDDLE = 3 };

/* ---- Writing ------------------------------------------------------------------------------ */

/* A name as it may stand there: a comma for what parts a line or begins a comment (a blank in
 * the name of who takes part, where commas part), and never two blanks for one. */
static void put_name(fh_buf *out, fh_str name, bool actor)
{
    char last = 0;
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];
        const bool parts = c == ':' || c == ';';
        const bool blank = c == ' ' || c == '\t' || c == '#' || c == '%' || (actor && c == ',') ||
                           (actor && parts);
        const char put = blank ? ' ' : parts ? ',' : c;
        if ((put == ' ' && last == ' ') || (parts && !actor && last == ',')) continue;
        fh_buf_char(out, put);
        last = put;
    }
}

static bool begins_with_word(fh_str text, const char *word)
{
    const size_t n = strlen(word);
    return text.len > n && fh_str_eq_nocase((fh_str){text.ptr, n}, fh_str_of(word)) &&
           strchr(" \t:;#%", text.ptr[n]) != NULL;
}

/* The name of a section or task: never nothing, nor what would be read as another line. */
static void put_heading(fh_buf *out, fh_str name)
{
    size_t i = 0;
    while (i < name.len && name.ptr[i] && strchr(" \t:;#%", name.ptr[i])) i++;
    const fh_str rest = {name.ptr + i, name.len - i};
    if (begins_with_word(rest, "title") || begins_with_word(rest, "section"))
        fh_buf_text(out, "- ");
    put_name(out, rest.len ? rest : FH_STR("?"), false);
}

static void put_actor(fh_buf *out, fh_str who, const char **comma)
{
    if (!who.len) return;
    fh_buf_text(out, *comma);
    put_name(out, fh_map_is_customer(who) ? FH_STR("Customer") : who, true);
    *comma = ", ";
}

fh_status fh_map_print_mermaid(const fh_map *map, fh_buf *out, fh_error *err)
{
    const fh_status status = fh_map_check(map, err);
    if (status != FH_OK) return status;
    fh_buf_text(out, "journey\n    title ");
    put_name(out, map->title, false);
    fh_buf_char(out, '\n');
    for (uint32_t s = 0, t = 0; s < map->n_stages; s++) {
        fh_buf_text(out, "    section ");
        put_heading(out, map->stage[s].name);
        fh_buf_char(out, '\n');
        for (; t < map->n_touchpoints && map->touchpoint[t].stage == s; t++) {
            const fh_map_touchpoint *p = &map->touchpoint[t];
            const char *comma = ": ";
            fh_buf_text(out, "      ");
            put_heading(out, p->name);
            fh_buf_printf(out, ": %d", p->feels ? p->feels : MIDDLE);
            put_actor(out, p->from, &comma);
            put_actor(out, p->to, &comma);
            fh_buf_char(out, '\n');
        }
    }
    return fh_map_written(out, err);
}

/* ---- Reading ------------------------------------------------------------------------------- */

/* What stands before the first `c`, which is taken away too. */
static fh_str take_until(fh_str *rest, char c)
{
    const char *at = rest->len ? memchr(rest->ptr, c, rest->len) : NULL;
    const size_t n = at ? (size_t)(at - rest->ptr) : rest->len;
    const fh_str part = {rest->ptr, n};
    rest->ptr += at ? n + 1 : n;
    rest->len -= at ? n + 1 : n;
    return fh_str_trim(part);
}

static fh_str actor_of(fh_map_builder *b, fh_str name)
{
    fh_str own = {0};
    if (fh_str_eq_nocase(name, FH_STR("customer")) || fh_str_eq_nocase(name, FH_STR("me")))
        return FH_STR("customer");
    if (!fh_map_make_words(b->arena, name, "", &own)) b->status = FH_NOMEM;
    return own;
}

/* "Task: 4: One, Other". false: it is no task. */
static bool read_task(fh_map_builder *b, fh_str line)
{
    fh_str rest = line;
    const fh_str name = take_until(&rest, ':'), score = take_until(&rest, ':');
    if (!name.len || score.len != 1 || *score.ptr < '0' || *score.ptr > '9') return false;
    fh_map_touchpoint *t = fh_map_builder_touchpoint(b, FH_STR(""), name);
    if (!t) return true;
    const int feels = *score.ptr - '0';
    t->feels = feels < 1 ? 1 : feels > 5 ? 5 : feels;
    for (int n = 0; rest.len && n < 2;) {
        const fh_str who = take_until(&rest, ',');
        if (who.len) *(n++ ? &t->to : &t->from) = actor_of(b, who);
    }
    return true;
}

static bool take_word(fh_str *line, const char *word)
{
    const size_t n = strlen(word);
    if (!fh_str_starts(*line, fh_str_of(word)) || line->len == n || line->ptr[n] != ' ')
        return false;
    *line = fh_str_trim((fh_str){line->ptr + n, line->len - n});
    return true;
}

fh_status fh_map_parse_mermaid(fh_str text, fh_arena *arena, fh_map *out, size_t *n_passed,
                               fh_error *err)
{
    fh_str rest = text, title = {0};
    size_t lines = 1, passed = 0;
    bool begun = false;
    if (text.len > FH_MAP_TEXT_MAX)
        return fh_fail(err, FH_LIMIT, "this diagram has %zu bytes; the most is 4 MiB", text.len);
    for (size_t i = 0; i < text.len; i++) lines += text.ptr[i] == '\n';
    fh_arena *scratch = fh_arena_new(fh_arena_allocator(arena));
    fh_map_builder *b = scratch ? fh_map_builder_new(scratch, arena, lines) : NULL;
    fh_status status = b ? FH_OK : fh_no_memory(err);
    while (status == FH_OK && rest.len) {
        fh_str line = take_until(&rest, '\n');
        if (!line.len || fh_str_starts(line, FH_STR("%%"))) continue;
        if (!begun && fh_str_eq(line, FH_STR("journey")))
            begun = true;
        else if (begun && take_word(&line, "title"))
            title = line;
        else if (begun && take_word(&line, "section"))
            (void)fh_map_builder_stage(b, FH_STR(""), line);
        else
            passed += !begun || !read_task(b, line);
    }
    if (status == FH_OK && !begun) {
        (void)fh_fail(err, FH_FORMAT, "no line says 'journey'");
        status = fh_hint(err, FH_FORMAT, "Give the text of a Mermaid journey diagram.");
    }
    if (status == FH_OK) status = fh_map_builder_end(b, title, out, err);
    if (status == FH_OK) *n_passed = passed;
    fh_arena_free(scratch);
    return status;
}
