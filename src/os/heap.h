/* heap.h - how the heap of the process deals with what is freed. */
#ifndef FH_OS_HEAP_H
#define FH_OS_HEAP_H

/* Large blocks that are freed are kept for the next ones. For the start of a program. */
void fh_heap_keep_large(void);

/* Gives what is free back to the system: after something large that will not come
 * again soon. Takes milliseconds; any thread. */
void fh_heap_give_back(void);

#endif
