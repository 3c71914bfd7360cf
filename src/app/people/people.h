/* people.h - use case: the people who work here and their departments.
 *
 * Departments form a tree; any department may itself be a customer (of another
 * department), and so may any person (a learner): then it has a story like every
 * customer. Everything here is checked against the actor's rights, and every change
 * is an entry of the audit log, in one transaction.
 *
 * Records have a version. A change names the version it was made from; when somebody
 * else was quicker it fails with FH_CONFLICT and nothing is lost.
 */
#ifndef FH_APP_PEOPLE_H
#define FH_APP_PEOPLE_H

#include "app/people/rights.h"
#include "base/json.h"
#include "store/people.h"

/* ---- People ------------------------------------------------------------------------- */

/* Which fields a change changes. */
enum {
    FH_PERSON_NAME = 1 << 0,
    FH_PERSON_EMAIL = 1 << 1,
    FH_PERSON_EXTERNAL_ID = 1 << 2,
    FH_PERSON_DEPARTMENT = 1 << 3,
    FH_PERSON_LEVEL = 1 << 4,
    FH_PERSON_MANAGER = 1 << 5,
    FH_PERSON_STARTED = 1 << 6,
    FH_PERSON_ROLES = 1 << 7,
    FH_PERSON_CUSTOMER = 1 << 8,
    FH_PERSON_ACTIVE = 1 << 9
};

/* Adds a person (FH_RIGHT_PEOPLE). `p` says the fields; number, version and times are
 * filled in, texts of *out live in the arena. FH_INVALID: a field cannot be so (no
 * name, not an e-mail address, a date that is none, a department or manager that is
 * not there); FH_CONFLICT: e-mail address or external id are somebody's already;
 * FH_DENIED: the actor may not give these roles. */
FH_MUST_CHECK fh_status fh_person_create(fh_org *org, const fh_actor *actor, const fh_person *p,
                                         fh_arena *arena, fh_person *out, fh_error *err);
/* The fields of `fields` are changed to those of `p`; p->person and p->version say of
 * whom and from where; version 0 takes whatever there is. Everybody may change their
 * own name; all else needs FH_RIGHT_PEOPLE. FH_CONFLICT: the version differs; a
 * manager would report to themselves in the end; the last owner would go. Changed
 * roles and disabling end all sessions; disabling revokes tokens and links too. */
FH_MUST_CHECK fh_status fh_person_change(fh_org *org, const fh_actor *actor, const fh_person *p,
                                         uint32_t fields, fh_arena *arena, fh_person *out,
                                         fh_error *err);
/* Disables, and takes away name, e-mail address, external id, manager, start, and the
 * details of audit entries about this person: what stays is "former colleague 17",
 * where the person stood in records, with department and level. Cannot be undone. */
FH_MUST_CHECK fh_status fh_person_forget(fh_org *org, const fh_actor *actor, uint32_t person,
                                         int64_t version, fh_error *err);

/* A person as the actor may see it: without FH_SEES_ALL only name, department and
 * roles are filled in; FH_NOTFOUND without FH_SEES_ROLES. */
FH_MUST_CHECK fh_status fh_person_get(fh_org *org, const fh_actor *actor, uint32_t person,
                                      fh_arena *arena, fh_person *out, fh_error *err);

typedef struct fh_people_filter {
    uint32_t after;      /* numbers above: the cursor */
    uint32_t department; /* 0: all */
    bool below;          /* departments under it, too */
    uint32_t manager;    /* those who report to; 0: all */
    uint32_t roles;      /* any of these; 0: all */
    fh_str text;         /* part of name or e-mail address, ASCII case ignored; empty: all */
    bool disabled;       /* those who are disabled as well */
} fh_people_filter;
/* At most `max`, by number; *next is the cursor to go on with, 0: that was all. */
FH_MUST_CHECK fh_status fh_people_list(fh_org *org, const fh_actor *actor,
                                       const fh_people_filter *filter, size_t max, fh_arena *arena,
                                       const fh_person **out, size_t *n, uint32_t *next,
                                       fh_error *err);
/* "ann@example.org", an external id, or "#17". FH_NOTFOUND. Needs FH_RIGHT_COLLEAGUES. */
FH_MUST_CHECK fh_status fh_person_find(fh_org *org, const fh_actor *actor, fh_str text,
                                       uint32_t *out, fh_error *err);
void fh_person_json(const fh_person *p, fh_json *j);

/* ---- Departments ------------------------------------------------------------------------ */

