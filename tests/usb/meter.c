/* The emulated meter: an ioctl handler for usbfs. */
#include "tests/usb/meter.h"

#include "tests/unit/test.h"

#include <errno.h>
#include <ftw.h>
#include <linux/usbdevice_fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

/* clang-format off */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wundef"
#include <umockdev.h>
#pragma GCC diagnostic pop
/* clang-format on */

#define NODE "/dev/bus/usb/001/005"
#define DEVICE "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-1"
/* Device, configuration, HID interface, HID, interrupt IN 81, interrupt OUT 01. */
#define DESCRIPTORS                                                                                \
    "1201000200000040791A007800010102030109022900010100803209040000020300000009211101000122220007" \
    "05810340000A0705010340000A"

static const char hub[] = "P: /devices/pci0000:00/0000:00:14.0/usb1\n"
                          "N: bus/usb/001/001=12010002090001406B1D02000106030201010902190001010"
                          "0E0000904000001090000000705810304000C\n"
                          "E: DEVNAME=/dev/bus/usb/001/001\nE: DEVTYPE=usb_device\n"
                          "E: BUSNUM=001\nE: DEVNUM=001\nE: MAJOR=189\nE: MINOR=0\n"
                          "E: SUBSYSTEM=usb\nA: busnum=1\nA: devnum=1\nA: idVendor=1d6b\n"
                          "A: idProduct=0002\nA: bConfigurationValue=1\nA: speed=480\n";

struct transfer {
    UMockdevIoctlData *urb, *bytes;
    bool done;
};

struct report {
    uint8_t bytes[METER_REPORT];
    size_t len;
};

struct meter {
    UMockdevTestbed *testbed;
    UMockdevIoctlBase *handler;
    UMockdevIoctlClient *host; /* who spoke last */
    GMutex lock;
    struct transfer *transfers[METER_REPORTS];
    size_t transfer_count;
    struct report says[METER_REPORTS], heard[METER_REPORTS];
    size_t say_count, heard_count;
    unsigned stalls, clears;
    bool halted, babbles, gone;
    void (*heard_by)(void *context, const uint8_t *report, size_t len);
    void (*gone_by)(void *context);
    void *context;
};

static void free_transfer(struct transfer *t)
{
    g_object_unref(t->bytes);
    g_object_unref(t->urb);
    free(t);
}

static void finish(struct transfer *t, int status, const struct report *report)
{
    struct usbdevfs_urb *urb = (struct usbdevfs_urb *)(void *)t->urb->data;
    urb->status = status;
    urb->actual_length = 0;
    if (report) {
        memcpy(t->bytes->data, report->bytes, report->len);
        urb->actual_length = (int)report->len;
    }
    t->done = true;
}

static void do_read(struct meter *m, struct transfer *t)
{
    if (m->stalls || m->halted) {
        m->stalls -= m->stalls > 0;
        m->halted = true;
        finish(t, -EPIPE, NULL);
    } else if (m->babbles) {
        m->babbles = false;
        finish(t, -EOVERFLOW, NULL);
    } else if (m->say_count) {
        finish(t, 0, &m->says[0]);
        m->say_count--;
        memmove(m->says, m->says + 1, m->say_count * sizeof m->says[0]);
    }
}

static void do_write(struct meter *m, struct transfer *t, const struct usbdevfs_urb *urb)
{
    struct report *r = &m->heard[m->heard_count];
    assert_true(m->heard_count < METER_REPORTS && urb->buffer_length <= METER_REPORT);
    r->len = (size_t)urb->buffer_length;
    memcpy(r->bytes, t->bytes->data, r->len);
    if (m->heard_by)
        m->heard_by(m->context, r->bytes, r->len);
    else
        m->heard_count++;
    finish(t, 0, NULL);
    ((struct usbdevfs_urb *)(void *)t->urb->data)->actual_length = urb->buffer_length;
}

/* The firmware: what can be done is done. */
static void run(struct meter *m)
{
    for (size_t i = 0; i < m->transfer_count; i++) {
        struct transfer *t = m->transfers[i];
        const struct usbdevfs_urb *urb = (const struct usbdevfs_urb *)(const void *)t->urb->data;
        if (t->done)
            continue;
        if (m->gone)
            finish(t, -ESHUTDOWN, NULL);
        else if (urb->endpoint == 0x01)
            do_write(m, t, urb);
        else if (urb->endpoint == 0x81)
            do_read(m, t);
        else
            finish(t, -EPIPE, NULL);
    }
}

static int submit(struct meter *m, UMockdevIoctlData *data)
{
    struct usbdevfs_urb *urb = (struct usbdevfs_urb *)(void *)data->data;
    struct transfer *t = calloc(1, sizeof *t);
    GError *error = NULL;
    if (!t || m->transfer_count == METER_REPORTS)
        return ENOMEM;
    t->urb = g_object_ref(data);
    t->bytes = umockdev_ioctl_data_resolve(data, G_STRUCT_OFFSET(struct usbdevfs_urb, buffer),
                                           (gsize)urb->buffer_length, &error);
    if (!t->bytes) { /* the host was killed in the middle */
        g_clear_error(&error);
        g_object_unref(t->urb);
        free(t);
        return EFAULT;
    }
    m->transfers[m->transfer_count++] = t;
    return 0;
}

