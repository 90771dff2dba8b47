"""The first screen of the readme is what the program prints, to within what another processor may change."""

from __future__ import annotations

import re
import shlex
from datetime import date
from pathlib import Path

import pytest

from tests.docs import blocks, commands
from tests.docs.blocks import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
_NUMBER = re.compile(r"[+−-]?\d[\d,]*\.?\d*")


def words_and_numbers(line: str) -> tuple[str, list[float]]:
    """Split a line of a table into its words and its numbers; a date counts in weeks."""
    weeks = re.sub(r"\d{4}-\d\d-\d\d", lambda found: str(date.fromisoformat(found[0]).toordinal() // 7), line)
    numbers = [float(n.replace("−", "-").replace(",", "").rstrip(".")) for n in _NUMBER.findall(weeks)]
    return " ".join(_NUMBER.sub("#", weeks).split()), numbers


def test_the_first_screen_has_what_a_reader_needs() -> None:
    """A sentence, a command with output, a picture, how to install, four links: nothing before them."""
    screen = README.split("\n## ", 1)[0]

    assert re.search(r"^\$ sim run \S", screen, re.MULTILINE)
    assert (ROOT / re.findall(r"!\[[^\]]+\]\(([^)]+)\)", screen)[0]).exists()
    assert "make demo" in screen
    assert len(re.findall(r"(?<!!)\[[^\]]+\]\([^)]+\)", screen.rstrip().rsplit("\n\n", 1)[-1])) == 4


@pytest.mark.slow
def test_the_first_command_prints_what_the_readme_shows(tmp_path: Path) -> None:
    """Numbers may move by a history or two on another processor, by no more; luck is not compared."""
    block = next(block for block in blocks.find(README) if shlex.split(block.what)[1:2] == ["run"])
    with commands.desk(tmp_path):
        now = commands.spoken(f"{block.what} --no-twins --no-report --deeds none")

    shown, told = (
        [line for line in text.splitlines() if line.startswith("  ")] for text in (block.fenced, now)
    )

    for line in shown:
        words, numbers = words_and_numbers(re.sub(r"\s+\d+ %$", "", line))
        alike = [found for found in map(words_and_numbers, told) if found[0] == words]
        assert any(
            numbers == pytest.approx(found[1], abs=0.3, rel=0.02)
            for found in alike
            if len(found[1]) == len(numbers)
        ), line
