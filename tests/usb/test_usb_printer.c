/*
 * The printer's child on an emulated printer of the USB class, with libusb for real: labels that
 * come out dot for dot, what the printer and its port say, stalls, unplugging in the middle.
 */
#include "tests/labels/interpret.h"
#include "tests/support/printer_side.h"
#include "tests/unit/test.h"
#include "tests/usb/fake_usb.h"
#include "tests/usb/label_printer.h"

#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NOBODY = 65534 };

struct bench {
    struct label_printer printer;
    struct fake_usb_device device;
    struct fake_usb *usb;
    struct printer_side side;
};

static bool on_read(void *context, uint8_t endpoint, uint8_t *out, size_t room, size_t *len)
{
    struct bench *b = context;
    assert_int_equal(endpoint, LABEL_PRINTER_IN);
    return label_printer_say(&b->printer, out, room, len);
}

static void on_write(void *context, uint8_t endpoint, const uint8_t *bytes, size_t len)
{
    struct bench *b = context;
    assert_int_equal(endpoint, LABEL_PRINTER_OUT);
    label_printer_hear(&b->printer, bytes, len);
}

static bool on_control(void *context, const uint8_t setup[8], uint8_t *out, size_t room,
                       size_t *len)
{
    struct bench *b = context;
    return label_printer_control(&b->printer, setup, out, room, len);
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    if (!b)
        return -1;
    label_printer_init(&b->printer);
    b->device = (struct fake_usb_device) { .descriptors = label_printer_descriptors,
                                           .descriptors_len = sizeof label_printer_descriptors,
                                           .vendor = LABEL_PRINTER_VENDOR,
                                           .product = LABEL_PRINTER_PRODUCT,
                                           .context = b,
                                           .read = on_read,
                                           .write = on_write,
                                           .control_read = on_control };
    b->usb = fake_usb_new(&b->device);
    fake_usb_open_to_all();
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    fake_usb_free(b->usb);
    free(b);
    return 0;
}

/* As an ordinary user, when the test is run by root. */
static int run_program(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
        return 120;
    (void)execl(PRINTER_PROGRAM, "phial", "child-label", "bench", (char *)NULL);
    return 121;
}

static void start(struct bench *b, const char *setting)
{
    printer_side_start(&b->side, run_program);
    printer_side_setup(&b->side, "usb:0a5f:0084", (const char *[]) { setting, NULL });
}

static unsigned labels(struct bench *b)
{
    unsigned count;
    fake_usb_lock(b->usb);
    count = b->printer.labels;
    fake_usb_unlock(b->usb);
    return count;
}

static void a_label_comes_out_and_the_printer_says_so(void **state)
{
    struct bench *b = *state;
    struct complaint why = { "" };
    struct bitmap paper;
    start(b, NULL);
    printer_side_expect_ready(&b->side);
    for (uint64_t ticket = 1; ticket <= 3; ticket++)
        printer_side_print(&b->side, ticket, "Doe-TEST");
    for (uint64_t ticket = 1; ticket <= 3; ticket++)
        printer_side_expect_printed(&b->side, ticket, PRINT_DONE, "");
    printer_side_end(&b->side, 0);
    assert_int_equal(b->printer.labels, 3);
    assert_int_equal(b->printer.ids, 1);
    assert_true(b->printer.statuses >= 3);
    b->printer.label[b->printer.label_len++] = '\n';
    if (!interpret("zpl", span_of(b->printer.label, b->printer.label_len), &paper, &why))
        fail_msg("%s", why.text);
    assert_int_equal(paper.width, 406);
    bitmap_free(&paper);
}

static void what_the_printer_says_stops_the_label(void **state)
{
    struct bench *b = *state;
    b->printer.head_open = true;
    start(b, NULL);
    printer_side_expect_link(&b->side, LINK_STATE_UP, "head is open");
    printer_side_print(&b->side, 5, "Doe-TEST");
    printer_side_expect_printed(&b->side, 5, PRINT_FAILED, "head is open");
    printer_side_end(&b->side, 0);
    assert_int_equal(b->printer.labels, 0);
}

static void what_the_port_says_stops_the_label(void **state)
{
    struct bench *b = *state;
    b->printer.port_status = 0x38;
    start(b, NULL);
    printer_side_expect_ready(&b->side);
    printer_side_print(&b->side, 5, "Doe-TEST");
    printer_side_expect_printed(&b->side, 5, PRINT_FAILED, "out of labels");
    fake_usb_lock(b->usb);
    b->printer.port_status = 0x18; /* a roll was loaded */
    fake_usb_unlock(b->usb);
    printer_side_print(&b->side, 6, "Doe-TEST");
    printer_side_expect_printed(&b->side, 6, PRINT_DONE, "");
    printer_side_end(&b->side, 0);
}

