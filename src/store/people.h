/* people.h - rows of people and departments. Who may do what with them, and what is
 * audited, is the business of app/people/people.h: nothing else calls these.
 */
#ifndef FH_STORE_PEOPLE_H
#define FH_STORE_PEOPLE_H

#include "firsthand/story.h"
#include "store/org.h"

enum {
    FH_PERSON_TEXT_MAX = 200, /* bytes of a name, an e-mail address, an external id ... */
    FH_PEOPLE_MAX = 1000000
};

typedef struct fh_department {
    uint32_t department; /* number, from 1 */
    fh_str external_id;  /* in the system it comes from; may be empty; unique */
    fh_str name;         /* unique */
    uint32_t parent;     /* 0: at the top */
    uint32_t customer;   /* as which it has a story (an internal customer); 0: none */
    uint32_t known_as;   /* its number in the dictionary of departments, by which interactions
                            name it (FH_DICT_DEPARTMENT) */
    bool active;
    int64_t version; /* 1, 2, ... with each change: the ETag */
} fh_department;

typedef struct fh_person {
    uint32_t person;    /* number, from 1 */
    fh_str external_id; /* in the HR system (SCIM externalId, employeeNumber); may be empty;
                           unique */
    fh_str name;
    fh_str email;        /* normal spelling; may be empty (cannot sign in); unique */
    uint32_t department; /* 0: none */
    fh_str level;        /* "2", "senior", as the organisation says it; may be empty */
    uint32_t manager;    /* a person; 0: none */
    fh_str started;      /* "2024-03-01"; empty: not known */
    uint32_t roles;      /* fh_roles */
    uint32_t customer;   /* as which this person has a story (a learner); 0: none */
    bool active;
    int64_t made_ms, changed_ms;
    int64_t version; /* 1, 2, ... with each change: the ETag */
} fh_person;

/* FH_NOTFOUND. Texts in the arena. */
FH_MUST_CHECK fh_status fh_person_row(fh_org *org, uint32_t person, fh_arena *arena, fh_person *out,
                                      fh_error *err);
/* By e-mail address (normal spelling) or external id; *out is left alone and *there false
 * when there is none. */
FH_MUST_CHECK fh_status fh_person_by_email(fh_org *org, fh_str email, fh_arena *arena,
                                           fh_person *out, bool *there, fh_error *err);
FH_MUST_CHECK fh_status fh_person_by_external(fh_org *org, fh_str external_id, fh_arena *arena,
                                              fh_person *out, bool *there, fh_error *err);
/* Numbers above `after`, ascending, at most `max`. */
FH_MUST_CHECK fh_status fh_person_rows(fh_org *org, uint32_t after, size_t max, fh_arena *arena,
                                       fh_person **out, size_t *n, fh_error *err);
/* Takes the next number; version 1. FH_CONFLICT: e-mail or external id taken. */
FH_MUST_CHECK fh_status fh_person_insert(fh_org *org, fh_person *p, fh_error *err);
/* Writes all fields where the version is still p->version; moves it on. FH_CONFLICT
 * when it is not. */
FH_MUST_CHECK fh_status fh_person_update(fh_org *org, fh_person *p, fh_error *err);
/* How many active people have the role of this bit. */
FH_MUST_CHECK fh_status fh_person_count_role(fh_org *org, uint32_t role_bit, uint64_t *out,
                                             fh_error *err);
/* The first active person of a department who has a role of these bits, other than `but`; 0:
 * nobody. */
FH_MUST_CHECK fh_status fh_person_leading(fh_org *org, uint32_t department, uint32_t role_bits,
                                          uint32_t but, uint32_t *out, fh_error *err);
/* People and departments that are this customer forget that they are: it was erased. */
FH_MUST_CHECK fh_status fh_people_forget_customer(fh_org *org, uint32_t customer, fh_error *err);
/* The customers that people and departments are, as they are numbered now, as a set; those of
 * all others when not `inside`. In the arena. */
FH_MUST_CHECK fh_status fh_people_customers(fh_org *org, bool inside, fh_arena *arena,
                                            fh_bitset *out, fh_error *err);

FH_MUST_CHECK fh_status fh_department_row(fh_org *org, uint32_t department, fh_arena *arena,
                                          fh_department *out, fh_error *err);
/* All of them, by number: there are hundreds, not millions. */
FH_MUST_CHECK fh_status fh_department_rows(fh_org *org, fh_arena *arena, fh_department **out,
                                           size_t *n, fh_error *err);
FH_MUST_CHECK fh_status fh_department_insert(fh_org *org, fh_department *d, fh_error *err);
FH_MUST_CHECK fh_status fh_department_update(fh_org *org, fh_department *d, fh_error *err);

#endif
