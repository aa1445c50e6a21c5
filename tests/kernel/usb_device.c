/*
 * A USB device of the guest's: usb_device SOCKET, the far end of QEMU's usb-redir.
 *
 * It knows USB and nothing of any device. What it is and what it says comes by lines on standard
 * input, what the guest does to it goes out by lines on standard output; all numbers and bytes are
 * hexadecimal:
 *
 *   answer TYPE REQUEST VALUE BYTES   what a control read of these gets, descriptors included
 *   plug, unplug
 *   in ENDPOINT BYTES                 one packet for the guest to read; no bytes: an empty one
 *
 *   ready                             QEMU is there
 *   control TYPE REQUEST VALUE INDEX BYTES
 *   out ENDPOINT BYTES                one packet that the guest wrote
 *   unplugged                         QEMU took it away
 *
 * A control read that has no answer stalls; every control write is accepted. Lines that make no
 * sense end the program with status 2: the test that sent them is wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* clang-format off */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#include <usbredirparser.h>
#pragma GCC diagnostic pop
/* clang-format on */

enum {
    ANSWERS = 32,
    PACKETS = 4096,
    PACKET = 1024,
    READS = 64,
    ENDPOINTS = 32,
    LINE = 4 * PACKET,
    DESCRIPTOR_ENDPOINT = 5,
    DESCRIPTOR_INTERFACE = 4,
    DESCRIPTOR_DEVICE_SIZE = 18,
    DIRECTION_IN = 0x80,
    GET_DESCRIPTOR = 6,
    VALUE_DEVICE = 0x0100,
    VALUE_CONFIGURATION = 0x0200,
    CONNECT_TRIES = 100
};

struct packet {
    uint8_t endpoint, bytes[PACKET];
    int len;
};

struct answer {
    unsigned type, request, value;
    struct packet content;
};

struct read_under_way {
    uint64_t id;
    uint8_t endpoint;
};

struct device {
    struct usbredirparser *parser;
    int socket;
    struct answer answers[ANSWERS];
    int answer_count;
    struct packet waiting[PACKETS]; /* for the guest, oldest first */
    int waiting_count;
    struct read_under_way reads[READS]; /* bulk, oldest first */
    int read_count;
    bool receiving[ENDPOINTS / 2]; /* interrupt endpoints that are asked for all the time */
    uint64_t interrupt_id;
    char line[LINE];
    size_t line_len;
};

static void die(const char *what)
{
    fprintf(stderr, "usb_device: %s\n", what);
    exit(2);
}

static void say_bytes(const char *before, const uint8_t *bytes, int len)
{
    (void)fputs(before, stdout);
    for (int i = 0; i < len; i++)
        printf("%02x", bytes[i]);
    (void)putchar('\n');
}

/* ---- What it is ---- */

static const struct packet *find_answer(const struct device *d, unsigned type, unsigned request,
                                        unsigned value)
{
    for (int i = 0; i < d->answer_count; i++)
        if (d->answers[i].type == type && d->answers[i].request == request &&
            d->answers[i].value == value)
            return &d->answers[i].content;
    return NULL;
}

static const struct packet *descriptor(const struct device *d, unsigned value)
{
    const struct packet *found = find_answer(d, DIRECTION_IN, GET_DESCRIPTOR, value);
    if (!found)
        die("a descriptor was not given");
    return found;
}

static int endpoint_index(uint8_t address)
{
    return (address & DIRECTION_IN) >> 3 | (address & 0x0f);
}

