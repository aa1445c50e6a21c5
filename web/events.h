/*
 * Server-sent events: what changed, told to every browser that holds a stream.
 *
 * One stream for each session: a second one of the same session ends the first. At most
 * LIMIT_STREAMS. A heartbeat every 15 s finds out who is gone. A browser that does not read is told
 * to load anew instead of being kept waiting for without bound. Events name what changed, never a
 * patient; a scan goes to its own session alone.
 */
#ifndef PHIAL_WEB_EVENTS_H
#define PHIAL_WEB_EVENTS_H

#include "web/server.h"

/* The most bytes that wait for one stream. */
enum { EVENTS_ROOM = 64 * 1024 };

enum error events_open(struct web *web, struct events **out);
/* A response that streams; NULL when there are too many, or memory is out. */
struct MHD_Response *events_stream(struct events *e, struct MHD_Connection *connection,
                                   const char *token);
/* To all streams: `event: NAME`, the object as its data; the object is taken. */
void events_tell(struct events *e, const char *name, json_t *data);
/* To the stream of one session, known by the SHA-256 of its token; the object is taken. */
void events_tell_one(struct events *e, struct span hash, const char *name, json_t *data);
/* Ends the streams of a session that was signed out. */
void events_end(struct events *e, const char *token);
size_t events_count(const struct events *e);
/* The bytes that wait for all of them. */
size_t events_waiting(const struct events *e);

#endif
