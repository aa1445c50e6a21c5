/* After label_draw_prepare a confined process, which can open nothing, draws the same labels and
 * the same EKGs. */
#include "tests/unit/test.h"

#include "core/base/confine.h"
#include "core/base/limits.h"
#include "labels/draw/tracing.h"
#include "tests/support/ecg_tracing.h"
#include "tests/unit/draw/samples.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROOM = 64 * 1024 * 1024 };

/* The report of an EKG for a patient of each name. */
static bool draw_tracings(struct label_drawer *drawer, struct buffer *out)
{
    struct arena arena;
    struct ecg ecg;
    enum error e;

    arena_init(&arena, LIMIT_ECG_ARENA);
    e = ecg_tracing_make(&arena, (struct ecg_tracing) { 50, 10, 4, false }, &ecg);
    for (size_t i = 0; i < SAMPLE_SCRIPTS + SAMPLE_HOSTILE && e == ERROR_OK; i++) {
        struct sample_name name =
            i < SAMPLE_SCRIPTS ? sample_scripts[i] : sample_hostile[i - SAMPLE_SCRIPTS];
        struct tracing_overread overread = { .opinion = "agree", .person = name.family };
        struct tracing_report report = { .family = name.family,
                                         .given = name.given,
                                         .overread = &overread };
        e = tracing_draw_pdf(drawer, &ecg, tracing_view_usual(), &report, out, NULL);
    }
    arena_free(&arena);
    return e == ERROR_OK;
}

/* Every sample in every format, one after the other. */
static bool draw_labels(struct label_drawer *drawer, struct buffer *out)
{
    for (size_t i = 0; i < SAMPLE_SCRIPTS + SAMPLE_HOSTILE; i++)
        for (int format = 0; format < LABEL_FORMAT_COUNT; format++) {
            struct label label = sample_label(
                i < SAMPLE_SCRIPTS ? sample_scripts[i] : sample_hostile[i - SAMPLE_SCRIPTS]);
            struct label_medium medium = { (enum label_stock)(i % LABEL_STOCK_COUNT), 300 };
            struct complaint why;
            if (label_draw(drawer, &label, medium, (enum label_format)format, out, NULL, &why) !=
                ERROR_OK) {
                print_error("%s, %s: %s\n", label.family,
                            label_format_id((enum label_format)format), why.text);
                return false;
            }
        }
    return true;
}

static bool draw_all(struct label_drawer *drawer, struct buffer *out)
{
    return draw_labels(drawer, out) && draw_tracings(drawer, out);
}

/* Exit status: 0 as expected, else which step was not. */
static int confined_child(uint8_t *shared, size_t *len)
{
    struct label_drawer *drawer = NULL;
    struct buffer out;
    struct complaint why;

    if (label_draw_prepare(&drawer, &why) != ERROR_OK)
        return 2;
    if (confine_child(CONFINE_LABELS) != ERROR_OK)
        return 3;
    if (open("/etc/passwd", O_RDONLY) >= 0 || errno != EPERM)
        return 4;
    buffer_init(&out, ROOM);
    if (!draw_all(drawer, &out))
        return 5;
    memcpy(shared, out.at, out.len);
    *len = out.len;
    return 0;
}

static void a_confined_process_draws_the_same(void **state)
{
    uint8_t *shared = mmap(NULL, ROOM + sizeof(size_t), PROT_READ | PROT_WRITE,
                           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    size_t *len = (size_t *)(void *)(shared + ROOM);
    struct label_drawer *drawer = NULL;
    struct complaint why;
    struct buffer out;
    int status = -1;
    pid_t child;

    (void)state;
    assert_ptr_not_equal(shared, MAP_FAILED);
    child = fork();
    if (child == 0)
        _exit(confined_child(shared, len));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);

    assert_int_equal(label_draw_prepare(&drawer, &why), ERROR_OK);
    buffer_init(&out, ROOM);
    assert_true(draw_all(drawer, &out));
    assert_true(out.len > 500000);
    assert_int_equal(out.len, *len);
    assert_memory_equal(out.at, shared, out.len);
    buffer_free(&out);
    label_draw_free(drawer);
    assert_int_equal(munmap(shared, ROOM + sizeof(size_t)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_confined_process_draws_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
