/* Inside instruments/transport: which device node a USB port's name means now. */
#ifndef PHIAL_INSTRUMENTS_TRANSPORT_USB_FIND_H
#define PHIAL_INSTRUMENTS_TRANSPORT_USB_FIND_H

#include "instruments/transport/transport.h"

/* Looks through sysfs for a device of the port's ids, at the port's path when it has one, and
 * opens its node. ERROR_NOT_FOUND: not plugged in; ERROR_DENIED: no right to it; ERROR_CONFLICT:
 * several alike and no path said which. */
enum error usb_find_open(const struct transport_port *port, int *fd, struct complaint *why);

#endif
