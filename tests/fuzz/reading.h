/* reading.h - what the three fuzz targets of the readers assert. */
#ifndef FH_FUZZ_READING_H
#define FH_FUZZ_READING_H

#include "firsthand/parse.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct told {
    uint64_t hash, rows, rejects, last_row;
    fh_status status;
} told;

static inline void mix(told *t, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < n; i++) t->hash = (t->hash ^ p[i]) * UINT64_C(0x100000001b3);
    t->hash = (t->hash ^ n) * UINT64_C(0x100000001b3);
}

static inline void mix_text(told *t, fh_str s)
{
    mix(t, s.ptr, s.len);
}

static inline void take_row(told *t, const fh_interaction *r)
{
    if (r->n_identifiers == 0 || r->n_identifiers > FH_MAX_IDENTIFIERS || !r->touchpoint.len)
        abort();
    for (uint32_t i = 0; i < r->n_identifiers; i++) {
        if (!r->identifier[i].value.len) abort();
        mix_text(t, r->identifier[i].value);
    }
    const fh_str texts[] = {r->touchpoint, r->channel,   r->department, r->outcome, r->problem,
                            r->currency,   r->source_id, r->text,       r->payload};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) mix_text(t, texts[i]);
    mix(t, &r->at_ms, sizeof r->at_ms);
    mix(t, &r->line, sizeof r->line);
    if (r->has_value) mix(t, &r->value, sizeof r->value);
}

static inline void take_reject(told *t, const fh_reject *r)
{
    if (!r->reason.len || !r->hint.len) abort();
    mix_text(t, r->reason);
    mix_text(t, r->column_name);
    mix_text(t, r->text);
    mix(t, &r->line, sizeof r->line);
}

/* Rows and rejects in file order; their numbers are 1, 2, 3, ... without a gap. */
static inline void take_batch(told *t, const fh_batch *b)
{
    size_t i = 0, k = 0;
    while (i < b->n || k < b->n_rejects) {
        const bool row = k == b->n_rejects || (i < b->n && b->rows[i].row < b->rejects[k].row);
        const uint64_t number = row ? b->rows[i].row : b->rejects[k].row;
        if (number != ++t->last_row) abort();
        if (row)
            take_row(t, &b->rows[i++]);
        else
            take_reject(t, &b->rejects[k++]);
    }
    t->rows += b->n;
    t->rejects += b->n_rejects;
}

static inline told read_pieces(fh_format format, const fh_reader_options *options,
                               const uint8_t *data, size_t size, size_t piece)
{
    told t = {.hash = UINT64_C(0xcbf29ce484222325)};
    fh_reader *reader = NULL;
    fh_error err = {0};
    t.status = fh_reader_new(NULL, format, options, &reader, &err);
    size_t at = 0;
    while (!t.status) {
        const size_t n = piece < size - at ? piece : size - at;
        char *copy = malloc(n ? n : 1);
        if (!copy) abort();
        if (n) memcpy(copy, data + at, n);
        t.status = fh_reader_feed(reader, copy, n, at + n == size, &err);
        at += n;
        fh_batch b = {0};
        do {
            if (!t.status) t.status = fh_reader_next(reader, &b, &err);
            if (!t.status) take_batch(&t, &b);
        } while (!t.status && (b.n || b.n_rejects));
        free(copy);
        if (at == size) break;
    }
    if (t.status && (err.status != t.status || !err.message[0])) abort();
    mix(&t, err.message, strlen(err.message));
    fh_reader_free(reader);
    return t;
}

/* The first byte chooses the pieces; the rest is the file. */
static inline void check_file(fh_format format, const char *rules, const uint8_t *data, size_t size)
{
    const size_t piece = size ? data[0] % 61 + 1u : 1;
    fh_arena *arena = fh_arena_new(NULL);
    fh_mapping *mapping = NULL;
    if (!arena || fh_mapping_parse(arena, fh_str_of(rules), &mapping, NULL)) abort();
    const fh_reader_options options = {.mapping = mapping, .keep_payload = true};
    if (size) {
        data++;
        size--;
    }
    const told whole = read_pieces(format, &options, data, size, size ? size : 1);
    const told cut = read_pieces(format, &options, data, size, piece);
    if (whole.hash != cut.hash || whole.status != cut.status || whole.rows != cut.rows) abort();
    if (whole.rows + whole.rejects != whole.last_row) abort();
    fh_arena_free(arena);
}

#endif
