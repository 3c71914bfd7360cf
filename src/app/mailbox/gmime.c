/* gmime.c - libgmime behind gmime.h: its functions are looked up by name once. */
#include "app/mailbox/gmime.h"

#include "parse/reader.h"

#include <dlfcn.h>
#include <errno.h>
#include <gmime/gmime.h>
#include <iconv.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define GMIME_FUNCTIONS(X)                        \
    X(g_mime_init)                                \
    X(g_mime_utils_header_decode_date)            \
    X(g_mime_content_type_parse)                  \
    X(g_mime_content_type_get_media_type)         \
    X(g_mime_content_type_get_media_subtype)      \
    X(g_mime_content_type_get_parameter)          \
    X(g_mime_content_disposition_parse)           \
    X(g_mime_content_disposition_get_disposition) \
    X(g_mime_content_disposition_get_parameter)   \
    X(g_mime_content_encoding_from_string)        \
    X(g_mime_encoding_init_decode)                \
    X(g_mime_encoding_step)                       \
    X(g_mime_charset_iconv_name)                  \
    X(internet_address_list_parse)                \
    X(internet_address_list_length)               \
    X(internet_address_list_get_address)          \
    X(internet_address_get_name)                  \
    X(internet_address_mailbox_get_type)          \
    X(internet_address_mailbox_get_addr)          \
    X(internet_address_group_get_type)            \
    X(internet_address_group_get_members)         \
    X(g_type_check_instance_is_a)                 \
    X(g_date_time_to_unix)                        \
    X(g_date_time_unref)                          \
    X(g_object_unref)                             \
    X(g_free)

/* Header values longer than these are cut: nobody writes them, and what parses them is
 * not ours. */
enum { TEXT_MAX = 8 << 10, LIST_MAX = 16 << 10, NEST_MAX = 4, STEP = 32 << 10 };

#define X(name) typedef __typeof__(&name) name##_function;
GMIME_FUNCTIONS(X)
#undef X

struct fh_gmime {
    void *library;
#define X(name) name##_function name;
    GMIME_FUNCTIONS(X)
#undef X
};

static bool look_up(fh_gmime *g)
{
    static const struct {
        const char *name;
        size_t at;
    } wanted[] = {
#define X(name) {#name, offsetof(struct fh_gmime, name)},
        GMIME_FUNCTIONS(X)
#undef X
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        void *found = dlsym(g->library, wanted[i].name);
        if (!found) return false;
        memcpy((char *)g + wanted[i].at, &found, sizeof found);
    }
    return true;
}

/* The library's own beginning is not made for two threads at once. */
static pthread_mutex_t beginning = PTHREAD_MUTEX_INITIALIZER;

fh_status fh_gmime_new(fh_gmime **out, fh_error *err)
{
    fh_gmime *g = calloc(1, sizeof *g);
    if (!g) return fh_no_memory(err);
    g->library = dlopen("libgmime-3.0.so.0", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!g->library || !look_up(g)) {
        fh_gmime_free(g);
        (void)fh_fail(err, FH_NOTFOUND, "mails cannot be read: libgmime is not installed");
        return fh_hint(err, FH_NOTFOUND, "On Debian: apt-get install libgmime-3.0-0.");
    }
    (void)pthread_mutex_lock(&beginning);
    g->g_mime_init();
    (void)pthread_mutex_unlock(&beginning);
    *out = g;
    return FH_OK;
}

/* The library stays loaded, as its types do. */
void fh_gmime_free(fh_gmime *g)
{
    free(g);
}

/* ---- Headers -------------------------------------------------------------------------------- */

/* As the library wants it: UTF-8, without zero bytes, ended by one. NULL: no memory. */
static const char *ready(fh_str raw, size_t most, fh_arena *arena)
{
    fh_str s = raw.len > most ? (fh_str){raw.ptr, most} : raw;
    if (fh_utf8_bad(s) < s.len && s.len == raw.len && !fh_latin1_text(arena, s, &s)) return NULL;
    char *text = fh_arena_alloc(arena, s.len + 1, 1);
    if (!text) return NULL;
    for (size_t i = 0; i < s.len; i++) text[i] = s.ptr[i] ? s.ptr[i] : ' ';
    text[s.len] = '\0';
    return text;
}

/* What the library gave, in the arena; NULL is empty. */
static bool keep(const char *text, fh_arena *arena, fh_str *out)
{
    *out = (fh_str){"", 0};
    return !text || fh_arena_str(arena, fh_str_trim(fh_str_of(text)), out);
}

