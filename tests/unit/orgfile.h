/* orgfile.h - an organisation's file for tests, and what must be in it.
 *
 * The oracle is a plain list of rows, as they came; orgfile_same compares what
 * scans and stories show with what the rules make of that list.
 */
#ifndef FH_TEST_ORGFILE_H
#define FH_TEST_ORGFILE_H

#include "test.h"

#include "store/segments.h"

/* A path of this process's own; set up and tear down remove what lies there. */
extern char orgfile_path[64];
int orgfile_setup(void **state);
int orgfile_teardown(void **state);
#define IN_A_FILE(f) cmocka_unit_test_setup_teardown(f, orgfile_setup, orgfile_teardown)

/* Opens the file, made first when it is not there. */
fh_org *orgfile_open(fh_org_mode mode);
/* Fails the test, showing each fault, unless fh_store_check finds none. */
void orgfile_check(fh_org *org);

typedef struct oracle_row {
    fh_row row; /* member is never 0; payload is made from it */
    uint64_t age;
} oracle_row;
typedef struct oracle {
    oracle_row *row;
    size_t n, cap;
    uint64_t age;
} oracle;
void oracle_free(oracle *o);
oracle oracle_copy(const oracle *o);

/* A payload told by the row: the same rows have the same. In the arena. */
fh_str oracle_payload(fh_arena *arena, const fh_row *row, uint32_t len);
/* Puts rows into the file, by way of a builder, and into the list. */
void oracle_put(oracle *o, fh_org *org, const fh_row *rows, size_t n, bool inbox);
void oracle_add(oracle *o, const fh_row *rows, size_t n);
void oracle_cut(oracle *o, uint32_t customer);
/* `members` NULL: all of them. */
void oracle_move(oracle *o, uint32_t from, uint32_t to, const uint32_t *members, size_t n_members);

/* What the file must show: sorted, copies counted once. Release with oracle_free. */
oracle oracle_expected(const oracle *o);
/* Whether a scan of the file shows exactly that. */
bool orgfile_holds(fh_org *org, const oracle *o);
/* Fails the test unless scan, each and (for some) single stories show it. */
void orgfile_same(fh_org *org, const oracle *o);

/* Rows at random: `n` of customers lo .. hi, of import `origin`; some are sent
 * again from what the oracle holds. Payloads in the arena. */
void orgfile_random(fh_arena *arena, const oracle *o, fh_row *rows, size_t n, uint32_t lo,
                    uint32_t hi, uint32_t origin);

/* Twelve names for each dictionary, numbers 1 to 12. */
void orgfile_name(fh_org *org);
/* A batch as live ingest writes it, of customers 1 .. hi: every interaction has an id of
 * its own. */
void orgfile_put_live(oracle *o, fh_org *org, size_t n, uint32_t hi);
/* The same, all of it later than a batch with a smaller `later`; that of orgfile_put_live is 0. */
void orgfile_put_later(oracle *o, fh_org *org, size_t n, uint32_t hi, uint32_t later);
/* Some of it sent before; customers 1 .. 60. */
void orgfile_put_random(oracle *o, fh_org *org, size_t n, uint32_t origin, bool inbox);
/* Something that writes, at random: any of these, erasing or moving a customer, a merge. */
void orgfile_something(oracle *o, fh_org *org, uint32_t origin);

#endif
