/* Sessions and wrong tries in memory; see signins.h for what holds. */
#include "core/daemon/signins.h"

#include "core/base/text.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { TOKEN_BYTES = 32, MS = 1000 };

struct session {
    uint8_t hash[crypto_hash_sha256_BYTES];
    bool taken;
    struct signin who;
};

struct tries {
    char login[65];
    unsigned wrong;
    int64_t last, until;
};

struct signins {
    struct clock clock;
    struct entropy entropy;
    int64_t idle_ms;
    struct session sessions[SIGNINS_SESSIONS];
    struct tries tries[SIGNINS_LOGINS];
    size_t tries_count;
};

enum error signins_open(const struct clock *clock, const struct entropy *entropy,
                        unsigned idle_seconds, struct signins **out)
{
    struct signins *s = calloc(1, sizeof *s);
    if (!s)
        return ERROR_NO_MEMORY;
    s->clock = *clock;
    s->entropy = *entropy;
    s->idle_ms = (int64_t)idle_seconds * MS;
    *out = s;
    return ERROR_OK;
}

void signins_close(struct signins *s)
{
    free(s);
}

static void hash_token(const char *token, uint8_t hash[crypto_hash_sha256_BYTES])
{
    (void)crypto_hash_sha256(hash, (const unsigned char *)token, strlen(token));
}

/* A free place, else the one that was not used for longest. */
static struct session *room(struct signins *s)
{
    struct session *oldest = &s->sessions[0];
    for (size_t i = 0; i < SIGNINS_SESSIONS; i++) {
        if (!s->sessions[i].taken)
            return &s->sessions[i];
        if (s->sessions[i].who.used < oldest->who.used)
            oldest = &s->sessions[i];
    }
    return oldest;
}

enum error signins_begin(struct signins *s, const struct signin *who, char token[SIGNINS_TOKEN])
{
    uint8_t bytes[TOKEN_BYTES];
    struct session *session;
    struct signin before = { .person = 0 };

    for (size_t i = 0; i < SIGNINS_SESSIONS; i++)
        if (s->sessions[i].taken && s->sessions[i].who.person == who->person)
            before = s->sessions[i].who;
    signins_end_person(s, who->person);
    session = room(s);
    s->entropy.fill(s->entropy.context, bytes, sizeof bytes);
    text_hex(token, span_of(bytes, sizeof bytes));
    *session = (struct session) { .taken = true, .who = *who };
    session->who.since = session->who.used = clock_now(&s->clock);
    if (before.emergency && before.role == who->role) {
        session->who.emergency = before.emergency;
        session->who.emergency_until = before.emergency_until;
    }
    hash_token(token, session->hash);
    return ERROR_OK;
}

static struct session *find(struct signins *s, const char *token)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    int64_t now = clock_now(&s->clock);

    hash_token(token, hash);
    for (size_t i = 0; i < SIGNINS_SESSIONS; i++) {
        struct session *at = &s->sessions[i];
        if (!at->taken || sodium_memcmp(at->hash, hash, sizeof hash) != 0)
            continue;
        if (at->who.emergency && now >= at->who.emergency_until)
            at->who.emergency = at->who.emergency_until = 0;
        if (now - at->who.since <= (int64_t)SIGNINS_LONGEST * MS)
            return at;
        at->taken = false;
        return NULL;
    }
    return NULL;
}

enum error signins_peek(struct signins *s, const char *token, const struct signin **out)
{
    const struct session *session = find(s, token);
    if (!session)
        return ERROR_NOT_FOUND;
    *out = &session->who;
    return clock_now(&s->clock) - session->who.used > s->idle_ms ? ERROR_DENIED : ERROR_OK;
}

enum error signins_find(struct signins *s, const char *token, const struct signin **out)
{
    enum error e = signins_peek(s, token, out);
    if (e == ERROR_OK)
        find(s, token)->who.used = clock_now(&s->clock);
    return e;
}

