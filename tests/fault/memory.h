/*
 * Memory that runs out on demand: malloc and its kin of all our objects (by the linker's --wrap),
 * of SQLite and of jansson pass here. Other libraries' own allocations never fail.
 */
#ifndef PHIAL_TESTS_FAULT_MEMORY_H
#define PHIAL_TESTS_FAULT_MEMORY_H

#include <stdbool.h>

/* Before anything else of the program. */
void memory_take_over(void);
/* The n-th allocation from now on fails, and with `all` those behind it too; 0: none. */
void memory_fail_at(unsigned long n, bool all);
/* Whether one has failed since then. */
bool memory_failed(void);

#endif
