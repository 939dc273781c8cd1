"""A password that the provider turns down is never tried twice: that locks people out."""

import pytest
from conftest import connect, new_mailbox

from world.hesitant import IMAP_HOST, Hesitant


def change_password_at_the_provider(daemon, world, account):
    """The provider's password is another now, and it has closed all sessions."""
    world.dovecot.set_password(account["email"], "marked-changed")
    world.dovecot.stop()
    world.dovecot.start()
    return daemon.wait_for_state(account["id"], "refused")


def test_an_account_is_refused_after_one_try_and_not_tried_again(daemon, world, account):
    refused = change_password_at_the_provider(daemon, world, account)
    assert refused["problem"]["type"] == "urn:gatepost:problem:sign-in-refused"
    assert refused["retry_at"] is None
    tries = world.dovecot.failures(account["email"])
    assert tries == 1

    with daemon.imap_lines() as client:
        answer = client.command(f"LOGIN {account['id']} x")
        assert answer.startswith("NO [AUTHENTICATIONFAILED] ")
    daemon.api.get(f"/v1/accounts/{account['id']}/mailboxes").problem(422, "sign-in-refused")
    assert world.dovecot.failures(account["email"]) == tries


def test_the_new_password_brings_it_back(daemon, world, account):
    change_password_at_the_provider(daemon, world, account)
    answer = daemon.api.patch("/v1/accounts/" + account["id"], {"password": "marked-changed"})
    assert answer.status == 200, answer.text
    daemon.wait_for_state(account["id"], "live")
    daemon.imap(account["id"]).logout()


def test_a_restart_does_not_forget_that_it_is_refused(make_daemon, world, mailbox):
    daemon = make_daemon().start()
    account = daemon.api.post("/v1/accounts", mailbox.explicit_request).json
    change_password_at_the_provider(daemon, world, account)
    tries = world.dovecot.failures(account["email"])
    assert daemon.stop() == 0
    daemon.start()
    assert daemon.account(account["id"])["state"] == "refused"
    assert world.dovecot.failures(account["email"]) == tries


@pytest.fixture
def hesitant(world):
    with Hesitant(world) as provider:
        yield provider


@pytest.fixture
def signing_in(daemon, hesitant):
    """An account that signs in anew, and the sign-in that its provider thinks about."""
    imap = {"host": IMAP_HOST, "port": 993, "security": "tls"}
    account = connect(daemon, new_mailbox("provider.example"), imap=imap)
    hesitant.hesitate()
    hesitant.hang_up()
    return account["id"], hesitant.next_sign_in()


@pytest.mark.parametrize("is_resumed_first", [False, True])
def test_a_refusal_that_meets_a_pause_is_remembered(
    daemon, hesitant, signing_in, is_resumed_first
):
    account, sign_in = signing_in
    daemon.api.post(f"/v1/accounts/{account}/pause")
    if is_resumed_first:
        daemon.api.post(f"/v1/accounts/{account}/resume")
    sign_in.refuse()
    if not is_resumed_first:
        assert daemon.account(account)["state"] == "paused"
        daemon.api.post(f"/v1/accounts/{account}/resume")
    refused = daemon.wait_for_state(account, "refused")
    assert refused["problem"]["type"] == "urn:gatepost:problem:sign-in-refused"
    # One when it was connected, and the one that was refused.
    assert hesitant.sign_ins == 2


def test_a_sign_in_that_is_taken_after_a_pause_leaves_no_session(daemon, hesitant, signing_in):
    account, sign_in = signing_in
    daemon.api.post(f"/v1/accounts/{account}/pause")
    sign_in.take()
    assert sign_in.session_ends()
    assert daemon.account(account)["state"] == "paused"
    daemon.api.post(f"/v1/accounts/{account}/resume")
    hesitant.next_sign_in().take()
    daemon.wait_for_state(account, "live")
    assert hesitant.sign_ins == 3
