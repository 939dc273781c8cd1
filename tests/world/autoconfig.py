"""The file by which a domain tells mail programs its settings (Thunderbird's autoconfig format)."""

from xml.sax.saxutils import escape


def autoconfig_xml(domain, host, port=993, socket_type="SSL", username="%EMAILADDRESS%"):
    name = escape(domain.split(".")[0].title() + " Mail")
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1">
  <emailProvider id="{escape(domain)}">
    <domain>{escape(domain)}</domain>
    <displayName>{name}</displayName>
    <incomingServer type="imap">
      <hostname>{escape(host)}</hostname>
      <port>{port}</port>
      <socketType>{socket_type}</socketType>
      <username>{escape(username)}</username>
      <authentication>password-cleartext</authentication>
    </incomingServer>
  </emailProvider>
</clientConfig>
"""
