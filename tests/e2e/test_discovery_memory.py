"""What was found is remembered, and many who ask at once are one question."""

import re
from concurrent.futures import ThreadPoolExecutor

from conftest import IMAP_HOST

from world import autoconfig_xml

CALLERS = 50


def discover(api, address, query=""):
    answer = api.get(f"/v1/discovery?email={address}{query}")
    assert answer.status == 200, answer.text
    return answer.json


def add_domain(world, domain):
    world.add_domain(domain, autoconfig=autoconfig_xml(domain, IMAP_HOST))


def requests_to(world, domain):
    return [path for host, path in world.https.requests if host == "autoconfig." + domain]


def lookups(api):
    found = re.findall(r'gatepost_discovery_lookups_total\{by="(\w+)"\} (\d+)', api.get("/metrics").text)
    return {by: int(count) for by, count in found}


def test_many_callers_are_one_question_and_each_gets_settings_of_his_own(api, world):
    add_domain(world, "crowd.example")
    addresses = [f"user{i}@crowd.example" for i in range(CALLERS)]
    with ThreadPoolExecutor(CALLERS) as callers:
        results = list(callers.map(lambda address: discover(api, address), addresses))
    assert len(requests_to(world, "crowd.example")) == 1
    for address, result in zip(addresses, results):
        assert result["found"] and result["proven"]
        assert result["email"] == result["settings"]["username"] == address
        told = [item["from"] for item in result["evidence"] if item["source"] == "autoconfig"]
        assert told[0].endswith("emailaddress=" + address.replace("@", "%40"))


def test_what_was_found_is_given_again_to_everybody_of_the_domain(api, world):
    add_domain(world, "again.example")
    before = lookups(api)
    assert discover(api, "alice@again.example")["age_ms"] is None
    again = discover(api, "bob@again.example")
    assert again["settings"]["username"] == "bob@again.example"
    assert again["age_ms"] >= 0
    assert "alice" not in str(again)
    assert len(requests_to(world, "again.example")) == 1
    after = lookups(api)
    assert after["asking"] == before["asking"] + 1
    assert after["memory"] == before["memory"] + 1


def test_a_fresh_answer_can_be_asked_for(api, world):
    add_domain(world, "fresh.example")
    discover(api, "alice@fresh.example")
    assert discover(api, "alice@fresh.example", "&fresh=true")["age_ms"] is None
    assert len(requests_to(world, "fresh.example")) == 2
    api.get("/v1/discovery?email=alice@fresh.example&fresh=1").problem(400, "bad-request")


def test_that_nothing_was_found_is_remembered_too(api):
    assert not discover(api, "alice@nothing-there.example")["found"]
    again = discover(api, "bob@nothing-there.example")
    assert not again["found"]
    assert again["age_ms"] >= 0


def test_the_metrics_tell_what_each_source_answered_and_how_fast(api, world):
    add_domain(world, "measured.example")
    discover(api, "alice@measured.example")
    text = api.get("/metrics").text
    found = re.search(
        r'gatepost_discovery_answers_total\{source="autoconfig",outcome="found"\} (\d+)', text
    )
    assert int(found[1]) >= 1
    buckets = re.findall(
        r'gatepost_discovery_answer_seconds_bucket\{source="autoconfig",le="([^"]+)"\} (\d+)', text
    )
    counts = [int(count) for _, count in buckets]
    assert counts == sorted(counts) and buckets[-1][0] == "+Inf"
    total = re.search(r'gatepost_discovery_answer_seconds_count\{source="autoconfig"\} (\d+)', text)
    assert counts[-1] == int(total[1]) >= 1
