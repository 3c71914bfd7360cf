/* kinds.c - kinds of records: what there is, and what an organisation declares itself.
 *
 *     GET  /kinds                 all, as forms and lists need them
 *     GET  /kinds/{kind}          one, with its declaration; its ETag is the version
 *     POST /kinds/check           what a declaration would become, or all that does not fit
 *     PUT  /kinds/{kind}          adds or changes one
 *     PATCH /kinds/{kind}         no more of it is made, or again
 *
 * A kind that comes with Firsthand has version 0, which no ETag shows: it is "1" for one
 * that nobody has changed, and one more than the stored version from then on.
 */
#include "api/inside.h"
#include "app/records/records.h"
#include "base/put.h"

enum { KIND_JSON_MAX = 1 << 20 };

/* Whether the caller may make one, as far as that depends on nothing but who they are. */
static bool may_make(const fh_actor *a, const fh_kind *k)
{
    static const struct {
        fh_who_bit who;
        fh_right right;
    } rights[] = {{FH_WHO_ANYBODY, FH_RIGHT_TAKE_PART}, {FH_WHO_FINDINGS, FH_RIGHT_FINDINGS},
                  {FH_WHO_DECIDE, FH_RIGHT_DECIDE},     {FH_WHO_DESIGNS, FH_RIGHT_DESIGNS},
                  {FH_WHO_CONSENT, FH_RIGHT_CONSENT},   {FH_WHO_CUSTOMER, FH_RIGHT_OWN_STORY},
                  {FH_WHO_ADMIN, FH_RIGHT_SETTINGS}};
    if (!fh_may(a, FH_RIGHT_TAKE_PART)) return false;
    for (size_t i = 0; i < sizeof rights / sizeof rights[0]; i++)
        if (k->by >> rights[i].who & 1 && fh_may(a, rights[i].right)) return true;
    return (k->by >> FH_WHO_LEAD & 1) && a->n_led > 0;
}

/* What is declared, then how it stands. */
static fh_status kind_json(fh_call *c, const fh_kind *k, const fh_kind_stored *stored, bool whole,
                           fh_error *err)
{
    fh_buf text;
    fh_json declared;
    fh_buf_init(&text, NULL, KIND_JSON_MAX);
    fh_json_begin(&declared, &text, 0);
    fh_kind_json(k, &declared);
    fh_json_object(&c->json);
    fh_json_members(&c->json, fh_buf_view(&text));
    fh_put_bool(&c->json, "own", stored->own);
    fh_put_bool(&c->json, "changed", !stored->own && stored->declared.len > 0);
    fh_put_bool(&c->json, "active", stored->active);
    fh_put_number(&c->json, "version", (uint64_t)stored->version + 1);
    fh_put_bool(&c->json, "may_make", stored->active && may_make(&c->actor, k));
    if (whole) fh_put_text(&c->json, "declaration", k->text);
    fh_json_end_object(&c->json);
    const bool fits = text.status == FH_OK;
    fh_buf_free(&text);
    return fits ? FH_OK : fh_no_memory(err);
}

static fh_status list_kinds(fh_call *c, fh_error *err)
{
    const fh_kind *const *kind = NULL;
    size_t n = 0;
    fh_status s = fh_kinds_all(c->org, c->arena, &kind, &n, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; !s && i < n; i++) {
        fh_kind_stored stored = {.active = true};
        s = fh_kind_stored_get(c->org, kind[i]->name, c->arena, &stored, err);
        if (!s) s = kind_json(c, kind[i], &stored, false, err);
    }
    fh_call_page_end(c, (fh_str){0});
    return s;
}

static fh_status show(fh_call *c, fh_str name, fh_error *err)
{
    const fh_kind *kind = NULL;
    fh_kind_stored stored = {.active = true};
    fh_status s = fh_kind_get(c->org, name, c->arena, &kind, err);
    if (!s) s = fh_kind_stored_get(c->org, name, c->arena, &stored, err);
    if (!s) s = kind_json(c, kind, &stored, true, err);
    return s ? s : fh_call_version_is(c, stored.version + 1, err);
}

static fh_status get_kind(fh_call *c, fh_error *err)
{
    return show(c, c->path_value[0], err);
}

/* ---- Changing ------------------------------------------------------------------------------ */

static fh_status the_declaration(const fh_call *c, fh_str *out, fh_error *err)
{
    static const char *const known[] = {"declaration", NULL};
    const fh_status s = fh_call_known(c, known, err);
    return s ? s : fh_call_text(c, "declaration", out, NULL, err);
}

