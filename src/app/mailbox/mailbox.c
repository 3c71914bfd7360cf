/* mailbox.c - cuts a file into mails (see mailbox.h).
 *
 *     held   [ done | this mail ... | not looked at ]
 *            0      from            looked          len
 */
#include "app/mailbox/mailbox.h"

#include "app/mailbox/letter.h"

#include <stdlib.h>
#include <string.h>

enum {
    LINES = 256 << 10, /* bytes of lines gathered before they are given */
    FROM_LINE = 1024,  /* longer ones begin no mail */
    SOME = 1 << 20,    /* bytes taken at once */
};

/* Bytes that grow in place where the system can: a large mail is not held twice. */
typedef struct bytes {
    char *ptr;
    size_t len, cap;
} bytes;

struct fh_mailbox {
    fh_letters *letters;
    bytes held;
    fh_buf lines;
    size_t from, looked;
    bool cut, in_mbox, begun;
    uint64_t n_mails;
    fh_mailbox_give *give;
    void *ctx;
};

fh_status fh_mailbox_new(const fh_own *own, fh_mailbox **out, fh_error *err)
{
    fh_mailbox *m = calloc(1, sizeof *m);
    if (!m) return fh_no_memory(err);
    fh_buf_init(&m->lines, NULL, (size_t)16 << 20);
    const fh_status s = fh_letters_new(own, &m->letters, err);
    if (s)
        fh_mailbox_free(m);
    else
        *out = m;
    return s;
}

void fh_mailbox_free(fh_mailbox *m)
{
    if (!m) return;
    fh_letters_free(m->letters);
    free(m->held.ptr);
    fh_buf_free(&m->lines);
    free(m);
}

/* ---- Mails out ------------------------------------------------------------------------------ */

static fh_status take_line(void *ctx, fh_str json, fh_error *err)
{
    fh_mailbox *m = ctx;
    fh_buf_str(&m->lines, json);
    if (m->lines.status) return fh_no_memory(err);
    if (m->lines.len < LINES) return FH_OK;
    const fh_status s = m->give(m->ctx, fh_buf_view(&m->lines), false, err);
    fh_buf_clear(&m->lines);
    return s;
}

/* ">From " at the beginning of a line was "From " before it went into the mbox. */
static size_t unquote(char *text, size_t n)
{
    size_t to = 0;
    for (size_t i = 0; i < n;) {
        size_t marks = 0;
        while (i + marks < n && text[i + marks] == '>') marks++;
        if (marks && n - i - marks >= 5 && memcmp(text + i + marks, "From ", 5) == 0) i++;
        const char *newline = memchr(text + i, '\n', n - i);
        const size_t end = newline ? (size_t)(newline + 1 - text) : n;
        memmove(text + to, text + i, end - i);
        to += end - i;
        i = end;
    }
    return to;
}

/* The mail that ends at held[to]. */
static fh_status end_mail(fh_mailbox *m, size_t to, fh_error *err)
{
    size_t n = to - m->from;
    if (!n) return FH_OK; /* nothing was held yet, perhaps: no memory to point into */
    char *text = m->held.ptr + m->from;
    if (!fh_str_trim((fh_str){text, n}).len) return FH_OK;
    m->n_mails++;
    if (m->in_mbox) n = unquote(text, n);
    return fh_letter_read(m->letters, (fh_str){text, n}, m->cut, take_line, m, err);
}

/* ---- Mails in ------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "From ann@example.org Mon Jul 29 11:28:02 2002" */
static bool begins_mail(fh_str line)
{
    bool time = false, year = false;
    for (size_t i = 5; i + 4 < line.len; i++) {
        const char *p = line.ptr + i;
        time |= is_digit(p[0]) && is_digit(p[1]) && p[2] == ':' && is_digit(p[3]) && is_digit(p[4]);
        year |= p[0] == ' ' && is_digit(p[1]) && is_digit(p[2]) && is_digit(p[3]) && is_digit(p[4]);
    }
    return time && year;
}

/* Is the line ended by the newline at held[at] empty? */
static bool is_empty_line(const fh_mailbox *m, size_t at)
{
    const char *text = m->held.ptr + m->from;
    size_t n = at - m->from;
    if (n && text[n - 1] == '\r') n--;
    return n && text[n - 1] == '\n';
}

/* Where the next mail of the mbox begins; SIZE_MAX: not in what is held, of which the
 * newlines before held[looked] have been looked at. */
