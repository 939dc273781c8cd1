"""Who may use which accounts: what another application's users may not use does not exist for them."""

import json
import os
import subprocess

import pytest
from imap_client import LineClient

from api import Api

# Users and groups of every Debian.
NOBODY, NOGROUP, OPERATORS, WWW_DATA = 65534, 65534, 37, 33


def as_user(uid, gid, groups, function):
    """What the function returns (as JSON) in a process of that user's."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups(groups)
        os.setgid(gid)
        os.setuid(uid)
        try:
            value = function()
        except Exception as problem:  # told to the test, which fails then
            value = f"{type(problem).__name__}: {problem}"
        os.write(writing, json.dumps(value).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        value = json.loads(pipe.read())
    os.waitpid(child, 0)
    return value


@pytest.fixture
def shared_daemon(make_daemon):
    """A daemon whose sockets everybody may connect to."""
    daemon = make_daemon(api={"socket_mode": "0666"}, access={"crm": ["www-data", "@operator"]})
    daemon.start()
    os.chmod(daemon.directory, 0o755)
    os.chmod(daemon.path("run"), 0o755)
    return daemon


def get(daemon, target):
    def ask():
        answer = Api(daemon.api_socket).get(target)
        return [answer.status, answer.json]

    return ask


def login(daemon, name):
    def ask():
        with LineClient(daemon.imap_socket) as client:
            return client.command(f"LOGIN {name} x")

    return ask


def member(function):
    return as_user(NOBODY, NOGROUP, [OPERATORS], function)


def stranger(function):
    return as_user(NOBODY, NOGROUP, [], function)


def test_accounts_of_an_application_are_for_its_users_and_groups_only(shared_daemon, mailbox):
    daemon = shared_daemon
    answer = daemon.api.post("/v1/accounts", {**mailbox.request, "application": "crm", "id": "one"})
    assert answer.status == 201, answer.text
    assert answer.json["application"] == "crm"
    daemon.wait_for_idle_session("one")

    for user in (member, lambda function: as_user(WWW_DATA, NOGROUP, [], function)):
        status, account = user(get(daemon, "/v1/accounts/one"))
        assert (status, account["id"]) == (200, "one")
        status, accounts = user(get(daemon, "/v1/accounts?application=crm"))
        assert [account["id"] for account in accounts["accounts"]] == ["one"]
    for name in ("one", mailbox.address):
        assert member(login(daemon, name)).startswith("OK [CAPABILITY ")

    unknown = [404, "urn:gatepost:problem:unknown-account"]
    for target in ("one", mailbox.address, mailbox.address + "?application=crm", "one/mailboxes"):
        status, problem = stranger(get(daemon, "/v1/accounts/" + target))
        assert [status, problem["type"]] == unknown
    status, problem = stranger(get(daemon, "/v1/accounts?application=crm"))
    assert [status, problem["type"]] == [404, "urn:gatepost:problem:not-found"]
    assert stranger(get(daemon, "/v1/accounts"))[1]["accounts"] == []
    for name in ("one", mailbox.address):
        assert stranger(login(daemon, name)).startswith("NO [AUTHENTICATIONFAILED] ")


def test_the_answer_to_a_stranger_is_that_to_an_account_that_is_not_there(shared_daemon, mailbox):
    daemon = shared_daemon
    request = {**mailbox.request, "application": "crm", "id": "one"}
    assert daemon.api.post("/v1/accounts", request).status == 201
    theirs = stranger(get(daemon, "/v1/accounts/one"))
    nobodys = stranger(get(daemon, "/v1/accounts/two"))
    assert json.dumps(theirs).replace("one", "two") == json.dumps(nobodys)
    theirs = stranger(login(daemon, "one"))
    assert theirs.replace("one", "two") == stranger(login(daemon, "two"))


def test_one_address_may_be_connected_for_several_applications(shared_daemon, mailbox):
    daemon = shared_daemon
    for application in ("crm", "default"):
        request = {**mailbox.request, "application": application, "id": "of-" + application}
        assert daemon.api.post("/v1/accounts", request).status == 201
    by_address = "/v1/accounts/" + mailbox.address
    assert daemon.api.get(by_address).json["id"] == "of-default"
    assert daemon.api.get(by_address + "?application=crm").json["id"] == "of-crm"
    # imap.sock has no way to say which: only the id does.
    assert member(login(daemon, mailbox.address)).startswith("NO ")
    assert member(login(daemon, "of-crm")).startswith("OK ")
    assert stranger(login(daemon, mailbox.address)).startswith("OK ")


def test_the_rules_are_read_again_with_the_configuration(shared_daemon, world, mailbox):
    daemon = shared_daemon
    request = {**mailbox.request, "application": "crm", "id": "one"}
    assert daemon.api.post("/v1/accounts", request).status == 201
    daemon.write_config(world, api={"socket_mode": "0666"}, access={"crm": ["no-such-user"]})
    daemon.reload("has a mistake")
    assert member(get(daemon, "/v1/accounts/one"))[0] == 200
    daemon.write_config(world, api={"socket_mode": "0666"}, access={"crm": ["www-data"]})
    daemon.reload("The configuration was read again")
    assert member(get(daemon, "/v1/accounts/one"))[0] == 404


def test_a_rule_must_name_users_that_there_are(installation, make_daemon):
    daemon = make_daemon(access={"crm": ["no-such-user"]})
    result = subprocess.run(
        [installation.gatepostd, "--check-config", "--config", daemon.config_file],
        capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert result.returncode == 1
    assert "access.crm: there is no user no-such-user" in result.stderr


def test_the_command_line_names_the_application(shared_daemon, mailbox):
    daemon = shared_daemon
    added = daemon.cli("account", "add", mailbox.address, "--password-stdin", "--application",
                       "crm", stdin=mailbox.password)  # fmt: skip
    assert added.returncode == 0, added.stderr
    assert daemon.cli("account", "show", mailbox.address).returncode == 1
    shown = daemon.cli("account", "show", mailbox.address, "--application", "crm")
    assert shown.returncode == 0
    assert "crm" in shown.stdout
    listed = daemon.cli("account", "list", "--application", "crm", "--json")
    assert [account["email"] for account in json.loads(listed.stdout)["accounts"]] == [
        mailbox.address
    ]
