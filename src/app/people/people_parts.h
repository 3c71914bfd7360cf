/* people_parts.h - what the files of people share: fields checked, changes inside a
 * transaction that is open already. */
#ifndef FH_APP_PEOPLE_PARTS_H
#define FH_APP_PEOPLE_PARTS_H

#include "app/people/people.h"

/* Trimmed, in the arena, checked; FH_INVALID says what is wrong. */
FH_MUST_CHECK fh_status fh_people_text(fh_arena *arena, const char *what, fh_str in, bool needed,
                                       fh_str *out, fh_error *err);
FH_MUST_CHECK fh_status fh_people_email(fh_arena *arena, fh_str in, fh_str *out, fh_error *err);
FH_MUST_CHECK fh_status fh_people_date(fh_arena *arena, fh_str in, fh_str *out, fh_error *err);
/* The customer that a number stands for now; 0 stays 0. */
FH_MUST_CHECK fh_status fh_people_customer(fh_org *org, uint32_t in, uint32_t *out, fh_error *err);

/* Commits when all went well, else rolls back: the status of the whole. */
FH_MUST_CHECK fh_status fh_people_end(fh_org *org, fh_status status, fh_error *err);

/* As fh_person_create, fh_person_change, ..., inside the caller's transaction and without
 * asking for the right. *any: something was different. */
FH_MUST_CHECK fh_status fh_person_add(fh_org *org, const fh_actor *actor, const fh_person *in,
                                      fh_arena *arena, fh_person *out, fh_error *err);
FH_MUST_CHECK fh_status fh_person_alter(fh_org *org, const fh_actor *actor, const fh_person *in,
                                        uint32_t fields, fh_arena *arena, fh_person *out, bool *any,
                                        fh_error *err);
FH_MUST_CHECK fh_status fh_department_add(fh_org *org, const fh_actor *actor,
                                          const fh_department *in, fh_arena *arena,
                                          fh_department *out, fh_error *err);
FH_MUST_CHECK fh_status fh_department_alter(fh_org *org, const fh_actor *actor,
                                            const fh_department *in, uint32_t fields,
                                            fh_arena *arena, fh_department *out, bool *any,
                                            fh_error *err);

#endif
