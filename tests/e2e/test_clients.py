"""Mail programs that exist work through Gatepost: curl, mbsync, and gatepost imap itself."""

import mailbox as mail_folders
import os
import subprocess


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
