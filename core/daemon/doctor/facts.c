/* The table of facts; the grades of their sources stand in the reference on devices. */
#include "core/daemon/doctor/facts.h"

#include <stddef.h>

#define EDITOR_LITE                                                                                \
    "It is in Editor Lite mode and shows itself as a disk. Hold its Editor Lite key until the "    \
    "lamp beside it goes out; then it is a printer."

#define KEYBOARD                                                                                   \
    "It types like a keyboard, which needs no setting here. To bind it to a workstation instead, " \
    "scan the programming code of its manual for USB serial (CDC-ACM)."

static const struct fact facts[] = {
    { 0x0403, 0x6001, FACT_BRIDGE, "a serial cable with an FTDI FT232R chip", NULL },
    { 0x0403, 0x6010, FACT_BRIDGE, "a serial adapter with an FTDI FT2232 chip (two ports)", NULL },
    { 0x0403, 0x6011, FACT_BRIDGE, "a serial adapter with an FTDI FT4232 chip (four ports)", NULL },
    { 0x0403, 0x6014, FACT_BRIDGE, "a serial cable with an FTDI FT232H chip", NULL },
    { 0x0403, 0x6015, FACT_BRIDGE, "a serial cable with an FTDI FT-X chip", NULL },
    { 0x067b, FACT_ANY_PRODUCT, FACT_BRIDGE, "a serial cable with a Prolific chip", NULL },
    { 0x10c4, 0xea60, FACT_BRIDGE, "a serial cable with a Silicon Labs CP210x chip", NULL },
    { 0x1a86, 0x7523, FACT_BRIDGE, "a serial cable with a WCH CH340 chip", NULL },
    { 0x1a86, 0x55d4, FACT_BRIDGE, "a serial cable with a WCH CH9102 chip", NULL },
    { 0x1a79, 0x6001, FACT_BRIDGE, "the serial cable of a Contour meter (FTDI)", NULL },

    { 0x0770, 0x0450, FACT_WRONG, "the USB port of a Welch Allyn Spot LXi",
      "That port is for service only and never sends a reading. Use the 9-pin serial port of the "
      "device." },
    { 0x04f9, 0x2049, FACT_WRONG, "a Brother QL-700 label printer", EDITOR_LITE },
    { 0x04f9, 0x20a9, FACT_WRONG, "a Brother QL-1100 label printer", EDITOR_LITE },
    { 0x05e0, 0x1900, FACT_WRONG, "a Zebra (Symbol) scanner in SNAPI mode",
      "Nothing on Linux reads that mode. Scan the programming code of its manual for USB serial "
      "(CDC-ACM) or for a keyboard." },

    { 0x04f9, 0x2042, FACT_PRINTER, "a Brother QL-700 label printer", NULL },
    { 0x04f9, 0x209b, FACT_PRINTER, "a Brother QL-800 label printer", NULL },
    { 0x04f9, 0x209c, FACT_PRINTER, "a Brother QL-810W label printer", NULL },
    { 0x04f9, 0x209d, FACT_PRINTER, "a Brother QL-820NWB label printer", NULL },
    { 0x04f9, 0x20a7, FACT_PRINTER, "a Brother QL-1100 label printer", NULL },
    { 0x0922, 0x0020, FACT_PRINTER, "a DYMO LabelWriter 450", NULL },
    { 0x0922, 0x0028, FACT_PRINTER, "a DYMO LabelWriter 550",
      "It prints on its maker's own chipped labels only." },
    { 0x0a5f, FACT_ANY_PRODUCT, FACT_PRINTER, "a Zebra label printer", NULL },
    { 0x1203, FACT_ANY_PRODUCT, FACT_PRINTER, "a TSC label printer", NULL },

    { 0x0c2e, 0x0204, FACT_SCANNER, "a Honeywell scanner", KEYBOARD },
    { 0x0c2e, 0x0720, FACT_SCANNER, "a Honeywell scanner on a serial port", NULL },
    { 0x05e0, 0x1200, FACT_SCANNER, "a Zebra (Symbol) scanner", KEYBOARD },
    { 0x05e0, 0x1701, FACT_SCANNER, "a Zebra (Symbol) scanner on a serial port", NULL },

    { 0x0590, 0x0028, FACT_OTHER, "an Omron blood pressure monitor",
      "Phial has no driver for it." },
};

enum { FACT_COUNT = sizeof facts / sizeof facts[0] };

const struct fact *fact_find(unsigned vendor, unsigned product)
{
    const struct fact *of_maker = NULL;

    for (size_t i = 0; i < FACT_COUNT; i++) {
        if (facts[i].vendor != vendor)
            continue;
        if (facts[i].product == (int)product)
            return &facts[i];
        if (facts[i].product == FACT_ANY_PRODUCT)
            of_maker = &facts[i];
    }
    return of_maker;
}

static const struct fact_program programs[] = {
    { "ModemManager", true, NULL,
      "take it off this machine (apt remove modemmanager), or install Phial's udev rules "
      "(60-phial.rules), which tell it to leave these ports alone" },
    { "brltty", false, "/usr/lib/udev/rules.d/85-brltty.rules",
      "it takes some cables for Braille displays and no rule can stop it: take it off this machine "
      "(apt remove brltty)" },
    { "gpsd", false, NULL, "tell it to leave this port alone, or take it off (apt remove gpsd)" },
    { "agetty", false, NULL,
      "a sign-in prompt is offered on this port: systemctl disable --now serial-getty@ and the "
      "port's name" },
};

const struct fact_program *fact_program(unsigned index)
{
    return index < sizeof programs / sizeof programs[0] ? &programs[index] : NULL;
}
