/* firsthand/story.h - stories as columns: segments, how they are built, merged,
 * selected from and written to bytes.
 *
 * A story is all interactions of one customer in order of time. A segment holds
 * the stories of a range of customers, about 64K interactions, as columns
 * sorted by (customer, time, arrival). Customers, touchpoints, channels,
 * departments, outcomes and the like are numbers here; the names live in the
 * dictionaries of whoever keeps the segments.
 *
 *     customer   [ 7        | 9     | 12        ]      n_stories = 3
 *     start      [ 0          3       5          9 ]   n = 9
 *     gap_s      [ 0  60 900  0  86400 0  1  1  7 ]    0 at each story's first
 *     touchpoint [ 1  4  2    1  3     1  4  4  2 ]    local codes
 *
 * Times are whole seconds since 1940-01-01T00:00:00Z in 32 bits plus
 * milliseconds where there are any, so a time lies between 1940 and
 * 2076-02-06; what lies outside is refused where it enters (docs/decisions).
 * Everywhere else a time is an instant: milliseconds since 1970, negative before.
 */
#ifndef FIRSTHAND_STORY_H
#define FIRSTHAND_STORY_H

#include "firsthand/base.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    FH_SEGMENT_TARGET = 65000, /* interactions a segment is cut at          */
    FH_MAX_NAMES = 65535,      /* touchpoints, channels, ... in one dictionary */
    FH_PAD = 64,               /* bytes readable before and after each column */
};

#define FH_EPOCH_S     INT64_C(-946771200) /* second 0 of a story, seconds since 1970 */
#define FH_TIME_MIN_MS (FH_EPOCH_S * 1000)
#define FH_TIME_MAX_MS ((FH_EPOCH_S + INT64_C(4294967295)) * 1000 + 999)

/* The instant of a time in a story. */
static inline int64_t fh_instant_ms(uint64_t at_s, uint32_t ms)
{
    return FH_TIME_MIN_MS + (int64_t)at_s * 1000 + (int64_t)ms;
}

/* The time in a story of an instant from FH_TIME_MIN_MS to FH_TIME_MAX_MS. The
 * difference is never negative, so that dividing it rounds down before 1970 too. */
static inline uint32_t fh_instant_split(int64_t instant_ms, uint16_t *ms)
{
    const uint64_t since = (uint64_t)(instant_ms - FH_TIME_MIN_MS);
    *ms = (uint16_t)(since % 1000);
    return (uint32_t)(since / 1000);
}

/* What a column is; also its number on disk. Bit 1u << column in the masks. */
typedef enum fh_column {
    FH_COL_STORIES = 0,    /* customer, start, first_s */
    FH_COL_GAP = 1,        /* gap_s                    */
    FH_COL_MS = 2,         /* ms                       */
    FH_COL_TOUCHPOINT = 3, /* codes                    */
    FH_COL_CHANNEL = 4,    /* codes                    */
    FH_COL_DEPARTMENT = 5, /* codes                    */
    FH_COL_DIRECTION = 6,  /* codes; the names are fh_direction */
    FH_COL_OUTCOME = 7,    /* codes                    */
    FH_COL_VALUE = 8,      /* value, has_value         */
    FH_COL_CURRENCY = 9,   /* codes                    */
    FH_COL_SCORE = 10,     /* score, has_score         */
    FH_COL_PROBLEM = 11,   /* problem                  */
    FH_COL_ORIGIN = 12,    /* origin: which import said so */
    FH_COL_ID = 13,        /* id: hash of source + source id, or of the payload */
    FH_COL_MEMBER = 14,    /* member: customer number before identities were merged */
    FH_COL_PAYLOAD = 15,   /* payload_len; the bytes are in pages of their own */
    FH_N_COLUMNS = 16
} fh_column;

#define FH_COLS_ALL ((1u << FH_N_COLUMNS) - 1)

typedef enum fh_direction {
    FH_DIR_NONE = 0,     /* not told */
    FH_DIR_IN = 1,       /* customer to organisation */
    FH_DIR_OUT = 2,      /* organisation to customer */
    FH_DIR_INTERNAL = 3, /* inside the organisation  */
    FH_N_DIRECTIONS = 4
} fh_direction;

