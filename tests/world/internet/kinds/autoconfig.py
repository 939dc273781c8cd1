"""Domains with an autoconfig file of their own."""

import json

from ..autoconfig_file import config, provider_of, server
from ..domain import ImapEnd, Page
from ..expected import found
from ..registry import kind


def _found(domain, host, *more, **expected):
    return found("autoconfig", domain, host, *more, provider=provider_of(domain), **expected)


@kind(times=20)
def autoconfig_host(domain):
    host = domain.imap()
    domain.autoconfig(config(domain, server(host)))
    return _found(domain, host)


@kind(times=20)
def autoconfig_well_known(domain):
    host = domain.imap()
    domain.well_known(config(domain, server(host)))
    return _found(domain, host)


@kind
def autoconfig_at_both_places(domain):
    """The first place counts, whichever answers first."""
    first, second = domain.imap("in"), domain.imap("in-2")
    domain.autoconfig(config(domain, server(first)))
    domain.well_known(config(domain, server(second)))
    return _found(domain, first)


@kind
def autoconfig_host_has_no_file_but_the_domain_has(domain):
    host = domain.imap()
    domain.web("autoconfig", "/", "a page that is another")
    domain.well_known(config(domain, server(host)))
    return _found(domain, host)


@kind
def autoconfig_starttls(domain):
    host = domain.imap()
    domain.autoconfig(config(domain, server(host, 143, "STARTTLS")))
    return _found(domain, host, 143, "starttls")


@kind
def autoconfig_several_servers(domain):
    first, second = domain.imap("in-1"), domain.imap("in-2")
    domain.autoconfig(
        config(domain, server("pop." + domain.name, 995, kind="pop3"), server(first),
               server(second, 143, "STARTTLS"))
    )  # fmt: skip
    return _found(domain, first, alternatives=[(second, 143)])


@kind
def autoconfig_odd_server_beside_a_good_one(domain):
    host = domain.imap()
    odd = domain.random.choice([
        server(host, None), server("not a host name"), server(host, 993, "None of these"),
        server(host, 70000), server(host, username=""), server(host, auth=("GSSAPI",)),
    ])  # fmt: skip
    domain.autoconfig(config(domain, odd, server(host)))
    return _found(domain, host)


@kind
def autoconfig_of_a_hosting_provider(domain):
    """The usual way: an alias for the autoconfig host, and the IMAP server of the provider."""
    hoster = domain.other()
    host = hoster.imap("imap")
    domain.autoconfig(config(domain, server(host)))
    domain.records = [line for line in domain.records if " A " not in line]
    domain.record("autoconfig", "CNAME", hoster.at("web") + ".")
    hoster.address("web", domain.to.https)
    return _found(domain, host)


@kind
def autoconfig_username_is_the_local_part(domain):
    host = domain.imap()
    domain.autoconfig(config(domain, server(host, username="%EMAILLOCALPART%")))
    return _found(domain, host, username=domain.local_part)


@kind
def autoconfig_username_is_put_together(domain):
    host = domain.imap()
    template = domain.random.choice(["%EMAILLOCALPART%#%EMAILDOMAIN%", "MAIL\\%EMAILLOCALPART%"])
    domain.autoconfig(config(domain, server(host, username=template)))
    username = template.replace("%EMAILLOCALPART%", domain.local_part)
    return _found(domain, host, username=username.replace("%EMAILDOMAIN%", domain.name))


@kind
def autoconfig_placeholder_in_the_host_name(domain):
    host = domain.imap("in")
    domain.autoconfig(config(domain, server("in.%EMAILDOMAIN%")))
    return _found(domain, host)


@kind
def autoconfig_documentation(domain):
    host = domain.imap()
    url = f"https://help.{domain.name}/mail?a=1&amp;b=2"
    extra = f'<documentation url="{url}"><descr lang="en">How to</descr></documentation>'
    domain.autoconfig(config(domain, server(host), extra=extra))
    document = {"url": url.replace("&amp;", "&"), "title": "How to", "language": "en"}
    return _found(domain, host, documentation=[document])


@kind
def autoconfig_oauth(domain):
    host = domain.imap(end=ImapEnd(capabilities="IMAP4rev1 AUTH=XOAUTH2 AUTH=PLAIN"))
    login = "login." + domain.name
    oauth = f"""<oAuth2><issuer>{login}</issuer><scope>mail profile</scope>
        <authURL>https://{login}/authorize</authURL><tokenURL>https://{login}/token</tokenURL></oAuth2>"""
    methods = (domain.random.choice(["OAuth2", "OAuth"]), "password-cleartext")
    domain.autoconfig(config(domain, server(host, auth=methods), outside=oauth))
    facts = {
        "provider": domain.name, "issuer": login, "scopes": ["mail", "profile"],
        "authorization_endpoint": f"https://{login}/authorize",
        "token_endpoint": f"https://{login}/token",
    }  # fmt: skip
    return _found(domain, host, auth=("xoauth2", "password"), oauth=facts)


@kind
def autoconfig_oauth_that_its_issuer_explains(domain):
    """The file names no more than the issuer, whose own metadata (RFC 8414, OpenID) tells the rest."""
    host = domain.imap(end=ImapEnd(capabilities="IMAP4rev1 AUTH=XOAUTH2 AUTH=PLAIN"))
    login = "login." + domain.name
    facts = {
        "issuer": f"https://{login}", "scopes_supported": ["mail", "offline_access"],
        "authorization_endpoint": f"https://{login}/authorize",
        "token_endpoint": f"https://{login}/token",
    }  # fmt: skip
    place = domain.random.choice(["oauth-authorization-server", "openid-configuration"])
    domain.web("login", "/.well-known/" + place, Page(json.dumps(facts), "application/json"))
    element = domain.random.choice(["oAuth2", "OAuth2"])
    issuer = domain.random.choice([login, facts["issuer"]])
    oauth = f"<{element}><issuer>{issuer}</issuer></{element}>"
    methods = ("OAuth2", "password-cleartext")
    domain.autoconfig(config(domain, server(host, auth=methods), outside=oauth))
    facts["scopes"] = facts.pop("scopes_supported")
    return _found(domain, host, auth=("xoauth2", "password"), oauth=facts)


@kind
def autoconfig_oauth_that_nobody_explains(domain):
    host = domain.imap()
    issuer = domain.at("login")
    oauth = f"<oAuth2><issuer>https://{issuer}</issuer></oAuth2>"
    methods = ("OAuth2", "password-cleartext")
    domain.autoconfig(config(domain, server(host, auth=methods), outside=oauth))
    return _found(domain, host)


@kind
def autoconfig_in_the_name_of_another_provider(domain):
    """Whoever takes a strange id is told of as the domain itself."""
    host = domain.imap()
    domain.autoconfig(config(domain, server(host), provider_id="gmail.com"))
    return _found(domain, host)


@kind
def autoconfig_ranks_before_srv(domain):
    host, other = domain.imap("in"), domain.imap("in-2")
    domain.autoconfig(config(domain, server(host)))
    domain.srv("imaps", other, 993)
    return _found(domain, host, possible_alternatives=[(other, 993)])
