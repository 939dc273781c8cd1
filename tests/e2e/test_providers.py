"""An imported provider table, from a folder of files to what discovery says, across a restart."""

import json
import os

import pytest
from test_owners import NOBODY, NOGROUP, as_user

from api import Api

FILE = """<?xml version="1.0"?>
<clientConfig version="1.1"><emailProvider id="{domain}">
  <domain>{domain}</domain><domain>mx.{domain}</domain>
  <displayName>Mail of {domain}</displayName>
  <incomingServer type="imap"><hostname>imap.{domain}</hostname><port>993</port>
    <socketType>SSL</socketType><username>%EMAILLOCALPART%</username>
    <authentication>password-cleartext</authentication></incomingServer>
</emailProvider></clientConfig>
"""


@pytest.fixture
def folder(tmp_path):
    """Two providers, of which one is compiled in too, an odd file, and what is none of the import's."""
    path = tmp_path / "providers"
    path.mkdir()
    for domain in ("corp.example", "gmail.com"):
        (path / f"{domain}.xml").write_text(FILE.format(domain=domain))
    (path / "odd.xml").write_text("<clientConfig>")
    (path / "README.md").write_text("# Our providers")
    os.symlink("/etc/hostname", path / "link.xml")
    return path


@pytest.fixture
def daemon(make_daemon):
    """One that other tests do not share: it is restarted, and believes what is imported."""
    return make_daemon().start()


def gatepost(daemon, *arguments):
    ended = daemon.cli(*arguments, "--json")
    return ended.returncode, json.loads(ended.stdout) if ended.stdout else None, ended.stderr


def discovered(daemon, email):
    answer = daemon.api.get(f"/v1/discovery?email={email}")
    assert answer.status == 200, answer.text
    first = answer.json["evidence"][0]
    return (answer.json["settings"] or {}).get("host"), answer.json["proven"], first["from"]


def test_an_import_is_believed_at_once_after_a_restart_and_until_it_is_removed(daemon, folder):
    code, report, _ = gatepost(daemon, "providers", "import", str(folder))
    assert code == 0
    assert (report["providers"], report["domains"]) == (2, 4)
    assert [skipped["file"] for skipped in report["skipped"]] == ["odd.xml"]

    def assert_believed():
        host, proven, origin = discovered(daemon, "alice@corp.example")
        assert (host, proven) == ("imap.corp.example", True)
        assert origin.startswith("imported 20")
        assert discovered(daemon, "alice@gmail.com")[0] == "imap.gmail.com"
        assert discovered(daemon, "alice@gmail.com")[2] == origin
        assert discovered(daemon, "alice@googlemail.com")[2] == "compiled in"
        tables = daemon.api.get("/v1/providers").json["tables"]
        assert [table["origin"] for table in tables] == ["imported", "compiled in"]
        assert (tables[0]["providers"], tables[0]["domains"]) == (2, 4)
        assert 0 <= tables[0]["age_seconds"] < 300
        return tables[0]["imported_at"]

    imported_at = assert_believed()
    daemon.stop()
    daemon.start()
    assert assert_believed() == imported_at

    assert gatepost(daemon, "providers", "remove")[0] == 0
    assert discovered(daemon, "alice@gmail.com") == ("imap.gmail.com", True, "compiled in")
    assert len(daemon.api.get("/v1/providers").json["tables"]) == 1
    assert daemon.api.delete("/v1/providers").status == 204


def test_a_folder_without_providers_changes_nothing(daemon, folder, tmp_path):
    assert gatepost(daemon, "providers", "import", str(folder))[0] == 0
    empty = tmp_path / "empty"
    empty.mkdir()
    for path in (empty, tmp_path / "missing"):
        code, _, told = gatepost(daemon, "providers", "import", str(path))
        assert code == 1
        assert str(path) in told
    assert discovered(daemon, "alice@corp.example")[0] == "imap.corp.example"


def test_what_the_command_line_sends_is_not_believed_unread(daemon):
    plain = "origin o O.\nprovider a.example\n name A\n from o\n imap a.example 143 plain x y"
    for text in ("", "provider x", plain):
        daemon.api.put("/v1/providers", {"text": text}).problem(400, "bad-request")
    large = "#" * (1024 * 1024 + 1)
    daemon.api.put("/v1/providers", {"text": large}).problem(413, "too-large")
    daemon.api.put("/v1/providers", {"text": large + large}).problem(413, "too-large")
    assert len(daemon.api.get("/v1/providers").json["tables"]) == 1


def test_provider_tables_are_for_the_operator_only(make_daemon):
    daemon = make_daemon(api={"socket_mode": "0666"})
    daemon.start()
    os.chmod(daemon.directory, 0o755)
    os.chmod(daemon.path("run"), 0o755)

    def ask(method, text=None):
        def asking():
            body = None if text is None else json.dumps({"text": text})
            answer = Api(daemon.api_socket).request(method, "/v1/providers", body)
            return [answer.status, answer.json["type"]]

        return as_user(NOBODY, NOGROUP, [], asking)

    refused = [403, "urn:gatepost:problem:operator-only"]
    assert ask("GET") == refused
    assert ask("DELETE") == refused
    assert ask("PUT", "x") == refused
    assert ask("PUT", "#" * 100_000) == [413, "urn:gatepost:problem:too-large"]
