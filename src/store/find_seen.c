/* find_seen.c - what a look goes on with: states by name, templates, and how far customers'
 * stories were looked at: BLOBs by range of customers.
 *
 *     "FSN1"  count u32  checksum u64  { customer - the one before, n, newest - least,
 *     as numbers of 7 bits a byte;  sum u64 } ...
 *
 * `least` is the newest_ms of the first, 8 bytes, before the entries; differences are kept
 * in zigzag. A few bytes a customer; every BLOB is rewritten as a whole.
 */
#include "store/find_rows.h"

#include "firsthand/text.h"
#include "store/args.h"
#include "store/inside.h"

#include <string.h>
#include <xxhash.h>

enum { HEAD = 4 + 4 + 8 + 8, MOST = HEAD + FH_SEEN_RANGE * 32 };

static const char magic[4] = {'F', 'S', 'N', '1'};

/* ---- States ----------------------------------------------------------------------------- */

fh_status fh_find_state_get(fh_org *org, fh_str name, fh_arena *arena, fh_str *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    *out = (fh_str){"", 0};
    fh_status status = FH_ASK(
        fh_org_db(org), "SELECT bytes FROM find_state WHERE name = $1 AND LENGTH(bytes) <= $2", &s,
        &row, err, fh_arg_text(name), fh_arg_int(FH_FIND_STATE_MOST));
    if (status == FH_OK && row && !fh_arena_str(arena, fh_stmt_blob(s, 0), out))
        status = fh_no_memory(err);
    fh_stmt_done(s);
    return status;
}

fh_status fh_find_state_put(fh_org *org, fh_str name, fh_str bytes, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "INSERT INTO find_state (name, bytes) VALUES ($1, $2) ON CONFLICT (name) DO "
                 "UPDATE SET bytes = excluded.bytes",
                 NULL, err, fh_arg_text(name), fh_arg_blob(bytes));
}

/* ---- Templates -------------------------------------------------------------------------- */

static fh_status tell_pieces(fh_db *db, fh_piece_range *r, fh_each_piece *each, void *ctx,
                             fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false, more = true;
    r->next = r->from;
    fh_status status = FH_ASK(
        db,
        "SELECT piece, bands, shingles FROM find_template WHERE piece >= $1 AND piece < $2 "
        "AND LENGTH(bands) <= $3 AND LENGTH(shingles) <= $3 ORDER BY piece",
        &s, &row, err, fh_arg_int(r->from),
        fh_arg_int(r->until == UINT32_MAX ? INT64_MAX : r->until), fh_arg_int(FH_FIND_PIECE_MOST));
    r->found = status == FH_OK && row;
    while (status == FH_OK && row && more && fh_stmt_i64(s, 0) == r->next) {
        status = each(ctx, r->next++, fh_stmt_blob(s, 1), fh_stmt_blob(s, 2), &more, err);
        if (status == FH_OK && more) status = fh_stmt_step(s, &row, err);
    }
    r->gap = status == FH_OK && row && more;
    fh_stmt_done(s);
    return status;
}

fh_status fh_find_pieces(fh_org *org, fh_each_piece *each, void *ctx, uint32_t *missing,
                         fh_error *err)
{
    fh_piece_range all = {.until = UINT32_MAX};
    const fh_status status = tell_pieces(fh_org_db(org), &all, each, ctx, err);
    *missing = all.gap ? all.next : UINT32_MAX;
    return status;
}

fh_status fh_find_pieces_of(fh_org *org, fh_piece_range *range, fh_each_piece *each, void *ctx,
                            fh_error *err)
{
    fh_db *db = NULL;
    fh_status status = fh_org_reader(org, &db, err);
    if (status == FH_OK) status = tell_pieces(db, range, each, ctx, err);
    fh_db_close(db);
    return status;
}

fh_status fh_find_pieces_count(fh_org *org, uint32_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status = FH_ASK(
        fh_org_db(org), "SELECT COALESCE(MAX(piece) + 1, 0) FROM find_template WHERE piece < $1",
        &s, &row, err, fh_arg_int(UINT32_MAX - 1));
    const int64_t n = status == FH_OK && row ? fh_stmt_i64(s, 0) : 0;
    *out = n > 0 ? (uint32_t)n : 0;
    fh_stmt_done(s);
    return status;
}