/* QEMU wants to know from us what it could read from the descriptors. */
static void send_shape(struct device *d)
{
    const struct packet *c = descriptor(d, VALUE_CONFIGURATION);
    struct usb_redir_interface_info_header interfaces = { 0 };
    struct usb_redir_ep_info_header endpoints = { 0 };

    memset(endpoints.type, usb_redir_type_invalid, sizeof endpoints.type);
    endpoints.type[0] = endpoints.type[endpoint_index(DIRECTION_IN)] = usb_redir_type_control;
    endpoints.max_packet_size[0] = endpoints.max_packet_size[endpoint_index(DIRECTION_IN)] = 64;
    for (int at = 0; at + 1 < c->len && c->bytes[at] >= 2; at += c->bytes[at]) {
        const uint8_t *part = c->bytes + at;
        if (part[1] == DESCRIPTOR_INTERFACE && part[3] == 0) {
            uint32_t n = interfaces.interface_count++;
            interfaces.interface[n] = part[2];
            interfaces.interface_class[n] = part[5];
            interfaces.interface_subclass[n] = part[6];
            interfaces.interface_protocol[n] = part[7];
        } else if (part[1] == DESCRIPTOR_ENDPOINT) {
            int n = endpoint_index(part[2]);
            endpoints.type[n] = part[3] & 3;
            endpoints.max_packet_size[n] = (uint16_t)(part[4] | part[5] << 8);
            endpoints.interval[n] = part[6];
        }
    }
    usbredirparser_send_interface_info(d->parser, &interfaces);
    usbredirparser_send_ep_info(d->parser, &endpoints);
}

static void forget_traffic(struct device *d)
{
    d->waiting_count = d->read_count = 0;
    memset(d->receiving, 0, sizeof d->receiving);
}

static void plug(struct device *d)
{
    const struct packet *p = descriptor(d, VALUE_DEVICE);
    const uint8_t *b = p->bytes;
    struct usb_redir_device_connect_header h = { .speed = usb_redir_speed_full };

    if (p->len != DESCRIPTOR_DEVICE_SIZE)
        die("the device descriptor is not as long as one");
    h.device_class = b[4];
    h.device_subclass = b[5];
    h.device_protocol = b[6];
    h.vendor_id = (uint16_t)(b[8] | b[9] << 8);
    h.product_id = (uint16_t)(b[10] | b[11] << 8);
    h.device_version_bcd = (uint16_t)(b[12] | b[13] << 8);
    forget_traffic(d);
    send_shape(d);
    usbredirparser_send_device_connect(d->parser, &h);
}

/* ---- Packets for the guest ---- */

static void drop_waiting(struct device *d, int at)
{
    d->waiting_count--;
    memmove(d->waiting + at, d->waiting + at + 1,
            (size_t)(d->waiting_count - at) * sizeof d->waiting[0]);
}

static int oldest_waiting(const struct device *d, uint8_t endpoint)
{
    for (int i = 0; i < d->waiting_count; i++)
        if (d->waiting[i].endpoint == endpoint)
            return i;
    return -1;
}

static void drop_read(struct device *d, int at)
{
    d->read_count--;
    memmove(d->reads + at, d->reads + at + 1, (size_t)(d->read_count - at) * sizeof d->reads[0]);
}

static void answer_reads(struct device *d)
{
    int i = 0;
    while (i < d->read_count) {
        struct read_under_way *r = &d->reads[i];
        int found = oldest_waiting(d, r->endpoint);
        if (found < 0) {
            i++;
            continue;
        }
        struct packet *p = &d->waiting[found];
        struct usb_redir_bulk_packet_header h = { .endpoint = r->endpoint,
                                                  .length = (uint16_t)p->len };
        usbredirparser_send_bulk_packet(d->parser, r->id, &h, p->bytes, p->len);
        drop_waiting(d, found);
        drop_read(d, i);
    }
}

static void answer_interrupts(struct device *d)
{
    int i = 0;
    while (i < d->waiting_count) {
        struct packet *p = &d->waiting[i];
        if (!d->receiving[p->endpoint & 0x0f]) {
            i++;
            continue;
        }
        struct usb_redir_interrupt_packet_header h = { .endpoint = p->endpoint,
                                                       .length = (uint16_t)p->len };
        usbredirparser_send_interrupt_packet(d->parser, d->interrupt_id++, &h, p->bytes, p->len);
        drop_waiting(d, i);
    }
}