static int discard(struct meter *m, UMockdevIoctlData *arg)
{
    gulong address = *(gulong *)(void *)arg->data;
    for (size_t i = 0; i < m->transfer_count; i++)
        if (m->transfers[i]->urb->client_addr == address && !m->transfers[i]->done) {
            finish(m->transfers[i], -ENOENT, NULL);
            return 0;
        }
    return EINVAL;
}

static int reap(struct meter *m, UMockdevIoctlData *data)
{
    for (size_t i = 0; i < m->transfer_count; i++) {
        struct transfer *t = m->transfers[i];
        if (!t->done)
            continue;
        umockdev_ioctl_data_set_ptr(data, 0, t->urb);
        m->transfer_count--;
        memmove(m->transfers + i, m->transfers + i + 1,
                (m->transfer_count - i) * sizeof(struct transfer *));
        free_transfer(t);
        return 0;
    }
    return m->gone ? ENODEV : EAGAIN;
}

static int handle(struct meter *m, gulong request, UMockdevIoctlData *arg, UMockdevIoctlData *data)
{
    if (m->gone && request != USBDEVFS_REAPURBNDELAY && request != USBDEVFS_DISCARDURB)
        return ENODEV;
    switch (request) {
    case USBDEVFS_CONNECTINFO:
        ((struct usbdevfs_connectinfo *)(void *)data->data)->devnum = 5;
        return 0;
    case USBDEVFS_GET_CAPABILITIES:
        *(guint32 *)(void *)data->data = USBDEVFS_CAP_ZERO_PACKET |
                                         USBDEVFS_CAP_NO_PACKET_SIZE_LIM |
                                         USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
        return 0;
    case USBDEVFS_DISCONNECT_CLAIM:
    case USBDEVFS_CLAIMINTERFACE:
    case USBDEVFS_RELEASEINTERFACE:
        return 0;
    case USBDEVFS_GETDRIVER:
        return ENODATA;
    case USBDEVFS_CLEAR_HALT:
        m->clears++;
        m->halted = false;
        return 0;
    case USBDEVFS_SUBMITURB:
        return submit(m, data);
    case USBDEVFS_DISCARDURB:
        return discard(m, arg);
    case USBDEVFS_REAPURBNDELAY:
        return reap(m, data);
    default:
        return ENOTTY;
    }
}

/* As the kernel does when a process ends: what it had under way is no more. Locked by the caller.
 */
static void change_host(struct meter *m, UMockdevIoctlClient *host)
{
    if (m->host == host)
        return;
    while (m->transfer_count)
        free_transfer(m->transfers[--m->transfer_count]);
    if (m->host) {
        g_object_unref(m->host);
        if (m->gone_by)
            m->gone_by(m->context);
    }
    m->host = host ? g_object_ref(host) : NULL;
}

/* umockdev does not tell this of every host that was killed: another one is as good a sign. */
static void on_vanished(UMockdevIoctlBase *base, UMockdevIoctlClient *client, gpointer context)
{
    struct meter *m = context;
    (void)base;
    g_mutex_lock(&m->lock);
    if (m->host == client)
        change_host(m, NULL);
    g_mutex_unlock(&m->lock);
}

static gboolean on_ioctl(UMockdevIoctlBase *base, UMockdevIoctlClient *client, gpointer context)
{
    struct meter *m = context;
    gulong request = umockdev_ioctl_client_get_request(client);
    UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg(client);
    gsize size = _IOC_SIZE(request);
    GError *error = NULL;
    UMockdevIoctlData *data = size ? umockdev_ioctl_data_resolve(arg, 0, size, &error) : NULL;
    int failure;
    (void)base;
    g_mutex_lock(&m->lock);
    change_host(m, client);
    run(m);
    failure = size && !data ? EFAULT : handle(m, request, arg, data);
    run(m);
    g_mutex_unlock(&m->lock);
    if (data)
        g_object_unref(data);
    g_clear_error(&error);
    umockdev_ioctl_client_complete(client, failure ? -1 : 0, failure);
    return TRUE;
}

static char *describe(void)
{
    GString *s = g_string_new("P: /devices/pci0000:00/0000:00:14.0/usb1/1-1\nN: bus/usb/001/005=");
    g_string_append(s, DESCRIPTORS);
    g_string_append(s, "\nE: DEVNAME=" NODE "\nE: DEVTYPE=usb_device\nE: PRODUCT=1a79/7800/100\n"
                       "E: BUSNUM=001\nE: DEVNUM=005\nE: MAJOR=189\nE: MINOR=4\n"
                       "E: SUBSYSTEM=usb\nA: busnum=1\nA: devnum=5\nA: idVendor=1a79\n"
                       "A: idProduct=7800\nA: bConfigurationValue=1\nA: speed=12\n"
                       "A: bNumInterfaces= 1\nH: descriptors=");
    g_string_append(s, DESCRIPTORS);
    g_string_append_c(s, '\n');
    return g_string_free(s, FALSE);
}

