/* parse.c - the header of a request, line by line (RFC 9112).
 *
 * Each line is looked at when its end has come, in order, limits first; what
 * concerns several lines is decided at the end. So it does not matter in what
 * pieces the bytes arrive. Where the RFC lets a recipient be lenient, this one is
 * not: a request that another reader may understand differently is refused.
 */
#include "http/parse.h"

#include "base/hex.h"

#include <string.h>

static const unsigned char token[256] = {
    ['!'] = 1, ['#'] = 1, ['$'] = 1, ['%'] = 1, ['&'] = 1, ['\''] = 1, ['*'] = 1, ['+'] = 1,
    ['-'] = 1, ['.'] = 1, ['^'] = 1, ['_'] = 1, ['`'] = 1, ['|'] = 1,  ['~'] = 1, ['0'] = 1,
    ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1,  ['7'] = 1, ['8'] = 1,
    ['9'] = 1, ['A'] = 1, ['B'] = 1, ['C'] = 1, ['D'] = 1, ['E'] = 1,  ['F'] = 1, ['G'] = 1,
    ['H'] = 1, ['I'] = 1, ['J'] = 1, ['K'] = 1, ['L'] = 1, ['M'] = 1,  ['N'] = 1, ['O'] = 1,
    ['P'] = 1, ['Q'] = 1, ['R'] = 1, ['S'] = 1, ['T'] = 1, ['U'] = 1,  ['V'] = 1, ['W'] = 1,
    ['X'] = 1, ['Y'] = 1, ['Z'] = 1, ['a'] = 1, ['b'] = 1, ['c'] = 1,  ['d'] = 1, ['e'] = 1,
    ['f'] = 1, ['g'] = 1, ['h'] = 1, ['i'] = 1, ['j'] = 1, ['k'] = 1,  ['l'] = 1, ['m'] = 1,
    ['n'] = 1, ['o'] = 1, ['p'] = 1, ['q'] = 1, ['r'] = 1, ['s'] = 1,  ['t'] = 1, ['u'] = 1,
    ['v'] = 1, ['w'] = 1, ['x'] = 1, ['y'] = 1, ['z'] = 1,
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool fh_http_is_token(fh_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!token[(unsigned char)s.ptr[i]]) return false;
    return s.len > 0;
}

bool fh_http_is_value(fh_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f) return false;
    }
    return true;
}

static int refuse(fh_http_head *head, int status, const char *why)
{
    head->why = why;
    return status;
}

/* Where `part`, a piece of the bytes, lies in them. */
static fh_http_span span_of(const char *bytes, fh_str part)
{
    /* Both fit: a header has at most FH_HTTP_MAX_HEADER bytes. */
    return (fh_http_span){(uint16_t)(part.ptr - bytes), (uint16_t)part.len};
}

void fh_http_head_reset(fh_http_head *head, const fh_http_limits *limits)
{
    /* The fields' spans need no clearing: n_fields says how many there are. */
    memset(head, 0, offsetof(fh_http_head, fields));
    head->why = NULL;
    head->max_bytes = limits->header_bytes;
    head->max_line = limits->line_bytes;
    head->max_fields = limits->fields;
}

/* Takes what lies before the next space off `rest`. */
static bool next_word(fh_str *rest, fh_str *word)
{
    const char *space = rest->len ? memchr(rest->ptr, ' ', rest->len) : NULL;
    if (!space) return false;
    *word = (fh_str){rest->ptr, (size_t)(space - rest->ptr)};
    rest->ptr = space + 1;
    rest->len -= word->len + 1;
    return true;
}

static bool method_of(fh_str name, fh_http_method *out)
{
    static const fh_str names[] = {
        [FH_HTTP_GET] = {"GET", 3},        [FH_HTTP_HEAD] = {"HEAD", 4},
        [FH_HTTP_POST] = {"POST", 4},      [FH_HTTP_PUT] = {"PUT", 3},
        [FH_HTTP_PATCH] = {"PATCH", 5},    [FH_HTTP_DELETE] = {"DELETE", 6},
        [FH_HTTP_OPTIONS] = {"OPTIONS", 7}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!fh_str_eq(name, names[i])) continue;
        *out = (fh_http_method)i;
        return true;
    }
    return false;
}

