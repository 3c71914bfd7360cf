/* check.c - reads everything and compares.
 *
 * The file's own structure first, then every part: its BLOBs (checksums, order,
 * ranges: the decoders look at those), what its row says, the names it uses and
 * its payload pages; then what belongs to nothing, the counters and dictionaries;
 * who is who (check_identities.c), receipts and the audit log.
 * Each fault is one sentence that says where and what to do; the check goes on. */
#include "store/segments.h"

#include "store/audit.h"
#include "store/check_identities.h"
#include "store/find_rows.h"
#include "store/receipts.h"
#include "store/records.h"
#include "store/stored.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct checking {
    fh_db *db;
    fh_fault *fault;
    void *ctx;
    uint64_t n_faults;
    fh_blobs blobs;
    fh_space *space;
    uint32_t n_names[FH_N_DICTS]; /* numbers below are known; 0: the dictionary is damaged */
} checking;

static void tell(void *ctx, const char *sentence)
{
    checking *c = ctx;
    c->n_faults++;
    if (c->fault) c->fault(c->ctx, sentence);
}

/* Damage is told and the check goes on; any other failure ends it. */
static fh_status absorb(checking *c, fh_status status, const fh_error *e, fh_error *err)
{
    if (status == FH_OK) return FH_OK;
    if (status != FH_CORRUPT && status != FH_FORMAT && status != FH_LIMIT) {
        if (err) *err = *e;
        return status;
    }
    char sentence[sizeof e->message + sizeof e->hint + 4];
    (void)snprintf(sentence, sizeof sentence, "%s. %s", e->message,
                   e->hint[0] ? e->hint : "Put back the last backup.");
    tell(c, sentence);
    return FH_OK;
}

static void part_fault(checking *c, const fh_stored *row, const char *what)
{
    char name[48], sentence[256];
    (void)snprintf(sentence, sizeof sentence, "%s: %s. Put back the last backup.",
                   fh_stored_name(row, name), what);
    tell(c, sentence);
}

/* ---- One part ---------------------------------------------------------------------------- */

static void check_names(checking *c, const fh_stored *row, const fh_segment *seg)
{
    const struct {
        const fh_codes *codes;
        fh_dict dict;
        const char *what;
    } column[] = {
        {&seg->touchpoint, FH_DICT_TOUCHPOINT, "a touchpoint is not in the dictionary"},
        {&seg->channel, FH_DICT_CHANNEL, "a channel is not in the dictionary"},
        {&seg->department, FH_DICT_DEPARTMENT, "a department is not in the dictionary"},
        {&seg->outcome, FH_DICT_OUTCOME, "an outcome is not in the dictionary"},
        {&seg->currency, FH_DICT_CURRENCY, "a currency is not in the dictionary"},
    };
    for (size_t i = 0; i < sizeof column / sizeof column[0]; i++) {
        const fh_codes *codes = column[i].codes;
        const uint32_t n = c->n_names[column[i].dict];
        if (!codes->c8 && !codes->c16) continue;
        /* Names rise: the last is the highest. */
        if (n > 0 && codes->n_names > 0 && codes->name[codes->n_names - 1] >= n)
            part_fault(c, row, column[i].what);
    }
}

static void check_row(checking *c, const fh_stored *row, const fh_segment *seg)
{
    fh_stored is = *row;
    fh_stored_describe(seg, &is);
    if (is.first_ms != row->first_ms || is.last_ms != row->last_ms)
        part_fault(c, row, "its times are not those of its row");
    if (row->clean && !is.clean) part_fault(c, row, "it has copies and does not say so");
    check_names(c, row, seg);
}

