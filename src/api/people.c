/* people.c - the people who work here: the list, one of them, changes, links to come in
 * by, forgetting; the roles there are.
 *
 * Who may see how much of a person is decided in app/people/people.h; here is only the form.
 */
#include "api/inside.h"

#include "base/put.h"

#include <stddef.h>

/* ---- Fields of a change ------------------------------------------------------------------ */

static fh_status roles_field(const fh_call *c, uint32_t *out, uint32_t *fields, fh_error *err)
{
    bool there = false;
    fh_str words = {0};
    fh_status s = fh_call_words(c, "roles", &words, &there, err);
    if (s || !(there || fh_call_empties(c, "roles"))) return s;
    s = fh_roles_parse(words, out, err);
    if (!s) *fields |= FH_PERSON_ROLES;
    return s;
}

static fh_status read_person(const fh_call *c, fh_person *p, uint32_t *fields, fh_error *err)
{
    static const char *const known[] = {"name",     "email",   "external_id", "department",
                                        "level",    "manager", "started",     "roles",
                                        "customer", "active",  NULL};
    *p = (fh_person){.active = true};
    *fields = 0;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text_field(c, "name", FH_PERSON_NAME, &p->name, fields, err);
    if (!s) s = fh_call_text_field(c, "email", FH_PERSON_EMAIL, &p->email, fields, err);
    if (!s)
        s = fh_call_text_field(c, "external_id", FH_PERSON_EXTERNAL_ID, &p->external_id, fields,
                               err);
    if (!s)
        s = fh_call_number_field(c, "department", FH_PERSON_DEPARTMENT, &p->department, fields,
                                 err);
    if (!s) s = fh_call_text_field(c, "level", FH_PERSON_LEVEL, &p->level, fields, err);
    if (!s) s = fh_call_number_field(c, "manager", FH_PERSON_MANAGER, &p->manager, fields, err);
    if (!s) s = fh_call_text_field(c, "started", FH_PERSON_STARTED, &p->started, fields, err);
    if (!s) s = roles_field(c, &p->roles, fields, err);
    if (!s) s = fh_call_number_field(c, "customer", FH_PERSON_CUSTOMER, &p->customer, fields, err);
    if (!s) s = fh_call_bool_field(c, "active", FH_PERSON_ACTIVE, &p->active, fields, err);
    return s;
}

/* ---- The list ------------------------------------------------------------------------------- */

typedef struct people_query {
    fh_str after, role, q, who;
    uint64_t limit, department, manager;
    bool below, disabled;
} people_query;

static const fh_option people_options[] = {
    {0, "after", FH_OPTION_TEXT, offsetof(people_query, after), "NEXT",
     "go on behind this place: 'next' of the reply before", NULL},
    {0, "limit", FH_OPTION_COUNT, offsetof(people_query, limit), "N",
     "at most so many, up to 1000 (default 100)", NULL},
    {0, "department", FH_OPTION_COUNT, offsetof(people_query, department), "N",
     "only those of this department", NULL},
    {0, "below", FH_OPTION_FLAG, offsetof(people_query, below), NULL,
     "and of the departments under it", NULL},
    {0, "manager", FH_OPTION_COUNT, offsetof(people_query, manager), "N",
     "only those who report to this person", NULL},
    {0, "role", FH_OPTION_LIST, offsetof(people_query, role), "WORD",
     "only those with any of these roles", NULL},
    {0, "q", FH_OPTION_TEXT, offsetof(people_query, q), "TEXT",
     "only where this is part of name or e-mail address", NULL},
    {0, "who", FH_OPTION_TEXT, offsetof(people_query, who), "WHO",
     "only this person: an address, an id, or #17", NULL},
    {0, "disabled", FH_OPTION_FLAG, offsetof(people_query, disabled), NULL,
     "those who are disabled as well", NULL},
    {0},
};
static const people_query people_defaults = {.limit = 100};

static fh_status filter_of(const people_query *q, fh_people_filter *out, fh_error *err)
{
    int64_t after = 0;
    fh_status s = fh_call_cursor(q->after, &after, err);
    if (s) return s;
    if (q->limit < 1 || q->limit > 1000 || q->department > UINT32_MAX || q->manager > UINT32_MAX ||
        after > UINT32_MAX)
        return fh_fail(err, FH_INVALID, "limit is 1 to 1000, numbers are below 4294967296");
    *out = (fh_people_filter){.after = (uint32_t)after,
                              .department = (uint32_t)q->department,
                              .below = q->below,
                              .manager = (uint32_t)q->manager,
                              .text = q->q,
                              .disabled = q->disabled};
    return q->role.len ? fh_roles_parse(q->role, &out->roles, err) : FH_OK;
}

