/* usbfs by an ioctl handler: see the header. */
#include "tests/usb/fake_usb.h"

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

enum { TRANSFERS = 64, SETUP = 8 };

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

struct fake_usb {
    struct fake_usb_device device;
    UMockdevTestbed *testbed;
    UMockdevIoctlBase *handler;
    UMockdevIoctlClient *host; /* who spoke last */
    GMutex lock;
    struct transfer *transfers[TRANSFERS];
    size_t transfer_count, write_most;
    unsigned stalls, clears;
    bool halted, babbles, gone;
};

static void free_transfer(struct transfer *t)
{
    g_object_unref(t->bytes);
    g_object_unref(t->urb);
    free(t);
}

static struct usbdevfs_urb *urb_of(const struct transfer *t)
{
    return (struct usbdevfs_urb *)(void *)t->urb->data;
}

static void finish(struct transfer *t, int status, size_t len)
{
    struct usbdevfs_urb *urb = urb_of(t);
    urb->status = status;
    urb->actual_length = (int)len;
    t->done = true;
}

static void do_read(struct fake_usb *f, struct transfer *t)
{
    const struct usbdevfs_urb *urb = urb_of(t);
    size_t len = 0;
    if (f->stalls || f->halted) {
        f->stalls -= f->stalls > 0;
        f->halted = true;
        finish(t, -EPIPE, 0);
    } else if (f->babbles) {
        f->babbles = false;
        finish(t, -EOVERFLOW, 0);
    } else if (f->device.read(f->device.context, urb->endpoint, t->bytes->data,
                              (size_t)urb->buffer_length, &len)) {
        finish(t, 0, len);
    }
}

static void do_write(struct fake_usb *f, struct transfer *t)
{
    const struct usbdevfs_urb *urb = urb_of(t);
    size_t len = (size_t)urb->buffer_length;
    if (f->write_most && len > f->write_most)
        len = f->write_most;
    f->device.write(f->device.context, urb->endpoint, t->bytes->data, len);
    finish(t, 0, len);
}

static void do_control(struct fake_usb *f, struct transfer *t)
{
    size_t size = (size_t)urb_of(t)->buffer_length, len = 0;
    uint8_t *setup = t->bytes->data;
    bool reads = size >= SETUP && setup[0] & 0x80, known = false;
    if (reads && f->device.control_read)
        known = f->device.control_read(f->device.context, setup, setup + SETUP, size - SETUP, &len);
    else if (size >= SETUP && !reads && f->device.control)
        known = f->device.control(f->device.context, setup);
    finish(t, known ? 0 : -EPIPE, len);
}

/* The firmware: what can be done is done. */
static void run(struct fake_usb *f)
{
    for (size_t i = 0; i < f->transfer_count; i++) {
        struct transfer *t = f->transfers[i];
        if (t->done)
            continue;
        if (f->gone)
            finish(t, -ESHUTDOWN, 0);
        else if (urb_of(t)->endpoint == 0)
            do_control(f, t);
        else if (urb_of(t)->endpoint & 0x80)
            do_read(f, t);
        else
            do_write(f, t);
    }
}

static int submit(struct fake_usb *f, UMockdevIoctlData *data)
{
    struct usbdevfs_urb *urb = (struct usbdevfs_urb *)(void *)data->data;
    struct transfer *t = calloc(1, sizeof *t);
    GError *error = NULL;
    if (!t || f->transfer_count == TRANSFERS)
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
    f->transfers[f->transfer_count++] = t;
    return 0;
}

static int discard(struct fake_usb *f, UMockdevIoctlData *arg)
{
    gulong address = *(gulong *)(void *)arg->data;
    for (size_t i = 0; i < f->transfer_count; i++)
        if (f->transfers[i]->urb->client_addr == address && !f->transfers[i]->done) {
            finish(f->transfers[i], -ENOENT, 0);
            return 0;
        }
    return EINVAL;
}

static int reap(struct fake_usb *f, UMockdevIoctlData *data)
{
    for (size_t i = 0; i < f->transfer_count; i++) {
        struct transfer *t = f->transfers[i];
        if (!t->done)
            continue;
        umockdev_ioctl_data_set_ptr(data, 0, t->urb);
        f->transfer_count--;
        memmove(f->transfers + i, f->transfers + i + 1,
                (f->transfer_count - i) * sizeof(struct transfer *));
        free_transfer(t);
        return 0;
    }
    return f->gone ? ENODEV : EAGAIN;
}

static int handle(struct fake_usb *f, gulong request, UMockdevIoctlData *arg,
                  UMockdevIoctlData *data)
{
    if (f->gone && request != USBDEVFS_REAPURBNDELAY && request != USBDEVFS_DISCARDURB)
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
        f->clears++;
        f->halted = false;
        return 0;
    case USBDEVFS_SUBMITURB:
        return submit(f, data);
    case USBDEVFS_DISCARDURB:
        return discard(f, arg);
    case USBDEVFS_REAPURBNDELAY:
        return reap(f, data);
    default:
        return ENOTTY;
    }
}

/* As the kernel does when a process ends: what it had under way is no more. Locked by the caller.
 */
static void change_host(struct fake_usb *f, UMockdevIoctlClient *host)
{
    if (f->host == host)
        return;
    while (f->transfer_count)
        free_transfer(f->transfers[--f->transfer_count]);
    if (f->host) {
        g_object_unref(f->host);
        if (f->device.host_gone)
            f->device.host_gone(f->device.context);
    }
    f->host = host ? g_object_ref(host) : NULL;
}

/* umockdev does not tell this of every host that was killed: another one is as good a sign. */
static void on_vanished(UMockdevIoctlBase *base, UMockdevIoctlClient *client, gpointer context)
{
    struct fake_usb *f = context;
    (void)base;
    g_mutex_lock(&f->lock);
    if (f->host == client)
        change_host(f, NULL);
    g_mutex_unlock(&f->lock);
}

