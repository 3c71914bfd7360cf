/* structure.c - the parts of a mail in one pass over its lines (see structure.h).
 *
 *     head, empty line, body              a mail, and each part between two boundaries
 *     --boundary                          ends what is open inside, begins a part
 *     --boundary--                        ends the multipart
 *
 * A boundary of an outer multipart ends all inner ones, as it does for every reader of
 * mails: that is how cut ones are still read.
 */
#include "app/mailbox/structure.h"

#include <string.h>

enum { PART_HEAD = 32 << 10, VALUE_MAX = 32 << 10 };

typedef struct level {
    fh_str boundary;
    uint32_t alternative;
} level;

typedef struct walk {
    fh_gmime *g;
    fh_arena *arena;
    fh_mail_each_part *each;
    void *ctx;
    fh_str mail;
    size_t at;
    level open[FH_MAIL_DEPTH];
    size_t n_open;
    bool in_part; /* `part` is open; its body begins at body_at */
    fh_mail_part part;
    size_t body_at;
    uint32_t n_parts, n_alternatives;
    fh_error *err;
} walk;

/* The line that begins at `at`, without its end; `*next` is where the next begins. */
static fh_str line_at(fh_str text, size_t at, size_t *next)
{
    const char *newline = memchr(text.ptr + at, '\n', text.len - at);
    const size_t end = newline ? (size_t)(newline - text.ptr) : text.len;
    *next = newline ? end + 1 : end;
    return (fh_str){text.ptr + at, end > at && text.ptr[end - 1] == '\r' ? end - at - 1 : end - at};
}

/* ---- Headers -------------------------------------------------------------------------------- */

fh_str fh_mail_head(fh_str mail)
{
    size_t at = 0, next = 0;
    if (fh_str_starts(mail, FH_STR("From "))) (void)line_at(mail, 0, &at);
    const size_t from = at;
    while (at < mail.len && at - from < FH_MAIL_HEAD) {
        if (!line_at(mail, at, &next).len) break;
        at = next;
    }
    const size_t n = at - from < FH_MAIL_HEAD ? at - from : (size_t)FH_MAIL_HEAD;
    return (fh_str){mail.ptr + from, n};
}

static bool is_named(fh_str line, fh_str name)
{
    if (line.len <= name.len || !fh_str_eq_nocase((fh_str){line.ptr, name.len}, name)) return false;
    size_t at = name.len;
    while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '\t')) at++;
    return at < line.len && line.ptr[at] == ':';
}

static bool goes_on(fh_str text, size_t at)
{
    return at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t');
}

bool fh_mail_header(fh_str head, const char *name, size_t nth, fh_arena *arena, fh_str *out)
{
    *out = (fh_str){"", 0};
    for (size_t at = 0, next = 0; at < head.len; at = next) {
        const fh_str line = line_at(head, at, &next);
        if (!is_named(line, fh_str_of(name)) || nth-- > 0) continue;
        const char *colon = memchr(line.ptr, ':', line.len);
        while (goes_on(head, next)) (void)line_at(head, next, &next);
        const size_t begins = (size_t)(colon + 1 - head.ptr);
        const fh_str raw = {colon + 1,
                            next - begins < VALUE_MAX ? next - begins : (size_t)VALUE_MAX};
        char *text = fh_arena_alloc(arena, raw.len + 1, 1);
        if (!text) return false;
        size_t n = 0;
        for (size_t i = 0; i < raw.len; i++)
            if (raw.ptr[i] != '\n' && raw.ptr[i] != '\r') text[n++] = raw.ptr[i];
        *out = fh_str_trim((fh_str){text, n});
        return true;
    }
    return true;
}

/* ---- Parts ---------------------------------------------------------------------------------- */

/* Which open multipart's boundary the line is; n_open: none. */
static size_t boundary_of(const walk *w, fh_str line, bool *closes)
{
    if (line.len < 2 || line.ptr[0] != '-' || line.ptr[1] != '-') return w->n_open;
    for (size_t k = w->n_open; k-- > 0;) {
        const fh_str b = w->open[k].boundary;
        if (line.len < b.len + 2 || memcmp(line.ptr + 2, b.ptr, b.len) != 0) continue;
        fh_str rest = {line.ptr + 2 + b.len, line.len - 2 - b.len};
        *closes = fh_str_starts(rest, FH_STR("--"));
        if (*closes) rest = (fh_str){rest.ptr + 2, rest.len - 2};
        if (!fh_str_trim(rest).len) return k;
    }
    return w->n_open;
}