static fh_status list_one(fh_call *c, fh_str who, fh_error *err)
{
    uint32_t number = 0;
    fh_person p;
    fh_status s = fh_person_find(c->org, &c->actor, who, &number, err);
    if (!s) s = fh_person_get(c->org, &c->actor, number, c->arena, &p, err);
    if (s) return s;
    fh_call_page_begin(c);
    fh_person_json(&p, &c->json);
    fh_call_page_end(c, (fh_str){0});
    return FH_OK;
}

static fh_status list_people(fh_call *c, fh_error *err)
{
    const people_query *q = c->query;
    fh_people_filter filter = {0};
    const fh_person *p = NULL;
    size_t n = 0;
    uint32_t next = 0;
    fh_str cursor = {0};
    if (q->who.len) return list_one(c, q->who, err);
    fh_status s = filter_of(q, &filter, err);
    if (!s)
        s = fh_people_list(c->org, &c->actor, &filter, (size_t)q->limit, c->arena, &p, &n, &next,
                           err);
    if (!s && next && !fh_arena_format(c->arena, &cursor, "%u", next)) s = fh_no_memory(err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; i < n; i++) fh_person_json(&p[i], &c->json);
    fh_call_page_end(c, cursor);
    return FH_OK;
}

/* ---- One of them ---------------------------------------------------------------------------- */

static fh_status get_person(fh_call *c, fh_error *err)
{
    uint32_t number = 0;
    fh_person p;
    fh_status s = fh_call_number(c, 0, &number, err);
    if (!s) s = fh_person_get(c->org, &c->actor, number, c->arena, &p, err);
    if (s) return s;
    fh_person_json(&p, &c->json);
    return fh_call_version_is(c, p.version, err);
}

static fh_status add_person(fh_call *c, fh_error *err)
{
    fh_person p, made;
    uint32_t fields = 0;
    fh_status s = read_person(c, &p, &fields, err);
    if (!s) s = fh_person_create(c->org, &c->actor, &p, c->arena, &made, err);
    if (s) return s;
    fh_person_json(&made, &c->json);
    s = fh_call_version_is(c, made.version, err);
    return s ? s : fh_call_made(c, "/api/v1/people", made.person, err);
}

static fh_status change_person(fh_call *c, fh_error *err)
{
    fh_person p, now;
    uint32_t fields = 0, number = 0;
    fh_status s = fh_call_number(c, 0, &number, err);
    if (!s) s = read_person(c, &p, &fields, err);
    p.person = number;
    p.version = c->version;
    if (!s) s = fh_person_change(c->org, &c->actor, &p, fields, c->arena, &now, err);
    if (s) return s;
    fh_person_json(&now, &c->json);
    return fh_call_version_is(c, now.version, err);
}

static fh_status forget_person(fh_call *c, fh_error *err)
{
    uint32_t number = 0;
    const fh_status s = fh_call_number(c, 0, &number, err);
    return s ? s : fh_person_forget(c->org, &c->actor, number, c->version, err);
}

/* ---- A link to come in by ------------------------------------------------------------------- */

static fh_status link_kind(const fh_call *c, fh_link_kind *out, fh_error *err)
{
    static const char *const known[] = {"kind", NULL};
    fh_str word = {0};
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "kind", &word, NULL, err);
    if (s) return s;
    const bool invite = fh_str_eq(word, FH_STR("invite"));
    if (!invite && !fh_str_eq(word, FH_STR("reset")))
        return fh_fail(err, FH_INVALID, "/kind is invite or reset");
    *out = invite ? FH_LINK_INVITE : FH_LINK_RESET;
    return FH_OK;
}

