/* openapi.h - what the files that write the description share. */
#ifndef FH_API_OPENAPI_H
#define FH_API_OPENAPI_H

#include "kind/kind.h"

/* Members of "paths" and of "schemas" for one kind of records. */
void fh_openapi_kind_paths(fh_json *j, const fh_kind *k);
void fh_openapi_kind_schemas(fh_json *j, const fh_kind *k);

#endif
