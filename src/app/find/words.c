/* words.c - findings as people read them: the one catalogue of their wording.
 *
 * A sentence names steps and departments, never a person; it says what customers meet and
 * not who did wrong. A cause's `about` is a JSON object of what its sort needs besides:
 *
 *     never       rule, map, step             promise     what, step, within, promised, kept
 *     deviation   map, step, how, share, was  ownerless   what or step, days, whom, because
 *     forgotten   map, step, when, missing    aggravation what, days
 */
#include "app/find/findings.h"

#include "base/json.h"

#include <stdio.h>

fh_status fh_find_names_read(fh_org *org, fh_arena *arena, fh_find_names *out, fh_error *err)
{
    fh_status s = fh_dict_names(org, FH_DICT_TOUCHPOINT, arena, &out->touchpoint, err);
    if (!s) s = fh_dict_names(org, FH_DICT_CHANNEL, arena, &out->channel, err);
    if (!s) s = fh_dict_names(org, FH_DICT_DEPARTMENT, arena, &out->department, err);
    if (!s) s = fh_calling_read(org, arena, &out->calling, err);
    return s;
}

const char *fh_find_sort_title(uint32_t sort)
{
    static const char *const titles[FH_N_FINDING_SORTS] = {
        [FH_FIND_DUPLICATE] = "Said twice",
        [FH_FIND_SIGNATORY] = "Two letters, one name",
        [FH_FIND_CONTRADICTION] = "Said differently",
        [FH_FIND_DAM] = "Told again",
        [FH_FIND_CONTEXT_LOST] = "Handed on without a word",
        [FH_FIND_OVERLOAD] = "Too many messages",
        [FH_FIND_NEVER] = "It should never happen",
        [FH_FIND_DEVIATION] = "Not as it was planned",
        [FH_FIND_PROMISE] = "A promise was not kept",
        [FH_FIND_OWNERLESS] = "Nobody's",
        [FH_FIND_FORGOTTEN] = "A forgotten step",
        [FH_FIND_AGGRAVATION] = "Known for long, and still there",
    };
    return sort < FH_N_FINDING_SORTS ? titles[sort] : "";
}

/* What the facts are called in the middle of a sentence. */
static const char *fact_words(uint32_t type)
{
    static const char *const words[FH_N_FACT_TYPES] = {
        [FH_FACT_DATE] = "dates",
        [FH_FACT_TIME] = "hours",
        [FH_FACT_MONEY] = "amounts",
        [FH_FACT_PERCENT] = "percentages",
        [FH_FACT_DURATION] = "periods",
        [FH_FACT_NUMBER] = "numbers",
        [FH_FACT_PHONE] = "phone numbers",
        [FH_FACT_EMAIL] = "e-mail addresses",
        [FH_FACT_URL] = "web addresses",
        [FH_FACT_PERSON] = "contacts",
        [FH_FACT_PRODUCT] = "products",
        [FH_FACT_ID] = "reference numbers",
        [FH_FACT_POLICY] = "answers to the same question",
    };
    return type < FH_N_FACT_TYPES ? words[type] : "facts";
}

typedef struct saying {
    const fh_cause_row *c;
    const fh_find_names *names;
    fh_arena *arena;
    fh_json_doc about;
    bool has_about;
    fh_buf out;
} saying;

static void put_name(saying *s, fh_str name, const char *otherwise)
{
    if (name.len)
        fh_buf_str(&s->out, name);
    else
        fh_buf_text(&s->out, otherwise);
}

/* "Marketing and Operations" */
static void put_pair(saying *s)
{
    const fh_str from = fh_find_name(&s->names->department, s->c->from);
    const fh_str to = fh_find_name(&s->names->department, s->c->to);
    if (!from.len && !to.len) {
        fh_buf_text(&s->out, "Two departments");
    } else if (s->c->from == s->c->to || !to.len) {
        put_name(s, from, "One department");
    } else {
        put_name(s, from, "One department");
        fh_buf_text(&s->out, " and ");
        fh_buf_str(&s->out, to);
    }
}

static void put_list(saying *s, uint32_t types)
{
    uint32_t left = (uint32_t)__builtin_popcount(types & ((1u << FH_N_FACT_TYPES) - 1));
    if (!left) fh_buf_text(&s->out, "facts");
    for (uint32_t t = 0; t < FH_N_FACT_TYPES; t++) {
        if (!(types >> t & 1)) continue;
        fh_buf_text(&s->out, fact_words(t));
        left--;
        if (left) fh_buf_text(&s->out, left == 1 ? " and " : ", ");
    }
}

