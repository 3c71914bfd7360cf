/* merge_preview.h - two customers side by side, before they are put together: for the
 * command line, the API and pages, which show the same facts. */
#ifndef FH_APP_MERGE_PREVIEW_H
#define FH_APP_MERGE_PREVIEW_H

#include "base/json.h"
#include "base/time.h"
#include "store/identities.h"

/* A customer in short. */
typedef struct fh_met {
    uint32_t customer;
    const fh_identity *identity; /* [n_identities] */
    size_t n_identities;
    uint64_t n_interactions;
    int64_t first_ms, last_ms; /* of the interactions, when there are any */
} fh_met;
/* Who that is, by any identifier, as fh_identity_find; fails as that. In the arena. */
FH_MUST_CHECK fh_status fh_meet(fh_org *org, fh_str who, fh_arena *arena, fh_met *out,
                                fh_error *err);

typedef struct fh_merge_preview {
    fh_met from, into;
    /* What speaks against it: kinds only one customer can have an identifier of, and both
     * have one, but none the same. In order of the identifiers of `from`. */
    const fh_str *differing; /* [n_differing] */
    size_t n_differing;
} fh_merge_preview;
/* Both may be the same customer; then nothing differs. In the arena. */
FH_MUST_CHECK fh_status fh_merge_preview_get(fh_org *org, fh_str from, fh_str into, fh_arena *arena,
                                             fh_merge_preview *out, fh_error *err);

/* ---- Telling --------------------------------------------------------------------------- */

/* "identifiers": [{"kind", "value", "shared"}, ...], a member of the object that is open. */
void fh_identities_json(const fh_identity *list, size_t n, fh_json *j);
/* {"customer", "interactions", "first", "last", "differing", "identifiers"}: first and last
 * when there are interactions, differing (a list of kinds) when `preview` is not NULL. */
void fh_met_json(const fh_met *met, const fh_merge_preview *preview, const fh_zone *zone,
                 fh_json *j);
/* "#3 has 12 interactions, 1 January to 31 March 2024." */
void fh_met_say(const fh_met *met, const fh_zone *zone, fh_buf *out);
/* "What speaks against merging them: different unique identifiers of the kind email.", or
 * that nothing of the kind does. */
void fh_merge_preview_say(const fh_merge_preview *p, fh_buf *out);

#endif