/* Headers from here to the empty line, or to a boundary that comes too soon. */
static fh_str take_head(walk *w)
{
    const size_t from = w->at;
    size_t end = w->at, next = 0;
    bool closes;
    while (w->at < w->mail.len && w->at - from < FH_MAIL_HEAD) {
        const fh_str line = line_at(w->mail, w->at, &next);
        if (line.len && boundary_of(w, line, &closes) < w->n_open) break;
        w->at = next;
        if (!line.len) break;
        end = next;
    }
    return (fh_str){w->mail.ptr + from, end - from};
}

static bool read_head(walk *w, fh_str head, fh_mail_part *part)
{
    fh_str type, disposition;
    return fh_mail_header(head, "Content-Type", 0, w->arena, &type) &&
           fh_mail_header(head, "Content-Disposition", 0, w->arena, &disposition) &&
           fh_mail_header(head, "Content-Transfer-Encoding", 0, w->arena, &part->encoding) &&
           fh_gmime_content_type(w->g, type, w->arena, &part->content) &&
           fh_gmime_disposition(w->g, disposition, w->arena, &part->disposition);
}

/* What follows is a part, or the parts of a multipart. */
static fh_status begin_part(walk *w, fh_str head)
{
    fh_mail_part part = {.alternative = w->n_open ? w->open[w->n_open - 1].alternative : 0};
    if (head.len > PART_HEAD && w->n_parts) head.len = PART_HEAD;
    if (!read_head(w, head, &part)) return fh_no_memory(w->err);
    const fh_str boundary = part.content.boundary;
    if (fh_str_starts(part.content.type, FH_STR("multipart/")) && boundary.len &&
        w->n_open < FH_MAIL_DEPTH) {
        if (fh_str_eq(part.content.type, FH_STR("multipart/alternative")))
            part.alternative = ++w->n_alternatives;
        w->open[w->n_open++] = (level){boundary, part.alternative};
        return FH_OK;
    }
    w->in_part = true;
    w->part = part;
    w->body_at = w->at;
    return FH_OK;
}

static fh_status end_part(walk *w, size_t end)
{
    if (!w->in_part) return FH_OK;
    w->in_part = false;
    /* The line end before a boundary is the boundary's. */
    if (end > w->body_at && end < w->mail.len && w->mail.ptr[end - 1] == '\n') end--;
    if (end > w->body_at && end < w->mail.len && w->mail.ptr[end - 1] == '\r') end--;
    w->part.body = (fh_str){w->mail.ptr + w->body_at, end - w->body_at};
    return w->each(w->ctx, &w->part, w->err);
}

fh_status fh_mail_walk(fh_gmime *g, fh_str mail, fh_arena *arena, fh_mail_each_part *each,
                       void *ctx, bool *cut, fh_error *err)
{
    walk w = {.g = g, .arena = arena, .each = each, .ctx = ctx, .mail = mail, .err = err};
    *cut = false;
    if (fh_str_starts(mail, FH_STR("From "))) (void)line_at(mail, 0, &w.at);
    fh_status s = begin_part(&w, take_head(&w));
    while (!s && w.n_open && w.at < mail.len) {
        size_t next;
        bool closes = false;
        const fh_str line = line_at(mail, w.at, &next);
        const size_t k = boundary_of(&w, line, &closes);
        if (k == w.n_open) {
            w.at = next;
            continue;
        }
        s = end_part(&w, w.at);
        w.at = next;
        w.n_open = closes ? k : k + 1;
        if (s || closes) continue;
        if (++w.n_parts > FH_MAIL_PARTS) {
            *cut = true;
            return FH_OK;
        }
        s = begin_part(&w, take_head(&w));
    }
    return s ? s : end_part(&w, mail.len);
}