static void deliver(struct device *d)
{
    answer_reads(d);
    answer_interrupts(d);
}

/* ---- What QEMU asks ---- */

static void on_log(void *context, int level, const char *message)
{
    (void)context;
    if (level <= usbredirparser_warning)
        fprintf(stderr, "usb_device: %s\n", message);
}

static int on_read(void *context, uint8_t *bytes, int count)
{
    const struct device *d = context;
    ssize_t len = read(d->socket, bytes, (size_t)count);
    if (len < 0)
        return errno == EAGAIN ? 0 : -1;
    return len ? (int)len : -1;
}

static int on_write(void *context, uint8_t *bytes, int count)
{
    const struct device *d = context;
    ssize_t len = write(d->socket, bytes, (size_t)count);
    if (len < 0)
        return errno == EAGAIN ? 0 : -1;
    return (int)len;
}

static void on_hello(void *context, struct usb_redir_hello_header *hello)
{
    (void)context;
    (void)hello;
    puts("ready");
}

static void on_reset(void *context)
{
    forget_traffic(context);
}

static void on_set_configuration(void *context, uint64_t id,
                                 struct usb_redir_set_configuration_header *h)
{
    struct device *d = context;
    struct usb_redir_configuration_status_header status = { .configuration = h->configuration };
    send_shape(d);
    usbredirparser_send_configuration_status(d->parser, id, &status);
}

static void on_get_configuration(void *context, uint64_t id)
{
    struct device *d = context;
    struct usb_redir_configuration_status_header status = { .configuration = 1 };
    usbredirparser_send_configuration_status(d->parser, id, &status);
}

static void on_set_alternate(void *context, uint64_t id, struct usb_redir_set_alt_setting_header *h)
{
    struct device *d = context;
    struct usb_redir_alt_setting_status_header status = { .interface = h->interface,
                                                          .alt = h->alt };
    usbredirparser_send_alt_setting_status(d->parser, id, &status);
}

static void on_get_alternate(void *context, uint64_t id, struct usb_redir_get_alt_setting_header *h)
{
    struct device *d = context;
    struct usb_redir_alt_setting_status_header status = { .interface = h->interface };
    usbredirparser_send_alt_setting_status(d->parser, id, &status);
}

static void tell_receiving(struct device *d, uint64_t id, uint8_t endpoint, bool on)
{
    struct usb_redir_interrupt_receiving_status_header status = { .endpoint = endpoint };
    d->receiving[endpoint & 0x0f] = on;
    usbredirparser_send_interrupt_receiving_status(d->parser, id, &status);
    deliver(d);
}

static void on_start_interrupts(void *context, uint64_t id,
                                struct usb_redir_start_interrupt_receiving_header *h)
{
    tell_receiving(context, id, h->endpoint, true);
}

static void on_stop_interrupts(void *context, uint64_t id,
                               struct usb_redir_stop_interrupt_receiving_header *h)
{
    tell_receiving(context, id, h->endpoint, false);
}

static void on_cancel(void *context, uint64_t id)
{
    struct device *d = context;
    for (int i = 0; i < d->read_count; i++)
        if (d->reads[i].id == id) {
            struct usb_redir_bulk_packet_header h = { .endpoint = d->reads[i].endpoint,
                                                      .status = usb_redir_cancelled };
            usbredirparser_send_bulk_packet(d->parser, id, &h, NULL, 0);
            drop_read(d, i);
            return;
        }
}

