/* log.h - what a server tells its operator: one line an event, on standard error.
 *
 *     fh_log_tell(log, FH_LOG_INFO, "listening", FH_LOG_FIELDS(
 *         FH_LOG_TEXT("address", address), FH_LOG_NUMBER("port", port)));
 *
 * On a terminal a line is readable; otherwise it is JSON; where standard error is
 * the journal, "<N>" before it is the priority. A line is written in one piece, so
 * lines of threads and processes never mix. Nothing that a log cannot do ever
 * fails the caller.
 *
 * Never log secrets, texts of customers or their identifiers: say the number of a
 * thing ("job", "hook", "token id"), not what it holds.
 */
#ifndef FH_OS_LOG_H
#define FH_OS_LOG_H

#include "os/os.h"

typedef enum fh_log_level {
    FH_LOG_DEBUG,
    FH_LOG_INFO,
    FH_LOG_WARNING, /* goes on, but someone should look */
    FH_LOG_ERROR    /* something asked for was not done */
} fh_log_level;

typedef enum fh_log_format { FH_LOG_AUTO, FH_LOG_PLAIN, FH_LOG_JSON } fh_log_format;

typedef struct fh_log_field {
    const char *key; /* "job": small letters and _ */
    fh_str text;
    int64_t number;
    bool is_number;
} fh_log_field;

#define FH_LOG_TEXT(k, t)   ((fh_log_field){.key = (k), .text = (t)})
#define FH_LOG_NUMBER(k, n) ((fh_log_field){.key = (k), .number = (int64_t)(n), .is_number = true})
#define FH_LOG_FIELDS(...)               \
    (const fh_log_field[]){__VA_ARGS__}, \
        sizeof((const fh_log_field[]){__VA_ARGS__}) / sizeof(fh_log_field)

typedef struct fh_log fh_log;
typedef void fh_log_write(void *ctx, const char *line, size_t n);

typedef struct fh_log_options {
    fh_log_level least;   /* what is below is not told */
    fh_log_format format; /* FH_LOG_AUTO: by what standard error is */
    bool priorities;      /* "<6>" before each line */
    const char *journal;  /* the variable JOURNAL_STREAM: under FH_LOG_AUTO, turns them on */
    fh_log_write *write;  /* NULL: standard error */
    void *ctx;
} fh_log_options;

FH_MUST_CHECK fh_status fh_log_new(const fh_os *os, const fh_log_options *options, fh_log **out,
                                   fh_error *err);
void fh_log_free(fh_log *log); /* NULL is allowed */

/* `event` is a short sentence that never changes ("job finished"): what people
 * search for; all that varies is a field. Any thread may call; log NULL: nothing. */
void fh_log_tell(fh_log *log, fh_log_level level, const char *event, const fh_log_field *fields,
                 size_t n);
/* As FH_LOG_ERROR with the error's message and hint as fields. */
void fh_log_error(fh_log *log, const char *event, const fh_error *err);
bool fh_log_tells(const fh_log *log, fh_log_level level);

#endif
