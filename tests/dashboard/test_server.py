"""The dashboard answers this machine alone, and its page may run nothing but itself."""

from __future__ import annotations

import http.client
import json
from pathlib import Path
from typing import Any

import pytest

from sim.dashboard import server, shelf
from sim.errors import SimError, UsageError
from tests.dashboard import made_up
from tests.dashboard.conftest import served


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


def sent(url: str, body: bytes, **headers: str) -> tuple[int, str]:
    """Return status and body of the answer to what the page asks figures with."""
    made = http.client.HTTPConnection(url.removeprefix("http://").strip("/"), timeout=30)
    made.request("POST", "/_dash-update-component", body, {"Content-Type": "application/json", **headers})
    got = made.getresponse()
    return got.status, got.read().decode()


def update(url: str, output: str, **values: Any) -> Any:
    """Ask for what the page would ask for, with other values in its stores."""
    made = http.client.HTTPConnection(url.removeprefix("http://").strip("/"), timeout=30)
    made.request("GET", "/_dash-dependencies")
    callback = next(each for each in json.loads(made.getresponse().read()) if output in each["output"])
    inputs, state = (
        [{**each, "value": values.get(each["id"])} for each in callback[kind]] for kind in ("inputs", "state")
    )
    outputs = [
        dict(zip(("id", "property"), each.rsplit(".", 1), strict=True))
        for each in callback["output"].strip(".").split("...")
    ]
    body = {
        "output": callback["output"],
        "outputs": outputs if callback["output"].startswith("..") else outputs[0],
        "inputs": inputs,
        "state": state,
        "changedPropIds": [f"{inputs[0]['id']}.data"],
    }
    status, told = sent(url, json.dumps(body).encode())
    return status, json.loads(told) if status == 200 else told


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"1",
        b"{}",
        b"\xff\xfe",
        b'{"output": "nowhere.children", "inputs": []}',
        b'{"output": "marking.children", "inputs": []}',
        b'{"output": "marking.children", "inputs": 3, "changedPropIds": {}}',
        b'{"output": ["marking.children"], "inputs": []}',
        b"[" * 100_000 + b"]" * 100_000,
    ],
    ids=lambda body: repr(body[:40]),
)
def test_what_no_page_asks_is_refused_in_a_line(
    url: str, body: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    """Status 400, one line, nothing on the terminal."""
    status, told = sent(url, body)

    assert status == 400
    assert told.count("\n") == 1
    assert capfd.readouterr() == ("", "")


def test_a_large_request_is_refused_unread(url: str, capfd: pytest.CaptureFixture[str]) -> None:
    """By its length alone."""
    made = http.client.HTTPConnection(url.removeprefix("http://").strip("/"), timeout=30)
    made.putrequest("POST", "/_dash-update-component")
    made.putheader("Content-Length", "200000000")
    made.endheaders()

    assert made.getresponse().status == 413
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("path", ["os/path", "dash/nope.js", "dash/../../x.js", "nowhere/x.js"])
def test_a_script_that_is_not_there_is_no_fault(
    url: str, path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Status 404, nothing on the terminal."""
    status, _, told = answer(url, f"/_dash-component-suites/{path}")

    assert (status, told) == (404, "there is no such thing\n")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("number", [True, -1, 10**400, 1.5, "7", None, [], 3000])
def test_a_history_that_is_none_is_told(url: str, number: Any, capfd: pytest.CaptureFixture[str]) -> None:
    """Whatever stands for its number."""
    status, told = update(url, "history-title", open={"replicate": number}, tick=None)

    assert status == 200
    assert told["response"]["history-title"]["children"] == "No such history"
    assert capfd.readouterr() == ("", "")


def test_a_damaged_study_is_left_out_with_a_line(tmp_path: Path) -> None:
    """One file that is no YAML does not end the dashboard for all; where it was named it is told."""
    made_up.study(tmp_path / "shell_game" / "good", 100)
    bad = made_up.study(tmp_path / "shell_game" / "bad", 100)
    (bad / "scenario.yaml").write_text("title: [\n")
    made_up.sweep(tmp_path / "shell_game" / "sweep-bad")
    (tmp_path / "shell_game" / "sweep-bad" / "summary.json").write_text('{"scenario": ')

    found = shelf.find((), tmp_path)

    assert [each.folder.name for each in found.studies] == ["good"]
    assert found.sweeps == ()
    assert len(found.skipped) == 2
    assert all(line.startswith("left out: ") and "cannot be read" in line for line in found.skipped)
    with pytest.raises(SimError, match="cannot be read"):
        shelf.find([str(bad)], tmp_path)


def test_sweeps_are_those_of_the_studies_named(results: Path, tmp_path: Path) -> None:
    """Told by title, what was varied, how many histories a point."""
    study = made_up.study(tmp_path / "shell_game" / "x", 100)
    made_up.sweep(tmp_path / "shell_game" / "sweep-own")
    made_up.sweep(tmp_path / "other" / "sweep-strange", scenario="other")

    named, every = (shelf.find(names, tmp_path).sweeps for names in ([str(study)], []))

    assert [each.folder.name for each in named] == ["sweep-own"]
    assert {each.folder.name for each in every} == {"sweep-own", "sweep-strange"}
    assert named[0].label == (
        "Shells for Moscow: what Seoul can do about the pipeline: North Korea: artillery ammunition made and "
        "Pact nature; 1,024 histories a point, sweep-own"
    )


@pytest.mark.parametrize("damage", ["gone", "cut", "garbage"])
def test_what_cannot_be_read_is_said_in_place_of_numbers(
    tmp_path: Path, damage: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every figure empty, the file named, controls to choose another study; no traceback."""
    made_up.study(tmp_path / "shell_game" / "good", 300)
    bad = made_up.study(tmp_path / "shell_game" / "bad", 300) / "replicates.parquet"
    whole = bad.read_bytes()
    {
        "gone": bad.unlink,
        "cut": lambda: bad.write_bytes(whole[:2000]),
        "garbage": lambda: bad.write_bytes(b"x"),
    }[damage]()
    url = served(shelf.find((), tmp_path))
    sides = {"one": {"study": str(bad.parent), "option": "no_aid"}, "brush": {}, "outcome": "clash"}

    _, spec = update(url, "spec.data", studies={"one": str(bad.parent)})
    _, tiles = update(url, "tiles.children", **sides)
    _, drawn = update(url, "graph-outcomes.figure", **sides)

    offered = spec["response"]["spec"]["data"]
    assert "replicates.parquet" in offered["fault"]
    assert len(offered["groups"][0]["controls"][0]["options"]) == 2
    assert "replicates.parquet" in str(tiles["response"]["tiles"])
    assert drawn["response"]["card-outcomes"]["className"] == "card faulty"
    assert drawn["response"]["graph-outcomes"]["figure"]["data"] == []
    assert "replicates.parquet" in drawn["response"]["reading-outcomes"]["children"]
    assert capfd.readouterr() == ("", "")


def test_garbage_in_one_table_empties_its_figures_alone(tmp_path: Path) -> None:
    """The rest of the study can still be looked at."""
    folder = made_up.study(tmp_path / "shell_game" / "x", 300)
    (folder / "series.parquet").write_bytes(b"garbage")
    url = served(shelf.find((), tmp_path))
    sides = {"one": {"study": str(folder), "option": "no_aid"}, "brush": {}, "theatre": "peninsula"}

    _, ladder = update(url, "graph-ladder.figure", **sides)
    _, outcomes = update(url, "graph-outcomes.figure", **sides)

    assert "series.parquet" in ladder["response"]["reading-ladder"]["children"]
    assert ladder["response"]["graph-ladder"]["figure"]["data"] == []
    assert outcomes["response"]["card-outcomes"]["className"] == "card"


def test_a_sweep_that_was_damaged_since_is_said(tmp_path: Path) -> None:
    """In place of its curves."""
    made_up.study(tmp_path / "shell_game" / "x", 300)
    folder = made_up.sweep(tmp_path / "shell_game" / "sweep-x")
    url = served(shelf.find((), tmp_path))
    (folder / "summary.json").write_text("{")

    _, told = update(url, "graph-sweep-curves.figure", sweep=str(folder))
    _, spec = update(url, "sweep-spec.data", **{"sweep-chosen": str(folder)})

    assert "summary.json" in told["response"]["reading-sweep-curves"]["children"]
    assert "summary.json" in spec["response"]["sweep-spec"]["data"]["fault"]
