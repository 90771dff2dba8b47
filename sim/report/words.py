"""Numbers and names as a reader meets them: rounding happens here and nowhere earlier."""

from __future__ import annotations

import datetime as dt
import html
import math
import re
import textwrap
from typing import Any

from sim.analysis.estimative import ceiling

MINUS = "−"
#: Marks that turn the direction of what follows.
TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
NARROW = "\N{NARROW NO-BREAK SPACE}"


def label_of(tree: Any, name: str) -> str:
    """Return the label an entry of the scenario gives itself, or its name in words."""
    given = tree.get(name) if isinstance(tree, dict) else None
    label = given.get("label") or given.get("name") if isinstance(given, dict) else None
    return isolated(sentence(str(label) if label else name.replace("_", " ")))


def isolated(text: str) -> str:
    """Keep marks that turn the direction of a text from reaching beyond it (Unicode annex 9, isolates)."""
    return f"\u2068{text}\u2069" if TURNING.search(text) else text


def sentence(text: str) -> str:
    """Begin *text* with a capital letter and leave the rest as it is."""
    return text[:1].upper() + text[1:]


def decimals(halfwidth: float) -> int:
    """Return the decimals of a figure known to ± *halfwidth*: the last one is at most a fifth of it."""
    if halfwidth >= 5 or halfwidth <= 0:
        return 0
    return min(4, math.ceil(-math.log10(halfwidth / 5)))


def number(value: float, places: int) -> str:
    """Spell *value* with *places* decimals and a true minus."""
    text = f"{abs(value):,.{places}f}"
    return f"{MINUS}{text}" if value < 0 and float(f"{value:.{places}f}") != 0 else text


def signed(value: float, places: int) -> str:
    """Spell *value* with its sign."""
    text = number(value, places)
    return f"+{text}" if value > 0 and float(f"{value:.{places}f}") != 0 else text


def percent(value: float, places: int) -> str:
    """Spell a percentage."""
    return f"{number(value, places)}{NARROW}%"


def floor(value: float) -> str:
    """Spell a percentage near a hundred likewise, rounded down."""
    return f"{100 - float(ceiling(100 - value)):.10g}"


def plain(value: Any) -> str:
    """Spell a number of a scenario as short as it is exact to six digits; anything else as its text."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,.6g}".replace("-", MINUS)


def together(told: str) -> str:
    """Keep a probability in words from being broken inside "1 in 1,000" and before a sign of percent."""
    return re.sub(r"(?<=\d) (?=in |%)|(?<=\bin) (?=\d)", "\N{NO-BREAK SPACE}", told)


def count(value: int) -> str:
    """Spell a count."""
    return number(value, 0)


def counted(value: int, one: str, several: str) -> str:
    """Spell a count of things."""
    return f"{count(value)} {one if value == 1 else several}"


def day(date: dt.date) -> str:
    """Spell a date in prose."""
    return f"{date.day} {date:%B %Y}"


def lines(text: str, width: int, most: int = 3) -> str:
    """Break *text* into at most *most* lines of at most *width* characters, as plotly reads them."""
    held = textwrap.wrap(
        cut(text, width * most), width, break_on_hyphens=False, max_lines=most, placeholder="…"
    )
    return "<br>".join(html.escape(line, quote=False) for line in held or [""])


def cut(text: str, most: int) -> str:
    """Return *text*, or its beginning and an ellipsis where it has more than *most* characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
