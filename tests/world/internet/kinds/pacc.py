"""Domains with a PACC file (draft-ietf-mailmaint-pacc): settings in JSON, and their digest in the DNS."""

import base64
import hashlib
import json

from ..autoconfig_file import config, server
from ..domain import ImapEnd, Page
from ..expected import found, not_found
from ..registry import kind

PATH = "/.well-known/user-agent-configuration.json"


def _file(domain, host, **more):
    document = {
        "protocols": {"imap": {"host": host}, "smtp": {"host": domain.at("smtp")}},
        "authentication": {"password": True},
        "info": {"provider": {"name": _name(domain)}},
        **more,
    }
    return json.dumps(document)


def _name(domain):
    return "Mail of " + domain.name.partition(".")[0]


def _publish(domain, text, flaw=None):
    domain.web("ua-auto-config", PATH, Page(text, "application/json"), flaw)


def _digest(domain, text, algorithm="sha256"):
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    domain.record("_ua-auto-config", "TXT", f'"v=UAAC1; a={algorithm}; d={digest}"')


def _found(domain, host, **more):
    return found("pacc", domain, host, provider={"id": domain.name, "name": _name(domain)}, **more)


@kind(times=20)
def pacc_without_a_digest(domain):
    host = domain.imap()
    _publish(domain, _file(domain, host))
    return _found(domain, host)


@kind(times=20)
def pacc_with_its_digest(domain):
    host = domain.imap()
    text = _file(domain, host)
    _publish(domain, text)
    _digest(domain, text)
    return _found(domain, host)


@kind
def pacc_with_a_wrong_digest(domain):
    """Whoever changed the file could not change the DNS: the file counts for nothing."""
    host = domain.imap()
    text = _file(domain, host)
    _publish(domain, text)
    _digest(domain, text + " ")
    return not_found(pacc="refused")


@kind
def pacc_with_a_wrong_digest_but_srv_tells(domain):
    host, other = domain.imap("in"), domain.imap("in-2")
    text = _file(domain, other)
    _publish(domain, text)
    _digest(domain, text + " ")
    domain.srv("imaps", host, 993)
    return found("srv", domain, host, outcomes={"pacc": "refused"})


@kind
def pacc_ranks_before_autoconfig(domain):
    host, other = domain.imap("in"), domain.imap("in-2")
    _publish(domain, _file(domain, host))
    domain.autoconfig(config(domain, server(other)))
    return _found(domain, host, possible_alternatives=[(other, 993)])


@kind
def pacc_with_oauth(domain):
    """The issuer's own metadata (RFC 8414) tells the endpoints."""
    host = domain.imap(end=ImapEnd(capabilities="IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=OAUTHBEARER"))
    issuer = f"https://login.{domain.name}"
    facts = {
        "issuer": issuer, "authorization_endpoint": issuer + "/authorize",
        "token_endpoint": issuer + "/token",
    }  # fmt: skip
    page = Page(json.dumps({**facts, "response_types_supported": ["code"]}), "application/json")
    domain.web("login", "/.well-known/oauth-authorization-server", page)
    methods = {"oauth-public": {"issuer": issuer}, "password": True}
    _publish(domain, _file(domain, host, authentication=methods))
    return _found(domain, host, auth=("oauthbearer", "password"), oauth=facts)


@kind
def pacc_without_imap(domain):
    text = _file(domain, "x", protocols={"jmap": {"url": f"https://jmap.{domain.name}/"}})
    _publish(domain, text)
    return not_found(pacc="not_found")


@kind
def pacc_is_no_such_file(domain):
    text = domain.random.choice(["", "[]", "{}", "<html>", '{"protocols":', "null", "[" * 5000])
    _publish(domain, text)
    return not_found(pacc="not_found")


@kind
def pacc_behind_a_bad_certificate(domain):
    host = domain.imap()
    flaw = domain.random.choice(["expired", "wrong-name", "self-signed", "unknown-ca"])
    _publish(domain, _file(domain, host), flaw)
    return not_found(pacc="failed")


@kind
def pacc_redirected_to_another_domain(domain):
    other = domain.other()
    host = domain.imap()
    other.web("www", "/file.json", Page(_file(domain, host), "application/json"))
    to = {"Location": f"https://www.{other.name}/file.json"}
    domain.web("ua-auto-config", PATH, Page("", status=302, headers=to))
    return _found(domain, host, proven=False)
