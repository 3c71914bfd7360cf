/* audit.h - use case: the audit log: who did what, to what, when and from where.
 *
 * Every sign-in and failure, every refusal, every change of roles, people, tokens
 * and settings, every export and erasure is an entry, written in the transaction of
 * the thing itself: what was rolled back is not in the log, what is in the log
 * happened. How entries are chained and checked: store/audit.h.
 *
 * Entries never hold a customer's identifiers: a customer is a number, and what
 * somebody searched for is a keyed hash (fh_audit_customer), so that the proof of an
 * erasure stays true and the question "was this address looked up?" can be answered.
 * Nor do they hold passwords, codes, secrets, or what was typed at a failed sign-in.
 */
#ifndef FH_APP_AUDIT_H
#define FH_APP_AUDIT_H

#include "app/people/rights.h"
#include "base/json.h"
#include "store/audit.h"

/* Name, word, and what it says to people. Append freely. */
#define FH_AUDIT_MAP(X)                                                                    \
    X(SIGNED_IN, "signin.ok", "signed in")                                                 \
    X(SIGNIN_FAILED, "signin.failed", "a sign-in failed")                                  \
    X(SIGNIN_HELD, "signin.held", "sign-ins were held back after too many failures")       \
    X(CODE_FAILED, "signin.code-failed", "a second factor was wrong")                      \
    X(SIGNED_OUT, "signin.out", "signed out")                                              \
    X(DENIED, "denied", "was refused")                                                     \
    X(SESSION_REVOKED, "session.revoked", "ended a session")                               \
    X(SESSIONS_REVOKED, "session.all-revoked", "ended all sessions of a person")           \
    X(LINK_MADE, "link.made", "made a one-time link")                                      \
    X(LINK_USED, "link.used", "used a one-time link")                                      \
    X(PASSWORD_SET, "password.set", "set a password")                                      \
    X(TOTP_ADDED, "totp.added", "added an authenticator app")                              \
    X(TOTP_REMOVED, "totp.removed", "removed an authenticator app")                        \
    X(RECOVERY_MADE, "recovery.made", "made recovery codes")                               \
    X(RECOVERY_USED, "recovery.used", "used a recovery code")                              \
    X(PASSKEY_ADDED, "passkey.added", "added a passkey")                                   \
    X(PASSKEY_NAMED, "passkey.named", "named a passkey")                                   \
    X(PASSKEY_REMOVED, "passkey.removed", "removed a passkey")                             \
    X(PASSKEY_COPIED, "passkey.copied", "a passkey's counter went backwards")              \
    X(PERSON_ADDED, "person.added", "added a person")                                      \
    X(PERSON_CHANGED, "person.changed", "changed a person")                                \
    X(PERSON_ROLES, "person.roles", "changed the roles of a person")                       \
    X(PERSON_DISABLED, "person.disabled", "disabled a person")                             \
    X(PERSON_ENABLED, "person.enabled", "enabled a person again")                          \
    X(PERSON_FORGOTTEN, "person.forgotten", "forgot a person")                             \
    X(PEOPLE_IMPORTED, "person.imported", "imported people")                               \
    X(PEOPLE_EXPORTED, "person.exported", "exported people")                               \
    X(DEPARTMENT_ADDED, "department.added", "added a department")                          \
    X(DEPARTMENT_CHANGED, "department.changed", "changed a department")                    \
    X(TOKEN_MADE, "token.made", "made a token")                                            \
    X(TOKEN_REVOKED, "token.revoked", "revoked a token")                                   \
    X(SETTING_CHANGED, "setting.changed", "changed a setting")                             \
    X(STORY_SEEN, "story.seen", "opened a customer's story")                               \
    X(STORY_READ, "story.read", "said to have read a customer's story")                    \
    X(STORY_UNREAD, "story.unread", "took back having read a customer's story")            \
    X(STORY_CONFIRMED, "story.confirmed", "wrote down that a problem is solved")           \
    X(STORY_REOPENED, "story.reopened", "wrote down that a problem is not solved")         \
    X(STORY_ACCEPTED, "story.accepted", "took a hand-off over")                            \
    X(STORY_GIVEN_BACK, "story.given-back", "took back having taken a hand-off over")      \
    X(STORY_ASKED, "story.asked", "asked a customer whether something is solved")          \
    X(STORY_ANSWERED, "story.answered", "a customer answered by a link")                   \
    X(CUSTOMERS_LISTED, "customers.listed", "listed the customers behind a figure")        \
    X(FINDING_READ, "finding.read", "looked at a finding")                                 \
    X(SEARCHED, "search", "searched for a customer")                                       \
    X(IMPORTED, "import", "imported interactions")                                         \
    X(REJECTS_MENDED, "import.mended", "mended rows that could not be read")               \
    X(EXPORTED, "export", "exported stories")                                              \
    X(ERASED, "customer.erased", "erased a customer")                                      \
    X(MERGED, "customer.merged", "merged customers")                                       \
    X(UNMERGED, "customer.unmerged", "undid a merge of customers")                         \
    X(NAMES_CHANGED, "names.changed", "renamed or merged names")                           \
    X(RULE_CHANGED, "rule.changed", "added, changed or removed a mapping rule")            \
    X(KIND_CHANGED, "kind.changed", "declared, changed or put away a kind of record")      \
    X(PURPOSE_CHANGED, "consent.purpose", "declared or changed a purpose")                 \
    X(CONSENT_SAID, "consent.said", "recorded what a customer consents to")                \
    X(CONSENT_IMPORTED, "consent.imported", "took in a file of what customers consent to") \
    X(CONSENT_SEEN, "consent.seen", "looked at what a customer consents to")               \
    X(REQUEST_ADDED, "request.added", "noted a request about somebody's data")             \
    X(REQUEST_CHANGED, "request.changed", "answered a request about somebody's data")      \
    X(KEEPING_CHANGED, "keeping.changed", "changed how long what is kept")                 \
    X(KEEPING_RAN, "keeping.ran", "let go of what was kept long enough")                   \
    X(VIEW_CHANGED, "view.changed", "saved, changed or deleted a view")                    \
    X(MAP_CHANGED, "map.changed", "made, changed, marked or put away a journey map")       \
    X(MAP_VOTE, "map.vote", "put something to the vote about a map, or closed a vote")     \
    X(WEBHOOK_CHANGED, "webhook.changed", "changed a webhook")                             \
    X(JOB_STOPPED, "job.stopped", "stopped a job")                                         \
    X(BACKED_UP, "backup", "made a backup")                                                \
    X(RECORDS_EXPORTED, "record.exported", "took records out")                             \
    X(RECORDS_IMPORTED, "record.imported", "took in a file of records")                    \
    X(TELL_CODE_CHANGED, "record.code", "put up or took down the code of a touchpoint")    \
    X(FINDING_JUDGED, "finding.judged", "said whether something is a finding")             \
    X(FACT_SAID, "finding.fact", "said or took back which fact is right")                  \
    X(PRESEND_CHECKED, "presend", "checked a message before it is sent")                   \
    X(DIGEST_CHOSEN, "digest", "chose how often a digest comes by e-mail")

