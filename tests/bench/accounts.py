"""What accounts with a live session each cost: memory, CPU, and the time after a restart."""

import concurrent.futures
import sys
import time

from bench.figures import cpu_seconds, figure, rss_kib
from world.waiting import wait_until
from world.world import IMAP_HOST

CALLERS = 16  # at the same time, when accounts are added
WARM_UP = 16  # accounts that are added before measuring, so that what is made once is there
LIVE_SECONDS = 300  # how long all accounts may take
IDLE_SECONDS = 60
PAGE = 1000


def address(number):
    return f"user-{number}@autoconfig.example"


def account_id(number):
    return f"bench-{number}"


def measure_accounts(daemon, count):
    """Connects as many accounts, and some before them."""
    add_accounts(daemon, range(count, count + WARM_UP))
    wait_until_live(daemon, WARM_UP)
    memory, processor, begin = rss_kib(daemon.pid), cpu_seconds(daemon.pid), time.monotonic()
    add_accounts(daemon, range(count))
    wait_until_live(daemon, count + WARM_UP)
    seconds = time.monotonic() - begin
    figure("memory per idle session", (rss_kib(daemon.pid) - memory) / count, "KiB", 1)
    figure("CPU per connected account, settings given",
           (cpu_seconds(daemon.pid) - processor) / count * 1e3, "ms")  # fmt: skip
    figure(f"accounts connected per second, {CALLERS} callers", count / seconds, "/s", 0)


def measure_restart(daemon, count):
    daemon.stop()
    begin = time.monotonic()
    daemon.start()
    wait_until_live(daemon, count + WARM_UP)
    figure("restart until all accounts are live", time.monotonic() - begin, "s", 2)
    figure("CPU per account at restart", cpu_seconds(daemon.pid) / (count + WARM_UP) * 1e3, "ms")


def measure_idle_minute(daemon):
    before = cpu_seconds(daemon.pid)
    time.sleep(IDLE_SECONDS)
    figure(f"CPU of all idle sessions in {IDLE_SECONDS} s",
           (cpu_seconds(daemon.pid) - before) * 1e3, "ms", 0)  # fmt: skip


def add_accounts(daemon, numbers):
    with concurrent.futures.ThreadPoolExecutor(CALLERS) as callers:
        for answer in callers.map(lambda number: add_account(daemon, number), numbers):
            if answer.status != 201:
                sys.exit("an account was not connected: " + answer.text)


def add_account(daemon, number):
    return daemon.api.post(
        "/v1/accounts",
        {
            "id": account_id(number),
            "email": address(number),
            "password": "secret",
            "imap": {"host": IMAP_HOST, "port": 993, "security": "tls"},
        },
    )


def wait_until_live(daemon, count):
    def all_live():
        seen, after = 0, ""
        while True:
            target = f"/v1/accounts?state=live&limit={PAGE}{after}"
            page = daemon.api.get(target).json["accounts"]
            seen += sum(account["sessions"]["idle"] >= 1 for account in page)
            if len(page) < PAGE:
                return seen >= count
            after = "&after=" + page[-1]["id"]

    wait_until(all_live, f"{count} accounts are not live", LIVE_SECONDS)
