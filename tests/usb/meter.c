/* The meter's firmware: a queue of reports to say, a list of what it heard. */
#include "tests/usb/meter.h"

#include "tests/unit/test.h"
#include "tests/usb/fake_usb.h"

#include <stdlib.h>
#include <string.h>

/* Device, configuration, HID interface, HID, interrupt IN 81, interrupt OUT 01. */
static const uint8_t descriptors[] = {
    0x12, 0x01, 0x00, 0x02, 0x00, 0x00, 0x00, 0x40, 0x79, 0x1a, 0x00, 0x78, 0x00, 0x01, 0x01,
    0x02, 0x03, 0x01, 0x09, 0x02, 0x29, 0x00, 0x01, 0x01, 0x00, 0x80, 0x32, 0x09, 0x04, 0x00,
    0x00, 0x02, 0x03, 0x00, 0x00, 0x00, 0x09, 0x21, 0x11, 0x01, 0x00, 0x01, 0x22, 0x22, 0x00,
    0x07, 0x05, 0x81, 0x03, 0x40, 0x00, 0x0a, 0x07, 0x05, 0x01, 0x03, 0x40, 0x00, 0x0a,
};

struct report {
    uint8_t bytes[METER_REPORT];
    size_t len;
};

struct meter {
    struct fake_usb *usb;
    struct report says[METER_REPORTS], heard[METER_REPORTS];
    size_t say_count, heard_count;
    void (*heard_by)(void *context, const uint8_t *report, size_t len);
    void (*gone_by)(void *context);
    void *context;
};

static bool on_read(void *context, uint8_t endpoint, uint8_t *out, size_t room, size_t *len)
{
    struct meter *m = context;
    (void)endpoint;
    if (m->say_count == 0)
        return false;
    assert_true(m->says[0].len <= room);
    memcpy(out, m->says[0].bytes, m->says[0].len);
    *len = m->says[0].len;
    m->say_count--;
    memmove(m->says, m->says + 1, m->say_count * sizeof m->says[0]);
    return true;
}

static void on_write(void *context, uint8_t endpoint, const uint8_t *bytes, size_t len)
{
    struct meter *m = context;
    struct report *r = &m->heard[m->heard_count];
    (void)endpoint;
    assert_true(m->heard_count < METER_REPORTS && len <= METER_REPORT);
    if (m->heard_by) {
        m->heard_by(m->context, bytes, len);
        return;
    }
    r->len = len;
    memcpy(r->bytes, bytes, len);
    m->heard_count++;
}

static void on_host_gone(void *context)
{
    struct meter *m = context;
    if (m->gone_by)
        m->gone_by(m->context);
}

struct meter *meter_new(void)
{
    struct meter *m = calloc(1, sizeof *m);
    struct fake_usb_device device = { .descriptors = descriptors,
                                      .descriptors_len = sizeof descriptors,
                                      .vendor = 0x1a79,
                                      .product = 0x7800,
                                      .context = m,
                                      .read = on_read,
                                      .write = on_write,
                                      .host_gone = on_host_gone };
    assert_non_null(m);
    m->usb = fake_usb_new(&device);
    return m;
}

void meter_free(struct meter *m)
{
    fake_usb_free(m->usb);
    free(m);
}

void meter_plug(struct meter *m)
{
    meter_forget(m);
    fake_usb_plug(m->usb);
}

void meter_unplug(struct meter *m)
{
    fake_usb_unplug(m->usb);
}

void meter_say(struct meter *m, const void *report, size_t len)
{
    fake_usb_lock(m->usb);
    assert_true(m->say_count < METER_REPORTS && len <= METER_REPORT);
    memcpy(m->says[m->say_count].bytes, report, len);
    m->says[m->say_count++].len = len;
    fake_usb_unlock(m->usb);
}

struct fake_usb *meter_usb(struct meter *m)
{
    return m->usb;
}

size_t meter_heard(struct meter *m)
{
    size_t count;
    fake_usb_lock(m->usb);
    count = m->heard_count;
    fake_usb_unlock(m->usb);
    return count;
}

size_t meter_report(struct meter *m, size_t index, uint8_t *out)
{
    size_t len;
    fake_usb_lock(m->usb);
    assert_true(index < m->heard_count);
    len = m->heard[index].len;
    memcpy(out, m->heard[index].bytes, len);
    fake_usb_unlock(m->usb);
    return len;
}

void meter_tell(struct meter *m, void (*heard)(void *context, const uint8_t *report, size_t len),
                void (*gone)(void *context), void *context)
{
    fake_usb_lock(m->usb);
    m->heard_by = heard;
    m->gone_by = gone;
    m->context = context;
    fake_usb_unlock(m->usb);
}

void meter_forget(struct meter *m)
{
    fake_usb_lock(m->usb);
    m->say_count = 0;
    fake_usb_unlock(m->usb);
}
