/* presend.h - use case: before something is sent. A text and whom it is for; the answer says
 * who else writes to these customers, what they were told already, what the text contradicts,
 * and who would get too much.
 *
 *     whom: identifiers, or a filter --> customers --> their stories with the text put in at
 *     its time --> the detectors (src/find): hits with that one message --> the answer
 *
 * Nothing is kept of the text, and nothing is sent. At most FH_PRESEND_MOST customers are
 * looked at; the answer says how many of how many. Values and texts of messages that others
 * sent are told only to who may read stories.
 */
#ifndef FH_APP_PRESEND_H
#define FH_APP_PRESEND_H

#include "app/ask/views.h"
#include "app/find/findings.h"

enum { FH_PRESEND_MOST = 5000, FH_PRESEND_TEXT = 32768 /* bytes */ };

typedef struct fh_presend {
    fh_str text, subject, purpose, signatory, department, channel; /* text, department: needed */
    int64_t when_ms;                                               /* 0: now */
    bool may_read;                                                 /* who asks may read stories */
    /* Whom it is for, by the functions below. */
    uint32_t *customer; /* [n] rising, each once */
    size_t n, n_unknown;
    uint64_t n_fit;        /* of whom these are */
    const fh_str *unknown; /* [n_unknown] identifiers that nobody has, or several have */
} fh_presend;

/* [n] "email:ann@x.org" or "ann@x.org". */
FH_MUST_CHECK fh_status fh_presend_named(fh_org *org, const fh_str *who, size_t n, fh_arena *arena,
                                         fh_presend *p, fh_error *err);
/* Whoever fits the view's filter, the latest contact first. */
FH_MUST_CHECK fh_status fh_presend_fitting(const fh_view *v, fh_presend *p, fh_error *err);

/* {"customers", "fit", "unknown", "others", "duplicates", "signatures", "contradicts",
 * "too_much", "says"}. FH_INVALID: there is no text, no department, or too long a text. */
FH_MUST_CHECK fh_status fh_presend_json(fh_org *org, const fh_presend *p, fh_arena *arena,
                                        fh_json *j, fh_error *err);

/* That somebody asked about them: in the audit log, of few customers each, of many how many.
 * In the caller's transaction. */
FH_MUST_CHECK fh_status fh_presend_note(fh_org *org, const fh_actor *actor, const fh_presend *p,
                                        fh_arena *arena, fh_error *err);

#endif
