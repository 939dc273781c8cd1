"""imap.sock: a signed-in session for any client, and what becomes of it afterwards."""

import base64
import email

import pytest

from world.waiting import wait_until

BIG_BYTES = 16 * 1024 * 1024  # more than all buffers between Dovecot and a client hold


def sign_ins(world, account):
    return world.dovecot.attempts(account["email"])


def plain(authorization, authentication="x", password="y"):
    text = "\0".join((authorization, authentication, password))
    return base64.b64encode(text.encode()).decode()


# ---- Signing in

def test_the_greeting_says_what_is_possible(daemon):
    with daemon.imap_lines() as client:
        expected = "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] Gatepost ready"
        assert client.greeting == expected


@pytest.mark.parametrize("name", ["id", "email"])
def test_login_names_the_account_by_id_or_address_with_any_password(daemon, account, name):
    with daemon.imap_lines() as client:
        answer = client.command(f"LOGIN {account[name]} anything")
        assert answer.startswith("OK [CAPABILITY IMAP4rev1 ")
        capabilities = answer[answer.index("[") + 1 : answer.index("]")].split()
        assert "IDLE" in capabilities
        for hidden in ("STARTTLS", "LOGINDISABLED", "ENABLE"):
            assert hidden not in capabilities
        assert not any(word.startswith(("AUTH=", "COMPRESS=")) for word in capabilities)
        assert client.command("NOOP", "b").startswith("OK")


def test_login_takes_quoted_strings_and_literals(daemon, account):
    with daemon.imap_lines() as client:
        assert client.command(f'LOGIN "{account["id"]}" ""').startswith("OK")
    with daemon.imap_lines() as client:
        client.send(f"a LOGIN {{{len(account['id'])}}}")
        assert client.line().startswith("+")
        client.send(account["id"] + " x")
        assert client.answer("a").startswith("OK")


def test_authenticate_plain_names_the_account_with_an_initial_response(daemon, account):
    with daemon.imap_lines() as client:
        response = plain("", account["id"])
        assert client.command("AUTHENTICATE PLAIN " + response).startswith("OK [CAPABILITY ")


def test_authenticate_plain_works_without_an_initial_response(daemon, account):
    with daemon.imap_lines() as client:
        client.send("a AUTHENTICATE PLAIN")
        assert client.line().startswith("+")
        client.send(plain("", account["email"]))
        assert client.answer("a").startswith("OK [CAPABILITY ")


def test_an_unknown_account_is_an_authentication_failure(daemon):
    with daemon.imap_lines() as client:
        assert client.command("LOGIN nobody x").startswith("NO [AUTHENTICATIONFAILED] ")
        # And the connection stays usable.
        assert client.command("NOOP", "b").startswith("OK")


def test_a_paused_account_is_unavailable(api, daemon, account):
    api.post(f"/v1/accounts/{account['id']}/pause")
    with daemon.imap_lines() as client:
        assert client.command(f"LOGIN {account['id']} x").startswith("NO [UNAVAILABLE] ")


def test_before_signing_in_only_what_needs_no_account_is_answered(daemon):
    with daemon.imap_lines() as client:
        assert client.command("CAPABILITY").startswith("OK")
        assert client.command("SELECT INBOX", "b").startswith(("NO ", "BAD "))
        client.send("c LOGOUT")
        assert client.line().startswith("* BYE")
        assert client.answer("c").startswith("OK")


# ---- The session

def test_imaplib_reads_the_mailbox(daemon, account):
    client = daemon.imap(account["id"])
    assert client.select("INBOX", readonly=True) == ("OK", [b"3"])
    _, parts = client.fetch("1", "(BODY.PEEK[])")
    message = email.message_from_bytes(parts[0][1])
    assert message["To"] == account["email"]
    assert client.logout()[0] == "BYE"


