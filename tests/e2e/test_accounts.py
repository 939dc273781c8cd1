"""What is done with accounts once they are connected."""

import pytest
from conftest import IMAP_HOST, new_mailbox


def path(account, action=""):
    return "/v1/accounts/" + account["id"] + action


def test_an_account_is_found_by_its_id_and_by_its_address(api, account):
    assert api.get(path(account)).json["email"] == account["email"]
    assert api.get("/v1/accounts/" + account["email"]).json["id"] == account["id"]


def test_an_account_that_is_not_there_is_unknown(api):
    for action in ("", "/mailboxes"):
        api.get("/v1/accounts/nobody" + action).problem(404, "unknown-account")
    for action in ("/verify", "/pause", "/resume"):
        api.post("/v1/accounts/nobody" + action).problem(404, "unknown-account")
    api.delete("/v1/accounts/nobody").problem(404, "unknown-account")
    api.patch("/v1/accounts/nobody", {"labels": {}}).problem(404, "unknown-account")


# ---- PUT

def test_put_creates_and_again_replaces_the_credentials(api, world, mailbox):
    target = "/v1/accounts/put-" + mailbox.address[5:9]
    first = api.put(target, mailbox.explicit_request)
    assert first.status == 201, first.text
    assert target.endswith(first.json["id"])

    world.dovecot.set_password(mailbox.address, "marked-replaced")
    second = api.put(target, {**mailbox.explicit_request, "password": "marked-replaced"})
    assert second.status == 200, second.text
    assert second.json["state"] == "live"
    assert second.json["created_at"] == first.json["created_at"]


def test_put_with_a_wrong_password_leaves_the_account_as_it_was(api, daemon, mailbox):
    target = "/v1/accounts/put-" + mailbox.address[5:9]
    assert api.put(target, mailbox.explicit_request).status == 201
    wrong = {**mailbox.explicit_request, "password": "marked-wrong"}
    api.put(target, wrong).problem(422, "sign-in-refused")
    assert api.get(target).json["state"] == "live"
    daemon.imap(mailbox.address).logout()


def test_put_with_another_id_in_the_body_is_refused(api, mailbox):
    answer = api.put("/v1/accounts/one-id", {**mailbox.explicit_request, "id": "other-id"})
    assert "id" in answer.problem(400, "bad-request")["detail"]


# ---- PATCH

def test_a_new_password_is_tried_before_patch_answers(api, daemon, world, account):
    world.dovecot.set_password(account["email"], "marked-patched")
    answer = api.patch(path(account), {"password": "marked-patched"})
    assert answer.status == 200, answer.text
    assert answer.json["state"] == "live"
    daemon.imap(account["id"]).logout()


def test_a_wrong_new_password_is_refused_and_the_old_one_stays(api, account):
    answer = api.patch(path(account), {"password": "marked-wrong"})
    answer.problem(422, "sign-in-refused")
    assert api.post(path(account, "/verify")).json["state"] == "live"


def test_labels_are_replaced_and_the_settings_stay(api, account):
    answer = api.patch(path(account), {"labels": {"a": "1"}})
    assert answer.status == 200, answer.text
    assert answer.json["labels"] == {"a": "1"}
    assert answer.json["imap"] == account["imap"]


def test_the_stored_password_goes_to_no_other_host(api, account):
    elsewhere = {"imap": {"host": "imap.srv.example", "port": 993, "security": "tls"}}
    answer = api.patch(path(account), elsewhere)
    assert "password" in answer.problem(400, "bad-request")["detail"]


def test_new_settings_are_signed_in_with(api, account):
    starttls = {"host": IMAP_HOST, "port": 143, "security": "starttls"}
    answer = api.patch(path(account), {"imap": starttls})
    assert answer.status == 200, answer.text
    assert answer.json["imap"] == {**starttls, "username": account["email"]}
    api.patch(path(account), {"imap": {**starttls, "port": 22}}).problem(422, "host-not-allowed")


