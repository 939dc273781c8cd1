"""Domains with special names."""

from ..autoconfig_file import config, provider_of, server
from ..expected import found, not_found
from ..registry import kind, renamed


def _upper(name):
    return name, name.upper()


def _trailing_dot(name):
    return name, name + "."


def _international(name):
    shown = name.replace("-", "-müller-", 1)
    return shown.encode("idna").decode(), shown


def _long_label(name):
    label, _, suffix = name.partition(".")
    long = f"{'x' * (63 - len(label))}{label}.{suffix}"
    return long, long


def _too_long_for_autoconfig(name):
    """Room for nothing before it but "in."."""
    room = 253 - len("in.") - len("." + name)
    labels = []
    while room > 0:
        labels.append("y" * min(room, 60))
        room -= len(labels[-1]) + 1
    long = ".".join([*labels, name])
    return long, long


def _department(name):
    return "physics." + name, None


@kind
@renamed(_upper)
def name_in_capitals(domain):
    return _with_file(domain)


@kind
@renamed(_trailing_dot)
def name_with_a_dot_at_its_end(domain):
    return _with_file(domain)


@kind(times=15)
@renamed(_international)
def name_with_international_letters(domain):
    return _with_file(domain)


@kind
@renamed(_international)
def name_with_international_letters_and_srv(domain):
    host = domain.imap()
    domain.srv("imaps", host, 993)
    return found("srv", domain, host)


@kind
@renamed(_long_label)
def name_with_a_label_of_63_bytes(domain):
    return _with_file(domain)


@kind
@renamed(_too_long_for_autoconfig)
def name_too_long_for_an_autoconfig_host(domain):
    """Addresses have 254 bytes, so that the domain's own place is all there is."""
    domain.local_part = "d"
    domain.email = domain.asked = f"d@{domain.name}"
    host = domain.imap("in")
    domain.well_known(config(domain, server(host, username="%EMAILLOCALPART%")))
    return found("autoconfig", domain, host, username="d", provider=provider_of(domain))


@kind
@renamed(_department)
def name_below_another_domain(domain):
    """The domain above is another; what it says is about itself."""
    above = domain.other()
    above.name = domain.name.partition(".")[2]
    host = above.imap("imap")
    above.autoconfig(config(above, server(host)))
    above.well_known(config(above, server(host)))
    above.srv("imaps", host, 993)
    return not_found(autoconfig="not_found", srv="not_found")


def _with_file(domain):
    host = domain.imap()
    domain.autoconfig(config(domain, server(host)))
    return found("autoconfig", domain, host, provider=provider_of(domain))
