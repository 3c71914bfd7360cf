/* sources.h - where interactions come from, and how far each import got.
 *
 * A *source* is a system or file that tells of interactions ("crm", "tickets").
 * An *origin* is one import from a source: a file, or a day of live ingest. Its
 * number stands beside each interaction (FH_COL_ORIGIN).
 */
#ifndef FH_STORE_SOURCES_H
#define FH_STORE_SOURCES_H

#include "store/org.h"

typedef struct fh_origin {
    uint32_t origin;      /* number, from 1 */
    fh_str source, file;  /* file: the name without its folders; may be empty */
    fh_str mapping;       /* canonical text of the mapping used */
    uint64_t fingerprint; /* xxh3 of the whole file; 0: not known */
    uint64_t rows_done, rows_added, rows_rejected, rows_known; /* known: were there already */
    uint64_t rejects_bytes, notes_bytes; /* of the files of rejects, at rows_done */
    int64_t started_ms, last_ms;
    bool complete;
} fh_origin;

/* Starts an import, or takes up the incomplete one of the same source and
 * fingerprint: `*out` then tells rows_done. */
FH_MUST_CHECK fh_status fh_origin_begin(fh_org *org, fh_str source, fh_str file, fh_str mapping,
                                        uint64_t fingerprint, fh_arena *arena, fh_origin *out,
                                        fh_error *err);
/* The complete import of this source and fingerprint, FH_NOTFOUND when none. */
FH_MUST_CHECK fh_status fh_origin_find(fh_org *org, fh_str source, uint64_t fingerprint,
                                       fh_arena *arena, fh_origin *out, fh_error *err);
/* Writes the counts and `complete`; in the transaction of the rows themselves. */
FH_MUST_CHECK fh_status fh_origin_save(fh_org *org, const fh_origin *origin, fh_error *err);
/* FH_CONFLICT when another process has gone on with this import since `origin` was
 * read or saved; inside the transaction that goes on with it. */
FH_MUST_CHECK fh_status fh_origin_unchanged(fh_org *org, const fh_origin *origin, fh_error *err);
/* Rows that ever came from all sources: moves with whatever comes in. */
FH_MUST_CHECK fh_status fh_origins_told(fh_org *org, uint64_t *rows, fh_error *err);
/* Forgets an import that brought nothing (rows_done 0). */
FH_MUST_CHECK fh_status fh_origin_drop(fh_org *org, uint32_t origin, fh_error *err);
FH_MUST_CHECK fh_status fh_origins(fh_org *org, fh_arena *arena, const fh_origin **out, size_t *n,
                                   fh_error *err);

/* ---- Recipes: how files of a source are read ---------------------------------------- */

typedef struct fh_recipe {
    fh_str source, params; /* params: a JSON object */
    int64_t saved_ms;
    uint32_t person; /* who said so; 0: nobody */
} fh_recipe;
/* In place of the one before. */
FH_MUST_CHECK fh_status fh_recipe_save(fh_org *org, fh_str source, fh_str params, uint32_t person,
                                       fh_error *err);
/* In the order of their sources. */
FH_MUST_CHECK fh_status fh_recipes(fh_org *org, fh_arena *arena, const fh_recipe **out, size_t *n,
                                   fh_error *err);

#endif
