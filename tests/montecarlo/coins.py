"""A scenario whose probabilities are known: two rare coins, and an option that needs only one of them."""

from __future__ import annotations

from pathlib import Path

#: Probability of the outcome `won` under each option.
KNOWN = {"one_coin": 0.05, "either_coin": 1 - 0.95 * 0.96}

#: On the toy world: the first coin is worth 1, the second 0.5; more than 0.9 wins.
TEXT = """
name: coins
extends: toy
turns: 2
watch: []
indicators:
  points: {unit: points, low: 0, high: 10, start: {value: 0, judgement: Invented, range: [0, 1]}}
injects:
  first:
    at: 2030-01-01
    choose:
      heads: {weight: 0.05, then: [{raise: indicators.points, by: 1}]}
      tails: {weight: 0.95, then: []}
  second:
    at: 2030-01-01
    choose:
      heads: {weight: 0.04, then: [{raise: indicators.points, by: 0.5}]}
      tails: {weight: 0.96, then: []}
options:
  one_coin: {}
  either_coin: {set: {indicators.points: 0.5}}
outcomes:
  won: {quantity: {path: indicators.points, above: 0.9}}
"""


def coins(folder: Path) -> Path:
    """Write the scenario into a folder and return its path."""
    path = folder / "coins.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path
