from pathlib import Path

import pytest
from boundaries import allowed_uses, violations

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def uses():
    return allowed_uses((ROOT / "docs/contributing.md").read_text())


def test_the_table_is_read_as_it_is_meant(uses):
    assert uses["core"] == {"core"}
    assert uses["discovery"] == {"discovery", "core", "net"}
    assert uses["daemon"] == set(uses)


def test_every_folder_with_sources_is_in_the_table(uses):
    folders = {file.relative_to(ROOT).parts[0] for file in ROOT.glob("*/*.cpp")}
    assert folders <= uses.keys()


def test_no_folder_includes_what_it_may_not(uses):
    assert violations(ROOT, uses) == []


@pytest.mark.parametrize(
    "file, include",
    [
        ("net/a.h", '"vault/vault.h"'),
        ("core/a.cpp", '"net/dialer.h"'),
        ("imap/a.cpp", '"../vault/vault.h"'),
        ("discovery/a.h", "<ares.h>"),
        ("imap/a.cpp", "<openssl/ssl.h>"),
        ("connector/a.cpp", "<boost/beast/http.hpp>"),
        ("net/a.cpp", "<libetpan/libetpan.h>"),
        ("connector/a.cpp", "<sqlite3.h>"),
    ],
)
def test_an_include_that_breaks_the_rules_is_found(uses, tmp_path, file, include):
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_text(f"// A header.\n#include <string>\n#  include {include}\n")
    assert violations(tmp_path, uses) == [f"{file}: includes {include[1:-1]}"]


def test_includes_that_keep_the_rules_are_left_alone(uses, tmp_path):
    (tmp_path / "imap").mkdir()
    (tmp_path / "imap/a.cpp").write_text(
        '#include "imap/a.h"\n#include "net/tls.h"\n#include <libetpan/libetpan.h>\n'
    )
    assert violations(tmp_path, uses) == []
