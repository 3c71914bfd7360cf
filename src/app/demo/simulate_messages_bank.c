/* simulate_messages_bank.c - word banks: text files that are part of the program.
 *
 *     # comment
 *     @ fact excess money 10000 60000 2500     a section: kind, name, more words
 *     1 The excess on your policy is {}.       a line of half 1
 *     2+ We pay for towing.                    of half 2, with a mark
 *     * a|b|c                                  of both; a list's items, by | or spaces
 */
#include "app/demo/simulate_messages_parts.h"

#include <string.h>

extern const char fh_messages_en[], fh_messages_de[], fh_messages_nl[];

fh_str msg_bank_text(fh_str code)
{
    if (fh_str_eq(code, FH_STR("en"))) return fh_str_of(fh_messages_en);
    if (fh_str_eq(code, FH_STR("de"))) return fh_str_of(fh_messages_de);
    if (fh_str_eq(code, FH_STR("nl"))) return fh_str_of(fh_messages_nl);
    return (fh_str){0};
}

const msg_section *msg_section_of(const msg_bank *b, const char *kind, const char *name)
{
    for (uint32_t i = 0; i < b->n; i++) {
        const msg_section *s = &b->section[i];
        if (fh_str_eq(s->word[0], fh_str_of(kind)) &&
            (!name || fh_str_eq(s->word[1], fh_str_of(name))))
            return s;
    }
    return NULL;
}

static bool next_line(fh_str *text, fh_str *line)
{
    if (!text->len) return false;
    const char *end = memchr(text->ptr, '\n', text->len);
    line->ptr = text->ptr;
    line->len = end ? (size_t)(end - text->ptr) : text->len;
    const size_t skip = line->len + (end != NULL);
    *text = (fh_str){text->ptr + skip, text->len - skip};
    return true;
}

static fh_str next_word(fh_str *text, char between)
{
    while (text->len && text->ptr[0] == between) *text = (fh_str){text->ptr + 1, text->len - 1};
    size_t n = 0;
    while (n < text->len && text->ptr[n] != between) n++;
    const fh_str word = {text->ptr, n};
    *text = (fh_str){text->ptr + n, text->len - n};
    return word;
}

static bool read_line(fh_str text, msg_line *out)
{
    const char *halves = text.len ? memchr("12*", text.ptr[0], 3) : NULL;
    if (!halves) return false;
    out->halves = *halves == '1' ? 1 : *halves == '2' ? 2 : 3;
    size_t at = 1;
    out->mark = text.len > 1 && text.ptr[1] != ' ' ? text.ptr[at++] : '\0';
    if (at >= text.len || text.ptr[at] != ' ') return false;
    out->text = (fh_str){text.ptr + at + 1, text.len - at - 1};
    return out->text.len > 0;
}

