/*
 * The sending side of MLLP: one message, and the acknowledgements that it asks for.
 *
 * Invariants:
 * - The message is remembered, and sent again with the same bytes, until it is acknowledged or
 *   given up; so its receiver can tell a repeat.
 * - Only a reply with our own control id in MSA-2 counts.
 * - AE and CE: again after a while. AR and CR: never again.
 */
#ifndef PHIAL_INSTRUMENTS_LINK_MLLP_SEND_H
#define PHIAL_INSTRUMENTS_LINK_MLLP_SEND_H

#include "instruments/link/mllp_reply.h"

enum mllp_sending { MLLP_IDLE, MLLP_AWAITING, MLLP_LATER };

struct mllp_sender {
    const struct link_port *port;
    enum mllp_sending state;
    unsigned wait_ms; /* until mllp_sender_expired, 0 for none */
    bool fresh;       /* wait_ms is to be armed anew */
    unsigned tries;
    bool accept, application; /* replies that are still to come */
    struct buffer block;
    struct buffer control_id; /* MSH-10, raw */
};

void mllp_sender_init(struct mllp_sender *s, const struct link_port *port);
void mllp_sender_free(struct mllp_sender *s);
/* Writes the message. ERROR_BUSY; ERROR_BAD_INPUT when it is no HL7 message. */
enum error mllp_sender_send(struct mllp_sender *s, struct span text);
/* A reply came: true when it was one for our message. */
bool mllp_sender_reply(struct mllp_sender *s, struct span text);
void mllp_sender_expired(struct mllp_sender *s);
void mllp_sender_lost(struct mllp_sender *s);

#endif