/* A column of names as local codes. Local code 0 always means "none" and stands
 * for the global number 0. */
typedef struct fh_codes {
    uint32_t n_names;     /* local codes are 0 .. n_names-1                    */
    const uint32_t *name; /* [n_names] global number of each; ascending        */
    bool identity;        /* name[i] == i for every i                          */
    const uint8_t *c8;    /* [n] when n_names <= 256, else NULL                */
    const uint16_t *c16;  /* [n] when n_names > 256, else NULL                 */
} fh_codes;

/* A decoded segment. Plain data, not owned: the arrays belong to an fh_space,
 * an fh_builder or a test. Columns that were not asked for are NULL, and so is
 * a column all of whose entries are "none". Every per-interaction array can be
 * read FH_PAD bytes before its first and after its last entry.
 *
 * Always: start[0] = 0, start[n_stories] = n, no story is empty; times rise
 * within a story; customers rise strictly, except that in a view "by problem"
 * a customer stands once for each of its problems. */
typedef struct fh_segment {
    uint32_t n; /* interactions */
    uint32_t n_stories;
    uint32_t columns;         /* bit mask of what was decoded            */
    const uint32_t *customer; /* [n_stories]                             */
    const uint32_t *start;    /* [n_stories + 1] index of first interaction */
    const uint32_t *first_s;  /* [n_stories] time of the first, seconds since 1940 */
    const uint32_t *gap_s;    /* [n] seconds since the one before, as the
                                 difference of whole seconds; 0 at a start */
    const uint16_t *ms;       /* [n] 0..999, NULL: all zero              */
    fh_codes touchpoint, channel, department, direction, outcome, currency;
    const int64_t *value;      /* [n] minor units; 0 where has_value is not set */
    const uint64_t *has_value; /* [(n + 63) / 64] bit i of word i / 64    */
    const int32_t *score;      /* [n] hundredths                          */
    const uint64_t *has_score;
    const uint32_t *problem;     /* [n] 0: belongs to no problem            */
    const uint32_t *origin;      /* [n] number of the import                */
    const uint64_t *id;          /* [n] 0: none                             */
    const uint32_t *member;      /* [n] NULL: always the customer itself    */
    const uint32_t *payload_len; /* [n] bytes; NULL: no payloads            */
    const uint8_t *severe;       /* [n] bit per fh_severe_rule; only what was selected with
                                    fh_filter.severe has it, else NULL */
} fh_segment;

static inline uint32_t fh_code_at(const fh_codes *c, uint32_t i)
{
    return c->c8 ? c->c8[i] : c->c16 ? c->c16[i] : 0;
}

static inline uint32_t fh_name_at(const fh_codes *c, uint32_t i)
{
    const uint32_t code = fh_code_at(c, i);
    return code ? c->name[code] : 0;
}

static inline bool fh_bit(const uint64_t *bits, uint32_t i)
{
    return bits && (bits[i >> 6] >> (i & 63) & 1);
}

/* ---- Memory for decoded segments ------------------------------------------ */

/* Re-usable memory for the columns of one segment. Grows as needed. */
typedef struct fh_space fh_space;
FH_API FH_MUST_CHECK fh_space *fh_space_new(const fh_allocator *from); /* NULL: no memory */
FH_API void fh_space_free(fh_space *space);
/* Gives back what only working in `space` needed, and tells how many bytes it still holds:
 * for a segment that is kept. */
FH_API size_t fh_space_trim(fh_space *space);

/* ---- Bytes ----------------------------------------------------------------- */

/* Appends column `col` of `seg` to `out` as one self-describing BLOB: magic,
 * version, codec, count, checksum (xxh3), body. `gap` and `start` must be
 * present for the columns that need them. */
FH_API FH_MUST_CHECK fh_status fh_column_encode(const fh_segment *seg, fh_column col, fh_buf *out,
                                                fh_error *err);

/* Starts decoding into `space`: reads the FH_COL_STORIES BLOB. `space` then
 * holds a segment with no other column; fh_space_segment shows it. */
