/* saved_rows.h - saved views at rest; app/people/saved_views.h says who may do what with them. */
#ifndef FH_STORE_SAVED_ROWS_H
#define FH_STORE_SAVED_ROWS_H

#include "store/org.h"

enum { FH_SAVED_MAX = 200 }; /* of one person */

typedef struct fh_saved_view {
    uint32_t view;            /* number, from 1 */
    fh_str name, page, query; /* page: "actual", "records/fix", "maps/2" */
    uint32_t person;          /* whose it is; 0: nobody's any more */
    fh_str owner;             /* what that person is called; empty: nobody */
    bool shared;
    uint32_t roles; /* bit n: it stands on the first page of whoever has role n */
    int64_t changed_ms, version;
} fh_saved_view;

/* Gives it a number. FH_LIMIT: the person has FH_SAVED_MAX already. */
FH_MUST_CHECK fh_status fh_saved_add(fh_org *org, fh_saved_view *view, fh_error *err);
/* Name, page, query, whether it is shared, and roles. FH_CONFLICT: it is no longer view->version.
 */
FH_MUST_CHECK fh_status fh_saved_save(fh_org *org, const fh_saved_view *view, fh_error *err);
FH_MUST_CHECK fh_status fh_saved_remove(fh_org *org, uint32_t view, fh_error *err);
FH_MUST_CHECK fh_status fh_saved_get(fh_org *org, uint32_t view, fh_arena *arena,
                                     fh_saved_view *out, fh_error *err);
/* Those of `person` and those that are shared, of `page` and what lies below it (empty: of all), by
 * name. */
FH_MUST_CHECK fh_status fh_saved_list(fh_org *org, uint32_t person, fh_str page, fh_arena *arena,
                                      const fh_saved_view **out, size_t *n, fh_error *err);
/* A customer is erased: views of records that search for `text`, as it stands or encoded, go. */
FH_MUST_CHECK fh_status fh_saved_forget_text(fh_org *org, fh_str text, fh_error *err);
/* The person is forgotten: what was theirs alone goes, what is shared stays, nobody's. */
FH_MUST_CHECK fh_status fh_saved_forget_person(fh_org *org, uint32_t person, fh_error *err);

#endif
