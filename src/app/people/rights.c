/* rights.c - who may do what: the tables of rights and roles, and visibility.
 *
 * Everything that anybody may do follows from role_table below and from fh_sees;
 * there is no other place where a role means something.
 */
#include "app/people/rights.h"

#include "base/nearest.h"

/* ---- Rights -------------------------------------------------------------------------- */

static const struct {
    const char *word, *means;
    bool guarded;
} right_table[FH_N_RIGHTS] = {
#define X(n, name, text, is_guarded, what) {.word = text, .means = what, .guarded = is_guarded},
    FH_RIGHT_MAP(X)
#undef X
};

#define BIT(name) (UINT64_C(1) << FH_RIGHT_##name)

fh_rights fh_rights_all(void)
{
    return (UINT64_C(1) << FH_N_RIGHTS) - 1;
}

fh_rights fh_rights_guarded(void)
{
    fh_rights out = 0;
    for (unsigned i = 0; i < FH_N_RIGHTS; i++)
        if (right_table[i].guarded) out |= UINT64_C(1) << i;
    return out;
}

const char *fh_right_word(fh_right right)
{
    return (unsigned)right < FH_N_RIGHTS ? right_table[right].word : "";
}

const char *fh_right_means(fh_right right)
{
    return (unsigned)right < FH_N_RIGHTS ? right_table[right].means : "";
}

bool fh_right_find(fh_str word, fh_right *out)
{
    for (unsigned i = 0; i < FH_N_RIGHTS; i++) {
        if (!fh_str_eq(word, fh_str_of(right_table[i].word))) continue;
        *out = (fh_right)i;
        return true;
    }
    return false;
}

/* ---- Roles ---------------------------------------------------------------------------- */

/* Nobody is a mere viewer: whoever works here takes part, sees counts and colleagues,
 * and may let programs act for them. */
#define COLLEAGUE (BIT(OWN_STORY) | BIT(TAKE_PART) | BIT(ASK) | BIT(COLLEAGUES) | BIT(OWN_TOKENS))
/* Whoever serves customers reads their stories, so that nobody has to tell them twice. */
#define SERVING (COLLEAGUE | BIT(STORIES) | BIT(SEARCH) | BIT(FINDINGS))

static const struct {
    const char *word, *title, *page;
} role_words[FH_N_ROLES] = {
#define X(n, name, text, shown, first) {.word = text, .title = shown, .page = first},
    FH_ROLE_MAP(X)
#undef X
};

static const struct {
    fh_rights rights;
    const char *means;
} role_table[FH_N_ROLES] = {
    [FH_ROLE_OWNER] = {(UINT64_C(1) << FH_N_RIGHTS) - 1,
                       "Answers for the organisation here: may do everything, makes other owners, "
                       "and the last one stays."},
    [FH_ROLE_ADMIN] = {COLLEAGUE | BIT(SOURCES) | BIT(IMPORT) | BIT(INGEST) | BIT(NAMES) |
                           BIT(PEOPLE) | BIT(TOKENS) | BIT(SETTINGS) | BIT(AUDIT) | BIT(JOBS) |
                           BIT(WEBHOOKS) | BIT(METRICS) | BIT(BACKUP) | BIT(COVERAGE) |
                           BIT(KEEPING),
                       "Keeps Firsthand running: people, sources, settings, tokens. Does not read "
                       "customers' stories for that."},
    [FH_ROLE_FRONT_LINE] = {SERVING, "Serves customers: reads their stories before they must tell "
                                     "them again, reports and mends."},
    [FH_ROLE_JOURNEY_OWNER] = {SERVING | BIT(MAPS) | BIT(NAMES) | BIT(SOURCES),
                               "Owns touchpoints or a journey: what was intended, what happens, "
                               "and what is done about it."},
    [FH_ROLE_LEAD] = {SERVING | BIT(COVERAGE) | BIT(DECIDE) | BIT(MAPS),
                      "Leads a department: its findings and promises, and what its people have "
                      "experienced first-hand."},
    [FH_ROLE_EXECUTIVE] = {COLLEAGUE | BIT(COVERAGE) | BIT(DECIDE) | BIT(STORIES) | BIT(FINDINGS),
                           "Decides, with the need and the evidence in view, and signs for what "
                           "is known to be bad."},
    [FH_ROLE_DESIGNER] = {SERVING | BIT(DESIGNS) | BIT(MAPS) | BIT(XAPI_READ) | BIT(XAPI_WRITE),
                          "Designs learning from the learner backwards."},
    [FH_ROLE_CUSTOMER] = {BIT(OWN_STORY), "Sees the own story and promises, and says whether it "
                                          "is solved."},
    [FH_ROLE_FACILITATOR] = {SERVING | BIT(MAPS) | BIT(WORKSHOPS) | BIT(NAMES) | BIT(COVERAGE),
                             "Leads workshops on journeys and walks."},
    [FH_ROLE_ANALYST] = {COLLEAGUE | BIT(STORIES) | BIT(SEARCH) | BIT(SOURCES) | BIT(IMPORT) |
                             BIT(IDENTITIES) | BIT(NAMES) | BIT(EXPORT) | BIT(XAPI_READ) |
                             BIT(MAPS) | BIT(FINDINGS),
                         "Finds out which ways customers really take."},
    [FH_ROLE_HR] = {COLLEAGUE | BIT(COVERAGE) | BIT(PEOPLE),
                    "Keeps the list of people, and plans inductions."},
    [FH_ROLE_DPO] = {COLLEAGUE | BIT(SEARCH) | BIT(STORIES) | BIT(EXPORT) | BIT(ERASE) |
                         BIT(AUDIT) | BIT(CONSENT) | BIT(SOURCES) | BIT(TOKENS) | BIT(KEEPING),
                     "Sees to it that people's data are used as they may be: gives access, "
                     "erases, reads the log."},
    [FH_ROLE_SUCCESS] = {SERVING | BIT(IDENTITIES) | BIT(DECIDE),
                         "Looks after customers over the years: promises, returns, who is who."},
};

