/* filter_text.c - filters as people write them, made into sets of numbers and told
 * again in words.
 *
 * A list is split at its separator outside double quotes ("" inside quotes is one
 * quote). A name is looked up as written, then without regard to case. Names that
 * were merged in a dictionary stand for the name they were merged into.
 */
#include "app/ask/ask.h"
#include "app/ask/calling.h"

#include "app/ask/severe.h"
#include "app/ask/words.h"
#include "base/nearest.h"
#include "base/time.h"
#include "store/identities.h"
#include "store/people.h"

#include <string.h>

/* ---- Lists ------------------------------------------------------------------- */

typedef struct list {
    fh_arena *arena;
    fh_str rest;
    char separator;
} list;

/* A quoted name without its quotes; what follows the closing quote up to the
 * separator is part of the name too. */
static fh_status next_quoted(list *l, fh_str *out, fh_error *err)
{
    char *text = FH_NEW_ARRAY(l->arena, char, l->rest.len + 1);
    if (!text) return fh_no_memory(err);
    size_t n = 0, i = 1;
    bool inside = true;
    for (; i < l->rest.len; i++) {
        const char c = l->rest.ptr[i];
        if (c == '"' && inside && i + 1 < l->rest.len && l->rest.ptr[i + 1] == '"')
            text[n++] = l->rest.ptr[i++];
        else if (c == '"')
            inside = !inside;
        else if (!inside && c == l->separator)
            break;
        else
            text[n++] = c;
    }
    if (inside)
        return fh_fail(err, FH_INVALID, "a double quote is not closed in '%.*s'",
                       FH_STR_ARG(l->rest));
    l->rest = (fh_str){l->rest.ptr + i, l->rest.len - i};
    *out = (fh_str){text, n};
    return FH_OK;
}

/* The next name; false at the end. Empty names are passed over. */
static bool list_next(list *l, fh_str *out, fh_status *status, fh_error *err)
{
    while (l->rest.len) {
        l->rest = fh_str_trim(l->rest);
        if (l->rest.len && l->rest.ptr[0] == '"') {
            *status = next_quoted(l, out, err);
            if (*status) return false;
        } else {
            const char *end = l->rest.len ? memchr(l->rest.ptr, l->separator, l->rest.len) : NULL;
            const size_t len = end ? (size_t)(end - l->rest.ptr) : l->rest.len;
            *out = fh_str_trim((fh_str){l->rest.ptr, len});
            l->rest = (fh_str){l->rest.ptr + len, l->rest.len - len};
        }
        if (l->rest.len) l->rest.ptr++, l->rest.len--; /* the separator */
        if (out->len) return true;
    }
    return false;
}

/* ---- Names to sets --------------------------------------------------------------- */

static const struct {
    const char *one, *option;
} dict_words[FH_N_DICTS] = {
    [FH_DICT_TOUCHPOINT] = {"touchpoint", "touchpoints"},
    [FH_DICT_CHANNEL] = {"channel", "channels"},
    [FH_DICT_DEPARTMENT] = {"department", "departments"},
    [FH_DICT_OUTCOME] = {"outcome", "outcomes"},
    [FH_DICT_CURRENCY] = {"currency", "currencies"},
};

static fh_status unknown_name(fh_dict dict, const fh_names *names, fh_str name, fh_error *err)
{
    fh_fail(err, FH_NOTFOUND, "there is no %s '%.*s'", dict_words[dict].one, FH_STR_ARG(name));
    const size_t near = fh_nearest(name, names->name, names->n);
    if (near && near < names->n)
        return fh_hint(err, FH_NOTFOUND, "Did you mean '%.*s'?", FH_STR_ARG(names->name[near]));
    if (names->n <= 1)
        return fh_hint(err, FH_NOTFOUND, "No %s were imported.", dict_words[dict].option);
    fh_buf known;
    fh_buf_init(&known, NULL, 160);
    for (uint32_t i = 1; i < names->n && i <= 8 && known.len < 100; i++)
        fh_buf_printf(&known, "%s%.*s", i > 1 ? ", " : "",
                      (int)(names->name[i].len < 40 ? names->name[i].len : 40), names->name[i].ptr);
    if (known.len)
        fh_hint(err, FH_NOTFOUND, "There are: %.*s%s", FH_STR_ARG(fh_buf_view(&known)),
                names->n > 9 ? " and others." : ".");
    fh_buf_free(&known);
    return FH_NOTFOUND;
}

