/* erase_files.h - a customer who is erased goes from the files beside the organisation,
 * too: uploads, rejected rows, exports.
 *
 * The rule is the simplest safe one: a file that names the customer is removed as a
 * whole. It is looked through unpacked, letters and digits only and without regard to
 * capitals, so that "+49 (30) 123-45" is found as "+493012345"; identifiers too short for that
 * count where they stand alone. Rather one file too many than one too few: exports can
 * be asked for again, uploads were imported. Copies of the organisation stay: a restored
 * one is erased again by the list of the erased.
 */
#ifndef FH_APP_ERASE_FILES_H
#define FH_APP_ERASE_FILES_H

#include "app/data/erase.h"
#include "store/normal.h"

/* By how much the clock of a disk may differ from the system's. */
enum { FH_ERASE_CLOCKS_MS = 5000 };

typedef struct fh_erase_files {
    const char *folder; /* ORG.fh.files; need not be there */
    int64_t since_ms;   /* only files changed then or later; 0: all */
} fh_erase_files;

/* Where files lie when no setting says otherwise, in the arena. */
FH_MUST_CHECK fh_status fh_erase_folder(fh_org *org, fh_arena *arena, const char **out,
                                        fh_error *err);

/* Removes the files that name one of the identifiers, adds up what was done in `out`.
 * What a waiting or running import is about to read stays: it leaves the erased out, and
 * removes its file when it left somebody out. Takes no lock: call it before the erasure,
 * and with `since_ms` after it for what was written meanwhile. */
FH_MUST_CHECK fh_status fh_erase_from_files(fh_org *org, const fh_erase_files *where,
                                            const fh_identity *identity, size_t n,
                                            fh_erase_result *out, fh_error *err);

#endif
