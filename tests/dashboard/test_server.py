"""The dashboard answers this machine alone, and its page may run nothing but itself."""

from __future__ import annotations

import http.client
from pathlib import Path

import pytest

from sim.dashboard import server, shelf
from sim.errors import SimError, UsageError
from tests.dashboard import made_up


def answer(url: str, path: str = "/", **headers: str) -> tuple[int, str, str]:
    """Return status, content security policy and body of a request."""
    made = http.client.HTTPConnection(url.removeprefix("http://").strip("/"), timeout=30)
    made.request("GET", path, headers=headers)
    got = made.getresponse()
    return got.status, got.headers["Content-Security-Policy"], got.read().decode()


def test_another_name_is_refused(url: str) -> None:
    """A page elsewhere whose name was pointed at this machine reads nothing (DNS rebinding)."""
    port = url.rsplit(":", 1)[1].strip("/")

    assert answer(url)[0] == 200
    assert answer(url, Host=f"localhost:{port}")[0] == 200
    assert answer(url, Host=f"evil.example:{port}")[0] == 403
    assert answer(url, Host="127.0.0.1:1")[0] == 403
    assert answer(url, Origin="http://evil.example")[0] == 403


def test_the_policy_lets_nothing_else_in(url: str) -> None:
    """No inline script but Dash's own line, nothing from elsewhere."""
    _, policy, page = answer(url)

    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "default-src 'none'" in policy
    assert "unsafe" not in scripts
    assert "*" not in policy
    assert "http" not in policy
    assert "https://" not in page


def test_every_asset_is_its_own(url: str) -> None:
    """Nothing of a network of content: it works without one."""
    status, _, layout = answer(url, "/_dash-layout")

    assert status == 200
    assert "http" not in layout


def test_a_port_in_use_is_told_with_another() -> None:
    """One line with the repair."""
    made = server.listening(0)
    port = made.getsockname()[1]
    try:
        with pytest.raises(UsageError, match=f"{port} is in use; give another: --port {port + 1}"):
            server.listening(port)
    finally:
        made.close()


def test_the_shelf_holds_what_is_finished(results: Path) -> None:
    """Newest first; a study that is not finished is left out, or told where it was named."""
    found = shelf.find((), results)

    assert [each.folder.name for each in found.studies] == ["aaaaaaaaaa", "bbbbbbbbbb"]
    assert [each.folder.name for each in found.sweeps] == ["sweep-dddddddddd"]
    assert found.studies[0].label.startswith("Shells for Moscow: what Seoul can do about the pipeline: 3,000")
    with pytest.raises(SimError, match="is not finished"):
        shelf.find([str(results / "shell_game" / "cccccccccc")], results)


def test_an_empty_shelf_says_how_to_fill_it(tmp_path: Path) -> None:
    """What to type first."""
    with pytest.raises(UsageError, match="holds no finished study; make one: sim run"):
        shelf.find((), tmp_path)


def test_starting_reads_no_table(tmp_path: Path) -> None:
    """Studies of gigabytes open as fast as small ones: tables are read when a figure needs them."""
    folder = made_up.study(tmp_path / "shell_game" / "x", 100)
    for table in ("replicates", "series"):
        (folder / f"{table}.parquet").write_bytes(b"not read")

    found = shelf.find((), tmp_path)

    assert found.held(found.studies[0].key).rows == 100
