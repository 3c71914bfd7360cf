/* json_fuzz.c - any bytes read as JSON: what is accepted SQLite accepts too, and
 * written back by the writer it is accepted again with the same values. */
#include "base/json.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_TOKENS = 1 << 16, MAX_BYTES = 1 << 24 };

static void write_value(fh_json *j, const fh_json_doc *doc, uint32_t *at, fh_arena *arena)
{
    uint32_t ends[FH_JSON_DEPTH], depth = 0;
    bool object[FH_JSON_DEPTH], key = false;
    while (*at < doc->n_tokens) {
        const fh_json_token *t = &doc->token[*at];
        const bool inside_object = depth > 0 && object[depth - 1];
        key = inside_object && !key;
        fh_str s;
        (*at)++;
        if (t->type == FH_JSON_STRING) {
            if (!fh_json_text(doc, *at - 1, arena, &s)) abort();
            if (key)
                fh_json_key(j, s);
            else
                fh_json_str(j, s);
        } else if (t->type == FH_JSON_ARRAY || t->type == FH_JSON_OBJECT) {
            object[depth] = t->type == FH_JSON_OBJECT;
            ends[depth++] = t->next;
            key = false;
            if (t->type == FH_JSON_OBJECT)
                fh_json_object(j);
            else
                fh_json_array(j);
        } else {
            fh_json_raw_value(j, fh_json_raw(doc, *at - 1));
        }
        while (depth > 0 && *at == ends[depth - 1]) {
            depth--;
            if (object[depth])
                fh_json_end_object(j);
            else
                fh_json_end_array(j);
            key = false;
        }
    }
}

static void check_with_sqlite(fh_str text)
{
    static sqlite3_stmt *valid;
    static sqlite3 *db;
    if (!valid && (sqlite3_open(":memory:", &db) != SQLITE_OK ||
                   sqlite3_prepare_v2(db, "SELECT json_valid(?1)", -1, &valid, NULL) != SQLITE_OK))
        abort();
    sqlite3_bind_text(valid, 1, text.ptr, (int)text.len, SQLITE_STATIC);
    if (sqlite3_step(valid) != SQLITE_ROW || sqlite3_column_int(valid, 0) != 1) abort();
    sqlite3_reset(valid);
}

static void check_same(const fh_json_doc *a, const fh_json_doc *b, fh_arena *arena)
{
    if (a->n_tokens != b->n_tokens) abort();
    for (uint32_t i = 0; i < a->n_tokens; i++) {
        const fh_json_token *x = &a->token[i], *y = &b->token[i];
        if (x->type != y->type || x->next != y->next || x->count != y->count) abort();
        if (x->type != FH_JSON_STRING && x->type != FH_JSON_NUMBER) continue;
        fh_str s, t;
        if (!fh_json_text(a, i, arena, &s) || !fh_json_text(b, i, arena, &t)) abort();
        if (!fh_str_eq(s, t)) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fh_json_reader *r = fh_json_reader_new(NULL, MAX_TOKENS);
    fh_json_reader *again = fh_json_reader_new(NULL, MAX_TOKENS);
    fh_arena *arena = fh_arena_new(NULL);
    fh_buf buf;
    fh_buf_init(&buf, NULL, MAX_BYTES);
    fh_json_doc doc, copy;
    const fh_str text = {(const char *)data, size};
    if (r && again && arena && fh_json_read(r, text, &doc, NULL) == FH_OK) {
        check_with_sqlite(text);
        for (uint8_t indent = 0; indent < 3; indent = (uint8_t)(indent + 2)) {
            fh_json j;
            uint32_t at = 0;
            fh_buf_clear(&buf);
            fh_json_begin(&j, &buf, indent);
            write_value(&j, &doc, &at, arena);
            if (buf.status != FH_OK) abort();
            if (fh_json_read(again, fh_buf_view(&buf), &copy, NULL) != FH_OK) abort();
            check_same(&doc, &copy, arena);
        }
    }
    fh_buf_free(&buf);
    fh_arena_free(arena);
    fh_json_reader_free(again);
    fh_json_reader_free(r);
    return 0;
}
