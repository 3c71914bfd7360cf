/* mapping.h - what a mapping is made of once its text has been read. */
#ifndef FH_PARSE_MAPPING_H
#define FH_PARSE_MAPPING_H

#include "firsthand/parse.h"

#include "base/time.h"

enum { FH_MAX_TERMS = 4 };

typedef enum fh_source {
    FH_SOURCE_COLUMNS, /* one column, or several joined */
    FH_SOURCE_PRODUCT, /* several columns multiplied */
    FH_SOURCE_CONSTANT /* the same text for every row */
} fh_source;

typedef struct fh_term {
    fh_str name;     /* empty when given by number */
    uint32_t number; /* from 1; 0 when given by name */
} fh_term;

typedef struct fh_glob {
    fh_str pattern, result;
} fh_glob;

typedef struct fh_rule {
    fh_field field;
    fh_str kind; /* of FH_FIELD_CUSTOMER; "customer" when the text names none */
    fh_source source;
    uint32_t n_terms; /* 0 for a constant */
    fh_term term[FH_MAX_TERMS];
    fh_str constant;
    fh_str pattern;              /* as written; empty: none */
    const fh_time_pattern *time; /* NULL: recognise */
    uint32_t n_globs;
    const fh_glob *glob; /* [n_globs] */
} fh_rule;

struct fh_mapping {
    uint32_t n, cap;
    fh_rule *rule; /* [n], in the order given */
};

const char *fh_field_name(fh_field field); /* "customer" */
/* NULL when no rule is for `field`. */
const fh_rule *fh_mapping_find(const fh_mapping *mapping, fh_field field);
/* An empty mapping; false: out of memory. */
FH_MUST_CHECK bool fh_mapping_new(fh_arena *arena, fh_mapping **out);
/* Adds a rule; false: out of memory. The rule is believed. */
FH_MUST_CHECK bool fh_mapping_add(fh_arena *arena, fh_mapping *mapping, const fh_rule *rule);
/* Writes a column's name as it stands in a mapping: quoted when need be. */
void fh_mapping_print_name(fh_str name, fh_buf *out);
/* Does `text` match `glob` (* any run, ? one character)? Linear in hostile input. */
bool fh_glob_match(fh_str glob, fh_str text);

#endif