_Static_assert((int)SIGNINS_HASH == (int)crypto_hash_sha256_BYTES, "a hash fits");

size_t signins_at(const struct signins *s, const char *workstation, uint8_t (*hashes)[SIGNINS_HASH],
                  size_t room)
{
    int64_t now = clock_now(&s->clock);
    size_t count = 0;

    for (size_t i = 0; i < SIGNINS_SESSIONS && count < room; i++) {
        const struct session *at = &s->sessions[i];
        if (at->taken && strcmp(at->who.workstation, workstation) == 0 &&
            now - at->who.used <= s->idle_ms &&
            now - at->who.since <= (int64_t)SIGNINS_LONGEST * MS)
            memcpy(hashes[count++], at->hash, SIGNINS_HASH);
    }
    return count;
}

void signins_end(struct signins *s, const char *token)
{
    struct session *session = find(s, token);
    if (session)
        *session = (struct session) { .taken = false };
}

void signins_end_person(struct signins *s, int64_t person)
{
    for (size_t i = 0; i < SIGNINS_SESSIONS; i++)
        if (s->sessions[i].taken && s->sessions[i].who.person == person)
            s->sessions[i] = (struct session) { .taken = false };
}

void signins_emergency(struct signins *s, int64_t person, int64_t emergency, int64_t until)
{
    for (size_t i = 0; i < SIGNINS_SESSIONS; i++)
        if (s->sessions[i].taken && s->sessions[i].who.person == person) {
            s->sessions[i].who.emergency = emergency;
            s->sessions[i].who.emergency_until = until;
        }
}

bool signin_may(const struct signin *who, enum right right, int64_t now)
{
    return role_may(who->role, right) ||
           (who->emergency && now < who->emergency_until && right_in_emergency(right));
}

static const struct tries *find_tries(const struct signins *s, const char *login)
{
    for (size_t i = 0; i < s->tries_count; i++)
        if (strcmp(s->tries[i].login, login) == 0)
            return &s->tries[i];
    return NULL;
}

unsigned signins_wait(const struct signins *s, const char *login)
{
    const struct tries *t = find_tries(s, login);
    int64_t left = t ? t->until - clock_now(&s->clock) : 0;
    return left > 0 ? (unsigned)((left + MS - 1) / MS) : 0;
}

/* Whether `a` may be forgotten before `b`: a lock that ends sooner, then the older try. */
static bool is_older(const struct tries *a, const struct tries *b)
{
    return a->until != b->until ? a->until < b->until : a->last < b->last;
}

/* The entry of that login: a known one, a free one, or one that may be forgotten. */
static struct tries *tries_for(struct signins *s, const char *login)
{
    struct tries *oldest = &s->tries[0];
    for (size_t i = 0; i < s->tries_count; i++) {
        if (strcmp(s->tries[i].login, login) == 0)
            return &s->tries[i];
        if (is_older(&s->tries[i], oldest))
            oldest = &s->tries[i];
    }
    if (s->tries_count < SIGNINS_LOGINS)
        oldest = &s->tries[s->tries_count++];
    *oldest = (struct tries) { .wrong = 0 };
    (void)text_copy(oldest->login, sizeof oldest->login, login);
    return oldest;
}

void signins_tried(struct signins *s, const char *login, bool right)
{
    struct tries *t = tries_for(s, login);
    int64_t seconds = SIGNINS_FIRST_LOCK;

    t->last = clock_now(&s->clock);
    t->wrong = right ? 0 : t->wrong + 1;
    t->until = 0;
    if (t->wrong <= SIGNINS_FREE_TRIES)
        return;
    for (unsigned i = SIGNINS_FREE_TRIES + 1; i < t->wrong && seconds < SIGNINS_LONGEST_LOCK; i++)
        seconds *= 2;
    if (seconds > SIGNINS_LONGEST_LOCK)
        seconds = SIGNINS_LONGEST_LOCK;
    t->until = t->last + seconds * MS;
}
