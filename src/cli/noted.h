/* noted.h - what the command line does with customers' data, noted in the audit log as the
 * API notes it. The actor is whoever may run commands on the file.
 */
#ifndef FH_CLI_NOTED_H
#define FH_CLI_NOTED_H

#include "app/people/audit.h"

/* An entry in the caller's transaction; `about` may be NULL. */
FH_MUST_CHECK fh_status cli_note(fh_org *org, fh_audited action, const fh_audit_object *about,
                                 fh_error *err);
/* About a customer, in the caller's transaction. */
FH_MUST_CHECK fh_status cli_note_customer(fh_org *org, fh_audited action, uint32_t customer,
                                          fh_error *err);
/* Ends a transaction: commits when `s` is FH_OK, else rolls back. */
FH_MUST_CHECK fh_status cli_noted(fh_org *org, fh_status s, fh_error *err);
/* Files' names may hold identifiers, which the log could never forget: it does not say which
 * file. In a transaction of its own. */
FH_MUST_CHECK fh_status cli_note_file(fh_org *org, fh_audited action, fh_error *err);

#endif
