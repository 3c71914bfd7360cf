/* records.h - an organisation with people and a kind of record, for tests of records. */
#ifndef FH_TEST_RECORDS_H
#define FH_TEST_RECORDS_H

#include "test.h"

#include "app/people/people.h"
#include "app/records/records.h"

typedef struct office {
    fh_org *org;
    fh_arena *arena;
    fh_actor cli;
    uint32_t sales, support, whole; /* departments: the first two under the third */
    fh_actor ann, bob, carl, dora; /* ann: sales; bob leads sales; carl: support; dora: leads all */
    fh_actor eve;                  /* answers findings */
    fh_error err;
} office;

/* With the kind "chore" declared (see records.c). */
void office_open(office *o);
/* Checks the file, closes and removes it. */
void office_close(office *o);

/* Fields as JSON with ' for ". */
fh_status office_make(office *o, const fh_actor *by, const char *kind, const char *fields,
                      fh_record_view *out);
fh_status office_make_with(office *o, const fh_actor *by, fh_record_input in, const char *fields,
                           fh_record_view *out, fh_str *code);
fh_status office_change(office *o, const fh_actor *by, const fh_record_view *seen,
                        const char *fields, fh_record_view *out);
fh_status office_move(office *o, const fh_actor *by, const fh_record_view *seen, const char *move,
                      const char *words, const char *fields, fh_record_view *out);
fh_status office_own(office *o, const fh_actor *by, int64_t record, fh_ownership what,
                     uint32_t person, uint32_t department, const char *words);
fh_record_view office_see(office *o, const fh_actor *by, int64_t record);
/* "Is this really reverse?" is asked of a version of a map at a stage and answered with evidence.
 */
void office_reverse(office *o, const fh_actor *by, int64_t map, int64_t version, const char *stage);
/* What the newest entry of the history says happened: "moved". */
const char *office_last(office *o, int64_t record);
/* Its detail as JSON, in the arena. */
fh_str office_detail(office *o, const fh_actor *by, int64_t record);

#endif
