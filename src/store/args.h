/* args.h - a statement and what is bound to it, in one call.
 *
 *     fh_stmt *s = NULL;
 *     bool row = false;
 *     fh_status status = FH_ASK(db, "SELECT name FROM person WHERE person = $1", &s, &row, err,
 *                               fh_arg_int(17));
 *     if (status == FH_OK && row) ... fh_stmt_text(s, 0) ...
 *     fh_stmt_done(s);
 */
#ifndef FH_STORE_ARGS_H
#define FH_STORE_ARGS_H

#include "store/db.h"

typedef struct fh_arg {
    enum { FH_ARG_INT, FH_ARG_TEXT, FH_ARG_BLOB, FH_ARG_NULL } kind;
    int64_t i;
    fh_str s; /* must live until the statement was stepped to its end */
} fh_arg;

static inline fh_arg fh_arg_int(int64_t i)
{
    return (fh_arg){.kind = FH_ARG_INT, .i = i};
}
static inline fh_arg fh_arg_text(fh_str s)
{
    return (fh_arg){.kind = FH_ARG_TEXT, .s = s};
}
static inline fh_arg fh_arg_blob(fh_str s)
{
    return (fh_arg){.kind = FH_ARG_BLOB, .s = s};
}
/* An empty text is stored as "none": of what must be unique but may not be there. */
static inline fh_arg fh_arg_text_or_null(fh_str s)
{
    return (fh_arg){.kind = s.len ? FH_ARG_TEXT : FH_ARG_NULL, .s = s};
}

/* Prepares, binds and steps once; *row tells whether there is one. fh_stmt_done in any
 * case. */
FH_MUST_CHECK fh_status fh_db_ask(fh_db *db, const char *sql, const fh_arg *args, unsigned n_args,
                                  fh_stmt **out, bool *row, fh_error *err);
/* Runs it to its end; *any (may be NULL) tells whether there was a row: with RETURNING,
 * whether anything was changed. */
FH_MUST_CHECK fh_status fh_db_do(fh_db *db, const char *sql, const fh_arg *args, unsigned n_args,
                                 bool *any, fh_error *err);

#define FH_N_ARGS(...) (sizeof((fh_arg[]){__VA_ARGS__}) / sizeof(fh_arg))
#define FH_ASK(db, sql, out, row, err, ...) \
    fh_db_ask((db), (sql), (fh_arg[]){__VA_ARGS__}, FH_N_ARGS(__VA_ARGS__), (out), (row), (err))
#define FH_DO(db, sql, any, err, ...) \
    fh_db_do((db), (sql), (fh_arg[]){__VA_ARGS__}, FH_N_ARGS(__VA_ARGS__), (any), (err))

#endif
