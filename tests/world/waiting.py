"""Waiting for something that another process does, by asking again until it has happened."""

import socket
import time

from .errors import WorldError

PAUSE_SECONDS = 0.01  # between two questions; short, for nothing else is told to us
PATIENCE_SECONDS = 20  # then something is wrong, also on a busy machine


def wait_until(condition, what, patience=PATIENCE_SECONDS):
    """Returns the first true answer of condition()."""
    end = time.monotonic() + patience
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise WorldError(f"waited {patience} s in vain: {what}")
        time.sleep(PAUSE_SECONDS)


def accepts(address, port):
    """True when something listens there."""
    try:
        with socket.create_connection((address, port), timeout=1):
            return True
    except OSError:
        return False
