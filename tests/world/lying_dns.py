"""A DNS server over UDP and TCP that lies where it is told to, and tells another server's truth else.

A lie is a function from a question and its true answer to the messages that are sent, in their order:
`lambda question, truth: [answer(question, a(question.name, "127.1.2.3"))]`. None of them is silence.
"""

import contextlib
import socket
import socketserver
import struct
import threading
from typing import NamedTuple

from .dns_query import TYPES

CNAME = 5
CLASS_IN = 1
HEADER = struct.Struct("!6H")
RESPONSE = 0x8180  # to a question that desires recursion, from a server that has it
TRUNCATED = 0x0200
NAME_OF_QUESTION = b"\xc0\x0c"  # a pointer to where it stands
TRUTH_SECONDS = 10  # for the true server's answer; on a busy machine


class Question(NamedTuple):
    id: int
    name: str  # in lower case, without the final dot
    type: int
    section: bytes
    transport: str  # "udp" or "tcp"
    number: int  # how often this name and type were asked for before


class Forged(NamedTuple):
    """A message that comes from elsewhere than the server. Over UDP only."""

    message: bytes
    address: str
    port: int = 53


class LyingDns:
    PORT = 53

    def __init__(self, address, truth):
        """@param truth "127.1.2.53:53", the server that knows"""
        self._address = address
        host, _, port = truth.rpartition(":")
        self._truth = (host, int(port))
        self._lies = {}  # (name, type) → lie
        self._asked = {}  # (name, type) → how often
        self._lock = threading.Lock()
        self._servers = []

    def __enter__(self):
        udp = _Datagrams((self._address, self.PORT), _datagram_handler(self._messages))
        tcp = _Connections((self._address, self.PORT), _connection_handler(self._messages))
        self._servers = [udp, tcp]
        for server in self._servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        for server in self._servers:
            server.shutdown()
            server.server_close()

    @property
    def server(self):
        return f"{self._address}:{self.PORT}"

    def lie(self, name, kind, lie):
        """From now on, in place of what was said about the name before."""
        key = (name, TYPES[kind])
        with self._lock:
            self._lies[key] = lie
            self._asked[key] = 0

    def tell_the_truth(self):
        """From now on, about everything."""
        with self._lock:
            self._lies.clear()

    def asked(self, name, kind):
        with self._lock:
            return self._asked.get((name, TYPES[kind]), 0)

    def _messages(self, query, transport):
        name, kind, section = _read_question(query)
        with self._lock:
            lie = self._lies.get((name, kind))
            number = self._asked.get((name, kind), 0)
            self._asked[name, kind] = number + 1
        truth = self._ask_the_truth(query)
        if lie is None:
            return [truth]
        question = Question(HEADER.unpack_from(query)[0], name, kind, section, transport, number)
        return lie(question, truth)

    def _ask_the_truth(self, query):
        with socket.create_connection(self._truth, timeout=TRUTH_SECONDS) as connection:
            connection.sendall(struct.pack("!H", len(query)) + query)
            return _read_message(connection.makefile("rb"))


# ---- What is said.


def answer(question, *records, truncated=False, claimed=None):
    """@param claimed how many records the header says there are, if not as many as there are"""
    count = len(records) if claimed is None else claimed
    flags = RESPONSE | (TRUNCATED if truncated else 0)
    return HEADER.pack(question.id, flags, 1, count, 0, 0) + question.section + b"".join(records)


def a(name, address):
    return _record(_wire_name(name), TYPES["A"], socket.inet_aton(address))


def a_of_question(address):
    """The same in the fewest bytes, for the name that is asked for."""
    return _record(NAME_OF_QUESTION, TYPES["A"], socket.inet_aton(address))


def cname(name, target):
    return _record(_wire_name(name), CNAME, _wire_name(target))


def about(question, name):
    """The same question, for another name."""
    section = _wire_name(name) + question.section[-4:]
    return question._replace(name=name, section=section)


# ---- Inside.


def _record(name, kind, data):
    # The TTL is 0: who asks again is answered again.
    return name + struct.pack("!2HIH", kind, CLASS_IN, 0, len(data)) + data


def _wire_name(name):
    labels = [label.encode() for label in name.split(".")]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def _read_question(query):
    """→ (name, type, the section's bytes)"""
    labels, at = [], HEADER.size
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode().lower())
        at += 1 + query[at]
    (kind,) = struct.unpack_from("!H", query, at + 1)
    return ".".join(labels), kind, query[HEADER.size : at + 5]


def _read_message(stream):
    """One message from a stream, or nothing at its end."""
    length = stream.read(2)
    return stream.read(struct.unpack("!H", length)[0]) if len(length) == 2 else b""


class _Datagrams(socketserver.ThreadingMixIn, socketserver.UDPServer):
    daemon_threads = True


class _Connections(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128


def _datagram_handler(messages):
    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            query, own_socket = self.request
            for message in messages(query, "udp"):
                if isinstance(message, Forged):
                    _send_from(message, self.client_address)
                else:
                    # The server may have ended by now.
                    with contextlib.suppress(OSError):
                        own_socket.sendto(message, self.client_address)

    return Handler


def _send_from(forged, whither):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as elsewhere:
        elsewhere.bind((forged.address, forged.port))
        elsewhere.sendto(forged.message, whither)


def _connection_handler(messages):
    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            # Clients hang up when they like.
            with contextlib.suppress(ConnectionError):
                while query := _read_message(self.rfile):
                    for message in messages(query, "tcp"):
                        self.wfile.write(struct.pack("!H", len(message)) + message)

    return Handler