FH_API FH_MUST_CHECK fh_status fh_stories_decode(fh_space *space, const void *blob, size_t len,
                                                 fh_error *err);
/* Of what was decoded keeps the stories first .. first+count-1: columns added from here on bring
 * only theirs, which costs little where they are few. Before any column is added. *skipped:
 * how many of the stored interactions lie before them. */
FH_API FH_MUST_CHECK fh_status fh_stories_narrow(fh_space *space, uint32_t first, uint32_t count,
                                                 uint32_t *skipped, fh_error *err);
/* Adds one more column. Every BLOB is validated before it is believed:
 * FH_CORRUPT, never an over-read. */
FH_API FH_MUST_CHECK fh_status fh_column_decode(fh_space *space, fh_column col, const void *blob,
                                                size_t len, fh_error *err);
/* What `space` holds now; valid until it is decoded into again. */
FH_API const fh_segment *fh_space_segment(const fh_space *space);

/* Replaces global numbers by what the dictionaries say they are now:
 * canon[number] is the number to show. Needed after names were merged. */
FH_API FH_MUST_CHECK fh_status fh_space_canonical(fh_space *space, fh_column col,
                                                  const uint32_t *canon, uint32_t n_canon,
                                                  fh_error *err);

/* ---- Building --------------------------------------------------------------- */

/* One interaction on its way in. Names are global dictionary numbers, 0 none. */
typedef struct fh_row {
    uint32_t customer; /* > 0 */
    uint32_t member;   /* 0: same as customer */
    uint32_t at_s;     /* since 1940: fh_instant_split */
    uint16_t ms;
    uint16_t touchpoint, channel, department, outcome;
    uint8_t currency, direction;
    bool has_value, has_score;
    int32_t score;
    int64_t value;
    uint32_t problem;
    uint32_t origin;
    uint64_t id;
    fh_str payload; /* copied by the builder */
} fh_row;

/* Takes rows in any order and gives them back as sorted segments. Ties in
 * (customer, time) keep the order in which they were added. */
typedef struct fh_builder fh_builder;
FH_API FH_MUST_CHECK fh_status fh_builder_new(const fh_allocator *from, fh_builder **out,
                                              fh_error *err);
FH_API void fh_builder_free(fh_builder *b);
/* Of a new one: at most some thousand rows will come before each reset, of customers far from one
 * another. They then lie close together instead of apart by customer. */
FH_API void fh_builder_few(fh_builder *b);
FH_API FH_MUST_CHECK fh_status fh_builder_add(fh_builder *b, const fh_row *rows, size_t n,
                                              fh_error *err);
FH_API size_t fh_builder_count(const fh_builder *b);
FH_API size_t fh_builder_bytes(const fh_builder *b); /* memory in use */

/* Sorts; then each fh_builder_next gives the next segment of about
 * FH_SEGMENT_TARGET interactions (a customer is never split), until *out is
 * NULL. The segment and payload live until the next call. Duplicates are kept:
 * fh_segment_merge removes them. Afterwards fh_builder_reset empties it. */