static fh_status find_name(fh_dict dict, const fh_names *names, fh_str name, uint32_t *out,
                           fh_error *err)
{
    if (fh_str_eq(name, FH_STR("(none)"))) {
        *out = 0;
        return FH_OK;
    }
    uint32_t loose = 0, n_loose = 0;
    for (uint32_t i = 1; i < names->n; i++) {
        const uint32_t number = names->canon ? names->canon[i] : i;
        if (fh_str_eq(names->name[i], name)) {
            *out = number;
            return FH_OK;
        }
        if (!fh_str_eq_nocase(names->name[i], name) || (n_loose && loose == number)) continue;
        loose = number;
        n_loose++;
    }
    *out = loose;
    return n_loose == 1 ? FH_OK : unknown_name(dict, names, name, err);
}

static fh_status empty_set(fh_arena *arena, uint32_t n, fh_bitset *out, uint64_t **bits,
                           fh_error *err)
{
    *bits = FH_NEW_ARRAY(arena, uint64_t, (size_t)n / 64 + 1);
    if (!*bits) return fh_no_memory(err);
    *out = (fh_bitset){.bits = *bits, .n = n};
    return FH_OK;
}

static fh_status name_set(fh_org *org, fh_dict dict, fh_str text, char separator, fh_arena *arena,
                          fh_bitset *out, fh_error *err)
{
    *out = (fh_bitset){0};
    if (!text.len) return FH_OK;
    fh_names names;
    uint64_t *bits = NULL;
    fh_status s = fh_dict_names(org, dict, arena, &names, err);
    if (!s) s = empty_set(arena, names.n ? names.n : 1, out, &bits, err);
    if (s) return s;
    list l = {arena, text, separator};
    fh_str name;
    while (list_next(&l, &name, &s, err)) {
        uint32_t number;
        s = find_name(dict, &names, name, &number, err);
        if (s) return s;
        bits[number / 64] |= UINT64_C(1) << (number % 64);
    }
    return s;
}

fh_status fh_touchpoint_set(fh_org *org, fh_str names, char separator, fh_arena *arena,
                            fh_bitset *out, fh_error *err)
{
    return name_set(org, FH_DICT_TOUCHPOINT, names, separator, arena, out, err);
}

static fh_status direction_set(fh_str text, fh_arena *arena, uint32_t *out, fh_error *err)
{
    static const fh_str words[FH_N_DIRECTIONS] = {
        {"(none)", 6}, {"in", 2}, {"out", 3}, {"internal", 8}};
    list l = {arena, text, ','};
    fh_status s = FH_OK;
    fh_str word;
    *out = 0;
    while (list_next(&l, &word, &s, err)) {
        uint32_t k = 0;
        while (k < FH_N_DIRECTIONS && !fh_str_eq_nocase(words[k], word)) k++;
        if (k == FH_N_DIRECTIONS) {
            fh_fail(err, FH_INVALID, "there is no direction '%.*s'", FH_STR_ARG(word));
            return fh_hint(err, FH_INVALID, "Give in, out, internal or (none).");
        }
        *out |= 1u << k;
    }
    return s;
}

static fh_status customer_set(fh_org *org, fh_str text, fh_arena *arena, fh_bitset *out,
                              fh_error *err)
{
    *out = (fh_bitset){0};
    uint32_t numbers[256];
    size_t n = 0;
    uint32_t most = 0;
    list l = {arena, text, ','};
    fh_status s = FH_OK;
    fh_str who;
    while (list_next(&l, &who, &s, err)) {
        if (n == sizeof numbers / sizeof numbers[0])
            return fh_fail(err, FH_LIMIT, "more than %zu customers were named", n);
        s = fh_identity_find(org, who, &numbers[n], err);
        if (s) return s;
        if (numbers[n] > most) most = numbers[n];
        n++;
    }
    uint64_t *bits = NULL;
    if (!s && n) s = empty_set(arena, most + 1, out, &bits, err);
    for (size_t i = 0; !s && i < n; i++) bits[numbers[i] / 64] |= UINT64_C(1) << (numbers[i] % 64);
    return s;
}