static gboolean on_ioctl(UMockdevIoctlBase *base, UMockdevIoctlClient *client, gpointer context)
{
    struct fake_usb *f = context;
    gulong request = umockdev_ioctl_client_get_request(client);
    UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg(client);
    gsize size = _IOC_SIZE(request);
    GError *error = NULL;
    UMockdevIoctlData *data = size ? umockdev_ioctl_data_resolve(arg, 0, size, &error) : NULL;
    int failure;
    (void)base;
    g_mutex_lock(&f->lock);
    change_host(f, client);
    run(f);
    failure = size && !data ? EFAULT : handle(f, request, arg, data);
    run(f);
    g_mutex_unlock(&f->lock);
    if (data)
        g_object_unref(data);
    g_clear_error(&error);
    umockdev_ioctl_client_complete(client, failure ? -1 : 0, failure);
    return TRUE;
}

static char *describe(const struct fake_usb_device *d)
{
    GString *s = g_string_new("P: /devices/pci0000:00/0000:00:14.0/usb1/1-1\nN: bus/usb/001/005=");
    GString *hex = g_string_new("");
    for (size_t i = 0; i < d->descriptors_len; i++)
        g_string_append_printf(hex, "%02X", d->descriptors[i]);
    g_string_append_printf(s,
                           "%s\nE: DEVNAME=" NODE "\nE: DEVTYPE=usb_device\n"
                           "E: PRODUCT=%x/%x/100\nE: BUSNUM=001\nE: DEVNUM=005\nE: MAJOR=189\n"
                           "E: MINOR=4\nE: SUBSYSTEM=usb\nA: busnum=1\nA: devnum=5\n"
                           "A: idVendor=%04x\nA: idProduct=%04x\nA: bConfigurationValue=1\n"
                           "A: speed=12\nA: bNumInterfaces= 1\nH: descriptors=%s\n",
                           hex->str, d->vendor, d->product, d->vendor, d->product, hex->str);
    if (d->serial)
        g_string_append_printf(s, "A: serial=%s\n", d->serial);
    g_string_free(hex, TRUE);
    return g_string_free(s, FALSE);
}

void fake_usb_plug(struct fake_usb *f)
{
    GError *error = NULL;
    char *description = describe(&f->device);
    f->gone = f->halted = false;
    f->stalls = 0;
    if (!umockdev_testbed_add_from_string(f->testbed, description, &error) ||
        !umockdev_testbed_attach_ioctl(f->testbed, NODE, f->handler, &error))
        fail_msg("the device cannot be emulated: %s", error->message);
    g_free(description);
}

void fake_usb_unplug(struct fake_usb *f)
{
    GError *error = NULL;
    g_mutex_lock(&f->lock);
    f->gone = true;
    run(f);
    g_mutex_unlock(&f->lock);
    umockdev_testbed_uevent(f->testbed, DEVICE, "remove");
    (void)umockdev_testbed_detach_ioctl(f->testbed, NODE, &error);
    g_clear_error(&error);
    umockdev_testbed_remove_device(f->testbed, DEVICE);
}

struct fake_usb *fake_usb_new(const struct fake_usb_device *device)
{
    struct fake_usb *f = calloc(1, sizeof *f);
    GError *error = NULL;
    assert_non_null(f);
    f->device = *device;
    g_mutex_init(&f->lock);
    f->testbed = umockdev_testbed_new();
    f->handler = umockdev_ioctl_base_new();
    g_signal_connect(f->handler, "handle-ioctl", G_CALLBACK(on_ioctl), f);
    g_signal_connect(f->handler, "client-vanished", G_CALLBACK(on_vanished), f);
    if (!umockdev_testbed_add_from_string(f->testbed, hub, &error))
        fail_msg("the hub cannot be emulated: %s", error->message);
    fake_usb_plug(f);
    return f;
}

void fake_usb_free(struct fake_usb *f)
{
    fake_usb_unplug(f);
    g_clear_object(&f->host);
    g_object_unref(f->handler);
    g_object_unref(f->testbed);
    while (f->transfer_count) /* what the host never asked back */
        free_transfer(f->transfers[--f->transfer_count]);
    g_mutex_clear(&f->lock);
    free(f);
}

void fake_usb_lock(struct fake_usb *f)
{
    g_mutex_lock(&f->lock);
}

void fake_usb_unlock(struct fake_usb *f)
{
    run(f);
    g_mutex_unlock(&f->lock);
}

void fake_usb_stall(struct fake_usb *f, unsigned times)
{
    fake_usb_lock(f);
    f->stalls = times;
    fake_usb_unlock(f);
}

void fake_usb_babble(struct fake_usb *f)
{
    fake_usb_lock(f);
    f->babbles = true;
    fake_usb_unlock(f);
}

void fake_usb_shorten(struct fake_usb *f, size_t most)
{
    fake_usb_lock(f);
    f->write_most = most;
    fake_usb_unlock(f);
}

unsigned fake_usb_clears(struct fake_usb *f)
{
    unsigned clears;
    fake_usb_lock(f);
    clears = f->clears;
    fake_usb_unlock(f);
    return clears;
}

unsigned fake_usb_pending(struct fake_usb *f)
{
    unsigned pending;
    fake_usb_lock(f);
    pending = (unsigned)f->transfer_count;
    fake_usb_unlock(f);
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

void fake_usb_open_to_all(void)
{
    const char *root = getenv("UMOCKDEV_DIR");
    assert_non_null(root);
    assert_int_equal(nftw(root, open_one, 16, FTW_PHYS), 0);
}
