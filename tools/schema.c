/* schema.c - run while building: makes all tables in memory from the migrations and writes, as
 * assembler text, SQLite's own list of them, for the program to hold against the list of a file
 * it opens, and the whole file, for it to begin a new one with (src/store/migrate.c). Making
 * them anew cost two thirds of a short command, and half of making an organisation.
 *
 * The list: four texts a row (kind, name, table, SQL), each ended by a zero byte, "-" for none; an
 * empty text ends the list. Rows are in the order of kind and name. The file: one zstd frame. */
#include "store/db.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

extern const char fh_migration_texts[]; /* src/store/migrations.S */

static void begin(const char *symbol)
{
    (void)printf("    .global %s\n    .hidden %s\n%s:\n", symbol, symbol, symbol);
}

static void write_text(const char *text)
{
    (void)fputs("    .asciz \"", stdout);
    for (const char *at = text ? text : "-"; *at; at++) {
        const unsigned char c = (unsigned char)*at;
        if (c < ' ' || c > '~' || c == '"' || c == '\\')
            (void)printf("\\%03o", (unsigned)c);
        else
            (void)putchar(c);
    }
    (void)fputs("\"\n", stdout);
}

static int write_rows(sqlite3 *db)
{
    sqlite3_stmt *s = NULL;
    int result = sqlite3_prepare_v2(
        db, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name", -1, &s,
        NULL);
    begin("fh_schema_rows");
    while (result == SQLITE_OK || result == SQLITE_ROW) {
        result = sqlite3_step(s);
        for (int c = 0; c < 4 && result == SQLITE_ROW; c++)
            write_text((const char *)sqlite3_column_text(s, c));
    }
    (void)fputs("    .byte 0\n", stdout);
    (void)sqlite3_finalize(s);
    return result == SQLITE_DONE ? SQLITE_OK : result;
}

static int write_file(sqlite3 *db)
{
    enum { LEVEL = 19 };
    sqlite3_int64 size = 0;
    unsigned char *all = sqlite3_serialize(db, "main", &size, 0);
    if (!all) return SQLITE_NOMEM;
    const size_t room = ZSTD_compressBound((size_t)size);
    unsigned char *frame = malloc(room);
    const size_t n = frame ? ZSTD_compress(frame, room, all, (size_t)size, LEVEL) : 0;
    const int result = n && !ZSTD_isError(n) ? SQLITE_OK : SQLITE_NOMEM;
    begin("fh_schema_file");
    for (size_t i = 0; result == SQLITE_OK && i < n; i++)
        (void)printf(i % 16 ? ",%u" : "\n    .byte %u", (unsigned)frame[i]);
    (void)fputs("\n", stdout);
    begin("fh_schema_file_end");
    free(frame);
    sqlite3_free(all);
    return result;
}

int main(void)
{
    sqlite3 *db = NULL;
    char pragmas[96];
    int n = 0, result = sqlite3_open(":memory:", &db);
    (void)snprintf(pragmas, sizeof pragmas, "PRAGMA page_size=%d; PRAGMA application_id=%d",
                   FH_DB_PAGE_BYTES, FH_DB_APPLICATION_ID);
    if (result == SQLITE_OK) result = sqlite3_exec(db, pragmas, NULL, NULL, NULL);
    for (const char *at = fh_migration_texts; *at && result == SQLITE_OK; n++) {
        const char *sql = at + strlen(at) + 1;
        result = sqlite3_exec(db, sql, NULL, NULL, NULL);
        at = sql + strlen(sql) + 1;
    }
    (void)snprintf(pragmas, sizeof pragmas, "PRAGMA user_version=%d", n);
    if (result == SQLITE_OK) result = sqlite3_exec(db, pragmas, NULL, NULL, NULL);
    (void)fputs("    .section .rodata\n", stdout);
    if (result == SQLITE_OK) result = write_rows(db);
    if (result == SQLITE_OK) result = write_file(db);
    (void)fputs("    .section .note.GNU-stack,\"\",%progbits\n", stdout);
    if (result != SQLITE_OK) (void)fprintf(stderr, "schema: %s\n", sqlite3_errmsg(db));
    (void)sqlite3_close(db);
    return result == SQLITE_OK && !fflush(stdout) && !ferror(stdout) ? 0 : 1;
}
