"""Passwords are found nowhere but sealed: each here is marked, and all that is left is searched."""

import base64
import os
import urllib.parse

import pytest


def spellings(secret):
    """The secret as it is, and as it looks on its usual ways."""
    raw = secret if isinstance(secret, bytes) else secret.encode()
    yield raw
    yield urllib.parse.quote(secret).encode()
    for shift in range(3):  # where it stands in a longer text that is in base64
        yield base64.b64encode(b"\0" * shift + raw)[4 if shift else 0 : -4]
    yield raw.hex().encode()


def files_below(directory):
    for folder, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    yield path, file.read()


@pytest.fixture
def scene(make_daemon, mailboxes, world):
    """A daemon that has seen many secrets: right, wrong, changed, refused and malformed ones."""
    daemon = make_daemon(log={"level": "debug"}).start()
    good, wrong, broken, changed = mailboxes(4)
    secrets = [box.password for box in (good, broken, changed)]
    answers = [daemon.api.post("/v1/accounts", good.explicit_request)]

    secrets.append("marked-never-right")
    answers.append(daemon.api.post("/v1/accounts", {**wrong.request, "password": secrets[-1]}))
    answers.append(daemon.api.post("/v1/accounts", {**broken.request, "imap": 7}))
    answers.append(daemon.api.request("POST", "/v1/accounts", '{"password":"' + broken.password))

    answers.append(daemon.api.post("/v1/accounts", changed.explicit_request))
    secrets.append("marked-changed-later")
    world.dovecot.set_password(changed.address, secrets[-1])
    answers.append(
        daemon.api.patch("/v1/accounts/" + changed.address, {"password": secrets[-1]})
    )
    daemon.imap(changed.address).logout()
    assert [answer.status for answer in answers] == [201, 422, 400, 400, 201, 200]
    return daemon, secrets, answers


def test_no_secret_is_in_the_log_the_vault_the_answers_or_the_process(scene):
    daemon, secrets, answers = scene
    places = dict(files_below(daemon.directory))
    assert any(path.endswith("vault.db") for path in places)
    assert daemon.log(), "an empty log proves nothing"
    for target in ("/v1/accounts", "/metrics", "/health"):
        places[target] = daemon.api.get(target).text.encode()
    for number, answer in enumerate(answers):
        places[f"answer {number}"] = answer.text.encode()
    for name in ("environ", "cmdline"):
        with open(f"/proc/{daemon.pid}/{name}", "rb") as file:
            places[name] = file.read()

    with open(daemon.key_file, "rb") as file:
        key = file.read()
    found = [
        (path, secret)
        for path, content in places.items()
        for secret in secrets
        for spelling in spellings(secret)
        if spelling in content
    ]
    found += [(path, "root key") for path, content in places.items()
              if key in content and path != daemon.key_file]  # fmt: skip
    assert found == []


def test_no_secret_is_in_the_memory_of_the_idle_daemon(scene):
    daemon, secrets, answers = scene
    secrets.append(root_key(daemon))
    connected = answers[0].json["email"].encode()
    daemon.wait_for_idle_session(answers[0].json["id"])
    seen = 0
    for name, content in memory_of(daemon.pid):
        seen += content.count(connected)
        for secret in secrets:
            for spelling in spellings(secret):
                assert spelling not in content, f"{secret} is in {name}"
    assert seen, "memory without the account's address was not read"


def root_key(daemon):
    """Its 32 bytes."""
    with open(daemon.key_file) as file:
        return base64.b64decode(file.read().split()[1])[:32]


def memory_of(pid):
    """(name, bytes) of each mapping. Root may read them, whatever the process has switched off."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            span, access, *_ = line.split()
            if "r" not in access or "[v" in line:  # the kernel's own pages: [vvar], [vdso]
                continue
            begin, end = (int(address, 16) for address in span.split("-"))
            content = bytearray()
            while begin + len(content) < end:
                part = os.pread(memory.fileno(), end - begin - len(content), begin + len(content))
                if not part:
                    break
                content += part
            yield line.strip(), content


def test_no_secret_is_in_the_vault_after_the_account_is_deleted(scene):
    daemon, secrets, _ = scene
    for account in daemon.api.get("/v1/accounts").json["accounts"]:
        assert daemon.api.delete("/v1/accounts/" + account["id"]).status == 204
    assert daemon.stop() == 0
    for path, content in files_below(daemon.state_dir):
        for secret in secrets:
            assert not any(spelling in content for spelling in spellings(secret)), path


def test_the_vault_is_for_its_owner_only(scene):
    daemon, _, _ = scene
    for folder, _, names in os.walk(daemon.state_dir):
        for name in names:
            mode = os.stat(os.path.join(folder, name)).st_mode
            assert mode & 0o077 == 0, name