fh_status fh_find_piece_put(fh_org *org, uint32_t piece, fh_str bands, fh_str shingles,
                            fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "INSERT INTO find_template (piece, bands, shingles) VALUES ($1, $2, $3) ON "
                 "CONFLICT (piece) DO UPDATE SET bands = excluded.bands, shingles = "
                 "excluded.shingles",
                 NULL, err, fh_arg_int(piece), fh_arg_blob(bands), fh_arg_blob(shingles));
}

typedef struct judging {
    fh_each_damaged *each;
    void *ctx;
} judging;

static fh_status judge_piece(void *ctx, uint32_t piece, fh_str bands, fh_str shingles, bool *more,
                             fh_error *err)
{
    const judging *g = ctx;
    *more = true;
    return fh_templates_piece_is_whole(bands, shingles) ? FH_OK
                                                        : g->each(g->ctx, piece, false, err);
}

fh_status fh_find_damaged(fh_org *org, fh_each_damaged *each, void *ctx, fh_error *err)
{
    judging g = {each, ctx};
    uint32_t missing = UINT32_MAX;
    const fh_status status = fh_find_pieces(org, judge_piece, &g, &missing, err);
    return status != FH_OK || missing == UINT32_MAX ? status : each(ctx, missing, true, err);
}

fh_status fh_find_piece_empty(fh_org *org, uint32_t piece, fh_error *err)
{
    fh_buf bands, shingles;
    fh_buf_init(&bands, NULL, 1 << 10);
    fh_buf_init(&shingles, NULL, 1 << 10);
    fh_status status = fh_templates_piece_emptied(&bands, &shingles, err);
    if (status == FH_OK)
        status = fh_find_piece_put(org, piece, fh_buf_view(&bands), fh_buf_view(&shingles), err);
    fh_buf_free(&shingles);
    fh_buf_free(&bands);
    return status;
}

fh_status fh_find_pieces_end(fh_org *org, uint32_t n, fh_error *err)
{
    return FH_DO(fh_org_db(org), "DELETE FROM find_template WHERE piece >= $1 OR piece < 0", NULL,
                 err, fh_arg_int(n));
}

/* ---- Bytes ------------------------------------------------------------------------------ */

static size_t put_number(unsigned char *to, uint64_t v)
{
    size_t n = 0;
    while (v >= 128) {
        to[n++] = (unsigned char)(v | 128);
        v >>= 7;
    }
    to[n++] = (unsigned char)v;
    return n;
}

static bool get_number(fh_str *rest, uint64_t *out)
{
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64 && rest->len; shift += 7) {
        const unsigned char c = (unsigned char)rest->ptr[0];
        rest->ptr++;
        rest->len--;
        v |= (uint64_t)(c & 127) << shift;
        if (c < 128) {
            *out = v;
            return true;
        }
    }
    return false;
}

static bool get_bytes(fh_str *rest, void *to, size_t n)
{
    if (rest->len < n) return false;
    memcpy(to, rest->ptr, n);
    rest->ptr += n;
    rest->len -= n;
    return true;
}