typedef enum fh_audited {
#define X(name, word, says) FH_AUDITED_##name,
    FH_AUDIT_MAP(X)
#undef X
        FH_N_AUDITED
} fh_audited;
const char *fh_audited_word(fh_audited action);
const char *
fh_audited_says(fh_str word); /* what the word means; the word's own text when unknown */

/* What an entry is about. Texts are kept at most FH_AUDIT_TEXT_MAX bytes long. */
typedef struct fh_audit_object {
    fh_str kind;          /* "person", "customer", ...; empty: nothing */
    int64_t number;       /* 0: none */
    fh_str key;           /* see store/audit.h */
    fh_str before, after; /* JSON objects with what changed; may be empty. Together too long
                             (FH_AUDIT_DETAILS_MAX): the entry says so instead */
} fh_audit_object;

/* Adds an entry in the caller's transaction. */
FH_MUST_CHECK fh_status fh_audit(fh_org *org, const fh_actor *actor, fh_audited action,
                                 const fh_audit_object *about, fh_error *err);
/* Adds an entry about a customer; `identifier` (empty: none) is kept as keyed hash
 * of its normal spelling. */
FH_MUST_CHECK fh_status fh_audit_customer(fh_org *org, const fh_actor *actor, fh_audited action,
                                          uint32_t customer, fh_str identifier, fh_error *err);
/* The hash under which entries keep an identifier: for filters. Empty when the
 * organisation has no key yet (nothing can have been kept). */
FH_MUST_CHECK fh_status fh_audit_key(fh_org *org, fh_str identifier, fh_arena *arena, fh_str *out,
                                     fh_error *err);

/* fh_require, and the refusal becomes an entry (in a transaction of its own unless one
 * is open: then the caller's rollback would take it along, so ask before beginning).
 * `org` must be open for writing when the right is missing. */
FH_MUST_CHECK fh_status fh_audit_require(fh_org *org, const fh_actor *actor, fh_right right,
                                         fh_error *err);

/* One entry with the names that are known now. */
typedef struct fh_audit_entry {
    fh_audit_row row;
    fh_str who;   /* "Ann Berg", "command line", "nobody signed in" */
    fh_str about; /* "Bob Carr" for a person; empty when it has no name now */
} fh_audit_entry;

/* At most `max` entries, newest first (FH_RIGHT_AUDIT). To go on: filter->before =
 * the last one's row.number. */
FH_MUST_CHECK fh_status fh_audit_list(fh_org *org, const fh_actor *actor,
                                      const fh_audit_filter *filter, size_t max, fh_arena *arena,
                                      const fh_audit_entry **out, size_t *n, fh_error *err);

/* Puts into `filter` who did it (an address, an id, #17; empty: all) and the customer it
 * is about (any identifier, #17): by number, and where it has none (any more) by the
 * identifier's hash. */
FH_MUST_CHECK fh_status fh_audit_filter_words(fh_org *org, const fh_actor *actor, fh_str person,
                                              fh_str customer, fh_arena *arena,
                                              fh_audit_filter *filter, fh_error *err);

/* Reads the whole chain: FH_CORRUPT when there was any fault, each told to `fault`. */
FH_MUST_CHECK fh_status fh_audit_verify(fh_org *org, fh_audit_fault *fault, void *ctx,
                                        fh_audit_head *head, fh_error *err);

void fh_audit_entry_json(const fh_audit_entry *entry, const struct fh_zone *zone, fh_json *j);

#endif
