/*
 * The helper itself: looks, offers one file at a time, moves it where the answer says.
 *
 * Invariants: at most one file is in hand, and it lies in `taking`; nothing is offered before the
 * reader said BEGIN, nor while a file waits to be moved. A rename is on disk before the next offer.
 */
#include "instruments/transport/folder_helper.h"

#include "core/base/confine.h"
#include "core/base/limits.h"
#include "instruments/transport/folder_watch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    LOOK_MS = 3000, /* between two looks without an event */
    REFUSED_MS = 2000,
    REFUSED_MOST_MS = 60000,
    NAME_SIZE = 256,
    SAME_NAMES = 10000
};

enum hand { EMPTY, OFFERED, SAFE, BACK }; /* the file in hand: where it is to go */

struct helper {
    struct folder_places at;
    struct folder_watch *watch;
    DIR *folder, *taking;
    bool begun, look;
    enum hand hand;
    bool changed;         /* it did, while it was in hand */
    char name[NAME_SIZE]; /* in hand */
    struct folder_facts facts;
    int fd;
    unsigned refused_ms;            /* the pause after the last refusal */
    uint64_t not_before, next_look; /* no offer, no look */
    bool stuck_told, many_told;
};

static uint64_t now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* With a descriptor: a file. The end of the reader is the end of the helper. */
static void say(const struct helper *h, const struct folder_said *said, int fd)
{
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec bytes = { (void *)(uintptr_t)said, sizeof *said };
    struct msghdr m = { .msg_iov = &bytes, .msg_iovlen = 1 };
    memset(&control, 0, sizeof control);
    if (fd >= 0) {
        m.msg_control = control.room;
        m.msg_controllen = sizeof control.room;
        CMSG_FIRSTHDR(&m)->cmsg_level = SOL_SOCKET;
        CMSG_FIRSTHDR(&m)->cmsg_type = SCM_RIGHTS;
        CMSG_FIRSTHDR(&m)->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(CMSG_FIRSTHDR(&m)), &fd, sizeof fd);
    }
    if (sendmsg(h->at.reader, &m, MSG_NOSIGNAL) != (ssize_t)sizeof *said)
        _exit(0);
}

static void note(const struct helper *h, enum folder_note what)
{
    say(h, &(struct folder_said) { .note = (uint32_t)what }, -1);
}

static struct folder_facts facts_of(const struct stat *s)
{
    return (struct folder_facts) { s->st_ino, (uint64_t)s->st_size,
                                   s->st_mtim.tv_sec * 1000000000LL + s->st_mtim.tv_nsec };
}

/* Looking */

static void see(struct helper *h, const char *name, uint64_t now)
{
    struct folder_facts facts;
    struct stat s;
    enum error e;
    if (fstatat(h->at.folder, name, &s, AT_SYMLINK_NOFOLLOW) != 0 || S_ISDIR(s.st_mode))
        return;
    facts = facts_of(&s);
    if (!S_ISREG(s.st_mode) || facts.size > h->at.largest)
        facts.size = 0; /* never whole, so never its turn */
    e = folder_watch_see(h->watch, name, &facts, now);
    if (e == ERROR_FULL && !h->many_told)
        note(h, FOLDER_NOTE_MANY);
    h->many_told = h->many_told || e == ERROR_FULL;
    if (e != ERROR_OK || (S_ISREG(s.st_mode) && (uint64_t)s.st_size <= h->at.largest))
        return;
    if (folder_watch_first_word(h->watch, name))
        note(h, S_ISREG(s.st_mode) ? FOLDER_NOTE_LARGE : FOLDER_NOTE_SPECIAL);
}

/* A folder that was removed lives on as long as somebody has it open; only its links tell. */
static void end_with_folder(const struct helper *h)
{
    struct stat s;
    if (fstat(h->at.folder, &s) != 0 || s.st_nlink == 0)
        _exit(0); /* the reader tells that the folder went away, and waits for it */
}

static void look(struct helper *h, uint64_t now)
{
    const struct dirent *entry;
    end_with_folder(h);
    folder_watch_begin(h->watch);
    rewinddir(h->folder);
    while ((entry = readdir(h->folder)) != NULL)
        see(h, entry->d_name, now);
    folder_watch_end(h->watch);
    h->look = false;
    h->next_look = now + LOOK_MS;
}

