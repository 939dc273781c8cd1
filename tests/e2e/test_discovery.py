"""GET /v1/discovery: from an address to settings, with their evidence."""

import pytest
from conftest import IMAP_HOST

from world import autoconfig_xml

RESULT_MEMBERS = {
    "email", "found", "provider", "settings", "oauth", "proven", "evidence", "alternatives",
    "documentation", "took_ms",
}  # fmt: skip


def discover(api, address):
    answer = api.get("/v1/discovery?email=" + address)
    assert answer.status == 200, answer.text
    assert answer.json.keys() >= RESULT_MEMBERS
    return answer.json


def evidence_of(result, source):
    return [item for item in result["evidence"] if item["source"] == source]


def test_a_large_provider_is_found_in_the_table_without_any_network(api, world):
    asked_before = len(world.https.requests)
    result = discover(api, "alice@gmail.com")
    assert result["found"] and result["proven"]
    settings = result["settings"]
    assert (settings["host"], settings["port"], settings["security"]) == (
        "imap.gmail.com", 993, "tls",
    )  # fmt: skip
    assert settings["username"] == "alice@gmail.com"
    assert [item["outcome"] for item in evidence_of(result, "providers")] == ["found"]
    assert len(world.https.requests) == asked_before


def test_the_oauth_facts_of_a_provider_that_has_oauth_are_told(api):
    oauth = discover(api, "alice@gmail.com")["oauth"]
    assert oauth["provider"] == "google"
    assert oauth["token_endpoint"].startswith("https://")
    assert oauth["scopes"]


def test_the_domains_own_autoconfig_file_is_proven(api):
    result = discover(api, "alice@autoconfig.example")
    assert result["found"] and result["proven"]
    assert result["settings"] == {
        "host": IMAP_HOST, "port": 993, "security": "tls",
        "username": "alice@autoconfig.example", "auth": ["password"],
    }  # fmt: skip
    (evidence,) = evidence_of(result, "autoconfig")
    assert evidence["outcome"] == "found" and evidence["proven"]
    assert evidence["from"].startswith("https://autoconfig.autoconfig.example/mail/")
    assert evidence["ms"] >= 0


def test_the_well_known_place_for_autoconfig_is_asked_too_and_not_told_the_address(api, world):
    result = discover(api, "secretive@well-known.example")
    assert result["found"] and result["proven"]
    asked = [path for host, path in world.https.requests if host == "well-known.example"]
    assert asked and not any("secretive" in path for path in asked)


def test_a_srv_record_within_the_domain_is_proven(api):
    result = discover(api, "alice@srv.example")
    assert result["found"] and result["proven"]
    assert result["settings"]["host"] == "imap.srv.example"
    assert result["settings"]["security"] == "tls"


def test_a_srv_record_for_port_143_means_starttls(api):
    settings = discover(api, "alice@starttls.example")["settings"]
    assert (settings["host"], settings["port"]) == ("imap.starttls.example", 143)
    assert settings["security"] == "starttls"


def test_a_srv_record_that_leaves_the_domain_is_not_proven(api):
    result = discover(api, "alice@srv-outside.example")
    assert result["found"] and not result["proven"]
    assert result["settings"]["host"] == IMAP_HOST


def test_the_mx_of_a_known_provider_is_proven(api):
    result = discover(api, "alice@google-mx.example")
    assert result["found"] and result["proven"]
    assert result["settings"]["host"] == "imap.gmail.com"
    assert result["settings"]["username"] == "alice@google-mx.example"
    assert [item["outcome"] for item in evidence_of(result, "mx")] == ["found"]


def test_the_autoconfig_of_the_mxs_domain_is_found_but_not_proven(api):
    result = discover(api, "alice@mx.example")
    assert result["found"] and not result["proven"]
    assert result["settings"]["host"] == IMAP_HOST
    assert result["settings"]["username"] == "alice@mx.example"


