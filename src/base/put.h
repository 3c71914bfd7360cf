/* put.h - members of a JSON object, one call each.
 *
 * "_or_null" writes null where there is nothing to say; "_if" leaves the member out. */
#ifndef FH_BASE_PUT_H
#define FH_BASE_PUT_H

#include "base/json.h"
#include "base/time.h"

static inline void fh_put_key(fh_json *j, const char *key)
{
    fh_json_key(j, fh_str_of(key));
}

static inline void fh_put_text(fh_json *j, const char *key, fh_str value)
{
    fh_put_key(j, key);
    fh_json_str(j, value);
}

static inline void fh_put_word(fh_json *j, const char *key, const char *value)
{
    fh_put_text(j, key, fh_str_of(value));
}

static inline void fh_put_number(fh_json *j, const char *key, uint64_t value)
{
    fh_put_key(j, key);
    fh_json_uint(j, value);
}

static inline void fh_put_int(fh_json *j, const char *key, int64_t value)
{
    fh_put_key(j, key);
    fh_json_int(j, value);
}

static inline void fh_put_bool(fh_json *j, const char *key, bool value)
{
    fh_put_key(j, key);
    fh_json_bool(j, value);
}

/* "2024-01-31T16:05:09Z". */
static inline void fh_put_time(fh_json *j, const char *key, int64_t ms)
{
    char text[FH_TIME_TEXT];
    fh_put_key(j, key);
    fh_json_str(j, (fh_str){text, fh_time_format(ms, NULL, text)});
}

/* As a clock on the wall of that zone shows it, with its difference to UTC. */
static inline void fh_put_time_in(fh_json *j, const char *key, int64_t ms, const fh_zone *zone)
{
    char text[FH_TIME_TEXT];
    fh_put_key(j, key);
    fh_json_str(j, (fh_str){text, fh_time_format(ms, zone, text)});
}

static inline void fh_put_null(fh_json *j, const char *key)
{
    fh_put_key(j, key);
    fh_json_null(j);
}

/* null when there is no time (0). */
static inline void fh_put_time_or_null(fh_json *j, const char *key, int64_t ms)
{
    if (ms)
        fh_put_time(j, key, ms);
    else
        fh_put_null(j, key);
}

/* null when the text is empty. */
static inline void fh_put_text_or_null(fh_json *j, const char *key, fh_str value)
{
    if (value.len)
        fh_put_text(j, key, value);
    else
        fh_put_null(j, key);
}

/* null when the number is 0. */
static inline void fh_put_number_or_null(fh_json *j, const char *key, uint64_t value)
{
    if (value)
        fh_put_number(j, key, value);
    else
        fh_put_null(j, key);
}

static inline void fh_put_int_or_null(fh_json *j, const char *key, int64_t value)
{
    if (value)
        fh_put_int(j, key, value);
    else
        fh_put_null(j, key);
}

/* null where it is not known. */
static inline void fh_put_number_where(fh_json *j, const char *key, bool known, uint64_t value)
{
    if (known)
        fh_put_number(j, key, value);
    else
        fh_put_null(j, key);
}

static inline void fh_put_time_where(fh_json *j, const char *key, bool known, int64_t ms)
{
    if (known)
        fh_put_time(j, key, ms);
    else
        fh_put_null(j, key);
}

static inline void fh_put_text_if(fh_json *j, const char *key, fh_str value)
{
    if (value.len) fh_put_text(j, key, value);
}

/* Only when it is true. */
static inline void fh_put_true_if(fh_json *j, const char *key, bool value)
{
    if (value) fh_put_bool(j, key, true);
}

#endif
