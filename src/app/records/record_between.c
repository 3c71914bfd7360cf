/* record_between.c - what is told to a go-between alone (see record_between.h). */
#include "app/records/record_between.h"

#include "app/records/records.h"
#include "store/record_ways.h"

#include <stdio.h>

enum { PLACE = 64 };

static fh_str place_of(const fh_between_row *b, char space[PLACE])
{
    const int n = snprintf(space, PLACE, "record_between/%lld/%u/sealed", (long long)b->record,
                           (unsigned)b->person);
    return (fh_str){space, n > 0 ? (size_t)n : 0};
}

static fh_status need_key(const fh_key *key, fh_error *err)
{
    if (key) return FH_OK;
    (void)fh_fail(err, FH_BUSY, "this server cannot seal what is for one colleague alone");
    return fh_hint(err, FH_BUSY, "Tell them yourself, or leave it out.");
}

static fh_status check(const fh_record *row, fh_str words, fh_error *err)
{
    if (!row->go_between || row->author) {
        (void)fh_fail(err, FH_INVALID, "/between: nobody passes this on for its author");
        return fh_hint(err, FH_INVALID, "Name the colleague who does: go_between.");
    }
    if (words.len > FH_BETWEEN_MAX)
        return fh_fail(err, FH_INVALID, "/between: it is longer than %d bytes", FH_BETWEEN_MAX);
    return words.len ? FH_OK : fh_fail(err, FH_INVALID, "/between: it says nothing");
}

fh_status fh_between_say(fh_org *org, const fh_key *key, const fh_record *row, fh_str words,
                         fh_arena *arena, fh_error *err)
{
    char space[PLACE];
    fh_between_row b = {.record = row->record, .person = row->go_between};
    words = fh_str_trim(words);
    fh_status s = check(row, words, err);
    if (!s) s = need_key(key, err);
    if (!s) s = fh_seal(fh_org_os(org), key, place_of(&b, space), words, arena, &b.sealed, err);
    return s ? s : fh_between_row_put(org, &b, err);
}

fh_status fh_between_say_by_code(fh_org *org, const fh_key *key, fh_str code, fh_str words,
                                 fh_error *err)
{
    fh_record row;
    int64_t record = 0;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status s = fh_record_of_code(org, code, &record, err);
    if (!s) s = fh_record_row(org, record, arena, &row, err);
    if (!s) s = fh_between_say(org, key, &row, words, arena, err);
    fh_arena_free(arena);
    return s;
}

/* Others do not learn whether anything is told. */
static fh_status mine(fh_org *org, const fh_actor *actor, int64_t record, fh_arena *arena,
                      fh_between_row *out, fh_error *err)
{
    bool there = false;
    const fh_status s = fh_between_row_get(org, record, arena, out, &there, err);
    if (s || (there && actor->person && out->person == actor->person)) return s;
    return fh_fail(err, FH_NOTFOUND, "nothing is told to you alone about record %lld",
                   (long long)record);
}

fh_status fh_between_read(fh_org *org, const fh_actor *actor, const fh_key *key, int64_t record,
                          fh_arena *arena, fh_str *words, fh_error *err)
{
    char space[PLACE];
    fh_between_row b;
    fh_status s = mine(org, actor, record, arena, &b, err);
    if (!s) s = need_key(key, err);
    return s ? s : fh_unseal(key, place_of(&b, space), b.sealed, arena, words, err);
}

fh_status fh_between_forget(fh_org *org, const fh_actor *actor, int64_t record, fh_error *err)
{
    fh_between_row b;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status s = mine(org, actor, record, arena, &b, err);
    if (!s) s = fh_between_rows_drop(org, record, err);
    fh_arena_free(arena);
    return s;
}