/* "/path?query", "http://host/path?query" or "*" into its parts. */
static int read_target(fh_http_head *head, const char *bytes, fh_str target)
{
    for (size_t i = 0; i < target.len; i++) {
        const unsigned char c = (unsigned char)target.ptr[i];
        if (c <= 0x20 || c >= 0x7f || c == '#')
            return refuse(head, 400, "The target holds a byte that must be percent-encoded.");
    }
    fh_str path = target;
    head->target = span_of(bytes, target);
    if (fh_str_starts(target, FH_STR("http://")) || fh_str_starts(target, FH_STR("https://"))) {
        const size_t scheme = target.ptr[4] == 's' ? 8 : 7;
        size_t end = scheme;
        while (end < target.len && target.ptr[end] != '/' && target.ptr[end] != '?') end++;
        if (end == scheme) return refuse(head, 400, "The target names no host.");
        head->authority = span_of(bytes, (fh_str){target.ptr + scheme, end - scheme});
        path = (fh_str){target.ptr + end, target.len - end};
    } else if (fh_str_eq(target, FH_STR("*"))) {
        if (head->method != FH_HTTP_OPTIONS)
            return refuse(head, 400, "The target '*' is only for OPTIONS.");
    } else if (target.len == 0 || target.ptr[0] != '/') {
        return refuse(head, 400, "The target must begin with a slash.");
    }
    const char *mark = path.len ? memchr(path.ptr, '?', path.len) : NULL;
    const size_t path_len = mark ? (size_t)(mark - path.ptr) : path.len;
    head->path = span_of(bytes, (fh_str){path.ptr, path_len});
    if (mark) head->query = span_of(bytes, (fh_str){mark + 1, path.len - path_len - 1});
    return 0;
}

static int read_request_line(fh_http_head *head, const char *bytes, fh_str line)
{
    fh_str method, target, version = line;
    if (!next_word(&version, &method) || !next_word(&version, &target))
        return refuse(head, 400, "The request line is not 'METHOD target HTTP/1.1'.");
    if (!fh_http_is_token(method)) return refuse(head, 400, "The method is not a word.");
    if (version.len != 8 || !fh_str_starts(version, FH_STR("HTTP/")) || !is_digit(version.ptr[5]) ||
        version.ptr[6] != '.' || !is_digit(version.ptr[7]))
        return refuse(head, 400, "The request line does not end with 'HTTP/1.1'.");
    if (version.ptr[5] != '1' || version.ptr[7] > '1')
        return refuse(head, 505, "This server speaks HTTP/1.1.");
    head->minor = (uint8_t)(version.ptr[7] - '0');
    if (!method_of(method, &head->method))
        return refuse(head, 501,
                      "The method is not one of GET, HEAD, POST, PUT, PATCH, DELETE, "
                      "OPTIONS.");
    head->method_name = span_of(bytes, method);
    head->has_request_line = true;
    return read_target(head, bytes, target);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The length of a name or an address in brackets at the front; 0 when there is none. */
static size_t name_length(fh_str s)
{
    size_t i = 0;
    if (s.len && s.ptr[0] == '[') {
        for (i = 1; i < s.len && s.ptr[i] != ']'; i++)
            if (fh_hex_value(s.ptr[i]) < 0 && s.ptr[i] != ':' && s.ptr[i] != '.') return 0;
        return i > 2 && i < s.len ? i + 1 : 0;
    }
    while (i < s.len &&
           (is_digit(s.ptr[i]) || is_letter(s.ptr[i]) || (s.ptr[i] && strchr(".-_", s.ptr[i]))))
        i++;
    return i;
}

/* host, host:port, [v6], [v6]:port. */
static bool is_host(fh_str s)
{
    size_t i = name_length(s);
    if (i == 0 || i == s.len) return i > 0;
    if (s.ptr[i++] != ':' || s.len - i > 5) return false;
    for (; i < s.len; i++)
        if (!is_digit(s.ptr[i])) return false;
    return true;
}

static int read_host(fh_http_head *head, const char *bytes, fh_str value)
{
    if (!is_host(value)) return refuse(head, 400, "The Host header names no host.");
    head->host = span_of(bytes, value);
    return 0;
}

static int read_length(fh_http_head *head, const char *bytes, fh_str value)
{
    (void)bytes;
    uint64_t length = 0;
    for (size_t i = 0; i < value.len; i++) {
        if (!is_digit(value.ptr[i])) value.len = 0;
        if (i < 18 && value.len) length = length * 10 + (uint64_t)(value.ptr[i] - '0');
    }
    if (value.len == 0) return refuse(head, 400, "Content-Length is not a number.");
    if (value.len > 18) return refuse(head, 413, "The body is larger than anything taken here.");
    head->content_length = length;
    head->has_length = true;
    return 0;
}

static int read_transfer(fh_http_head *head, const char *bytes, fh_str value)
{
    (void)bytes;
    head->chunked = true;
    if (!fh_str_eq_nocase(value, FH_STR("chunked"))) head->other_coding = true;
    return 0;
}

static int read_connection(fh_http_head *head, const char *bytes, fh_str value)
{
    (void)bytes;
    while (value.len) {
        const char *comma = memchr(value.ptr, ',', value.len);
        const size_t len = comma ? (size_t)(comma - value.ptr) : value.len;
        const fh_str word = fh_str_trim((fh_str){value.ptr, len});
        head->close |= fh_str_eq_nocase(word, FH_STR("close"));
        head->keep_alive |= fh_str_eq_nocase(word, FH_STR("keep-alive"));
        value.ptr += comma ? len + 1 : len;
        value.len -= comma ? len + 1 : len;
    }
    return 0;
}

static int read_expect(fh_http_head *head, const char *bytes, fh_str value)
{
    (void)bytes;
    if (!fh_str_eq_nocase(value, FH_STR("100-continue")))
        return refuse(head, 417, "Of all expectations only 100-continue can be met.");
    head->expects_continue = true;
    return 0;
}

static int read_encoding(fh_http_head *head, const char *bytes, fh_str value)
{
    (void)bytes;
    if (fh_str_eq_nocase(value, FH_STR("identity"))) return 0;
    if (!fh_str_eq_nocase(value, FH_STR("gzip")))
        return refuse(head, 415, "Of all content encodings only gzip is understood.");
    head->gzip = true;
    return 0;
}

/* Fields with a meaning here, and those that are one person's word: two of a kind
 * leave open which of them counts. */
static const struct known {
    fh_str name;
    bool repeats;
    int (*read)(fh_http_head *head, const char *bytes, fh_str value);
} known[] = {
    {{"host", 4}, false, read_host},
    {{"content-length", 14}, false, read_length},
    {{"transfer-encoding", 17}, false, read_transfer},
    {{"expect", 6}, false, read_expect},
    {{"content-encoding", 16}, false, read_encoding},
    {{"content-type", 12}, false, NULL},
    {{"authorization", 13}, false, NULL},
    {{"origin", 6}, false, NULL},
    {{"sec-fetch-site", 14}, false, NULL},
    {{"x-forwarded-proto", 17}, false, NULL},
    {{"connection", 10}, true, read_connection},
};

static int read_known(fh_http_head *head, const char *bytes, fh_str name, fh_str value)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (!fh_str_eq_nocase(name, known[i].name)) continue;
        const unsigned bit = 1u << i;
        if ((head->once & bit) && !known[i].repeats)
            return refuse(head, 400, "A header that may be there only once is there twice.");
        head->once = (uint16_t)(head->once | bit);
        return known[i].read ? known[i].read(head, bytes, value) : 0;
    }
    return 0;
}

