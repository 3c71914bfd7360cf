/* kills.h - what the programs that kill share: interactions with marks, what of them was
 * acknowledged, a child that dies at an instant, and the check of the file afterwards.
 *
 * Every interaction belongs to a line (a file, a sender) and has a number in it; its
 * payload holds the mark "m<line>-<number>". Of each line the first `acked` are
 * acknowledged: they must be there after any kill, and nothing may be there twice.
 */
#ifndef FH_TESTS_KILLS_H
#define FH_TESTS_KILLS_H

#include "store/org.h"

enum { KILLS_PATH = 512 };

typedef struct kills {
    char folder[KILLS_PATH], org[KILLS_PATH];
    const char *seed;
    unsigned long wanted, done;
    uint64_t rng, faults;
    uint32_t n_lines, each;
    uint32_t *acked;     /* [n_lines] */
    unsigned char *seen; /* [n_lines * each] */
    uint64_t *n_seen;    /* [n_lines] */
} kills;

/* From the arguments FOLDER KILLS SEED; ends the program when that fails. */
void kills_begin(kills *k, int argc, char **argv, const char *org, uint32_t n_lines, uint32_t each);
void kills_new_org(kills *k); /* nothing is acknowledged any more */
/* The closing line and the exit status. */
int kills_end(kills *k);

uint32_t kills_below(uint64_t *rng, uint32_t n);
int64_t kills_now_us(void);
void kills_die(const char *what, const fh_error *err);
void kills_fault(kills *k, const char *what); /* goes on; the program fails in the end */
bool kills_all_in(const kills *k);

/* Runs a child, which calls kills_tell, and kills it after `us` (negative: leaves it
 * alone); whether it was killed. */
typedef int kills_child(const kills *k, int fd);
bool kills_run(kills *k, kills_child *child, int64_t us);
/* In the child: the first n of a line are safe. */
bool kills_tell(int fd, uint32_t line, uint32_t n);

/* `check` finds nothing, what is acknowledged is there, nothing is there twice; and
 * what `more` (may be NULL) looks at. */
void kills_check(kills *k, void (*more)(kills *k, fh_org *org));

#endif
