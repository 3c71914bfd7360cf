/* rights.h - who may do what: rights, roles, scopes and visibility, in one place.
 *
 * A *right* is one thing that can be done; a *role* is a set of rights with a first
 * page, named as people in the field are. Whoever acts is an fh_actor, made by
 * signing in (app/signin/signin.h), by a token (app/signin/tokens.h) or on the command line; every
 * use case is given one. What is a right here is a scope of tokens too.
 *
 * Nothing here asks the organisation: these are pure functions over one table.
 */
#ifndef FH_APP_RIGHTS_H
#define FH_APP_RIGHTS_H

#include "firsthand/base.h"

/* Number (stored in tokens: append, never renumber), name, word (also the scope),
 * guarded (needs the second factor where the organisation asks for one), and what
 * it means to whoever gives it. */
#define FH_RIGHT_MAP(X)                                                                           \
    X(0, OWN_STORY, "own-story", false, "see the own story, its promises, and give feedback")     \
    X(1, TAKE_PART, "take-part", false, "report, propose and take small fixes; see the own part") \
    X(2, ASK, "ask", false, "ask questions over all stories; see maps, reports and counts")       \
    X(3, STORIES, "stories", false, "open the story of a single customer")                        \
    X(4, SEARCH, "search", false, "find a customer by an identifier")                             \
    X(5, IDENTITIES, "identities", false, "say who is who: merge customers and undo it")          \
    X(6, SOURCES, "sources", false, "see where interactions come from, and how imports went")     \
    X(7, IMPORT, "import", false, "import files of interactions")                                 \
    X(8, INGEST, "ingest", false, "send interactions as they happen")                             \
    X(9, EXPORT, "export", true, "take stories out of Firsthand")                                 \
    X(10, ERASE, "erase", true, "erase a customer for good, and prove it")                        \
    X(11, NAMES, "names", false, "rename and merge touchpoints, channels and departments")        \
    X(12, MAPS, "maps", false, "draw and change journey maps")                                    \
    X(13, DESIGNS, "designs", false, "design programmes, sessions, modules and bites")            \
    X(14, FINDINGS, "findings", false, "give findings an owner, answer and close them")           \
    X(15, DECIDE, "decide", false, "take decisions and sign off what is known to be bad")         \
    X(16, WORKSHOPS, "workshops", false, "prepare and lead workshops")                            \
    X(17, COVERAGE, "coverage", false, "see who has experienced what, as counts by department")   \
    X(18, COLLEAGUES, "colleagues", false, "see the directory of colleagues and departments")     \
    X(19, PEOPLE, "people", true, "add, change and disable people, and give them roles")          \
    X(20, OWN_TOKENS, "own-tokens", false, "make tokens for the own programs")                    \
    X(21, TOKENS, "tokens", true, "see and revoke everybody's tokens")                            \
    X(22, SETTINGS, "settings", true, "change the organisation's settings")                       \
    X(23, AUDIT, "audit", true, "read the audit log")                                             \
    X(24, JOBS, "jobs", false, "see and stop everybody's long jobs")                              \
    X(25, WEBHOOKS, "webhooks", true, "tell other programs of what happens")                      \
    X(26, CONSENT, "consent", false, "keep consent and requests of the people concerned")         \
    X(27, XAPI_READ, "xapi/read", false, "read learning statements (xAPI)")                       \
    X(28, XAPI_WRITE, "xapi/write", false, "send learning statements (xAPI)")                     \
    X(29, METRICS, "metrics", false, "read the server's own figures")                             \
    X(30, BACKUP, "backup", true, "copy the whole organisation")                                  \
    X(31, KEEPING, "keeping", true, "say how long what is kept, and let go what is older")

typedef enum fh_right {
#define X(n, name, word, guarded, what) FH_RIGHT_##name = n,
    FH_RIGHT_MAP(X)
#undef X
} fh_right;
enum { FH_N_RIGHTS = 32 };

typedef uint64_t fh_rights; /* bit n: right n */
static inline fh_rights fh_right_bit(fh_right right)
{
    return UINT64_C(1) << right;
}
fh_rights fh_rights_all(void);
fh_rights fh_rights_guarded(void);
const char *fh_right_word(fh_right right);  /* "stories" */
const char *fh_right_means(fh_right right); /* "open the story of a single customer" */
bool fh_right_find(fh_str word, fh_right *out);

/* ---- Roles --------------------------------------------------------------------- */

/* Number (stored: append, never renumber), name, word, title, first page. What each
 * may and why stands in rights.c. */
#define FH_ROLE_MAP(X)                                                                 \
    X(0, OWNER, "owner", "Owner", "Data & consent")                                    \
    X(1, ADMIN, "admin", "Administrator", "Data & consent")                            \
    X(2, FRONT_LINE, "front-line", "Front line", "My part")                            \
    X(3, JOURNEY_OWNER, "journey-owner", "Touchpoint or journey owner", "Journey map") \
    X(4, LEAD, "lead", "Department lead", "Inside-out")                                \
    X(5, EXECUTIVE, "executive", "Executive", "Return")                                \
    X(6, DESIGNER, "designer", "Learning designer", "Designs")                         \
    X(7, CUSTOMER, "customer", "Learner or customer", "Story")                         \
    X(8, FACILITATOR, "facilitator", "CX facilitator", "Journey map")                  \
    X(9, ANALYST, "analyst", "Analyst", "Actual")                                      \
    X(10, HR, "hr", "Human resources", "First hand")                                   \
    X(11, DPO, "dpo", "Data protection officer", "Data & consent")                     \
    X(12, SUCCESS, "success", "Customer success", "Story")

