"""The provider goes away and comes back: accounts wait, and are live again by themselves."""

from datetime import datetime

import pytest
from conftest import connect, new_mailbox

from world.hesitant import HOST, IMAP_HOST, Hesitant
from world.trap import Trap


@pytest.fixture
def provider_down(world):
    world.dovecot.stop()
    yield
    world.dovecot.start()


def test_an_account_retries_and_says_when_and_why(daemon, account, provider_down):
    # At first it is the provider's own farewell; then it is what every try meets.
    retrying = daemon.wait_for_problem(account["id"], "cannot-connect")
    assert retrying["state"] == "retrying"
    assert datetime.fromisoformat(retrying["retry_at"]).tzinfo is not None
    with daemon.imap_lines() as client:
        assert client.command(f"LOGIN {account['id']} x").startswith("NO [UNAVAILABLE] ")


def test_verify_of_an_account_without_provider_tells_what_is_wrong(daemon, account, provider_down):
    daemon.wait_for_state(account["id"], "retrying")
    answer = daemon.api.post(f"/v1/accounts/{account['id']}/verify")
    assert answer.problem(422, "cannot-connect")["reason"] == "refused"


def test_an_account_is_live_again_when_the_provider_is(daemon, world, account):
    world.dovecot.stop()
    daemon.wait_for_state(account["id"], "retrying")
    world.dovecot.start()
    daemon.wait_for_state(account["id"], "live")
    daemon.imap(account["id"]).logout()


# T3 of the catalogue of threats: who can block a port must not get a password by another.
def test_an_account_that_signed_in_by_tls_is_tried_at_no_other_port(daemon, world):
    imap = {"host": IMAP_HOST, "port": 993, "security": "tls"}
    with Hesitant(world):
        account = connect(daemon, new_mailbox("provider.example"), imap=imap)
    with Trap(world.address(HOST)) as trap:
        daemon.wait_for_state(account["id"], "retrying")
        assert daemon.api.post(f"/v1/accounts/{account['id']}/verify").status == 422
        assert set(trap.take_calls()) == {993}
    assert daemon.account(account["id"])["imap"] == {**imap, "username": account["email"]}
