/* zip_part.h - parts of a ZIP archive that lies in memory, as spreadsheets are. Reading is
 * libminizip's; what comes out is handed on piece by piece and never more than a budget. */
#ifndef FH_APP_ZIP_PART_H
#define FH_APP_ZIP_PART_H

#include "firsthand/base.h"

typedef struct fh_zip fh_zip;

/* Takes the next bytes of a part; another status than FH_OK ends the reading with it. */
typedef fh_status fh_zip_take(void *ctx, fh_str bytes, bool last, fh_error *err);

/* `bytes` must outlive the archive; `most`: bytes that may come out of all parts together.
 * FH_FORMAT: this is no archive. */
FH_MUST_CHECK fh_status fh_zip_open(fh_str bytes, size_t most, fh_zip **out, fh_error *err);
void fh_zip_close(fh_zip *zip);

/* Hands a part to `take`. FH_NOTFOUND: there is none of that name; FH_FORMAT: it is damaged;
 * FH_LIMIT: more comes out than may. */
FH_MUST_CHECK fh_status fh_zip_read(fh_zip *zip, const char *name, fh_zip_take *take, void *ctx,
                                    fh_error *err);

#endif
