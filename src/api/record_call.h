/* record_call.h - what the files of routes about records share. */
#ifndef FH_API_RECORD_CALL_H
#define FH_API_RECORD_CALL_H

#include "api/inside.h"
#include "app/records/records.h"

/* Stands for the kind of a record that is named by number alone: /records/any/12. */
#define FH_ANY_KIND "any"
/* The record of path value 1, of the kind of path value 0, as the caller may see it: one
 * that was merged leads on to the one that stands. */
FH_MUST_CHECK fh_status fh_call_record(fh_call *c, fh_record_view *out, fh_error *err);
/* Shows it whole; its ETag is the version. */
FH_MUST_CHECK fh_status fh_call_show_record(fh_call *c, const fh_record_view *r, fh_error *err);
/* The same, read anew: after something was done to it. */
FH_MUST_CHECK fh_status fh_call_show_again(fh_call *c, int64_t record, fh_error *err);
/* What came with a change, a move: `fields`, `words`. */
FH_MUST_CHECK fh_status fh_call_record_input(const fh_call *c, fh_record_input *out, fh_error *err);
/* When `s` is FH_STALE: the problem shows the record as it is now, so that nobody's words
 * are lost. Returns `s`. */
FH_MUST_CHECK fh_status fh_call_stale_record(fh_call *c, int64_t record, fh_status s);
/* Of the object at token `at` of the body. */
FH_MUST_CHECK fh_status fh_call_about(const fh_call *c, uint32_t at, fh_record_about *out,
                                      fh_error *err);
/* A member that is the number of something; 0 when it is not there or null. */
FH_MUST_CHECK fh_status fh_call_reference(const fh_call *c, const char *key, uint32_t *out,
                                          fh_error *err);

/* What can be asked of lists of records. */
typedef struct fh_records_query {
    fh_str kind, state, owner, author, asked, follower, with, elsewhere, not_author, kinds, but,
        text, field, value, from, until, after, element;
    uint64_t department, touchpoint, customer, record, map, limit;
    bool ownerless;
    uint32_t open, order;
} fh_records_query;
extern const fh_option fh_records_options[], fh_records_of_kind_options[];
extern const fh_records_query fh_records_defaults;
FH_MUST_CHECK fh_status fh_call_records_filter(const fh_call *c, fh_records_filter *out,
                                               fh_error *err);

#endif
