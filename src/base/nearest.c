/* nearest.c - optimal string alignment distance, one row of the table at a time.
 *
 * Costs are doubled so that a letter in the other case can cost half: insert,
 * drop, change and swap 2, case 1. A name is near enough when no more than a
 * third of the longer word (at least one letter) has to change, or when the
 * word is the beginning of the name, or differs in case only.
 */
#include "base/nearest.h"

#include <string.h>

enum { LONGEST = 63 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static unsigned change_cost(char a, char b)
{
    if (a == b) return 0;
    return lower(a) == lower(b) ? 1 : 2;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned distance(fh_str a, fh_str b)
{
    unsigned row[3][LONGEST + 1]; /* rows i-2, i-1, i, by i % 3 */
    for (size_t j = 0; j <= b.len; j++) row[0][j] = (unsigned)(2 * j);
    for (size_t i = 1; i <= a.len; i++) {
        unsigned *now = row[i % 3];
        const unsigned *before = row[(i + 2) % 3];
        const unsigned *earlier = row[(i + 1) % 3];
        now[0] = (unsigned)(2 * i);
        for (size_t j = 1; j <= b.len; j++) {
            now[j] = least(least(before[j] + 2, now[j - 1] + 2),
                           before[j - 1] + change_cost(a.ptr[i - 1], b.ptr[j - 1]));
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1])
                now[j] = least(now[j], earlier[j - 2] + 2);
        }
    }
    return row[a.len % 3][b.len];
}

size_t fh_nearest(fh_str word, const fh_str *names, size_t n)
{
    const fh_str cut = {word.ptr, word.len < LONGEST ? word.len : LONGEST};
    size_t best = n;
    unsigned best_distance = 0;
    for (size_t i = 0; i < n; i++) {
        const fh_str name = {names[i].ptr, names[i].len < LONGEST ? names[i].len : LONGEST};
        if (!cut.len || !name.len) continue;
        const size_t longer = cut.len > name.len ? cut.len : name.len;
        unsigned d = distance(cut, name);
        const unsigned enough = (unsigned)(longer < 6 ? 2 : 2 * (longer / 3));
        const bool begins = cut.len >= 3 && name.len > cut.len &&
                            fh_str_eq_nocase(cut, (fh_str){name.ptr, cut.len});
        if (d > enough && (begins || fh_str_eq_nocase(cut, name))) d = enough;
        if (d <= enough && (best == n || d < best_distance)) best = i, best_distance = d;
    }
    return best;
}
