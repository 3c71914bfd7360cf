/* settings.c - file, environment, --set, then what no single key shows. */
#include "cli/settings.h"

#include <stdlib.h>

extern char **environ;

/* Goes on after mistakes that were told one by one; the first one is the result. */
typedef struct steps {
    bool go_on;
    fh_status status;
    fh_error *err;
} steps;

static bool step(steps *s, fh_status status, const fh_error *fault)
{
    if (status != FH_OK && s->status == FH_OK) {
        s->status = status;
        if (s->err) *s->err = *fault;
    }
    return s->status == FH_OK || (s->go_on && status != FH_NOMEM);
}

fh_status cli_settings_read(const cli_io *io, const cli_settings *given, fh_config_fault *fault,
                            void *ctx, fh_config **out, fh_error *err)
{
    const char *file = given->config.len ? given->config.ptr : getenv("FIRSTHAND_CONFIG");
    steps s = {.go_on = fault != NULL, .err = err};
    fh_config *c = NULL;
    fh_error e = {0};
    fh_status status = fh_config_new(io->arena, &c, err);
    if (status != FH_OK) return status;
    bool go_on = true;
    if (file && *file) go_on = step(&s, fh_config_file(c, io->os, file, fault, ctx, &e), &e);
    if (go_on)
        go_on = step(
            &s,
            fh_config_environment(c, (const char *const *)(const void *)environ, fault, ctx, &e),
            &e);
    if (go_on && given->set.len) {
        status = fh_config_flags(c, given->set, FH_STR("--set"), &e);
        if (status != FH_OK && fault) fault(ctx, &e);
        go_on = step(&s, status, &e);
    }
    if (go_on) (void)step(&s, fh_config_check(c, fault, ctx, &e), &e);
    *out = c;
    return s.status;
}
