/* records_check.c - whether records at rest are what they were when they were written.
 *
 * The chain proves the history; the rest are sentences about rows that cannot be: each is
 * a count that must be 0.
 */
#include "store/records_parts.h"

#include "base/json.h"
#include "store/inside.h"

#include <stdio.h>

typedef struct checking {
    fh_org *org;
    fh_records_fault *fault;
    void *ctx;
    uint64_t n_faults;
} checking;

static const struct {
    const char *sql, *what;
} must_be_none[] = {
    {"SELECT COUNT(*) FROM record WHERE record < 1 OR record > COALESCE((SELECT last_given FROM "
     "counter WHERE name = 'record'), 0)",
     "records have numbers that were never given"},
    {"SELECT COUNT(*) FROM record WHERE kind = '' OR state = '' OR closed NOT IN (0, 1) OR "
     "version < 1 OR bounces < 0 OR author < 0 OR owner < 0 OR asked < 0 OR department < 0",
     "records are not sensible"},
    {"SELECT COUNT(*) FROM record WHERE LENGTH(reply_hash) NOT IN (0, 64)",
     "records have a code for replies that is damaged"},
    {"SELECT COUNT(*) FROM record r WHERE r.merged_into <> 0 AND (r.merged_into = r.record OR NOT "
     "EXISTS (SELECT 1 FROM record i WHERE i.record = r.merged_into))",
     "records were merged into none that is there"},
    {"SELECT COUNT(*) FROM record r WHERE NOT EXISTS (SELECT 1 FROM record_entry e WHERE e.record "
     "= r.record)",
     "records have no history"},
    {"SELECT COUNT(*) FROM record_entry e WHERE NOT EXISTS (SELECT 1 FROM record r WHERE r.record "
     "= e.record)",
     "entries of the history are of records that are not there"},
    {"SELECT COUNT(*) FROM record_between WHERE record NOT IN (SELECT record FROM record) OR "
     "person < 1 OR sealed = ''",
     "words for go-betweens are of records that are not there"},
    {"SELECT COUNT(*) FROM record_about WHERE record NOT IN (SELECT record FROM record) OR about < "
     "1 OR about > COALESCE((SELECT last_given FROM counter WHERE name = 'record-about'), 0)",
     "links are of records that are not there"},
    {"SELECT COUNT(*) FROM record_about WHERE what = 'customer' AND number IN (SELECT member FROM "
     "identity_member WHERE customer = 0)",
     "links are about customers who were erased"},
    {"SELECT COUNT(*) FROM record_follow WHERE record NOT IN (SELECT record FROM record)",
     "people follow records that are not there"},
    {"SELECT COUNT(*) FROM record_word WHERE record NOT IN (SELECT record FROM record)",
     "words are of records that are not there"},
    {"SELECT COUNT(*) FROM record_file WHERE record NOT IN (SELECT record FROM record)",
     "attachments are of records that are not there"},
};

static void say(checking *c, const char *sentence)
{
    c->n_faults++;
    if (c->fault) c->fault(c->ctx, sentence);
}

static fh_status check_none(checking *c, size_t i, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status =
        fh_db_ask(fh_org_db(c->org), must_be_none[i].sql, NULL, 0, &s, &row, err);
    const int64_t n = status == FH_OK && row ? fh_stmt_i64(s, 0) : 0;
    fh_stmt_done(s);
    if (n > 0) {
        char sentence[192];
        (void)snprintf(sentence, sizeof sentence, "%lld %s. Put back the last backup.",
                       (long long)n, must_be_none[i].what);
        say(c, sentence);
    }
    return status;
}

