/* The cable: see the header. */
#include "tests/usb/cable.h"

#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

struct cable {
    struct fake_usb *usb;
    struct ftdi_chip chip;
    unsigned ticks; /* of the latency timer, not yet sent */
    void (*heard)(void *context, const uint8_t *bytes, size_t len);
    void *context;
    uint8_t descriptors[sizeof ftdi_chip_device_descriptor + sizeof ftdi_chip_configuration];
};

static bool on_read(void *context, uint8_t endpoint, uint8_t *out, size_t room, size_t *len)
{
    struct cable *c = context;
    if (endpoint != FTDI_CHIP_IN || (!ftdi_chip_has_data(&c->chip) && c->ticks == 0))
        return false;
    c->ticks -= c->ticks > 0;
    *len = ftdi_chip_read(&c->chip, out, room);
    return true;
}

static void on_write(void *context, uint8_t endpoint, const uint8_t *bytes, size_t len)
{
    struct cable *c = context;
    assert_int_equal(endpoint, FTDI_CHIP_OUT);
    if (c->heard)
        c->heard(c->context, bytes, len);
    else
        ftdi_chip_write(&c->chip, bytes, len);
}

static bool on_control(void *context, const uint8_t setup[8])
{
    struct cable *c = context;
    return ftdi_chip_control(&c->chip, setup);
}

struct cable *cable_new(void)
{
    struct cable *c = calloc(1, sizeof *c);
    struct fake_usb_device device = { .vendor = FTDI_CHIP_VENDOR,
                                      .product = FTDI_CHIP_PRODUCT,
                                      .serial = "P0001234",
                                      .context = c,
                                      .read = on_read,
                                      .write = on_write,
                                      .control = on_control };
    assert_non_null(c);
    memcpy(c->descriptors, ftdi_chip_device_descriptor, sizeof ftdi_chip_device_descriptor);
    memcpy(c->descriptors + sizeof ftdi_chip_device_descriptor, ftdi_chip_configuration,
           sizeof ftdi_chip_configuration);
    device.descriptors = c->descriptors;
    device.descriptors_len = sizeof c->descriptors;
    ftdi_chip_init(&c->chip);
    c->usb = fake_usb_new(&device);
    return c;
}

void cable_free(struct cable *c)
{
    fake_usb_free(c->usb);
    free(c);
}

struct fake_usb *cable_usb(struct cable *c)
{
    return c->usb;
}

void cable_say(struct cable *c, const void *bytes, size_t len, uint8_t errors)
{
    fake_usb_lock(c->usb);
    ftdi_chip_say(&c->chip, bytes, len, errors);
    fake_usb_unlock(c->usb);
}

void cable_tell(struct cable *c, void (*heard)(void *context, const uint8_t *bytes, size_t len),
                void *context)
{
    fake_usb_lock(c->usb);
    c->heard = heard;
    c->context = context;
    fake_usb_unlock(c->usb);
}

void cable_tick(struct cable *c)
{
    fake_usb_lock(c->usb);
    c->ticks++;
    fake_usb_unlock(c->usb);
}

void cable_look(struct cable *c, struct ftdi_chip *out)
{
    fake_usb_lock(c->usb);
    *out = c->chip;
    fake_usb_unlock(c->usb);
}
