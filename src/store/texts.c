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
    "SELECT source FROM source_recipe",
    "SELECT params FROM source_recipe",
    "SELECT word FROM purpose",
    "SELECT name FROM purpose",
    "SELECT shown FROM purpose",
    "SELECT basis FROM purpose",
    "SELECT how FROM consent_entry",
    "SELECT source FROM consent_entry",
    "SELECT reference FROM subject_request",
    "SELECT words FROM subject_request",
    "SELECT answer FROM subject_request",
    "SELECT proof FROM subject_request",
    "SELECT source FROM mapping_rule",
    "SELECT name FROM mapping_rule",
    "SELECT channel FROM mapping_rule",
    "SELECT to_touchpoint FROM mapping_rule",
    "SELECT to_channel FROM mapping_rule",
    "SELECT to_department FROM mapping_rule",
    "SELECT purpose FROM find_cause",
    "SELECT about FROM find_cause",
    "SELECT fact FROM find_cause",
    "SELECT why FROM find_cause",
    "SELECT value FROM reference_fact",
    "SELECT words FROM reference_fact",
    "SELECT name FROM person",
    "SELECT email FROM person",
    "SELECT external_id FROM person",
    "SELECT level FROM person",
    "SELECT name FROM department",
    "SELECT external_id FROM department",
    "SELECT hash FROM password",
    "SELECT secret FROM session",
    "SELECT agent FROM session",
    "SELECT ip FROM session",
    "SELECT secret FROM one_time_link",
    "SELECT code FROM recovery_code",
    "SELECT name FROM passkey",
    "SELECT credential FROM passkey",
    "SELECT secret FROM challenge",
    "SELECT body FROM challenge",
    "SELECT secret FROM token",
    "SELECT name FROM token",
    "SELECT subject FROM provider_subject",
    "SELECT subject FROM provider_session",
    "SELECT sid FROM provider_session",
    "SELECT ip FROM audit_entry",
    "SELECT object_key FROM audit_entry",
    "SELECT details FROM audit_entry",
    "SELECT salt FROM audit_entry",
    "SELECT details_hash FROM audit_entry",
    "SELECT hash FROM audit_entry",
    "SELECT hash FROM audit_head",
};

fh_status fh_org_texts(fh_org *org, fh_each_text *each, void *ctx, fh_error *err)
{
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
