"""What an operator sees: health, metrics, the socket's mode, the systemd unit."""

import os
import re
import shutil
import stat
import subprocess

import pytest

METRIC_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABELS = r'\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*\}'
SAMPLE = re.compile(rf"({METRIC_NAME})(?:{LABELS})? (NaN|[+-]Inf|[-+]?[0-9.]+(?:e[-+]?[0-9]+)?)")
COMMENT = re.compile(rf"# (?:HELP ({METRIC_NAME}) .+|TYPE ({METRIC_NAME}) "
                     r"(?:counter|gauge|histogram|summary|untyped))")  # fmt: skip


def test_health_is_told_in_three_ways(api):
    assert api.get("/health/live").status == 200
    assert api.get("/health/ready").status == 200
    health = api.get("/health")
    assert health.status == 200
    assert health.headers["content-type"] == "application/json"
    assert "vault" in health.text


def test_every_line_of_the_metrics_is_prometheus_text(api, account):
    answer = api.get("/metrics")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.endswith("\n")
    names, types = set(), {}
    for line in answer.text.splitlines():
        if line.startswith("#"):
            assert COMMENT.fullmatch(line), line
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                assert name not in types, "one TYPE a metric"
                types[name] = kind
        else:
            match = SAMPLE.fullmatch(line)
            assert match, line
            names.add(match[1])
    ours = {name for name in names if not name.startswith("process_")}
    assert ours and all(name.startswith("gatepost_") for name in ours)
    for name, kind in types.items():
        assert (kind == "counter") == name.endswith("_total"), name
        assert "_ms" not in name and "milliseconds" not in name, "base units"


def test_the_metrics_count_accounts_and_leases(api, daemon, account):
    before = api.get("/metrics").text
    assert re.search(r'^gatepost_accounts\{.*state="live".*\} [1-9]', before, re.MULTILINE)
    daemon.imap(account["id"]).logout()
    daemon.wait_for_idle_session(account["id"])
    assert leases(api.get("/metrics").text) > leases(before)


def leases(text):
    return float(re.search(r"^gatepost_leases_total(?:\{.*\})? (\S+)$", text, re.MULTILINE)[1])


def test_the_sockets_are_for_owner_and_group(daemon):
    for path in (daemon.api_socket, daemon.imap_socket):
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o660


def test_many_requests_go_over_one_connection(daemon):
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--unix-socket", daemon.api_socket, "--output",
         "/dev/null", "--write-out", "%{num_connects} ", *["http://localhost/health/live"] * 3],
        capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    # Only the first answer goes to --output; what is written out stands between the others.
    assert re.findall(r"\b([01]) ", done.stdout)[:1] == ["1"]
    assert len(re.findall(r"\b0 ", done.stdout)) == 2


@pytest.mark.parametrize("program", ["gatepostd", "gatepost"])
def test_the_programs_tell_their_version(installation, program):
    done = subprocess.run(
        [installation.find(program), "--version"], capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 0
    assert re.search(r"\d+\.\d+\.\d+", done.stdout)


def test_the_systemd_unit_is_valid(installation, tmp_path):
    unit = tmp_path / "gatepostd.service"
    shutil.copy(installation.find("gatepostd.service"), unit)
    # The unit names the place after a real installation; here the program is elsewhere.
    text = unit.read_text()
    assert "Type=notify" in text and "ExecStart=/usr/bin/gatepostd" in text
    unit.write_text(text.replace("/usr/bin/gatepostd", installation.gatepostd))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "gatepostd.service" not in done.stderr, done.stderr


def test_it_serves_on_when_nobody_takes_its_log(make_daemon, mailbox):
    daemon = make_daemon(log={"level": "debug"})
    reading, writing = os.pipe()
    daemon.start(log=writing)
    os.close(writing)
    os.close(reading)  # every line it writes from now on is EPIPE
    assert daemon.api.post("/v1/accounts", mailbox.explicit_request).status == 201
    daemon.wait_for_state(daemon.api.get("/v1/accounts").json["accounts"][0]["id"], "live")
    assert daemon.stop() == 0
