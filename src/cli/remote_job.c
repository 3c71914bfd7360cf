/* remote_job.c - long work on a server: asked for, watched, stopped (see remote.h).
 *
 * The job goes on over there whatever happens to this program or to the connection;
 * only Ctrl-C stops it.
 */
#include "app/ask/words.h"
#include "cli/remote.h"

enum { LOOK_FIRST_MS = 20, LOOK_MOST_MS = 500 };

fh_status cli_remote_add_job(cli_remote *r, fh_str path, fh_str body, int64_t *job, fh_error *err)
{
    cli_request what = {.method = "POST", .path = path, .body = body, .again = true};
    fh_status s = cli_remote_once(r, &what.once, err);
    if (!s) s = cli_remote_send(r, &what, err);
    if (!s) s = cli_remote_read(r, err);
    return s ? s : cli_remote_number(r, "job", job, err);
}

static void show_progress(const cli_remote *r)
{
    fh_buf line;
    const uint32_t p = cli_reply_at(r, 0, "progress");
    if (!p) return;
    const int64_t done = cli_reply_number(r, p, "done"), total = cli_reply_number(r, p, "total");
    const int64_t left = cli_reply_number(r, p, "left_ms");
    const fh_str words = cli_reply_text(r, p, "words");
    fh_buf_init(&line, NULL, 400);
    if (total > 0) fh_buf_printf(&line, "%3u %%  ", (unsigned)((double)done * 100 / (double)total));
    fh_buf_str(&line, words.len ? words : FH_STR("waiting for its turn"));
    if (left > 1000) {
        fh_buf_text(&line, ", ");
        fh_say_duration(&line, left / 1000 * 1000);
        fh_buf_text(&line, " left");
    }
    fprintf(r->io->err, "\r\x1b[K%.*s", (int)line.len, line.ptr ? line.ptr : "");
    (void)fflush(r->io->err);
    fh_buf_free(&line);
}

/* As the job's command would have ended here. */
static fh_status how_it_ended(const cli_remote *r, fh_str state, fh_error *err)
{
    if (fh_str_eq(state, FH_STR("done"))) return FH_OK;
    const fh_str why = cli_reply_text(r, 0, "error"), hint = cli_reply_text(r, 0, "hint");
    const uint32_t result = cli_reply_at(r, 0, "result");
    const int64_t told = result ? cli_reply_number(r, result, "exit_status") : 0;
    const bool cancelled = fh_str_eq(state, FH_STR("cancelled"));
    const fh_status s = told > 0 && told < 64 ? (fh_status)told
                        : cancelled           ? FH_INTERRUPTED
                                              : FH_IO;
    (void)fh_fail(err, s, "%.*s", FH_STR_ARG(why.len ? why : FH_STR("the job was stopped")));
    return hint.len ? fh_hint(err, s, "%.*s", FH_STR_ARG(hint)) : s;
}

static bool has_ended(fh_str state)
{
    return !fh_str_eq(state, FH_STR("waiting")) && !fh_str_eq(state, FH_STR("running"));
}

fh_status cli_remote_wait(cli_remote *r, int64_t job, bool show, fh_error *err)
{
    fh_str path, stop, state;
    fh_arena *arena = r->io->arena;
    if (!fh_arena_format(arena, &path, "/api/v1/jobs/%lld", (long long)job) ||
        !fh_arena_format(arena, &stop, "/api/v1/jobs/%lld/cancel", (long long)job))
        return fh_no_memory(err);
    bool shown = false;
    bool (*stopped)(void) = r->stopped; /* stops the job, not the looking */
    int pause = LOOK_FIRST_MS;
    fh_status s;
    for (;;) {
        r->stopped = NULL;
        s = cli_remote_get(r, path, err);
        state = s ? (fh_str){0} : cli_reply_text(r, 0, "state");
        if (s || has_ended(state)) break;
        if (show && r->io->progress) {
            show_progress(r);
            shown = true;
        }
        r->stopped = stopped;
        if (cli_remote_pause(r, pause)) {
            stopped = r->stopped = NULL;
            fh_error over; /* it may have ended meanwhile */
            const fh_status told = cli_remote_ask(r, "POST", stop, (fh_str){0}, &over);
            (void)told;
        }
        pause = pause * 2 < LOOK_MOST_MS ? pause * 2 : LOOK_MOST_MS;
    }
    r->stopped = stopped;
    if (shown) fputs("\r\x1b[K", r->io->err);
    return s ? s : how_it_ended(r, state, err);
}
