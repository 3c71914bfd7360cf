/* dictionaries.c - names to numbers and back.
 *
 * A number is for ever. A name is found by any spelling it ever came in; renaming
 * changes what is shown and adds a spelling, merging tells the canon, and neither
 * touches a segment.
 */
#include "base/checked.h"
#include "store/args.h"
#include "store/inside.h"

#include <stdio.h>

static const char *const dict_name[FH_N_DICTS] = {
    [FH_DICT_TOUCHPOINT] = "touchpoint", [FH_DICT_CHANNEL] = "channel",
    [FH_DICT_DEPARTMENT] = "department", [FH_DICT_OUTCOME] = "outcome",
    [FH_DICT_CURRENCY] = "currency",
};

/* An interaction keeps its currency in a byte (fh_row). */
static uint32_t most_names(fh_dict dict)
{
    return dict == FH_DICT_CURRENCY ? UINT8_MAX : FH_MAX_NAMES;
}

/* ---- Reading ---------------------------------------------------------------------------- */

static fh_status damaged(fh_dict dict, fh_error *err, const char *what)
{
    (void)fh_fail(err, FH_CORRUPT, "the dictionary of %ss %s", dict_name[dict], what);
    return fh_hint(err, FH_CORRUPT, "The file is damaged: put back the last backup.");
}

static fh_status highest(fh_db *db, fh_dict dict, uint32_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(
        db, "SELECT COALESCE(MAX(number), 0) FROM dictionary_name WHERE dictionary = $1", &s, err);
    bool row = false;
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, dict);
        status = fh_stmt_step(s, &row, err);
    }
    const int64_t n = status == FH_OK && row ? fh_stmt_i64(s, 0) : 0;
    fh_stmt_done(s);
    if (status == FH_OK && (n < 0 || n > most_names(dict)))
        return damaged(dict, err, "has a number out of range");
    if (status == FH_OK) *out = (uint32_t)n;
    return status;
}

static fh_status read_names(fh_stmt *s, fh_dict dict, fh_arena *arena, fh_str *name, uint32_t n,
                            fh_error *err)
{
    fh_stmt_bind_i64(s, 1, dict);
    for (uint32_t next = 1;; next++) {
        bool row = false;
        const fh_status status = fh_stmt_step(s, &row, err);
        if (status != FH_OK) return status;
        if (!row && next == n) return FH_OK;
        if (!row || next >= n || fh_stmt_i64(s, 0) != next) return damaged(dict, err, "has gaps");
        if (!fh_arena_str(arena, fh_stmt_text(s, 1), &name[next])) return fh_no_memory(err);
    }
}

static fh_status read_merged(fh_stmt *s, fh_dict dict, fh_arena *arena, uint32_t **canon,
                             uint32_t n, fh_error *err)
{
    fh_stmt_bind_i64(s, 1, dict);
    for (;;) {
        bool row = false;
        const fh_status status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) return status;
        const int64_t number = fh_stmt_i64(s, 0), into = fh_stmt_i64(s, 1);
        if (number < 1 || number >= n || into < 1 || into >= n || into == number)
            return damaged(dict, err, "has a merge of names that are not there");
        if (!*canon) {
            *canon = FH_NEW_ARRAY(arena, uint32_t, n);
            if (!*canon) return fh_no_memory(err);
            for (uint32_t i = 0; i < n; i++) (*canon)[i] = i;
        }
        (*canon)[number] = (uint32_t)into;
    }
}

fh_status fh_dict_canon(fh_db *db, fh_dict dict, fh_arena *arena, const uint32_t **canon,
                        uint32_t *n, fh_error *err)
{
    uint32_t last = 0, *found = NULL;
    fh_status status = highest(db, dict, &last, err);
    fh_stmt *s = NULL;
    if (status == FH_OK)
        status = fh_db_prepare(
            db, "SELECT number, canon FROM dictionary_merged WHERE dictionary = $1", &s, err);
    if (status == FH_OK) status = read_merged(s, dict, arena, &found, last + 1, err);
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *canon = found;
    *n = last + 1;
    return FH_OK;
}

static fh_status read_dictionary(fh_db *db, fh_dict dict, fh_arena *arena, fh_names *out,
                                 fh_error *err)
{
    uint32_t n = 0;
    const uint32_t *canon = NULL;
    fh_status status = fh_dict_canon(db, dict, arena, &canon, &n, err);
    if (status != FH_OK) return status;
    fh_str *name = FH_NEW_ARRAY(arena, fh_str, n);
    if (!name) return fh_no_memory(err);
    fh_stmt *s = NULL;
    status = fh_db_prepare(
        db, "SELECT number, shown FROM dictionary_name WHERE dictionary = $1 ORDER BY number", &s,
        err);
    if (status == FH_OK) status = read_names(s, dict, arena, name, n, err);
    fh_stmt_done(s);
    if (status == FH_OK) *out = (fh_names){.n = n, .name = name, .canon = canon};
    return status;
}

