/* kind_problem.c - what does not fit in a declaration, in words, by line and column. */
#include "kind/kind_parts.h"

#include "base/nearest.h"

#include <string.h>

enum { SHOWN = 60 };

fh_str fh_kind_clip(fh_str s)
{
    if (s.len <= SHOWN) return s;
    size_t n = SHOWN;
    while (n && ((unsigned char)s.ptr[n] & 0xc0) == 0x80) n--;
    return (fh_str){s.ptr, n};
}

/* As a sentence: the first letter large, a period at the end. */
static bool as_sentence(fh_arena *arena, const char *fmt, va_list args, fh_str *out)
    FH_PRINTF(2, 0);
static bool as_sentence(fh_arena *arena, const char *fmt, va_list args, fh_str *out)
{
    fh_str text, whole;
    if (!fh_arena_vformat(arena, &text, fmt, args)) return false;
    if (!text.len) return false;
    const char first = text.ptr[0];
    const bool small = first >= 'a' && first <= 'z';
    if (!fh_arena_format(arena, &whole, "%c%.*s.", small ? first - 'a' + 'A' : first,
                         (int)(text.len - 1), text.ptr + 1))
        return false;
    *out = whole;
    return true;
}

static void note(fh_kind_reader *r, uint32_t line, uint32_t column, const char *remedy,
                 const char *fmt, va_list args) FH_PRINTF(5, 0);
static void note(fh_kind_reader *r, uint32_t line, uint32_t column, const char *remedy,
                 const char *fmt, va_list args)
{
    size_t at = r->n_problems;
    while (at > 0 && r->problem[at - 1].line >= line) {
        if (r->problem[at - 1].line == line) return;
        at--;
    }
    if (at == FH_KIND_PROBLEMS_MAX) return;
    fh_kind_problem p = {.line = line, .column = column};
    if (!as_sentence(r->arena, fmt, args, &p.what) ||
        (remedy && !fh_arena_str(r->arena, fh_str_of(remedy), &p.remedy))) {
        r->no_memory = true;
        return;
    }
    const size_t kept = r->n_problems < FH_KIND_PROBLEMS_MAX ? r->n_problems : r->n_problems - 1;
    memmove(&r->problem[at + 1], &r->problem[at], (kept - at) * sizeof p);
    r->problem[at] = p;
    r->n_problems = kept + 1;
}

bool fh_kind_problem_at(fh_kind_reader *r, uint32_t line, uint32_t column, const char *remedy,
                        const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    note(r, line, column, remedy, fmt, args);
    va_end(args);
    return false;
}

bool fh_kind_bad(fh_kind_reader *r, const char *remedy, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    note(r, r->line, r->token->column, remedy, fmt, args);
    va_end(args);
    return false;
}

const char *fh_kind_did_you_mean(fh_kind_reader *r, fh_str word, const fh_str *names, size_t n,
                                 const char *otherwise)
{
    const size_t nearest = fh_nearest(word, names, n);
    fh_str text;
    if (nearest == n) return otherwise;
    if (!fh_arena_format(r->arena, &text, "Did you mean '%.*s'?", FH_STR_ARG(names[nearest]))) {
        r->no_memory = true;
        return otherwise;
    }
    return text.ptr;
}

const char *fh_kind_did_you_mean_of(fh_kind_reader *r, fh_str word, const char *const *names,
                                    const char *otherwise)
{
    enum { MOST = 200 };
    fh_str list[MOST];
    size_t n = 0;
    for (; names && names[n] && n < MOST; n++) list[n] = fh_str_of(names[n]);
    return fh_kind_did_you_mean(r, word, list, n, otherwise);
}

bool fh_kind_is_one_of(fh_str word, const char *const *names)
{
    for (; names && *names; names++)
        if (fh_str_eq(word, fh_str_of(*names))) return true;
    return false;
}
