"""Pages of sweeps, analyses and comparisons: labels, what is drawn, and what a browser makes of it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.report import compared, sensitivity, sweep

WIDTHS = (390, 1280, 1920)
OPTIONS = [f"option_{letter}" for letter in "abcdef"]
OUTCOMES = [f"outcome_{n:02}" for n in range(12)]

#: What the pages take labels from.
TREE: dict[str, Any] = {
    "options": {name: {"label": f"what is decided, way {n}"} for n, name in enumerate(OPTIONS)},
    "outcomes": {
        name: {"label": f"a thing that may come about, number {n}"} for n, name in enumerate(OUTCOMES)
    },
    "assumptions": {
        "flow": {"label": "flow of shells", "unit": "million rounds / year"},
        "story": {"alternatives": {"close": {"label": "close allies"}, "loose": {}}},
    },
}


def swept(moving: int = 11) -> dict[str, Any]:
    """Return a sweep over a number and a story; so many outcomes move, alike under every option."""
    points = [{"flow": x, "story": story} for x in (0.1, 0.2, 0.3, 0.4) for story in ("close", "loose")]
    rows = []
    for n, point in enumerate(points):
        for option in OPTIONS:
            for place, outcome in enumerate(OUTCOMES):
                value = 0.3 + (point["flow"] + place / 50 if place < moving else 0.0)
                apart = dict.fromkeys(("difference", "difference_low", "difference_high"))
                if option != OPTIONS[0]:
                    apart = {"difference": 0.0, "difference_low": -0.01, "difference_high": 0.01}
                row = {"point": n, "option": option, "outcome": outcome, "kind": "outcome", "n": 1024}
                rows.append(row | {"value": value, "low": value - 0.02, "high": value + 0.02} | apart)
    return {
        "scenario": "x", "title": "A question", "marking": None, "seed": 1, "design": "grid", "spend": "even",
        "varied": ["flow", "story"], "options": OPTIONS, "replicates": 1024, "points": points,
        "outcomes": rows,
    }  # fmt: skip


def estimate(name: str, value: float | None) -> dict[str, float | None]:
    """Return an estimate under a name."""
    low, high = (None, None) if value is None else (value - 0.1, value + 0.1)
    return {name: value, f"{name}_low": low, f"{name}_high": high}


def analysed(worth: float | None = 0.0) -> dict[str, Any]:
    """Return an analysis of twelve outcomes by two assumptions, of which one cannot be told."""
    outcomes = []
    for n, outcome in enumerate(OUTCOMES):
        rows = []
        for place, factor in enumerate(("flow", "story")):
            row: dict[str, Any] = {"factor": factor, "kind": ["number", "stories"][place], "title": ""}
            for name, value in (("first", 0.4), ("total", 0.8 - place / 2), ("swing", 0.2), ("at_low", 0.3)):
                row |= estimate(name, value)
            row |= estimate("at_high", 0.5) | {"total_uncorrected": 0.5, "low_end": "0.1", "high_end": "0.4"}
            rows.append(row | estimate("worth_wanted", worth) | estimate("worth_unwanted", worth))
        told = f"{outcome}: flow (80%, 70% to 90%) matters most, as shares of what is not luck"
        record = {"outcome": outcome, "kind": "outcome", "mean": 0.4, "luck_share": 0.5, "tellable": n > 0}
        everything = None if worth is None else {}
        outcomes.append(record | {"sentence": told, "factors": rows, "knowing_everything": everything})
    return {
        "scenario": "x", "title": "A question", "marking": "EXERCISE", "seed": 1, "option": OPTIONS[0],
        "options": OPTIONS, "rows": 1024, "histories": 9216, "outcomes": outcomes,
    }  # fmt: skip


def comparison() -> dict[str, Any]:
    """Return a comparison of six options whose histories part alike."""
    arms = [
        {"name": name, "label": f"way {name[-1]}", "against": OPTIONS[0] if n else None}
        for n, name in enumerate(OPTIONS)
    ]
    outcomes = []
    for outcome in OUTCOMES:
        for n, option in enumerate(OPTIONS):
            row = {"outcome": outcome, "label": TREE["outcomes"][outcome]["label"], "option": option}
            row |= {"probability": 0.4, "low": 0.37, "high": 0.43, "happened": 410, "n": 1024}
            parts = {"difference": 0.1, "difference_low": 0.05, "difference_high": 0.15} if n else {}
            factors = {"achieved": 2.0, "attainable": 3.0, "ratio": 0.67} if n else {}
            names = ("difference", "difference_low", "difference_high", "achieved", "attainable", "ratio")
            outcomes.append(row | dict.fromkeys(names) | parts | factors)
    parting = [{"option": name, "by_turn": [0.1 * t for t in range(10)]} for name in OPTIONS[1:]]
    return {
        "title": "A question", "marking": None, "conditional": "Conditional.", "replicates": 1024, "seed": 1,
        "start": "2024-06-24", "days": 7, "turns": 10, "arms": arms, "outcomes": outcomes, "parting": parting,
    }  # fmt: skip


#: The pages, by kind, and how many figures each has.
PAGES: dict[str, tuple[Callable[[], str], int]] = {
    "sweep": (lambda: sweep.page(swept(), TREE), 8 * (2 + 6)),
    "sweep of one": (lambda: sweep.page(one(), TREE), 1),
    "sensitivity": (lambda: sensitivity.page(analysed(), TREE), 11 * 2),
    "comparison": (lambda: compared.page(comparison()), 3 + 1),
}


def one() -> dict[str, Any]:
    """Return a sweep of one outcome under one option along one axis of days."""
    said = swept()
    days = ["2024-07-01", "2024-10-01", "2025-01-01", "2025-04-01"]
    kept = [n for n, point in enumerate(said["points"]) if point["story"] == "close"]
    rows = [
        copy.copy(row) | {"point": kept.index(row["point"])}
        for row in said["outcomes"]
        if row["point"] in kept and row["option"] == OPTIONS[0] and row["outcome"] == OUTCOMES[0]
    ]
    points = [{"options.option_a.do.0.at": day} for day in days]
    varied = {"varied": ["options.option_a.do.0.at"], "options": OPTIONS[:1]}
    return said | varied | {"points": points, "outcomes": rows}


def test_a_sweep_draws_what_moves_and_lists_the_rest() -> None:
    """Of eleven that move the eight that move most; of none, two: a page is for reading."""
    assert len(sweep.chosen(swept())) == sweep.MOST
    assert sweep.chosen(swept(moving=3)) == OUTCOMES[:3]
    assert len(sweep.chosen(swept(moving=0))) == sweep.FEWEST
    page = sweep.page(swept(moving=3), TREE)
    assert "Not clearly moved, under any option: A thing that may come about, number 3;" in page


def test_curves_that_coincide_stand_side_by_side() -> None:
    """Six options that are alike are six marks at each value, and no two in one place."""
    figure = next(iter(sweep.figures(swept(), TREE)))

    from plotly.io import from_json

    traces = from_json(figure.json).data
    places = [(x, y) for trace in traces for x, y in zip(trace.x, trace.y, strict=True)]
    assert len(traces) == 6
    assert len(set(places)) == len(places) == 6 * 4
    assert len({trace.marker.symbol for trace in traces}) == 6
    assert all(trace.error_y.array is not None for trace in traces)


def test_lines_that_coincide_take_turns_with_their_marks() -> None:
    """Five options that part alike: at no date do two of them have their mark."""
    from plotly.io import from_json

    figure = next(f for f in compared.figures(comparison()) if f.section == "parting")
    sizes = [trace.marker.size for trace in from_json(figure.json).data]

    assert all(any(size) for size in sizes)
    assert all(sum(size > 0 for size in at) <= 1 for at in zip(*sizes, strict=True))


def test_pages_speak_in_labels() -> None:
    """Options, outcomes, assumptions and stories by what the scenario calls them."""
    for page in (sweep.page(swept(), TREE), sensitivity.page(analysed(), TREE)):
        for label in ("A thing that may come about, number 5", "What is decided, way 0", "Flow of shells"):
            assert label in page
        assert "<h2>outcome_05</h2>" not in page
    assert "Close allies" in sweep.page(swept(), TREE)


@pytest.mark.parametrize(
    ("worth", "column", "words"),
    [(0.3, True, "Worth: by how much"), (0.0, False, "is left out"), (None, False, "")],
)
def test_worth_is_told_or_left_out_with_its_reason(worth: float | None, column: bool, words: str) -> None:  # noqa: FBT001  a row of the table above
    """A column of noughts says nothing; without a choice there is nothing to say."""
    page = sensitivity.page(analysed(worth), TREE)

    assert ('<th scope="col">Worth if wanted</th>' in page) is column
    assert words in page
    assert ("What knowing an assumption is worth is left out" in page) is (worth == 0.0)


#: Of every plot: whether it has marks with a size, and lies within the page.
DRAWN = """
[...document.querySelectorAll('.plot')].map(plot => {
  const marks = [...plot.querySelectorAll('.point, .hm image, path.js-line')];
  const boxes = marks.map(mark => mark.getBoundingClientRect());
  const box = plot.getBoundingClientRect();
  const fits = box.left >= 0 && box.right <= window.innerWidth;
  return [boxes.filter(b => b.width > 0 || b.height > 0).length, fits];
})
"""


@pytest.mark.browser
@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_figure_draws_marks_and_fits_the_page(
    browser: Any, kind: str, width: int, tmp_path: Path
) -> None:
    """From a phone to a projector: nothing to scroll sideways, no request, no error on the console."""
    made, count = PAGES[kind]
    (tmp_path / "page.html").write_text(made())
    address = (tmp_path / "page.html").as_uri()
    tab = browser.new_page(viewport={"width": width, "height": 900})
    said: list[str] = []
    asked: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda request: asked.append(request.url))

    tab.goto(address)
    tab.wait_for_function(f"document.querySelectorAll('.plot .plot-container').length === {count}")
    drawn = tab.evaluate(DRAWN)
    overflow = tab.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    tab.close()

    assert len(drawn) == count
    assert all(marks > 0 for marks, _ in drawn)
    assert all(fits for _, fits in drawn)
    assert overflow <= 0
    assert not said
    assert [url for url in asked if not url.startswith(("data:", "blob:")) and url != address] == []
