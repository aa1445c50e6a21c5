/*
 * Who is signed in, and who has tried too often (DESIGN 1: web has no say; domain.md 4).
 *
 * A token is 32 random bytes in hexadecimal; only its SHA-256 is kept, in memory, so that a restart
 * signs everybody out. One session a person, the newest wins. A session that was not used for the
 * idle time is locked: it names its person, and nothing else, until the PIN is given again. Wrong
 * PINs lock a login for a time that doubles from the third on; the count ends with a right PIN.
 */
#ifndef PHIAL_CORE_DAEMON_SIGNINS_H
#define PHIAL_CORE_DAEMON_SIGNINS_H

#include "core/base/clock.h"
#include "core/model/people.h"
#include "core/store/staff.h"

enum {
    SIGNINS_SESSIONS = 256,
    SIGNINS_LOGINS = 1024,
    SIGNINS_TOKEN = 65,           /* with its terminator */
    SIGNINS_FREE_TRIES = 2,       /* wrong PINs without a wait */
    SIGNINS_FIRST_LOCK = 30,      /* seconds */
    SIGNINS_LONGEST_LOCK = 3600,  /* seconds */
    SIGNINS_LONGEST = 12 * 3600,  /* seconds: a session ends for good */
    SIGNINS_EMERGENCY = 4 * 3600, /* seconds of an emergency access */
};

struct signin {
    int64_t person;
    enum role role;
    char login[65], name[256], workstation[129];
    int64_t since, used;
    role_set roles;          /* all that the person holds */
    int64_t emergency;       /* the emergency access of this session, or 0 ... */
    int64_t emergency_until; /* ... and when it ends */
};

/* Whether somebody may, by the role or by an emergency access that has not ended. */
bool signin_may(const struct signin *who, enum right right, int64_t now);

struct signins;

enum error signins_open(const struct clock *clock, const struct entropy *entropy,
                        unsigned idle_seconds, struct signins **out);
void signins_close(struct signins *s);

/* A new session for that person; any other of the person ends, and leaves its emergency access to
 * the new one when the role is the same. Writes the token. */
enum error signins_begin(struct signins *s, const struct signin *who, char token[SIGNINS_TOKEN]);
/* The session of a token, marked as used now. ERROR_NOT_FOUND: no such session; ERROR_DENIED: it
 * is locked and `*out` says whose it is. Valid until the next call. */
enum error signins_find(struct signins *s, const char *token, const struct signin **out);
/* The same without marking it as used, for what a page asks by itself. */
enum error signins_peek(struct signins *s, const char *token, const struct signin **out);
void signins_end(struct signins *s, const char *token);
/* Emergency access for the session of that person. */
void signins_emergency(struct signins *s, int64_t person, int64_t emergency, int64_t until);
/* The sessions at that workstation that are not locked, each by the SHA-256 of its token; how many,
 * at most `room`. */
enum { SIGNINS_HASH = 32 };
size_t signins_at(const struct signins *s, const char *workstation, uint8_t (*hashes)[SIGNINS_HASH],
                  size_t room);
/* Ends whatever session that person has: their role or PIN changed. */
void signins_end_person(struct signins *s, int64_t person);

/* Seconds until this login may try again; 0 for now. */
unsigned signins_wait(const struct signins *s, const char *login);
/* Notes a try with a right or a wrong PIN. */
void signins_tried(struct signins *s, const char *login, bool right);

#endif
