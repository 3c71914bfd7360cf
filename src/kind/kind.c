/* kind.c - the words of kinds and what is looked up in them (see kind.h). */
#include "kind/kind.h"

const char *fh_kind_type_word(fh_kind_type type)
{
    static const char *const word[FH_N_TYPES] = {
#define X(name, text) [FH_TYPE_##name] = text,
        FH_KIND_TYPE_MAP(X)
#undef X
    };
    return type < FH_N_TYPES ? word[type] : "";
}

const char *fh_who_word(fh_who_bit who)
{
    static const char *const word[FH_N_WHO] = {
#define X(name, text) [FH_WHO_##name] = text,
        FH_WHO_MAP(X)
#undef X
    };
    return who < FH_N_WHO ? word[who] : "";
}

uint32_t fh_kind_find_field(const fh_kind *k, fh_str name)
{
    uint32_t i = 0;
    while (i < k->n_fields && !fh_str_eq(k->field[i].name, name)) i++;
    return i;
}

uint32_t fh_kind_find_state(const fh_kind *k, fh_str name)
{
    uint32_t i = 0;
    while (i < k->n_states && !fh_str_eq(k->state[i].name, name)) i++;
    return i;
}

uint32_t fh_kind_find_move(const fh_kind *k, fh_str name)
{
    uint32_t i = 0;
    while (i < k->n_moves && !fh_str_eq(k->move[i].name, name)) i++;
    return i;
}

fh_status fh_kind_may_follow(const fh_kind *before, const fh_kind *after, uint32_t in_use,
                             fh_error *err)
{
    if (!fh_str_eq(before->name, after->name)) {
        (void)fh_fail(err, FH_CONFLICT, "'%.*s' cannot become '%.*s'", FH_STR_ARG(before->name),
                      FH_STR_ARG(after->name));
        return fh_hint(
            err, FH_CONFLICT,
            "A kind keeps its name; its title may change. Declare a new kind beside it.");
    }
    for (uint32_t i = 0; i < before->n_states; i++) {
        const fh_state *s = &before->state[i];
        if (!(in_use >> i & 1) || fh_kind_find_state(after, s->name) < after->n_states) continue;
        (void)fh_fail(err, FH_CONFLICT, "there are records in the state '%.*s', which would go",
                      FH_STR_ARG(s->name));
        return fh_hint(err, FH_CONFLICT, "Move them to another state first, or keep the state.");
    }
    return FH_OK;
}