static fh_status check_payloads(checking *c, const fh_stored *row, const fh_segment *seg,
                                fh_error *err)
{
    fh_pages pages = {0};
    fh_arena *arena = fh_arena_new(NULL);
    const fh_str *batch = NULL;
    fh_status status = arena ? FH_OK : fh_no_memory(err);
    if (status == FH_OK && row->level == FH_LEVEL_INBOX)
        status = fh_inbox_payloads(&c->blobs, row, arena, &batch, err);
    else if (status == FH_OK)
        status = fh_pages_open(c->db, row->id, &pages, err);
    const uint32_t first = row->live_n < row->n ? seg->start[fh_story_from(seg, row->lo)] : 0;
    bool same = true;
    for (uint32_t i = first; i < seg->n && status == FH_OK && same; i++) {
        fh_str payload = {0};
        if (batch)
            payload = batch[i];
        else
            status = fh_pages_get(c->db, &pages, i, &payload, err);
        if (status == FH_OK) same = payload.len == (seg->payload_len ? seg->payload_len[i] : 0);
    }
    if (status == FH_OK && !same) part_fault(c, row, "its payloads are not those it tells of");
    if (pages.n > 0 && pages.page[pages.n - 1].first + pages.page[pages.n - 1].n > row->n)
        part_fault(c, row, "a payload page goes beyond it");
    fh_pages_close(&pages);
    fh_arena_free(arena);
    return status;
}

static fh_status check_part(checking *c, const fh_stored *row, fh_error *err)
{
    fh_status status = fh_blobs_read(c->db, row, FH_COLS_ALL, &c->blobs, err);
    if (status == FH_OK) status = fh_blobs_decode(&c->blobs, row, c->space, err);
    if (status != FH_OK) return status;
    const fh_segment *seg = fh_space_segment(c->space);
    check_row(c, row, seg);
    return check_payloads(c, row, seg, err);
}

static fh_status check_parts(checking *c, const fh_stored_list *list, fh_error *err)
{
    const fh_stored *base = NULL;
    fh_status status = FH_OK;
    for (size_t i = 0; i < list->n && status == FH_OK; i++) {
        const fh_stored *row = &list->row[i];
        fh_error e = {0};
        status = absorb(c, check_part(c, row, &e), &e, err);
        if (row->level != FH_LEVEL_BASE) continue;
        if (base && row->lo <= base->hi)
            part_fault(c, row, "its customers overlap another base segment's");
        base = row;
    }
    return status;
}

/* ---- What belongs together ------------------------------------------------------------------- */

