/* reading.c - what a reader gives, as text that tests can compare. */
#include "reading.h"

#include "base/time.h"
#include "test.h"

#include <stdlib.h>

static void put_part(fh_buf *out, const char *name, fh_str s)
{
    if (s.len) fh_buf_printf(out, " %s=%.*s", name, FH_STR_ARG(s));
}

static void put_row(fh_buf *out, const fh_interaction *t)
{
    static const char *const directions[] = {"", "in", "out", "internal"};
    char time[FH_TIME_TEXT];
    fh_buf_printf(out, "%llu@%llu", (unsigned long long)t->row, (unsigned long long)t->line);
    for (uint32_t i = 0; i < t->n_identifiers; i++)
        fh_buf_printf(out, " %.*s=%.*s", FH_STR_ARG(t->identifier[i].kind),
                      FH_STR_ARG(t->identifier[i].value));
    const size_t n = fh_time_format(t->at_ms, NULL, time);
    fh_buf_printf(out, " %.*s %.*s", (int)n, time, FH_STR_ARG(t->touchpoint));
    put_part(out, "ch", t->channel);
    put_part(out, "dep", t->department);
    put_part(out, "dir", fh_str_of(directions[t->direction]));
    put_part(out, "out", t->outcome);
    if (t->has_value) fh_buf_printf(out, " value=%lld", (long long)t->value);
    if (t->currency.len) fh_buf_printf(out, " %.*s", FH_STR_ARG(t->currency));
    if (t->has_score) fh_buf_printf(out, " score=%d", t->score);
    put_part(out, "problem", t->problem);
    put_part(out, "id", t->source_id);
    put_part(out, "text", t->text);
    if (t->payload.len) fh_buf_printf(out, " %.*s", FH_STR_ARG(t->payload));
    fh_buf_char(out, '\n');
}

static void put_reject(fh_buf *out, const fh_reject *t)
{
    fh_buf_printf(out, "%llu@%llu REJECT ", (unsigned long long)t->row,
                  (unsigned long long)t->line);
    if (t->column) fh_buf_printf(out, "column %u %.*s: ", t->column, FH_STR_ARG(t->column_name));
    fh_buf_printf(out, "%.*s | %.*s | ", FH_STR_ARG(t->reason), FH_STR_ARG(t->hint));
    fh_buf_str(out, t->text);
    fh_buf_char(out, '\n');
}

static void put_batch(fh_buf *out, const fh_batch *batch)
{
    size_t i = 0, k = 0;
    while (i < batch->n || k < batch->n_rejects) {
        if (k == batch->n_rejects || (i < batch->n && batch->rows[i].row < batch->rejects[k].row))
            put_row(out, &batch->rows[i++]);
        else
            put_reject(out, &batch->rejects[k++]);
    }
}

static fh_status put_all(fh_reader *reader, fh_str text, size_t piece, fh_buf *out, fh_error *err)
{
    size_t at = 0;
    do {
        const size_t n = piece && piece < text.len - at ? piece : text.len - at;
        /* A copy that ends where the piece ends: sanitizers see an over-read. */
        char *copy = malloc(n ? n : 1);
        if (!copy) return FH_NOMEM;
        if (n) memcpy(copy, text.ptr + at, n);
        fh_status status = fh_reader_feed(reader, copy, n, at + n == text.len, err);
        at += n;
        fh_batch batch = {0};
        do {
            if (!status) status = fh_reader_next(reader, &batch, err);
            if (!status) put_batch(out, &batch);
        } while (!status && (batch.n || batch.n_rejects));
        free(copy);
        if (status) return status;
    } while (at < text.len);
    return FH_OK;
}

fh_status reading(const fh_allocator *from, fh_format format, const fh_reader_options *options,
                  fh_str text, size_t piece, fh_buf *out)
{
    fh_error err = {0};
    fh_reader *reader = NULL;
    fh_status status = fh_reader_new(from, format, options, &reader, &err);
    if (!status) status = put_all(reader, text, piece, out, &err);
    if (status) fh_buf_printf(out, "ERROR %s | %s\n", err.message, err.hint);
    if (status && err.status != status) fh_buf_printf(out, "status differs\n");
    fh_reader_free(reader);
    return status;
}

void check_reading(fh_format format, const char *mapping, fh_str text, const char *want)
{
    static const size_t pieces[] = {0, 1, 2, 3, 7, 64};
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_reader_options options = {.keep_payload = true};
    fh_mapping *rules = NULL;
    fh_error err = {0};
    assert_non_null(arena);
    if (mapping && fh_mapping_parse(arena, fh_str_of(mapping), &rules, &err))
        fail_msg("%s", err.message);
    options.mapping = rules;
    for (size_t i = 0; i < COUNT(pieces); i++) {
        fh_buf out;
        fh_buf_init(&out, NULL, 16 << 20);
        (void)reading(test_allocator(), format, &options, text, pieces[i], &out);
        fh_buf_char(&out, '\0');
        assert_int_equal(out.status, FH_OK);
        if (strcmp(out.ptr, want) != 0) print_error("in pieces of %zu:\n", pieces[i]);
        assert_string_equal(out.ptr, want);
        fh_buf_free(&out);
    }
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}
