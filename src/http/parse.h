/* parse.h - the header of a request: bytes in, spans out, in as many pieces as come.
 *
 * Pure: no I/O, no memory but the caller's. The bytes so far are handed in again
 * with each call, at whatever address; what was read is kept as offsets, so the
 * buffer may move in between. Fed whole or byte by byte, the verdict is the same.
 */
#ifndef FH_HTTP_PARSE_H
#define FH_HTTP_PARSE_H

#include "http/http.h"

#define FH_HTTP_MAX_FIELDS 64
#define FH_HTTP_MAX_HEADER 61440

typedef struct fh_http_span {
    uint16_t at, len; /* from the first byte that was handed in */
} fh_http_span;

typedef struct fh_http_head_field {
    fh_http_span name, value;
} fh_http_head_field;

typedef struct fh_http_head {
    /* Limits, set before the first call. */
    uint32_t max_bytes, max_line, max_fields;

    /* How far it came. */
    uint32_t seen; /* bytes searched for the end of the line */
    uint32_t line; /* where the line in progress begins      */
    bool has_request_line;

    /* What was read. */
    uint32_t len; /* of the whole header, once complete */
    fh_http_method method;
    fh_http_span method_name, target;
    fh_http_span authority; /* of a target in absolute form: host and port */
    fh_http_span path, query;
    fh_http_span host;
    uint64_t content_length;
    uint8_t minor;   /* HTTP/1.minor */
    bool close;      /* Connection: close */
    bool keep_alive; /* Connection: keep-alive */
    bool chunked, has_length, expects_continue, gzip, other_coding;
    uint16_t once; /* fields seen that may be there only once, a bit each */
    uint32_t n_fields;
    fh_http_head_field fields[FH_HTTP_MAX_FIELDS];

    const char *why; /* a sentence for who sent it, when refused */
} fh_http_head;

void fh_http_head_reset(fh_http_head *head, const fh_http_limits *limits);

/* `n` bytes have come in all. 0: more are needed; 1: complete, head->len of them are
 * the header; else the status to refuse with, and head->why. */
int fh_http_head_read(fh_http_head *head, const char *bytes, size_t n);

static inline fh_str fh_http_slice(const char *bytes, fh_http_span span)
{
    return (fh_str){bytes + span.at, span.len};
}

/* The characters of methods and field names. */
bool fh_http_is_token(fh_str s);
/* What may stand in a field's value: no control byte but the tab. */
bool fh_http_is_value(fh_str s);

#endif
