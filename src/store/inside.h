/* inside.h - what the files of src/store share and nobody else sees. */
#ifndef FH_STORE_INSIDE_H
#define FH_STORE_INSIDE_H

#include "store/db.h"
#include "store/org.h"

fh_db *fh_org_db(fh_org *org);

/* A second connection to the same file, for a reader of its own. */
FH_MUST_CHECK fh_status fh_org_reader(fh_org *org, fh_db **out, fh_error *err);

/* A live batch of the transaction that is open got that age: what is kept of questions is
 * brought up to date by it. */
void fh_org_note_live(fh_org *org, int64_t age, const fh_segment *seg);

/* For a function that writes: begins a transaction when none is open; *mine tells
 * fh_org_leave to end it. */
FH_MUST_CHECK fh_status fh_org_enter(fh_org *org, bool *mine, fh_error *err);
/* Commits when all went well, else rolls back; the status of the whole. A
 * transaction that was open before stays open. */
FH_MUST_CHECK fh_status fh_org_leave(fh_org *org, bool mine, fh_status status, fh_error *err);
/* For a function that only reads but asks more than once: a read transaction of
 * its own unless one is open. fh_org_looked ends it. */
FH_MUST_CHECK fh_status fh_org_look(fh_org *org, bool *mine, fh_error *err);
void fh_org_looked(fh_org *org, bool mine);
bool fh_org_looking(const fh_org *org); /* inside a read transaction? */

/* The next number of a counter, from 1; numbers are never given twice. Takes
 * `count` of them: *first .. *first + count - 1. Inside a transaction only. */
FH_MUST_CHECK fh_status fh_org_numbers(fh_org *org, const char *counter, int64_t count,
                                       int64_t *first, fh_error *err);

/* What each number of a dictionary counts as: [n] in the arena; NULL: no merges. */
FH_MUST_CHECK fh_status fh_dict_canon(fh_db *db, fh_dict dict, fh_arena *arena,
                                      const uint32_t **canon, uint32_t *n, fh_error *err);

/* ---- Migrations ---------------------------------------------------------------------- */

/* The texts of all migrations in order, `fh_migrations_count` of them. */
enum { FH_MIGRATIONS_MAX = 64 };
size_t fh_migrations(const char *name[FH_MIGRATIONS_MAX], const char *sql[FH_MIGRATIONS_MAX]);
/* Applies what is missing, each in a transaction of its own. FH_CONFLICT when the file is newer
 * than this program. */
FH_MUST_CHECK fh_status fh_migrate(fh_db *db, fh_error *err);
/* Makes a new file what all of them make of one: at once, as it was worked out while building. */
FH_MUST_CHECK fh_status fh_migrations_fill(fh_db *db, fh_error *err);
/* Checks that the tables are ours; *behind tells whether migrations are missing. */
FH_MUST_CHECK fh_status fh_migrations_check(fh_db *db, const char *path, bool *behind,
                                            fh_error *err);

#endif