fh_status fh_dict_names(fh_org *org, fh_dict dict, fh_arena *arena, fh_names *out, fh_error *err)
{
    bool mine = false;
    fh_status status = fh_org_look(org, &mine, err);
    if (status == FH_OK) status = read_dictionary(fh_org_db(org), dict, arena, out, err);
    fh_org_looked(org, mine);
    return status;
}

/* One number: of a spelling, or the canon of a number; 0 when there is none. */
static fh_status look_up(fh_db *db, const char *sql, fh_dict dict, fh_str text, int64_t number,
                         uint32_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(db, sql, &s, err);
    bool row = false;
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, dict);
        if (number)
            fh_stmt_bind_i64(s, 2, number);
        else
            fh_stmt_bind_text(s, 2, text);
        status = fh_stmt_step(s, &row, err);
    }
    const int64_t found = status == FH_OK && row ? fh_stmt_i64(s, 0) : 0;
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    if (found < 0 || found > most_names(dict))
        return damaged(dict, err, "has a number out of range");
    *out = (uint32_t)found;
    return FH_OK;
}

static fh_status by_spelling(fh_db *db, fh_dict dict, fh_str name, uint32_t *out, fh_error *err)
{
    return look_up(db,
                   "SELECT number FROM dictionary_spelling WHERE dictionary = $1 AND "
                   "spelling = $2",
                   dict, name, 0, out, err);
}

static fh_status canon_of(fh_db *db, fh_dict dict, uint32_t number, uint32_t *out, fh_error *err)
{
    uint32_t canon = 0;
    fh_status status = FH_OK;
    if (number)
        status = look_up(db,
                         "SELECT COALESCE((SELECT canon FROM dictionary_merged m WHERE "
                         "m.dictionary = $1 AND m.number = $2), number) FROM dictionary_name "
                         "WHERE dictionary = $1 AND number = $2",
                         dict, (fh_str){0}, number, &canon, err);
    if (status == FH_OK && canon == 0)
        status =
            fh_fail(err, FH_NOTFOUND, "there is no %s with number %u", dict_name[dict], number);
    if (status == FH_OK) *out = canon;
    return status;
}

fh_status fh_dict_now(fh_org *org, fh_dict dict, uint32_t number, uint32_t *out, fh_error *err)
{
    return canon_of(fh_org_db(org), dict, number, out, err);
}

fh_status fh_dict_name(fh_org *org, fh_dict dict, uint32_t number, fh_arena *arena, fh_str *out,
                       fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_str name = {"", 0};
    fh_status status = FH_ASK(
        fh_org_db(org), "SELECT shown FROM dictionary_name WHERE dictionary = $1 AND number = $2",
        &s, &row, err, fh_arg_int(dict), fh_arg_int(number));
    if (status == FH_OK && row && !fh_arena_str(arena, fh_stmt_text(s, 0), &name))
        status = fh_no_memory(err);
    fh_stmt_done(s);
    if (status == FH_OK) *out = name;
    return status;
}

fh_status fh_dict_find(fh_org *org, fh_dict dict, fh_str name, uint32_t *out, fh_error *err)
{
    uint32_t number = 0;
    fh_status status = by_spelling(fh_org_db(org), dict, fh_str_trim(name), &number, err);
    if (status == FH_OK && number) status = canon_of(fh_org_db(org), dict, number, &number, err);
    if (status == FH_OK) *out = number;
    return status;
}

/* ---- Writing ------------------------------------------------------------------------------ */