static int read_field(fh_http_head *head, const char *bytes, fh_str line)
{
    if (head->n_fields == head->max_fields) return refuse(head, 431, "There are too many headers.");
    if (line.ptr[0] == ' ' || line.ptr[0] == '\t')
        return refuse(head, 400, "A header goes on in the next line.");
    const char *colon = memchr(line.ptr, ':', line.len);
    const fh_str name = {line.ptr, colon ? (size_t)(colon - line.ptr) : 0};
    if (!fh_http_is_token(name)) return refuse(head, 400, "A header's name is not a word.");
    fh_str value = {colon + 1, line.len - name.len - 1};
    if (!fh_http_is_value(value)) return refuse(head, 400, "A header holds a control character.");
    value = fh_str_trim(value);
    fh_http_head_field *field = &head->fields[head->n_fields++];
    field->name = span_of(bytes, name);
    field->value = span_of(bytes, value);
    return read_known(head, bytes, name, value);
}

/* What needs the whole header to be told. */
static int read_end(fh_http_head *head, const char *bytes)
{
    if (head->chunked && head->has_length)
        return refuse(head, 400, "Content-Length and Transfer-Encoding contradict each other.");
    if (head->chunked && head->minor == 0)
        return refuse(head, 400, "HTTP/1.0 knows no Transfer-Encoding.");
    if (head->other_coding)
        return refuse(head, 501, "Of all transfer encodings only chunked is understood.");
    if (head->minor == 1 && head->host.len == 0)
        return refuse(head, 400, "The Host header is missing.");
    if (head->authority.len &&
        !fh_str_eq_nocase(fh_http_slice(bytes, head->authority), fh_http_slice(bytes, head->host)))
        return refuse(head, 400, "The target and the Host header name different hosts.");
    if (head->minor == 0) head->expects_continue = false;
    return 1;
}

static int read_line(fh_http_head *head, const char *bytes, fh_str line)
{
    if (line.len == 0 || line.ptr[line.len - 1] != '\r')
        return refuse(head, 400, "A line ends without a carriage return.");
    line.len--;
    if (!head->has_request_line) {
        if (line.len == 0 && head->line == 0) return 0; /* one empty line before it: RFC 9112 2.2 */
        return read_request_line(head, bytes, line);
    }
    if (line.len == 0) return read_end(head, bytes);
    return read_field(head, bytes, line);
}

int fh_http_head_read(fh_http_head *head, const char *bytes, size_t n)
{
    for (;;) {
        const int too_large = head->has_request_line ? 431 : 414;
        const char *why =
            head->has_request_line ? "The headers are too large." : "The address is too long.";
        const char *end = n > head->seen ? memchr(bytes + head->seen, '\n', n - head->seen) : NULL;
        const size_t upto = end ? (size_t)(end - bytes) : n;
        if (upto - head->line > head->max_line) return refuse(head, too_large, why);
        if (upto + (end != NULL) > head->max_bytes) return refuse(head, too_large, why);
        head->seen = (uint32_t)(end ? upto + 1 : upto);
        if (!end) return 0;
        const fh_str line = {bytes + head->line, upto - head->line};
        const int verdict = read_line(head, bytes, line);
        head->line = head->seen;
        if (verdict == 1) head->len = head->seen;
        if (verdict != 0) return verdict;
    }
}
