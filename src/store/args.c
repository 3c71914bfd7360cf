/* args.c - a statement and what is bound to it, in one call. */
#include "store/args.h"

fh_status fh_db_ask(fh_db *db, const char *sql, const fh_arg *args, unsigned n_args, fh_stmt **out,
                    bool *row, fh_error *err)
{
    fh_stmt *s = NULL;
    const fh_status status = fh_db_prepare(db, sql, &s, err);
    if (status != FH_OK) return status;
    for (unsigned i = 0; i < n_args; i++) {
        const fh_arg *a = &args[i];
        switch (a->kind) {
        case FH_ARG_INT: fh_stmt_bind_i64(s, i + 1, a->i); break;
        case FH_ARG_TEXT: fh_stmt_bind_text(s, i + 1, a->s); break;
        case FH_ARG_BLOB: fh_stmt_bind_blob(s, i + 1, a->s.ptr, a->s.len); break;
        case FH_ARG_NULL: fh_stmt_bind_null(s, i + 1); break;
        }
    }
    *out = s;
    return fh_stmt_step(s, row, err);
}

fh_status fh_db_do(fh_db *db, const char *sql, const fh_arg *args, unsigned n_args, bool *any,
                   fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false, first = false;
    fh_status status = fh_db_ask(db, sql, args, n_args, &s, &row, err);
    first = row;
    while (status == FH_OK && row) status = fh_stmt_step(s, &row, err);
    fh_stmt_done(s);
    if (status == FH_OK && any) *any = first;
    return status;
}
