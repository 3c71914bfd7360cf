/* export_parts.h - what the export formats share; nobody else includes it. */
#ifndef FH_APP_EXPORT_PARTS_H
#define FH_APP_EXPORT_PARTS_H

#include "app/data/export.h"
#include "base/intern.h"
#include "base/json.h"
#include "store/identities.h"

enum { FH_EXPORT_MAX_EXTRA = 2000 }; /* payload keys a CSV makes columns of */

typedef struct fh_exporter fh_exporter;

/* One story, with what belongs to it looked up. */
typedef struct fh_export_story {
    uint32_t customer;
    const fh_identity *identity; /* [n_identities], by kind */
    size_t n_identities;
    const fh_told *told; /* [n] */
    size_t n;
} fh_export_story;

struct fh_exporter {
    fh_org *org;
    const fh_export_options *options;
    fh_export_write *write;
    void *write_ctx;
    fh_arena *arena;   /* lives as long as the export */
    fh_arena *scratch; /* one story */
    fh_buf out;
    fh_json_reader *json;
    fh_names touchpoint, channel, department, outcome, currency;
    const fh_id_kind *kind; /* [n_kinds] identifier kinds */
    bool *kind_met;         /* [n_kinds] some customer has one */
    size_t n_kinds;
    fh_intern *extra;    /* CSV: payload keys, numbered as columns from 1 */
    bool too_many;       /* CSV: more keys than FH_EXPORT_MAX_EXTRA were met */
    uint32_t fields_met; /* CSV, JSON Lines: bit per field that some row tells */
    uint64_t total, done;
    uint32_t problem; /* last one looked up, and its name */
    fh_str problem_name;
};

fh_str fh_export_name(const fh_names *names, uint32_t number); /* empty for 0 */
const char *fh_export_direction(fh_direction direction);       /* "" for none */
FH_MUST_CHECK fh_status fh_export_problem(fh_exporter *e, uint32_t problem, fh_str *out,
                                          fh_error *err);
/* The payload's object, n_tokens 0 when there is none or it is no JSON object. */
FH_MUST_CHECK fh_status fh_export_payload(fh_exporter *e, fh_str payload, fh_json_doc *out,
                                          fh_error *err);
/* The identifier of `kind` under which this interaction arrived; empty: none. */
fh_str fh_export_identifier(const fh_export_story *s, const fh_told *t, fh_str kind);
/* Hands e->out to the writer when it is large, or `all`. */
FH_MUST_CHECK fh_status fh_export_flush(fh_exporter *e, bool all, fh_error *err);

/* CSV, JSON Lines: ",time=time,touchpoint=touchpoint" for every field that was met. */
void fh_export_field_rules(const fh_exporter *e, fh_buf *out);

/* A format: text before, each story, text after; `scan` sees all stories first. */
typedef struct fh_export_kind {
    fh_status (*scan)(fh_exporter *e, const fh_export_story *s, fh_error *err); /* or NULL */
    void (*head)(fh_exporter *e);
    fh_status (*story)(fh_exporter *e, const fh_export_story *s, fh_error *err);
    void (*tail)(fh_exporter *e);
} fh_export_kind;
extern const fh_export_kind fh_export_csv, fh_export_jsonl, fh_export_xes;

#endif
