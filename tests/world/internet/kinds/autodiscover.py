"""Domains with Exchange's Autodiscover, in its first version (POX) and its second (JSON)."""

import json
from urllib.parse import quote

from ..domain import Page
from ..expected import found, not_found
from ..registry import kind

PATH = "/autodiscover/autodiscover.xml"
OUTLOOK = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"


def _answer(inner):
    return Page(
        f"""<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">
  <Response xmlns="{OUTLOOK}"><Account><AccountType>email</AccountType>{inner}</Account></Response>
</Autodiscover>""",
        method="POST",
    )


def _settings(host, port=993, ssl="on"):
    return _answer(
        f"""<Action>settings</Action>
<Protocol><Type>SMTP</Type><Server>smtp.example</Server><Port>587</Port></Protocol>
<Protocol><Type>IMAP</Type><Server>{host}</Server><Port>{port}</Port><SSL>{ssl}</SSL></Protocol>"""
    )


def _offer(domain, label, page):
    domain.web(label, PATH, page)


@kind(times=20)
def autodiscover_host(domain):
    host = domain.imap()
    _offer(domain, "autodiscover", _settings(host))
    return found("autodiscover", domain, host)


@kind
def autodiscover_at_the_domain_itself(domain):
    host = domain.imap()
    _offer(domain, "", _settings(host))
    return found("autodiscover", domain, host)


@kind
def autodiscover_json_leads_to_xml(domain):
    host = domain.imap()
    url = f"https://exchange.{domain.name}{PATH}"
    _offer(domain, "exchange", _settings(host))
    path = f"/autodiscover/autodiscover.json/v1.0/{quote(domain.email, safe='')}"
    text = json.dumps({"Protocol": "AutodiscoverV1", "Url": url})
    domain.web("autodiscover", path, Page(text, "application/json"))
    return found("autodiscover", domain, host)


@kind
def autodiscover_starttls(domain):
    host = domain.imap()
    _offer(domain, "autodiscover", _settings(host, 143))
    return found("autodiscover", domain, host, 143, "starttls")


@kind
def autodiscover_wants_a_password(domain):
    """It gets none."""
    page = Page("", status=401, headers={"WWW-Authenticate": 'Basic realm="Exchange"'})
    _offer(domain, "autodiscover", page)
    return not_found(autodiscover="not_found")


@kind
def autodiscover_leads_to_another_url(domain):
    host = domain.imap()
    url = f"https://exchange.{domain.name}{PATH}"
    _offer(domain, "exchange", _settings(host))
    inner = f"<Action>redirectUrl</Action><RedirectUrl>{url}</RedirectUrl>"
    _offer(domain, "autodiscover", _answer(inner))
    return found("autodiscover", domain, host)


@kind
def autodiscover_leads_to_another_domain(domain):
    other = domain.other()
    host = other.imap()
    _offer(other, "autodiscover", _settings(host))
    url = f"https://autodiscover.{other.name}{PATH}"
    inner = f"<Action>redirectUrl</Action><RedirectUrl>{url}</RedirectUrl>"
    _offer(domain, "autodiscover", _answer(inner))
    return found("autodiscover", domain, host, proven=False)


@kind
def autodiscover_leads_in_a_circle(domain):
    url = f"https://autodiscover.{domain.name}{PATH}"
    inner = f"<Action>redirectUrl</Action><RedirectUrl>{url}</RedirectUrl>"
    _offer(domain, "autodiscover", _answer(inner))
    return not_found(autodiscover="failed")


@kind
def autodiscover_leads_to_plain_http(domain):
    _offer(domain, "exchange", _settings(domain.imap()))
    url = f"http://exchange.{domain.name}{PATH}"
    inner = f"<Action>redirectUrl</Action><RedirectUrl>{url}</RedirectUrl>"
    _offer(domain, "autodiscover", _answer(inner))
    return not_found(autodiscover="refused")


@kind
def autodiscover_by_srv(domain):
    """The record leads out of the domain, which the DNS alone does not prove to be right."""
    hoster = domain.other()
    host = hoster.imap()
    _offer(hoster, "exchange", _settings(host))
    domain.srv("autodiscover", hoster.at("exchange"), 443)
    return found("autodiscover", domain, host, proven=False)


@kind
def autodiscover_of_exchange_without_imap(domain):
    inner = "<Action>settings</Action><Protocol><Type>EXCH</Type><Server>ex</Server></Protocol>"
    _offer(domain, "autodiscover", _answer(inner))
    return not_found(autodiscover="not_found")


@kind
def autodiscover_with_a_document_type(domain):
    page = _settings(domain.imap())
    page.body = page.body.replace("?>", '?><!DOCTYPE x [<!ENTITY a "b">]>', 1)
    _offer(domain, "autodiscover", page)
    return not_found(autodiscover="not_found")
