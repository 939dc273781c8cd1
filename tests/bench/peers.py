"""What people use today, on the same mailboxes: imapflow, Python's imaplib, and imapproxy for hand-out."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

from bench.accounts import address
from bench.figures import figure, note, percentile
from world.process import Process
from world.waiting import accepts
from world.world import IMAP_HOST, PROVIDER

HERE = pathlib.Path(__file__).parent
IMAPPROXY = "/usr/sbin/imapproxyd"
PROXY = 60  # host number in the world's /24
PROXY_PORT = 1143
TIMEOUT_SECONDS = 300


def measure_peers(world, sessions, leases):
    measure_library(world, "imaplib", sessions, "/usr/bin/python3", HERE / "imaplib_sessions.py")
    if shutil.which("node") and (HERE.parent / "node_modules/imapflow").is_dir():
        measure_library(
            world, "imapflow", sessions, "node", "--expose-gc", HERE / "imapflow_sessions.mjs"
        )
    else:
        note("imapflow is not installed (npm ci --prefix tests)")
    if os.path.exists(IMAPPROXY):
        measure_imapproxy(world, leases)
    else:
        note("imapproxy is not installed (apt-get install imapproxy)")


def measure_library(world, name, sessions, *command):
    done = subprocess.run(
        [*command, world.address(PROVIDER), IMAP_HOST, world.ca_file, str(sessions)],
        capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        sys.exit(f"{name} failed: {done.stderr}")
    figures = json.loads(done.stdout)
    figure(f"{name}: memory per idle session, at {sessions}", figures["kib"], "KiB", 1)
    figure(f"{name}: CPU per sign-in", figures["cpu_ms"], "ms")


def measure_imapproxy(world, leases):
    """A proxy keeps a session of its clients for the next one with the same name and password."""
    directory = os.path.join(world.directory, "imapproxy")
    os.makedirs(directory)
    listen = world.address(PROXY)
    configuration = os.path.join(directory, "imapproxy.conf")
    with open(configuration, "w") as file:
        file.write(f"""server_hostname {world.address(PROVIDER)}
server_port 143
listen_address {listen}
listen_port {PROXY_PORT}
cache_size 3072
cache_expiration_time 300
connect_retries 1
connect_delay 1
proc_username nobody
proc_groupname nogroup
stat_filename {directory}/stats
protocol_log_filename {directory}/protocol.log
syslog_facility LOG_MAIL
foreground_mode yes
force_tls yes
tls_ca_file {world.ca_file}
""")
    proxy = Process("imapproxyd", [IMAPPROXY, "-f", configuration], directory + "/log")
    proxy.start(ready=lambda: accepts(listen, PROXY_PORT))
    try:
        users = min(leases, 100)
        for number in range(users):
            timed_sign_in(listen, number)
        times = [timed_sign_in(listen, number % users) for number in range(leases)]
    finally:
        proxy.stop()
    for percent in (50, 99):
        figure(f"imapproxy: connect to a session that it kept, p{percent} of {leases}",
               percentile(times, percent) * 1e3, "ms")  # fmt: skip


def timed_sign_in(host, number):
    begin = time.perf_counter()
    with socket.create_connection((host, PROXY_PORT), timeout=TIMEOUT_SECONDS) as connection:
        lines = connection.makefile("rb")
        lines.readline()
        connection.sendall(f"a LOGIN {address(number)} secret\r\n".encode())
        answer = lines.readline()
        while answer.startswith(b"*"):
            answer = lines.readline()
        seconds = time.perf_counter() - begin
        if not answer.startswith(b"a OK"):
            sys.exit(f"imapproxy answered {answer}")
        connection.sendall(b"b LOGOUT\r\n")
        lines.read()
    return seconds