/* Queries that count what must not be, and what to say when they find some. */
static const struct {
    const char *sql, *what;
} must_be_none[] = {
    {"SELECT COUNT(*) FROM segment_column WHERE segment NOT IN (SELECT segment FROM segment)",
     "columns belong to no segment"},
    {"SELECT COUNT(*) FROM segment_column c JOIN segment s ON s.segment = c.segment WHERE "
     "((s.columns >> c.col) & 1) = 0",
     "columns are not told of by their segments"},
    {"SELECT COUNT(*) FROM payload_page WHERE segment NOT IN (SELECT segment FROM segment)",
     "payload pages belong to no segment"},
    {"SELECT COUNT(*) FROM payload_page WHERE page NOT IN (SELECT page FROM payload_data)",
     "payload pages have lost their bytes"},
    {"SELECT COUNT(*) FROM payload_data WHERE page NOT IN (SELECT page FROM payload_page)",
     "payloads belong to no page"},
    {"SELECT COUNT(*) FROM inbox_data WHERE batch NOT IN (SELECT batch FROM inbox)",
     "bytes in the inbox belong to no batch"},
    {"SELECT COUNT(*) FROM segment WHERE segment > COALESCE((SELECT last_given FROM counter "
     "WHERE name = 'segment'), 0)",
     "segments have numbers that were never given"},
    {"SELECT COUNT(*) FROM payload_page WHERE page > COALESCE((SELECT last_given FROM counter "
     "WHERE name = 'page'), 0)",
     "payload pages have numbers that were never given"},
    {"SELECT COUNT(*) FROM inbox WHERE batch > COALESCE((SELECT last_given FROM counter WHERE "
     "name = 'age'), 0)",
     "inbox batches have numbers that were never given"},
    {"SELECT COUNT(*) FROM dictionary_spelling s WHERE NOT EXISTS (SELECT 1 FROM dictionary_name "
     "d WHERE d.dictionary = s.dictionary AND d.number = s.number)",
     "spellings belong to no name"},
    {"SELECT COUNT(*) FROM person WHERE person > COALESCE((SELECT last_given FROM counter WHERE "
     "name = 'person'), 0)",
     "people have numbers that were never given"},
    {"SELECT COUNT(*) FROM person WHERE manager <> 0 AND manager NOT IN (SELECT person FROM "
     "person)",
     "people report to nobody who is known"},
    {"SELECT COUNT(*) FROM person WHERE department <> 0 AND department NOT IN (SELECT department "
     "FROM department)",
     "people are in no department that is known"},
    {"SELECT COUNT(*) FROM department WHERE parent <> 0 AND parent NOT IN (SELECT department "
     "FROM department)",
     "departments lie under none that is known"},
    {"SELECT COUNT(*) FROM password WHERE person NOT IN (SELECT person FROM person)",
     "passwords belong to nobody"},
    {"SELECT COUNT(*) FROM session WHERE person NOT IN (SELECT person FROM person)",
     "sessions belong to nobody"},
    {"SELECT COUNT(*) FROM token WHERE person NOT IN (SELECT person FROM person)",
     "tokens belong to nobody"},
    {"SELECT COUNT(*) FROM identity_kind WHERE name = '' OR shared NOT IN (0, 1)",
     "kinds of identifiers have no name, or it is not clear who can have one"},
    {"SELECT COUNT(*) FROM problem WHERE problem < 1 OR problem > COALESCE((SELECT last_given "
     "FROM counter WHERE name = 'problem'), 0)",
     "problems have numbers that were never given"},
    {"SELECT COUNT(*) FROM problem WHERE member < 1 OR member > COALESCE((SELECT last_given FROM "
     "counter WHERE name = 'member'), 0)",
     "problems are of customers that do not exist"},
    {"SELECT COUNT(*) FROM identity_merge WHERE merge_number < 1 OR merge_number > "
     "COALESCE((SELECT last_given FROM counter WHERE name = 'identity-merge'), 0)",
     "merges have numbers that were never given"},
    {"SELECT COUNT(*) FROM identity_merge m LEFT JOIN counter c ON c.name = 'member' WHERE "
     "from_customer < 1 OR into_customer < 1 OR from_customer > COALESCE(c.last_given, 0) OR "
     "into_customer > COALESCE(c.last_given, 0) OR from_customer = into_customer",
     "merges are of customers that do not exist"},
    {"SELECT COUNT(*) FROM identity_merge_member WHERE merge_number NOT IN (SELECT merge_number "
     "FROM identity_merge)",
     "members were moved by no merge that is known"},
    {"SELECT COUNT(*) FROM identity_merge_member WHERE member < 1 OR member > COALESCE((SELECT "
     "last_given FROM counter WHERE name = 'member'), 0)",
     "members moved by merges do not exist"},
    {"SELECT COUNT(*) FROM identity_merge_member WHERE member IN (SELECT member FROM "
     "identity_member WHERE customer = 0)",
     "members in the log of merges were erased"},
    {"SELECT COUNT(*) FROM identity_suggestion g LEFT JOIN counter c ON c.name = 'member' WHERE "
     "a < 1 OR a >= b OR b > COALESCE(c.last_given, 0)",
     "suggestions are about customers that do not exist"},
    {"SELECT COUNT(*) FROM identity_suggestion g JOIN identity_member m ON m.member IN (g.a, g.b) "
     "WHERE m.customer = 0",
     "suggestions are about customers who were erased"},
    {"SELECT COUNT(*) FROM identity_suggestion WHERE times < 1 OR value = '' OR kind NOT IN "
     "(SELECT kind FROM identity_kind)",
     "suggestions do not tell what they go by"},
    {"SELECT COUNT(*) FROM identity_tombstone WHERE LENGTH(hash) <> 64",
     "tombstones are damaged, so that those who were erased may come back"},
};

