/* org.h - an organisation's file: opening it, its dictionaries, its settings.
 *
 * The file is SQLite (PostgreSQL later, through store/db.h); nothing outside
 * src/store knows that. An fh_org belongs to one thread at a time, except where
 * a function says otherwise. Any number of processes may read while one writes.
 */
#ifndef FH_STORE_ORG_H
#define FH_STORE_ORG_H

#include "firsthand/story.h"
#include "os/os.h"
#include "store/kept.h"

typedef struct fh_org fh_org;
typedef enum fh_org_mode { FH_ORG_READ, FH_ORG_WRITE } fh_org_mode;

/* FH_CONFLICT when the file exists. */
FH_MUST_CHECK fh_status fh_org_create(const fh_os *os, const char *path, fh_str name,
                                      fh_error *err);
/* FH_NOTFOUND; FH_FORMAT when it is not a Firsthand file; FH_CONFLICT when it was
 * written by a newer Firsthand. Brings older files up to date in write mode
 * (migrations), and erases again whoever stands in the list of the erased beside
 * the file but is in it (a restored backup). */
FH_MUST_CHECK fh_status fh_org_open(const fh_os *os, const char *path, fh_org_mode mode,
                                    fh_org **out, fh_error *err);
void fh_org_close(fh_org *org); /* NULL is allowed */
const fh_os *fh_org_os(const fh_org *org);
const char *fh_org_path(const fh_org *org);

/* Where this handle keeps partial results of questions, NULL: nowhere. Whoever erases
 * through it empties it. */
void fh_org_keep_results(fh_org *org, fh_kept *kept); /* not owned */
fh_kept *fh_org_results(const fh_org *org);

/* One write transaction around several calls below; begin takes the write lock
 * (waits up to 10 s, then FH_BUSY). Calls that write outside of one make their own.
 * A begin inside of one joins it: its commit leaves all to the outermost; a rollback
 * anywhere undoes the whole, and the commits still to come fail. */
FH_MUST_CHECK fh_status fh_org_begin(fh_org *org, fh_error *err);
/* The same for work that loses nothing when the power fails before the next ordinary
 * commit and takes it back as a whole: rewriting what is there. It need not wait for
 * the disk. */
FH_MUST_CHECK fh_status fh_org_begin_lazy(fh_org *org, fh_error *err);
/* Work that comes back to the same rows again and again: so many MiB of the file may stay in
 * memory until it is said again with 0. Outside of a transaction. */
FH_MUST_CHECK fh_status fh_org_roomy(fh_org *org, uint32_t mib, fh_error *err);
FH_MUST_CHECK fh_status fh_org_commit(fh_org *org, fh_error *err);
void fh_org_rollback(fh_org *org);
/* The transaction erases someone: after commit the logs are emptied as well. */
void fh_org_erases(fh_org *org);

/* Called before a write transaction begins (`begins`) and after it ended, whether well
 * or not: many handles of one process take turns so, first come, first served, instead
 * of polling the file's lock (app/pool.h). A turn that cannot be had fails the begin. */
typedef fh_status fh_org_turn(void *ctx, bool begins, fh_error *err);
void fh_org_take_turns(fh_org *org, fh_org_turn *turn, void *ctx);

/* One moment for everything that is read until fh_org_moment_end: names, counts and
 * scans agree with one another, whatever others write meanwhile. Scans then read
 * through this handle: nothing else may be asked of it while one is open. */
FH_MUST_CHECK fh_status fh_org_moment(fh_org *org, fh_error *err);
void fh_org_moment_end(fh_org *org);

/* Bytes of the organisation's file as they are on the disk; *got is less than `n` at its
 * end. Never open that file beside a handle: see fh_db_driver.read_file. */
FH_MUST_CHECK fh_status fh_org_read_file(fh_org *org, uint64_t offset, void *to, size_t n,
                                         size_t *got, fh_error *err);

/* One thing that a layer above keeps with the handle; `release` is called with it when it
 * is replaced and when the handle is closed. */