static uint64_t zigzag(int64_t v)
{
    return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static int64_t unzigzag(uint64_t v)
{
    return (int64_t)(v >> 1 ^ (v & 1 ? UINT64_MAX : 0));
}

fh_status fh_seen_encode(const fh_seen *seen, size_t n, fh_buf *out, fh_error *err)
{
    const size_t at = out->len;
    const uint32_t count = (uint32_t)n;
    const int64_t least = n ? seen[0].newest_ms : 0;
    uint64_t sum = 0;
    uint32_t before = 0;
    fh_buf_put(out, magic, sizeof magic);
    fh_buf_put(out, &count, sizeof count);
    fh_buf_put(out, &sum, sizeof sum);
    fh_buf_put(out, &least, sizeof least);
    for (size_t i = 0; i < n; i++) {
        const fh_seen *s = &seen[i];
        unsigned char one[5 + 5 + 10 + sizeof s->sum];
        size_t at_one = put_number(one, s->customer - before);
        at_one += put_number(one + at_one, s->n);
        at_one +=
            put_number(one + at_one, zigzag((int64_t)((uint64_t)s->newest_ms - (uint64_t)least)));
        memcpy(one + at_one, &s->sum, sizeof s->sum);
        fh_buf_put(out, one, at_one + sizeof s->sum);
        before = s->customer;
    }
    if (out->status) return fh_no_memory(err);
    sum = XXH3_64bits(out->ptr + at + 16, out->len - at - 16) ^ count;
    memcpy(out->ptr + at + 8, &sum, sizeof sum);
    return FH_OK;
}

static fh_status damaged(fh_error *err)
{
    (void)fh_fail(err, FH_CORRUPT, "how far stories were looked at for findings is damaged");
    return fh_hint(err, FH_CORRUPT, "Run 'firsthand find --all': it looks at all of them anew.");
}

/* *customer: of the one before; then of this one. */
static bool get_entry(fh_str *rest, int64_t least, uint64_t *customer, fh_seen *out)
{
    uint64_t step = 0, many = 0, since = 0;
    if (!get_number(rest, &step) || !get_number(rest, &many) || !get_number(rest, &since) ||
        !get_bytes(rest, &out->sum, sizeof out->sum))
        return false;
    if (step == 0 || step > UINT32_MAX || many > UINT32_MAX) return false;
    *customer += step;
    out->customer = (uint32_t)*customer;
    out->n = (uint32_t)many;
    out->newest_ms = (int64_t)((uint64_t)least + (uint64_t)unzigzag(since));
    return true;
}

fh_status fh_seen_decode(fh_str bytes, uint32_t lo, fh_arena *arena, const fh_seen **out, size_t *n,
                         fh_error *err)
{
    fh_str rest = bytes;
    char head[sizeof magic];
    uint32_t count = 0;
    uint64_t sum = 0, customer = 0;
    int64_t least = 0;
    if (bytes.len > MOST || !get_bytes(&rest, head, sizeof head) ||
        !get_bytes(&rest, &count, sizeof count) || !get_bytes(&rest, &sum, sizeof sum))
        return damaged(err);
    if (memcmp(head, magic, sizeof head) != 0 || count > FH_SEEN_RANGE ||
        sum != (XXH3_64bits(rest.ptr, rest.len) ^ count) || !get_bytes(&rest, &least, sizeof least))
        return damaged(err);
    fh_seen *seen = FH_NEW_ARRAY(arena, fh_seen, (size_t)count + 1);
    if (!seen) return fh_no_memory(err);
    for (uint32_t i = 0; i < count; i++) {
        if (!get_entry(&rest, least, &customer, &seen[i])) return damaged(err);
        if (customer < lo || customer - lo >= FH_SEEN_RANGE) return damaged(err);
    }
    if (rest.len) return damaged(err);
    *out = seen;
    *n = count;
    return FH_OK;
}

/* ---- Rows ------------------------------------------------------------------------------- */

fh_status fh_seen_get(fh_org *org, uint32_t lo, fh_arena *arena, const fh_seen **out, size_t *n,
                      fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    *out = NULL;
    *n = 0;
    fh_status status = FH_ASK(fh_org_db(org), "SELECT bytes FROM find_seen WHERE lo = $1", &s, &row,
                              err, fh_arg_int(lo));
    if (status == FH_OK && row) {
        status = fh_seen_decode(fh_stmt_blob(s, 0), lo, arena, out, n, err);
        if (status == FH_CORRUPT) {
            *out = NULL;
            *n = 0;
            status = FH_OK;
        }
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_seen_put(fh_org *org, uint32_t lo, const fh_seen *seen, size_t n, fh_error *err)
{
    fh_buf bytes;
    if (n == 0)
        return FH_DO(fh_org_db(org), "DELETE FROM find_seen WHERE lo = $1", NULL, err,
                     fh_arg_int(lo));
    fh_buf_init(&bytes, NULL, MOST);
    fh_status status = fh_seen_encode(seen, n, &bytes, err);
    if (status == FH_OK)
        status = FH_DO(fh_org_db(org),
                       "INSERT INTO find_seen (lo, bytes) VALUES ($1, $2) ON CONFLICT (lo) DO "
                       "UPDATE SET bytes = excluded.bytes",
                       NULL, err, fh_arg_int(lo), fh_arg_blob(fh_buf_view(&bytes)));
    fh_buf_free(&bytes);
    return status;
}

fh_status fh_seen_ranges(fh_org *org, fh_arena *arena, const uint32_t **out, size_t *n,
                         fh_error *err)
{
    enum { RANGES = (int)(UINT32_MAX / FH_SEEN_RANGE) + 1 };
    fh_stmt *s = NULL;
    bool row = false;
    size_t count = 0, cap = 16;
    uint32_t *list = FH_NEW_ARRAY(arena, uint32_t, cap);
    if (!list) return fh_no_memory(err);
    fh_status status =
        FH_ASK(fh_org_db(org), "SELECT lo FROM find_seen WHERE lo >= $1 AND lo <= $2 ORDER BY lo",
               &s, &row, err, fh_arg_int(0), fh_arg_int(UINT32_MAX));
    while (status == FH_OK && row && count < RANGES) {
        if (count == cap) {
            uint32_t *more = FH_NEW_ARRAY(arena, uint32_t, 2 * cap);
            if (!more) {
                status = fh_no_memory(err);
                break;
            }
            memcpy(more, list, count * sizeof *list);
            list = more;
            cap *= 2;
        }
        const uint32_t lo = (uint32_t)fh_stmt_i64(s, 0);
        if (lo % FH_SEEN_RANGE == 0) list[count++] = lo;
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    *out = list;
    *n = count;
    return status;
}

fh_status fh_seen_clear(fh_org *org, fh_error *err)
{
    return fh_db_run(fh_org_db(org), "DELETE FROM find_seen", NULL, 0, err);
}

/* ---- Erasing ---------------------------------------------------------------------------- */

static fh_status forget_seen(fh_org *org, uint32_t member, fh_arena *arena, fh_error *err)
{
    const uint32_t lo = member - member % FH_SEEN_RANGE;
    const fh_seen *seen = NULL;
    size_t n = 0, kept = 0;
    fh_status status = fh_seen_get(org, lo, arena, &seen, &n, err);
    if (status != FH_OK) return status;
    fh_seen *left = FH_NEW_ARRAY(arena, fh_seen, n + 1);
    if (!left) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++)
        if (seen[i].customer != member) left[kept++] = seen[i];
    /* One that cannot be read may tell of the member: it goes as a whole. */
    return kept < n || n == 0 ? fh_seen_put(org, lo, left, kept, err) : FH_OK;
}

fh_status fh_find_erase(fh_org *org, uint32_t member, fh_error *err)
{
    static const char *const sql[] = {
        "UPDATE find_cause SET fact = '' WHERE cause IN (SELECT cause FROM find_hit WHERE "
        "customer = $1)",
        "UPDATE find_cause SET customers = customers - 1, hits = hits - (SELECT COUNT(*) FROM "
        "find_hit h WHERE h.cause = find_cause.cause AND h.customer = $1), first_ms = "
        "COALESCE((SELECT MIN(a_ms) FROM find_hit h WHERE h.cause = find_cause.cause AND "
        "h.customer <> $1), first_ms), last_ms = COALESCE((SELECT MAX(b_ms) FROM find_hit h WHERE "
        "h.cause = find_cause.cause AND h.customer <> $1), last_ms) WHERE cause IN (SELECT cause "
        "FROM find_hit WHERE customer = $1)",
        /* The counts of the last day: the next look may find nothing to change in them. */
        "INSERT INTO find_cause_day (cause, day, hits, customers) SELECT c.cause, l.day, c.hits, "
        "c.customers FROM find_cause c, (SELECT MAX(day) AS day FROM find_history) l WHERE l.day "
        "IS NOT NULL AND c.cause IN (SELECT cause FROM find_hit WHERE customer = $1) ON CONFLICT "
        "(cause, day) DO UPDATE SET hits = excluded.hits, customers = excluded.customers",
        "DELETE FROM find_hit WHERE customer = $1",
    };
    bool mine = false;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = fh_org_enter(org, &mine, err);
    if (status == FH_OK) {
        for (size_t i = 0; i < sizeof sql / sizeof sql[0] && status == FH_OK; i++)
            status = FH_DO(fh_org_db(org), sql[i], NULL, err, fh_arg_int(member));
        if (status == FH_OK) status = forget_seen(org, member, arena, err);
        status = fh_org_leave(org, mine, status, err);
    }
    fh_arena_free(arena);
    return status;
}