/* Whoever has the link comes in: it is shown once and kept nowhere. */
static fh_status make_link(fh_call *c, fh_error *err)
{
    uint32_t number = 0;
    fh_link_kind kind = FH_LINK_INVITE;
    fh_str base = c->api->options.base_url, url = {0};
    c->untagged = true;
    fh_status s = fh_call_number(c, 0, &number, err);
    if (!s) s = link_kind(c, &kind, err);
    if (!s && !base.len &&
        !fh_arena_format(c->arena, &base, "http://%.*s", FH_STR_ARG(c->request->host)))
        s = fh_no_memory(err);
    if (!s) s = fh_person_link(c->org, &c->actor, number, kind, base, c->arena, &url, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_text(&c->json, "kind", kind == FH_LINK_INVITE ? FH_STR("invite") : FH_STR("reset"));
    fh_put_text(&c->json, "url", url);
    fh_json_end_object(&c->json);
    return FH_OK;
}

/* ---- What there is to give ------------------------------------------------------------------ */

static void rights_json(fh_json *j, fh_rights rights)
{
    fh_put_key(j, "rights");
    fh_json_array(j);
    for (unsigned i = 0; i < FH_N_RIGHTS; i++)
        if (rights >> i & 1) fh_json_str(j, fh_str_of(fh_right_word((fh_right)i)));
    fh_json_end_array(j);
}

static fh_status list_roles(fh_call *c, fh_error *err)
{
    (void)err;
    fh_call_page_begin(c);
    for (unsigned i = 0; i < FH_N_ROLES; i++) {
        const fh_role role = (fh_role)i;
        fh_json_object(&c->json);
        fh_put_text(&c->json, "role", fh_str_of(fh_role_word(role)));
        fh_put_text(&c->json, "title", fh_str_of(fh_role_title(role)));
        fh_put_text(&c->json, "means", fh_str_of(fh_role_means(role)));
        fh_put_text(&c->json, "page", fh_str_of(fh_role_page(role)));
        rights_json(&c->json, fh_role_rights(role));
        fh_put_bool(&c->json, "may_give", fh_may_give(&c->actor, fh_role_bit(role)));
        fh_json_end_object(&c->json);
    }
    fh_call_page_end(c, (fh_str){0});
    return FH_OK;
}

static fh_status list_rights(fh_call *c, fh_error *err)
{
    (void)err;
    fh_call_page_begin(c);
    for (unsigned i = 0; i < FH_N_RIGHTS; i++) {
        const fh_right right = (fh_right)i;
        fh_json_object(&c->json);
        fh_put_text(&c->json, "right", fh_str_of(fh_right_word(right)));
        fh_put_text(&c->json, "means", fh_str_of(fh_right_means(right)));
        fh_put_bool(&c->json, "guarded", (fh_rights_guarded() & fh_right_bit(right)) != 0);
        fh_json_end_object(&c->json);
    }
    fh_call_page_end(c, (fh_str){0});
    return FH_OK;
}

const fh_route fh_routes_people[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/people",
     .id = "listPeople",
     .group = "People",
     .summary = "The directory of colleagues",
     .right = FH_RIGHT_COLLEAGUES,
     .query = people_options,
     .query_size = sizeof(people_query),
     .query_defaults = &people_defaults,
     .reply = "PeoplePage",
     .handle = list_people},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/people",
     .id = "addPerson",
     .group = "People",
     .summary = "Add a person",
     .right = FH_RIGHT_PEOPLE,
     .flags = FH_ROUTE_WRITES,
     .body = "PersonChange",
     .reply = "Person",
     .status = 201,
     .handle = add_person},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/people/{person}",
     .id = "getPerson",
     .group = "People",
     .summary = "One person, as far as the caller may see",
     .right = FH_ANYBODY,
     .reply = "Person",
     .handle = get_person},
    {.method = FH_HTTP_PATCH,
     .path = "/api/v1/people/{person}",
     .id = "changePerson",
     .group = "People",
     .summary = "Change a person",
     .right = FH_RIGHT_PEOPLE,
     .flags = FH_ROUTE_WRITES | FH_ROUTE_VERSIONED | FH_ROUTE_WHO_CHANGES,
     .body = "PersonChange",
     .reply = "Person",
     .handle = change_person},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/people/{person}/forget",
     .id = "forgetPerson",
     .group = "People",
     .summary = "Take away who a former colleague was; cannot be undone",
     .right = FH_RIGHT_PEOPLE,
     .flags = FH_ROUTE_WRITES | FH_ROUTE_VERSIONED | FH_ROUTE_WHO_CHANGES,
     .handle = forget_person},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/people/{person}/link",
     .id = "makeLink",
     .group = "People",
     .summary = "A one-time link by which a person sets a password",
     .right = FH_RIGHT_PEOPLE,
     .flags = FH_ROUTE_WRITES,
     .body = "LinkWanted",
     .reply = "LinkMade",
     .status = 201,
     .handle = make_link},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/roles",
     .id = "listRoles",
     .group = "People",
     .summary = "The roles there are, and what each may do",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_NO_ORG,
     .reply = "Roles",
     .handle = list_roles},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/rights",
     .id = "listRights",
     .group = "People",
     .summary = "The rights there are: also the scopes of tokens",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_NO_ORG,
     .reply = "Rights",
     .handle = list_rights},
    {.path = NULL},
};
