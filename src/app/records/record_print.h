/* record_print.h - records listed, and one shown with its history, in words, as JSON, CSV or XLSX:
 * the same bytes for the command line and for who asks a server by it.
 */
#ifndef FH_APP_RECORD_PRINT_H
#define FH_APP_RECORD_PRINT_H

#include "app/ask/question.h"
#include "app/records/records.h"

typedef struct fh_record_asking {
    fh_str state, owner, text, from, until;
    bool ownerless;
    uint32_t open, order, format; /* format: FH_ANSWER_TEXT ... */
    uint64_t top;                 /* list so many; 0: all */
} fh_record_asking;
extern const fh_option fh_record_asking_options[];
extern const fh_record_asking fh_record_asking_defaults;

/* What is asked as a filter; names that are not known are told with the nearest. */
FH_MUST_CHECK fh_status fh_record_asking_filter(fh_org *org, const fh_actor *actor,
                                                const fh_record_asking *o, fh_str of,
                                                fh_arena *arena, fh_records_filter *f,
                                                fh_error *err);
/* `kind` empty: of all kinds; `number` empty: a list. Times are the organisation's zone's. The
 * parts of a spreadsheet lie in `folder` for a moment. */
FH_MUST_CHECK fh_status fh_records_print(fh_org *org, const fh_actor *actor,
                                         const fh_record_asking *ask, fh_str kind, fh_str number,
                                         const fh_text_style *style, const char *folder,
                                         fh_arena *arena, fh_buf *out, fh_error *err);

#endif
