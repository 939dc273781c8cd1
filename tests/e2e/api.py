"""A client of api.sock, as a backend would write it: HTTP and JSON over a Unix socket."""

import http.client
import json
import socket
from typing import NamedTuple

# Longer than any deadline of the daemon's: a test that waits so long fails, and says where.
TIMEOUT_SECONDS = 60


class Answer(NamedTuple):
    status: int
    headers: dict  # names in lower case
    text: str

    @property
    def json(self):
        return json.loads(self.text)

    def problem(self, status, name):
        """Asserts that this is the problem of that name (RFC 9457), and returns its members."""
        assert self.status == status, self.text
        assert self.headers["content-type"] == "application/problem+json"
        members = self.json
        assert members["type"] == "urn:gatepost:problem:" + name
        assert members["status"] == status
        assert members["title"] and members["detail"]
        return members


class Api:
    def __init__(self, path):
        self._path = path

    def get(self, target):
        return self.request("GET", target)

    def post(self, target, value=None):
        return self._send("POST", target, value)

    def put(self, target, value):
        return self._send("PUT", target, value)

    def patch(self, target, value):
        return self._send("PATCH", target, value)

    def delete(self, target):
        return self.request("DELETE", target)

    def request(self, method, target, body=None, headers=None):
        with Connection(self._path) as http_connection:
            http_connection.request(method, target, body, headers or {})
            answer = http_connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, names, answer.read().decode())

    def _send(self, method, target, value):
        if value is None:
            return self.request(method, target)
        headers = {"Content-Type": "application/json"}
        return self.request(method, target, json.dumps(value), headers)


class Connection(http.client.HTTPConnection):
    """http.client over a Unix socket; closed at the end of `with`."""

    def __init__(self, path):
        super().__init__("localhost", timeout=TIMEOUT_SECONDS)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
