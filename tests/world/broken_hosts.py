"""Hosts that break before IMAP begins."""

import select
import socket

# A queue of no length takes one connection; the others fill the kernel's idea of "about to".
FILLERS = 4
FILL_SECONDS = 0.2


class BlackHole:
    """A port whose connections are neither accepted nor refused: its queue is full."""

    def __init__(self, address, port):
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind((address, port))
        self._listener.listen(0)
        self._fillers = [self._knock(address, port) for _ in range(FILLERS)]

    def stop(self):
        for connection in (*self._fillers, self._listener):
            connection.close()

    @staticmethod
    def _knock(address, port):
        connection = socket.socket()
        connection.setblocking(False)
        connection.connect_ex((address, port))
        # Either the connection is there at once (loopback), or it never will be.
        select.select([], [connection], [], FILL_SECONDS)
        return connection