static fh_status check_fields(checking *c, fh_error *err)
{
    enum { TOKENS = 1 << 16 };
    fh_stmt *s = NULL;
    bool row = false;
    fh_json_reader *reader = fh_json_reader_new(NULL, TOKENS);
    if (!reader) return fh_no_memory(err);
    fh_status status =
        fh_db_ask(fh_org_db(c->org), "SELECT record, fields FROM record", NULL, 0, &s, &row, err);
    while (status == FH_OK && row) {
        fh_json_doc doc;
        fh_error e = {0};
        const fh_status read = fh_json_read(reader, fh_stmt_text(s, 1), &doc, &e);
        if (read == FH_NOMEM) {
            status = fh_no_memory(err);
            break;
        }
        if (read != FH_OK || doc.token[0].type != FH_JSON_OBJECT) {
            char sentence[160];
            (void)snprintf(sentence, sizeof sentence,
                           "What was written in record %lld cannot be read. Put back the last "
                           "backup.",
                           (long long)fh_stmt_i64(s, 0));
            say(c, sentence);
        }
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    fh_json_reader_free(reader);
    return status;
}

static fh_status check_chain(fh_org *org, fh_chain_checking *c, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = fh_db_ask(fh_org_db(org),
                                 "SELECT entry, record, at_ms, person, what, details, "
                                 "withheld_by, salt, details_hash, hash FROM record_entry ORDER BY "
                                 "entry",
                                 NULL, 0, &s, &row, err);
    while (status == FH_OK && row) {
        const fh_arg field[FH_RECORD_ENTRY_FIELDS] = {
            fh_arg_int(fh_stmt_i64(s, 0)), fh_arg_int(fh_stmt_i64(s, 1)),
            fh_arg_int(fh_stmt_i64(s, 2)), fh_arg_int(fh_stmt_i64(s, 3)),
            fh_arg_text(fh_stmt_text(s, 4))};
        const fh_chain_entry entry = {.number = fh_stmt_i64(s, 0),
                                      .withheld_by = fh_stmt_i64(s, 6),
                                      .details = fh_stmt_text(s, 5),
                                      .salt = fh_stmt_text(s, 7),
                                      .details_hash = fh_stmt_text(s, 8),
                                      .hash = fh_stmt_text(s, 9),
                                      .field = field,
                                      .n_fields = FH_RECORD_ENTRY_FIELDS};
        fh_chain_check_entry(c, &entry);
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    return status == FH_OK ? fh_chain_check_head(org, c, err) : status;
}

/* What an entry tells goes only with a later one of the same record that says so. */
static fh_status check_withheld(fh_org *org, fh_chain_checking *c, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status =
        fh_db_ask(fh_org_db(org),
                  "SELECT e.entry FROM record_entry e WHERE e.withheld_by <> 0 AND NOT EXISTS "
                  "(SELECT 1 FROM record_entry w WHERE w.entry = e.withheld_by AND w.record = "
                  "e.record AND w.what = 'withheld') ORDER BY e.entry",
                  NULL, 0, &s, &row, err);
    while (status == FH_OK && row) {
        fh_chain_tell(c, fh_stmt_i64(s, 0), "its details were withheld and no entry says why");
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_records_check(fh_org *org, fh_records_fault *fault, void *ctx, uint64_t *n_faults,
                           fh_error *err)
{
    checking c = {.org = org, .fault = fault, .ctx = ctx};
    fh_chain_checking chain = {.chain = &fh_record_chain,
                               .title = "History of records",
                               .fault = fault,
                               .ctx = ctx,
                               .expected = 1};
    bool mine = false;
    fh_status status = fh_org_look(org, &mine, err);
    if (status != FH_OK) return status;
    for (size_t i = 0; i < sizeof must_be_none / sizeof must_be_none[0] && status == FH_OK; i++)
        status = check_none(&c, i, err);
    if (status == FH_OK) status = check_fields(&c, err);
    if (status == FH_OK) status = check_chain(org, &chain, err);
    if (status == FH_OK) status = check_withheld(org, &chain, err);
    fh_org_looked(org, mine);
    if (status == FH_OK) *n_faults = c.n_faults + chain.n_faults;
    return status;
}