FH_API FH_MUST_CHECK fh_status fh_builder_sort(fh_builder *b, fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_builder_next(fh_builder *b, const fh_segment **out,
                                               const fh_str **payload, /* [n] or NULL */
                                               fh_error *err);
FH_API void fh_builder_reset(fh_builder *b);

/* ---- Merging ----------------------------------------------------------------- */

/* Merges segments whose customers overlap into one view in `space`, counting
 * re-sent interactions once. Inputs come oldest first; of ties in (customer,
 * time) the older input stands first.
 *
 * Two interactions are the same when they are of the same customer and
 *   - both have an id that names a source id (top bit set) and the ids are equal, or
 *   - neither has, they are of the same instant and all columns are equal,
 * and the later one comes from another import (origin) than the earlier. Rows
 * of one import, or of one input, are never duplicates of each other unless their
 * source ids are equal: an input may have been merged before. When a copy is dropped, the kept one
 * takes over the later origin, so that a third copy in the same import is recognised as new.
 *
 * `from_input` and `from_index` (of `space`, [n]) tell where each interaction
 * came from, for the payloads; fh_merge_sources shows them. */
FH_API FH_MUST_CHECK fh_status fh_segment_merge(fh_space *space, const fh_segment *const *in,
                                                size_t n_in, uint32_t lo_customer,
                                                uint32_t hi_customer, /* inclusive */
                                                uint64_t *n_duplicates, fh_error *err);
typedef struct fh_merge_source {
    uint32_t input, index;
} fh_merge_source;
FH_API const fh_merge_source *fh_merge_sources(const fh_space *space); /* [n] */

/* The same for inputs that are known to hold no two of the same: nothing is compared,
 * so any columns will do (with FH_COL_MS, if times are to be told apart within a
 * second), and customers of one input only cost little more than copying. `sources`:
 * fh_merge_sources shall show where each came from. */
FH_API FH_MUST_CHECK fh_status fh_segment_join(fh_space *space, const fh_segment *const *in,
                                               size_t n_in, uint32_t lo_customer,
                                               uint32_t hi_customer, bool sources, fh_error *err);

/* Tells that an interaction's id is the hash of a source's own id. */
#define FH_ID_GIVEN (UINT64_C(1) << 63)

/* The part of `in` made of the stories first .. first+count-1, as a view on the
 * same arrays (start offsets are copied into `space`). */
FH_API FH_MUST_CHECK fh_status fh_segment_slice(fh_space *space, const fh_segment *in,
                                                uint32_t first, uint32_t count, fh_error *err);

/* `in` without the interactions for which `goes` [n] is odd (erasure, retention); keeps
 * loaded columns. Stories of which nothing stays are left out: it may be empty. */
FH_API FH_MUST_CHECK fh_status fh_segment_keep(fh_space *space, const fh_segment *in,
                                               const uint8_t *goes, fh_error *err);

/* The stories in `in` of the customers told, `customer` [n], rising; keeps loaded
 * columns. Those without a story there are passed over. */
FH_API FH_MUST_CHECK fh_status fh_segment_only(fh_space *space, const fh_segment *in,
                                               const uint32_t *customer, size_t n, fh_error *err);

/* Of the customers told, [n] rising, the story in `early` and behind it the one in `late`, which
 * is known not to begin before the other ends: so nothing of times but first_s is there. Of
 * columns, what both have loaded. */
FH_API FH_MUST_CHECK fh_status fh_segment_append(fh_space *space, const fh_segment *early,
                                                 const fh_segment *late, const uint32_t *customer,
                                                 size_t n, fh_error *err);

/* ---- Selecting ------------------------------------------------------------------ */

/* Which interactions and stories a question is about. Zero-initialised means
 * everything. Sets are bitmaps over global numbers; NULL: no condition.
 * One concept for every fold, page and command. */
typedef struct fh_bitset {
    const uint64_t *bits; /* NULL: not a condition */
    uint32_t n;           /* numbers >= n are not in the set */
} fh_bitset;

/* From one name to the very next. FH_NO_NAME as `from`: the story begins with `to`;
 * as `to`: it ends with `from`. */
typedef struct fh_move {
    uint32_t from, to;
} fh_move;
#define FH_NO_NAME UINT32_MAX

/* Where something broke badly for a customer. Each rule is looked for in the customer's
 * whole story; of one problem are interactions of the same number, those of none are left
 * out of the last three. A contact comes from the customer (or does not say) and has no
 * score. */
typedef enum fh_severe_rule {
    FH_SEVERE_FAILED = 0, /* it ended with an outcome of `failing` */
    FH_SEVERE_SCORE,      /* the customer gave a score of at most `low` */
    FH_SEVERE_REOPENED,   /* the outcome `reopened`, or a contact after one of `confirmed` */
    FH_SEVERE_TOLD_AGAIN, /* handed on to another department, the customer, who had been in
                             contact before, is so again there at one of `telling`: the first
                             such contact after each hand-off */
    FH_SEVERE_AGAIN,      /* the `times`-th contact or a later one within `within_s` */
    FH_N_SEVERE
} fh_severe_rule;

enum { FH_SEVERE_TIMES_MAX = 5 };
typedef struct fh_severe {
    uint32_t rules;     /* bit per fh_severe_rule: those that count */
    fh_bitset failing;  /* outcomes */
    const int32_t *low; /* [n_low] by touchpoint, hundredths; INT32_MIN: no score is low */
    uint32_t n_low;
    fh_bitset confirmed; /* outcomes */
    uint32_t reopened;   /* outcome; 0: none */
    fh_bitset telling;   /* touchpoints; NULL: all */
    uint32_t times;      /* 2 .. FH_SEVERE_TIMES_MAX */
    uint32_t within_s;   /* by whole seconds */
} fh_severe;

/* Columns that fh_severe_mark reads. */
FH_API uint32_t fh_severe_columns(const fh_severe *rules);
/* Bytes of scratch memory, aligned for uint32_t, that it needs. */
FH_API size_t fh_severe_scratch(const fh_severe *rules, const fh_segment *seg);
/* mark[n]: bit per rule that the interaction breaks. */
FH_API void fh_severe_mark(const fh_severe *rules, const fh_segment *seg, void *scratch,
                           uint8_t *mark);

typedef struct fh_filter {
    /* Conditions on interactions: what does not match is left out of the story,
     * and gaps are counted between what remains. */
    bool has_from, has_until;
    int64_t from_ms, until_ms; /* instants: from <= time < until */
    fh_bitset touchpoints, channels, departments, outcomes;
    uint32_t directions; /* bit per fh_direction; 0: any */
    bool has_value_min, has_value_max;
    int64_t value_min, value_max; /* inclusive, minor units */
    /* Conditions on stories (after the above): keep the story whole or not at all. */
    fh_bitset passed;     /* at least one of these touchpoints ... */
    bool passed_all;      /* ... or every one of them */
    fh_bitset not_passed; /* none of these */
    size_t n_followed, n_way, n_handed;
    const fh_move *followed; /* [n_followed] at least one of these moves of touchpoints */
    const uint32_t *way;     /* [n_way] exactly these touchpoints, in this order; 0: any way */
    const fh_move *handed;   /* [n_handed] at least one of these hand-offs of departments
                                within a problem; who tells no department is passed over */
    bool repeated;           /* contact (in, or not told) at least once again about the same
                                problem, or both times none, at most repeated_ms later */
    uint64_t repeated_ms;
    fh_bitset customers;
    /* Marks what breaks a rule, looked for before anything is left out; with `broken`, bits
     * of rules, only interactions that break one of these stay. NULL: not looked for. */
    const fh_severe *severe;
    uint32_t broken;
    /* Stories per customer (false) or per (customer, problem): interactions
     * without a problem are then left out. */
    bool by_problem;
} fh_filter;

/* Whether the filter changes nothing. */
FH_API bool fh_filter_is_everything(const fh_filter *f);
/* The columns that must be decoded to apply it. */
FH_API uint32_t fh_filter_columns(const fh_filter *f);
/* Writes what passes into `space`, with the columns of `in` that are in
 * `columns`; fh_space_segment then shows it (it may be empty). Needs
 * FH_COL_STORIES and FH_COL_GAP, and FH_COL_MS for exact borders. */
FH_API FH_MUST_CHECK fh_status fh_segment_select(fh_space *space, const fh_segment *in,
                                                 const fh_filter *f, uint32_t columns,
                                                 fh_error *err);

/* ---- Payload pages --------------------------------------------------------------- */

/* Compresses the payloads of `count` interactions into one page (magic, count,
 * lengths, zstd, checksum); aim at FH_PAGE_TARGET raw bytes a page. */
enum { FH_PAGE_TARGET = 64 * 1024 };
FH_API FH_MUST_CHECK fh_status fh_page_encode(const fh_str *payload, uint32_t count, fh_buf *out,
                                              fh_error *err);
/* Gives back the payloads, in the arena. */
FH_API FH_MUST_CHECK fh_status fh_page_decode(fh_arena *arena, const void *blob, size_t len,
                                              const fh_str **payload, uint32_t *count,
                                              fh_error *err);

#ifdef __cplusplus
}
#endif

#endif
