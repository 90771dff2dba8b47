"""How a history went, in a few lines of text: the rung of every theatre, and every watched quantity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sim.play.lines import filled, wrapped
from sim.play.records import History, Track

#: Marks of the rungs, calm first.
RUNG = "·123456789AB"
#: Marks of a quantity, its least first.
SPARK = "▁▂▃▄▅▆▇█"
#: Share of the width that the marks take at most, and columns of the figures beside them.
MARKS, FIGURES = 0.55, 16


def course(history: History, width: int) -> Iterator[str]:
    """Yield the lines of the chart, at most *width* columns wide: marks, figures, name.

    Where there are more turns than columns, a column is the highest rung of its turns, or the last value. A
    key says which rungs occur; a quantity goes from the lowest mark to the highest as it goes from its least
    to its most, and both are told.
    """
    spans = _spans(history.turns, max(int(width * MARKS), 12))
    for track in history.theatres:
        marks = "".join(RUNG[int(max(track.values[a:b]))] for a, b in spans)
        yield from _line(marks, f"highest {max(track.values):.0f}", track.words, width)
    yield from _key(history, width)
    for track in history.quantities:
        marks = _spark([track.values[b - 1] for _, b in spans])
        name = ", ".join(filter(None, (track.words, track.unit)))
        yield from _line(marks, _ends(track), name + _range(track), width)
    yield _axis(history, spans)


def _spans(turns: int, room: int) -> list[tuple[int, int]]:
    """Return which turns share a column."""
    each = -(-turns // room) if turns else 1
    return [(a, min(a + each, turns)) for a in range(0, turns, each)]


def _line(marks: str, figures: str, name: str, width: int) -> list[str]:
    """Return one line of the chart, its name broken where there is no room."""
    lead = f"{marks}  {filled(figures, FIGURES)} "
    room = max(width - len(lead), 12)
    first, *more = wrapped(name, room, 0) or [""]
    return [(lead + first).rstrip(), *(" " * len(lead) + line for line in more)]


def _key(history: History, width: int) -> list[str]:
    """Return which rung each mark of the theatres stands for."""
    found = sorted({int(rung) for track in history.theatres for rung in track.values})
    told = "; ".join(f"{RUNG[rung]} {history.rungs[rung]}" for rung in found)
    return wrapped(f"rungs: {told}", width, 7) if found else []


def _ends(track: Track) -> str:
    return f"{_short(track.values[0])} → {_short(track.values[-1])}"


def _range(track: Track) -> str:
    """Return the least and the most a quantity came to, if it ever moved."""
    least, most = min(track.values), max(track.values)
    return f" ({_short(least)} to {_short(most)})" if most > least else ""


def _spark(values: Sequence[float]) -> str:
    low, high = min(values), max(values)
    if high <= low:
        return SPARK[0] * len(values)
    return "".join(SPARK[min(int((v - low) / (high - low) * len(SPARK)), len(SPARK) - 1)] for v in values)


def _axis(history: History, spans: Sequence[tuple[int, int]]) -> str:
    """Return the half-years along the chart, as far as there is room for them."""
    days = [history.start + timedelta(days=first * history.days) for first, _ in spans]
    halves = [(day.year, (day.month - 1) // 6) for day in days]
    line = ""
    for n, day in enumerate(days):
        if (not n or halves[n] != halves[n - 1]) and len(line) <= n:
            line = line.ljust(n) + f"|{day:%Y-%m} "
    return line.rstrip()


def _short(value: float) -> str:
    return (f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}").replace("-", "−")
