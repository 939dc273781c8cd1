"""Clients of imap.sock: Python's imaplib, and one that shows every line."""

import imaplib
import socket

TIMEOUT_SECONDS = 60


class ImapSocketClient(imaplib.IMAP4):
    """imaplib as it is, but over a Unix socket."""

    def __init__(self, path):
        self._path = path
        super().__init__(timeout=TIMEOUT_SECONDS)

    def _create_socket(self, timeout):
        return unix_connection(self._path)


class LineClient:
    """Sends and receives single lines, for tests that look at the protocol itself."""

    def __init__(self, path):
        self.socket = unix_connection(path)
        self._lines = self.socket.makefile("rb")
        self.greeting = self.line()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, line):
        self.socket.sendall(line.encode() + b"\r\n")

    def line(self):
        """The next line without its end; empty when the connection has ended."""
        return self._lines.readline().decode(errors="replace").rstrip("\r\n")

    def answer(self, tag):
        """Reads up to the tagged line, and returns it without its tag."""
        while line := self.line():
            if line.startswith(tag + " "):
                return line.removeprefix(tag + " ")
        raise AssertionError("the connection ended before the answer to " + tag)

    def command(self, text, tag="a"):
        self.send(f"{tag} {text}")
        return self.answer(tag)

    def close(self):
        self._lines.close()
        self.socket.close()


def unix_connection(path):
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(TIMEOUT_SECONDS)
    connection.connect(path)
    return connection
