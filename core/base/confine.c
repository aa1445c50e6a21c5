/* Confinement of a child process; confine_calls.c has the list of system calls. */
#include "core/base/confine.h"

#include "core/base/confine_calls.h"

#include <errno.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FIRST_CLOSED = 5, INHERITED_LISTENER = 4 };

static bool is_listener(int fd)
{
    int on = 0;
    socklen_t size = sizeof on;
    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &size) == 0 && on;
}

enum error confine_descriptors(pid_t parent)
{
    if (close_range(FIRST_CLOSED, ~0U, 0) != 0)
        return ERROR_IO;
    if (!is_listener(INHERITED_LISTENER))
        (void)close(INHERITED_LISTENER);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0)
        return ERROR_IO;
    return parent != 0 && getppid() != parent ? ERROR_CLOSED : ERROR_OK;
}

/* Descriptors: the loop's own few, the port, and for web one for each browser connection. */
static const struct {
    rlim_t descriptors, address_space, tasks;
} role_limits[CONFINE_ROLE_COUNT] = {
    [CONFINE_INSTRUMENT] = { 64, 512UL << 20, 0 },
    [CONFINE_DECODER] = { 32, 512UL << 20, 0 },
    [CONFINE_EKG] = { 32, 512UL << 20, 0 },
    [CONFINE_LABELS] = { 64, 1024UL << 20, RLIM_INFINITY },
    [CONFINE_LABELS_FILE] = { 64, 1024UL << 20, RLIM_INFINITY },
    [CONFINE_FOLDER] = { 32, 512UL << 20, 0 },
    [CONFINE_WEB] = { 768, 1024UL << 20, RLIM_INFINITY },
    [CONFINE_READER] = { 32, 1024UL << 20, 0 },
};

/* Lowers one limit, never raises it. */
static bool lower(__rlimit_resource_t what, rlim_t most)
{
    struct rlimit now;
    if (getrlimit(what, &now) != 0)
        return false;
    if (now.rlim_max != RLIM_INFINITY && now.rlim_max < most)
        most = now.rlim_max;
    now = (struct rlimit) { most, most };
    return setrlimit(what, &now) == 0;
}

static bool limit_resources(enum confine_role role, const struct confine_allowance *more)
{
    if (!lower(RLIMIT_CORE, 0) || !lower(RLIMIT_NOFILE, role_limits[role].descriptors))
        return false;
    return more->address_space || (lower(RLIMIT_AS, role_limits[role].address_space) &&
                                   lower(RLIMIT_NPROC, role_limits[role].tasks));
}

/* What Landlock of each version can forbid; linux/landlock.h of the build may be older than the
 * kernel that runs (Documentation/userspace-api/landlock.rst, "Compatibility"). */
struct landlock_rules {
    uint64_t files, network, scopes;
};

static struct landlock_rules landlock_rules(long version)
{
    struct landlock_rules r = { (1U << 13) - 1, 0, 0 }; /* 1: every access to files */
    if (version >= 2)
        r.files |= 1U << 13; /* linking between folders */
    if (version >= 3)
        r.files |= 1U << 14; /* truncating */
    if (version >= 4)
        r.network = 3; /* bind and connect of TCP */
    if (version >= 6)
        r.scopes = 3; /* abstract sockets and signals */
    return r;
}

/* Reading files and folders, taking a file out of one folder and putting it into another. */
enum { LANDLOCK_READ = 1 << 2 | 1 << 3, LANDLOCK_MOVE = 1 << 5 | 1 << 8 | 1 << 13 };
enum { LANDLOCK_RENAMES = 2, NO_FOLDER = -1 };

static bool allow_folder(int rules, int folder)
{
    const struct landlock_path_beneath_attr beneath = {
        .allowed_access = LANDLOCK_READ | LANDLOCK_MOVE,
        .parent_fd = folder,
    };
    return folder == NO_FOLDER ||
           syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0;
}

/* `folder`: what stays reachable, or NO_FOLDER. */
static bool forbid_paths(enum confine_role role, int folder)
{
    long version =
        syscall(SYS_landlock_create_ruleset, NULL, 0, 1U); /* LANDLOCK_CREATE_RULESET_VERSION */
    struct landlock_rules rules;
    long fd;
    bool done;
    size_t size;
    if (version < (folder == NO_FOLDER ? 1 : LANDLOCK_RENAMES))
        return true; /* the kernel has none that serves: the filter alone stands */
    rules = landlock_rules(version);
    if (role == CONFINE_LABELS_FILE)
        rules.files &= ~(1ULL << 8 | 1ULL << 1); /* making and writing a regular file */
    size = (version >= 6 ? 3 : version >= 4 ? 2 : 1) * sizeof(uint64_t);
    fd = syscall(SYS_landlock_create_ruleset, &rules, size, 0);
    if (fd < 0)
        return false;
    done = allow_folder((int)fd, folder) && syscall(SYS_landlock_restrict_self, fd, 0) == 0;
    (void)close((int)fd);
    return done;
}

static bool add_call(scmp_filter_ctx filter, const struct confine_call *call)
{
    switch (call->argument) {
    case CONFINE_ANY:
        return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call->number, 0) == 0;
    case CONFINE_EQUAL:
        return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call->number, 1,
                                SCMP_CMP(call->index, SCMP_CMP_EQ, call->value, 0)) == 0;
    case CONFINE_MASKED:
        return seccomp_rule_add(
                   filter, SCMP_ACT_ALLOW, call->number, 1,
                   SCMP_CMP(call->index, SCMP_CMP_MASKED_EQ, call->mask, call->value)) == 0;
    }
    return false;
}

/* Calls that act on a process, for this one only. */
static bool add_own(scmp_filter_ctx filter)
{
    uint64_t self = (uint64_t)getpid();
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                            SCMP_CMP(0, SCMP_CMP_EQ, self, 0)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
                            SCMP_CMP(0, SCMP_CMP_EQ, 0, 0)) == 0
           /* clone3 hides its flags in memory: "not there" makes the C library use clone */
           && seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}

static bool add_more(scmp_filter_ctx filter, const struct confine_allowance *more)
{
    for (size_t i = 0; i < more->call_count; i++) {
        int number = seccomp_syscall_resolve_name(more->calls[i]);
        if (number == __NR_SCMP_ERROR || seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0) != 0)
            return false;
    }
    return true;
}

static bool load_filter(enum confine_role role, const struct confine_allowance *more)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    size_t count;
    const struct confine_call *calls = confine_calls(&count);
    bool done = filter && seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0;
    for (size_t i = 0; done && i < count; i++)
        if (calls[i].roles & 1U << role)
            done = add_call(filter, &calls[i]);
    done = done && add_own(filter) && add_more(filter, more) && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return done;
}

static enum error confine(enum confine_role role, int folder)
{
    struct confine_allowance more = confine_allowance();
    if ((unsigned)role >= CONFINE_ROLE_COUNT)
        return ERROR_BUG;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0)
        return ERROR_IO;
    if (!limit_resources(role, &more) || !forbid_paths(role, folder) || !load_filter(role, &more))
        return ERROR_IO;
    return ERROR_OK;
}

enum error confine_child(enum confine_role role)
{
    return confine(role, NO_FOLDER);
}

enum error confine_folder(int folder)
{
    return confine(CONFINE_FOLDER, folder);
}