void meter_plug(struct meter *m)
{
    GError *error = NULL;
    char *description = describe();
    m->gone = m->halted = false;
    m->stalls = 0;
    m->say_count = 0;
    if (!umockdev_testbed_add_from_string(m->testbed, description, &error) ||
        !umockdev_testbed_attach_ioctl(m->testbed, NODE, m->handler, &error))
        fail_msg("the meter cannot be emulated: %s", error->message);
    g_free(description);
}

void meter_unplug(struct meter *m)
{
    GError *error = NULL;
    g_mutex_lock(&m->lock);
    m->gone = true;
    run(m);
    g_mutex_unlock(&m->lock);
    umockdev_testbed_uevent(m->testbed, DEVICE, "remove");
    (void)umockdev_testbed_detach_ioctl(m->testbed, NODE, &error);
    g_clear_error(&error);
    umockdev_testbed_remove_device(m->testbed, DEVICE);
}

struct meter *meter_new(void)
{
    struct meter *m = calloc(1, sizeof *m);
    GError *error = NULL;
    assert_non_null(m);
    g_mutex_init(&m->lock);
    m->testbed = umockdev_testbed_new();
    m->handler = umockdev_ioctl_base_new();
    g_signal_connect(m->handler, "handle-ioctl", G_CALLBACK(on_ioctl), m);
    g_signal_connect(m->handler, "client-vanished", G_CALLBACK(on_vanished), m);
    if (!umockdev_testbed_add_from_string(m->testbed, hub, &error))
        fail_msg("the hub cannot be emulated: %s", error->message);
    meter_plug(m);
    return m;
}

void meter_free(struct meter *m)
{
    meter_unplug(m);
    g_clear_object(&m->host);
    g_object_unref(m->handler);
    g_object_unref(m->testbed);
    while (m->transfer_count) /* what the host never asked back */
        free_transfer(m->transfers[--m->transfer_count]);
    g_mutex_clear(&m->lock);
    free(m);
}

void meter_say(struct meter *m, const void *report, size_t len)
{
    g_mutex_lock(&m->lock);
    assert_true(m->say_count < METER_REPORTS && len <= METER_REPORT);
    memcpy(m->says[m->say_count].bytes, report, len);
    m->says[m->say_count++].len = len;
    run(m);
    g_mutex_unlock(&m->lock);
}

void meter_stall(struct meter *m, unsigned times)
{
    g_mutex_lock(&m->lock);
    m->stalls = times;
    run(m);
    g_mutex_unlock(&m->lock);
}

void meter_babble(struct meter *m)
{
    g_mutex_lock(&m->lock);
    m->babbles = true;
    run(m);
    g_mutex_unlock(&m->lock);
}

size_t meter_heard(struct meter *m)
{
    size_t count;
    g_mutex_lock(&m->lock);
    count = m->heard_count;
    g_mutex_unlock(&m->lock);
    return count;
}

size_t meter_report(struct meter *m, size_t index, uint8_t *out)
{
    size_t len;
    g_mutex_lock(&m->lock);
    assert_true(index < m->heard_count);
    len = m->heard[index].len;
    memcpy(out, m->heard[index].bytes, len);
    g_mutex_unlock(&m->lock);
    return len;
}

void meter_tell(struct meter *m, void (*heard)(void *context, const uint8_t *report, size_t len),
                void (*gone)(void *context), void *context)
{
    g_mutex_lock(&m->lock);
    m->heard_by = heard;
    m->gone_by = gone;
    m->context = context;
    g_mutex_unlock(&m->lock);
}

void meter_forget(struct meter *m)
{
    g_mutex_lock(&m->lock);
    m->say_count = 0;
    g_mutex_unlock(&m->lock);
}

unsigned meter_clears(struct meter *m)
{
    unsigned clears;
    g_mutex_lock(&m->lock);
    clears = m->clears;
    g_mutex_unlock(&m->lock);
    return clears;
}

unsigned meter_pending(struct meter *m)
{
    unsigned pending;
    g_mutex_lock(&m->lock);
    pending = (unsigned)m->transfer_count;
    g_mutex_unlock(&m->lock);
    return pending;
}

static int open_one(const char *path, const struct stat *s, int kind, struct FTW *where)
{
    (void)s;
    (void)where;
    if (kind != FTW_SL && kind != FTW_SLN)
        (void)chmod(path, 0777);
    return 0;
}

void meter_open_to_all(void)
{
    const char *root = getenv("UMOCKDEV_DIR");
    assert_non_null(root);
    assert_int_equal(nftw(root, open_one, 16, FTW_PHYS), 0);
}
