/* `phial practice`, and the mark that keeps it apart from the real site. */
#include "core/daemon/practice.h"

#include "core/daemon/commands.h"
#include "core/daemon/demo.h"
#include "core/daemon/folder.h"
#include "core/store/audit.h"

#include <string.h>
#include <unistd.h>

enum { PRACTICE_PORT = 8090 };

#define PRACTICE_FOLDER "./phial-practice"

enum error practice_mark(struct store *store, int64_t at, struct complaint *why)
{
    enum error e = store_begin(store);

    if (e == ERROR_OK)
        e = store_practice_mark(store, at);
    if (e == ERROR_OK)
        return store_commit(store, why);
    store_rollback(store);
    return complain(why, e, "The folder could not be marked as one for practice.");
}

enum error practice_agrees(struct store *store, bool practice, struct complaint *why)
{
    bool marked = false;
    enum error e = store_practice_is(store, &marked);

    if (e != ERROR_OK)
        return complain(why, e, "The database could not be read.");
    if (marked && !practice)
        return complain(why, ERROR_CONFLICT,
                        "This database is one for practice: its patients are invented. Start it "
                        "with `phial practice`; a real site needs a folder of its own.");
    if (practice && !marked)
        return complain(why, ERROR_CONFLICT,
                        "This database is a real site's. Practice never opens it: take `practice = "
                        "yes` out of phial.conf, or name another folder.");
    return ERROR_OK;
}

/* Whether there is a database, and that it is one for practice. */
static enum error look(struct demo *demo, struct complaint *why)
{
    struct store *store = NULL;
    char database[FOLDER_PATH];
    int lock = -1;
    enum error e = folder_path(demo->data, FOLDER_DATABASE, database);

    if (e != ERROR_OK || access(database, F_OK) != 0)
        return e;
    demo->again = true;
    e = folder_lock(demo->data, &lock, why);
    if (e == ERROR_OK)
        e = folder_open_store(demo->data, &store, why);
    if (e == ERROR_OK)
        e = practice_agrees(store, true, why);
    store_close(store);
    if (lock >= 0)
        (void)close(lock);
    return e;
}

static enum error open_folder(struct demo *demo, const char *data, struct complaint *why)
{
    enum error e = folder_make(data, demo->data, why);

    return e == ERROR_OK ? look(demo, why) : e;
}

int command_practice(int argc, char **argv)
{
    static const struct demo_program program = { "practice", PRACTICE_FOLDER, PRACTICE_PORT, true,
                                                 open_folder };

    return demo_command(argc, argv, &program);
}
