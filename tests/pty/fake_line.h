/*
 * A pseudo-terminal that libserialport takes for a serial port.
 *
 * Linked into a test program, its ioctl, __lxstat, readlink, tcsetattr and tcgetattr stand before
 * the C library's. A pseudo-terminal has no modem lines, forces 8 bits without parity and makes no
 * line errors; here its lines are a number that the test moves, what the driver asked for is
 * remembered, and PARMRK is not passed on, so that the test itself writes the marks of termios(3).
 */
#ifndef PHIAL_TESTS_PTY_FAKE_LINE_H
#define PHIAL_TESTS_PTY_FAKE_LINE_H

#include <stdatomic.h>
#include <termios.h>

struct fake_line {
    atomic_int modem; /* TIOCM_ bits; the test sets CTS, DSR, CAR and reads RTS, DTR */
    atomic_int breaks;
    atomic_int exclusive; /* TIOCEXCL asked for */
    tcflag_t asked_cflag, asked_iflag;
};

/* Of every pseudo-terminal of the program: a test uses one at a time. */
extern struct fake_line fake_line;

#endif
