"""How fast what clients ask for is there: discovery, sessions on imap.sock, lists of mailboxes."""

import selectors
import socket
import sys
import time

from api import Connection
from imap_client import LineClient

from bench.accounts import account_id
from bench.figures import figure, percentile

DOMAINS = 100  # each is discovered once, so that no cache answers
REQUESTS = 1000  # of each kind whose time is measured
PARALLEL = 16
LISTS = 4000


def domain(number):
    return f"bench-{number}.example"


# ---- One after the other.

def measure_discovery(daemon):
    with Connection(daemon.api_socket) as connection:
        times = [timed_get(connection, "/health/live") for _ in range(REQUESTS)]
        figure("an HTTP request on api.sock at all, p50", percentile(times, 50) * 1e3, "ms")
        target = "/v1/discovery?email=alice@gmail.com"
        times = [timed_get(connection, target) for _ in range(REQUESTS)]
        figure("discovery, table hit, through the API, p50", percentile(times, 50) * 1e3, "ms")
        targets = [f"/v1/discovery?email=alice@{domain(number)}" for number in range(DOMAINS)]
        times = [timed_get(connection, target) for target in targets]
        figure("discovery, autoconfig hit, through the API, p50", percentile(times, 50) * 1e3, "ms")


def measure_leases(daemon, accounts, leases):
    times = [timed_lease(daemon, account_id(number % accounts)) for number in range(leases)]
    for percent in (50, 99):
        figure(f"imap.sock: connect to a usable session, p{percent} of {leases}",
               percentile(times, percent) * 1e3, "ms")  # fmt: skip


def timed_get(connection, target):
    begin = time.perf_counter()
    connection.request("GET", target)
    answer = connection.getresponse()
    body = answer.read()
    seconds = time.perf_counter() - begin
    if answer.status != 200 or b'"found":false' in body:
        sys.exit(f"{target} was answered with {answer.status}: {body.decode()}")
    return seconds


def timed_lease(daemon, account):
    begin = time.perf_counter()
    client = LineClient(daemon.imap_socket)
    answer = client.command(f"LOGIN {account} x")
    seconds = time.perf_counter() - begin
    if not answer.startswith("OK"):
        sys.exit(f"{account} got no session: {answer}")
    client.command("LOGOUT", "b")
    client.close()
    return seconds


# ---- Many at once.

class Caller:
    """One connection with one request on the way; as little Python as will do."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self._received = b""

    def ask(self, target):
        self._received = b""
        self.socket.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())

    def has_answer(self):
        """Takes in what has come; true when that was all of it."""
        self._received += self.socket.recv(65536)
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found:
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            sys.exit("a list was answered with " + self._received.decode())
        length = next(
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        )
        return len(body) >= length


def measure_mailboxes(daemon, accounts):
    """GET …/mailboxes, which is a LIST at the provider each."""
    with selectors.DefaultSelector() as selector:
        for _ in range(PARALLEL):
            caller = Caller(daemon.api_socket)
            selector.register(caller.socket, selectors.EVENT_READ, caller)
        targets = iter(f"/v1/accounts/{account_id(n % accounts)}/mailboxes" for n in range(LISTS))
        begin = time.perf_counter()
        for key in selector.get_map().values():
            key.data.ask(next(targets))
        open_requests = PARALLEL
        while open_requests:
            for key, _ in selector.select():
                if not key.data.has_answer():
                    continue
                target = next(targets, None)
                if target is None:
                    open_requests -= 1
                else:
                    key.data.ask(target)
        seconds = time.perf_counter() - begin
        for key in list(selector.get_map().values()):
            key.data.socket.close()
    figure(f"GET …/mailboxes, {PARALLEL} at once", LISTS / seconds, "/s", 0)