/* Leaves of `set` (none: everybody) who is inside, or outside. */
static fh_status narrow_whose(fh_org *org, uint32_t whose, fh_arena *arena, fh_bitset *set,
                              fh_error *err)
{
    fh_bitset side;
    if (whose == FH_WHOSE_ANY) return FH_OK;
    const fh_status s = fh_people_customers(org, whose == FH_WHOSE_INTERNAL, arena, &side, err);
    if (s) return s;
    if (!set->bits) {
        *set = side;
        return FH_OK;
    }
    uint64_t *bits = NULL;
    fh_bitset both;
    const fh_status made = empty_set(arena, set->n, &both, &bits, err);
    for (uint32_t i = 0; !made && i < set->n; i++)
        if (fh_bit(set->bits, i) && i < side.n && fh_bit(side.bits, i))
            bits[i / 64] |= UINT64_C(1) << (i % 64);
    if (!made) *set = both;
    return made;
}

/* ---- Moves and ways --------------------------------------------------------------------- */

/* The next item with its quotes left as they are; false at the end. */
static bool next_raw(fh_str *rest, char separator, fh_str *out)
{
    if (!rest->len) return false;
    bool inside = false;
    size_t i = 0;
    while (i < rest->len && (inside || rest->ptr[i] != separator))
        if (rest->ptr[i++] == '"') inside = !inside;
    *out = fh_str_trim((fh_str){rest->ptr, i});
    if (i < rest->len) i++;
    *rest = (fh_str){rest->ptr + i, rest->len - i};
    return true;
}

static fh_status no_move(const char *option, fh_str item, fh_error *err)
{
    fh_fail(err, FH_INVALID, "'%.*s' is not a move (%s)", FH_STR_ARG(item), option);
    return fh_hint(err, FH_INVALID,
                   "Write it as From>To; put a name with a comma or > in double quotes.");
}

/* The two names of "A>B". */
static fh_status split_move(fh_arena *arena, const char *option, fh_str item, fh_str name[2],
                            fh_error *err)
{
    list l = {arena, item, '>'};
    fh_str third;
    fh_status s = FH_OK;
    if (list_next(&l, &name[0], &s, err) && list_next(&l, &name[1], &s, err) &&
        !list_next(&l, &third, &s, err) && !s)
        return FH_OK;
    return s ? s : no_move(option, item, err);
}

enum { MAX_MOVES = 64, MAX_WAY = 4096 };

/* A name, or the border of the story at this end of the move. */
static fh_status move_end(fh_dict dict, const fh_names *names, fh_str name, const char *border,
                          uint32_t *out, fh_error *err)
{
    if (dict == FH_DICT_TOUCHPOINT && fh_str_eq(name, fh_str_of(border))) {
        *out = FH_NO_NAME;
        return FH_OK;
    }
    return find_name(dict, names, name, out, err);
}

static fh_status move_list(fh_org *org, fh_dict dict, const char *option, fh_str text,
                           fh_arena *arena, const fh_move **out, size_t *n_out, fh_error *err)
{
    *out = NULL;
    *n_out = 0;
    if (!text.len) return FH_OK;
    fh_names names;
    fh_status s = fh_dict_names(org, dict, arena, &names, err);
    fh_move *moves = FH_NEW_ARRAY(arena, fh_move, MAX_MOVES);
    if (!moves && !s) s = fh_no_memory(err);
    size_t n = 0;
    fh_str item, name[2];
    for (fh_str rest = text; !s && next_raw(&rest, ',', &item);) {
        if (!item.len) continue;
        if (n == MAX_MOVES) return fh_fail(err, FH_LIMIT, "more than %zu moves (%s)", n, option);
        s = split_move(arena, option, item, name, err);
        if (!s) s = move_end(dict, &names, name[0], "(start)", &moves[n].from, err);
        if (!s) s = move_end(dict, &names, name[1], "(end)", &moves[n].to, err);
        if (!s && moves[n].from == FH_NO_NAME && moves[n].to == FH_NO_NAME)
            s = no_move(option, item, err);
        n++;
    }
    if (s) return s;
    if (!n) return no_move(option, text, err);
    *out = moves;
    *n_out = n;
    return FH_OK;
}

static fh_status compile_way(fh_org *org, fh_str text, fh_arena *arena, fh_filter *f, fh_error *err)
{
    if (!text.len) return FH_OK;
    fh_names names;
    fh_status s = fh_dict_names(org, FH_DICT_TOUCHPOINT, arena, &names, err);
    uint32_t *way = FH_NEW_ARRAY(arena, uint32_t, MAX_WAY);
    if (!way && !s) s = fh_no_memory(err);
    list l = {arena, text, '>'};
    fh_str name;
    size_t n = 0;
    while (!s && list_next(&l, &name, &s, err)) {
        if (n == MAX_WAY) return fh_fail(err, FH_LIMIT, "a way of more than %zu steps", n);
        s = find_name(FH_DICT_TOUCHPOINT, &names, name, &way[n++], err);
    }
    if (!s && !n) return no_move("way", text, err);
    f->way = way;
    f->n_way = n;
    return s;
}

