/* openapi_kinds.c - the typed part of the description: for every kind of records, what may be
 * sent and what is told, made from its declaration.
 *
 * The paths are those of /records/{kind} with the kind's name in place; the same routes
 * answer. Kinds are the organisation's business: they are told to those who take part.
 */
#include "api/openapi.h"

#include "base/put.h"

#include <stdio.h>
#include <string.h>

enum { NAME_MAX_BYTES = 160 };

static void raw(fh_json *j, const char *name, const char *json)
{
    fh_put_key(j, name);
    fh_json_raw_value(j, fh_str_of(json));
}

static void reference(fh_json *j, const fh_kind *k, const char *part)
{
    char name[NAME_MAX_BYTES];
    (void)snprintf(name, sizeof name, "#/components/schemas/record.%.*s.%s", FH_STR_ARG(k->name),
                   part);
    fh_json_object(j);
    fh_put_word(j, "$ref", name);
    fh_json_end_object(j);
}

/* ---- Schemas: one field ------------------------------------------------------------------- */

static void limits(fh_json *j, const fh_kind_field *f)
{
    if (f->has_min) {
        fh_put_key(j, "minimum");
        fh_json_fixed(j, f->min, f->decimals);
    }
    if (f->has_max) {
        fh_put_key(j, "maximum");
        fh_json_fixed(j, f->max, f->decimals);
    }
}

/* null empties a field, and tells that it is. */
static void choices(fh_json *j, const fh_kind_field *f)
{
    fh_put_key(j, "enum");
    fh_json_array(j);
    for (uint32_t i = 0; i < f->n_choices; i++) fh_json_str(j, f->choice[i].word);
    fh_json_null(j);
    fh_json_end_array(j);
}

static void one_value(fh_json *j, const fh_kind_field *f)
{
    switch (f->type) {
    case FH_TYPE_TEXT:
    case FH_TYPE_STORIES: raw(j, "type", "[\"string\",\"null\"]"); break;
    case FH_TYPE_CHOICE: choices(j, f); break;
    case FH_TYPE_YES: raw(j, "type", "[\"boolean\",\"null\"]"); break;
    case FH_TYPE_NUMBER:
        raw(j, "type", "[\"number\",\"null\"]");
        limits(j, f);
        break;
    case FH_TYPE_SCORE:
        raw(j, "type", "[\"integer\",\"null\"]");
        limits(j, f);
        break;
    case FH_TYPE_DATE:
        raw(j, "type", "[\"string\",\"null\"]");
        fh_put_word(j, "format", "date");
        break;
    case FH_TYPE_PERSON:
    case FH_TYPE_DEPARTMENT:
    case FH_TYPE_TOUCHPOINT:
    case FH_TYPE_CUSTOMER:
    case FH_TYPE_RECORD:
    case FH_TYPE_FILE: raw(j, "type", "[\"integer\",\"null\"]"); break;
    case FH_N_TYPES: break;
    }
}

static void field_schema(fh_json *j, const fh_kind_field *f)
{
    fh_json_object(j);
    fh_put_text(j, "title", f->label);
    if (f->help.len) {
        fh_put_text(j, "description", f->help);
    }
    if (f->computed.len) {
        raw(j, "readOnly", "true");
    } else if (f->many) {
        raw(j, "type", "[\"array\",\"null\"]");
        fh_put_key(j, "items");
        fh_json_object(j);
        one_value(j, f);
        fh_json_end_object(j);
    } else {
        one_value(j, f);
    }
    fh_json_end_object(j);
}

static bool given(const fh_kind_field *f)
{
    return !f->computed.len && !f->by_machine;
}

/* `sent`: only what people may send. */
static void fields_schema(fh_json *j, const fh_kind *k, bool sent, bool whole)
{
    fh_json_object(j);
    fh_put_word(j, "type", "object");
    raw(j, "additionalProperties", "false");
    if (whole) {
        fh_put_key(j, "required");
        fh_json_array(j);
        for (uint32_t i = 0; i < k->n_fields; i++)
            if (k->field[i].required && given(&k->field[i])) fh_json_str(j, k->field[i].name);
        fh_json_end_array(j);
    }
    fh_put_key(j, "properties");
    fh_json_object(j);
    for (uint32_t i = 0; i < k->n_fields; i++) {
        if (sent && !given(&k->field[i])) continue;
        fh_json_key(j, k->field[i].name);
        field_schema(j, &k->field[i]);
    }
    fh_json_end_object(j);
    fh_json_end_object(j);
}

/* ---- Schemas: bodies and replies ----------------------------------------------------------- */

static void schema_key(fh_json *j, const fh_kind *k, const char *part)
{
    char name[NAME_MAX_BYTES];
    (void)snprintf(name, sizeof name, "record.%.*s.%s", FH_STR_ARG(k->name), part);
    fh_put_key(j, name);
}

/* `base` of schemas.json, with `fields` as this kind declares them. */
static void narrowed(fh_json *j, const fh_kind *k, const char *part, const char *base,
                     const char *fields)
{
    char path[NAME_MAX_BYTES];
    (void)snprintf(path, sizeof path, "#/components/schemas/%s", base);
    schema_key(j, k, part);
    fh_json_object(j);
    fh_put_key(j, "allOf");
    fh_json_array(j);
    fh_json_object(j);
    fh_put_word(j, "$ref", path);
    fh_json_end_object(j);
    fh_json_object(j);
    fh_put_word(j, "type", "object");
    fh_put_key(j, "properties");
    fh_json_object(j);
    fh_put_key(j, "fields");
    reference(j, k, fields);
    fh_json_end_object(j);
    fh_json_end_object(j);
    fh_json_end_array(j);
    fh_json_end_object(j);
}

