/* letter.c - see letter.h. Texts of people stand in encoded words and base64 only: nothing in
 * them can end a line of the head or a part of the body. */
#include "app/digest/letter.h"

#include "base/utf8.h"
#include "os/smtp.h"

#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void base64(fh_buf *out, const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i += 3) {
        const uint32_t a = p[i], b = i + 1 < n ? p[i + 1] : 0, c = i + 2 < n ? p[i + 2] : 0;
        const uint32_t v = a << 16 | b << 8 | c;
        fh_buf_char(out, digits[v >> 18]);
        fh_buf_char(out, digits[v >> 12 & 63]);
        fh_buf_char(out, i + 1 < n ? digits[v >> 6 & 63] : '=');
        fh_buf_char(out, i + 2 < n ? digits[v & 63] : '=');
    }
}

/* Lines of 57 bytes become 76 characters; line ends of the text become CR LF first. */
static void put_body(fh_buf *out, fh_str text)
{
    enum { LINE = 57 };
    unsigned char line[LINE];
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        for (int k = c == '\n' ? 0 : 1; k < 2; k++) {
            line[n++] = (unsigned char)(k == 0 ? '\r' : c);
            if (n < LINE) continue;
            base64(out, line, n);
            fh_buf_text(out, "\r\n");
            n = 0;
        }
    }
    if (n) base64(out, line, n);
    fh_buf_text(out, "\r\n");
}

/* As encoded words (RFC 2047), each of whole characters and short enough for its line. What is
 * no UTF-8 becomes "?". */
static void put_words(fh_buf *out, fh_str text)
{
    enum { MOST = 42 };
    const unsigned char *p = (const unsigned char *)text.ptr;
    bool first = true;
    for (size_t at = 0; at < text.len;) {
        unsigned char piece[MOST];
        size_t n = 0;
        while (at < text.len) {
            const size_t step = fh_utf8_step(p + at, text.len - at);
            if (n + (step ? step : 1) > MOST) break;
            if (step > 1 || (step == 1 && p[at] >= ' ' && p[at] != 0x7f))
                memcpy(piece + n, p + at, step);
            else
                piece[n] = step ? ' ' : '?';
            n += step ? step : 1;
            at += step ? step : 1;
        }
        fh_buf_text(out, first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
        base64(out, piece, n);
        fh_buf_text(out, "?=");
        first = false;
    }
}

static void put_person(fh_buf *out, const char *field, fh_str name, fh_str address)
{
    fh_buf_printf(out, "%s: ", field);
    put_words(out, name);
    fh_buf_printf(out, "%s<%.*s>\r\n", name.len ? "\r\n " : "", FH_STR_ARG(address));
}

static void put_date(fh_buf *out, int64_t ms)
{
    static const char day[7][4] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char month[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const fh_civil c = fh_civil_of(ms);
    const int64_t days = fh_days_from_civil(c.year, c.month, c.day);
    fh_buf_printf(out, "Date: %s, %02d %s %d %02d:%02d:%02d +0000\r\n", day[(days % 7 + 7) % 7],
                  c.day, month[c.month - 1], c.year, c.hour, c.minute, c.second);
}

static void put_part(fh_buf *out, const fh_letter *l, const char *type, fh_str text)
{
    fh_buf_printf(out, "--=_%.*s\r\nContent-Type: text/%s; charset=utf-8\r\n", FH_STR_ARG(l->id),
                  type);
    fh_buf_text(out, "Content-Transfer-Encoding: base64\r\n\r\n");
    put_body(out, text);
}

void fh_letter_write(const fh_letter *l, fh_buf *out)
{
    size_t at = 0;
    while (at < l->from.len && l->from.ptr[at] != '@') at++;
    const fh_str domain = {l->from.ptr + at, l->from.len - at};
    put_person(out, "From", l->from_name, l->from);
    put_person(out, "To", l->to_name, l->to);
    fh_buf_text(out, "Subject: ");
    put_words(out, l->subject);
    fh_buf_text(out, "\r\n");
    put_date(out, l->at_ms);
    fh_buf_printf(out, "Message-ID: <%.*s%.*s>\r\n", FH_STR_ARG(l->id), FH_STR_ARG(domain));
    if (l->leave.len) {
        fh_buf_printf(out, "List-Unsubscribe: <%.*s>\r\n", FH_STR_ARG(l->leave));
        if (fh_str_starts(l->leave, FH_STR("https://"))) /* RFC 8058 */
            fh_buf_text(out, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
    }
    fh_buf_text(out, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
    fh_buf_printf(out, "Content-Type: multipart/alternative;\r\n boundary=\"=_%.*s\"\r\n\r\n",
                  FH_STR_ARG(l->id));
    put_part(out, l, "plain", l->text);
    put_part(out, l, "html", l->html);
    fh_buf_printf(out, "--=_%.*s--\r\n", FH_STR_ARG(l->id));
}

fh_status fh_letter_address(fh_str text, fh_str *name, fh_str *address, fh_error *err)
{
    text = fh_str_trim(text);
    *name = (fh_str){0};
    *address = text;
    const char *open = text.len ? memchr(text.ptr, '<', text.len) : NULL;
    if (open && text.ptr[text.len - 1] == '>') {
        const size_t at = (size_t)(open - text.ptr);
        *name = fh_str_trim((fh_str){text.ptr, at});
        *address = (fh_str){open + 1, text.len - at - 2};
    }
    if (fh_smtp_address_ok(*address)) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "'%.*s' is no address mail can come from",
                  (int)(text.len < 80 ? text.len : 80), text.len ? text.ptr : "");
    return fh_hint(err, FH_INVALID, "Write no-reply@example.org, or Our shop <us@example.org>.");
}