/* " about 'welcome'" or " at 'Welcome letter'". */
static void put_where(saying *s)
{
    const fh_str step = fh_find_name(&s->names->touchpoint, s->c->touchpoint);
    if (s->c->purpose.len) {
        fh_buf_text(&s->out, " about '");
        fh_buf_str(&s->out, s->c->purpose);
        fh_buf_text(&s->out, "'");
    } else if (step.len) {
        fh_buf_text(&s->out, " at '");
        fh_buf_str(&s->out, step);
        fh_buf_text(&s->out, "'");
    }
}

/* A member of `about` as text; empty when there is none. */
static fh_str about(saying *s, const char *key)
{
    fh_str text = {"", 0};
    const uint32_t at = s->has_about ? fh_json_get(&s->about, 0, fh_str_of(key)) : 0;
    if (!at) return text;
    if (s->about.token[at].type == FH_JSON_NUMBER) return fh_json_raw(&s->about, at);
    if (s->about.token[at].type == FH_JSON_STRING && !fh_json_text(&s->about, at, s->arena, &text))
        s->out.status = FH_NOMEM;
    return text;
}

/* The step that a sort of maps is about: by the map, else by its interactions. */
static fh_str step_of(saying *s)
{
    const fh_str step = about(s, "step");
    return step.len ? step : fh_find_name(&s->names->touchpoint, s->c->touchpoint);
}

static void put_quoted(saying *s, fh_str text, const char *otherwise)
{
    if (text.len) {
        fh_buf_char(&s->out, '\'');
        fh_buf_str(&s->out, text);
        fh_buf_char(&s->out, '\'');
    } else {
        fh_buf_text(&s->out, otherwise);
    }
}

static void put_called(saying *s, const char *text)
{
    fh_put_called(&s->out, &s->names->calling, text);
}

static void say_dam(saying *s)
{
    const fh_str to = fh_find_name(&s->names->department, s->c->to);
    const fh_str from = fh_find_name(&s->names->department, s->c->from);
    fh_buf_text(&s->out, "After ");
    put_name(s, from, "one department");
    fh_buf_text(&s->out, " hands on to ");
    put_name(s, to, "another");
    put_called(s, (s->c->ways & (FH_HIT_TOLD | FH_HIT_SAYS_SO | FH_HIT_GIVEN))
                      ? ", {customers} tell the same again"
                      : ", {customers} are asked for what is known");
    if (s->c->fact_types && !(s->c->ways & FH_HIT_TOLD)) {
        fh_buf_text(&s->out, ": ");
        put_list(s, s->c->fact_types);
    }
    if (s->c->touchpoint) put_where(s);
}

static void say_of_stories(saying *s)
{
    switch ((fh_finding_sort)s->c->sort) {
    case FH_FIND_DUPLICATE:
        put_pair(s);
        put_called(s, s->c->ways & FH_HIT_SAME_TEXT ? " send the same {customers} the same message"
                                                    : " write to the same {customers}");
        put_where(s);
        break;
    case FH_FIND_SIGNATORY:
        put_pair(s);
        put_called(s, " send the same {customers} letters in one name");
        if (s->c->purpose.len) put_where(s);
        break;
    case FH_FIND_CONTRADICTION:
        put_pair(s);
        put_called(s, " tell the same {customers} different ");
        put_list(s, s->c->fact_types);
        put_where(s);
        break;
    case FH_FIND_DAM: say_dam(s); break;
    case FH_FIND_CONTEXT_LOST:
        put_name(s, fh_find_name(&s->names->department, s->c->from), "One department");
        fh_buf_text(&s->out, " hands on to ");
        put_name(s, fh_find_name(&s->names->department, s->c->to), "another");
        fh_buf_text(&s->out, s->c->ways & FH_HIT_NO_REASON ? " without saying why"
                                                           : ", and nobody hears that it arrived");
        break;
    case FH_FIND_OVERLOAD:
        put_called(s, "{Customers} get more messages than anybody should, most from ");
        put_pair(s);
        break;
    case FH_FIND_NEVER:
    case FH_FIND_DEVIATION:
    case FH_FIND_PROMISE:
    case FH_FIND_OWNERLESS:
    case FH_FIND_FORGOTTEN:
    case FH_FIND_AGGRAVATION:
    case FH_N_FINDING_SORTS: break;
    }
}

/* A fact that was named as right, and messages that say otherwise. */
static void say_of_reference(saying *s)
{
    put_name(s, fh_find_name(&s->names->department, s->c->to), "One department");
    put_called(s, " tells {customers} other ");
    put_list(s, s->c->fact_types);
    fh_buf_text(&s->out, " than what was named as right");
}

static void put_days(saying *s)
{
    const fh_str days = about(s, "days");
    if (!days.len) return;
    fh_buf_text(&s->out, " for ");
    fh_buf_str(&s->out, days);
    fh_buf_text(&s->out, fh_str_eq(days, FH_STR("1")) ? " day" : " days");
}

