"""Mail programs that exist work through Gatepost: curl, mbsync, imapflow, mutt, and gatepost imap itself."""

import json
import mailbox as mail_folders
import os
import pathlib
import subprocess

IMAPFLOW_CLIENT = pathlib.Path(__file__).with_name("imapflow_client.mjs")


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **options)


def test_curl_lists_and_fetches_over_the_socket(daemon, account):
    curl = ("curl", "--silent", "--show-error", "--unix-socket", daemon.imap_socket,
            "--user", account["id"] + ":anything")  # fmt: skip
    listing = run(*curl, "imap://gatepost/")
    assert listing.returncode == 0, listing.stderr
    assert "INBOX" in listing.stdout and "Sent" in listing.stdout
    message = run(*curl, "imap://gatepost/INBOX;MAILINDEX=1")
    assert message.returncode == 0, message.stderr
    assert "To: " + account["email"] in message.stdout


def test_mbsync_copies_the_mailbox_through_a_tunnel(daemon, installation, account, tmp_path):
    maildir = tmp_path / "mail"
    maildir.mkdir()
    configuration = tmp_path / "mbsyncrc"
    configuration.write_text(f"""
IMAPStore remote
Tunnel "{installation.gatepost} --socket {daemon.api_socket} imap {account["id"]}"

MaildirStore local
Path {maildir}/
Inbox {maildir}/INBOX
SubFolders Verbatim

Channel all
Far :remote:
Near :local:
Patterns *
Create Near
SyncState *
""")
    done = run("mbsync", "--config", str(configuration), "--all")
    assert done.returncode == 0, done.stderr
    assert len(mail_folders.Maildir(maildir / "INBOX", create=False)) == 3
    assert {"Sent", "Drafts", "Trash", "Junk"} <= set(os.listdir(maildir))


def test_imapflow_does_its_work_over_the_socket(world, daemon, account):
    subject = "for imapflow"
    message = f"Subject: {subject}\r\n\r\n{'x' * 100_000}\r\n".encode()
    with subprocess.Popen(
        ["node", IMAPFLOW_CLIENT, daemon.imap_socket, account["id"], subject],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as client:  # fmt: skip
        assert client.stdout.readline() == "waiting\n", client.stderr.read()
        world.provider.deliver(account["email"], message)
        output, errors = client.communicate(timeout=60)
    assert client.returncode == 0, errors
    seen = json.loads(output)
    assert "ENABLE" not in seen["capabilities"] and "IDLE" in seen["capabilities"]
    assert ["Sent", "\\Sent"] in seen["mailboxes"]
    assert len(seen["messages"]) == 3
    assert seen["downloaded"] >= 100_000
    assert "\\Flagged" in seen["flags"]
    assert seen["appended"] == seen["expected"]
    assert seen["deleted"] and seen["left"] == 0
    # It logged out, and the session is as good as new.
    sign_ins = world.provider.successes(account["email"])
    daemon.imap(account["id"]).logout()
    assert world.provider.successes(account["email"]) == sign_ins


def test_mutt_reads_and_flags_mail_through_a_tunnel(daemon, installation, account, tmp_path):
    copies = tmp_path / "copies"
    configuration = tmp_path / "muttrc"
    configuration.write_text(f"""
set tunnel = "{installation.gatepost} --socket {daemon.api_socket} imap {account["id"]}"
set tunnel_is_secure = yes
set folder = "imap://gatepost/"
set spoolfile = "imap://gatepost/INBOX"
set mbox_type = mbox
set confirmcreate = no
set confirmappend = no
set delete = yes
set quit = yes
push "<tag-pattern>~A<enter><tag-prefix><copy-message>{copies}<enter><first-entry><flag-message><quit>"
""")
    # It draws a screen, and so it gets a terminal.
    done = run("script", "--quiet", "--return", "--command", f"mutt -n -F {configuration}",
               tmp_path / "screen", stdin=subprocess.DEVNULL,
               env={**os.environ, "TERM": "xterm", "HOME": str(tmp_path)})  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert len(mail_folders.mbox(copies, create=False)) == 3
    client = daemon.imap(account["id"])
    client.select("INBOX", readonly=True)
    assert client.search(None, "FLAGGED")[1] == [b"1"]
    client.logout()


def test_gatepost_imap_is_signed_in_imap_on_standard_input_and_output(daemon, account):
    done = daemon.cli("imap", account["email"], stdin="a SELECT INBOX\r\nb LOGOUT\r\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("* PREAUTH ")
    assert "* 3 EXISTS" in done.stdout
    assert "b OK" in done.stdout


def test_gatepost_imap_of_an_unknown_account_fails_with_the_reason(daemon):
    done = daemon.cli("imap", "nobody")
    assert done.returncode == 1
    assert done.stdout == "" or done.stdout.startswith("* BYE")
    assert len(done.stderr.strip().splitlines()) == 1
