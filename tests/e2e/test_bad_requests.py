"""Malformed requests: each is a 400 that names what is wrong, and none reaches the provider."""

import json

import pytest
from conftest import IMAP_HOST

GOOD = {"email": "nobody@autoconfig.example", "password": "marked-nobody"}
IMAP = {"host": IMAP_HOST, "port": 993, "security": "tls"}


def imap(**changes):
    return {**GOOD, "imap": {**IMAP, **changes}}


def without(name):
    return {key: value for key, value in GOOD.items() if key != name}


@pytest.mark.parametrize(
    "body, field",
    [
        (without("email"), "email"),
        ({**GOOD, "email": 7}, "email"),
        (without("password"), "password"),
        ({**GOOD, "password": 12345}, "password"),
        ({**GOOD, "password": ""}, "password"),
        ({**GOOD, "passwrod": "x"}, "passwrod"),
        ({**GOOD, "id": "has space"}, "id"),
        ({**GOOD, "id": "x" * 65}, "id"),
        ({**GOOD, "id": ""}, "id"),
        ({**GOOD, "accept_unproven": "yes"}, "accept_unproven"),
        ({**GOOD, "labels": ["a"]}, "labels"),
        ({**GOOD, "labels": {"a": 1}}, "labels"),
        ({**GOOD, "status_callback_url": 5}, "status_callback_url"),
        ({**GOOD, "imap": "imap.provider.example"}, "imap"),
        ({**GOOD, "imap": {"port": 993, "security": "tls"}}, "host"),
        (imap(host="127.0.0.1"), "host"),
        (imap(host="imap..example"), "host"),
        (imap(port="993"), "port"),
        (imap(port=0), "port"),
        (imap(port=65536), "port"),
        (imap(port=993.5), "port"),
        (imap(security="none"), "security"),
        (imap(tls=True), "tls"),
    ],
)
def test_a_wrong_field_is_named(api, body, field):
    assert field in api.post("/v1/accounts", body).problem(400, "bad-request")["detail"]


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '"text"', "null", "{'a': 1}", "{} {}", "\xff\xfe", "[" * 10_000],
    ids=["empty", "cut", "list", "text", "null", "quotes", "two", "not-utf8", "deep"],
)  # fmt: skip
def test_a_body_that_is_no_json_object_is_refused(api, body):
    answer = api.request("POST", "/v1/accounts", body.encode("latin-1"))
    answer.problem(400, "bad-request")


def test_an_address_that_is_none_is_told_as_such(api):
    answer = api.post("/v1/accounts", {**GOOD, "email": "alice at example"})
    answer.problem(400, "invalid-address")


def test_a_body_beyond_the_limit_is_too_large(api):
    body = json.dumps({**GOOD, "labels": {"a": "x" * 1_000_000}})
    api.request("POST", "/v1/accounts", body).problem(413, "too-large")


@pytest.mark.parametrize(
    "query, name",
    [
        ("limit=0", "limit"),
        ("limit=many", "limit"),
        ("limit=100000", "limit"),
        ("state=asleep", "state"),
        ("colour=red", "colour"),
    ],
)
def test_a_wrong_query_parameter_is_named(api, query, name):
    answer = api.get("/v1/accounts?" + query)
    assert name in answer.problem(400, "bad-request")["detail"]


def test_a_path_that_is_not_there_is_not_found(api):
    assert api.get("/v1/nothing").status == 404
    assert api.get("/v1/nothing").headers["content-type"] == "application/problem+json"


def test_a_method_that_is_not_for_the_path_is_answered_with_those_that_are(api):
    answer = api.delete("/v1/accounts")
    assert answer.status == 405
    assert {"GET", "POST"} <= {word.strip() for word in answer.headers["allow"].split(",")}


def test_no_password_of_a_bad_request_comes_back(api):
    answer = api.post("/v1/accounts", {**GOOD, "unknown": 1})
    assert GOOD["password"] not in answer.text


def test_none_of_these_reached_the_provider(world):
    assert world.dovecot.attempts(GOOD["email"]) == 0
