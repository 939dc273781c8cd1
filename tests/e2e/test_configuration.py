"""gatepostd's configuration: mistakes are named with their line, and nothing is started."""

import subprocess

import pytest


def check(installation, path):
    return subprocess.run(
        [installation.gatepostd, "--check-config", "--config", str(path)],
        capture_output=True, text=True, timeout=30,
    )  # fmt: skip


def test_a_good_configuration_is_said_to_be_good(installation, make_daemon):
    assert check(installation, make_daemon().config_file).returncode == 0


def test_an_empty_configuration_means_the_defaults(installation, tmp_path):
    path = tmp_path / "empty.toml"
    path.write_text("")
    assert check(installation, path).returncode == 0


@pytest.mark.parametrize(
    "text, line, word",
    [
        ('state_dir = "/tmp"\nstat_dir = "/tmp"\n', 2, "stat_dir"),
        ("[pool]\n\nsessions = 3\n", 3, "sessions"),
        ("[nonsense]\n", 1, "nonsense"),
        ('[pool]\nsessions_per_account = "one"\n', 2, "sessions_per_account"),
        ("[pool]\nsessions_per_account = 0\n", 2, "sessions_per_account"),
        ('[discovery]\ndeadline = "5 minutes"\n', 2, "deadline"),
        ('[egress]\nallow = ["127.0.0.0/99"]\n', 2, "127.0.0.0/99"),
        ("[egress]\nports = [99999]\n", 2, "ports"),
        ('[api]\nsocket_mode = "rw"\n', 2, "socket_mode"),
        ('[log]\nlevel = "loud"\n', 2, "level"),
        ("state_dir = \n", 1, ""),
    ],
)
def test_a_mistake_is_named_with_its_line(installation, tmp_path, text, line, word):
    path = tmp_path / "bad.toml"
    path.write_text(text)
    done = check(installation, path)
    assert done.returncode == 1
    assert f"{path}:{line}" in done.stderr or f"line {line}" in done.stderr, done.stderr
    assert word in done.stderr


def test_a_named_file_that_is_not_there_is_an_error(installation, tmp_path):
    done = check(installation, tmp_path / "missing.toml")
    assert done.returncode == 1
    assert "missing.toml" in done.stderr
