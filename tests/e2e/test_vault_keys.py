"""The vault's keys, replaced: wrapping keys while the daemon serves, the root key at a restart; and the
root key's copy, put back."""

import json
import os
import subprocess
import threading

import pytest
from conftest import connect
from test_owners import NOBODY, NOGROUP, WWW_DATA, as_user
from world.waiting import wait_until

from api import Api


@pytest.fixture
def daemon(make_daemon):
    return make_daemon().start()


def vault(daemon):
    return daemon.api.get("/v1/vault").json


def expect_all_to_sign_in_anew(daemon, accounts):
    """After a restart every session needs its credential from the vault again."""
    for account in accounts:
        daemon.wait_for_state(account["id"], "live")
        daemon.imap(account["id"]).logout()


# ---- Wrapping keys

def test_rotate_waits_for_the_end_and_tells_it(daemon, mailbox):
    connect(daemon, mailbox)
    before = vault(daemon)["wrapping_key"]
    rotated = daemon.cli("vault", "rotate", "--json", check=True)
    job = json.loads(rotated.stdout)
    assert (job["what"], job["state"], job["done"], job["total"]) == ("rotate", "done", 1, 1)
    after = vault(daemon)
    assert after["wrapping_key"] == before + 1
    assert after["older_wrapping_keys"] == 0
    assert after["keys_under_older"] == 0
    assert after["job"] == job
    assert "rotate: 1 of 1" in daemon.cli("vault", "rotate", check=True).stdout


def test_accounts_are_added_while_keys_rotate_and_all_are_there_afterwards(daemon, mailboxes):
    boxes = mailboxes(8)
    accounts = [connect(daemon, box) for box in boxes[:4]]
    done = threading.Event()
    rotations = []

    def rotate():
        while not done.is_set():
            rotations.append(daemon.cli("vault", "rotate"))

    rotating = threading.Thread(target=rotate)
    rotating.start()
    try:
        accounts += [connect(daemon, box) for box in boxes[4:]]
        while len(rotations) < 3:
            number = len(rotations)
            for account in accounts[::3]:
                target = "/v1/accounts/" + account["id"]
                changed = daemon.api.patch(target, {"labels": {"rotation": str(number)}})
                assert changed.status == 200, changed.text
    finally:
        done.set()
        rotating.join()
    assert [rotated.stderr for rotated in rotations if rotated.returncode != 0] == []
    assert vault(daemon)["wrapping_key"] == 1 + len(rotations)
    daemon.stop()
    daemon.start()
    assert vault(daemon)["accounts"] == len(accounts)
    expect_all_to_sign_in_anew(daemon, accounts)


def test_a_rotation_that_was_killed_is_finished_at_the_next_start(daemon, mailboxes):
    accounts = [connect(daemon, box) for box in mailboxes(2)]
    assert daemon.api.post("/v1/vault/rotate").status == 202
    daemon.kill()
    daemon.start()
    wait_until(lambda: vault(daemon)["older_wrapping_keys"] == 0, "the rotation is not finished")
    assert vault(daemon)["keys_under_older"] == 0
    expect_all_to_sign_in_anew(daemon, accounts)


def test_the_vault_is_for_who_operates_it(world, make_daemon):
    daemon = make_daemon()
    daemon.write_config(
        world, api={"socket_mode": "0666"},
        vault={"root_key": "file:" + daemon.key_file, "operators": ["www-data"]},
    )  # fmt: skip
    daemon.start()
    os.chmod(daemon.directory, 0o755)
    os.chmod(daemon.path("run"), 0o755)

    def statuses(uid):
        def ask():
            api = Api(daemon.api_socket)
            return [api.get("/v1/vault").status, api.post("/v1/vault/rotate").status]

        return as_user(uid, NOGROUP, [], ask)

    assert statuses(NOBODY) == [403, 403]
    assert statuses(WWW_DATA) == [200, 202]
    daemon.write_config(world, api={"socket_mode": "0666"})
    daemon.reload("The configuration was read again.")
    assert statuses(WWW_DATA) == [403, 403]


# ---- The root key

def test_the_root_key_is_replaced_at_a_restart(world, daemon, mailboxes):
    accounts = [connect(daemon, box) for box in mailboxes(2)]
    daemon.stop()
    old, new = daemon.key_file, daemon.path("new.key")
    daemon.cli("vault", "init", "--key-file", new, check=True)
    both = {"root_key": "file:" + new, "previous_root_key": "file:" + old}
    daemon.write_config(world, vault=both)
    daemon.start()
    assert "under the new root key" in daemon.log()
    expect_all_to_sign_in_anew(daemon, accounts)
    daemon.cli("vault", "rotate", check=True)

    daemon.stop()
    os.remove(old)
    daemon.start()  # the setting is still there, and asks for nothing
    expect_all_to_sign_in_anew(daemon, accounts)


def test_the_previous_root_key_opens_the_vault_no_more(installation, world, daemon, mailbox):
    connect(daemon, mailbox)
    daemon.stop()
    old, new = daemon.key_file, daemon.path("new.key")
    daemon.cli("vault", "init", "--key-file", new, check=True)
    daemon.write_config(
        world, vault={"root_key": "file:" + new, "previous_root_key": "file:" + old}
    )
    daemon.start().stop()
    daemon.write_config(world, vault={"root_key": "file:" + old})
    refused = subprocess.run(
        [installation.gatepostd, "--config", daemon.config_file],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert refused.returncode == 1
    assert "root key" in refused.stderr
    daemon.write_config(world, vault={"root_key": "file:" + new})
    daemon.start()


def test_a_copy_of_the_root_key_in_escrow_opens_the_vault(daemon, tmp_path, mailbox):
    """As docs/keys.md says: encrypted by age to somebody who keeps his identity elsewhere."""
    account = connect(daemon, mailbox)
    daemon.stop()
    identity, escrow = str(tmp_path / "identity.txt"), str(tmp_path / "root.key.age")
    subprocess.run(["age-keygen", "-o", identity], check=True, capture_output=True)
    recipient = subprocess.run(
        ["age-keygen", "-y", identity], check=True, capture_output=True, text=True
    ).stdout.strip()
    with open(daemon.key_file) as file:
        key = file.read()
    subprocess.run(
        ["age", "--encrypt", "--armor", "-r", recipient, "-o", escrow, daemon.key_file], check=True
    )
    with open(escrow) as file:
        assert key.split()[1] not in file.read()

    os.remove(daemon.key_file)
    restored = subprocess.run(
        ["age", "--decrypt", "-i", identity, escrow], check=True, capture_output=True
    ).stdout
    with open(os.open(daemon.key_file, os.O_WRONLY | os.O_CREAT, 0o400), "wb") as file:
        file.write(restored)
    daemon.start()
    expect_all_to_sign_in_anew(daemon, [account])