static fh_status compile_order(fh_org *org, const fh_filter_text *text, fh_arena *arena,
                               fh_filter *f, fh_error *err)
{
    fh_status s = move_list(org, FH_DICT_TOUCHPOINT, "followed", text->followed, arena,
                            &f->followed, &f->n_followed, err);
    if (!s)
        s = move_list(org, FH_DICT_DEPARTMENT, "handed", text->handed, arena, &f->handed,
                      &f->n_handed, err);
    if (!s) s = compile_way(org, text->way, arena, f, err);
    if (!s && text->repeated_ms < 0)
        return fh_fail(err, FH_INVALID, "'repeated' is less than no time");
    f->repeated = text->repeated_ms > 0;
    f->repeated_ms = f->repeated ? (uint64_t)text->repeated_ms : 0;
    return s;
}

/* ---- Times and amounts ---------------------------------------------------------------- */

fh_status fh_org_zone(fh_org *org, fh_arena *arena, const fh_zone **out, fh_error *err)
{
    fh_str name;
    const fh_status s = fh_setting_get(org, FH_STR("zone"), arena, &name, err);
    if (s) return s;
    *out = NULL;
    return name.len ? fh_os_zone(fh_org_os(org), arena, name, out, err) : FH_OK;
}

/* "2024" and "2024-03" are their first instants. */
static bool read_time(fh_str text, const fh_zone *zone, int64_t *out)
{
    char full[11] = "0000-01-01";
    if (text.len != 4 && text.len != 7) return fh_time_iso(text, zone, out);
    memcpy(full, text.ptr, text.len);
    return fh_time_iso((fh_str){full, 10}, zone, out);
}

static fh_status border(fh_str text, const char *option, const fh_zone *zone, bool *has,
                        int64_t *out, fh_error *err)
{
    *has = text.len != 0;
    if (!*has || read_time(text, zone, out)) return FH_OK;
    fh_fail(err, FH_INVALID, "'%.*s' is not a date or time (%s)", FH_STR_ARG(text), option);
    return fh_hint(err, FH_INVALID, "Write it as 2024-03-31, 2024-03 or 2024-03-31T17:00.");
}

/* "-12.5" in minor units of two decimals. */
static bool read_amount(fh_str s, int64_t *out)
{
    const bool negative = s.len && s.ptr[0] == '-';
    if (negative) s.ptr++, s.len--;
    int64_t v = 0;
    size_t digits = 0, decimals = 0;
    bool dot = false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '.' && !dot) {
            dot = true;
            continue;
        }
        if (s.ptr[i] < '0' || s.ptr[i] > '9' || decimals == 2) return false;
        if (__builtin_mul_overflow(v, INT64_C(10), &v) ||
            __builtin_add_overflow(v, (int64_t)(s.ptr[i] - '0'), &v))
            return false;
        digits++;
        decimals += dot;
    }
    for (; decimals < 2; decimals++)
        if (__builtin_mul_overflow(v, INT64_C(10), &v)) return false;
    *out = negative ? -v : v;
    return digits > 0;
}

static fh_status amount(fh_str text, const char *option, bool *has, int64_t *out, fh_error *err)
{
    *has = text.len != 0;
    if (!*has || read_amount(text, out)) return FH_OK;
    fh_fail(err, FH_INVALID, "'%.*s' is not an amount (%s)", FH_STR_ARG(text), option);
    return fh_hint(err, FH_INVALID, "Write it as 1250 or 1250.50.");
}

static fh_status compile_borders(fh_org *org, const fh_filter_text *text, fh_arena *arena,
                                 fh_filter *f, fh_error *err)
{
    const fh_zone *zone;
    fh_status s = fh_org_zone(org, arena, &zone, err);
    if (!s) s = border(text->from, "from", zone, &f->has_from, &f->from_ms, err);
    if (!s) s = border(text->until, "until", zone, &f->has_until, &f->until_ms, err);
    if (!s) s = amount(text->value_min, "value-min", &f->has_value_min, &f->value_min, err);
    if (!s) s = amount(text->value_max, "value-max", &f->has_value_max, &f->value_max, err);
    if (!s && f->has_from && f->has_until && f->from_ms >= f->until_ms) {
        fh_fail(err, FH_INVALID, "the period ends before it begins: from %.*s until %.*s",
                FH_STR_ARG(text->from), FH_STR_ARG(text->until));
        return fh_hint(err, FH_INVALID, "'until' is exclusive: it must be later than 'from'.");
    }
    return s;
}

