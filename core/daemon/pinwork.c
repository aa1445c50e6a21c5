/* One Argon2id at a time on libuv's pool; see pinwork.h. */
#include "core/daemon/pinwork.h"

#include "core/base/text.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(PIN_HASH_SIZE >= crypto_pwhash_STRBYTES, "a hash fits its room");

struct job {
    struct job *next;
    char pin[PIN_DIGITS_MOST + 1];
    char hash[PIN_HASH_SIZE];
    bool make; /* hash it; else compare it */
    bool known, right;
    pinwork_done *done;
    void *context;
};

struct pinwork {
    uv_loop_t *loop;
    uv_work_t work;
    struct job *first, **last;
    size_t waiting;
    bool running, closing;
};

enum error pinwork_open(uv_loop_t *loop, struct pinwork **out)
{
    struct pinwork *w;
    if (sodium_init() < 0)
        return ERROR_IO;
    w = calloc(1, sizeof *w);
    if (!w)
        return ERROR_NO_MEMORY;
    w->loop = loop;
    w->last = &w->first;
    w->work.data = w;
    *out = w;
    return ERROR_OK;
}

static struct job *take_first(struct pinwork *w)
{
    struct job *j = w->first;
    w->first = j->next;
    if (!w->first)
        w->last = &w->first;
    w->waiting--;
    return j;
}

static void forget(struct job *j)
{
    sodium_memzero(j, sizeof *j);
    free(j);
}

static bool hash_pin(const char *pin, char hash[PIN_HASH_SIZE])
{
    return crypto_pwhash_str(hash, pin, strlen(pin), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                             crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0;
}

/* On a thread of the pool: touches the first job alone, which stays the first until it is done. */
static void run_job(uv_work_t *work)
{
    struct pinwork *w = work->data;
    struct job *j = w->first;

    if (j->make)
        j->right = hash_pin(j->pin, j->hash);
    else if (j->known)
        j->right = crypto_pwhash_str_verify(j->hash, j->pin, strlen(j->pin)) == 0;
    else
        (void)hash_pin(j->pin, j->hash);
}

static void start_next(struct pinwork *w);

static void after_job(uv_work_t *work, int status)
{
    struct pinwork *w = work->data;
    struct job *j = take_first(w); /* `done` may ask for the next at once */

    w->running = false;
    if (!w->closing)
        j->done(j->context, status == 0 && j->right, j->make ? j->hash : "");
    forget(j);
    start_next(w);
}

static void start_next(struct pinwork *w)
{
    if (w->running || w->closing || !w->first)
        return;
    w->running = uv_queue_work(w->loop, &w->work, run_job, after_job) == 0;
}

void pinwork_close(struct pinwork *w)
{
    if (!w)
        return;
    w->closing = true;
    while (w->running)
        (void)uv_run(w->loop, UV_RUN_ONCE);
    while (w->first)
        forget(take_first(w));
    free(w);
}

static enum error add_job(struct pinwork *w, const char *pin, const char *hash, bool make,
                          pinwork_done *done, void *context)
{
    struct job *j;
    if (w->waiting == PINWORK_WAITING)
        return ERROR_BUSY;
    j = calloc(1, sizeof *j);
    if (!j)
        return ERROR_NO_MEMORY;
    *j = (struct job) { .make = make, .known = hash != NULL, .done = done, .context = context };
    if (text_copy(j->pin, sizeof j->pin, pin) != ERROR_OK ||
        (hash && text_copy(j->hash, sizeof j->hash, hash) != ERROR_OK)) {
        free(j);
        return ERROR_BAD_INPUT;
    }
    *w->last = j;
    w->last = &j->next;
    w->waiting++;
    start_next(w);
    return ERROR_OK;
}

enum error pinwork_check(struct pinwork *w, const char *pin, const char *hash, pinwork_done *done,
                         void *context)
{
    return add_job(w, pin, hash, false, done, context);
}

enum error pinwork_hash(struct pinwork *w, const char *pin, pinwork_done *done, void *context)
{
    return add_job(w, pin, NULL, true, done, context);
}

enum error pinwork_hash_now(const char *pin, char hash[PIN_HASH_SIZE])
{
    if (sodium_init() < 0)
        return ERROR_IO;
    return hash_pin(pin, hash) ? ERROR_OK : ERROR_NO_MEMORY;
}
