"""A router between two TUN devices, which passes each packet on after a delay.

    router.py NEAR FAR SECONDS [ADDRESS=SECONDS...]

NEAR and FAR are file descriptors of the devices, SECONDS the way's time in one direction, also for single
far addresses. Packets of the same way keep their order. The delay is counted from a packet's coming, so
that a busy router adds little.
"""

import heapq
import ipaddress
import itertools
import os
import select
import sys
import time

MAX_PACKET_BYTES = 65535
PRIORITY = 10  # of the real-time class, when we may: others' work must not look like distance


def main():
    near, far = int(sys.argv[1]), int(sys.argv[2])
    delay_of = _delays(sys.argv[3:])
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    except PermissionError:
        pass
    on_the_way = []  # (when due, number, packet, whither), the first due at the front
    numbers = itertools.count()
    while True:
        timeout = max(0, on_the_way[0][0] - time.monotonic()) if on_the_way else None
        readable, _, _ = select.select([near, far], [], [], timeout)
        for device in readable:
            for packet in _taken(device):
                # IPv4's destination or source, whichever is far (RFC 791 3.1).
                address = packet[16:20] if device == near else packet[12:16]
                due = time.monotonic() + delay_of(address)
                whither = far if device == near else near
                heapq.heappush(on_the_way, (due, next(numbers), packet, whither))
        while on_the_way and on_the_way[0][0] <= time.monotonic():
            _, _, packet, whither = heapq.heappop(on_the_way)
            _give(whither, packet)


def _delays(arguments):
    """→ a function from a packed address to its delay"""
    others = float(arguments[0])
    special = {
        ipaddress.IPv4Address(address).packed: float(seconds)
        for address, seconds in (argument.split("=") for argument in arguments[1:])
    }
    return lambda address: special.get(address, others)


def _taken(device):
    while True:
        try:
            yield os.read(device, MAX_PACKET_BYTES)
        except BlockingIOError:
            return


def _give(device, packet):
    try:
        os.write(device, packet)
    except OSError:
        pass  # the device is full, or the packet is none that it takes: lost, as on any way


if __name__ == "__main__":
    main()
