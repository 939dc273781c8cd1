"""Hundreds of pretended mail domains with their DNS, HTTPS and IMAP ends, and what is expected of them."""

from .internet import Internet

__all__ = ["Internet"]
