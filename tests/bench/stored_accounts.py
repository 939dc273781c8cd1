"""What many stored accounts cost, with sessions or without: the start, memory, lists, look-ups, and
what operators have done to the vault meanwhile."""

import os
import statistics
import sys
import threading
import time

from api import Connection
from world.waiting import wait_until

from bench.figures import figure, percentile, rss_kib

REQUESTS = 2000  # of each kind whose time is measured
STARTS = 5
PAGE = 100
FLOOR = "/health/live"  # what a request costs at all, with this client
JOB_SECONDS = 300


def email(number):
    return f"user-{number}@domain-{number % 1000}.example"


def measure_starts(daemon, count):
    """Starts it, several times, with as many paused accounts; leaves it running."""
    seconds = []
    for _ in range(STARTS):
        daemon.stop()
        begin = time.perf_counter()
        daemon.start()
        seconds.append(time.perf_counter() - begin)
    figure("start until it is ready", statistics.median(seconds), "s")
    figure("memory per account, all in all", rss_kib(daemon.pid) / count, "KiB")


def measure_look_ups(daemon, count):
    numbers = [number * 7919 % count for number in range(REQUESTS)]
    kinds = {
        "a request at all": [FLOOR] * REQUESTS,
        "an account by its id": [f"/v1/accounts/account-{number}" for number in numbers],
        "an account by its address": [f"/v1/accounts/{email(number)}" for number in numbers],
        "a list by address": [f"/v1/accounts?email={email(number)}" for number in numbers],
        f"a page of {PAGE}": [
            f"/v1/accounts?limit={PAGE}&after=account-{number}" for number in numbers
        ],
        "a page of 10": [f"/v1/accounts?limit=10&after=account-{number}" for number in numbers],
        "a page of 10 by state": [
            f"/v1/accounts?limit=10&state=paused&after=account-{number}" for number in numbers
        ],
        "a page of 10 by label": [
            f"/v1/accounts?limit=10&label.tenant=7&after=account-{number}" for number in numbers
        ],
        "the status at a glance": ["/v1/status"] * 100,
    }
    with Connection(daemon.api_socket) as connection:
        for name, targets in kinds.items():
            times = [timed_get(connection, target) for target in targets]
            figure(f"{name}, p50", percentile(times, 50) * 1e3, "ms")
            figure(f"{name}, p99", percentile(times, 99) * 1e3, "ms")


def measure_job(daemon, name, begin, done):
    """How long a job takes, and what requests meet meanwhile.

    @param begin(): begins it
    @param done(): whether it has ended
    """
    times = {"reads": [], "writes": []}
    ended = threading.Event()
    callers = [
        threading.Thread(target=call_until, args=(daemon, ended, timed_read, times["reads"])),
        threading.Thread(target=call_until, args=(daemon, ended, timed_write, times["writes"])),
    ]
    for caller in callers:
        caller.start()
    start = time.perf_counter()
    begin()
    wait_until(done, f"{name} does not end", JOB_SECONDS)
    seconds = time.perf_counter() - start
    ended.set()
    for caller in callers:
        caller.join()
    figure(name, seconds, "s")
    for kind, taken in times.items():
        if len(taken) > 1:
            for percent in (50, 99):
                figure(f"  {kind} meanwhile ({len(taken)}), p{percent}",
                       percentile(taken, percent) * 1e3, "ms")  # fmt: skip


def call_until(daemon, ended, call, times):
    number = 0
    with Connection(daemon.api_socket) as connection:
        while not ended.is_set():
            times.append(call(connection, number))
            number += 1
            time.sleep(0.002)


def timed_read(connection, number):
    return timed_get(connection, f"/v1/accounts/account-{number * 7919 % 1000}")


def timed_write(connection, number):
    body = '{"labels": {"round": "%d"}}' % number
    return timed(connection, "PATCH", f"/v1/accounts/account-{number % 1000}", body)


def timed_get(connection, target):
    return timed(connection, "GET", target)


def timed(connection, method, target, body=None):
    headers = {"Content-Type": "application/json"} if body else {}
    begin = time.perf_counter()
    connection.request(method, target, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    seconds = time.perf_counter() - begin
    if answer.status != 200:
        sys.exit(f"{method} {target} was answered with {answer.status}: {text.decode()}")
    return seconds


def file_mib(path):
    return os.path.getsize(path) / 2**20