static void list_schema(fh_json *j, const fh_kind *k)
{
    schema_key(j, k, "list");
    fh_json_object(j);
    fh_put_word(j, "type", "object");
    raw(j, "required", "[\"items\",\"names\",\"next\"]");
    fh_put_key(j, "properties");
    fh_json_object(j);
    fh_put_key(j, "items");
    fh_json_object(j);
    fh_put_word(j, "type", "array");
    fh_put_key(j, "items");
    reference(j, k, "row");
    fh_json_end_object(j);
    raw(j, "names", "{\"$ref\":\"#/components/schemas/RecordNames\"}");
    raw(j, "next", "{\"$ref\":\"#/components/schemas/Next\"}");
    fh_json_end_object(j);
    fh_json_end_object(j);
}

void fh_openapi_kind_schemas(fh_json *j, const fh_kind *k)
{
    schema_key(j, k, "fields");
    fields_schema(j, k, false, false);
    schema_key(j, k, "sent");
    fields_schema(j, k, true, false);
    schema_key(j, k, "first");
    fields_schema(j, k, true, true);
    narrowed(j, k, "new", "RecordNew", "first");
    narrowed(j, k, "change", "RecordChange", "sent");
    narrowed(j, k, "row", "Record", "fields");
    narrowed(j, k, "whole", "RecordWhole", "fields");
    narrowed(j, k, "made", "RecordMade", "fields");
    list_schema(j, k);
}

/* ---- Paths ----------------------------------------------------------------------------------- */

/* "makeInformationRequestRecord" */
static void operation_id(fh_json *j, const fh_kind *k, const char *verb, const char *noun)
{
    char id[NAME_MAX_BYTES];
    size_t n = 0;
    bool capital = true;
    for (; *verb && n < 40; verb++) id[n++] = *verb;
    for (size_t i = 0; i < k->name.len && n < 120; i++) {
        const char c = k->name.ptr[i];
        if (c != '-') id[n++] = capital && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        capital = c == '-';
    }
    for (; *noun && n < NAME_MAX_BYTES - 1; noun++) id[n++] = *noun;
    fh_put_text(j, "operationId", (fh_str){id, n});
}

typedef struct typed {
    const char *method, *verb, *noun, *generic; /* generic: operationId of the untyped one */
    const char *body, *reply;                   /* parts; NULL: none */
    const char *code;
    bool changes, versioned;
} typed;

static void content(fh_json *j, const fh_kind *k, const char *part)
{
    fh_put_key(j, "content");
    fh_json_object(j);
    fh_put_key(j, "application/json");
    fh_json_object(j);
    fh_put_key(j, "schema");
    reference(j, k, part);
    fh_json_end_object(j);
    fh_json_end_object(j);
}

static void parameters(fh_json *j, const typed *t, bool of_one)
{
    fh_put_key(j, "parameters");
    fh_json_array(j);
    if (of_one)
        fh_json_raw_value(j, FH_STR("{\"name\":\"record\",\"in\":\"path\",\"required\":true,"
                                    "\"schema\":{\"type\":\"string\"}}"));
    if (t->versioned)
        fh_json_raw_value(j, FH_STR("{\"$ref\":\"#/components/parameters/IfMatch\"}"));
    if (t->changes)
        fh_json_raw_value(j, FH_STR("{\"$ref\":\"#/components/parameters/IdempotencyKey\"}"));
    fh_json_end_array(j);
}

static void operation(fh_json *j, const fh_kind *k, const typed *t, bool of_one)
{
    char words[NAME_MAX_BYTES];
    fh_put_key(j, t->method);
    fh_json_object(j);
    operation_id(j, k, t->verb, t->noun);
    fh_put_key(j, "tags");
    fh_json_array(j);
    fh_json_str(j, k->many);
    fh_json_end_array(j);
    (void)snprintf(words, sizeof words, "As %s, with the fields of this kind", t->generic);
    fh_put_word(j, "summary", words);
    parameters(j, t, of_one);
    if (t->body) {
        fh_put_key(j, "requestBody");
        fh_json_object(j);
        raw(j, "required", "true");
        content(j, k, t->body);
        fh_json_end_object(j);
    }
    fh_put_key(j, "responses");
    fh_json_object(j);
    fh_put_key(j, t->code);
    fh_json_object(j);
    fh_put_word(j, "description", "What was asked for");
    content(j, k, t->reply);
    fh_json_end_object(j);
    if (t->versioned) raw(j, "412", "{\"$ref\":\"#/components/responses/Stale\"}");
    raw(j, "default", "{\"$ref\":\"#/components/responses/Problem\"}");
    fh_json_end_object(j);
    fh_json_end_object(j);
}

void fh_openapi_kind_paths(fh_json *j, const fh_kind *k)
{
    static const typed of_all[] = {
        {"get", "list", "Records", "listRecordsOfKind", NULL, "list", "200", false, false},
        {"post", "make", "Record", "makeRecord", "new", "made", "201", true, false}};
    static const typed of_one[] = {
        {"get", "get", "Record", "getRecord", NULL, "whole", "200", false, false},
        {"patch", "change", "Record", "changeRecord", "change", "whole", "200", true, true}};
    char path[NAME_MAX_BYTES];
    (void)snprintf(path, sizeof path, "/api/v1/records/%.*s", FH_STR_ARG(k->name));
    fh_put_key(j, path);
    fh_json_object(j);
    for (size_t i = 0; i < 2; i++) operation(j, k, &of_all[i], false);
    fh_json_end_object(j);
    (void)snprintf(path, sizeof path, "/api/v1/records/%.*s/{record}", FH_STR_ARG(k->name));
    fh_put_key(j, path);
    fh_json_object(j);
    for (size_t i = 0; i < 2; i++) operation(j, k, &of_one[i], true);
    fh_json_end_object(j);
}
