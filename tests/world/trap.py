"""An address at which nobody should call, and that knows who did."""

import contextlib
import selectors
import socket
import threading


class Trap:
    """Takes calls to the ports of mail and the web, and hangs up."""

    PORTS = (80, 143, 443, 993)

    def __init__(self, address):
        self.address = address
        self._calls = []  # ports
        self._lock = threading.Lock()
        self._listeners = [_listener(address, port) for port in self.PORTS]
        self._end, self._told_to_end = socket.socketpair()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.close()
        self._thread.join()
        for one in (*self._listeners, self._told_to_end):
            one.close()

    def take_calls(self):
        """The ports at which somebody called since this was asked last."""
        # Who has just called is still in the kernel's queue.
        self._take()
        with self._lock:
            calls, self._calls = self._calls, []
        return calls

    def _watch(self):
        with selectors.DefaultSelector() as selector:
            for one in (*self._listeners, self._told_to_end):
                selector.register(one, selectors.EVENT_READ)
            while self._told_to_end not in [key.fileobj for key, _ in selector.select()]:
                self._take()

    def _take(self):
        with self._lock:
            for port, listener in zip(self.PORTS, self._listeners):
                with contextlib.suppress(BlockingIOError):
                    while True:
                        connection, _ = listener.accept()
                        self._calls.append(port)
                        connection.close()


def _listener(address, port):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen()
    listener.setblocking(False)
    return listener
