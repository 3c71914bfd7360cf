/* kind_json.c - a kind as JSON, for forms, lists and help. */
#include "base/put.h"
#include "kind/kind.h"

static void put_who(fh_json *j, const char *key, fh_who who)
{
    fh_put_key(j, key);
    fh_json_array(j);
    for (uint32_t i = 0; i < FH_N_WHO; i++)
        if (who >> i & 1) fh_json_str(j, fh_str_of(fh_who_word((fh_who_bit)i)));
    fh_json_end_array(j);
}

static void put_states(const fh_kind *k, fh_json *j, const char *key, uint32_t set)
{
    fh_put_key(j, key);
    fh_json_array(j);
    for (uint32_t i = 0; i < k->n_states; i++)
        if (set >> i & 1) fh_json_str(j, k->state[i].name);
    fh_json_end_array(j);
}

static void put_strings(fh_json *j, const char *key, const fh_str *text, uint32_t n)
{
    fh_put_key(j, key);
    fh_json_array(j);
    for (uint32_t i = 0; i < n; i++) fh_json_str(j, text[i]);
    fh_json_end_array(j);
}

static void put_bound(const fh_kind_field *f, fh_json *j, const char *key, bool has, int64_t v)
{
    fh_put_key(j, key);
    if (!has)
        fh_json_null(j);
    else if (f->decimals)
        fh_json_fixed(j, v, f->decimals);
    else
        fh_json_int(j, v);
}

static void put_field(const fh_kind_field *f, fh_json *j)
{
    fh_json_object(j);
    fh_put_text(j, "name", f->name);
    fh_put_text(j, "label", f->label);
    fh_put_text(j, "help", f->help);
    fh_put_word(j, "type", fh_kind_type_word(f->type));
    fh_put_bool(j, "required", f->required);
    fh_put_bool(j, "many", f->many);
    fh_put_bool(j, "by_machine", f->by_machine);
    fh_put_text(j, "computed", f->computed);
    fh_put_text(j, "unit", f->unit);
    fh_put_number(j, "decimals", f->decimals);
    put_bound(f, j, "min", f->has_min, f->min);
    put_bound(f, j, "max", f->has_max, f->max);
    fh_put_number(j, "max_text", f->max_text);
    fh_put_text(j, "of", f->of);
    fh_json_key(j, FH_STR("choices"));
    fh_json_array(j);
    for (uint32_t i = 0; i < f->n_choices; i++) {
        fh_json_object(j);
        fh_put_text(j, "word", f->choice[i].word);
        fh_put_text(j, "label", f->choice[i].label);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}

static void put_move(const fh_kind *k, const fh_kind_move *m, fh_json *j)
{
    fh_json_object(j);
    fh_put_text(j, "name", m->name);
    fh_put_text(j, "label", m->label);
    fh_put_text(j, "help", m->help);
    put_states(k, j, "from", m->from);
    fh_put_text(j, "to", k->state[m->to].name);
    put_who(j, "by", m->by);
    put_strings(j, "needs", m->needs, m->n_needs);
    fh_put_bool(j, "says", m->words);
    fh_json_end_object(j);
}

static void put_clock(const fh_kind *k, const fh_clock *c, fh_json *j)
{
    fh_json_object(j);
    fh_put_text(j, "name", c->name);
    fh_put_text(j, "label", c->label);
    put_states(k, j, "in", c->in);
    fh_put_int(j, "after_ms", c->after_ms);
    fh_put_text(j, "field", c->field);
    put_who(j, "remind", c->remind);
    fh_put_int(j, "remind_ms", c->remind_ms);
    put_who(j, "escalate", c->escalate);
    fh_put_text(j, "move", c->move);
    fh_json_end_object(j);
}

static void put_states_of(const fh_kind *k, fh_json *j)
{
    fh_json_key(j, FH_STR("states"));
    fh_json_array(j);
    for (uint32_t i = 0; i < k->n_states; i++) {
        fh_json_object(j);
        fh_put_text(j, "name", k->state[i].name);
        fh_put_text(j, "label", k->state[i].label);
        fh_put_bool(j, "closed", k->state[i].closed);
        fh_put_bool(j, "concerned", k->state[i].concerned);
        fh_put_bool(j, "held", k->state[i].held);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

void fh_kind_members_json(const fh_kind *k, fh_json *j)
{
    static const char *const owner[] = {"none", "author", "touchpoint", "field"};
    fh_put_text(j, "name", k->name);
    fh_put_text(j, "title", k->title);
    fh_put_text(j, "many", k->many);
    fh_put_text(j, "says", k->says);
    fh_put_text(j, "add", k->add);
    fh_put_text(j, "page", k->page);
    put_who(j, "made_by", k->by);
    fh_put_bool(j, "anonymous", k->anonymous);
    fh_put_bool(j, "challenged", k->challenges);
    fh_put_text(j, "seen_by",
                k->seen_by == FH_SEEN_BY_EVERYBODY ? FH_STR("everybody") : FH_STR("concerned"));
    fh_put_word(j, "owner", owner[k->owner]);
    fh_put_text(j, "owner_field",
                k->owner == FH_OWNER_FIELD ? k->field[k->owner_field].name : (fh_str){"", 0});
    fh_put_text(j, "title_field", k->field[k->title_field].name);
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
