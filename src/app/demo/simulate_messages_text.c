/* simulate_messages_text.c - lines of a bank, filled in; sentences about nothing; edits. */
#include "app/demo/simulate_messages_parts.h"

#include <string.h>

static void fail(msg_world *w)
{
    if (w->sim.status == FH_OK) w->sim.status = fh_no_memory(w->sim.err);
}

static fh_str keep(msg_person *p)
{
    fh_str s = {0};
    if (p->w->space.status != FH_OK || !fh_arena_str(p->w->texts, fh_buf_view(&p->w->space), &s))
        fail(p->w);
    return s;
}

fh_str msg_pick(msg_person *p, const msg_section *s, char mark, sim_rng *t)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->n; i++)
        n += (s->line[i].halves & p->w->half) && (!mark || s->line[i].mark == mark);
    if (!n) return (fh_str){0};
    uint32_t which = sim_below(t, n);
    for (uint32_t i = 0; i < s->n; i++) {
        if (!(s->line[i].halves & p->w->half) || (mark && s->line[i].mark != mark)) continue;
        if (which-- == 0) return s->line[i].text;
    }
    return (fh_str){0};
}

fh_str msg_fill(msg_person *p, fh_str line, const msg_slot *slots)
{
    fh_buf *out = &p->w->space;
    fh_buf_clear(out);
    for (size_t i = 0; i < line.len; i++) {
        const char *end = line.ptr[i] == '{' ? memchr(line.ptr + i, '}', line.len - i) : NULL;
        if (!end) {
            fh_buf_char(out, line.ptr[i]);
            continue;
        }
        const fh_str name = {line.ptr + i + 1, (size_t)(end - line.ptr) - i - 1};
        for (const msg_slot *s = slots; s->name; s++)
            if (fh_str_eq(name, fh_str_of(s->name))) fh_buf_str(out, s->value);
        i = (size_t)(end - line.ptr);
    }
    return keep(p);
}

fh_str msg_join(msg_person *p, const fh_str *parts, uint32_t n, const char *between)
{
    fh_buf *out = &p->w->space;
    fh_buf_clear(out);
    for (uint32_t i = 0; i < n; i++) {
        if (!parts[i].len) continue;
        if (out->len) fh_buf_text(out, between);
        fh_buf_str(out, parts[i]);
    }
    return keep(p);
}

static fh_str any(const msg_section *list, sim_rng *t)
{
    return list->item[sim_below(t, list->n_items)];
}

static void put_capital(fh_buf *out, fh_str word)
{
    if (word.len && word.ptr[0] >= 'a' && word.ptr[0] <= 'z') {
        fh_buf_char(out, (char)(word.ptr[0] - 'a' + 'A'));
        word = (fh_str){word.ptr + 1, word.len - 1};
    }
    fh_buf_str(out, word);
}

fh_str msg_sentence(msg_person *p, sim_rng *t)
{
    const fh_str line = msg_pick(p, msg_section_of(p->b, "scheme", NULL), 0, t);
    fh_buf *out = &p->w->space;
    fh_buf_clear(out);
    for (size_t i = 0; i < line.len; i++) {
        const char *end = line.ptr[i] == '{' ? memchr(line.ptr + i, '}', line.len - i) : NULL;
        if (!end) {
            fh_buf_char(out, line.ptr[i]);
            continue;
        }
        switch (line.ptr[i + 1]) {
        case 'n': fh_buf_str(out, any(p->b->nouns, t)); break;
        case 'v': fh_buf_str(out, any(p->b->verbs, t)); break;
        case 'a': fh_buf_str(out, any(p->b->adjectives, t)); break;
        case 'A': put_capital(out, any(p->b->adjectives, t)); break;
        default: fh_buf_str(out, any(p->b->places, t)); break;
        }
        i = (size_t)(end - line.ptr);
    }
    return keep(p);
}

/* The end of a sentence, and what turns its sense, are not edited away by chance. */
static bool carries(const msg_bank *b, fh_str word)
{
    bool found = word.len && memchr(".,:;!?", word.ptr[word.len - 1], 6);
    for (uint32_t i = 0; i < b->negators->n_items; i++)
        found = found || fh_str_eq(word, b->negators->item[i]);
    return found;
}

fh_str msg_edited(msg_person *p, fh_str text, uint32_t permille, sim_rng *t)
{
    fh_buf *out = &p->w->space;
    fh_buf_clear(out);
    while (text.len) {
        const char *space = memchr(text.ptr, ' ', text.len);
        const fh_str word = {text.ptr, space ? (size_t)(space - text.ptr) : text.len};
        const size_t skip = word.len + (space != NULL);
        const uint32_t drawn = sim_below(t, 3000),
                       what = carries(p->b, word) || !out->len ? 3000 : drawn;
        if (what < permille) { /* left out */
        } else if (what < 2 * permille) {
            fh_buf_str(out, any(p->b->nouns, t));
        } else {
            fh_buf_str(out, word);
        }
        if (what >= 2 * permille && what < 3 * permille) {
            fh_buf_char(out, ' ');
            fh_buf_str(out, any(p->b->adjectives, t));
        }
        text = (fh_str){text.ptr + skip, text.len - skip};
        if (text.len && out->len && out->ptr[out->len - 1] != ' ') fh_buf_char(out, ' ');
    }
    return keep(p);
}

fh_str msg_capital(msg_person *p, fh_str text)
{
    fh_buf_clear(&p->w->space);
    put_capital(&p->w->space, text);
    return keep(p);
}

fh_str msg_order(msg_person *p)
{
    fh_str s = {0};
    const unsigned long long n = ++p->w->order;
    if (!fh_arena_format(p->w->texts, &s, "HM-%07llu", (n * 7919 + 1234567) % 10000000)) fail(p->w);
    return s;
}

uint32_t msg_purpose_pick(msg_person *p, sim_rng *t)
{
    const uint32_t n = p->b->purposes->n_items < 64 ? p->b->purposes->n_items : 64;
    uint32_t at = sim_below(t, n);
    for (uint32_t i = 0; i < n && (p->purposes >> at & 1); i++) at = (at + 1) % n;
    p->purposes |= UINT64_C(1) << at;
    return at;
}
