/* findings.h - use cases: what goes wrong between departments, found and kept.
 *
 *     stories that changed --run.c--> texts read, detectors asked (src/find) --> hits by cause
 *     records and maps     --lookers.c-----------------------------------------> hits by cause
 *     causes with customers enough --causes.c--> one record of kind finding each
 *
 * A run may be stopped or killed anywhere: a stretch of customers is one transaction, which
 * writes their hits and how far they were looked at together. Whoever is erased or merged
 * while a run reads is left out of what it writes.
 *
 * Who may: reading needs FH_RIGHT_ASK, texts and customers FH_RIGHT_STORIES, judging,
 * reference facts and settings FH_RIGHT_FINDINGS.
 */
#ifndef FH_APP_FINDINGS_H
#define FH_APP_FINDINGS_H

#include "app/ask/calling.h"
#include "app/people/rights.h"
#include "base/json.h"
#include "firsthand/find.h"
#include "store/find_rows.h"

/* ---- Settings (config.c of this folder): rows of the organisation's settings ------------- */

typedef struct fh_find_config {
    fh_find_settings find;
    uint64_t least_customers; /* a cause with fewer gets no record */
} fh_find_config;

/* One setting: "find-duplicate-days", what it means, and what it is when nobody set it. */
typedef struct fh_find_setting {
    const char *name, *means, *fallback;
    int64_t least, most; /* of a number; 0 and 0: a text of its own */
} fh_find_setting;
extern const fh_find_setting fh_find_setting_list[]; /* name NULL ends */

FH_MUST_CHECK fh_status fh_find_config_read(fh_org *org, fh_arena *arena, fh_find_config *out,
                                            fh_error *err);
/* Changes `into` as the setting says. FH_INVALID names it and what it may be. */
FH_MUST_CHECK fh_status fh_find_config_set(fh_find_config *into, fh_str name, fh_str value,
                                           fh_error *err);

/* ---- Running ---------------------------------------------------------------------------- */

/* Told now and then; true: stop soon with FH_INTERRUPTED, having kept what was done. */
typedef bool fh_find_progress(void *ctx, uint64_t done, uint64_t total, const char *words);

typedef struct fh_find_options {
    bool all;                   /* every story anew, not only those that changed */
    uint32_t threads;           /* 0: as many as there are cores */
    fh_find_progress *progress; /* NULL: none */
    void *ctx;
} fh_find_options;

typedef struct fh_find_result {
    uint64_t interactions, customers; /* there are */
    uint64_t looked;                  /* customers whose stories were looked at */
    uint64_t messages;                /* texts that were read */
    uint64_t hits;                    /* that were told */
    uint64_t causes;                  /* whose counts changed */
    uint64_t made, told;              /* records: made; told that there is nothing any more */
} fh_find_result;
/* `org` is open for writing, outside of a transaction. */
FH_MUST_CHECK fh_status fh_find_run(fh_org *org, const fh_find_options *options,
                                    fh_find_result *out, fh_error *err);

/* When and over what the last run went; zeros: never. */
typedef struct fh_find_ran {
    int64_t at_ms;
    uint64_t interactions, messages;
    uint64_t mark; /* fh_find_mark when it began */
} fh_find_ran;
FH_MUST_CHECK fh_status fh_find_ran_last(fh_org *org, fh_find_ran *out, fh_error *err);

/* ---- By itself (due.c) ------------------------------------------------------------------ */

/* Another number whenever something came in or it changed who is who; 0: nothing ever came. */
FH_MUST_CHECK fh_status fh_find_mark(fh_org *org, uint64_t *out, fh_error *err);
/* Is it time to look: something came since the last look, or that is a day ago; it is
 * `every_ms` ago at least; nobody looks or imports? Cheap. every_ms 0: never. */
FH_MUST_CHECK fh_status fh_find_due(fh_org *org, int64_t every_ms, int64_t now_ms, bool *out,
                                    fh_error *err);
/* The job that looks now, or waits to; 0: none. */
FH_MUST_CHECK fh_status fh_find_going(fh_org *org, fh_arena *arena, int64_t *out, fh_error *err);

/* The interactions that a run looks at: those of stories as of one moment. The hits that
 * other settings would give of a sample of customers, by sort (preview). */
typedef struct fh_find_preview {
    uint64_t now[FH_N_FINDING_SORTS], then[FH_N_FINDING_SORTS]; /* causes */
    uint64_t customers;                                         /* that were looked at */
} fh_find_preview;
FH_MUST_CHECK fh_status fh_find_try(fh_org *org, const fh_find_config *then, uint32_t threads,
                                    fh_find_preview *out, fh_error *err);

/* ---- Causes as people read them (words.c) ----------------------------------------------- */

typedef struct fh_find_names {
    fh_names touchpoint, channel, department;
    fh_calling calling;
} fh_find_names;
FH_MUST_CHECK fh_status fh_find_names_read(fh_org *org, fh_arena *arena, fh_find_names *out,
                                           fh_error *err);
/* Empty: it is none, 0. */
static inline fh_str fh_find_name(const fh_names *names, uint32_t number)
{
    return number && number < names->n ? names->name[number] : (fh_str){0};
}

/* "Marketing and Operations tell the same customers different opening hours." Names steps and
 * departments, never a person, and blames nobody. In the arena. */
FH_MUST_CHECK fh_status fh_cause_says(const fh_cause_row *cause, const fh_find_names *names,
                                      fh_arena *arena, fh_str *out, fh_error *err);
/* What one hit of a sort costs customers and us, in minutes, where that can be said at all; the
 * handbook says so: reading a second letter, telling it all once more. */
uint32_t fh_find_minutes(uint32_t sort);
/* "Said twice": a heading. */
const char *fh_find_sort_title(uint32_t sort);
/* The number of "duplicate". FH_NOTFOUND lists them. */
FH_MUST_CHECK fh_status fh_find_sort_read(fh_str word, uint32_t *out, fh_error *err);

/* ---- Judging ------------------------------------------------------------------------------- */

/* "That is no finding", and why; or that it is one after all. Its record follows. In the
 * caller's transaction, as what follows. */
FH_MUST_CHECK fh_status fh_finding_judge(fh_org *org, const fh_actor *actor, uint64_t cause,
                                         bool finding, fh_str why, fh_arena *arena, fh_error *err);
/* Writes down what is right: later messages that say otherwise are found, and the check before
 * sending warns. FH_INVALID: the words tell no fact of that type. */
FH_MUST_CHECK fh_status fh_reference_say(fh_org *org, const fh_actor *actor, fh_reference_row *row,
                                         fh_arena *arena, fh_error *err);
FH_MUST_CHECK fh_status fh_reference_forget(fh_org *org, const fh_actor *actor, int64_t fact,
                                            fh_error *err);
FH_MUST_CHECK fh_status fh_fact_type_read(fh_str word, uint32_t *out, fh_error *err);
/* Changes one setting for good. */
FH_MUST_CHECK fh_status fh_find_config_keep(fh_org *org, const fh_actor *actor, fh_str name,
                                            fh_str value, fh_error *err);

#endif
