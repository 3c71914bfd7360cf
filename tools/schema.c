/* schema.c - run while building: makes all tables in memory from the migrations and writes
 * SQLite's own list of them as assembler text, for the program to hold against the list of
 * a file it opens (src/store/migrate.c). Making them anew at every start cost two thirds of
 * a short command.
 *
 * Four texts a row (kind, name, table, SQL), each ended by a zero byte, "-" for none; an
 * empty text ends the list. Rows are in the order of kind and name. */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

extern const char fh_migration_texts[]; /* src/store/migrations.S */

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
    while (result == SQLITE_OK || result == SQLITE_ROW) {
        result = sqlite3_step(s);
        for (int c = 0; c < 4 && result == SQLITE_ROW; c++)
            write_text((const char *)sqlite3_column_text(s, c));
    }
    (void)sqlite3_finalize(s);
    return result == SQLITE_DONE ? SQLITE_OK : result;
}

int main(void)
{
    sqlite3 *db = NULL;
    int result = sqlite3_open(":memory:", &db);
    for (const char *at = fh_migration_texts; *at && result == SQLITE_OK;) {
        const char *sql = at + strlen(at) + 1;
        result = sqlite3_exec(db, sql, NULL, NULL, NULL);
        at = sql + strlen(sql) + 1;
    }
    (void)fputs("    .section .rodata\n    .global fh_schema_rows\n    .hidden fh_schema_rows\n"
                "fh_schema_rows:\n",
                stdout);
    if (result == SQLITE_OK) result = write_rows(db);
    (void)fputs("    .byte 0\n    .section .note.GNU-stack,\"\",%progbits\n", stdout);
    if (result != SQLITE_OK) (void)fprintf(stderr, "schema: %s\n", sqlite3_errmsg(db));
    (void)sqlite3_close(db);
    return result == SQLITE_OK && !fflush(stdout) && !ferror(stdout) ? 0 : 1;
}
