/*
 * The command line's end of the control socket: one request at a time, waited for.
 */
#ifndef PHIAL_CORE_DAEMON_CLIENT_H
#define PHIAL_CORE_DAEMON_CLIENT_H

#include "core/model/wire.h"

struct client {
    int fd;
    uint64_t last_id;
    char token[65];
    uint8_t in[LIMIT_WIRE];
};

/* ERROR_CLOSED when no core serves that folder. */
enum error client_open(const char *data, struct client *c, struct complaint *why);
void client_close(struct client *c);
/* Begins a request: its id, and the token once signed in, are written. */
void client_begin(struct client *c, struct wire_writer *w, enum wire_type type);
/* Takes the writer over, sends, waits for the REPLY of that request. Gives the reply's status with
 * its sentence in `why`; `reply` (may be NULL) borrows the client's buffer until the next call and
 * is set whenever core answered. */
enum error client_call(struct client *c, struct wire_writer *w, struct wire_message *reply,
                       struct complaint *why);
/* The two halves of a call, for whoever asks at several connections at once. */
enum error client_send(struct client *c, struct wire_writer *w, struct complaint *why);
enum error client_hear(struct client *c, struct wire_message *reply, struct complaint *why);
/* The token is kept in the client. `login` may be LOGIN/ROLE, for somebody with several roles. */
enum error client_sign_in(struct client *c, const char *login, const char *pin,
                          struct complaint *why);
void client_sign_out(struct client *c);

#endif
