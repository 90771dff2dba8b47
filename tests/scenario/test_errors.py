"""Problems are one line; errors carry all of them, between processes too."""

from __future__ import annotations

import pickle

from sim.errors import Problem, ScenarioError, SimError


def test_a_problem_is_one_line() -> None:
    """file:line: path: what; repair, leaving out what is empty."""
    assert str(Problem("f.yaml", 3, "a.b", "is wrong", "mend it")) == "f.yaml:3: a.b: is wrong; mend it"
    assert str(Problem("--set", None, "a.b", "is wrong")) == "--set: a.b: is wrong"
    assert str(Problem("", None, "", "is\nwrong")) == "is wrong"


def test_an_error_keeps_its_kind_and_problems_when_pickled() -> None:
    """Workers send them home."""
    error = ScenarioError([Problem("f", 1, "a", "x"), Problem("f", 2, "b", "y")])

    again = pickle.loads(pickle.dumps(error))  # noqa: S301 (our own)

    assert isinstance(again, ScenarioError)
    assert again.problems == error.problems
    assert str(again) == "f:1: a: x\nf:2: b: y"


def test_an_error_may_be_one_text_or_one_problem() -> None:
    """Most have one."""
    assert [p.message for p in SimError("no").problems] == ["no"]
    assert str(ScenarioError.one("a.b", "is wrong", "mend it")) == "a.b: is wrong; mend it"
