/* question.h - the standard questions, told once: for command line, API and pages.
 *
 * A question is a constant: its words, its options and how it is answered. The
 * command line makes a command of each (`firsthand follows ORG.fh --top 5`), the
 * API a route (`GET /api/v1/follows?top=5`), and both give the same answer, byte
 * for byte, as text, JSON or CSV; XLSX has all of its tables. One file each, question_*.c.
 */
#ifndef FH_APP_QUESTION_H
#define FH_APP_QUESTION_H

#include "app/ask/option.h"
#include "app/ask/views.h"
#include "app/ask/xlsx.h"

/* TREE: only of questions that say so. */
enum { FH_ANSWER_TEXT = 0, FH_ANSWER_JSON, FH_ANSWER_CSV, FH_ANSWER_XLSX, FH_ANSWER_TREE };

/* What every question takes: first in its options struct, FH_ASKING in its table. */
typedef struct fh_asking {
    fh_str from, until, channels, departments, touchpoints, outcomes, directions;
    fh_str value_min, value_max, passed, passed_all, not_passed, followed, way, handed, customers,
        severe;
    int64_t repeated_ms; /* 0: not asked for */
    uint32_t by;         /* 0 customer, 1 problem */
    uint32_t whose;      /* fh_filter_whose */
    uint32_t format;
    uint64_t threads;
    fh_str zone;
    const struct fh_actor *actor; /* who asks; no option. NULL: whoever has the file */
} fh_asking;
extern const fh_option fh_asking_options[];
/* Their parts, for a question that can be answered in one more format. */
extern const fh_option fh_asking_whom_options[], fh_asking_how_options[];
#define FH_ASKING(struct_name)                                                       \
    {                                                                                \
        .name = "", .kind = FH_OPTION_INCLUDE, .offset = offsetof(struct_name, ask), \
        .include = fh_asking_options                                                 \
    }

/* The filter of what was read by these. */
fh_filter_text fh_asking_filter(const fh_asking *ask);

/* `top` of a question that was not given: 20 rows as text, all for programs. */
#define FH_TOP_DEFAULT UINT64_MAX
size_t fh_asking_top(const fh_asking *ask, uint64_t top);

/* Questions that take no more than how many rows are shown. */
typedef struct fh_asking_rows {
    fh_asking ask;
    uint64_t top;
} fh_asking_rows;
extern const fh_option fh_asking_rows_options[];
extern const fh_asking_rows fh_asking_rows_defaults;

/* A question being answered. */
typedef struct fh_answer {
    const fh_asking *ask;
    fh_org *org; /* the caller's, open for reading */
    fh_arena *arena;
    fh_view view;
    fh_text_style style; /* of text; its zone is the view's */
    const fh_str *args;  /* [n_args] */
    size_t n_args;
    fh_buf *out; /* the caller's; text, JSON (without a line's end), CSV or XLSX go there */
    fh_json json;
    size_t n_tables;
    fh_xlsx *book; /* of XLSX, from the first table on; fh_answer_end */
} fh_answer;

typedef struct fh_question {
    const char *name;
    const char *summary;  /* one line: lower case, no period: "show how far people get" */
    const char *details;  /* paragraphs, wrapped at 76 */
    const char *examples; /* of the command line, one a line */
    /* What stands behind the organisation on the command line ("STEP STEP..."), what
     * it is called in a URL ("step", given again for each), and what it is. NULL: nothing. */
    const char *arguments, *argument, *argument_help;
    size_t min_args, max_args;
    bool of_file; /* on the command line the argument names a file that has it */
    const fh_option *options;
    size_t options_size;
    const void *defaults; /* options_size bytes to start from; NULL: zeros */
    fh_status (*answer)(fh_answer *a, const void *options, fh_error *err);
} fh_question;

/* All of them, in the order in which help tells them; ends with NULL. */
extern const fh_question *const fh_questions[];
/* Asked by `firsthand identify`, which can do more. */
extern const fh_question fh_question_identities;

/* Asks, as of one moment: `options` as read by the question's table, their `format` decides what
 * goes into `out`. `style` may be NULL: no colour, no limit of width. */
FH_MUST_CHECK fh_status fh_question_ask(const fh_question *q, fh_org *org, const void *options,
                                        const fh_str *args, size_t n_args,
                                        const fh_text_style *style, fh_arena *arena, fh_buf *out,
                                        fh_error *err);

/* For the questions themselves, and for commands that answer in the same ways. */

/* Compiles the filter and opens the view; a.out stays the caller's. */
FH_MUST_CHECK fh_status fh_answer_begin(fh_answer *a, fh_org *org, const fh_asking *ask,
                                        const fh_text_style *style, fh_arena *arena, fh_buf *out,
                                        fh_error *err);
bool fh_answer_is_json(const fh_answer *a); /* then write into a.json */
/* Text: the tables one after the other; CSV: the first one only; XLSX: a sheet each. */
FH_MUST_CHECK fh_status fh_answer_table(fh_answer *a, const fh_table *t, fh_error *err);
/* Always after fh_answer_begin; `s`, or what failed now. */
FH_MUST_CHECK fh_status fh_answer_end(fh_answer *a, fh_status s, fh_error *err);

#endif