static size_t next_mail(fh_mailbox *m, bool last)
{
    static const fh_str word = {"From ", 5};
    const char *text = m->held.ptr;
    const size_t len = m->held.len;
    while (m->looked < len) {
        const char *newline = memchr(text + m->looked, '\n', len - m->looked);
        if (!newline) break;
        const size_t at = (size_t)(newline - text), line = at + 1;
        const size_t n = len - line < FROM_LINE ? len - line : (size_t)FROM_LINE;
        m->looked = at;
        if (is_empty_line(m, at)) {
            const char *end = n ? memchr(text + line, '\n', n) : NULL;
            const size_t alike = n < word.len ? n : word.len;
            const bool may_be = memcmp(text + line, word.ptr, alike) == 0;
            if (may_be && !end && n < FROM_LINE && !last) return SIZE_MAX;
            const size_t stop = end ? (size_t)(end - text) : line + n;
            if (may_be && n > word.len && begins_mail((fh_str){text + line, stop - line}))
                return line;
        }
        m->looked = line;
    }
    m->looked = len;
    return SIZE_MAX;
}

/* Mails that were given are forgotten, and what is longer than a mail may be. */
static void hold_less(fh_mailbox *m)
{
    enum { BEFORE = 2 }; /* bytes before held[looked] that tell whether a line is empty */
    bytes *b = &m->held;
    if (m->from) {
        memmove(b->ptr, b->ptr + m->from, b->len - m->from);
        b->len -= m->from;
        m->looked -= m->from;
        m->from = 0;
    }
    if (b->len <= FH_MAIL_MAX) return;
    m->cut = true;
    if (!m->in_mbox) {
        b->len = FH_MAIL_MAX;
    } else if (m->looked > FH_MAIL_MAX + BEFORE) {
        const size_t kept = b->len - (m->looked - BEFORE);
        memmove(b->ptr + FH_MAIL_MAX, b->ptr + m->looked - BEFORE, kept);
        b->len = FH_MAIL_MAX + kept;
        m->looked = FH_MAIL_MAX + BEFORE;
    }
}

static fh_status feed_mbox(fh_mailbox *m, bool last, fh_error *err)
{
    size_t next;
    fh_status s = FH_OK;
    while (!s && m->in_mbox && (next = next_mail(m, last)) != SIZE_MAX) {
        s = end_mail(m, next, err);
        m->from = m->looked = next;
        m->cut = false;
    }
    return s;
}

/* False: out of memory. */
static bool hold(bytes *b, fh_str piece)
{
    if (b->cap - b->len < piece.len || !b->ptr) {
        const size_t need = b->len + piece.len, cap = need + need / 4 + 4096;
        char *more = realloc(b->ptr, cap);
        if (!more) return false;
        b->ptr = more;
        b->cap = cap;
    }
    if (piece.len) memcpy(b->ptr + b->len, piece.ptr, piece.len);
    b->len += piece.len;
    return true;
}

static fh_status feed_some(fh_mailbox *m, fh_str piece, bool whole, bool last, fh_error *err)
{
    if (!hold(&m->held, piece)) return fh_no_memory(err);
    if (!whole && !m->begun && (m->held.len >= 5 || last)) {
        m->in_mbox = fh_str_starts((fh_str){m->held.ptr, m->held.len}, FH_STR("From "));
        m->begun = true;
    }
    const fh_status s = whole ? FH_OK : feed_mbox(m, last, err);
    if (!s) hold_less(m);
    return s;
}

fh_status fh_mailbox_feed(fh_mailbox *m, fh_str piece, bool whole, bool starts, bool last,
                          fh_mailbox_give *give, void *ctx, fh_error *err)
{
    fh_status s = FH_OK;
    m->give = give;
    m->ctx = ctx;
    if (whole && starts) {
        s = end_mail(m, m->held.len, err);
        m->held.len = 0;
        m->cut = false;
    }
    do {
        const size_t n = piece.len < SOME ? piece.len : (size_t)SOME;
        if (!s) s = feed_some(m, (fh_str){piece.ptr, n}, whole, last && n == piece.len, err);
        piece = (fh_str){piece.ptr + n, piece.len - n};
    } while (!s && piece.len);
    if (s || !last) return s;
    s = end_mail(m, m->held.len, err);
    return s ? s : give(ctx, fh_buf_view(&m->lines), true, err);
}
