/* answer.c - asking a question of a file and printing the answer. */
#include "cli/answer.h"

#include <stddef.h>

static fh_text_style style_of(const cli_io *io, const fh_zone *zone)
{
    return (fh_text_style){.colour = io->colour, .width = io->width, .zone = zone};
}

fh_status cli_answer_open(const cli_io *io, const fh_asking *ask, fh_str path, cli_answer *out,
                          fh_error *err)
{
    *out = (cli_answer){.io = io};
    fh_buf_init(&out->out, NULL, SIZE_MAX / 2);
    fh_status s = fh_org_open(io->os, path.ptr, FH_ORG_READ, &out->org, err);
    if (!s) s = fh_org_moment(out->org, err);
    if (s) return s;
    const fh_text_style style = style_of(io, NULL);
    return fh_answer_begin(&out->in, out->org, ask, &style, io->arena, &out->out, err);
}

void cli_answer_close(cli_answer *a)
{
    fh_buf_free(&a->out);
    fh_org_close(a->org);
}

fh_status cli_print_table(const cli_io *io, const fh_table *t, const fh_zone *zone, bool csv,
                          fh_error *err)
{
    const fh_text_style style = style_of(io, zone);
    fh_buf out;
    fh_buf_init(&out, NULL, SIZE_MAX / 2);
    if (csv)
        fh_table_csv(t, zone, &out);
    else
        fh_table_text(t, &style, &out);
    const fh_status s = cli_write(io, &out, err);
    fh_buf_free(&out);
    return s;
}

fh_status cli_may_print(const cli_io *io, uint32_t format, fh_error *err)
{
    if (format != FH_ANSWER_XLSX || !io->width) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "a spreadsheet cannot be shown in a terminal");
    return fh_hint(err, FH_INVALID, "Send it to a file: ... --format xlsx > answer.xlsx");
}

fh_status cli_ask(const cli_io *io, const fh_question *q, const void *options, const fh_str *args,
                  size_t n_args, fh_error *err)
{
    const fh_asking *ask = options;
    const fh_text_style style = style_of(io, NULL);
    fh_org *org = NULL;
    fh_buf out;
    fh_buf_init(&out, NULL, SIZE_MAX / 2);
    fh_status s = cli_may_print(io, ask->format, err);
    if (!s) s = fh_org_open(io->os, args[0].ptr, FH_ORG_READ, &org, err);
    if (!s)
        s = fh_question_ask(q, org, options, args + 1, n_args - 1, &style, io->arena, &out, err);
    if (!s && ask->format == FH_ANSWER_JSON) fh_buf_char(&out, '\n');
    if (!s) s = cli_write(io, &out, err);
    fh_buf_free(&out);
    fh_org_close(org);
    return s;
}
