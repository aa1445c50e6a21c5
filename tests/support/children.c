/* Reading /proc for the children of a process; see children.h. */
#include "tests/support/children.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void children_read(const char *path, char *out, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? 0 : read(fd, out, size - 1);

    for (ssize_t i = 0; i < got; i++)
        if (!out[i])
            out[i] = ' ';
    out[got > 0 ? got : 0] = '\0';
    if (fd >= 0)
        (void)close(fd);
}

size_t children_of(pid_t parent, pid_t children[CHILDREN_MOST])
{
    char path[64], line[4096], *at = line, *end;
    size_t count = 0;

    (void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent, (int)parent);
    children_read(path, line, sizeof line);
    for (long pid = strtol(at, &end, 10); end != at && count < CHILDREN_MOST;
         pid = strtol(at, &end, 10)) {
        children[count++] = (pid_t)pid;
        at = end;
    }
    return count;
}

pid_t child_named(pid_t parent, const char *words)
{
    pid_t children[CHILDREN_MOST];
    size_t count = children_of(parent, children);
    char path[64], command[256];

    for (size_t i = 0; i < count; i++) {
        (void)snprintf(path, sizeof path, "/proc/%d/cmdline", (int)children[i]);
        children_read(path, command, sizeof command);
        if (strstr(command, words))
            return children[i];
    }
    return 0;
}
