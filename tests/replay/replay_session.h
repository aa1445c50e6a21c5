/* One recording with its profile and the records that are expected of it, and ways to play it. */
#ifndef PHIAL_TESTS_REPLAY_SESSION_H
#define PHIAL_TESTS_REPLAY_SESSION_H

#include "tests/unit/test.h"

#include "instruments/profile/profile.h"
#include "instruments/recording/player.h"
#include "instruments/recording/recording.h"

enum { SESSIONS_MAX = 256, LINES_MAX = 512 };

/* JSON lines, each its own. */
struct lines {
    char *at[LINES_MAX];
    size_t count;
};

/* A byte of the instrument's side with the time of its chunk. */
struct session_byte {
    uint64_t at;
    uint8_t byte;
    bool last;  /* of its chunk */
    bool pause; /* silence follows */
};

struct session {
    char path[256];
    struct recording recording;
    struct profile *profile;
    const struct link *link;
    struct link_options options;
    bool reports;   /* a chunk is one report or file */
    bool timed;     /* silence says where a report ends */
    bool protected; /* by a checksum */
    struct lines expected;
    struct session_byte *bytes;
    size_t byte_count;
};

/* Every tests/replay/<profile>/<name>.session of the profile (`*` for all); returns how many. Fails
 * the test when one cannot be read or has no expected records. */
size_t sessions_load(struct session *sessions, const char *profile);
void sessions_free(struct session *sessions, size_t count);

/* Where records go while a session is played. */
struct taker {
    const struct session *session;
    struct player_sink sink;
    struct lines lines;
    size_t refused_texts;
};
void taker_init(struct taker *t, const struct session *s);
void taker_free(struct taker *t);

/* Plays `bytes` as stretches that end where `cut` says so (NULL: a byte at a time). For a link of
 * reports `bytes` is cut where the recording is, for a timed one also where time passes, for any
 * where a long silence is. */
void session_play(const struct session *s, struct taker *t, const struct session_byte *bytes,
                  size_t count, bool (*cut)(void *context, size_t index), void *context);

void lines_add(struct lines *l, const char *text, size_t len);
void lines_free(struct lines *l);
/* Fails with the first difference. */
void lines_assert_equal(const char *path, const struct lines *got, const struct lines *want);

#endif
