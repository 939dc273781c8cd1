"""Mailbox names as IMAP spells them: modified UTF-7 (RFC 3501 5.1.3)."""

import base64
import re


def to_modified_utf7(name):
    def shift(match):
        text = match.group().encode("utf-16-be")
        return "&" + base64.b64encode(text).decode().rstrip("=").replace("/", ",") + "-"

    return re.sub(r"[^\x20-\x7e]+", shift, name.replace("&", "&-"))
