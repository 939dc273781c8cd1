"""The root key: made by the operator, guarded by the daemon."""

import os
import stat
import subprocess

import pytest


def run(installation, daemon):
    return subprocess.run(
        [installation.gatepostd, "--config", daemon.config_file],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.fixture
def daemon_with_account(make_daemon, mailbox):
    daemon = make_daemon().start()
    assert daemon.api.post("/v1/accounts", mailbox.explicit_request).status == 201
    assert daemon.stop() == 0
    return daemon


def test_a_new_key_is_readable_by_its_owner_only(make_daemon):
    daemon = make_daemon()
    assert stat.S_IMODE(os.stat(daemon.key_file).st_mode) == 0o400


def test_an_existing_key_is_never_overwritten(make_daemon):
    daemon = make_daemon()
    with open(daemon.key_file, "rb") as file:
        before = file.read()
    done = daemon.cli("vault", "init", "--key-file", daemon.key_file)
    assert done.returncode == 1
    assert daemon.key_file in done.stderr
    with open(daemon.key_file, "rb") as file:
        assert file.read() == before


def test_two_keys_are_never_the_same(make_daemon):
    keys = []
    for daemon in (make_daemon(), make_daemon()):
        with open(daemon.key_file, "rb") as file:
            keys.append(file.read())
    assert keys[0] != keys[1]


def remove(daemon):
    os.remove(daemon.key_file)


def replace(daemon):
    os.remove(daemon.key_file)
    daemon.cli("vault", "init", "--key-file", daemon.key_file, check=True)


def open_to_all(daemon):
    os.chmod(daemon.key_file, 0o444)


def shorten(daemon):
    os.chmod(daemon.key_file, 0o600)
    os.truncate(daemon.key_file, 5)
    os.chmod(daemon.key_file, 0o400)


@pytest.mark.parametrize("damage", [remove, replace, open_to_all, shorten])
def test_without_the_right_key_it_refuses_to_start_and_changes_nothing(
    installation, daemon_with_account, damage
):
    daemon = daemon_with_account
    with open(os.path.join(daemon.state_dir, "vault.db"), "rb") as file:
        before = file.read()
    damage(daemon)
    done = run(installation, daemon)
    assert done.returncode == 1
    last_line = done.stderr.strip().splitlines()[-1]
    assert "key" in last_line
    with open(os.path.join(daemon.state_dir, "vault.db"), "rb") as file:
        assert file.read() == before


def test_a_second_daemon_on_the_same_vault_refuses_to_start(installation, make_daemon):
    daemon = make_daemon().start()
    done = run(installation, daemon)
    assert done.returncode == 1
    assert done.stderr.strip()
    assert daemon.api.get("/health/ready").status == 200
