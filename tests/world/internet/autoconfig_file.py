"""Autoconfig files (Thunderbird's format) as kinds of domains need them: right, odd, or wrong."""

from xml.sax.saxutils import escape


def server(host, port=993, socket_type="SSL", username="%EMAILADDRESS%",
           auth=("password-cleartext",), kind="imap"):  # fmt: skip
    """An incoming server. What is None is left out."""
    fields = [("hostname", host), ("port", port), ("socketType", socket_type), ("username", username)]
    fields += [("authentication", method) for method in auth]
    lines = [f"      <{name}>{escape(str(value))}</{name}>" for name, value in fields if value]
    return "\n".join([f'    <incomingServer type="{kind}">', *lines, "    </incomingServer>"])


def config(domain, *servers, provider_id=None, name=None, extra="", outside=""):
    """A file of the Domain. `extra` stands within the provider, `outside` beside it."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1">
  <emailProvider id="{escape(provider_id or domain.name)}">
    <domain>{escape(domain.name)}</domain>
    <displayName>{escape(name or display_name(domain))}</displayName>
{chr(10).join(servers)}
{extra}
  </emailProvider>
  {outside}
</clientConfig>
"""


def display_name(domain):
    return domain.name.partition(".")[0].replace("-", " ").title()[:40] + " Mail"


def provider_of(domain):
    """What discovery should call the provider whose file config() has made."""
    return {"id": domain.name, "name": display_name(domain)}
