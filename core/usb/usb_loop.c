/* libusb's poll descriptors as uv_poll handles. Its time-outs come by a descriptor too (timerfd),
 * as everywhere on Linux. */
#include "core/usb/usb_loop.h"

#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>

struct watch {
    uv_poll_t poll;
    struct usb_loop *owner;
    struct watch *next;
    int fd;
};

struct usb_loop {
    uv_loop_t *loop;
    libusb_context *usb;
    struct watch *watches;
    unsigned handles;
    bool closing, failed;
};

static void free_when_done(struct usb_loop *l)
{
    if (l->closing && l->handles == 0)
        free(l);
}

static void on_watch_closed(uv_handle_t *handle)
{
    struct watch *w = handle->data;
    struct usb_loop *l = w->owner;
    free(w);
    l->handles--;
    free_when_done(l);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct watch *w = poll->data;
    struct timeval now = { 0, 0 };
    (void)status; /* a device that is gone shows as an error here; libusb looks for itself */
    (void)events;
    if (!w->owner->closing)
        (void)libusb_handle_events_timeout_completed(w->owner->usb, &now, NULL);
}

static void add_watch(int fd, short events, void *context)
{
    struct usb_loop *l = context;
    struct watch *w = calloc(1, sizeof *w);
    int want = (events & POLLIN ? UV_READABLE : 0) | (events & POLLOUT ? UV_WRITABLE : 0);
    if (!w || uv_poll_init(l->loop, &w->poll, fd) != 0) {
        free(w);
        l->failed = true;
        return;
    }
    w->poll.data = w;
    w->owner = l;
    w->fd = fd;
    w->next = l->watches;
    l->watches = w;
    l->handles++;
    (void)uv_poll_start(&w->poll, want, on_poll);
}

static void remove_watch(int fd, void *context)
{
    struct usb_loop *l = context;
    for (struct watch **at = &l->watches; *at; at = &(*at)->next)
        if ((*at)->fd == fd) {
            struct watch *w = *at;
            *at = w->next;
            uv_close((uv_handle_t *)&w->poll, on_watch_closed);
            return;
        }
}

enum error usb_loop_open(uv_loop_t *loop, libusb_context *usb, struct usb_loop **out)
{
    struct usb_loop *l = calloc(1, sizeof *l);
    const struct libusb_pollfd **fds = l ? libusb_get_pollfds(usb) : NULL;
    if (!fds) {
        free(l);
        return ERROR_NO_MEMORY;
    }
    l->loop = loop;
    l->usb = usb;
    for (size_t i = 0; fds[i]; i++)
        add_watch(fds[i]->fd, fds[i]->events, l);
    libusb_free_pollfds(fds);
    libusb_set_pollfd_notifiers(usb, add_watch, remove_watch, l);
    if (l->failed) {
        usb_loop_close(l);
        return ERROR_IO;
    }
    *out = l;
    return ERROR_OK;
}

void usb_loop_close(struct usb_loop *l)
{
    if (!l)
        return;
    libusb_set_pollfd_notifiers(l->usb, NULL, NULL, NULL);
    while (l->watches)
        remove_watch(l->watches->fd, l);
    l->closing = true;
    free_when_done(l);
}
