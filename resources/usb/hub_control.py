#!/usr/bin/env python3
"""Talks to USB hubs by control transfers through usbfs (USB 2.0, section 11.24; USB 3.2, section 10.16).

    hub_control.py describe NODE...              what each hub says of itself, one JSON object a line
    hub_control.py indicate NODE PORT SELECTOR   a port's light: auto, amber, green or off

NODE is `/dev/bus/usb/001/004`. Answers are JSON: {"node": ..., "characteristics": N, "ports": N} or
{"node": ..., "errno": "EACCES"}. The exit code of `indicate` is 1 when the hub did not take it.
"""

import ctypes
import errno
import fcntl
import json
import os
import struct
import sys

TIMEOUT_MS = 1000

GET_DESCRIPTOR = 6
SET_FEATURE = 3
PORT_INDICATOR = 22
HUB_DESCRIPTOR = 0x29
HUB_DESCRIPTOR_USB3 = 0x2A
SELECTORS = {"auto": 0, "amber": 1, "green": 2, "off": 3}


class ControlTransfer(ctypes.Structure):
    """struct usbdevfs_ctrltransfer, linux/usbdevice_fs.h."""

    _fields_ = [
        ("bRequestType", ctypes.c_uint8),
        ("bRequest", ctypes.c_uint8),
        ("wValue", ctypes.c_uint16),
        ("wIndex", ctypes.c_uint16),
        ("wLength", ctypes.c_uint16),
        ("timeout", ctypes.c_uint32),
        ("data", ctypes.c_void_p),
    ]


def ioctl_number(direction, kind, number, size):
    """_IOC of asm-generic/ioctl.h, and of the machines that have their own."""
    machine = os.uname().machine
    if machine.startswith(("mips", "ppc", "sparc", "alpha")):
        direction = {0: 1, 1: 4, 2: 2, 3: 6}[direction]
        return direction << 29 | size << 16 | ord(kind) << 8 | number
    return direction << 30 | size << 16 | ord(kind) << 8 | number


USBDEVFS_CONTROL = ioctl_number(3, "U", 0, ctypes.sizeof(ControlTransfer))


def control(fd, request_type, request, value, index, length):
    """One control transfer; returns what came in. Raises OSError."""
    buffer = ctypes.create_string_buffer(max(length, 1))
    transfer = ControlTransfer(
        request_type, request, value, index, length, TIMEOUT_MS, ctypes.cast(buffer, ctypes.c_void_p)
    )
    count = fcntl.ioctl(fd, USBDEVFS_CONTROL, transfer)
    return buffer.raw[:count]


def describe(node):
    fd = os.open(node, os.O_RDWR | os.O_CLOEXEC)
    try:
        # The device descriptor's bcdUSB says which of the two hub descriptors it has.
        device = os.pread(fd, 18, 0)
        if len(device) < 18 or device[4] != 9:
            return {"node": node, "errno": "ENODEV"}
        usb3 = struct.unpack_from("<H", device, 2)[0] >= 0x0300
        kind = HUB_DESCRIPTOR_USB3 if usb3 else HUB_DESCRIPTOR
        descriptor = control(fd, 0xA0, GET_DESCRIPTOR, kind << 8, 0, 12 if usb3 else 9)
        if len(descriptor) < 5:
            return {"node": node, "errno": "EPROTO"}
        ports, characteristics = struct.unpack_from("<BH", descriptor, 2)
        return {"node": node, "ports": ports, "characteristics": characteristics}
    finally:
        os.close(fd)


def indicate(node, port, selector):
    fd = os.open(node, os.O_RDWR | os.O_CLOEXEC)
    try:
        control(fd, 0x23, SET_FEATURE, PORT_INDICATOR, SELECTORS[selector] << 8 | int(port), 0)
        return {"node": node}
    finally:
        os.close(fd)


def answer(node, work):
    try:
        result = work()
    except OSError as error:
        result = {"node": node, "errno": errno.errorcode.get(error.errno, str(error.errno))}
    print(json.dumps(result), flush=True)
    return 1 if "errno" in result else 0


def main(arguments):
    if len(arguments) >= 2 and arguments[0] == "describe":
        for node in arguments[1:]:
            answer(node, lambda node=node: describe(node))
        return 0
    if (
        len(arguments) == 4
        and arguments[0] == "indicate"
        and arguments[2].isdigit()
        and arguments[3] in SELECTORS
    ):
        _, node, port, selector = arguments
        return answer(node, lambda: indicate(node, port, selector))
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