static void on_control(void *context, uint64_t id, struct usb_redir_control_packet_header *h,
                       uint8_t *bytes, int len)
{
    struct device *d = context;
    bool in = h->requesttype & DIRECTION_IN;
    const struct packet *a = in ? find_answer(d, h->requesttype, h->request, h->value) : NULL;
    struct usb_redir_control_packet_header reply = *h;
    char head[64];

    (void)snprintf(head, sizeof head, "control %02x %02x %04x %04x ", h->requesttype, h->request,
                   h->value, h->index);
    say_bytes(head, bytes, len);
    reply.status = in && !a ? usb_redir_stall : usb_redir_success;
    if (in)
        reply.length = !a ? 0 : a->len < h->length ? (uint16_t)a->len : h->length;
    usbredirparser_send_control_packet(d->parser, id, &reply, a ? (uint8_t *)a->bytes : NULL,
                                       a ? reply.length : 0);
    usbredirparser_free_packet_data(d->parser, bytes);
}

static void say_out(uint8_t endpoint, const uint8_t *bytes, int len)
{
    char head[16];
    (void)snprintf(head, sizeof head, "out %02x ", endpoint);
    say_bytes(head, bytes, len);
}

static void on_bulk(void *context, uint64_t id, struct usb_redir_bulk_packet_header *h,
                    uint8_t *bytes, int len)
{
    struct device *d = context;
    struct usb_redir_bulk_packet_header reply = *h;

    if (h->endpoint & DIRECTION_IN) {
        if (d->read_count == READS)
            die("the guest reads too much at once");
        d->reads[d->read_count++] = (struct read_under_way) { .id = id, .endpoint = h->endpoint };
        deliver(d);
        return;
    }
    say_out(h->endpoint, bytes, len);
    reply.status = usb_redir_success;
    usbredirparser_send_bulk_packet(d->parser, id, &reply, NULL, 0);
    usbredirparser_free_packet_data(d->parser, bytes);
}

static void on_interrupt(void *context, uint64_t id, struct usb_redir_interrupt_packet_header *h,
                         uint8_t *bytes, int len)
{
    struct device *d = context;
    struct usb_redir_interrupt_packet_header reply = *h;

    say_out(h->endpoint, bytes, len);
    reply.status = usb_redir_success;
    usbredirparser_send_interrupt_packet(d->parser, id, &reply, NULL, 0);
    usbredirparser_free_packet_data(d->parser, bytes);
}

static void on_unplugged(void *context)
{
    (void)context;
    puts("unplugged");
}

/* ---- What the test asks ---- */

static void read_bytes(struct packet *out, const char *text)
{
    unsigned byte;
    for (out->len = 0; sscanf(text, "%2x", &byte) == 1; text += 2) {
        if (out->len == PACKET)
            die("a packet is too long");
        out->bytes[out->len++] = (uint8_t)byte;
    }
}

/* The last answer to the same question counts. */
static void add_answer(struct device *d, const char *text)
{
    struct answer a = { 0 };
    int used = 0, at = 0;

    if (sscanf(text, "%x %x %x %n", &a.type, &a.request, &a.value, &used) != 3 || !used)
        die("an answer is not understood");
    read_bytes(&a.content, text + used);
    while (at < d->answer_count &&
           (d->answers[at].type != a.type || d->answers[at].request != a.request ||
            d->answers[at].value != a.value))
        at++;
    if (at == ANSWERS)
        die("there are too many answers");
    if (at == d->answer_count)
        d->answer_count++;
    d->answers[at] = a;
}

static void add_packet(struct device *d, const char *text)
{
    struct packet *p = &d->waiting[d->waiting_count];
    unsigned endpoint = 0;
    int used = 0;

    if (d->waiting_count == PACKETS || sscanf(text, "%x %n", &endpoint, &used) != 1)
        die("a packet is not understood, or there are too many");
    p->endpoint = (uint8_t)endpoint;
    read_bytes(p, text + used);
    d->waiting_count++;
    deliver(d);
}

static void obey(struct device *d, const char *line)
{
    if (strncmp(line, "answer ", 7) == 0)
        add_answer(d, line + 7);
    else if (strncmp(line, "in ", 3) == 0)
        add_packet(d, line + 3);
    else if (strcmp(line, "plug") == 0)
        plug(d);
    else if (strcmp(line, "unplug") == 0)
        usbredirparser_send_device_disconnect(d->parser);
    else
        die(line);
}

