/* import_words.c - an import told in words. */
#include "cli/import_words.h"

#include "app/ask/table.h"
#include "app/ask/words.h"
#include "cli/answer.h"

/* ---- While it runs --------------------------------------------------------------- */

static void put_speed(fh_buf *out, const fh_import_progress *p)
{
    if (p->elapsed_ms < 500) return;
    fh_buf_text(out, ", ");
    fh_say_count(out, p->rows * 1000 / (uint64_t)p->elapsed_ms);
    fh_buf_text(out, " a second");
    if (!p->total_bytes || p->bytes < p->total_bytes / 100 || p->bytes > p->total_bytes) return;
    const int64_t left =
        (int64_t)((double)p->elapsed_ms * (double)(p->total_bytes - p->bytes) / (double)p->bytes);
    fh_buf_text(out, ", ");
    fh_say_duration(out, left / 1000 * 1000);
    fh_buf_text(out, " left");
}

bool cli_import_progress(void *ctx, const fh_import_progress *p)
{
    cli_progress *progress = ctx;
    if (progress->io->progress) {
        fh_buf line;
        fh_buf_init(&line, NULL, 400);
        if (p->merging) {
            fh_buf_text(&line, "putting the stories together");
        } else {
            if (p->total_bytes)
                fh_buf_printf(&line, "%3u %%  ",
                              (unsigned)((double)p->bytes * 100.0 / (double)p->total_bytes));
            fh_say_number_of(&line, p->rows, "row", "rows");
            if (p->rejected) {
                fh_buf_text(&line, ", ");
                fh_say_count(&line, p->rejected);
                fh_buf_text(&line, " rejected");
            }
            put_speed(&line, p);
        }
        fprintf(progress->io->err, "\r\x1b[K%.*s", (int)line.len, line.ptr ? line.ptr : "");
        (void)fflush(progress->io->err);
        progress->shown = true;
        fh_buf_free(&line);
    }
    return progress->io->stopped();
}

void cli_progress_clear(cli_progress *p)
{
    if (p->shown) fputs("\r\x1b[K", p->io->err);
    p->shown = false;
}

/* ---- Problems ---------------------------------------------------------------------- */

static void print_reject(FILE *to, const char *file, const fh_reject *r)
{
    fprintf(to, "%s line %llu", file, (unsigned long long)r->line);
    if (r->column) fprintf(to, ", column %u", r->column);
    if (r->column_name.len) fprintf(to, " '%.*s'", FH_STR_ARG(r->column_name));
    fprintf(to, ": %.*s. %.*s\n", FH_STR_ARG(r->reason), FH_STR_ARG(r->hint));
}

static void print_rejects(FILE *to, const char *file, const fh_import_result *r, size_t most)
{
    const size_t n = r->n_rejects < most ? r->n_rejects : most;
    for (size_t i = 0; i < n; i++) print_reject(to, file, &r->rejects[i]);
    if (r->origin.rows_rejected > n)
        fprintf(to, "... and %llu more.\n", (unsigned long long)(r->origin.rows_rejected - n));
}

/* ---- Afterwards ----------------------------------------------------------------------- */

void cli_import_result(const cli_io *io, const fh_calling *calling, const char *file,
                       const fh_import_result *r, uint64_t new_customers)
{
    fh_buf line;
    fh_buf_init(&line, NULL, 1 << 16);
    const fh_origin *o = &r->origin;
    fh_buf_printf(&line, "%s: ", file);
    if (r->already) {
        fh_buf_text(&line, "this very file was imported before; nothing was done.\n");
    } else {
        fh_say_number_of(&line, o->rows_added, "interaction", "interactions");
        fh_buf_text(&line, " of ");
        fh_say_count(&line, new_customers);
        fh_put_called(&line, calling, new_customers == 1 ? " new {customer}" : " new {customers}");
        fh_buf_text(&line, " added; ");
        fh_say_count(&line, o->rows_rejected);
        fh_buf_text(&line, " rejected; ");
        if (o->rows_known) {
            fh_say_count(&line, o->rows_known);
            fh_buf_text(&line, o->rows_known == 1 ? " was already there" : " were already there");
        } else {
            fh_buf_text(&line, "nothing was already there");
        }
        if (r->erased_rows) {
            fh_buf_text(&line, "; ");
            fh_say_count(&line, r->erased_rows);
            fh_put_called(&line, calling, " left out, of {customers} who were erased");
        }
        if (r->resumed) fh_buf_text(&line, "; went on where it had stopped");
        fh_buf_text(&line, ".\n");
    }
    fwrite(line.ptr, 1, line.len, io->out);
    fh_buf_free(&line);
}

void cli_import_rejects(const cli_io *io, const char *file, const fh_import_result *r, size_t most)
{
    if (!r->n_rejects || r->already) return;
    (void)fflush(io->out);
    print_rejects(io->err, file, r, most);
    if (r->rejects_file.len)
        fprintf(io->err, "The rejected rows are in %.*s: mend them and import that file.\n",
                FH_STR_ARG(r->rejects_file));
}

/* ---- Dry run ---------------------------------------------------------------------------- */