static fh_status compile_severe(fh_org *org, fh_str which, fh_arena *arena, fh_filter *f,
                                fh_error *err)
{
    if (!which.len) return FH_OK;
    fh_severe_rules *rules = FH_NEW(arena, fh_severe_rules);
    if (!rules) return fh_no_memory(err);
    fh_status s = fh_severe_which(which, &f->broken, err);
    if (!s) s = fh_severe_read(org, 0, arena, rules, err);
    f->severe = &rules->severe;
    return s;
}

fh_status fh_filter_compile(fh_org *org, const fh_filter_text *text, fh_arena *arena,
                            fh_filter *out, fh_error *err)
{
    fh_filter f = {.by_problem = text->by_problem};
    if (text->passed.len && text->passed_all.len) {
        fh_fail(err, FH_INVALID, "'passed' and 'passed-all' were both given");
        return fh_hint(err, FH_INVALID, "Give one: any of the touchpoints, or all of them.");
    }
    f.passed_all = text->passed_all.len != 0;
    const fh_str passed = f.passed_all ? text->passed_all : text->passed;
    const struct {
        fh_dict dict;
        fh_str names;
        fh_bitset *set;
    } sets[] = {{FH_DICT_TOUCHPOINT, text->touchpoints, &f.touchpoints},
                {FH_DICT_CHANNEL, text->channels, &f.channels},
                {FH_DICT_DEPARTMENT, text->departments, &f.departments},
                {FH_DICT_OUTCOME, text->outcomes, &f.outcomes},
                {FH_DICT_TOUCHPOINT, passed, &f.passed},
                {FH_DICT_TOUCHPOINT, text->not_passed, &f.not_passed}};
    fh_status s = compile_borders(org, text, arena, &f, err);
    for (size_t i = 0; !s && i < sizeof sets / sizeof sets[0]; i++)
        s = name_set(org, sets[i].dict, sets[i].names, ',', arena, sets[i].set, err);
    if (!s) s = direction_set(text->directions, arena, &f.directions, err);
    if (!s) s = compile_order(org, text, arena, &f, err);
    if (!s) s = customer_set(org, text->customers, arena, &f.customers, err);
    if (!s) s = narrow_whose(org, text->whose, arena, &f.customers, err);
    if (!s) s = compile_severe(org, text->severe, arena, &f, err);
    if (!s) *out = f;
    return s;
}

/* ---- In words ---------------------------------------------------------------------------- */

/* "A, B or C"; several pieces of the description are joined by commas before. */
static fh_status put_list(fh_buf *out, fh_arena *arena, fh_str names, const char *last,
                          fh_error *err)
{
    fh_str name, next = {0};
    fh_status s = FH_OK;
    list l = {arena, names, ','};
    bool more = list_next(&l, &name, &s, err);
    for (bool first = true; more && !s; first = false) {
        more = list_next(&l, &next, &s, err);
        if (!first) fh_buf_text(out, more ? ", " : last);
        fh_buf_str(out, name);
        name = next;
    }
    return s;
}

static void put_period(const fh_filter *f, const fh_zone *zone, fh_buf *out)
{
    if (f->has_from && f->has_until) {
        fh_say_period(out, f->from_ms, f->until_ms - 1, zone);
    } else if (f->has_from) {
        fh_buf_text(out, "since ");
        fh_say_date(out, f->from_ms, zone);
    } else if (f->has_until) {
        fh_buf_text(out, "before ");
        fh_say_date(out, f->until_ms, zone);
    }
}

static void put_values(const fh_filter_text *t, fh_buf *out)
{
    if (t->value_min.len && t->value_max.len)
        fh_buf_printf(out, "value %.*s to %.*s", FH_STR_ARG(t->value_min),
                      FH_STR_ARG(t->value_max));
    else if (t->value_min.len)
        fh_buf_printf(out, "value %.*s or more", FH_STR_ARG(t->value_min));
    else if (t->value_max.len)
        fh_buf_printf(out, "value %.*s or less", FH_STR_ARG(t->value_max));
}

