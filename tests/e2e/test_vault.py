"""The operator and the vault: backups, restoring them, checks."""

import json
import os
import shutil
import sqlite3
import stat

import pytest


@pytest.fixture
def daemon(make_daemon, mailboxes):
    daemon = make_daemon().start()
    for box in mailboxes(2):
        assert daemon.api.post("/v1/accounts", box.explicit_request).status == 201
    return daemon


def ids(daemon):
    return sorted(account["id"] for account in daemon.api.get("/v1/accounts").json["accounts"])


def edit_row(file, account):
    """As somebody does who can write the database."""
    with sqlite3.connect(file) as database:
        database.execute("UPDATE accounts SET host = 'evil.example' WHERE id = ?", [account])
    database.close()


def test_a_backup_is_restored_and_every_account_signs_in(daemon):
    backup = daemon.path("backup.db")
    before = ids(daemon)
    done = daemon.cli("vault", "backup", backup)
    assert done.returncode == 0, done.stderr
    assert backup in done.stdout
    assert stat.S_IMODE(os.stat(backup).st_mode) == 0o600
    for account in before:
        assert daemon.api.delete("/v1/accounts/" + account).status == 204
    assert daemon.stop() == 0
    shutil.copy(backup, os.path.join(daemon.state_dir, "vault.db"))
    daemon.start()
    assert ids(daemon) == before
    for account in before:
        daemon.imap(account).logout()


def test_a_backup_overwrites_nothing_and_says_so(daemon):
    done = daemon.cli("vault", "backup", daemon.key_file)
    assert done.returncode == 1
    assert daemon.key_file in done.stderr
    with open(daemon.key_file) as file:
        assert file.read().startswith("gatepost-root-key-1 ")


def test_a_backup_is_checked_without_a_daemon(daemon):
    backup = daemon.path("backup.db")
    daemon.cli("vault", "backup", backup, check=True)
    assert daemon.stop() == 0
    check = ["vault", "check", "--file", backup, "--key-file", daemon.key_file]
    whole = daemon.cli(*check)
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert daemon.cli("vault", "show").returncode == 1, "there is a daemon"
    with sqlite3.connect(backup) as database:
        account = database.execute("SELECT id FROM accounts").fetchone()[0]
    database.close()
    edit_row(backup, account)
    damaged = daemon.cli(*check)
    assert damaged.returncode == 1
    assert f"account {account} is not as it was stored" in damaged.stdout


def test_a_check_of_a_whole_vault_succeeds(daemon):
    done = daemon.cli("vault", "check")
    assert done.returncode == 0, done.stderr
    assert "accounts: 2" in done.stdout
    assert daemon.api.get("/health").json["vault"]["check"]["whole"] is True


def test_damage_is_named_by_the_check_the_log_and_health_and_the_others_are_served(daemon):
    damaged, served = ids(daemon)
    edit_row(os.path.join(daemon.state_dir, "vault.db"), damaged)
    done = daemon.cli("--json", "vault", "check")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["damaged_accounts"] == [{"account": damaged, "damage": "row"}]
    assert any(damaged in line and "check" in line for line in daemon.log().splitlines())
    health = daemon.api.get("/health")
    assert (health.status, health.json["status"]) == (200, "degraded")
    assert "\ngatepost_vault_last_check_whole 0\n" in daemon.api.get("/metrics").text
    daemon.imap(served).logout()
