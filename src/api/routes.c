/* routes.c - all routes together. */
#include "api/inside.h"

static const fh_route *const tables[] = {
    fh_routes_service,      fh_routes_interactions, fh_routes_stories,     fh_routes_settings,
    fh_routes_people,       fh_routes_departments,  fh_routes_session,     fh_routes_second_factor,
    fh_routes_tokens,       fh_routes_assets,       fh_routes_app,         fh_routes_screen,
    fh_routes_pages,        fh_routes_pages_signin, fh_routes_pages_oidc,  fh_routes_pages_account,
    fh_routes_jobs,         fh_routes_uploads,      fh_routes_events,      fh_routes_webhooks,
    fh_routes_mending,      fh_routes_sources,      fh_routes_rules,       fh_routes_story,
    fh_routes_consent,      fh_routes_requests,     fh_routes_saved,       fh_routes_kinds,
    fh_routes_keeping,      fh_routes_records,      fh_routes_record_acts, fh_routes_record_tables,
    fh_routes_record_files, fh_routes_tell,         fh_routes_figures,     fh_routes_maps,
    fh_routes_map_lived,    fh_routes_map_edits,    fh_routes_findings,    fh_routes_presend,
    fh_routes_digest,       fh_routes_map_votes,    fh_routes_vote,        fh_routes_answer,
    fh_routes_map_reverse,  fh_routes_map_follow};

fh_status fh_api_routes(fh_arena *arena, fh_router **out, fh_error *err)
{
    enum { N = sizeof tables / sizeof tables[0] };
    const fh_route *all[N + 2] = {NULL};
    for (size_t i = 0; i < N; i++) all[i] = tables[i];
    const fh_status s = fh_api_question_routes(arena, &all[N], err);
    return s ? s : fh_router_new(all, arena, out, err);
}