static void take_event(struct helper *h, const struct inotify_event *event, uint64_t now)
{
    if (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED))
        _exit(0);
    if (event->mask & IN_Q_OVERFLOW)
        folder_watch_confused(h->watch, now);
    if (event->len == 0)
        return;
    if (event->mask & IN_MODIFY)
        folder_watch_event(h->watch, event->name, FOLDER_WRITTEN, now);
    else if (event->mask & IN_CLOSE_WRITE)
        folder_watch_event(h->watch, event->name, FOLDER_CLOSED, now);
    else if (event->mask & IN_MOVED_TO)
        folder_watch_event(
            h->watch, event->name,
            h->changed && strcmp(event->name, h->name) == 0 ? FOLDER_UNSURE : FOLDER_ARRIVED, now);
}

static void take_events(struct helper *h, uint64_t now)
{
    union {
        struct inotify_event first;
        char room[16384];
    } in;
    ssize_t len;
    while ((len = read(h->at.events, in.room, sizeof in.room)) > 0)
        for (char *at = in.room; at < in.room + len;) {
            const struct inotify_event *event = (const struct inotify_event *)(const void *)at;
            take_event(h, event, now);
            at += sizeof *event + event->len;
        }
    h->look = true;
}

/* Moving */

/* Never over another file. Some file systems cannot promise that; then nobody else may write
 * there, or the name was looked for just before. */
