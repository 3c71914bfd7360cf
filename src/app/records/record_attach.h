/* record_attach.h - attachments of records: what may be one, where it lies, who has it.
 *
 * A file lies in the data folder under "a-" and 16 hexadecimal digits, which tell nothing of
 * whom it is about; what it was called is in the record's row. Types are from a short list of
 * what browsers only show or save; the first bytes must say the same as the ending. When a
 * customer is erased, attachments of records about them go, and those that name them. */
#ifndef FH_APP_RECORD_ATTACH_H
#define FH_APP_RECORD_ATTACH_H

#include "app/records/records.h"

enum {
    FH_ATTACHMENT_BYTES = 20 << 20,
    FH_ATTACHMENTS_MAX = 50, /* of one record */
    FH_ATTACHMENT_HEAD = 16  /* first bytes that are looked at */
};

/* FH_INVALID says what may be attached. */
FH_MUST_CHECK fh_status fh_attachment_type(fh_str name, fh_str head, fh_str *type, fh_error *err);
bool fh_attachment_is(fh_str stored);
FH_MUST_CHECK fh_status fh_attachment_path(const char *folder, fh_str stored, fh_arena *arena,
                                           fh_str *path, fh_error *err);

/* In the open write transaction; `in` tells name, stored, type, bytes. Whoever sees the record
 * and takes part may. */
FH_MUST_CHECK fh_status fh_record_attach(fh_org *org, const fh_actor *actor, int64_t record,
                                         const fh_record_file *in, fh_arena *arena, int64_t *file,
                                         fh_error *err);

/* In the open write transaction: takes an attachment of a record away for good, its content
 * from the folder first, so that what fails then can be asked again. Whoever attached it may, and
 * whoever may change the record. FH_NOTFOUND; FH_CONFLICT: a field names it. */
FH_MUST_CHECK fh_status fh_record_detach(fh_org *org, const fh_actor *actor, int64_t record,
                                         int64_t file, const char *folder, fh_arena *arena,
                                         fh_error *err);

/* A customer is being erased: removes what is attached to records about it from the folder,
 * and then, in the transaction that erases, the rows. */
FH_MUST_CHECK fh_status fh_attachments_remove(fh_org *org, uint32_t customer, const char *folder,
                                              uint64_t *n, fh_error *err);
FH_MUST_CHECK fh_status fh_attachments_forget(fh_org *org, uint32_t customer, fh_error *err);

#endif
