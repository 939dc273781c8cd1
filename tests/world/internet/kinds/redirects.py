"""Autoconfig files that the web server sends us elsewhere for (section D7 of the threats)."""

from ..autoconfig_file import config, provider_of, server
from ..domain import Page
from ..expected import found, not_found
from ..registry import kind

STATUSES = (301, 302, 307, 308)
MAX_REDIRECTS = 3


def _to(domain, url):
    return Page("", status=domain.random.choice(STATUSES), headers={"Location": url})


def _chain(domain, hops):
    """A file behind that many redirects; → the IMAP host in it."""
    host = domain.imap()
    for hop in range(hops):
        domain.web("www", f"/hop-{hop}", _to(domain, f"/hop-{hop + 1}"))
    domain.web("www", f"/hop-{hops}", config(domain, server(host)))
    return host


@kind
def redirect_within_the_domain(domain):
    host = _chain(domain, 0)
    domain.autoconfig(_to(domain, f"https://www.{domain.name}/hop-0"))
    return found("autoconfig", domain, host, provider=provider_of(domain))


@kind
def redirect_three_times(domain):
    host = _chain(domain, MAX_REDIRECTS - 1)
    domain.autoconfig(_to(domain, f"https://www.{domain.name}/hop-0"))
    return found("autoconfig", domain, host, provider=provider_of(domain))


@kind
def redirect_four_times(domain):
    _chain(domain, MAX_REDIRECTS)
    domain.autoconfig(_to(domain, f"https://www.{domain.name}/hop-0"))
    return not_found(autoconfig="failed")


@kind
def redirect_in_a_circle(domain):
    domain.autoconfig(_to(domain, f"https://www.{domain.name}/round"))
    domain.web("www", "/round", _to(domain, "/round"))
    return not_found(autoconfig="failed")


@kind
def redirect_to_another_domain(domain):
    """Found, but the other domain may not say where this one's passwords go."""
    other = domain.other()
    host = domain.imap()
    other.web("www", "/file.xml", config(domain, server(host)))
    domain.autoconfig(_to(domain, f"https://www.{other.name}/file.xml"))
    return found("autoconfig", domain, host, proven=False, provider=provider_of(domain))


@kind
def redirect_to_another_domain_below_the_same_public_suffix(domain):
    other = domain.other()
    suffix = domain.name.partition(".")[2]
    other.name = f"{other.name.partition('.')[0]}.{suffix}"
    host = other.imap()
    other.web("www", "/file.xml", config(domain, server(host)))
    domain.autoconfig(_to(domain, f"https://www.{other.name}/file.xml"))
    return found("autoconfig", domain, host, proven=False, provider=provider_of(domain))


@kind
def redirect_to_plain_http(domain):
    host = _chain(domain, 0)
    domain.autoconfig(_to(domain, f"http://www.{domain.name}/hop-0"))
    assert host
    return not_found(autoconfig="failed")


@kind
def redirect_to_a_private_address(domain):
    domain.autoconfig(_to(domain, f"https://inside.{domain.name}/file.xml"))
    domain.address("inside", domain.random.choice(["127.0.0.1", "10.0.0.1", "169.254.169.254"]))
    return not_found(autoconfig="refused")


@kind
def redirect_to_an_address_or_a_strange_port(domain):
    url = domain.random.choice([
        "https://127.0.0.1/file.xml", "https://[::1]/file.xml", "https://2130706433/file.xml",
        f"https://www.{domain.name}:22/", "file:///etc/passwd", "gopher://127.0.0.1/x",
    ])  # fmt: skip
    domain.web("www", "*", "not for you")
    domain.autoconfig(_to(domain, url))
    return not_found()
