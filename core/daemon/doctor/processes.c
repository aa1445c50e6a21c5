/* Reading /proc; see processes.h. */
#include "core/daemon/doctor/processes.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The next process's number, or 0 after the last. */
static unsigned long next_process(DIR *processes)
{
    const struct dirent *entry;

    while ((entry = readdir(processes)) != NULL) {
        char *end;
        unsigned long pid = strtoul(entry->d_name, &end, 10);
        if (pid && !*end)
            return pid;
    }
    return 0;
}

static DIR *open_below(const char *root, const char *path)
{
    char whole[DEVICE_PATH];
    return snprintf(whole, sizeof whole, "%s%s", root, path) < (int)sizeof whole ? opendir(whole)
                                                                                 : NULL;
}

static bool read_name(const char *root, unsigned long pid, char out[DEVICE_TEXT])
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%lu/comm", pid);
    return devices_read(root, path, out);
}

static bool holds(const char *root, unsigned long pid, const char *node)
{
    char path[64], target[DEVICE_PATH];
    const struct dirent *entry;
    DIR *descriptors;
    bool found = false;

    (void)snprintf(path, sizeof path, "/proc/%lu/fd", pid);
    descriptors = open_below(root, path);
    while (descriptors && !found && (entry = readdir(descriptors)) != NULL) {
        ssize_t len = readlinkat(dirfd(descriptors), entry->d_name, target, sizeof target - 1);
        if (len <= 0)
            continue;
        target[len] = '\0';
        found = strcmp(target, node) == 0;
    }
    if (descriptors)
        (void)closedir(descriptors);
    return found;
}

bool processes_find_holder(const char *root, const char *node, struct holder *out)
{
    DIR *processes = open_below(root, "/proc");
    unsigned long pid = 0;
    bool found = false;

    while (processes && !found && (pid = next_process(processes)) != 0)
        found = holds(root, pid, node);
    if (processes)
        (void)closedir(processes);
    if (!found)
        return false;
    *out = (struct holder) { "a program", pid };
    (void)read_name(root, pid, out->name);
    return true;
}

bool processes_run(const char *root, const char *name)
{
    DIR *processes = open_below(root, "/proc");
    char running[DEVICE_TEXT];
    unsigned long pid;
    bool found = false;

    while (processes && !found && (pid = next_process(processes)) != 0)
        found = read_name(root, pid, running) && strcmp(running, name) == 0;
    if (processes)
        (void)closedir(processes);
    return found;
}
