/* The processes that a process started, as Linux tells them (/proc/PID/task/PID/children). */
#ifndef PHIAL_TESTS_SUPPORT_CHILDREN_H
#define PHIAL_TESTS_SUPPORT_CHILDREN_H

#include <stddef.h>
#include <sys/types.h>

enum { CHILDREN_MOST = 128 };

/* The children of its first thread that have not been waited for; their number. 0 when there is no
 * such process. */
size_t children_of(pid_t parent, pid_t children[CHILDREN_MOST]);
/* The child whose command line holds the words, which may go over several arguments; 0 when there
 * is none. */
pid_t child_named(pid_t parent, const char *words);
/* What a file of /proc says, its zero bytes as spaces; empty when there is no such file. */
void children_read(const char *path, char *out, size_t size);

#endif