const char *fh_role_word(fh_role role)
{
    return (unsigned)role < FH_N_ROLES ? role_words[role].word : "";
}

const char *fh_role_title(fh_role role)
{
    return (unsigned)role < FH_N_ROLES ? role_words[role].title : "";
}

const char *fh_role_page(fh_role role)
{
    return (unsigned)role < FH_N_ROLES ? role_words[role].page : "";
}

const char *fh_role_means(fh_role role)
{
    return (unsigned)role < FH_N_ROLES ? role_table[role].means : "";
}

fh_rights fh_role_rights(fh_role role)
{
    return (unsigned)role < FH_N_ROLES ? role_table[role].rights : 0;
}

fh_rights fh_roles_rights(fh_roles roles)
{
    fh_rights out = 0;
    for (unsigned i = 0; i < FH_N_ROLES; i++)
        if (roles >> i & 1) out |= role_table[i].rights;
    return out;
}

bool fh_role_find(fh_str word, fh_role *out)
{
    for (unsigned i = 0; i < FH_N_ROLES; i++) {
        if (!fh_str_eq_nocase(word, fh_str_of(role_words[i].word))) continue;
        *out = (fh_role)i;
        return true;
    }
    return false;
}

void fh_roles_print(fh_roles roles, fh_buf *out)
{
    bool first = true;
    for (unsigned i = 0; i < FH_N_ROLES; i++) {
        if (!(roles >> i & 1)) continue;
        if (!first) fh_buf_char(out, ' ');
        fh_buf_text(out, role_words[i].word);
        first = false;
    }
}

/* ---- Words in a list ----------------------------------------------------------------------- */

static bool is_gap(char c)
{
    return c == ' ' || c == ',' || c == '|' || c == '\t' || c == ';';
}

/* The next word of *rest; empty at the end. */
static fh_str next_word(fh_str *rest)
{
    size_t i = 0;
    while (i < rest->len && is_gap(rest->ptr[i])) i++;
    size_t end = i;
    while (end < rest->len && !is_gap(rest->ptr[end])) end++;
    const fh_str word = {rest->ptr + i, end - i};
    *rest = (fh_str){rest->ptr + end, rest->len - end};
    return word;
}

static fh_status unknown_word(fh_str word, const char *what, const fh_str *names, size_t n,
                              fh_error *err)
{
    const size_t near = fh_nearest(word, names, n);
    (void)fh_fail(err, FH_INVALID, "there is no %s called '%.*s'", what,
                  word.len < 60 ? (int)word.len : 60, word.ptr);
    if (near < n) return fh_hint(err, FH_INVALID, "Did you mean '%.*s'?", FH_STR_ARG(names[near]));
    return fh_hint(err, FH_INVALID, "The handbook lists them: docs/handbook/people.md.");
}

fh_status fh_roles_parse(fh_str text, fh_roles *out, fh_error *err)
{
    fh_roles roles = 0;
    for (fh_str word = next_word(&text); word.len; word = next_word(&text)) {
        fh_role role;
        if (!fh_role_find(word, &role)) {
            fh_str names[FH_N_ROLES];
            for (unsigned i = 0; i < FH_N_ROLES; i++) names[i] = fh_str_of(role_words[i].word);
            return unknown_word(word, "role", names, FH_N_ROLES, err);
        }
        roles |= fh_role_bit(role);
    }
    *out = roles;
    return FH_OK;
}

/* What changes nothing and is not guarded. */
#define READING                                                                              \
    (BIT(OWN_STORY) | BIT(ASK) | BIT(STORIES) | BIT(SEARCH) | BIT(SOURCES) | BIT(COVERAGE) | \
     BIT(COLLEAGUES) | BIT(XAPI_READ) | BIT(METRICS))

void fh_scopes_print(fh_rights scopes, fh_buf *out)
{
    bool first = true;
    for (unsigned i = 0; i < FH_N_RIGHTS; i++) {
        if (!(scopes >> i & 1)) continue;
        if (!first) fh_buf_char(out, ' ');
        fh_buf_text(out, right_table[i].word);
        first = false;
    }
}

