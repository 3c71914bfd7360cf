/* status.c - status texts and the error object. */
#include "firsthand/base.h"

#include <stdarg.h>
#include <stdio.h>

const char *fh_status_text(fh_status status)
{
    switch (status) {
#define X(name, value, http, text) \
    case FH_##name: return text;
        FH_STATUS_MAP(X)
#undef X
    }
    return "unknown status";
}

fh_status fh_fail(fh_error *err, fh_status status, const char *fmt, ...)
{
    if (err) {
        va_list args;
        va_start(args, fmt);
        err->status = status;
        err->hint[0] = '\0';
        (void)vsnprintf(err->message, sizeof err->message, fmt, args);
        va_end(args);
    }
    return status;
}

fh_status fh_hint(fh_error *err, fh_status status, const char *fmt, ...)
{
    if (err) {
        va_list args;
        va_start(args, fmt);
        (void)vsnprintf(err->hint, sizeof err->hint, fmt, args);
        va_end(args);
    }
    return status;
}

fh_status fh_no_memory(fh_error *err)
{
    return fh_fail(err, FH_NOMEM, "out of memory");
}
