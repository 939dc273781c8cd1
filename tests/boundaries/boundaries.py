"""Which folder may include what, and which includes break that."""

import re
from pathlib import Path

# A third-party header, by the beginning of its name, and the folders that may include it.
THIRD_PARTY = {
    "ares": {"net"},
    "openssl/": {"net"},
    "boost/beast": {"net", "daemon", "cli"},
    "libetpan/": {"imap"},
    "sodium": {"vault"},
    "sqlite3": {"vault"},
    "expat": {"discovery"},
    "pugixml": {"discovery"},
    "libpsl": {"discovery"},
    "idn2": {"discovery"},
}

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"(?P<own>[^"]+)"|<(?P<other>[^>]+)>)', re.MULTILINE)
TABLE_ROW = re.compile(r"^\| `(?P<folder>\w+)/` \|[^|]*\| (?P<uses>[^|]*) \|$", re.MULTILINE)


def allowed_uses(document):
    """{folder: the folders it may include}, from the table in docs/contributing.md."""
    rows = {row["folder"]: row["uses"] for row in TABLE_ROW.finditer(document)}
    uses = {}
    for folder, text in rows.items():
        named = set(rows) if text == "all" else set(re.findall(r"\w+", text)) & set(rows)
        uses[folder] = named | {folder}
    return uses


def violations(root, uses):
    """One line for each include that its folder may not have: "net/x.cpp: includes vault/y.h"."""
    found = []
    for folder in uses:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix in (".h", ".cpp"):
                found += _violations_in(file, folder, uses, root)
    return found


def _violations_in(file, folder, uses, root):
    for include in INCLUDE.finditer(file.read_text()):
        name = include["own"] or include["other"]
        if include["own"]:
            allowed = Path(name).parts[0] in uses[folder]
        else:
            allowed = all(
                folder in folders
                for beginning, folders in THIRD_PARTY.items()
                if name.startswith(beginning)
            )
        if not allowed:
            yield f"{file.relative_to(root)}: includes {name}"
