/* org.c - an organisation's file: making and opening it, transactions, settings.
 *
 * A file is made under another name (PATH.new) and renamed when it is whole, so
 * that PATH is either not there or can be opened, whatever happens in between.
 */
#include "store/org.h"

#include "store/inside.h"
#include "store/reader.h"
#include "store/tombstones.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_KEPT = 2 }; /* decoded segments, of about 4 MB each */

struct fh_org {
    const fh_os *os;
    fh_db *db;
    bool writing;      /* a transaction of fh_org_begin is open */
    uint32_t joined;   /* further fh_org_begin inside it */
    uint64_t number;   /* of the transaction of fh_org_begin that is open or was last */
    bool looking;      /* a read transaction of fh_org_look is open */
    bool lazy;         /* commits do not wait for the disk: only those begun so */
    bool keeps_log;    /* commits leave it to someone else to copy the log */
    bool noted;        /* ... and it noted a live batch (recent.h) */
    bool erases;       /* ... and it erases: empty the logs after commit */
    bool unsettled;    /* one that erased did, but a reader held the logs */
    int64_t settle_ms; /* not to be tried again before */
    fh_org_turn *turn; /* NULL: no other handle of the process writes */
    void *turn_ctx;
    fh_kept *results; /* not owned; NULL: none */
    fh_view view;     /* memory of the story told last; see fh_org_take_view */
    struct {
        void *what;
        void (*release)(void *what);
    } kept[FH_ORG_N_SLOTS];
    char path[]; /* NUL-terminated */
};

/* ---- Making ---------------------------------------------------------------------------- */

/* Removes what a database at `path` may have left behind. */
static fh_status remove_all(const fh_os *os, const char *path, char *space, size_t size,
                            fh_error *err)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    fh_status status = FH_OK;
    for (size_t i = 0; i < sizeof tails / sizeof tails[0] && status == FH_OK; i++) {
        (void)snprintf(space, size, "%s%s", path, tails[i]);
        status = os->remove(os->ctx, space, err);
    }
    return status;
}