enum {
    FH_DEPARTMENT_NAME = 1 << 0,
    FH_DEPARTMENT_EXTERNAL_ID = 1 << 1,
    FH_DEPARTMENT_PARENT = 1 << 2,
    FH_DEPARTMENT_CUSTOMER = 1 << 3,
    FH_DEPARTMENT_ACTIVE = 1 << 4
};
FH_MUST_CHECK fh_status fh_department_create(fh_org *org, const fh_actor *actor,
                                             const fh_department *d, fh_arena *arena,
                                             fh_department *out, fh_error *err);
/* As fh_person_change. FH_CONFLICT when it would come to lie under itself; a department
 * with active people or departments is not closed. */
FH_MUST_CHECK fh_status fh_department_change(fh_org *org, const fh_actor *actor,
                                             const fh_department *d, uint32_t fields,
                                             fh_arena *arena, fh_department *out, fh_error *err);
FH_MUST_CHECK fh_status fh_department_get(fh_org *org, const fh_actor *actor, uint32_t department,
                                          fh_arena *arena, fh_department *out, fh_error *err);
/* All, a parent before what is under it, by name on each level. */
FH_MUST_CHECK fh_status fh_departments_list(fh_org *org, const fh_actor *actor, fh_arena *arena,
                                            const fh_department **out, size_t *n, fh_error *err);
/* This department and all under it, ascending: what a lead leads. */
FH_MUST_CHECK fh_status fh_departments_below(fh_org *org, uint32_t department, fh_arena *arena,
                                             const uint32_t **out, size_t *n, fh_error *err);
void fh_department_json(const fh_department *d, fh_json *j);

/* The actor of a person as things stand now: name, rights of the roles, departments
 * led. FH_NOTFOUND also when disabled. */
FH_MUST_CHECK fh_status fh_actor_of(fh_org *org, uint32_t person, fh_arena *arena, fh_actor *out,
                                    fh_error *err);

/* ---- CSV -------------------------------------------------------------------------------- */

/* One row a person, by external id; a row that says what is there changes nothing, so a
 * file can be imported again and again. The header names the columns, in any order:
 *
 *     id,name,email,department,level,manager,start,roles,active
 *
 * `id` (external id) and `name` must be there; a person without an id is known by the
 * e-mail address. Columns that are not there are left as they are. `department` is a name, an
 * external id, or a path "Sales / Inside sales", whose parts are made when they are not there;
 * `manager` is an id of this file or of somebody known, or an e-mail address; `roles` are words
 * ("front-line lead"); `active` is yes or no. People who are not in the file are left alone. A file
 * with the columns
 *
 *     id,name,parent,customer,active
 *
 * has departments instead: `parent` an id or name, `customer` an identifier. Separators
 * are commas or semicolons; a quote before = + - @ is taken off again (see export). */
typedef struct fh_people_import_options {
    bool dry_run; /* say what would happen, change nothing */
} fh_people_import_options;

typedef struct fh_people_problem {
    uint64_t line;       /* of the file, from 1 */
    fh_str column;       /* "manager"; empty: the whole row */
    fh_str what, remedy; /* "'3.13.24' is not a date"; a full sentence, may be empty */
} fh_people_problem;

typedef struct fh_people_import_result {
    bool departments; /* it was a file of departments */
    uint64_t rows, added, changed, unchanged;
    uint64_t n_departments_added;     /* named by people's rows */
    uint64_t n_problems;              /* any at all: nothing was written */
    const fh_people_problem *problem; /* [n_shown] by line, in the arena; the first 100 */
    size_t n_shown;
} fh_people_import_result;

/* All or nothing: with any problem nothing is written, and all of them are told at
 * once. FH_OK also then: look at n_problems. FH_FORMAT: not a CSV at all, or columns
 * that must be there are missing. */
FH_MUST_CHECK fh_status fh_people_import(fh_org *org, const fh_actor *actor, fh_str csv,
                                         const fh_people_import_options *options, fh_arena *arena,
                                         fh_people_import_result *out, fh_error *err);
/* The same columns, readable again by import; whoever has neither id nor e-mail address
 * (forgotten colleagues, too) is left out. Cells that a spreadsheet would take for
 * a formula (= + - @ first) get a quote before. */
FH_MUST_CHECK fh_status fh_people_export(fh_org *org, const fh_actor *actor, fh_buf *out,
                                         fh_error *err);
FH_MUST_CHECK fh_status fh_departments_export(fh_org *org, const fh_actor *actor, fh_buf *out,
                                              fh_error *err);

#endif