/* "who went from A straight to B, or began with C". */
static fh_status put_moves(fh_buf *out, fh_arena *arena, fh_str moves, bool handed, fh_error *err)
{
    fh_str item, name[2];
    bool first = true;
    fh_status s = FH_OK;
    for (fh_str rest = moves; !s && next_raw(&rest, ',', &item);) {
        if (!item.len) continue;
        s = split_move(arena, handed ? "handed" : "followed", item, name, err);
        if (s) break;
        fh_buf_text(out, !first ? " or " : handed ? "who were " : "who ");
        first = false;
        if (handed)
            fh_buf_printf(out, "handed from %.*s to %.*s", FH_STR_ARG(name[0]),
                          FH_STR_ARG(name[1]));
        else if (fh_str_eq(name[0], FH_STR("(start)")))
            fh_buf_printf(out, "began with %.*s", FH_STR_ARG(name[1]));
        else if (fh_str_eq(name[1], FH_STR("(end)")))
            fh_buf_printf(out, "ended with %.*s", FH_STR_ARG(name[0]));
        else
            fh_buf_printf(out, "went from %.*s straight to %.*s", FH_STR_ARG(name[0]),
                          FH_STR_ARG(name[1]));
    }
    return s;
}

/* The conditions on the order of what happened; each begins with a comma but the first. */
static fh_status put_order(const fh_filter_text *t, size_t begin, fh_arena *arena, fh_buf *out,
                           fh_error *err)
{
    fh_status s = FH_OK;
    if (t->followed.len && out->len > begin) fh_buf_text(out, ", ");
    if (t->followed.len) s = put_moves(out, arena, t->followed, false, err);
    if (!s && t->handed.len && out->len > begin) fh_buf_text(out, ", ");
    if (!s && t->handed.len) s = put_moves(out, arena, t->handed, true, err);
    if (!s && t->way.len) {
        fh_buf_text(out, out->len > begin ? ", who took the way " : "who took the way ");
        list l = {arena, t->way, '>'};
        fh_str name;
        for (bool first = true; list_next(&l, &name, &s, err); first = false) {
            if (!first) fh_buf_text(out, " \xe2\x80\xba ");
            fh_buf_str(out, name);
        }
    }
    if (!s && t->repeated_ms > 0) {
        fh_buf_text(out, out->len > begin ? ", who came again within " : "who came again within ");
        fh_say_duration(out, t->repeated_ms);
    }
    return s;
}

fh_status fh_filter_describe(fh_org *org, const fh_filter_text *text, fh_buf *out, fh_error *err)
{
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_calling calling = fh_calling_plain;
    fh_status s = fh_calling_read(org, arena, &calling, err);
    const struct {
        const char *before, *between, *after;
        fh_str names;
    } parts[] = {{"", " or ", " only", text->channels},
                 {"", " or ", " only", text->departments},
                 {"only ", " or ", "", text->touchpoints},
                 {"outcome ", " or ", "", text->outcomes},
                 {"direction ", " or ", "", text->directions},
                 {"who passed ", " or ", "", text->passed},
                 {"who passed ", " and ", "", text->passed_all},
                 {"who never passed ", " or ", "", text->not_passed},
                 {"{customer} ", " or ", "", text->customers},
                 {"only what broke badly: ", " or ", "", text->severe}};
    fh_filter f = {0};
    const fh_zone *zone = NULL;
    if (!s) s = fh_org_zone(org, arena, &zone, err);
    if (!s) s = compile_borders(org, text, arena, &f, err);
    const size_t begin = out->len;
    if (!s) put_period(&f, zone, out);
    for (size_t i = 0; !s && i < sizeof parts / sizeof parts[0]; i++) {
        if (!parts[i].names.len) continue;
        if (out->len > begin) fh_buf_text(out, ", ");
        fh_put_called(out, &calling, parts[i].before);
        s = put_list(out, arena, parts[i].names, parts[i].between, err);
        fh_buf_text(out, parts[i].after);
    }
    if (!s && text->whose) {
        if (out->len > begin) fh_buf_text(out, ", ");
        fh_put_called(out, &calling,
                      text->whose == FH_WHOSE_INTERNAL
                          ? "only colleagues and departments as {customers}"
                          : "without colleagues and departments");
    }
    if (!s) s = put_order(text, begin, arena, out, err);
    if (!s && (text->value_min.len || text->value_max.len)) {
        if (out->len > begin) fh_buf_text(out, ", ");
        put_values(text, out);
    }
    fh_arena_free(arena);
    if (!s && out->status) return fh_fail(err, out->status, "the filter is too long to describe");
    return s;
}