/* False at the end of the input. */
static bool read_lines(struct device *d)
{
    ssize_t len = read(STDIN_FILENO, d->line + d->line_len, LINE - 1 - d->line_len);
    char *start = d->line, *end;

    if (len <= 0)
        return false;
    d->line_len += (size_t)len;
    d->line[d->line_len] = '\0';
    while ((end = strchr(start, '\n')) != NULL) {
        *end = '\0';
        obey(d, start);
        start = end + 1;
    }
    d->line_len -= (size_t)(start - d->line);
    memmove(d->line, start, d->line_len);
    if (d->line_len == LINE - 1)
        die("a line is too long");
    return true;
}

/* ---- Running ---- */

static int connect_to(const char *path)
{
    const struct timespec pause = { 0, 50000000 };
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || snprintf(to.sun_path, sizeof to.sun_path, "%s", path) >= (int)sizeof to.sun_path)
        die("the socket's name is too long");
    for (int i = 0; connect(fd, (struct sockaddr *)&to, sizeof to) != 0; i++) {
        if (i == CONNECT_TRIES)
            die("QEMU is not there");
        (void)nanosleep(&pause, NULL);
    }
    if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
        die("the socket does not let us");
    return fd;
}

static void open_parser(struct device *d)
{
    static const int able[] = { usb_redir_cap_connect_device_version,
                                usb_redir_cap_device_disconnect_ack,
                                usb_redir_cap_ep_info_max_packet_size, usb_redir_cap_64bits_ids,
                                usb_redir_cap_32bits_bulk_length };
    uint32_t caps[USB_REDIR_CAPS_SIZE] = { 0 };
    struct usbredirparser *p = usbredirparser_create();

    if (!p)
        die("there is no memory");
    p->priv = d;
    p->log_func = on_log;
    p->read_func = on_read;
    p->write_func = on_write;
    p->hello_func = on_hello;
    p->reset_func = on_reset;
    p->set_configuration_func = on_set_configuration;
    p->get_configuration_func = on_get_configuration;
    p->set_alt_setting_func = on_set_alternate;
    p->get_alt_setting_func = on_get_alternate;
    p->start_interrupt_receiving_func = on_start_interrupts;
    p->stop_interrupt_receiving_func = on_stop_interrupts;
    p->cancel_data_packet_func = on_cancel;
    p->control_packet_func = on_control;
    p->bulk_packet_func = on_bulk;
    p->interrupt_packet_func = on_interrupt;
    p->device_disconnect_ack_func = on_unplugged;
    for (size_t i = 0; i < sizeof able / sizeof able[0]; i++)
        usbredirparser_caps_set_cap(caps, able[i]);
    d->parser = p;
    usbredirparser_init(p, "usb_device", caps, USB_REDIR_CAPS_SIZE, usbredirparser_fl_usb_host);
}

/* False when QEMU or the test went away. */
static bool turn(struct device *d)
{
    struct pollfd fds[] = { { d->socket, POLLIN, 0 }, { STDIN_FILENO, POLLIN, 0 } };

    if (usbredirparser_has_data_to_write(d->parser))
        fds[0].events |= POLLOUT;
    if (poll(fds, 2, -1) < 0)
        return false;
    if (fds[1].revents && !read_lines(d))
        return false;
    if (fds[0].revents & POLLOUT && usbredirparser_do_write(d->parser) != 0)
        return false;
    return !(fds[0].revents & (POLLIN | POLLHUP)) || usbredirparser_do_read(d->parser) == 0;
}

int main(int argc, char **argv)
{
    struct device *d = calloc(1, sizeof *d);

    if (argc != 2 || !d)
        die("usage: usb_device SOCKET");
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    d->socket = connect_to(argv[1]);
    open_parser(d);
    while (turn(d)) {
    }
    usbredirparser_destroy(d->parser);
    (void)close(d->socket);
    free(d);
    return 0;
}