static void put_percent(saying *s, const char *before, const char *key)
{
    const fh_str share = about(s, key);
    if (!share.len) return;
    fh_buf_text(&s->out, before);
    fh_buf_str(&s->out, share);
    fh_buf_text(&s->out, " %");
}

/* "'Within two days' was kept in 71 of 100 cases at 'Claims calls back'" */
static void say_promise(saying *s)
{
    const fh_str kept = about(s, "kept");
    put_quoted(s, about(s, "what"), "A promise");
    fh_buf_text(&s->out, " was ");
    if (kept.len) {
        fh_buf_text(&s->out, "kept in ");
        fh_buf_str(&s->out, kept);
        fh_buf_text(&s->out, " of 100 cases");
    } else {
        fh_buf_text(&s->out, "not kept in time");
    }
    if (!step_of(s).len) return;
    fh_buf_text(&s->out, " at ");
    put_quoted(s, step_of(s), "");
}

static void say_never(saying *s)
{
    fh_buf_text(&s->out, "What should never happen happened");
    if (step_of(s).len) fh_buf_text(&s->out, " at ");
    put_quoted(s, step_of(s), "");
    if (about(s, "rule").len) fh_buf_text(&s->out, ": ");
    fh_buf_str(&s->out, about(s, "rule"));
}

static void say_deviation(saying *s)
{
    put_quoted(s, step_of(s), "A step");
    fh_buf_char(&s->out, ' ');
    put_name(s, about(s, "how"), "does not go as planned");
    put_percent(s, " for ", "share");
    if (about(s, "share").len) put_called(s, " of {customers}");
    put_percent(s, ", up from ", "was");
}

static void say_ownerless(saying *s)
{
    put_quoted(s, about(s, "what").len ? about(s, "what") : step_of(s), "A moment");
    fh_buf_text(&s->out, about(s, "days").len ? " has had no owner" : " has no owner");
    put_days(s);
    if (about(s, "whom").len) fh_buf_text(&s->out, "; it might be one for ");
    fh_buf_str(&s->out, about(s, "whom"));
}

static void say_forgotten(saying *s)
{
    put_quoted(s, step_of(s), "A step");
    put_percent(s, " reaches ", "share");
    put_called(s, about(s, "share").len ? " of {customers}, and nobody looks after it"
                                        : " is planned, and nobody looks after it");
    if (about(s, "missing").len) fh_buf_text(&s->out, ": it has no ");
    fh_buf_str(&s->out, about(s, "missing"));
}

static void say_aggravation(saying *s)
{
    put_quoted(s, about(s, "what"), "Something");
    fh_buf_text(&s->out, about(s, "days").len ? " has been known" : " is known");
    put_days(s);
    fh_buf_text(&s->out, " and is still there");
}

static void say_of_others(saying *s)
{
    switch ((fh_finding_sort)s->c->sort) {
    case FH_FIND_NEVER: say_never(s); break;
    case FH_FIND_DEVIATION: say_deviation(s); break;
    case FH_FIND_PROMISE: say_promise(s); break;
    case FH_FIND_OWNERLESS: say_ownerless(s); break;
    case FH_FIND_FORGOTTEN: say_forgotten(s); break;
    case FH_FIND_AGGRAVATION: say_aggravation(s); break;
    case FH_FIND_DUPLICATE:
    case FH_FIND_SIGNATORY:
    case FH_FIND_CONTRADICTION:
    case FH_FIND_DAM:
    case FH_FIND_CONTEXT_LOST:
    case FH_FIND_OVERLOAD:
    case FH_N_FINDING_SORTS: break;
    }
}

fh_status fh_cause_says(const fh_cause_row *cause, const fh_find_names *names, fh_arena *arena,
                        fh_str *out, fh_error *err)
{
    enum { TOKENS = 1 << 12 };
    saying s = {.c = cause, .names = names, .arena = arena};
    fh_json_reader *reader = fh_json_reader_new(NULL, TOKENS);
    fh_error wrong = {0};
    if (!reader) return fh_no_memory(err);
    fh_buf_init(&s.out, NULL, 1 << 16);
    if (cause->about.len)
        s.has_about = fh_json_read(reader, cause->about, &s.about, &wrong) == FH_OK &&
                      s.about.n_tokens && s.about.token[0].type == FH_JSON_OBJECT;
    if (cause->sort == FH_FIND_CONTRADICTION && about(&s, "reference").len)
        say_of_reference(&s);
    else if (cause->sort <= FH_FIND_OVERLOAD)
        say_of_stories(&s);
    else
        say_of_others(&s);
    fh_buf_char(&s.out, '.');
    const bool kept = !s.out.status && fh_arena_str(arena, fh_buf_view(&s.out), out);
    fh_buf_free(&s.out);
    fh_json_reader_free(reader);
    return kept ? FH_OK : fh_no_memory(err);
}
