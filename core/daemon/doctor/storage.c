/* Following a block device down to the disk; see storage.h. */
#include "core/daemon/doctor/storage.h"

#include "core/base/text.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

enum { STORAGE_PATH = 1024, STORAGE_DEPTH = 8, STORAGE_LINE = 512 };

static void read_line(const char *path, char *out, size_t size)
{
    FILE *file = fopen(path, "re");

    out[0] = '\0';
    if (!file)
        return;
    if (fgets(out, (int)size, file))
        out[strcspn(out, "\n")] = '\0';
    (void)fclose(file);
}

static enum storage look(const char *folder, unsigned depth);

/* What it is made of: a volume of LVM lies on others. All must be encrypted. */
static enum storage look_below(const char *folder, unsigned depth)
{
    char path[STORAGE_PATH];
    const struct dirent *entry;
    enum storage found = STORAGE_PLAIN;
    DIR *below;

    if (snprintf(path, sizeof path, "%s/slaves", folder) >= (int)sizeof path)
        return STORAGE_UNKNOWN;
    below = opendir(path);
    if (!below)
        return STORAGE_PLAIN;
    while ((entry = readdir(below)) != NULL) {
        char one[STORAGE_PATH];
        if (entry->d_name[0] == '.' ||
            snprintf(one, sizeof one, "%s/%s", path, entry->d_name) >= (int)sizeof one)
            continue;
        found = look(one, depth + 1);
        if (found != STORAGE_ENCRYPTED)
            break;
    }
    (void)closedir(below);
    return found;
}

static enum storage look(const char *folder, unsigned depth)
{
    char path[STORAGE_PATH], uuid[STORAGE_LINE];
    struct stat at;

    if (depth > STORAGE_DEPTH || stat(folder, &at) != 0 ||
        snprintf(path, sizeof path, "%s/dm/uuid", folder) >= (int)sizeof path)
        return STORAGE_UNKNOWN;
    read_line(path, uuid, sizeof uuid);
    if (strncmp(uuid, "CRYPT-", 6) == 0)
        return STORAGE_ENCRYPTED;
    return look_below(folder, depth);
}

enum storage storage_of(const char *root, dev_t device)
{
    char folder[STORAGE_PATH];

    if (snprintf(folder, sizeof folder, "%s/sys/dev/block/%u:%u", root, major(device),
                 minor(device)) >= (int)sizeof folder)
        return STORAGE_UNKNOWN;
    return look(folder, 0);
}

void storage_plain_swap(const char *root, char *out, size_t size)
{
    char path[STORAGE_PATH], line[STORAGE_LINE];
    FILE *file;

    out[0] = '\0';
    if (snprintf(path, sizeof path, "%s/proc/swaps", root) >= (int)sizeof path)
        return;
    file = fopen(path, "re");
    if (!file)
        return;
    while (!out[0] && fgets(line, sizeof line, file)) {
        struct stat at;
        line[strcspn(line, " \t\n")] = '\0';
        if (line[0] != '/' || strncmp(line, "/dev/zram", 9) == 0 ||
            snprintf(path, sizeof path, "%s%s", root, line) >= (int)sizeof path ||
            stat(path, &at) != 0)
            continue;
        if (storage_of(root, S_ISBLK(at.st_mode) ? at.st_rdev : at.st_dev) == STORAGE_PLAIN)
            (void)text_copy(out, size, line);
    }
    (void)fclose(file);
}
