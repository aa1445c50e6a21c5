/*
 * usb_loop.h for a test: libusb is asked every few milliseconds.
 *
 * Linked in the place of core/usb/usb_loop.c, because umockdev's device node is a
 * regular file, for which epoll refuses to wait (EPERM).
 */
#include "core/usb/usb_loop.h"

#include <stdlib.h>

enum { EVERY_MS = 2 };

struct usb_loop {
    uv_timer_t timer;
    libusb_context *usb;
};

static void on_time(uv_timer_t *timer)
{
    struct usb_loop *l = timer->data;
    struct timeval now = { 0, 0 };
    (void)libusb_handle_events_timeout_completed(l->usb, &now, NULL);
}

enum error usb_loop_open(uv_loop_t *loop, libusb_context *usb, struct usb_loop **out)
{
    struct usb_loop *l = calloc(1, sizeof *l);
    if (!l)
        return ERROR_NO_MEMORY;
    l->usb = usb;
    (void)uv_timer_init(loop, &l->timer);
    l->timer.data = l;
    (void)uv_timer_start(&l->timer, on_time, EVERY_MS, EVERY_MS);
    *out = l;
    return ERROR_OK;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void usb_loop_close(struct usb_loop *l)
{
    if (l)
        uv_close((uv_handle_t *)&l->timer, on_closed);
}
