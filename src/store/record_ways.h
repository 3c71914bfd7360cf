/* record_ways.h - ways to records from outside: keys of imported rows, codes that hang at
 * touchpoints, what a go-between alone is told, and what changed lately. Rows only; who may is said
 * above. */
#ifndef FH_STORE_RECORD_WAYS_H
#define FH_STORE_RECORD_WAYS_H

#include "store/records.h"

/* ---- Keys: by what another program knows a row -------------------------------------- */

/* The record that a key of its kind stands for; 0: none. */
FH_MUST_CHECK fh_status fh_record_key_find(fh_org *org, fh_str kind, fh_str key, int64_t *out,
                                           fh_error *err);
FH_MUST_CHECK fh_status fh_record_key_put(fh_org *org, fh_str kind, fh_str key, int64_t record,
                                          fh_error *err);

/* ---- Codes at touchpoints ------------------------------------------------------------ */

enum { FH_TELL_CODE = 10 }; /* letters and digits */

typedef struct fh_tell_code {
    fh_str code;
    uint32_t touchpoint, person;
    int64_t made_ms, until_ms; /* until_ms 0: it holds */
} fh_tell_code;

/* Random letters and digits that are not taken for one another when somebody types them. */
FH_MUST_CHECK fh_status fh_short_code(fh_org *org, fh_arena *arena, fh_str *out, fh_error *err);
FH_MUST_CHECK fh_status fh_tell_code_put(fh_org *org, const fh_tell_code *code, fh_error *err);
/* FH_NOTFOUND also when it holds no more. */
FH_MUST_CHECK fh_status fh_tell_code_get(fh_org *org, fh_str code, fh_arena *arena,
                                         fh_tell_code *out, fh_error *err);
/* The one that holds at a touchpoint; FH_NOTFOUND. */
FH_MUST_CHECK fh_status fh_tell_code_of(fh_org *org, uint32_t touchpoint, fh_arena *arena,
                                        fh_tell_code *out, fh_error *err);
FH_MUST_CHECK fh_status fh_tell_code_end(fh_org *org, fh_str code, int64_t at_ms, bool *any,
                                         fh_error *err);
/* Those that hold, the newest first. */
FH_MUST_CHECK fh_status fh_tell_codes(fh_org *org, fh_arena *arena, const fh_tell_code **out,
                                      size_t *n, fh_error *err);

/* ---- What is told to a go-between alone ------------------------------------------------ */

typedef struct fh_between_row {
    int64_t record;
    uint32_t person;
    fh_str sealed;
} fh_between_row;
/* Instead of what is there. */
FH_MUST_CHECK fh_status fh_between_row_put(fh_org *org, const fh_between_row *row, fh_error *err);
FH_MUST_CHECK fh_status fh_between_row_get(fh_org *org, int64_t record, fh_arena *arena,
                                           fh_between_row *out, bool *there, fh_error *err);
/* Of a record, and of those that were merged into it. */
FH_MUST_CHECK fh_status fh_between_rows_drop(fh_org *org, int64_t record, fh_error *err);

/* ---- What changed -------------------------------------------------------------------- */

typedef struct fh_record_news {
    int64_t record, version, entry; /* of its newest entry */
    fh_str kind;
} fh_record_news;

/* The number of the newest entry of all histories; 0: none. */
FH_MUST_CHECK fh_status fh_record_newest(fh_org *org, int64_t *entry, fh_error *err);
/* Records with an entry after this one, each once, at most `max`, oldest change first. */
FH_MUST_CHECK fh_status fh_record_changes(fh_org *org, int64_t after, size_t max, fh_arena *arena,
                                          const fh_record_news **out, size_t *n, fh_error *err);
/* Attachments that are there of records about a customer, by any number it ever had. Only
 * number and place are told. */
FH_MUST_CHECK fh_status fh_record_files_about(fh_org *org, uint32_t customer, fh_arena *arena,
                                              const fh_record_file **out, size_t *n, fh_error *err);
/* Whether any clock is due by then. */
FH_MUST_CHECK fh_status fh_record_any_due(fh_org *org, int64_t now_ms, bool *any, fh_error *err);

#endif
