/* settings.h - the server's settings as commands take them: a file, the environment,
 * --set; later wins (app/config.h). */
#ifndef FH_CLI_SETTINGS_H
#define FH_CLI_SETTINGS_H

#include "app/config.h"
#include "cli/cli.h"

typedef struct cli_settings {
    fh_str config, set;
} cli_settings;

/* Rows of an option table whose struct has a cli_settings `member`. */
#define CLI_SETTINGS(struct_name, member)                                           \
    {'c',                                                                           \
     "config",                                                                      \
     FH_OPTION_TEXT,                                                                \
     offsetof(struct_name, member.config),                                          \
     "FILE",                                                                        \
     "settings to read (default: FIRSTHAND_CONFIG)",                                \
     NULL},                                                                         \
    {                                                                               \
        's', "set", FH_OPTION_LIST, offsetof(struct_name, member.set), "KEY=VALUE", \
            "one more setting, such as log.level=debug", NULL                       \
    }

/* In io->arena. `fault` as in app/config.h; NULL: the first mistake ends it. */
FH_MUST_CHECK fh_status cli_settings_read(const cli_io *io, const cli_settings *given,
                                          fh_config_fault *fault, void *ctx, fh_config **out,
                                          fh_error *err);

#endif
