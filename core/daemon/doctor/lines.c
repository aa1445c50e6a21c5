/* TIOCMGET on a port that nobody has open; see lines.h. */
#include "core/daemon/doctor/lines.h"

#include "core/daemon/doctor/processes.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

void lines_judge(struct doctor *d, const char *node, int lines)
{
    if (lines & (TIOCM_CTS | TIOCM_DSR | TIOCM_CD))
        doctor_say(d, true,
                   "%s: something drives the lines%s%s%s: the instrument is on and the "
                   "cable reaches it.",
                   node, lines & TIOCM_CTS ? " CTS" : "", lines & TIOCM_DSR ? " DSR" : "",
                   lines & TIOCM_CD ? " DCD" : "");
    else
        doctor_say(d, false,
                   "%s: nothing drives CTS, DSR or DCD. The instrument is off, or the cable is not "
                   "plugged in, or it is a straight cable where a null-modem (crossed) one is "
                   "needed, or the other way round. A cable of three wires has no such lines: then "
                   "see whether bytes come (phial record).",
                   node);
}

void lines_look(struct doctor *d, const struct device *dev)
{
    char whole[DEVICE_PATH];
    struct holder holder;
    int fd, lines = 0;

    if (processes_find_holder(d->root, dev->node, &holder)) {
        doctor_tell(d, "%s is in use by %s, so its lines were not looked at.", dev->node,
                    holder.name);
        return;
    }
    (void)snprintf(whole, sizeof whole, "%s%s", d->root, dev->node);
    fd = open(whole, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return; /* the permission was judged already */
    if (ioctl(fd, TIOCMGET, &lines) == 0)
        lines_judge(d, dev->node, lines);
    (void)close(fd);
}
