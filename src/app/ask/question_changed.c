/* question_changed.c - what changed between two times, or two groups.
 *
 * The other group is told as a filter in one text, the same as stands behind the ? of an
 * address: from=2024-01&until=2024-07&channel=phone.
 */
#include "app/ask/question.h"
#include "base/percent.h"

#include <stddef.h>
#include <string.h>

typedef struct options {
    fh_asking ask;
    uint64_t top;
    fh_str against;
} options;

static const fh_option option_table[] = {
    {'n', "top", FH_OPTION_COUNT, offsetof(options, top), "N",
     "show the first N rows, 0 for all (default: 20 as text, all for programs)", NULL},
    {0, "against", FH_OPTION_TEXT, offsetof(options, against), "FILTER",
     "the group to compare with, in one: \"from=2024-01&until=2024-07&channel=phone\", \".\" for "
     "everybody (default: as long a time before; without --from, halves of all time)",
     NULL},
    FH_ASKING(options),
    {0},
};

static const options defaults = {.top = FH_TOP_DEFAULT};

/* As in an address; *out is NUL-terminated. */
static fh_status decode(fh_arena *arena, fh_str s, fh_str *out, fh_error *err)
{
    char *to = FH_NEW_ARRAY(arena, char, s.len + 1);
    size_t n = 0;
    if (!to) return fh_no_memory(err);
    if (!fh_percent_decode(s, true, to, &n)) {
        (void)fh_fail(err, FH_INVALID, "against: '%.*s' is not percent-encoded UTF-8",
                      FH_STR_ARG(s));
        return fh_hint(err, FH_INVALID, "Write a percent sign as %%25, a plus as %%2B.");
    }
    to[n] = '\0';
    *out = (fh_str){to, n};
    return FH_OK;
}

static const fh_option *option_of(fh_str name)
{
    for (const fh_option *o = fh_asking_whom_options; o->name; o++)
        if (o->kind != FH_OPTION_HEADING && fh_str_eq(name, fh_str_of(o->name)) &&
            strcmp(o->name, "customer") != 0 && strcmp(o->name, "by") != 0)
            return o;
    return NULL;
}

static fh_status read_one(fh_arena *arena, fh_str pair, fh_asking *into, fh_error *err)
{
    const char *equals = memchr(pair.ptr, '=', pair.len);
    const size_t n = equals ? (size_t)(equals - pair.ptr) : pair.len;
    const fh_option *option = option_of((fh_str){pair.ptr, n});
    fh_str value;
    if (!equals || !option) {
        (void)fh_fail(err, FH_INVALID, "against: '%.*s' is no part of a filter", FH_STR_ARG(pair));
        return fh_hint(err, FH_INVALID,
                       "Write name=value, joined by &: from=2024-01&until=2024-07&channel=phone.");
    }
    const fh_status s = decode(arena, (fh_str){equals + 1, pair.len - n - 1}, &value, err);
    return s ? s : fh_option_set(option, "against: ", arena, into, value, err);
}

static fh_status read_against(fh_arena *arena, fh_str text, fh_asking *into, fh_error *err)
{
    fh_status s = FH_OK;
    if (fh_str_eq(text, FH_STR("."))) return FH_OK; /* everybody */
    for (size_t at = 0; !s && at < text.len;) {
        const char *amp = memchr(text.ptr + at, '&', text.len - at);
        const size_t end = amp ? (size_t)(amp - text.ptr) : text.len;
        if (end > at) s = read_one(arena, (fh_str){text.ptr + at, end - at}, into, err);
        at = end + 1;
    }
    return s;
}

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const options *o = opts;
    const size_t top = fh_asking_top(&o->ask, o->top);
    fh_changed_view result;
    fh_table table;
    fh_asking other = {.by = o->ask.by};
    fh_status s = read_against(a->arena, o->against, &other, err);
    if (s) return s;
    const fh_filter_text against = fh_asking_filter(&other);
    s = fh_view_changed(&a->view, o->against.len ? &against : NULL, &result, err);
    if (s) return s;
    if (fh_answer_is_json(a)) return fh_changed_json(&result, top, &a->json, err);
    s = fh_changed_table(&result, top, &table, err);
    return s ? s : fh_answer_table(a, &table, err);
}

const fh_question fh_question_changed = {
    .name = "changed",
    .summary = "show what changed between two times, or two groups",
    .details = "Compares how many customers met each touchpoint, made each move and took each\n"
               "way, in two times or groups, and says which shares differ by more than chance\n"
               "(test of two proportions, corrected for how many are tested by Benjamini and\n"
               "Hochberg). Those that moved come first, the greatest difference on top, with its\n"
               "95 % interval in points of a percent.\n",
    .examples = "firsthand changed our.fh --from 2024-07 --until 2024-10\n"
                "firsthand changed our.fh --from 2024-07 --against \"from=2023-07&until=2024-01\"\n"
                "firsthand changed our.fh --channel phone --against channel=web --format json\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .answer = answer,
};
