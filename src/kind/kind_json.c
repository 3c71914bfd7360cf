/* kind_json.c - a kind as JSON, for forms, lists and help. */
#include "kind/kind.h"

static void put(fh_json *j, const char *key, fh_str text)
{
    fh_json_key(j, fh_str_of(key));
    fh_json_str(j, text);
}

static void put_bool(fh_json *j, const char *key, bool yes)
{
    fh_json_key(j, fh_str_of(key));
    fh_json_bool(j, yes);
}

static void put_who(fh_json *j, const char *key, fh_who who)
{
    fh_json_key(j, fh_str_of(key));
    fh_json_array(j);
    for (uint32_t i = 0; i < FH_N_WHO; i++)
        if (who >> i & 1) fh_json_str(j, fh_str_of(fh_who_word((fh_who_bit)i)));
    fh_json_end_array(j);
}

static void put_states(const fh_kind *k, fh_json *j, const char *key, uint32_t set)
{
    fh_json_key(j, fh_str_of(key));
    fh_json_array(j);
    for (uint32_t i = 0; i < k->n_states; i++)
        if (set >> i & 1) fh_json_str(j, k->state[i].name);
    fh_json_end_array(j);
}

static void put_strings(fh_json *j, const char *key, const fh_str *text, uint32_t n)
{
    fh_json_key(j, fh_str_of(key));
    fh_json_array(j);
    for (uint32_t i = 0; i < n; i++) fh_json_str(j, text[i]);
    fh_json_end_array(j);
}

static void put_bound(const fh_kind_field *f, fh_json *j, const char *key, bool has, int64_t v)
{
    fh_json_key(j, fh_str_of(key));
    if (!has)
        fh_json_null(j);
    else if (f->decimals)
        fh_json_fixed(j, v, f->decimals);
    else
        fh_json_int(j, v);
}

static void put_ms(fh_json *j, const char *key, int64_t ms)
{
    fh_json_key(j, fh_str_of(key));
    fh_json_int(j, ms);
}

static void put_field(const fh_kind_field *f, fh_json *j)
{
    fh_json_object(j);
    put(j, "name", f->name);
    put(j, "label", f->label);
    put(j, "help", f->help);
    put(j, "type", fh_str_of(fh_kind_type_word(f->type)));
    put_bool(j, "required", f->required);
    put_bool(j, "many", f->many);
    put_bool(j, "by_machine", f->by_machine);
    put(j, "computed", f->computed);
    put(j, "unit", f->unit);
    fh_json_key(j, FH_STR("decimals"));
    fh_json_uint(j, f->decimals);
    put_bound(f, j, "min", f->has_min, f->min);
    put_bound(f, j, "max", f->has_max, f->max);
    fh_json_key(j, FH_STR("max_text"));
    fh_json_uint(j, f->max_text);
    put(j, "of", f->of);
    fh_json_key(j, FH_STR("choices"));
    fh_json_array(j);
    for (uint32_t i = 0; i < f->n_choices; i++) {
        fh_json_object(j);
        put(j, "word", f->choice[i].word);
        put(j, "label", f->choice[i].label);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}

static void put_move(const fh_kind *k, const fh_kind_move *m, fh_json *j)
{
    fh_json_object(j);
    put(j, "name", m->name);
    put(j, "label", m->label);
    put(j, "help", m->help);
    put_states(k, j, "from", m->from);
    put(j, "to", k->state[m->to].name);
    put_who(j, "by", m->by);
    put_strings(j, "needs", m->needs, m->n_needs);
    put_bool(j, "says", m->words);
    fh_json_end_object(j);
}

static void put_clock(const fh_kind *k, const fh_clock *c, fh_json *j)
{
    fh_json_object(j);
    put(j, "name", c->name);
    put(j, "label", c->label);
    put_states(k, j, "in", c->in);
    put_ms(j, "after_ms", c->after_ms);
    put(j, "field", c->field);
    put_who(j, "remind", c->remind);
    put_ms(j, "remind_ms", c->remind_ms);
    put_who(j, "escalate", c->escalate);
    put(j, "move", c->move);
    fh_json_end_object(j);
}

static void put_states_of(const fh_kind *k, fh_json *j)
{
    fh_json_key(j, FH_STR("states"));
    fh_json_array(j);
    for (uint32_t i = 0; i < k->n_states; i++) {
        fh_json_object(j);
        put(j, "name", k->state[i].name);
        put(j, "label", k->state[i].label);
        put_bool(j, "closed", k->state[i].closed);
        put_bool(j, "concerned", k->state[i].concerned);
        put_bool(j, "held", k->state[i].held);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

void fh_kind_members_json(const fh_kind *k, fh_json *j)
{
    static const char *const owner[] = {"none", "author", "touchpoint", "field"};
    put(j, "name", k->name);
    put(j, "title", k->title);
    put(j, "many", k->many);
    put(j, "says", k->says);
    put(j, "add", k->add);
    put(j, "page", k->page);
    put_who(j, "made_by", k->by);
    put_bool(j, "anonymous", k->anonymous);
    put_bool(j, "challenged", k->challenges);
    put(j, "seen_by",
        k->seen_by == FH_SEEN_BY_EVERYBODY ? FH_STR("everybody") : FH_STR("concerned"));
    put(j, "owner", fh_str_of(owner[k->owner]));
    put(j, "owner_field",
        k->owner == FH_OWNER_FIELD ? k->field[k->owner_field].name : (fh_str){"", 0});
    put(j, "title_field", k->field[k->title_field].name);
    put_strings(j, "links", k->link, k->n_links);
    fh_json_key(j, FH_STR("fields"));
    fh_json_array(j);
    for (uint32_t i = 0; i < k->n_fields; i++) put_field(&k->field[i], j);
    fh_json_end_array(j);
    put_states_of(k, j);
    fh_json_key(j, FH_STR("moves"));
    fh_json_array(j);
    for (uint32_t i = 0; i < k->n_moves; i++) put_move(k, &k->move[i], j);
    fh_json_end_array(j);
    fh_json_key(j, FH_STR("clocks"));
    fh_json_array(j);
    for (uint32_t i = 0; i < k->n_clocks; i++) put_clock(k, &k->clock[i], j);
    fh_json_end_array(j);
}

void fh_kind_json(const fh_kind *k, fh_json *j)
{
    fh_json_object(j);
    fh_kind_members_json(k, j);
    fh_json_end_object(j);
}