static bool move(int from, const char *name, int to, const char *new_name)
{
    struct stat s;
    if (renameat2(from, name, to, new_name, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    if (fstatat(to, new_name, &s, AT_SYMLINK_NOFOLLOW) == 0) {
        errno = EEXIST;
        return false;
    }
    return renameat(from, name, to, new_name) == 0;
}

static bool on_disk(const struct helper *h, int other)
{
    return fsync(h->at.taking) == 0 && fsync(other) == 0;
}

static bool move_to_taken(const struct helper *h)
{
    char name[NAME_SIZE + 8];
    (void)snprintf(name, sizeof name, "%s", h->name);
    for (unsigned n = 1; n < SAME_NAMES; n++) {
        if (move(h->at.taking, h->name, h->at.taken, name))
            return true;
        if (errno == ENOENT)
            return true; /* somebody took it away by hand */
        if (errno != EEXIST)
            return false;
        (void)snprintf(name, sizeof name, "%.*s.%u", NAME_SIZE - 8, h->name, n);
    }
    return false;
}

/* A file of the same name has come meanwhile: then it stays in `taking` and comes from there. */
static bool move_back(const struct helper *h)
{
    return move(h->at.taking, h->name, h->at.folder, h->name) || errno == EEXIST || errno == ENOENT;
}

static bool has_changed(const struct helper *h)
{
    struct folder_facts facts;
    struct stat s;
    if (fstat(h->fd, &s) != 0)
        return true;
    facts = facts_of(&s);
    return facts.size != h->facts.size || facts.modified != h->facts.modified;
}

static void let_go(struct helper *h)
{
    (void)close(h->fd);
    h->fd = -1;
}

static void wait_a_while(struct helper *h, uint64_t now)
{
    h->refused_ms = h->refused_ms ? h->refused_ms * 2 : REFUSED_MS;
    if (h->refused_ms > REFUSED_MOST_MS)
        h->refused_ms = REFUSED_MOST_MS;
    h->not_before = now + h->refused_ms;
}

/* Out of the hand to where it belongs; tried again when the folder refuses. The events of our own
 * move are read while we know whose they are. */
static void put_down(struct helper *h, uint64_t now)
{
    bool safe = h->hand == SAFE;
    if (!(safe ? move_to_taken(h) : move_back(h)) ||
        !on_disk(h, safe ? h->at.taken : h->at.folder)) {
        if (!h->stuck_told)
            note(h, FOLDER_NOTE_STUCK);
        h->stuck_told = true;
        h->not_before = now + REFUSED_MS;
        return;
    }
    h->stuck_told = false;
    h->hand = EMPTY;
    take_events(h, now);
    h->changed = false;
}

static void put_back_changed(struct helper *h, uint64_t now)
{
    note(h, FOLDER_NOTE_CHANGED);
    h->hand = BACK;
    h->changed = true;
    put_down(h, now);
}

static void take_answer(struct helper *h, enum folder_wish wish, uint64_t now)
{
    bool changed;
    if (h->hand != OFFERED)
        return;
    changed = has_changed(h);
    let_go(h);
    if (wish == FOLDER_TAKEN) {
        h->refused_ms = 0;
    } else {
        folder_watch_refused(h->watch, h->name);
        wait_a_while(h, now);
    }
    if (changed) { /* what was kept is not what is there now */
        put_back_changed(h, now);
        return;
    }
    h->hand = wish == FOLDER_TAKEN ? SAFE : BACK;
    put_down(h, now);
}

/* Offering */

/* Opens what lies in `taking` under the name in hand. A name that meanwhile means something else
 * than a plain file is never opened, or is nothing that waits. */
static bool open_in_hand(struct helper *h)
{
    struct stat s;
    h->fd = openat(h->at.taking, h->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (h->fd < 0)
        return false;
    if (fstat(h->fd, &s) == 0 && S_ISREG(s.st_mode) && s.st_size > 0 &&
        (uint64_t)s.st_size <= h->at.largest) {
        h->facts = facts_of(&s);
        return true;
    }
    let_go(h);
    return false;
}

static void offer(struct helper *h)
{
    h->hand = OFFERED;
    say(h, &(struct folder_said) { .note = FOLDER_NOTE_NONE, .size = h->facts.size }, h->fd);
}

/* What was in hand when everything ended. */
static bool offer_left_over(struct helper *h)
{
    const struct dirent *entry;
    rewinddir(h->taking);
    while ((entry = readdir(h->taking)) != NULL) {
        size_t len = strlen(entry->d_name);
        if (entry->d_name[0] == '.' || len >= sizeof h->name)
            continue;
        memcpy(h->name, entry->d_name, len + 1);
        if (open_in_hand(h)) {
            offer(h);
            return true;
        }
    }
    return false;
}

static void offer_next(struct helper *h, const char *name, const struct folder_facts *judged,
                       uint64_t now)
{
    (void)snprintf(h->name, sizeof h->name, "%s", name);
    h->look = true;
    if (!move(h->at.folder, h->name, h->at.taking, h->name)) {
        if (errno != ENOENT && folder_watch_first_word(h->watch, h->name))
            note(h, FOLDER_NOTE_STUCK);
        folder_watch_refused(h->watch, h->name);
        wait_a_while(h, now);
        return;
    }
    if (!open_in_hand(h)) {
        note(h, FOLDER_NOTE_UNREADABLE);
        folder_watch_refused(h->watch, h->name);
        wait_a_while(h, now);
        h->hand = BACK;
        put_down(h, now);
    } else if (h->facts.inode != judged->inode || h->facts.size != judged->size ||
               h->facts.modified != judged->modified || !on_disk(h, h->at.folder)) {
        let_go(h);
        put_back_changed(h, now);
    } else {
        offer(h);
    }
}

/* The loop. How many ms nothing is to do without an event. */
static unsigned work(struct helper *h)
{
    struct folder_facts facts;
    uint64_t now = now_ms();
    unsigned wait = LOOK_MS;
    const char *name;
    if (h->hand == OFFERED)
        return FOLDER_NEVER_MS; /* the answer comes */
    if (now < h->not_before)
        return (unsigned)(h->not_before - now);
    if (h->hand != EMPTY)
        put_down(h, now);
    if (h->hand != EMPTY || !h->begun || offer_left_over(h))
        return REFUSED_MS;
    if (h->look || now >= h->next_look)
        look(h, now);
    name = folder_watch_next(h->watch, now, &facts, &wait);
    if (name)
        offer_next(h, name, &facts, now);
    return wait < LOOK_MS ? wait : LOOK_MS;
}

static void take_wish(struct helper *h)
{
    char wish;
    if (recv(h->at.reader, &wish, 1, 0) != 1)
        _exit(0);
    if (wish == FOLDER_BEGIN)
        h->begun = true;
    else
        take_answer(h, wish == FOLDER_TAKEN ? FOLDER_TAKEN : FOLDER_STAYS, now_ms());
}

_Noreturn void folder_helper_run(const struct folder_places *places)
{
    struct helper h = { .at = *places, .fd = -1, .look = true };
    struct pollfd fds[2] = { { places->reader, POLLIN, 0 }, { places->events, POLLIN, 0 } };
    int folder = openat(places->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int taking = openat(places->taking, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    h.watch = folder_watch_new();
    h.folder = fdopendir(folder);
    h.taking = fdopendir(taking);
    if (!h.watch || !h.folder || !h.taking || confine_folder(places->folder) != ERROR_OK)
        _exit(1);
    for (;;) {
        unsigned wait = work(&h);
        if (poll(fds, 2, wait > LOOK_MS ? -1 : (int)wait) < 0 && errno != EINTR)
            _exit(1);
        if (fds[1].revents)
            take_events(&h, now_ms());
        if (fds[0].revents)
            take_wish(&h);
    }
}