static void a_printer_of_another_language_is_told(void **state)
{
    struct bench *b = *state;
    b->printer.id = "MFG:Zebra;COMMAND SET:EPL;MDL:LP2824;";
    start(b, NULL);
    printer_side_expect_link(&b->side, LINK_STATE_UP, "write language=epl2");
    printer_side_print(&b->side, 5, "Doe-TEST");
    printer_side_expect_printed(&b->side, 5, PRINT_FAILED, "speaks EPL2, not ZPL");
    printer_side_end(&b->side, 0);
    assert_int_equal(b->printer.labels, 0);
}

static void a_printer_that_answers_nothing_at_once_is_asked_again(void **state)
{
    struct bench *b = *state;
    b->printer.empty_reads = true;
    start(b, NULL);
    printer_side_expect_ready(&b->side);
    printer_side_print(&b->side, 5, "Doe-TEST");
    printer_side_expect_printed(&b->side, 5, PRINT_DONE, "");
    printer_side_end(&b->side, 0);
}

static void stalls_are_cleared(void **state)
{
    struct bench *b = *state;
    start(b, NULL);
    printer_side_expect_ready(&b->side);
    fake_usb_stall(b->usb, 2);
    printer_side_print(&b->side, 5, "Doe-TEST");
    printer_side_expect_printed(&b->side, 5, PRINT_DONE, "");
    printer_side_end(&b->side, 0);
    assert_true(fake_usb_clears(b->usb) >= 2);
}

static void short_writes_lose_nothing(void **state)
{
    struct bench *b = *state;
    fake_usb_shorten(b->usb, 100);
    start(b, NULL);
    printer_side_expect_ready(&b->side);
    printer_side_print(&b->side, 5, "Doe-TEST");
    printer_side_expect_printed(&b->side, 5, PRINT_DONE, "");
    printer_side_end(&b->side, 0);
    assert_int_equal(b->printer.labels, 1);
}

static void unplugged_before_a_label_and_back(void **state)
{
    struct bench *b = *state;
    start(b, NULL);
    printer_side_expect_ready(&b->side);
    fake_usb_unplug(b->usb);
    printer_side_expect_link(&b->side, LINK_STATE_DOWN, "unplugged or switched off");
    printer_side_wait(&b->side, 0);
    start(b, NULL); /* as core does */
    printer_side_expect_link(&b->side, LINK_STATE_DOWN, "0a5f:0084 is not there");
    printer_side_print(&b->side, 1, "Doe-TEST");
    printer_side_expect_printed(&b->side, 1, PRINT_FAILED, "No label was printed");
    fake_usb_plug(b->usb);
    fake_usb_open_to_all();
    printer_side_expect_ready(&b->side);
    printer_side_print(&b->side, 2, "Doe-TEST");
    printer_side_expect_printed(&b->side, 2, PRINT_DONE, "");
    printer_side_end(&b->side, 0);
}

static void unplugged_with_a_label_under_way_is_unknown(void **state)
{
    struct bench *b = *state;
    b->printer.silent_after_label = true;
    start(b, NULL);
    printer_side_expect_ready(&b->side);
    printer_side_print(&b->side, 5, "Doe-TEST");
    printer_side_print(&b->side, 6, "Roe-TEST");
    while (!labels(b))
        (void)usleep(2000);
    fake_usb_unplug(b->usb);
    printer_side_expect_printed(&b->side, 5, PRINT_UNKNOWN, "Look at the printer");
    printer_side_expect_printed(&b->side, 6, PRINT_FAILED, "before this label was sent");
    printer_side_wait(&b->side, 0);
    assert_int_equal(b->printer.labels, 1);
    fake_usb_plug(b->usb);
}

static void a_silent_printer_gets_no_label(void **state)
{
    struct bench *b = *state;
    b->printer.silent = true;
    start(b, NULL);
    printer_side_expect_ready(&b->side);
    printer_side_print(&b->side, 5, "Doe-TEST");
    printer_side_expect_printed(&b->side, 5, PRINT_FAILED, "before this label was sent");
    printer_side_wait(&b->side, 0);
    assert_int_equal(b->printer.labels, 0);
}

#define WITH_PRINTER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PRINTER(a_label_comes_out_and_the_printer_says_so),
        WITH_PRINTER(what_the_printer_says_stops_the_label),
        WITH_PRINTER(what_the_port_says_stops_the_label),
        WITH_PRINTER(a_printer_of_another_language_is_told),
        WITH_PRINTER(a_printer_that_answers_nothing_at_once_is_asked_again),
        WITH_PRINTER(stalls_are_cleared),
        WITH_PRINTER(short_writes_lose_nothing),
        WITH_PRINTER(unplugged_before_a_label_and_back),
        WITH_PRINTER(unplugged_with_a_label_under_way_is_unknown),
        WITH_PRINTER(a_silent_printer_gets_no_label),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