static int64_t number_of(fh_str s)
{
    int64_t n = 0;
    for (size_t i = 0; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9' && n < INT32_MAX; i++)
        n = n * 10 + (s.ptr[i] - '0');
    return n;
}

static const char *const type_names[] = {
    [MSG_DATE] = "date",     [MSG_TIME] = "time",       [MSG_HOURS] = "hours",
    [MSG_MONEY] = "money",   [MSG_PERCENT] = "percent", [MSG_DURATION] = "duration",
    [MSG_NUMBER] = "number", [MSG_PHONE] = "phone",     [MSG_EMAIL] = "email",
    [MSG_URL] = "url",       [MSG_PERSON] = "person",   [MSG_POLICY] = "policy",
};

const char *msg_type_name(msg_type type)
{
    return type_names[type == MSG_HOURS ? MSG_TIME : type];
}

static bool add_family(msg_bank *b, const msg_section *s)
{
    enum { N_TYPES = sizeof type_names / sizeof type_names[0] };
    const bool policy = fh_str_eq(s->word[0], FH_STR("policy"));
    if (b->n_families == MSG_FAMILIES) return false;
    msg_family f = {.said = s, .type = MSG_POLICY};
    for (uint32_t i = 0; i < N_TYPES && !policy; i++)
        if (fh_str_eq(s->word[2], fh_str_of(type_names[i]))) f.type = (msg_type)i;
    if (!policy && f.type == MSG_POLICY) return false;
    f.least = number_of(s->word[3]);
    f.most = number_of(s->word[4]);
    f.step = number_of(s->word[5]);
    if (f.step == 0) f.step = 1;
    f.range = fh_str_eq(s->word[6], FH_STR("range"));
    b->family[b->n_families++] = f;
    return true;
}

static bool split_list(msg_section *s, fh_arena *arena)
{
    static const char *const lists[] = {"months",   "weekdays",   "numbers", "nouns",
                                        "verbs",    "adjectives", "places",  "things",
                                        "purposes", "seasons",    "reasons", "negators"};
    bool is_list = false;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        is_list = is_list || fh_str_eq(s->word[0], fh_str_of(lists[i]));
    if (!is_list || !s->n) return true;
    fh_str rest = s->line[0].text;
    const char between = memchr(rest.ptr, '|', rest.len) ? '|' : ' ';
    fh_str *item = FH_NEW_ARRAY(arena, fh_str, rest.len / 2 + 1);
    if (!item) return false;
    while (rest.len) {
        const fh_str word = next_word(&rest, between);
        if (word.len) item[s->n_items++] = word;
    }
    s->item = item;
    return true;
}

static fh_status finish(msg_bank *b, fh_arena *arena, msg_section *all, fh_error *err)
{
    const struct {
        const char *kind;
        const msg_section **to;
    } needed[] = {
        {"months", &b->months},   {"weekdays", &b->weekdays}, {"numbers", &b->numbers},
        {"nouns", &b->nouns},     {"verbs", &b->verbs},       {"adjectives", &b->adjectives},
        {"places", &b->places},   {"things", &b->things},     {"purposes", &b->purposes},
        {"seasons", &b->seasons}, {"reasons", &b->reasons},   {"negators", &b->negators}};
    for (uint32_t i = 0; i < b->n; i++) {
        if (!split_list(&all[i], arena)) return fh_no_memory(err);
        const bool fact = fh_str_eq(all[i].word[0], FH_STR("fact")) ||
                          fh_str_eq(all[i].word[0], FH_STR("policy"));
        if (fact && !add_family(b, &all[i]))
            return fh_fail(err, FH_INTERNAL, "the word bank's fact '%.*s' cannot be read",
                           FH_STR_ARG(all[i].word[1]));
        if (fh_str_eq(all[i].word[0], FH_STR("story")) && b->n_stories < MSG_STORIES)
            b->story[b->n_stories++] = &all[i];
    }
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        *needed[i].to = msg_section_of(b, needed[i].kind, NULL);
        if (!*needed[i].to || !(*needed[i].to)->n_items)
            return fh_fail(err, FH_INTERNAL, "the word bank has no %s", needed[i].kind);
    }
    return FH_OK;
}

fh_status msg_bank_read(fh_str text, fh_arena *arena, msg_bank *out, fh_error *err)
{
    enum { SECTIONS = 200, LINES = 2000 };
    msg_section *section = FH_NEW_ARRAY(arena, msg_section, SECTIONS), *last = NULL;
    msg_line *line = FH_NEW_ARRAY(arena, msg_line, LINES);
    uint32_t n_lines = 0, at = 0;
    fh_str row;
    if (!section || !line) return fh_no_memory(err);
    *out = (msg_bank){.section = section};
    while (next_line(&text, &row)) {
        at++;
        if (!row.len || row.ptr[0] == '#') continue;
        bool fine = n_lines < LINES && out->n < SECTIONS;
        if (fine && row.ptr[0] == '@') {
            last = &section[out->n++];
            last->line = &line[n_lines];
            fh_str rest = {row.ptr + 1, row.len - 1};
            for (uint32_t i = 0; i < MSG_SECTION_WORDS && rest.len; i++)
                last->word[last->n_words++] = next_word(&rest, ' ');
            if (fh_str_eq(last->word[0], FH_STR("language"))) out->code = last->word[1];
        } else if (fine && (fine = last && read_line(row, &line[n_lines]))) {
            last->n++;
            n_lines++;
        }
        if (!fine) return fh_fail(err, FH_INTERNAL, "line %u of a word bank cannot be read", at);
    }
    return finish(out, arena, section, err);
}
