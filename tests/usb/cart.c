/* The cart's firmware: see the header. */
#include "tests/usb/cart.h"

#include "tests/support/contec_live.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

enum { IN = 0x81, OUT = 0x02, WHO = 0x82, START = 0x90, STOP = 0x91, NEVER = -1 };

/* Device, configuration, HID interface, HID, interrupt IN 81 of 64 bytes, OUT 02 of 8 (ecg.md 7).
 */
static const uint8_t descriptors[] = {
    0x12, 0x01, 0x00, 0x02, 0x00, 0x00, 0x00, 0x40, 0x83, 0x04, 0x50, 0x57, 0x00, 0x02, 0x01,
    0x02, 0x03, 0x01, 0x09, 0x02, 0x29, 0x00, 0x01, 0x01, 0x00, 0xc0, 0x32, 0x09, 0x04, 0x00,
    0x00, 0x02, 0x03, 0x00, 0x00, 0x00, 0x09, 0x21, 0x10, 0x01, 0x00, 0x01, 0x22, 0x22, 0x00,
    0x07, 0x05, IN,   0x03, 0x40, 0x00, 0x01, 0x07, 0x05, OUT,  0x03, 0x08, 0x00, 0x01,
};

struct cart_usb {
    struct fake_usb *usb;
    bool stranger, asked, streams;
    uint64_t at, silent_after, cut_at; /* frames */
    size_t cut_len;
    uint8_t commands[CART_COMMANDS][CART_COMMAND];
    size_t command_count;
};

static size_t answer(struct cart_usb *c, uint8_t *out)
{
    c->asked = false;
    contec_ecg90a_answer(out);
    if (c->stranger)
        memcpy(out + 3, "Gamepad", 7);
    return CONTEC_REPORT;
}

static bool on_read(void *context, uint8_t endpoint, uint8_t *out, size_t room, size_t *len)
{
    struct cart_usb *c = context;
    uint64_t at = c->at;

    if (endpoint != IN || room < CONTEC_REPORT)
        return false;
    if (c->asked) {
        *len = answer(c, out);
        return true;
    }
    if (!c->streams || at >= c->silent_after)
        return false;
    contec_ecg90a_report(out, at);
    c->at += CONTEC_FRAMES;
    *len = at == c->cut_at ? c->cut_len : CONTEC_REPORT;
    return true;
}

static void on_write(void *context, uint8_t endpoint, const uint8_t *bytes, size_t len)
{
    struct cart_usb *c = context;

    assert_int_equal(endpoint, OUT);
    assert_int_equal(len, CART_COMMAND);
    assert_true(c->command_count < CART_COMMANDS);
    memcpy(c->commands[c->command_count++], bytes, len);
    c->asked = c->asked || bytes[0] == WHO;
    if (bytes[0] == START)
        c->at = 0;
    c->streams = bytes[0] == START || (c->streams && bytes[0] != STOP);
}

struct cart_usb *cart_new(const char *serial, bool stranger)
{
    struct cart_usb *c = calloc(1, sizeof *c);
    struct fake_usb_device device = { .descriptors = descriptors,
                                      .descriptors_len = sizeof descriptors,
                                      .vendor = 0x0483,
                                      .product = 0x5750,
                                      .serial = serial,
                                      .context = c,
                                      .read = on_read,
                                      .write = on_write };

    assert_non_null(c);
    c->stranger = stranger;
    c->silent_after = c->cut_at = (uint64_t)NEVER;
    c->usb = fake_usb_new(&device);
    return c;
}

void cart_free(struct cart_usb *c)
{
    fake_usb_free(c->usb);
    free(c);
}

struct fake_usb *cart_usb(struct cart_usb *c)
{
    return c->usb;
}

void cart_silent_after(struct cart_usb *c, uint64_t frames)
{
    fake_usb_lock(c->usb);
    c->silent_after = frames;
    fake_usb_unlock(c->usb);
}

void cart_cut_report(struct cart_usb *c, uint64_t frames, size_t len)
{
    fake_usb_lock(c->usb);
    c->cut_at = frames;
    c->cut_len = len;
    fake_usb_unlock(c->usb);
}

uint64_t cart_frames(struct cart_usb *c)
{
    uint64_t at;

    fake_usb_lock(c->usb);
    at = c->at;
    fake_usb_unlock(c->usb);
    return at;
}

size_t cart_heard(struct cart_usb *c)
{
    size_t count;

    fake_usb_lock(c->usb);
    count = c->command_count;
    fake_usb_unlock(c->usb);
    return count;
}

void cart_command(struct cart_usb *c, size_t index, uint8_t out[CART_COMMAND])
{
    fake_usb_lock(c->usb);
    assert_true(index < c->command_count);
    memcpy(out, c->commands[index], CART_COMMAND);
    fake_usb_unlock(c->usb);
}
