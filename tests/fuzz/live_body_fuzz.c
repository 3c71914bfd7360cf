/* live_body_fuzz.c - any bytes as the body of POST /api/v1/interactions.
 *
 * Every item sent is read or told as a fault, once, in order; what is read is within
 * the bounds the writer relies on; a fault says where, why and what to do. An array
 * gives the same as its items alone, a line the same as a body of its own.
 */
#include "app/live/live.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#define MUST(condition)            \
    do {                           \
        if (!(condition)) abort(); \
    } while (0)

enum { MOST = 64 };

static void check_row(const fh_interaction *row)
{
    MUST(row->n_identifiers >= 1 && row->n_identifiers <= FH_MAX_IDENTIFIERS);
    for (uint32_t i = 0; i < row->n_identifiers; i++) {
        MUST(row->identifier[i].kind.len > 0 && row->identifier[i].kind.len <= 60);
        MUST(row->identifier[i].value.len > 0 && row->identifier[i].value.len <= 500);
    }
    MUST(row->at_ms >= FH_TIME_MIN_MS && row->at_ms <= FH_TIME_MAX_MS);
    MUST(row->touchpoint.len > 0 && row->touchpoint.len <= 500);
    MUST(row->channel.len <= 500 && row->department.len <= 500 && row->outcome.len <= 500);
    MUST(row->problem.len <= 250 && row->source_id.len <= 500);
    MUST(row->currency.len == 0 || row->currency.len == 3);
    MUST((unsigned)row->direction < FH_N_DIRECTIONS);
    MUST(row->payload.len == 0 || (row->payload.ptr[0] == '{' && row->payload.len <= 1 << 20));
}

static void check_body(const fh_live_body *body)
{
    size_t next = 0, item = 0, fault = 0;
    MUST(body->n_sent == body->items.n + body->n_faults && body->n_sent <= MOST);
    for (; next < body->n_sent; next++) {
        if (item < body->items.n && body->items.index[item] == next) {
            MUST(body->items.source[item].len <= 200);
            check_row(&body->items.row[item++]);
            continue;
        }
        MUST(fault < body->n_faults && body->fault[fault].index == next);
        const fh_live_fault *f = &body->fault[fault++];
        MUST(f->reason.len > 0 && f->hint.len > 0);
        MUST(f->pointer.len == 0 || f->pointer.ptr[0] == '/');
    }
}

static bool same(fh_str a, fh_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static void check_same(const fh_interaction *a, const fh_interaction *b)
{
    MUST(a->n_identifiers == b->n_identifiers && a->at_ms == b->at_ms);
    MUST(same(a->touchpoint, b->touchpoint) && same(a->source_id, b->source_id));
    MUST(same(a->problem, b->problem) && same(a->payload, b->payload));
    MUST(a->has_value == b->has_value && a->value == b->value && a->score == b->score);
    MUST(same(a->identifier[0].kind, b->identifier[0].kind) &&
         same(a->identifier[0].value, b->identifier[0].value));
}

/* A body of one object: in an array, and as a line when it is one. */
static void check_alone(fh_live_parser *p, fh_str text, const fh_live_body *alone, fh_arena *arena)
{
    fh_live_body again = {0};
    char *array = malloc(text.len + 2);
    MUST(array != NULL);
    array[0] = '[';
    if (text.len) memcpy(array + 1, text.ptr, text.len);
    array[text.len + 1] = ']';
    const fh_str in_array = {array, text.len + 2};
    MUST(fh_live_parse(p, in_array, FH_LIVE_JSON, MOST, arena, &again, NULL) == FH_OK);
    MUST(again.items.n == alone->items.n && again.n_faults == alone->n_faults);
    if (alone->items.n) check_same(alone->items.row, again.items.row);
    if (alone->n_faults) MUST(same(alone->fault[0].reason, again.fault[0].reason));
    free(array);
    if (text.len && (memchr(text.ptr, '\n', text.len) || memchr(text.ptr, '\r', text.len))) return;
    MUST(fh_live_parse(p, text, FH_LIVE_NDJSON, MOST, arena, &again, NULL) == FH_OK);
    MUST(again.items.n == alone->items.n && again.n_faults == alone->n_faults);
    if (alone->items.n) check_same(alone->items.row, again.items.row);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fh_live_parser *p = NULL;
    fh_live_body body = {0};
    fh_arena *arena = fh_arena_new(NULL);
    MUST(arena && fh_live_parser_new(&p, NULL) == FH_OK);
    /* A copy of its own, so that a sanitizer sees its end. */
    char *copy = malloc(size ? size : 1);
    MUST(copy != NULL);
    if (size) memcpy(copy, data, size);
    const fh_str text = {copy, size};
    fh_error err = {0};
    fh_status status = fh_live_parse(p, text, FH_LIVE_NDJSON, MOST, arena, &body, &err);
    MUST(status == FH_OK || status == FH_LIMIT);
    if (status == FH_OK) check_body(&body);
    status = fh_live_parse(p, text, FH_LIVE_JSON, MOST, arena, &body, &err);
    MUST(status == FH_OK || status == FH_LIMIT || status == FH_FORMAT);
    if (status == FH_OK) {
        check_body(&body);
        if (fh_str_trim(text).len && fh_str_trim(text).ptr[0] != '[')
            check_alone(p, text, &body, arena);
    }
    free(copy);
    fh_live_parser_free(p);
    fh_arena_free(arena);
    return 0;
}
