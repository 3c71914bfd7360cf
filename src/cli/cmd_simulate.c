/* cmd_simulate.c - `firsthand simulate`: a demonstration organisation. */
#include "app/demo/demo.h"
#include "app/demo/simulate.h"
#include "app/demo/simulate_messages.h"
#include "cli/cli.h"

#include <stddef.h>

typedef struct options {
    uint64_t customers, years, seed, messages;
    fh_str folder, records, languages;
    bool held_out;
} options;

static const fh_option option_table[] = {
    {'o', "output", FH_OPTION_TEXT, offsetof(options, folder), "FOLDER",
     "where the files go; made when it is not there (default harbour-mutual)", NULL},
    {'n', "customers", FH_OPTION_COUNT, offsetof(options, customers), "N",
     "how many customers and prospects (default 60000)", NULL},
    {'y', "years", FH_OPTION_COUNT, offsetof(options, years), "N",
     "how many years, up to the end of 2025 (default 3)", NULL},
    {0, "seed", FH_OPTION_COUNT, offsetof(options, seed), "N",
     "another seed makes another organisation of the same kind (default 1)", NULL},
    {0, "records", FH_OPTION_TEXT, offsetof(options, records), "ORG.fh",
     "instead: the people who work there and what they did about it, into an organisation "
     "that has imported the files",
     NULL},
    {'m', "messages", FH_OPTION_COUNT, offsetof(options, messages), "N",
     "instead: N messages to and from customers, some of them said twice, contradicting one "
     "another or told again, and which those are (truth/pairs.csv)",
     NULL},
    {0, "languages", FH_OPTION_TEXT, offsetof(options, languages), "LIST",
     "with --messages: en, de, nl, commas between them (default en,de,nl)", NULL},
    {0, "held-out", FH_OPTION_FLAG, offsetof(options, held_out), NULL,
     "with --messages: in the wordings that nothing was tuned with", NULL},
    {0},
};

static const options defaults = {.customers = 60000, .years = 3, .seed = 1};

typedef struct making {
    const cli_io *io;
    const char *what;
    bool shown;
} making;

static bool progress(void *ctx, uint64_t done, uint64_t of)
{
    making *m = ctx;
    if (m->io->progress) {
        fprintf(m->io->err, "\r\x1b[K%llu of %llu %s", (unsigned long long)done,
                (unsigned long long)of, m->what);
        (void)fflush(m->io->err);
        m->shown = true;
    }
    return m->io->stopped();
}

static fh_status make_records(const cli_io *io, const options *o, fh_error *err)
{
    fh_demo_result made;
    const fh_status s = fh_demo_records(io->os, o->records.ptr, o->seed, &made, err);
    if (s) return s;
    fprintf(io->out, "Made %u people in %u departments, and %u records of what they did.\n",
            made.people, made.departments, made.records);
    return FH_OK;
}

static fh_status make_messages(const cli_io *io, const options *o, fh_error *err)
{
    const char *folder = o->folder.len ? o->folder.ptr : "messages";
    making m = {.io = io, .what = "messages"};
    const fh_messages_options wanted = {
        .messages = o->messages,
        .languages = o->languages.len ? o->languages : FH_STR("en,de,nl"),
        .seed = o->seed,
        .held_out = o->held_out,
        .folder = folder,
        .progress = progress,
        .ctx = &m,
    };
    fh_messages_result made;
    const fh_status s = fh_simulate_messages(io->os, &wanted, &made, err);
    if (m.shown) fputs("\r\x1b[K", io->err);
    if (s) return s;
    fprintf(io->out,
            "Wrote %llu messages among %llu interactions of %llu customers to %s: "
            "%llu pairs planted, %llu clean.\n"
            "Import them:  sh %s/import.sh\n",
            (unsigned long long)made.messages, (unsigned long long)made.interactions,
            (unsigned long long)made.customers, folder, (unsigned long long)made.planted,
            (unsigned long long)made.clean, folder);
    return FH_OK;
}

static fh_status run(const cli_io *io, const void *opts, const fh_str *args, size_t n_args,
                     fh_error *err)
{
    (void)args, (void)n_args;
    const options *o = opts;
    const char *folder = o->folder.len ? o->folder.ptr : "harbour-mutual";
    making m = {.io = io, .what = "customers"};
    if (o->messages) return make_messages(io, o, err);
    if (o->records.len) return make_records(io, o, err);
    const fh_simulate_options wanted = {
        .customers = o->customers,
        .years = o->years <= UINT32_MAX ? (uint32_t)o->years : UINT32_MAX,
        .seed = o->seed,
        .folder = folder,
        .progress = progress,
        .ctx = &m,
    };
    fh_simulate_result made;
    const fh_status s = fh_simulate(io->os, &wanted, &made, err);
    if (m.shown) fputs("\r\x1b[K", io->err);
    if (s) return s;
    fprintf(io->out,
            "Wrote %llu interactions in %u files to %s.\n"
            "Import them:  sh %s/import.sh\n",
            (unsigned long long)made.interactions, made.n_files, folder, folder);
    return FH_OK;
}

const cli_command cmd_simulate = {
    .name = "simulate",
    .synopsis = "[options]",
    .summary = "make up a demonstration organisation",
    .details = "Writes what the departments of Harbour Mutual, a made-up insurer, would export:\n"
               "one file per system, each with its own columns, identifiers and way of writing\n"
               "times, a mapping beside each, and import.sh. What was planted (letters that\n"
               "contradict one another, stories told again, promises broken ...) stands in\n"
               "truth.json. The same seed gives the same files on every machine.\n"
               "With --messages: what departments wrote to customers and customers to them.\n"
               "truth/pairs.csv says which two say the same twice, contradict one another or\n"
               "tell a story again, and which only look like it; `firsthand measure` compares.\n",
    .examples = "firsthand simulate -o demo && sh demo/import.sh\n"
                "firsthand simulate --records harbour-mutual.fh\n"
                "firsthand simulate --customers 1000000 --years 5 -o large\n"
                "firsthand simulate --messages 60000 --languages en,de --seed 7 -o letters\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .stops = true,
    .run = run,
};