@pytest.mark.parametrize("body, field", [({"email": "a@b.example"}, "email"), ({"x": 1}, "x")])
def test_what_cannot_be_patched_is_named(api, account, body, field):
    assert field in api.patch(path(account), body).problem(400, "bad-request")["detail"]


# ---- DELETE

def test_a_deleted_account_is_gone_and_its_session_closed(api, daemon, mailbox, account):
    answer = api.delete(path(account))
    assert answer.status == 204 and answer.text == ""
    api.get(path(account)).problem(404, "unknown-account")
    with daemon.imap_lines() as client:
        assert client.command(f"LOGIN {account['id']} x").startswith("NO ")
    # The address is free again.
    assert api.post("/v1/accounts", mailbox.explicit_request).status == 201


# ---- verify, pause, resume

def test_verify_asks_the_provider_and_answers_with_the_account(api, account):
    answer = api.post(path(account, "/verify"))
    assert answer.status == 200, answer.text
    assert answer.json["state"] == "live"


def test_a_paused_account_has_no_session_until_it_is_resumed(api, daemon, world, account):
    answer = api.post(path(account, "/pause"))
    assert answer.status == 200, answer.text
    assert answer.json["state"] == "paused"
    assert daemon.account(account["id"])["sessions"] == {"idle": 0, "leased": 0, "connecting": 0}

    assert api.post(path(account, "/resume")).status == 200
    daemon.wait_for_state(account["id"], "live")
    daemon.imap(account["id"]).logout()


def test_pause_and_resume_are_idempotent(api, daemon, account):
    for _ in range(2):
        assert api.post(path(account, "/pause")).json["state"] == "paused"
    for _ in range(2):
        assert api.post(path(account, "/resume")).status == 200
    daemon.wait_for_state(account["id"], "live")


# ---- mailboxes

def test_mailboxes_are_listed_with_their_special_use(api, account):
    answer = api.get(path(account, "/mailboxes"))
    assert answer.status == 200, answer.text
    mailboxes = {mailbox["name"]: mailbox for mailbox in answer.json["mailboxes"]}
    assert mailboxes.keys() == {"INBOX", "Sent", "Drafts", "Trash", "Junk", "Reisepläne"}
    assert mailboxes["Sent"]["special_use"] == "\\Sent"
    assert mailboxes["Trash"]["special_use"] == "\\Trash"
    assert mailboxes["INBOX"]["special_use"] is None
    assert mailboxes["INBOX"]["delimiter"] == "."


# ---- the list

@pytest.fixture
def five(api, mailboxes):
    """Five accounts with a label of their own: {"group": …}."""
    group = new_mailbox("x.example").password
    boxes = mailboxes(5)
    for box in boxes:
        answer = api.post("/v1/accounts", {**box.explicit_request, "labels": {"group": group}})
        assert answer.status == 201, answer.text
    return group, boxes


def emails(answer):
    assert answer.status == 200, answer.text
    return [account["email"] for account in answer.json["accounts"]]


def test_the_list_is_filtered_by_label_address_and_state(api, five):
    group, boxes = five
    label = "label.group=" + group
    assert sorted(emails(api.get("/v1/accounts?" + label))) == sorted(box.address for box in boxes)
    assert emails(api.get("/v1/accounts?email=" + boxes[0].address)) == [boxes[0].address]

    api.post(f"/v1/accounts/{boxes[1].address}/pause")
    paused = api.get(f"/v1/accounts?state=paused&{label}")
    assert emails(paused) == [boxes[1].address]
    assert emails(api.get(f"/v1/accounts?state=refused&{label}")) == []


def test_the_list_pages_by_limit_and_after_and_shows_each_account_once(api, five):
    group, boxes = five
    target = f"/v1/accounts?label.group={group}&limit=2"
    seen, sizes = [], []
    while True:
        page = api.get(target + (f"&after={seen[-1]['id']}" if seen else ""))
        assert page.status == 200, page.text
        accounts = page.json["accounts"]
        sizes.append(len(accounts))
        seen += accounts
        if len(accounts) < 2:
            break
    assert sizes == [2, 2, 1]
    assert sorted(account["email"] for account in seen) == sorted(box.address for box in boxes)