static fh_status print_columns(const cli_io *io, const char *file, const fh_import_result *r,
                               fh_error *err)
{
    static const fh_table_column columns[] = {{"column", "Column", FH_CELL_TEXT},
                                              {"field", "Read as", FH_CELL_TEXT},
                                              {"why", "Why", FH_CELL_TEXT},
                                              {"sample", "For example", FH_CELL_TEXT}};
    fh_table t = {.title = "How the columns are read",
                  .note = fh_printed(io->arena, "%s, %s.", file, fh_format_name(r->format)),
                  .rest = FH_STR("Another reading: --map FIELD=COLUMN."),
                  .columns = columns,
                  .n_columns = 4,
                  .n_rows = r->n_columns};
    t.cells = FH_NEW_ARRAY(io->arena, fh_cell, 4 * r->n_columns + 1);
    if (!t.cells) return fh_no_memory(err);
    for (size_t i = 0; i < r->n_columns; i++) {
        const fh_column_note *c = &r->columns[i];
        t.cells[4 * i] = fh_cell_text(c->name);
        t.cells[4 * i + 1] = fh_cell_text(c->field.len ? c->field : FH_STR("(kept aside)"));
        t.cells[4 * i + 2] = fh_cell_text(c->why);
        t.cells[4 * i + 3] = fh_cell_text(c->sample);
    }
    return cli_print_table(io, &t, NULL, false, err);
}

static fh_str direction_word(fh_direction direction)
{
    static const fh_str words[FH_N_DIRECTIONS] = {{"", 0}, {"in", 2}, {"out", 3}, {"internal", 8}};
    return words[direction];
}

static fh_cell identifiers(const cli_io *io, const fh_interaction *row)
{
    fh_str all = {0};
    for (uint32_t i = 0; i < row->n_identifiers; i++) {
        const fh_identifier *id = &row->identifier[i];
        const bool plain = fh_str_eq(id->kind, FH_STR("customer"));
        all = fh_printed(io->arena, "%.*s%s%.*s%s%.*s", FH_STR_ARG(all), i ? ", " : "",
                         plain ? 0 : (int)id->kind.len, id->kind.ptr, plain ? "" : ":",
                         FH_STR_ARG(id->value));
    }
    return fh_cell_text(all);
}

static fh_status print_samples(const cli_io *io, const fh_calling *calling,
                               const fh_import_result *r, const fh_zone *zone, fh_error *err)
{
    enum { N = 10 };
    const fh_table_column columns[N] = {{"line", "Line", FH_CELL_COUNT},
                                        {"customer", calling->One, FH_CELL_TEXT},
                                        {"time", "Time", FH_CELL_TIME},
                                        {"touchpoint", "Touchpoint", FH_CELL_TEXT},
                                        {"channel", "Channel", FH_CELL_TEXT},
                                        {"direction", "Direction", FH_CELL_TEXT},
                                        {"department", "Department", FH_CELL_TEXT},
                                        {"outcome", "Outcome", FH_CELL_TEXT},
                                        {"value", "Value", FH_CELL_MONEY},
                                        {"problem", "Problem", FH_CELL_TEXT}};
    fh_table t = {.title = "The first rows as they would be read",
                  .columns = columns,
                  .n_columns = N,
                  .n_rows = r->n_samples};
    t.cells = FH_NEW_ARRAY(io->arena, fh_cell, N * r->n_samples + 1);
    if (!t.cells) return fh_no_memory(err);
    for (size_t i = 0; i < r->n_samples; i++) {
        const fh_interaction *row = &r->samples[i];
        fh_cell *cell = t.cells + N * i;
        *cell++ = fh_cell_count(row->line);
        *cell++ = identifiers(io, row);
        *cell++ = fh_cell_int(row->at_ms);
        *cell++ = fh_cell_text(row->touchpoint);
        *cell++ = fh_cell_text(row->channel);
        *cell++ = fh_cell_text(direction_word(row->direction));
        *cell++ = fh_cell_text(row->department);
        *cell++ = fh_cell_text(row->outcome);
        *cell++ = (fh_cell){.none = !row->has_value, .i = row->value, .text = row->currency};
        *cell = fh_cell_text(row->problem);
    }
    return cli_print_table(io, &t, zone, false, err);
}

fh_status cli_import_dry_run(const cli_io *io, const fh_calling *calling, const char *file,
                             const fh_import_result *r, const fh_zone *zone, fh_error *err)
{
    fh_status s = print_columns(io, file, r, err);
    if (s) return s;
    fputc('\n', io->out);
    s = print_samples(io, calling, r, zone, err);
    if (s) return s;
    fh_buf line;
    fh_buf_init(&line, NULL, 1 << 10);
    fh_buf_char(&line, '\n');
    fh_say_number_of(&line, r->origin.rows_done, "row was read, ", "rows were read, ");
    fh_say_count(&line, r->origin.rows_rejected);
    fh_buf_text(&line, " would be rejected. Nothing was written.\n");
    fwrite(line.ptr, 1, line.len, io->out);
    fh_buf_free(&line);
    fprintf(io->out, "\nThe mapping, for --mapping FILE:\n%.*s", FH_STR_ARG(r->mapping));
    if (r->mapping.len && r->mapping.ptr[r->mapping.len - 1] != '\n') fputc('\n', io->out);
    return FH_OK;
}