/* With problems all of them are told, which is what was asked for. */
static fh_status check_kind(fh_call *c, fh_error *err)
{
    fh_str text = {0};
    const fh_kind *kind = NULL;
    const fh_kind_problem *problem = NULL;
    size_t n = 0;
    fh_error why = {0};
    fh_json *j = &c->json;
    fh_status s = the_declaration(c, &text, err);
    if (s) return s;
    s = fh_kind_try(c->org, text, c->arena, &kind, &problem, &n, &why);
    if (s && s != FH_FORMAT) {
        if (err) *err = why;
        return s;
    }
    fh_json_object(j);
    fh_put_bool(j, "ok", !s);
    fh_put_key(j, "problems");
    fh_json_array(j);
    for (size_t i = 0; s && i < n; i++) {
        fh_json_object(j);
        fh_put_number(j, "line", problem[i].line);
        fh_put_number(j, "column", problem[i].column);
        fh_put_text(j, "what", problem[i].what);
        fh_put_text(j, "remedy", problem[i].remedy);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    if (!s) {
        const fh_kind_stored stored = {.own = true, .active = true};
        fh_put_key(j, "kind");
        s = kind_json(c, kind, &stored, false, err);
    } else {
        s = FH_OK;
    }
    fh_json_end_object(j);
    return s;
}

/* If-Match is asked for when the kind is there: which only the organisation knows. */
static fh_status seen_version(fh_call *c, int64_t *version, fh_error *err)
{
    fh_kind_stored stored = {.active = true};
    const fh_kind *kind = NULL;
    fh_error missing = {0};
    *version = 0;
    if (fh_kind_get(c->org, c->path_value[0], c->arena, &kind, &missing) == FH_NOTFOUND)
        return FH_OK;
    const fh_status s = fh_kind_stored_get(c->org, c->path_value[0], c->arena, &stored, err);
    if (s) return s;
    if (!fh_str_trim(fh_http_field(c->x, "If-Match")).len) {
        c->refusal = FH_NO_IF_MATCH;
        (void)fh_fail(err, FH_INVALID,
                      "there is a kind '%.*s' already: the header If-Match is "
                      "missing",
                      FH_STR_ARG(c->path_value[0]));
        return fh_hint(err, FH_INVALID,
                       "Send the ETag of what you have read, so that nobody's change is lost.");
    }
    *version = c->version ? c->version - 1 : stored.version;
    if (*version == stored.version) return FH_OK;
    (void)fh_fail(err, FH_STALE, "somebody has changed the kind '%.*s' meanwhile",
                  FH_STR_ARG(c->path_value[0]));
    return fh_hint(err, FH_STALE, "Read it again, and send what you want with the new ETag.");
}

/* The use cases make their own transactions. */
static fh_status put_kind(fh_call *c, fh_error *err)
{
    fh_str text = {0};
    const fh_kind *kind = NULL;
    int64_t version = 0;
    fh_status s = the_declaration(c, &text, err);
    if (!s) s = fh_call_lane(c, err);
    if (s) return s;
    s = seen_version(c, &version, err);
    if (!s)
        s = fh_kind_declare(c->org, &c->actor, c->path_value[0], text, version, c->arena, &kind,
                            err);
    if (!s) s = show(c, c->path_value[0], err);
    return fh_call_lane_done(c, s);
}

static fh_status change_kind(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"active", NULL};
    bool active = true;
    int64_t version = 0;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_bool(c, "active", &active, NULL, err);
    if (!s) s = fh_call_lane(c, err);
    if (s) return s;
    s = seen_version(c, &version, err);
    if (!s) s = fh_kind_set_active(c->org, &c->actor, c->path_value[0], version, active, err);
    if (!s) s = show(c, c->path_value[0], err);
    return fh_call_lane_done(c, s);
}

static fh_status list_words(fh_call *c, fh_error *err)
{
    static const struct {
        const char *key;
        const fh_known_word *words;
    } lists[] = {{"conditions", fh_known_conditions}, {"computed", fh_known_computed}};
    fh_json *j = &c->json;
    (void)err;
    fh_json_object(j);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        fh_put_key(j, lists[i].key);
        fh_json_array(j);
        for (const fh_known_word *w = lists[i].words; w->word; w++) {
            fh_json_object(j);
            fh_put_word(j, "word", w->word);
            fh_put_word(j, "means", w->means);
            fh_json_end_object(j);
        }
        fh_json_end_array(j);
    }
    fh_json_end_object(j);
    return FH_OK;
}

const fh_route fh_routes_kinds[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/kinds",
     .id = "listKinds",
     .group = "Kinds",
     .summary = "All kinds of records, with fields, states, moves and clocks",
     .right = FH_RIGHT_TAKE_PART,
     .reply = "Kinds",
     .handle = list_kinds},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/kind-words",
     .id = "listKindWords",
     .group = "Kinds",
     .summary = "Names of conditions and computed fields that declarations may use",
     .right = FH_RIGHT_TAKE_PART,
     .reply = "KindWords",
     .handle = list_words},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/kinds/check",
     .id = "checkKind",
     .group = "Kinds",
     .summary = "Check a declaration: all that does not fit, with line and column",
     .right = FH_RIGHT_SETTINGS,
     .body = "KindDeclaration",
     .reply = "KindChecked",
     .handle = check_kind},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/kinds/{kind}",
     .id = "getKind",
     .group = "Kinds",
     .summary = "One kind, with its declaration",
     .right = FH_RIGHT_TAKE_PART,
     .reply = "KindWhole",
     .handle = get_kind},
    {.method = FH_HTTP_PUT,
     .path = "/api/v1/kinds/{kind}",
     .id = "declareKind",
     .group = "Kinds",
     .summary = "Add a kind, or change one (with If-Match); an empty declaration puts back one "
                "that comes with Firsthand",
     .right = FH_RIGHT_SETTINGS,
     .flags = FH_ROUTE_NO_ORG,
     .body = "KindDeclaration",
     .reply = "KindWhole",
     .handle = put_kind},
    {.method = FH_HTTP_PATCH,
     .path = "/api/v1/kinds/{kind}",
     .id = "changeKind",
     .group = "Kinds",
     .summary = "Let no more of a kind be made, or again; what there is stays",
     .right = FH_RIGHT_SETTINGS,
     .flags = FH_ROUTE_NO_ORG | FH_ROUTE_VERSIONED,
     .body = "KindChange",
     .reply = "KindWhole",
     .handle = change_kind},
    {.path = NULL},
};
