/* config_parts.h - what config.c and config_keys.c share. */
#ifndef FH_APP_CONFIG_PARTS_H
#define FH_APP_CONFIG_PARTS_H

#include "app/config.h"

/* Word k of "auto|json|plain"; ptr NULL beyond the last. */
fh_str fh_config_choice(const char *words, int64_t k);
/* The default as it would be written. */
fh_str fh_config_fallback(const fh_config_key *key);
/* Checks type and range. FH_INVALID with what would have been right. */
FH_MUST_CHECK fh_status fh_config_read_value(const fh_config_key *key, fh_str s, int64_t *out,
                                             fh_error *err);
/* "8M", "30s", "12": a bound as people write it. */
void fh_config_amount(const fh_config_key *key, int64_t v, fh_buf *out);

#endif