typedef enum fh_role {
#define X(n, name, word, title, page) FH_ROLE_##name = n,
    FH_ROLE_MAP(X)
#undef X
} fh_role;
enum { FH_N_ROLES = 13 };

typedef uint32_t fh_roles; /* bit n: role n */
static inline fh_roles fh_role_bit(fh_role role)
{
    return UINT32_C(1) << role;
}
const char *fh_role_word(fh_role role);
const char *fh_role_title(fh_role role);
const char *fh_role_page(fh_role role);  /* the first page: one of the twelve of the mission */
const char *fh_role_means(fh_role role); /* a sentence: what this role is for */
fh_rights fh_role_rights(fh_role role);
fh_rights fh_roles_rights(fh_roles roles); /* of all of them together */
bool fh_role_find(fh_str word, fh_role *out);
/* "lead hr" in the order of their numbers; parted by spaces, commas or |. FH_INVALID
 * names the word that is no role, and the nearest one that is. */
void fh_roles_print(fh_roles roles, fh_buf *out);
FH_MUST_CHECK fh_status fh_roles_parse(fh_str text, fh_roles *out, fh_error *err);

/* Scopes of a token: words of rights, and "read" (all that changes nothing and is
 * not guarded) and "admin" (everything). As above. */
void fh_scopes_print(fh_rights scopes, fh_buf *out);
FH_MUST_CHECK fh_status fh_scopes_parse(fh_str text, fh_rights *out, fh_error *err);

/* ---- Whoever acts ----------------------------------------------------------------- */

typedef enum fh_actor_kind {
    FH_ACTOR_NOBODY,       /* not signed in */
    FH_ACTOR_PERSON,       /* signed in: `session` */
    FH_ACTOR_TOKEN,        /* a program of a person: `token` */
    FH_ACTOR_COMMAND_LINE, /* whoever can open the file */
    FH_ACTOR_SYSTEM        /* Firsthand itself: jobs, erasing again */
} fh_actor_kind;

typedef struct fh_actor {
    fh_actor_kind kind;
    uint32_t person; /* 0: none */
    fh_str name;
    fh_roles roles;
    fh_rights rights;
    uint32_t department; /* 0: none */
    uint32_t customer;   /* as which this person has a story; 0: none */
    const uint32_t *led; /* [n_led] departments under a lead's own, and it; ascending */
    size_t n_led;
    fh_str ip;        /* "192.0.2.7", "2001:db8::1"; empty: not over the network */
    uint32_t session; /* 0: none */
    fh_str token;     /* its public id; empty: none */
    bool second_factor;
} fh_actor;

/* All rights: whoever can open the file could read it anyway. */
fh_actor fh_actor_command_line(void);
fh_actor fh_actor_system(void);

static inline bool fh_may(const fh_actor *actor, fh_right right)
{
    return (actor->rights & fh_right_bit(right)) != 0;
}
/* Whether the actor may give or take these roles: only an owner, signed in or on the
 * command line, makes owners; and nobody gives guarded rights they do not have now. */
bool fh_may_give(const fh_actor *actor, fh_roles given);
/* Fails with FH_DENIED, saying which right is missing and whom to ask. Use
 * fh_audit_require (app/people/audit.h) where the refusal is to be kept, too. */
FH_MUST_CHECK fh_status fh_require(const fh_actor *actor, fh_right right, fh_error *err);

/* ---- What of an object somebody sees ------------------------------------------------- */

typedef enum fh_visible {
    FH_SEES_NOTHING,
    FH_SEES_COUNTS, /* only as part of counts over groups of FH_SMALLEST_GROUP or more */
    FH_SEES_ROLES,  /* all, but people only as role and department */
    FH_SEES_ALL
} fh_visible;

typedef enum fh_object_kind {
    FH_OBJECT_STORY,    /* of `customer`: the own one, or with the right to stories */
    FH_OBJECT_COVERAGE, /* what `person` has experienced: a learning record, for the person
                           and the lead of `department`; elsewhere counts */
    FH_OBJECT_FINDING,  /* about a step; `person`, who caused or reported it, is named only
                           to themselves and to `owner`; others see role and department */
    FH_OBJECT_SIGNAL,   /* given without a name: nobody sees who */
    FH_OBJECT_PERSON    /* the record of `person` in `department`: the person, the lead and
                           those who manage people see all, colleagues name and place */
} fh_object_kind;

typedef struct fh_object {
    fh_object_kind kind;
    uint32_t person, owner, department, customer; /* 0: none */
} fh_object;
fh_visible fh_sees(const fh_actor *actor, const fh_object *object);
/* Leads the department or one above it. */
bool fh_leads(const fh_actor *actor, uint32_t department);

/* Groups smaller than this are left out of counts about people. */
enum { FH_SMALLEST_GROUP = 10 };

#endif
