/* What `phial doctor` looks at beyond devices; shared by its files. */
#ifndef PHIAL_CORE_DAEMON_VISIT_H
#define PHIAL_CORE_DAEMON_VISIT_H

#include "core/daemon/config.h"
#include "core/daemon/doctor/doctor.h"

struct visit {
    struct doctor doctor; /* devices, and the page that is written */
    const char *data;
    bool running; /* a core serves the folder */
};

#define say(v, ...) doctor_say(&(v)->doctor, __VA_ARGS__)

/* Whether an address can be listened on, or is. */
void visit_listener(struct visit *v, const char *who, const char *address);
/* An instrument's or a scanner's port and a printer's, as phial.conf names them. */
void visit_port(struct visit *v, const char *name, const char *text);
void visit_printer(struct visit *v, const struct config_printer *printer);
/* The disk, the certificate, and what travels in clear. */
void visit_safety(struct visit *v, const struct config *config, int64_t now);
/* Whether a USB stick with EKG files is read by itself. */
void visit_sticks(struct visit *v);
/* Instruments that have never sent anything to the running core, and the usual reasons. */
void visit_silent(struct visit *v, const struct config *config);

#endif