def test_a_message_is_appended_and_found_again(daemon, account):
    client = daemon.imap(account["id"])
    assert client.append("Drafts", r"(\Seen)", None, b"Subject: mine\r\n\r\nhello\r\n")[0] == "OK"
    assert client.select("Drafts") == ("OK", [b"1"])
    assert client.search(None, "SUBJECT", "mine") == ("OK", [b"1"])
    client.logout()


def test_new_mail_is_told_to_a_client_in_idle(daemon, world, account):
    with daemon.imap_lines() as client:
        assert client.command(f"LOGIN {account['id']} x").startswith("OK")
        assert client.command("SELECT INBOX", "b").startswith("OK")
        client.send("c IDLE")
        assert client.line().startswith("+")
        world.dovecot.deliver(account["email"], b"Subject: new\r\n\r\nhello\r\n")
        while client.line() != "* 4 EXISTS":
            pass
        client.send("DONE")
        assert client.answer("c").startswith("OK")


def test_pipelined_commands_are_answered_in_order(daemon, account):
    with daemon.imap_lines() as client:
        client.send(f"a LOGIN {account['id']} x\r\nb SELECT INBOX\r\nc NOOP\r\nd LOGOUT")
        for tag in "abcd":
            assert client.answer(tag).startswith("OK")


# ---- Afterwards

def test_a_session_returns_to_the_pool_and_serves_the_next_client(daemon, world, account):
    for _ in range(5):
        daemon.wait_for_idle_session(account["id"])
        client = daemon.imap(account["id"])
        client.select("INBOX")
        client.logout()
    assert sign_ins(world, account) == 1


def test_the_next_client_finds_nothing_selected_and_no_flag_changed(daemon, account):
    first = daemon.imap(account["id"])
    first.select("INBOX")
    first.store("1", "+FLAGS", r"(\Deleted)")
    first.logout()
    daemon.wait_for_idle_session(account["id"])

    with daemon.imap_lines() as client:
        assert client.command(f"LOGIN {account['id']} x").startswith("OK")
        assert client.command("FETCH 1 FLAGS", "b").startswith("BAD")
        client.send("c EXAMINE INBOX")
        lines = []
        while not lines or not lines[-1].startswith("c "):
            lines.append(client.line())
        # Returning a session must never expunge.
        assert "* 3 EXISTS" in lines


def test_a_client_that_vanishes_within_a_fetch_costs_its_session_only(daemon, world, account):
    body = b"Subject: big\r\n\r\n" + (b"x" * 78 + b"\r\n") * (BIG_BYTES // 80)
    world.dovecot.deliver(account["email"], body)
    with daemon.imap_lines() as client:
        assert client.command(f"LOGIN {account['id']} x").startswith("OK")
        assert client.command("SELECT INBOX", "b").startswith("OK")
        client.send("c FETCH 4 BODY.PEEK[]")
        assert "FETCH" in client.line()
    account = daemon.wait_for_idle_session(account["id"])
    assert account["state"] == "live"
    again = daemon.imap(account["id"])
    assert again.noop()[0] == "OK"
    again.logout()


def test_a_client_that_breaks_the_protocol_loses_its_session_only(daemon, account):
    with daemon.imap_lines() as client:
        assert client.command(f"LOGIN {account['id']} x").startswith("OK")
        client.send("b APPEND INBOX {100}")
        assert client.line().startswith("+")
        client.send("only a part")
    daemon.wait_for_idle_session(account["id"])
    daemon.imap(account["id"]).logout()


def test_clients_at_the_same_time_have_sessions_of_their_own(daemon, account):
    clients = [daemon.imap(account["id"]) for _ in range(3)]
    for client, folder in zip(clients, ("INBOX", "Sent", "Trash"), strict=True):
        assert client.select(folder)[0] == "OK"
    for client in clients:
        client.logout()


def test_leased_sessions_are_shown_in_the_account(daemon, account):
    client = daemon.imap(account["id"])
    assert daemon.account(account["id"])["sessions"]["leased"] == 1
    client.logout()
    wait_until(
        lambda: daemon.account(account["id"])["sessions"]["leased"] == 0,
        "the lease does not end with its client",
    )