static fh_status put_setting(fh_db *db, fh_str key, fh_str value, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(db,
                                     "INSERT INTO setting (name, value) VALUES ($1, $2) "
                                     "ON CONFLICT (name) DO UPDATE SET value = $2",
                                     &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_text(s, 1, key);
        fh_stmt_bind_text(s, 2, value);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

static fh_status fill(fh_db *db, fh_str name, fh_error *err)
{
    fh_status status = fh_migrations_fill(db, err);
    if (status == FH_OK) status = fh_db_begin(db, true, err);
    if (status != FH_OK) return status;
    status = put_setting(db, FH_STR("name"), name, err);
    if (status == FH_OK)
        status = fh_db_commit(db, err);
    else
        fh_db_rollback(db);
    if (status == FH_OK) status = fh_db_settle(db, err);
    return status;
}

static fh_status refuse_existing(const fh_os *os, const char *path, fh_error *err)
{
    fh_file *file = NULL;
    fh_error ignored;
    const fh_status status = os->open(os->ctx, path, FH_OPEN_READ, &file, &ignored);
    if (status == FH_NOTFOUND) return FH_OK;
    if (status == FH_OK) os->close(os->ctx, file);
    (void)fh_fail(err, FH_CONFLICT, "%s exists", path);
    return fh_hint(err, FH_CONFLICT, "Choose another name, or remove the file first.");
}

fh_status fh_org_create(const fh_os *os, const char *path, fh_str name, fh_error *err)
{
    fh_status status = refuse_existing(os, path, err);
    if (status != FH_OK) return status;
    const size_t size = strlen(path) + sizeof ".new-journal";
    char *draft = calloc(2, size);
    if (!draft) return fh_no_memory(err);
    char *space = draft + size;
    fh_db *db = NULL;

    (void)snprintf(draft, size, "%s.new", path);
    status = remove_all(os, draft, space, size, err);
    if (status == FH_OK) status = fh_db_sqlite.open(draft, FH_DB_CREATE, &db, err);
    if (status == FH_OK) status = fill(db, name, err);
    fh_db_close(db);
    if (status == FH_OK) status = os->rename(os->ctx, draft, path, err);
    (void)remove_all(os, draft, space, size, NULL);
    free(draft);
    return status;
}

/* ---- Opening ----------------------------------------------------------------------------- */

static fh_status up_to_date(fh_org *org, fh_org_mode mode, fh_error *err)
{
    bool behind = false;
    fh_status status = fh_migrations_check(org->db, org->path, &behind, err);
    if (status != FH_OK || !behind) return status;
    if (mode == FH_ORG_WRITE) return fh_migrate(org->db, err);
    (void)fh_fail(err, FH_CONFLICT, "%s was written by an older Firsthand", org->path);
    return fh_hint(err, FH_CONFLICT,
                   "Any command that writes, such as 'firsthand import', brings it up "
                   "to date.");
}

/* Opens what is there. The file is never opened and closed beside SQLite while that has it
 * open: a process that closes a file gives up all its locks on it (POSIX), and another
 * process would then take the log away under us. Only to say why it did not open. */
static fh_status open_db(fh_org *org, fh_org_mode mode, fh_error *err)
{
    fh_file *file = NULL;
    const fh_os *os = org->os;
    const fh_status status =
        fh_db_sqlite.open(org->path, mode == FH_ORG_READ ? FH_DB_READ : FH_DB_WRITE, &org->db, err);
    if (status != FH_NOTFOUND && status != FH_IO && status != FH_DENIED) return status;
    fh_error why = {0};
    const fh_status there = os->open(os->ctx, org->path, FH_OPEN_READ, &file, &why);
    if (there == FH_OK) {
        os->close(os->ctx, file);
        return status;
    }
    if (err) *err = why;
    return there;
}

fh_status fh_org_open(const fh_os *os, const char *path, fh_org_mode mode, fh_org **out,
                      fh_error *err)
{
    const size_t len = strlen(path);
    fh_org *org = calloc(1, sizeof *org + len + 1);
    if (!org) return fh_no_memory(err);
    org->os = os;
    memcpy(org->path, path, len);
    fh_status status = open_db(org, mode, err);
    if (status == FH_OK) status = up_to_date(org, mode, err);
    if (status == FH_OK && mode == FH_ORG_WRITE) status = fh_tombstones_apply(org, err);
    if (status == FH_OK)
        *out = org;
    else
        fh_org_close(org);
    return status;
}

void fh_org_close(fh_org *org)
{
    if (!org) return;
    fh_org_rollback(org);
    for (int i = 0; i < FH_ORG_N_SLOTS; i++) fh_org_keep(org, (fh_org_slot)i, NULL, NULL);
    fh_view_free(&org->view);
    fh_db_close(org->db);
    free(org);
}

fh_view fh_org_take_view(fh_org *org)
{
    const fh_view view = org->view;
    org->view = (fh_view){0};
    return view;
}

void fh_org_keep_view(fh_org *org, fh_view *view)
{
    if (view->n_own > MOST_KEPT || org->view.own)
        fh_view_free(view);
    else
        org->view = *view;
}

void fh_org_keep_results(fh_org *org, fh_kept *kept)
{
    org->results = kept;
}

fh_kept *fh_org_results(const fh_org *org)
{
    return org->results;
}

void fh_org_keep(fh_org *org, fh_org_slot slot, void *what, void (*release)(void *what))
{
    if (org->kept[slot].what) org->kept[slot].release(org->kept[slot].what);
    org->kept[slot].what = what;
    org->kept[slot].release = release;
}

void *fh_org_kept(const fh_org *org, fh_org_slot slot)
{
    return org->kept[slot].what;
}

void *fh_org_take_kept(fh_org *org, fh_org_slot slot)
{
    void *what = org->kept[slot].what;
    org->kept[slot].what = NULL;
    return what;
}

uint64_t fh_org_transaction(const fh_org *org)
{
    return org->number;
}

const fh_os *fh_org_os(const fh_org *org)
{
    return org->os;
}

const char *fh_org_path(const fh_org *org)
{
    return org->path;
}

fh_db *fh_org_db(fh_org *org)
{
    return org->db;
}

fh_status fh_org_reader(fh_org *org, fh_db **out, fh_error *err)
{
    return org->db->driver->open(org->path, FH_DB_READ, out, err);
}

/* ---- Transactions -------------------------------------------------------------------------- */

static void turn_ends(fh_org *org)
{
    if (org->turn) (void)org->turn(org->turn_ctx, false, NULL);
}

void fh_org_take_turns(fh_org *org, fh_org_turn *turn, void *ctx)
{
    org->turn = turn;
    org->turn_ctx = ctx;
}

static fh_status begin(fh_org *org, bool lazy, fh_error *err)
{
    if (org->writing) {
        org->joined++;
        return FH_OK;
    }
    fh_status status = org->turn ? org->turn(org->turn_ctx, true, err) : FH_OK;
    if (status != FH_OK) return status;
    if (org->lazy != lazy) status = org->db->driver->durable(org->db, !lazy, err);
    if (status == FH_OK) org->lazy = lazy;
    if (status == FH_OK) status = fh_db_begin(org->db, true, err);
    if (status == FH_OK) {
        org->writing = true;
        org->number++;
    } else {
        turn_ends(org);
    }
    return status;
}

fh_status fh_org_begin(fh_org *org, fh_error *err)
{
    return begin(org, false, err);
}

fh_status fh_org_begin_lazy(fh_org *org, fh_error *err)
{
    return begin(org, true, err);
}

fh_status fh_org_roomy(fh_org *org, uint32_t mib, fh_error *err)
{
    return org->db->driver->roomy(org->db, mib, err);
}

void fh_org_note_live(fh_org *org, int64_t age, const fh_segment *seg)
{
    if (!org->results) return;
    fh_recent_note(fh_kept_recent(org->results), age, seg);
    org->noted = true;
}

/* What was noted is not there: its age will be another's. */
static void forget_noted(fh_org *org)
{
    if (org->results) fh_recent_forget(fh_kept_recent(org->results));
}

fh_status fh_org_commit(fh_org *org, fh_error *err)
{
    if (org->joined) {
        org->joined--;
        return FH_OK;
    }
    const bool pending = org->erases || org->unsettled;
    const int64_t now = pending ? org->os->monotonic_ms(org->os->ctx) : 0;
    const bool settle = pending && (org->erases || now >= org->settle_ms);
    const bool erases = org->erases, noted = org->noted;
    org->writing = org->erases = org->noted = false;
    const fh_status status = fh_db_commit(org->db, err);
    if (status != FH_OK && noted) forget_noted(org);
    if (erases) fh_kept_clear(org->results);
    /* What was erased is on the disk, in the log, until that is emptied. A reader
     * may hold it: then fh_org_settle tells so, and the next commit tries again, then
     * one a second, because each try waits for the reader. */
    if (status == FH_OK && settle) {
        const bool before = org->unsettled;
        org->unsettled = fh_db_settle(org->db, NULL) != FH_OK;
        org->settle_ms = before ? now + 1000 : now;
    }
    turn_ends(org);
    return status;
}

void fh_org_rollback(fh_org *org)
{
    if (!org->writing) return;
    if (org->noted) forget_noted(org);
    org->writing = org->erases = org->noted = false;
    org->joined = 0;
    fh_db_rollback(org->db);
    turn_ends(org);
}

fh_status fh_org_read_file(fh_org *org, uint64_t offset, void *to, size_t n, size_t *got,
                           fh_error *err)
{
    return org->db->driver->read_file(org->db, offset, to, n, got, err);
}

fh_status fh_org_settle(fh_org *org, fh_error *err)
{
    const fh_status status = fh_db_settle(org->db, err);
    if (status == FH_OK) org->unsettled = false;
    return status;
}

fh_status fh_org_checkpoint(fh_org *org, uint32_t *left, fh_error *err)
{
    return org->db->driver->checkpoint(org->db, left, err);
}

bool fh_org_keep_log(fh_org *org, bool keep)
{
    const bool kept = org->keeps_log;
    org->keeps_log = keep;
    org->db->driver->keep_log(org->db, keep);
    return kept;
}

fh_status fh_org_copy_log(fh_org *org, fh_error *err)
{
    fh_db *db = NULL;
    uint32_t left = 0;
    fh_status status = org->db->driver->open(org->path, FH_DB_WRITE, &db, err);
    if (status == FH_OK) status = db->driver->checkpoint(db, &left, err);
    fh_db_close(db);
    return status;
}

bool fh_org_writing(const fh_org *org)
{
    return org->writing;
}

void fh_org_erases(fh_org *org)
{
    org->erases = true;
}

fh_status fh_org_enter(fh_org *org, bool *mine, fh_error *err)
{
    if (org->writing) {
        *mine = false;
        return FH_OK;
    }
    const fh_status status = fh_org_begin(org, err);
    if (status == FH_OK) *mine = true;
    return status;
}

fh_status fh_org_leave(fh_org *org, bool mine, fh_status status, fh_error *err)
{
    if (!mine) return status;
    if (status == FH_OK) return fh_org_commit(org, err);
    fh_org_rollback(org);
    return status;
}

fh_status fh_org_look(fh_org *org, bool *mine, fh_error *err)
{
    *mine = false;
    if (org->writing || org->looking) return FH_OK;
    const fh_status status = fh_db_begin(org->db, false, err);
    if (status == FH_OK) *mine = org->looking = true;
    return status;
}

void fh_org_looked(fh_org *org, bool mine)
{
    if (!mine) return;
    org->looking = false;
    fh_db_rollback(org->db);
}

fh_status fh_org_moment(fh_org *org, fh_error *err)
{
    bool mine = false;
    return fh_org_look(org, &mine, err);
}

void fh_org_moment_end(fh_org *org)
{
    fh_org_looked(org, org->looking);
}

bool fh_org_looking(const fh_org *org)
{
    return org->looking;
}

fh_status fh_org_numbers(fh_org *org, const char *counter, int64_t count, int64_t *first,
                         fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(org->db,
                                     "INSERT INTO counter (name, last_given) VALUES ($1, $2) "
                                     "ON CONFLICT (name) DO UPDATE SET last_given = "
                                     "counter.last_given + $2 RETURNING last_given",
                                     &s, err);
    bool row = false;
    if (status == FH_OK) {
        fh_stmt_bind_text(s, 1, fh_str_of(counter));
        fh_stmt_bind_i64(s, 2, count);
        status = fh_stmt_step(s, &row, err);
    }
    int64_t last = 0;
    if (status == FH_OK) last = fh_stmt_i64(s, 0);
    /* RETURNING gives its row first; the statement ends with the next step. */
    if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    fh_stmt_done(s);
    if (status == FH_OK && (last < count || last > INT64_C(1) << 53))
        status = fh_fail(err, FH_CORRUPT, "%s: counter '%s' is not sensible", org->path, counter);
    if (status == FH_OK) *first = last - count + 1;
    return status;
}

/* ---- Settings ------------------------------------------------------------------------------- */

fh_status fh_setting_get(fh_org *org, fh_str key, fh_arena *arena, fh_str *out, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(org->db, "SELECT value FROM setting WHERE name = $1", &s, err);
    bool row = false;
    if (status == FH_OK) {
        fh_stmt_bind_text(s, 1, key);
        status = fh_stmt_step(s, &row, err);
    }
    fh_str value = {0};
    if (status == FH_OK && row && !fh_arena_str(arena, fh_stmt_text(s, 0), &value))
        status = fh_no_memory(err);
    if (status == FH_OK) *out = value;
    fh_stmt_done(s);
    return status;
}

fh_status fh_setting_put(fh_org *org, fh_str key, fh_str value, fh_error *err)
{
    bool mine = false;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    return fh_org_leave(org, mine, put_setting(org->db, key, value, err), err);
}
