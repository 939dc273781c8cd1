"""A client of GET /v1/events as a backend would write it: Server-Sent Events over a Unix socket."""

import json
import select
import time
from typing import NamedTuple

from api import TIMEOUT_SECONDS, Connection


class Event(NamedTuple):
    type: str
    id: str
    data: dict


class EventStream:
    """Open when it is made; closed at the end of `with`."""

    def __init__(self, path, query="", last_id=None, method="GET"):
        self._connection = Connection(path)
        headers = {} if last_id is None else {"Last-Event-ID": last_id}
        self._connection.request(method, "/v1/events" + query, headers=headers)
        self._socket = self._connection.sock
        self.answer = self._connection.getresponse()
        self.last_id = None
        self.retry = None
        if method == "GET" and self.answer.status == 200:
            self._opening = self._block()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._connection.close()
        self.answer.close()  # which has the socket, too

    def next(self):
        """The next event; None at the end of the stream."""
        # The comments that keep the stream alive also keep the socket's deadline from passing.
        end = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < end:
            block = self._block()
            if block is None:
                return None
            if "data" in block:
                return _event(block)
        raise AssertionError(f"there was no event for {TIMEOUT_SECONDS} s")

    def next_within(self, seconds):
        """The next event; None when none comes for so long."""
        while select.select([self._socket], [], [], seconds)[0]:
            block = self._block()
            assert block is not None, "the stream has ended"
            if "data" in block:
                return _event(block)
        return None

    def until(self, accepted):
        """The first event that is accepted."""
        while True:
            event = self.next()
            assert event is not None, "the stream has ended"
            if accepted(event):
                return event

    def until_state(self, state):
        return self.until(lambda event: event.data.get("state") == state)

    def _block(self):
        """The fields up to the next empty line; None at the end."""
        fields = {}
        while True:
            line = self.answer.readline().decode()
            if not line:
                return None
            name, _, value = line.rstrip("\n").partition(": ")
            if line == "\n":
                self.last_id = fields.get("id", self.last_id)
                self.retry = fields.get("retry", self.retry)
                return fields
            fields[name] = value


def _event(block):
    return Event(block["event"], block["id"], json.loads(block["data"]))