@pytest.mark.parametrize("domain", ["mx-unknown.example", "unknown.example", "html.example"])
def test_what_nobody_knows_is_not_found_and_the_evidence_says_who_was_asked(api, domain):
    result = discover(api, "alice@" + domain)
    assert result["found"] is False
    outcomes = {item["source"]: item["outcome"] for item in result["evidence"]}
    assert outcomes.keys() >= {"providers", "autoconfig", "srv", "mx"}
    assert "found" not in outcomes.values()


def test_the_domain_is_normalised_and_the_local_part_kept(api):
    result = discover(api, "Alice@AutoConfig.Example")
    assert result["email"] == "Alice@autoconfig.example"
    assert result["found"]


@pytest.mark.parametrize(
    "address", ["", "alice", "@autoconfig.example", "alice@", "alice@[127.0.0.1]",
                "alice@127.0.0.1", "alice@localhost", "a%20b%0d%0a@autoconfig.example",
                "alice@" + "a" * 64 + ".example", "a" * 250 + "@autoconfig.example"],
)  # fmt: skip
def test_what_is_no_address_is_refused(api, address):
    api.get("/v1/discovery?email=" + address).problem(400, "invalid-address")


def test_a_discovery_of_nothing_names_the_parameter_that_is_missing(api):
    assert "email" in api.get("/v1/discovery").problem(400, "bad-request")["detail"]


def test_the_winners_server_is_probed(api):
    result = discover(api, "alice@autoconfig.example")
    assert result["probe"]["outcome"] == "found"
    assert result["probe"]["ms"] >= 0


def test_the_probe_can_be_switched_off(make_daemon):
    result = discover(make_daemon(discovery={"probe": False}).start().api, "a@autoconfig.example")
    assert result["found"] and result["probe"] is None
    assert [item["outcome"] for item in evidence_of(result, "guess")] == ["skipped"]


def test_a_usual_name_under_a_certificate_for_another_is_not_found(api, world):
    domain = "imap-only.example"
    world.add_domain(domain, f"imap CNAME {IMAP_HOST}.")
    result = discover(api, "alice@" + domain)
    assert not result["found"]
    (evidence,) = evidence_of(result, "guess")
    assert "certificate" in evidence["detail"]


@pytest.mark.parametrize("host", ["expired", "wrong-name", "self-signed", "unknown-ca", "closed"])
def test_a_proven_server_that_fails_its_probe_stays_and_the_report_says_so(api, world, host):
    domain = host + "-probe.example"
    broken = host + ".provider.example"
    world.add_domain(domain, autoconfig=autoconfig_xml(domain, broken))
    result = discover(api, "alice@" + domain)
    assert result["settings"]["host"] == broken and result["proven"]
    assert result["probe"]["outcome"] == "failed" and broken in result["probe"]["detail"]


def test_a_server_that_swallows_everything_is_waited_for_only_so_long(api, world):
    domain = "black-hole-probe.example"
    world.add_domain(domain, autoconfig=autoconfig_xml(domain, "black-hole.provider.example"))
    result = discover(api, "alice@" + domain)
    assert result["settings"]["host"] == "black-hole.provider.example" and result["proven"]
    assert result["probe"]["outcome"] == "timed_out"


def test_a_port_that_is_not_for_imap_is_named_but_never_connected_to(api, world):
    domain = "scanned.example"
    world.add_domain(domain, f"_imaps._tcp SRV 0 1 22 {IMAP_HOST}.")
    result = discover(api, "alice@" + domain)
    assert result["settings"]["port"] == 22
    assert result["probe"]["outcome"] == "refused"
    wish = {"email": "alice@" + domain, "password": "marked-scan", "accept_unproven": True}
    api.post("/v1/accounts", wish).problem(422, "host-not-allowed")


def test_a_server_that_fails_its_probe_gives_way_to_the_next_that_answers(api, world):
    domain = "two-ways.example"
    world.add_domain(
        domain,
        "_imaps._tcp SRV 0 1 993 expired.provider.example.",
        "@ MX 10 mx.provider.example.",
    )
    result = discover(api, "alice@" + domain)
    assert result["settings"]["host"] == IMAP_HOST
    assert [item["host"] for item in result["alternatives"]] == ["expired.provider.example"]
    assert result["alternatives"][0]["probe"]["outcome"] == "failed"
