"""Domains whose web servers answer, but not with a file that can be read (D8 to D11 of the threats)."""

from ..autoconfig_file import config, provider_of, server
from ..domain import Page
from ..expected import found, not_found
from ..registry import kind

MIB = 1 << 20
DEEP = 200_000


@kind(times=20)
def parked(domain):
    """A name that everybody may buy: every host below it has the same page, with a good certificate."""
    domain.web("", "*", Page("<!doctype html><title>Buy me</title><p>Hello", "text/html"))
    domain.web("*", "*", Page("<!doctype html><title>Buy me</title><p>Hello", "text/html"))
    return not_found(autoconfig="not_found")


@kind
def parked_with_an_autoconfig_type(domain):
    domain.web("*", "*", Page("<html><body>Welcome<br></body></html>", "text/xml"))
    return not_found(autoconfig="not_found")


@kind
def answer_is_no_file(domain):
    body = domain.random.choice([
        "", "\n", "<clientConfig/>", "{}", "<?xml version='1.0'?>", "\0\0\0\0", "<a></b>",
        "<clientConfig version='1.1'><emailProvider id='x.example'><domain>x.example</domain>",
    ])  # fmt: skip
    domain.autoconfig(Page(body))
    return not_found(autoconfig="not_found")


@kind
def answer_is_an_error(domain):
    host = domain.imap()
    status = domain.random.choice([401, 403, 404, 410])
    domain.autoconfig(Page(config(domain, server(host)), status=status))
    return not_found(autoconfig="not_found")


@kind
def answer_is_a_server_error(domain):
    domain.autoconfig(Page("sorry", status=domain.random.choice([500, 502, 503])))
    return not_found(autoconfig="failed")


@kind
def xml_with_a_document_type(domain):
    """However harmless it looks."""
    host = domain.imap()
    file = config(domain, server(host)).partition("?>")
    domain.autoconfig(file[0] + "?>\n<!DOCTYPE clientConfig>" + file[2])
    return not_found(autoconfig="not_found")


@kind
def xml_billion_laughs(domain):
    host = domain.imap()
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{number + 1} "{f"&a{number};" * 10}">' for number in range(9)
    )
    file = config(domain, server(host), extra="<displayShortName>&a9;</displayShortName>")
    head, mark, rest = file.partition("?>")
    domain.autoconfig(f"{head}{mark}<!DOCTYPE clientConfig [{entities}]>{rest}")
    return not_found(autoconfig="not_found")


@kind
def xml_external_entity(domain):
    host = domain.imap()
    file = config(domain, server(host), name="PLACE").replace("PLACE", "&file;")
    head, mark, rest = file.partition("?>")
    entity = '<!DOCTYPE clientConfig [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
    domain.autoconfig(head + mark + entity + rest)
    return not_found(autoconfig="not_found")


@kind
def xml_nested_too_deeply(domain):
    """33 levels are a few more than a reader needs."""
    host = domain.imap()
    domain.autoconfig(config(domain, server(host), extra="<a>" * 40 + "</a>" * 40))
    return not_found(autoconfig="not_found")


@kind(times=3)
def xml_nested_200000_deep(domain):
    domain.autoconfig(Page("<a>", times=DEEP))
    return not_found()


@kind(times=4)
def body_of_50_megabytes(domain):
    domain.autoconfig(Page("x" * MIB, times=50, length=domain.random.random() < 0.5))
    return not_found(autoconfig="failed")


@kind
def body_a_little_over_256_kib(domain):
    host = domain.imap()
    file = config(domain, server(host))
    domain.autoconfig(file + " " * (256 * 1024 + 1 - len(file.encode())))
    return not_found(autoconfig="failed")


@kind
def body_of_256_kib(domain):
    host = domain.imap()
    file = config(domain, server(host))
    domain.autoconfig(file + " " * (256 * 1024 - len(file.encode())))
    return found("autoconfig", domain, host, provider=provider_of(domain))


@kind(times=4)
def gzip_bomb(domain):
    domain.autoconfig(Page(" " * MIB, times=20, gzip=True))
    return not_found(autoconfig="failed")


@kind
def gzip_although_nobody_asked_for_it(domain):
    host = domain.imap()
    domain.autoconfig(Page(config(domain, server(host)), gzip=True))
    return not_found(autoconfig="failed")


@kind(times=4)
def answer_comes_byte_by_byte(domain):
    """The time is over before the file is there."""
    host = domain.imap()
    domain.autoconfig(Page(config(domain, server(host)), drip=0.1))
    return not_found(autoconfig="timed_out")


@kind
def only_without_tls(domain):
    """The IMAP server in the file is without TLS, and there is none with it either."""
    domain.address("in", domain.to.closed)
    domain.autoconfig(config(domain, server(domain.at("in"), 143, "plain")))
    return not_found(autoconfig="not_found")


@kind
def certificate_is_bad(domain):
    host = domain.imap()
    flaw = domain.random.choice(["expired", "wrong-name", "self-signed", "unknown-ca"])
    domain.autoconfig(config(domain, server(host)), flaw=flaw)
    return not_found(autoconfig="failed")


@kind
def certificate_is_bad_at_the_first_place_only(domain):
    host = domain.imap()
    flaw = domain.random.choice(["expired", "wrong-name", "self-signed", "unknown-ca"])
    domain.autoconfig(config(domain, server("in.attacker.example")), flaw=flaw)
    domain.well_known(config(domain, server(host)))
    return found("autoconfig", domain, host, provider=provider_of(domain))
