/* sources.c - where interactions come from: how much, how fresh, read in which way. */
#include "api/inside.h"
#include "app/data/source_facts.h"
#include "base/put.h"

static void put_origin(const fh_origin *o, fh_json *j)
{
    fh_put_key(j, "last_import");
    fh_json_object(j);
    fh_put_number(j, "origin", o->origin);
    fh_put_text(j, "file", o->file);
    fh_put_time(j, "started", o->started_ms);
    fh_put_time(j, "last", o->last_ms);
    fh_put_number(j, "read", o->rows_done);
    fh_put_number(j, "added", o->rows_added);
    fh_put_number(j, "known", o->rows_known);
    fh_put_number(j, "rejected", o->rows_rejected);
    fh_put_bool(j, "complete", o->complete);
    fh_put_text(j, "mapping", o->mapping);
    fh_json_end_object(j);
}

static void put_recipe(const fh_recipe *recipe, size_t n, fh_str source, fh_json *j)
{
    fh_put_key(j, "recipe");
    for (size_t i = 0; i < n; i++)
        if (fh_str_eq(recipe[i].source, source)) {
            fh_json_object(j);
            fh_put_key(j, "params");
            fh_json_raw_value(j, recipe[i].params);
            fh_put_time(j, "saved", recipe[i].saved_ms);
            fh_json_end_object(j);
            return;
        }
    fh_json_null(j);
}

static void put_source(const fh_source_fact *f, const fh_recipe *recipe, size_t n, fh_json *j)
{
    const bool any = f->interactions > 0;
    fh_json_object(j);
    fh_put_text(j, "source", f->source);
    fh_put_number(j, "imports", f->imports);
    fh_put_number(j, "stopped", f->stopped);
    fh_put_number(j, "interactions", f->interactions);
    fh_put_bool(j, "live", f->live);
    fh_put_time_where(j, "first", any, f->first_ms);
    fh_put_time_where(j, "last", any, f->last_ms);
    fh_put_key(j, "weeks");
    fh_json_array(j);
    for (size_t i = 0; i < FH_SOURCE_WEEKS; i++) fh_json_uint(j, f->week[i]);
    fh_json_end_array(j);
    put_origin(&f->last, j);
    put_recipe(recipe, n, f->source, j);
    fh_json_end_object(j);
}

static fh_status list_sources(fh_call *c, fh_error *err)
{
    fh_source_facts facts;
    const fh_recipe *recipe = NULL;
    size_t n = 0;
    fh_status s = fh_source_facts_get(c->org, c->arena, &facts, err);
    if (!s) s = fh_recipes(c->org, c->arena, &recipe, &n, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_time(&c->json, "until", facts.until_ms);
    fh_put_key(&c->json, "items");
    fh_json_array(&c->json);
    for (size_t i = 0; i < facts.n; i++) put_source(&facts.source[i], recipe, n, &c->json);
    fh_json_end_array(&c->json);
    fh_json_end_object(&c->json);
    return FH_OK;
}

const fh_route fh_routes_sources[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/sources/overview",
     .id = "getSourcesOverview",
     .group = "Files",
     .summary = "Each source: how much it told, week by week, how fresh, how it is read",
     .right = FH_RIGHT_SOURCES,
     .reply = "SourcesOverview",
     .handle = list_sources},
    {.path = NULL},
};