static fh_status add_spelling(fh_db *db, fh_dict dict, fh_str name, uint32_t number, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(db,
                                     "INSERT INTO dictionary_spelling (dictionary, spelling, "
                                     "number) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                                     &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, dict);
        fh_stmt_bind_text(s, 2, name);
        fh_stmt_bind_i64(s, 3, number);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

static fh_status add_name(fh_db *db, fh_dict dict, fh_str name, uint32_t *out, fh_error *err)
{
    uint32_t number = 0;
    fh_status status = highest(db, dict, &number, err);
    if (status != FH_OK) return status;
    if (number >= most_names(dict)) {
        (void)fh_fail(err, FH_LIMIT, "more than %u names for %ss", most_names(dict),
                      dict_name[dict]);
        return fh_hint(err, FH_LIMIT,
                       "The column looks like free text: map it to the payload, or "
                       "choose another column for the %s.",
                       dict_name[dict]);
    }
    number++;
    fh_stmt *s = NULL;
    status = fh_db_prepare(db,
                           "INSERT INTO dictionary_name (dictionary, number, shown) "
                           "VALUES ($1, $2, $3)",
                           &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, dict);
        fh_stmt_bind_i64(s, 2, number);
        fh_stmt_bind_text(s, 3, name);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    if (status == FH_OK) status = add_spelling(db, dict, name, number, err);
    if (status == FH_OK) *out = number;
    return status;
}

fh_status fh_dict_intern(fh_org *org, fh_dict dict, fh_str name, uint32_t *out, fh_error *err)
{
    name = fh_str_trim(name);
    uint32_t number = 0;
    if (name.len == 0) {
        *out = 0;
        return FH_OK;
    }
    fh_status status = by_spelling(fh_org_db(org), dict, name, &number, err);
    if (status == FH_OK && number == 0) {
        bool mine = false;
        status = fh_org_enter(org, &mine, err);
        if (status != FH_OK) return status;
        status = add_name(fh_org_db(org), dict, name, &number, err);
        status = fh_org_leave(org, mine, status, err);
    }
    if (status == FH_OK) *out = number;
    return status;
}

static fh_status set_shown(fh_db *db, fh_dict dict, uint32_t number, fh_str name, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(
        db, "UPDATE dictionary_name SET shown = $3 WHERE dictionary = $1 AND number = $2", &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, dict);
        fh_stmt_bind_i64(s, 2, number);
        fh_stmt_bind_text(s, 3, name);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

static fh_status rename_it(fh_db *db, fh_dict dict, uint32_t number, fh_str name, fh_error *err)
{
    uint32_t canon = 0, other = 0, other_canon = 0;
    fh_status status = canon_of(db, dict, number, &canon, err);
    if (status == FH_OK) status = by_spelling(db, dict, name, &other, err);
    if (status == FH_OK && other) status = canon_of(db, dict, other, &other_canon, err);
    if (status != FH_OK) return status;
    if (other && other_canon != canon) {
        (void)fh_fail(err, FH_CONFLICT, "another %s is called '%.*s'", dict_name[dict],
                      FH_STR_ARG(name));
        return fh_hint(err, FH_CONFLICT, "Merge the two if they are the same.");
    }
    status = set_shown(db, dict, number, name, err);
    if (status == FH_OK && !other) status = add_spelling(db, dict, name, number, err);
    return status;
}

fh_status fh_dict_rename(fh_org *org, fh_dict dict, uint32_t number, fh_str name, fh_error *err)
{
    name = fh_str_trim(name);
    if (name.len == 0) return fh_fail(err, FH_INVALID, "the new name is empty");
    bool mine = false;
    const fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    return fh_org_leave(org, mine, rename_it(fh_org_db(org), dict, number, name, err), err);
}

static fh_status merge_them(fh_db *db, fh_dict dict, uint32_t from, uint32_t into, fh_error *err)
{
    uint32_t a = 0, b = 0;
    fh_status status = canon_of(db, dict, from, &a, err);
    if (status == FH_OK) status = canon_of(db, dict, into, &b, err);
    if (status != FH_OK) return status;
    if (a == b) return fh_fail(err, FH_INVALID, "the two are one %s already", dict_name[dict]);
    const int64_t v[] = {dict, a, b};
    status = fh_db_run(
        db, "UPDATE dictionary_merged SET canon = $3 WHERE dictionary = $1 AND canon = $2", v, 3,
        err);
    if (status == FH_OK)
        status = fh_db_run(
            db, "INSERT INTO dictionary_merged (dictionary, number, canon) VALUES ($1, $2, $3)", v,
            3, err);
    return status;
}

fh_status fh_dict_merge(fh_org *org, fh_dict dict, uint32_t from, uint32_t into, fh_error *err)
{
    bool mine = false;
    const fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    return fh_org_leave(org, mine, merge_them(fh_org_db(org), dict, from, into, err), err);
}

/* While it was counted as another, that one may have been renamed to what this is called. */
static fh_status must_be_the_only_one(fh_db *db, fh_dict dict, uint32_t number, fh_error *err)
{
    uint32_t other = 0;
    const fh_status status =
        look_up(db,
                "SELECT COALESCE(MIN(o.number), 0) FROM dictionary_name o, dictionary_name n WHERE "
                "n.dictionary = $1 AND n.number = $2 AND o.dictionary = $1 AND "
                "o.number <> $2 AND o.shown = n.shown",
                dict, (fh_str){0}, number, &other, err);
    if (status != FH_OK || !other) return status;
    (void)fh_fail(err, FH_CONFLICT, "two would be called the same: another %s bears that name now",
                  dict_name[dict]);
    return fh_hint(err, FH_CONFLICT, "Rename the other one first.");
}

static fh_status split_it(fh_db *db, fh_dict dict, uint32_t number, fh_error *err)
{
    uint32_t canon = 0;
    fh_status status = canon_of(db, dict, number, &canon, err);
    if (status == FH_OK && canon == number)
        status = fh_fail(err, FH_CONFLICT, "this %s counts for itself already", dict_name[dict]);
    if (status == FH_OK) status = must_be_the_only_one(db, dict, number, err);
    const int64_t v[] = {dict, number};
    if (status == FH_OK)
        status = fh_db_run(
            db, "DELETE FROM dictionary_merged WHERE dictionary = $1 AND number = $2", v, 2, err);
    return status;
}

fh_status fh_dict_split(fh_org *org, fh_dict dict, uint32_t number, fh_error *err)
{
    bool mine = false;
    const fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    return fh_org_leave(org, mine, split_it(fh_org_db(org), dict, number, err), err);
}
