/* source_facts.h - use case: what each source has told: how much, when, how fresh.
 *
 * Counted from the stories themselves, in one pass over two columns, so that it agrees
 * with every other figure: what was counted once counts once.
 */
#ifndef FH_APP_SOURCE_FACTS_H
#define FH_APP_SOURCE_FACTS_H

#include "store/sources.h"

enum { FH_SOURCE_WEEKS = 26 };

typedef struct fh_source_fact {
    fh_str source;
    uint64_t imports, interactions;
    int64_t first_ms, last_ms;      /* of its interactions; first > last: none */
    uint32_t week[FH_SOURCE_WEEKS]; /* interactions; the last one ends at until_ms */
    bool live;                      /* some came as they happened */
    fh_origin last;                 /* the import that was changed last */
    uint64_t stopped;               /* imports that are not complete */
} fh_source_fact;

typedef struct fh_source_facts {
    int64_t until_ms; /* end of the last of the weeks: behind the newest interaction */
    size_t n;
    const fh_source_fact *source; /* [n] by name */
} fh_source_facts;

/* In the arena. Reads two columns of every segment. */
FH_MUST_CHECK fh_status fh_source_facts_get(fh_org *org, fh_arena *arena, fh_source_facts *out,
                                            fh_error *err);

#endif
