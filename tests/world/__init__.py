"""A small world: a real IMAP provider, DNS and HTTPS on loopback addresses of its own."""

from .autoconfig import autoconfig_xml
from .certificates import CertificateAuthority
from .world import World, WorldError

__all__ = ["CertificateAuthority", "World", "WorldError", "autoconfig_xml"]
