/* main.c - finds the command, reads its options, runs it and says what failed.
 *
 * The exit status is the number of the fh_status: 0 all is well, 2 the command
 * line was wrong, 3 malformed input, 4 not found ... (firsthand(1) lists them).
 * What goes wrong is said once, on standard error, with what to do about it.
 */
#include "base/nearest.h"
#include "cli/answer.h"
#include "cli/remote.h"
#include "os/heap.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static volatile sig_atomic_t stop_asked;

static void ask_to_stop(int signal)
{
    (void)signal;
    stop_asked = 1;
}

static bool stopped(void)
{
    return stop_asked != 0;
}

/* The first signal asks, the second kills. */
static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = ask_to_stop};
    action.sa_flags = (int)SA_RESETHAND;
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

static uint32_t terminal_width(void)
{
    if (!isatty(STDOUT_FILENO)) return 0;
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20) return size.ws_col;
    return 80;
}

fh_status cli_write(const cli_io *io, fh_buf *out, fh_error *err)
{
    if (out->status == FH_NOMEM) return fh_no_memory(err);
    if (out->status) return fh_fail(err, out->status, "the answer is larger than fits in memory");
    const bool ok = fwrite(out->ptr, 1, out->len, io->out) == out->len;
    fh_buf_clear(out);
    if (ok) return FH_OK;
    return fh_fail(err, FH_IO, "cannot write to standard output: %s", strerror(errno));
}

static fh_status unknown_command(fh_str name, fh_error *err)
{
    fh_str names[64];
    size_t n = 0;
    const cli_command *const *all = cli_commands();
    while (all[n] && n < 64) names[n] = fh_str_of(all[n]->name), n++;
    fh_fail(err, FH_INVALID, "there is no command '%.*s'", FH_STR_ARG(name));
    const size_t near = fh_nearest(name, names, n);
    if (near < n) return fh_hint(err, FH_INVALID, "Did you mean 'firsthand %s'?", all[near]->name);
    return fh_hint(err, FH_INVALID, "'firsthand help' lists the commands.");
}

/* An id: where no such file is, of something that the organisation keeps. */
static bool may_be_kept(fh_str name)
{
    static const char of_ids[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    return name.len > 0 && strspn(name.ptr, of_ids) == name.len;
}

/* Of a question about a file, what stands in the file is asked with. */
static fh_status read_argument(const cli_io *io, cli_call *call, fh_error *err)
{
    enum { MOST = 1 << 20 };
    const size_t last = call->n_args - 1;
    fh_str *args = FH_NEW_ARRAY(io->arena, fh_str, call->n_args);
    fh_buf text;
    if (!args) return fh_no_memory(err);
    fh_buf_init(&text, NULL, MOST);
    fh_status s = fh_os_read_file(io->os, call->args[last].ptr, MOST, &text, err);
    for (size_t i = 0; i < last; i++) args[i] = call->args[i];
    if (s == FH_NOTFOUND && may_be_kept(call->args[last])) {
        fh_buf_free(&text);
        return FH_OK;
    }
    if (!s && !fh_arena_str(io->arena, fh_buf_view(&text), &args[last])) s = fh_no_memory(err);
    fh_buf_free(&text);
    call->args = args;
    return s;
}

static fh_status run_command(cli_io *io, int argc, char *const *argv, fh_error *err)
{
    const char *word = argc > 1 ? argv[1] : "";
    if (argc < 2) {
        cli_overview(io->err);
        err->message[0] = '\0';
        return FH_INVALID;
    }
    if (!strcmp(word, "--help") || !strcmp(word, "-h")) word = "help";
    if (!strcmp(word, "--version") || !strcmp(word, "-V")) word = "version";
    const cli_command *c = cli_find(fh_str_of(word));
    if (!c) return unknown_command(fh_str_of(word), err);
    cli_call call;
    fh_status s = cli_parse(c, argc - 2, argv + 2, io->arena, &call, err);
    if (s) return s;
    if (call.help) return cli_help(io, c, err);
    if (c->question && c->question->of_file) s = read_argument(io, &call, err);
    if (s) return s;
    if (c->stops) catch_signals();
    if (c->remote && call.server.len) return c->remote(io, &call, err);
    if (c->question && call.server.len) return cli_remote_question(io, &call, c->question, err);
    if (c->question) return cli_ask(io, c->question, call.options, call.args, call.n_args, err);
    return c->run(io, call.options, call.args, call.n_args, err);
}

/* What was printed must also have reached its place. */
static fh_status close_output(FILE *out, fh_error *err)
{
    if (fflush(out) == 0 && !ferror(out)) return FH_OK;
    fh_fail(err, FH_IO, "cannot write to standard output: %s", strerror(errno));
    return fh_hint(err, FH_IO, "Is there room where it goes?");
}

int main(int argc, char **argv)
{
    fh_heap_keep_large();
    fh_error err = {0};
    const char *no_colour = getenv("NO_COLOR");
    cli_io io = {
        .out = stdout,
        .err = stderr,
        .os = fh_os_real(),
        .arena = fh_arena_new(NULL),
        .colour = isatty(STDOUT_FILENO) && !(no_colour && *no_colour),
        .progress = isatty(STDERR_FILENO) != 0,
        .width = terminal_width(),
        .stopped = stopped,
    };
    fh_status s = io.arena ? run_command(&io, argc, argv, &err) : fh_no_memory(&err);
    if (!s) s = close_output(stdout, &err);
    if (s && err.message[0]) {
        (void)fflush(stdout);
        fprintf(stderr, "firsthand: %s\n", err.message);
        if (err.hint[0]) fprintf(stderr, "%s\n", err.hint);
    }
    fh_arena_free(io.arena);
    return (int)s;
}