static fh_status check_none(checking *c, size_t i, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = fh_db_prepare(c->db, must_be_none[i].sql, &s, err);
    if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    const int64_t n = status == FH_OK && row ? fh_stmt_i64(s, 0) : 0;
    fh_stmt_done(s);
    if (n > 0) {
        char sentence[192];
        (void)snprintf(sentence, sizeof sentence, "%lld %s. Put back the last backup.",
                       (long long)n, must_be_none[i].what);
        tell(c, sentence);
    }
    return status;
}

static fh_status check_dictionaries(checking *c, fh_org *org, fh_error *err)
{
    fh_arena *arena = fh_arena_new(NULL);
    fh_status status = arena ? FH_OK : fh_no_memory(err);
    for (uint32_t d = 0; d < FH_N_DICTS && status == FH_OK; d++) {
        fh_names names = {0};
        fh_error e = {0};
        status = absorb(c, fh_dict_names(org, (fh_dict)d, arena, &names, &e), &e, err);
        c->n_names[d] = names.n;
    }
    fh_arena_free(arena);
    return status;
}

static fh_status check_stories(checking *c, fh_error *err)
{
    fh_stored_list segments = {0}, batches = {0};
    fh_error e = {0};
    fh_status status =
        absorb(c, fh_stored_segments(c->db, 0, UINT32_MAX, true, &segments, &e), &e, err);
    if (status == FH_OK)
        status = absorb(c, fh_stored_inbox(c->db, 0, UINT32_MAX, &batches, &e), &e, err);
    if (status == FH_OK) status = check_parts(c, &segments, err);
    if (status == FH_OK) status = check_parts(c, &batches, err);
    fh_stored_free(&segments);
    fh_stored_free(&batches);
    return status;
}

static fh_status check_all(checking *c, fh_org *org, fh_error *err)
{
    static const fh_identities_checking how = {0};
    fh_error e = {0};
    fh_status status = absorb(c, c->db->driver->integrity(c->db, tell, c, &e), &e, err);
    if (status == FH_OK) status = check_dictionaries(c, org, err);
    if (status == FH_OK) status = check_stories(c, err);
    for (size_t i = 0; i < sizeof must_be_none / sizeof must_be_none[0] && status == FH_OK; i++)
        status = absorb(c, check_none(c, i, &e), &e, err);
    if (status == FH_OK) status = absorb(c, fh_identities_check(org, &how, tell, c, &e), &e, err);
    if (status == FH_OK) status = absorb(c, fh_receipts_check(org, tell, c, &e), &e, err);
    if (status == FH_OK) status = absorb(c, fh_find_check(org, tell, c, &e), &e, err);
    uint64_t audited = 0; /* counted by tell, too */
    if (status == FH_OK) status = absorb(c, fh_audit_check(org, tell, c, &audited, &e), &e, err);
    if (status == FH_OK) status = absorb(c, fh_records_check(org, tell, c, &audited, &e), &e, err);
    return status;
}

fh_status fh_store_check(fh_org *org, fh_fault *fault, void *ctx, uint64_t *n_faults, fh_error *err)
{
    checking c = {.db = fh_org_db(org), .fault = fault, .ctx = ctx, .space = fh_space_new(NULL)};
    fh_blobs_init(&c.blobs);
    bool mine = false;
    fh_status status = c.space ? fh_org_look(org, &mine, err) : fh_no_memory(err);
    if (status == FH_OK) status = check_all(&c, org, err);
    fh_org_looked(org, mine);
    fh_blobs_free(&c.blobs);
    fh_space_free(c.space);
    if (status != FH_OK) return status;
    *n_faults = c.n_faults;
    if (c.n_faults == 0) return FH_OK;
    (void)fh_fail(err, FH_CORRUPT, "%s: %llu faults", fh_org_path(org),
                  (unsigned long long)c.n_faults);
    return fh_hint(err, FH_CORRUPT, "Each of them says what to do.");
}