static bool keep_small(const char *text, fh_arena *arena, fh_str *out)
{
    if (!keep(text, arena, out)) return false;
    char *small = fh_arena_alloc(arena, out->len + 1, 1);
    if (!small) return false;
    for (size_t i = 0; i < out->len; i++) {
        const char c = out->ptr[i];
        small[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    *out = (fh_str){small, out->len};
    return true;
}

bool fh_gmime_date(fh_gmime *g, fh_str raw, fh_arena *arena, int64_t *out_ms)
{
    const char *text = ready(raw, TEXT_MAX, arena);
    GDateTime *date = text ? g->g_mime_utils_header_decode_date(text) : NULL;
    if (!date) return false;
    *out_ms = g->g_date_time_to_unix(date) * 1000;
    g->g_date_time_unref(date);
    return true;
}

/* ---- Addresses ------------------------------------------------------------------------------ */

typedef struct addresses {
    fh_gmime *g;
    fh_arena *arena;
    fh_mail_address *out;
    size_t n, most;
} addresses;

static bool is_a(const addresses *a, InternetAddress *address, GType type)
{
    return a->g->g_type_check_instance_is_a((GTypeInstance *)(void *)address, type);
}

static bool take_list(addresses *a, InternetAddressList *list, int depth)
{
    fh_gmime *g = a->g;
    const int n = g->internet_address_list_length(list);
    for (int i = 0; i < n && a->n < a->most; i++) {
        InternetAddress *one = g->internet_address_list_get_address(list, i);
        if (is_a(a, one, g->internet_address_group_get_type())) {
            InternetAddressList *members =
                g->internet_address_group_get_members((InternetAddressGroup *)(void *)one);
            if (members && depth < NEST_MAX && !take_list(a, members, depth + 1)) return false;
            continue;
        }
        if (!is_a(a, one, g->internet_address_mailbox_get_type())) continue;
        fh_mail_address *to = &a->out[a->n];
        const char *address =
            g->internet_address_mailbox_get_addr((InternetAddressMailbox *)(void *)one);
        if (!keep_small(address, a->arena, &to->address) ||
            !keep(g->internet_address_get_name(one), a->arena, &to->name))
            return false;
        a->n += to->address.len > 0;
    }
    return true;
}

/* Groups in groups are nobody's, but the library would go into them as deep as they go. */
static fh_str few_groups(fh_str raw)
{
    size_t colons = 0;
    for (size_t i = 0; i < raw.len; i++)
        if (raw.ptr[i] == ':' && ++colons > 64) return (fh_str){raw.ptr, i};
    return raw;
}

bool fh_gmime_addresses(fh_gmime *g, fh_str raw, size_t most, fh_arena *arena, fh_mail_address *out,
                        size_t *n)
{
    *n = 0;
    if (!raw.len) return true;
    const char *text = ready(few_groups(raw), LIST_MAX, arena);
    if (!text) return false;
    InternetAddressList *list = g->internet_address_list_parse(NULL, text);
    if (!list) return true;
    addresses a = {g, arena, out, 0, most};
    const bool kept = take_list(&a, list, 0);
    g->g_object_unref(list);
    *n = a.n;
    return kept;
}

/* ---- Contents ------------------------------------------------------------------------------- */

bool fh_gmime_content_type(fh_gmime *g, fh_str raw, fh_arena *arena, fh_mail_content *out)
{
    *out = (fh_mail_content){.type = FH_STR("text/plain")};
    if (!raw.len) return true;
    const char *text = ready(raw, TEXT_MAX, arena);
    GMimeContentType *type = text ? g->g_mime_content_type_parse(NULL, text) : NULL;
    if (!type) return text != NULL;
    fh_str first, second;
    bool ok =
        keep_small(g->g_mime_content_type_get_media_type(type), arena, &first) &&
        keep_small(g->g_mime_content_type_get_media_subtype(type), arena, &second) &&
        keep_small(g->g_mime_content_type_get_parameter(type, "charset"), arena, &out->charset) &&
        keep(g->g_mime_content_type_get_parameter(type, "boundary"), arena, &out->boundary) &&
        keep(g->g_mime_content_type_get_parameter(type, "name"), arena, &out->name);
    ok = ok &&
         fh_arena_format(arena, &out->type, "%.*s/%.*s", FH_STR_ARG(first), FH_STR_ARG(second));
    g->g_object_unref(type);
    return ok;
}

bool fh_gmime_disposition(fh_gmime *g, fh_str raw, fh_arena *arena, fh_mail_content *out)
{
    *out = (fh_mail_content){.type = {"", 0}};
    if (!raw.len) return true;
    const char *text = ready(raw, TEXT_MAX, arena);
    GMimeContentDisposition *d = text ? g->g_mime_content_disposition_parse(NULL, text) : NULL;
    if (!d) return text != NULL;
    const bool ok =
        keep_small(g->g_mime_content_disposition_get_disposition(d), arena, &out->type) &&
        keep(g->g_mime_content_disposition_get_parameter(d, "filename"), arena, &out->name);
    g->g_object_unref(d);
    return ok;
}

/* ---- Bodies --------------------------------------------------------------------------------- */

void fh_gmime_decode(fh_gmime *g, fh_str encoding, fh_str body, fh_gmime_take *take, void *ctx)
{
    char name[32] = "", out[STEP + 1024];
    if (encoding.len < sizeof name) memcpy(name, encoding.ptr ? encoding.ptr : "", encoding.len);
    const GMimeContentEncoding kind = g->g_mime_content_encoding_from_string(name);
    if (kind != GMIME_CONTENT_ENCODING_BASE64 && kind != GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE &&
        kind != GMIME_CONTENT_ENCODING_UUENCODE) {
        (void)take(ctx, body);
        return;
    }
    GMimeEncoding state;
    g->g_mime_encoding_init_decode(&state, kind);
    for (size_t at = 0; at < body.len;) {
        const size_t n = body.len - at < STEP ? body.len - at : (size_t)STEP;
        const size_t made = g->g_mime_encoding_step(&state, body.ptr + at, n, out);
        if (made && !take(ctx, (fh_str){out, made})) return;
        at += n;
    }
}

/* ---- Character sets ------------------------------------------------------------------------- */

static void put_as_told(fh_str text, fh_buf *out)
{
    static const char bad[] = "\xef\xbf\xbd";
    while (text.len) {
        const size_t good = fh_utf8_bad(text);
        fh_buf_put(out, text.ptr, good);
        if (good == text.len) return;
        fh_buf_text(out, bad);
        text = (fh_str){text.ptr + good + 1, text.len - good - 1};
    }
}

/* Latin-1 as everybody writes it: with what Windows has in the places of controls. */
static void put_western(fh_str text, fh_buf *out)
{
    fh_str utf8;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena || !fh_latin1_text(arena, text, &utf8))
        out->status = FH_NOMEM;
    else
        fh_buf_str(out, utf8);
    fh_arena_free(arena);
}

static void put_converted(iconv_t converter, fh_str text, fh_buf *out)
{
    char piece[4096];
    union {
        const char *given;
        char *wanted; /* iconv's own prototype */
    } in = {text.ptr};
    size_t left = text.len;
    while (left && !out->status) {
        char *to = piece;
        size_t room = sizeof piece;
        const size_t done = iconv(converter, &in.wanted, &left, &to, &room);
        fh_buf_put(out, piece, sizeof piece - room);
        if (done != (size_t)-1) break;
        if (errno == E2BIG) continue;
        fh_buf_text(out, "\xef\xbf\xbd");
        if (errno == EINVAL) break; /* it ends within a character */
        in.given++;
        left--;
    }
    char *to = piece;
    size_t room = sizeof piece;
    if (iconv(converter, NULL, NULL, &to, &room) != (size_t)-1)
        fh_buf_put(out, piece, sizeof piece - room);
}

static bool is_any(fh_str s, const char *const *names)
{
    for (; *names; names++)
        if (fh_str_eq(s, fh_str_of(*names))) return true;
    return false;
}

void fh_gmime_utf8(fh_gmime *g, fh_str charset, fh_str text, fh_buf *out)
{
    static const char *const western[] = {"iso-8859-1", "iso8859-1", "iso_8859-1",
                                          "latin1",     "latin-1",   NULL};
    static const char *const utf8[] = {"utf-8", "utf8", NULL};
    char name[64] = "";
    const bool known = charset.len && charset.len < sizeof name;
    if (is_any(charset, western)) {
        put_western(text, out);
        return;
    }
    if (is_any(charset, utf8) || fh_is_ascii(text)) {
        /* ISO-2022 and UTF-7 are ASCII, too, and mean something else by it. */
        if (!known ||
            !(fh_str_starts(charset, FH_STR("iso-2022")) ||
              fh_str_starts(charset, FH_STR("utf-7")) || fh_str_starts(charset, FH_STR("hz")))) {
            put_as_told(text, out);
            return;
        }
    }
    iconv_t converter = (iconv_t)-1;
    if (known && !fh_str_eq(charset, FH_STR("us-ascii"))) {
        memcpy(name, charset.ptr, charset.len);
        converter = iconv_open("UTF-8", g->g_mime_charset_iconv_name(name));
    }
    if (converter != (iconv_t)-1) {
        put_converted(converter, text, out);
        (void)iconv_close(converter);
    } else if (fh_utf8_bad(text) == text.len) {
        fh_buf_str(out, text);
    } else {
        put_western(text, out);
    }
}

/* ---- Encoded words (RFC 2047) --------------------------------------------------------------- */

typedef struct word {
    fh_str charset, text;
    bool base64;
    size_t end; /* behind it */
} word;

static size_t find_char(fh_str s, size_t at, char c)
{
    const char *found = at < s.len ? memchr(s.ptr + at, c, s.len - at) : NULL;
    return found ? (size_t)(found - s.ptr) : s.len;
}

/* "=?utf-8?B?...?=" at `at`. Blanks inside are taken for what their writer forgot. */
static bool is_word(fh_str s, size_t at, word *out)
{
    if (s.len - at < 8 || s.ptr[at] != '=' || s.ptr[at + 1] != '?') return false;
    const size_t q1 = find_char(s, at + 2, '?');
    if (q1 == s.len || q1 == at + 2 || q1 - at > 60 || s.len - q1 < 3 || s.ptr[q1 + 2] != '?')
        return false;
    const char way = s.ptr[q1 + 1];
    const size_t q3 = find_char(s, q1 + 3, '?');
    if (!memchr("bBqQ", way, 4) || s.len - q3 < 2 || s.ptr[q3 + 1] != '=') return false;
    const fh_str charset = {s.ptr + at + 2, q1 - at - 2};
    *out = (word){{charset.ptr, find_char(charset, 0, '*')}, /* a language may stand behind it */
                  {s.ptr + q1 + 3, q3 - q1 - 3},
                  way == 'b' || way == 'B',
                  q3 + 2};
    return true;
}

static bool take_bytes(void *ctx, fh_str piece)
{
    fh_buf_str(ctx, piece);
    return true;
}

static void put_bytes(fh_gmime *g, const word *w, fh_buf *bytes)
{
    if (w->base64) {
        fh_gmime_decode(g, FH_STR("base64"), w->text, take_bytes, bytes);
        return;
    }
    for (size_t i = 0; i < w->text.len; i++) {
        const char c = w->text.ptr[i];
        unsigned code = 0;
        size_t k = 1;
        for (; c == '=' && k < 3 && i + k < w->text.len; k++) {
            const unsigned char d = (unsigned char)w->text.ptr[i + k], low = d | 32;
            const bool hex = (d >= '0' && d <= '9') || (low >= 'a' && low <= 'f');
            if (!hex) break;
            code = code * 16 + (d <= '9' ? d - 48u : low - 87u);
        }
        fh_buf_char(bytes, k == 3 ? (char)code : c == '_' ? ' ' : c);
        if (k == 3) i += 2;
    }
}

static bool lower(fh_str s, char out[64], fh_str *small)
{
    if (s.len >= 64) return false;
    for (size_t i = 0; i < s.len; i++)
        out[i] = s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? (char)(s.ptr[i] + 32) : s.ptr[i];
    *small = (fh_str){out, s.len};
    return true;
}

static size_t behind_blanks(fh_str s, size_t at)
{
    while (at < s.len && (s.ptr[at] == ' ' || s.ptr[at] == '\t')) at++;
    return at;
}

/* Words of one character set that follow one another are one text: a character may be
 * cut between them, and the blanks between them are nobody's. */
static size_t put_words(fh_gmime *g, fh_str s, word w, fh_buf *bytes, fh_buf *out)
{
    char space[64];
    fh_str charset = {"", 0};
    word next;
    fh_buf_clear(bytes);
    put_bytes(g, &w, bytes);
    while (is_word(s, behind_blanks(s, w.end) < s.len ? behind_blanks(s, w.end) : w.end, &next) &&
           fh_str_eq_nocase(next.charset, w.charset)) {
        w = next;
        put_bytes(g, &w, bytes);
    }
    (void)lower(w.charset, space, &charset);
    fh_gmime_utf8(g, charset, fh_buf_view(bytes), out);
    const size_t after = behind_blanks(s, w.end);
    return after < s.len && is_word(s, after, &next) ? after : w.end;
}

bool fh_gmime_text(fh_gmime *g, fh_str raw, fh_arena *arena, fh_str *out)
{
    const char *text = ready(raw, TEXT_MAX, arena);
    if (!text) return false;
    const fh_str s = fh_str_of(text);
    fh_buf bytes, utf8;
    fh_buf_init(&bytes, fh_arena_allocator(arena), 4 * TEXT_MAX);
    fh_buf_init(&utf8, fh_arena_allocator(arena), 64 * TEXT_MAX);
    for (size_t at = 0; at < s.len;) {
        word w;
        if (is_word(s, at, &w)) {
            at = put_words(g, s, w, &bytes, &utf8);
            continue;
        }
        const size_t next = find_char(s, at + 1, '=');
        fh_buf_put(&utf8, s.ptr + at, next - at);
        at = next;
    }
    for (size_t i = 0; i < utf8.len; i++)
        if ((unsigned char)utf8.ptr[i] < ' ') utf8.ptr[i] = ' ';
    const bool kept =
        !bytes.status && !utf8.status && fh_arena_str(arena, fh_str_trim(fh_buf_view(&utf8)), out);
    fh_buf_free(&bytes);
    fh_buf_free(&utf8);
    return kept;
}