typedef enum fh_org_slot { FH_ORG_KINDS, FH_ORG_N_SLOTS } fh_org_slot;
void fh_org_keep(fh_org *org, fh_org_slot slot, void *what, void (*release)(void *what));
void *fh_org_kept(const fh_org *org, fh_org_slot slot); /* NULL: nothing */
/* The same, and it is the caller's from now on. */
void *fh_org_take_kept(fh_org *org, fh_org_slot slot);
/* The number of the write transaction that is open, or was last: each has its own. */
uint64_t fh_org_transaction(const fh_org *org);
bool fh_org_writing(const fh_org *org); /* is one open? */

/* Makes what was deleted leave the disk: commits that erase do so by themselves
 * unless someone is still reading. FH_BUSY then; the next such commit tries again. */
FH_MUST_CHECK fh_status fh_org_settle(fh_org *org, fh_error *err);

/* Copies what is committed from the log into the file, so that the log stays short,
 * without waiting for anybody; *left: pages still only in the log (readers may hold
 * them, or they were written meanwhile). Commits do so by themselves now and then,
 * unless told by fh_org_keep_log that someone else does: it takes long. */
FH_MUST_CHECK fh_status fh_org_checkpoint(fh_org *org, uint32_t *left, fh_error *err);
bool fh_org_keep_log(fh_org *org, bool keep); /* what it was told before */
/* The same through a connection of its own: beside what the handle's thread does with it. */
FH_MUST_CHECK fh_status fh_org_copy_log(fh_org *org, fh_error *err);

/* ---- Settings: small texts by name ("name", "customer-word", "zone") --------- */
FH_MUST_CHECK fh_status fh_setting_get(fh_org *org, fh_str key, fh_arena *arena, fh_str *out,
                                       fh_error *err); /* empty when not set */
FH_MUST_CHECK fh_status fh_setting_put(fh_org *org, fh_str key, fh_str value, fh_error *err);

/* ---- Dictionaries -------------------------------------------------------------- */

typedef enum fh_dict {
    FH_DICT_TOUCHPOINT,
    FH_DICT_CHANNEL,
    FH_DICT_DEPARTMENT,
    FH_DICT_OUTCOME,
    FH_DICT_CURRENCY,
    FH_N_DICTS
} fh_dict;

typedef struct fh_names {
    uint32_t n;            /* numbers are 1 .. n-1; name[0] is empty: "none" */
    const fh_str *name;    /* [n] as shown now (renames applied)             */
    const uint32_t *canon; /* [n] the number each was merged into, or itself; NULL: no merges */
} fh_names;

/* In the arena. */
FH_MUST_CHECK fh_status fh_dict_names(fh_org *org, fh_dict dict, fh_arena *arena, fh_names *out,
                                      fh_error *err);
/* The number of a name, a new one when it is unknown; white space around it is
 * dropped, the empty name is 0. FH_LIMIT beyond FH_MAX_NAMES: the hint says
 * that the column looks like free text. Valid after commit of the transaction. */
FH_MUST_CHECK fh_status fh_dict_intern(fh_org *org, fh_dict dict, fh_str name, uint32_t *out,
                                       fh_error *err);
/* The number as scans show it: what the name was merged into. 0 when unknown. */
FH_MUST_CHECK fh_status fh_dict_find(fh_org *org, fh_dict dict, fh_str name, uint32_t *out,
                                     fh_error *err);
/* What a number counts as now: what it was merged into, or itself. FH_NOTFOUND. */
FH_MUST_CHECK fh_status fh_dict_now(fh_org *org, fh_dict dict, uint32_t number, uint32_t *out,
                                    fh_error *err);
/* The name of one number as it is shown now, in the arena; empty when it has none. */
FH_MUST_CHECK fh_status fh_dict_name(fh_org *org, fh_dict dict, uint32_t number, fh_arena *arena,
                                     fh_str *out, fh_error *err);
FH_MUST_CHECK fh_status fh_dict_rename(fh_org *org, fh_dict dict, uint32_t number, fh_str name,
                                       fh_error *err);
/* From now on `from` is shown and counted as `into`. No segment is touched. */
FH_MUST_CHECK fh_status fh_dict_merge(fh_org *org, fh_dict dict, uint32_t from, uint32_t into,
                                      fh_error *err);
/* Takes that back for one name: it counts for itself again; what was merged into it before
 * stays where it is counted now. FH_CONFLICT: it does already, or another bears its name. */
FH_MUST_CHECK fh_status fh_dict_split(fh_org *org, fh_dict dict, uint32_t number, fh_error *err);

#endif
