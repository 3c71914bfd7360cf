/* log.c - one line an event: JSON for machines, plain words for a terminal.
 *
 * A line is built in a buffer the log owns, under its lock, and written in one
 * piece. Texts are cut at TEXT_MAX bytes so that a line always fits; what is not
 * UTF-8 or not printable is made harmless, so that nothing from outside can forge
 * a line or speak to the terminal.
 */
#include "os/log.h"

#include "base/put.h"
#include "base/time.h"
#include "base/utf8.h"
#include "os/threads.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 32768, TEXT_MAX = 1024 };

struct fh_log {
    const fh_os *os;
    fh_log_options options; /* format is never FH_LOG_AUTO here */
    fh_mutex *lock;
    fh_buf line;
};

static const char *const level_names[] = {"debug", "info", "warning", "error"};
/* syslog's numbers */
static const char level_priority[] = {'7', '6', '4', '3'};

static void to_standard_error(void *ctx, const char *line, size_t n)
{
    (void)ctx;
    while (n > 0) {
        const ssize_t w = write(STDERR_FILENO, line, n);
        if (w < 0 && errno == EINTR) continue;
        if (w <= 0) return; /* nobody is left to be told */
        line += w;
        n -= (size_t)w;
    }
}

/* JOURNAL_STREAM is "device:inode" of the journal's socket. */
static bool is_journal(int fd, const char *stream)
{
    struct stat about;
    if (!stream || fstat(fd, &about) != 0 || !S_ISSOCK(about.st_mode)) return false;
    uint64_t part[2] = {0, 0};
    int k = 0;
    for (const char *c = stream; *c; c++) {
        if (*c == ':' && k == 0) {
            k = 1;
            continue;
        }
        if (*c < '0' || *c > '9') return false;
        part[k] = part[k] * 10 + (uint64_t)(*c - '0');
    }
    return k == 1 && part[0] == (uint64_t)about.st_dev && part[1] == (uint64_t)about.st_ino;
}

fh_status fh_log_new(const fh_os *os, const fh_log_options *options, fh_log **out, fh_error *err)
{
    fh_log *log = calloc(1, sizeof *log);
    if (!log) return fh_no_memory(err);
    log->os = os;
    log->options = *options;
    fh_buf_init(&log->line, NULL, LINE_MAX_BYTES);
    log->lock = fh_mutex_new();
    /* Taken now, so that running out of memory can still be told. */
    if (!log->lock || !fh_buf_reserve(&log->line, LINE_MAX_BYTES)) {
        fh_log_free(log);
        return fh_no_memory(err);
    }
    if (!options->write) log->options.write = to_standard_error;
    if (options->format == FH_LOG_AUTO) {
        log->options.format = !options->write && isatty(STDERR_FILENO) ? FH_LOG_PLAIN : FH_LOG_JSON;
        if (!options->write && is_journal(STDERR_FILENO, options->journal))
            log->options.priorities = true;
    }
    *out = log;
    return FH_OK;
}

void fh_log_free(fh_log *log)
{
    if (!log) return;
    fh_buf_free(&log->line);
    fh_mutex_free(log->lock);
    free(log);
}

bool fh_log_tells(const fh_log *log, fh_log_level level)
{
    return log && level >= log->options.least;
}

/* At most TEXT_MAX bytes, not cut inside a character. */
static fh_str cut(fh_str s)
{
    if (s.len <= TEXT_MAX) return s;
    s.len = TEXT_MAX;
    while (s.len > 0 && ((unsigned char)s.ptr[s.len] & 0xc0) == 0x80) s.len--;
    return s;
}

/* ---- JSON ---------------------------------------------------------------------------- */

static void write_json(fh_log *log, fh_log_level level, const char *when, const char *event,
                       const fh_log_field *fields, size_t n)
{
    fh_json j;
    fh_json_begin(&j, &log->line, 0);
    fh_json_object(&j);
    fh_put_text(&j, "time", fh_str_of(when));
    fh_put_text(&j, "level", fh_str_of(level_names[level]));
    fh_put_text(&j, "event", cut(fh_str_of(event)));
    for (size_t i = 0; i < n; i++) {
        fh_json_key(&j, fh_str_of(fields[i].key));
        if (fields[i].is_number)
            fh_json_int(&j, fields[i].number);
        else
            fh_json_str(&j, cut(fields[i].text));
    }
    fh_json_end_object(&j);
}

/* ---- Plain ----------------------------------------------------------------------------- */

/* Control characters and bytes that are no UTF-8 are shown as \xNN, and so are the
 * C1 controls, which some terminals obey. */
static void write_harmless(fh_buf *out, fh_str s)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    for (size_t i = 0; i < s.len;) {
        const size_t step = fh_utf8_step(p + i, s.len - i);
        const bool control =
            p[i] < ' ' || p[i] == 0x7f || (step == 2 && p[i] == 0xc2 && p[i + 1] < 0xa0);
        if (step && !control) {
            fh_buf_put(out, p + i, step);
            i += step;
        } else {
            fh_buf_printf(out, "\\x%02x", p[i]);
            i++;
        }
    }
}

static bool needs_quotes(fh_str s)
{
    if (s.len == 0) return true;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == ' ' || s.ptr[i] == '"' || s.ptr[i] == '=') return true;
    return false;
}

static void write_plain(fh_log *log, fh_log_level level, const char *when, const char *event,
                        const fh_log_field *fields, size_t n)
{
    fh_buf *out = &log->line;
    fh_buf_printf(out, "%.8s %-7s ", when + 11, level_names[level]);
    write_harmless(out, cut(fh_str_of(event)));
    for (size_t i = 0; i < n; i++) {
        fh_buf_printf(out, "  %s=", fields[i].key);
        if (fields[i].is_number) {
            fh_buf_printf(out, "%lld", (long long)fields[i].number);
            continue;
        }
        const fh_str text = cut(fields[i].text);
        const bool quotes = needs_quotes(text);
        if (quotes) fh_buf_char(out, '"');
        write_harmless(out, text);
        if (quotes) fh_buf_char(out, '"');
    }
}

/* ---- Telling ------------------------------------------------------------------------------ */

typedef void writer(fh_log *log, fh_log_level level, const char *when, const char *event,
                    const fh_log_field *fields, size_t n);

void fh_log_tell(fh_log *log, fh_log_level level, const char *event, const fh_log_field *fields,
                 size_t n)
{
    if (!fh_log_tells(log, level)) return;
    writer *const write_line = log->options.format == FH_LOG_PLAIN ? write_plain : write_json;
    char when[FH_TIME_TEXT];
    (void)fh_time_format(log->os->now_ms(log->os->ctx), NULL, when);

    fh_mutex_lock(log->lock);
    fh_buf *line = &log->line;
    /* Many long fields may be more than a line holds: then only what happened. */
    for (size_t shown = n;; shown = 0) {
        fh_buf_clear(line);
        if (log->options.priorities) fh_buf_printf(line, "<%c>", level_priority[level]);
        write_line(log, level, when, event, fields, shown);
        fh_buf_char(line, '\n');
        if (line->status == FH_OK || shown == 0) break;
    }
    if (line->status == FH_OK) log->options.write(log->options.ctx, line->ptr, line->len);
    fh_mutex_unlock(log->lock);
}

void fh_log_error(fh_log *log, const char *event, const fh_error *err)
{
    fh_log_tell(log, FH_LOG_ERROR, event,
                FH_LOG_FIELDS(FH_LOG_TEXT("error", fh_str_of(err->message)),
                              FH_LOG_TEXT("hint", fh_str_of(err->hint))));
}
