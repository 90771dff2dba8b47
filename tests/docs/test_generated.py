"""What the documentation shows is what the program has: tables and quick commands made again and compared."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.docs import blocks, commands, generate, tables
from tests.docs.blocks import PAGES, ROOT, Block

#: Settings and short names that stand in the table of a page that is not made.
REPAIR = "renew it: python -m tests.docs.generate"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_marked_blocks_are_up_to_date(page: Path) -> None:
    """Tables come from code and configuration, outputs from the commands: neither may fall behind."""
    assert generate.renew(page, runs=False) == page.read_text(encoding="utf-8"), REPAIR


def test_every_command_is_documented() -> None:
    """A command that no page shows is not found by newcomers."""
    from sim.cli.doors import app

    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    names = [
        command.name or command.callback.__name__ for command in app.registered_commands if command.callback
    ]

    assert names
    assert not [name for name in names if f"## `sim {name}`" not in page]


def test_every_kind_of_table_is_used() -> None:
    """A generated table nobody reads is a table nobody misses."""
    used = {block.what for page in PAGES for block in blocks.find(page.read_text(encoding="utf-8"))}

    assert not [name for name in tables.MADE if not any(what.startswith(name) for what in used)]


def test_recorded_outputs_are_there() -> None:
    """A recorded block that was never filled would show a command without its output."""
    empty = [
        block.what
        for page in PAGES
        for block in blocks.find(page.read_text(encoding="utf-8"))
        if block.kind == "output of" and len(block.fenced.splitlines()) < 2
    ]

    assert not empty, f"{empty}; record it: python -m tests.docs.generate --runs"


def test_recorded_commands_still_parse() -> None:
    """Flags of a command that is too slow for every test still exist."""
    import typer

    from sim.cli.doors import app

    group: Any = typer.main.get_command(app)
    for page in PAGES:
        for block in blocks.find(page.read_text(encoding="utf-8")):
            if block.kind == "output of" and commands.is_recorded(block):
                name, *flags = re.findall(r"(?<!\S)(?:-{1,2}[a-z][a-z-]*|(?<=sim )\w+)", block.what)
                known = {spelled for flag in group.commands[name].params for spelled in flag.opts}
                assert set(flags) <= known, block.what


def test_a_cut_leaves_an_ellipsis() -> None:
    """A shortened output says so."""
    text = "head\n\none\n  a 1\ntwo\n  a 2\nthree\n  a 3\n\nstudy   x\n"

    assert blocks.shortened(text, {"keep": "two"}) == "head\n\n…\ntwo\n  a 2\n…\n\nstudy   x\n"
    assert blocks.shortened("a\nb\nc\n", {"head": "2"}) == "a\nb\n…\n"


def test_a_stale_block_is_noticed() -> None:
    """The comparison can fail."""
    text = "<!-- made: goals -->\nold\n<!-- end -->"

    made = blocks.renewed(text, lambda block: tables.made(block.what))

    assert "regime survival" in made
    assert blocks.find(text) == [Block("made", "goals", {}, "old\n")]