fh_status fh_scopes_parse(fh_str text, fh_rights *out, fh_error *err)
{
    fh_rights scopes = 0;
    for (fh_str word = next_word(&text); word.len; word = next_word(&text)) {
        fh_right right;
        if (fh_str_eq(word, FH_STR("read"))) {
            scopes |= READING;
        } else if (fh_str_eq(word, FH_STR("admin"))) {
            scopes |= fh_rights_all();
        } else if (fh_right_find(word, &right)) {
            scopes |= fh_right_bit(right);
        } else {
            fh_str names[FH_N_RIGHTS + 2] = {FH_STR("read"), FH_STR("admin")};
            for (unsigned i = 0; i < FH_N_RIGHTS; i++)
                names[i + 2] = fh_str_of(right_table[i].word);
            return unknown_word(word, "scope", names, FH_N_RIGHTS + 2, err);
        }
    }
    if (!scopes) {
        (void)fh_fail(err, FH_INVALID, "a token needs at least one scope");
        return fh_hint(err, FH_INVALID, "Say what the program does: 'ingest', 'read' ...");
    }
    *out = scopes;
    return FH_OK;
}

/* ---- Whoever acts --------------------------------------------------------------------------- */

fh_actor fh_actor_command_line(void)
{
    return (fh_actor){.kind = FH_ACTOR_COMMAND_LINE,
                      .name = FH_STR("command line"),
                      .roles = UINT32_C(1) << FH_ROLE_OWNER,
                      .rights = fh_rights_all(),
                      .second_factor = true};
}

fh_actor fh_actor_system(void)
{
    fh_actor out = fh_actor_command_line();
    out.kind = FH_ACTOR_SYSTEM;
    out.name = FH_STR("Firsthand itself");
    return out;
}

bool fh_may_give(const fh_actor *actor, fh_roles given)
{
    if (given & fh_role_bit(FH_ROLE_OWNER) &&
        (!(actor->roles & fh_role_bit(FH_ROLE_OWNER)) || actor->kind == FH_ACTOR_TOKEN))
        return false;
    /* The roles of the field may read what whoever hands them out may not; roles with
     * guarded rights are given only by somebody who has these. */
    return (fh_roles_rights(given) & fh_rights_guarded() & ~actor->rights) == 0;
}

fh_status fh_require(const fh_actor *actor, fh_right right, fh_error *err)
{
    if (fh_may(actor, right)) return FH_OK;
    (void)fh_fail(err, FH_DENIED, "you may not %s", fh_right_means(right));
    if (actor->kind == FH_ACTOR_TOKEN)
        return fh_hint(err, FH_DENIED, "The token needs the scope '%s', and its owner the right.",
                       fh_right_word(right));
    return fh_hint(err, FH_DENIED,
                   "Ask an administrator for a role that has the right '%s', or sign in with "
                   "your second factor if it was asked for.",
                   fh_right_word(right));
}

/* ---- Visibility ----------------------------------------------------------------------------- */

bool fh_leads(const fh_actor *actor, uint32_t department)
{
    if (!department) return false;
    size_t lo = 0, hi = actor->n_led;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        if (actor->led[mid] == department) return true;
        if (actor->led[mid] < department)
            lo = mid + 1;
        else
            hi = mid;
    }
    return false;
}

static fh_visible sees_story(const fh_actor *actor, const fh_object *o)
{
    if (fh_may(actor, FH_RIGHT_STORIES)) return FH_SEES_ALL;
    if (o->customer && o->customer == actor->customer && fh_may(actor, FH_RIGHT_OWN_STORY))
        return FH_SEES_ALL;
    return fh_may(actor, FH_RIGHT_ASK) ? FH_SEES_COUNTS : FH_SEES_NOTHING;
}

fh_visible fh_sees(const fh_actor *actor, const fh_object *o)
{
    const bool self = o->person && o->person == actor->person;
    switch (o->kind) {
    case FH_OBJECT_STORY: return sees_story(actor, o);
    case FH_OBJECT_COVERAGE:
        if (!fh_may(actor, FH_RIGHT_TAKE_PART)) return FH_SEES_NOTHING;
        if (self || fh_leads(actor, o->department)) return FH_SEES_ALL;
        return fh_may(actor, FH_RIGHT_COVERAGE) ? FH_SEES_COUNTS : FH_SEES_NOTHING;
    case FH_OBJECT_FINDING:
        if (!fh_may(actor, FH_RIGHT_TAKE_PART)) return FH_SEES_NOTHING;
        if (self || (o->owner && o->owner == actor->person)) return FH_SEES_ALL;
        return FH_SEES_ROLES;
    case FH_OBJECT_SIGNAL:
        return fh_may(actor, FH_RIGHT_TAKE_PART) ? FH_SEES_COUNTS : FH_SEES_NOTHING;
    case FH_OBJECT_PERSON:
        if (self || fh_may(actor, FH_RIGHT_PEOPLE)) return FH_SEES_ALL;
        if (!fh_may(actor, FH_RIGHT_COLLEAGUES)) return FH_SEES_NOTHING;
        return fh_leads(actor, o->department) ? FH_SEES_ALL : FH_SEES_ROLES;
    }
    return FH_SEES_NOTHING;
}
