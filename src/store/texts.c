/* texts.c - every text an organisation's file keeps as it is, for a search that
 * must tell someone's traces from words that merely contain the same letters. */
#include "store/identities.h"
#include "store/inside.h"
#include "store/named.h"

typedef struct telling {
    fh_each_text *each;
    void *ctx;
} telling;

static fh_status tell_named(void *ctx, const fh_named *named, fh_error *err)
{
    const telling *t = ctx;
    return t->each(t->ctx, named->value, err);
}

fh_status fh_org_texts(fh_org *org, fh_each_text *each, void *ctx, fh_error *err)
{
    static const char *const sql[] = {
        "SELECT value FROM setting",
        "SELECT shown FROM dictionary_name",
        "SELECT spelling FROM dictionary_spelling",
        "SELECT name FROM problem",
        "SELECT value FROM identity_suggestion",
        "SELECT why FROM identity_merge",
        "SELECT hash FROM identity_tombstone",
        "SELECT source FROM origin",
        "SELECT file FROM origin",
        "SELECT mapping FROM origin",
    };
    telling t = {each, ctx};
    fh_status status = fh_named_each(org, 0, UINT32_MAX, tell_named, &t, err);
    for (size_t i = 0; i < sizeof sql / sizeof *sql && status == FH_OK; i++) {
        fh_stmt *s = NULL;
        bool row = true;
        status = fh_db_prepare(fh_org_db(org), sql[i], &s, err);
        while (status == FH_OK) {
            status = fh_stmt_step(s, &row, err);
            if (status != FH_OK || !row) break;
            status = each(ctx, fh_stmt_text(s, 0), err);
        }
        fh_stmt_done(s);
    }
    return status;
}
