"""Strict YAML: values as YAML 1.2 reads them, a line for everything, and no input that hurts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenario.yaml import MAX_BYTES, parse, plain, read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"), ("on", "on"), ("yes", "yes"), ("Off", "Off"), ("true", True), ("False", False),
        ("1e-3", 0.001), ("1.", 1.0), (".5", 0.5), ("+3", 3), ("-0", 0), ("010", 10), ("0o17", 15),
        ("0xff", 255), ("12:30", "12:30"), ("2024-06-24", "2024-06-24"), ("1_000", "1_000"),
        ("~", None), ("null", None), ("", None),
        ("'1'", "1"), ('"true"', "true"), ("a: b", {"a": "b"}),
    ],
)  # fmt: skip
def test_plain_values_follow_yaml_1_2(text: str, value: object) -> None:
    """PyYAML alone reads NO as false, 12:30 as 750 and 1e-3 as text."""
    node = parse(f"x:\n  {text}\n", "f.yaml")

    assert plain(node)["x"] == value
    assert type(plain(node)["x"]) is type(value)


def test_every_key_and_item_knows_its_line() -> None:
    """A message without a line leaves the user to search."""
    node = parse("a: 1\nb:\n  c: 2\n  d:\n    - 3\n    -\n      e: 4\nf: {g: 5,\n  h: 6}\n", "f.yaml")

    def line(*keys: str) -> int | None:
        found = node.get(*keys)
        return found.line if found else None

    assert [line("a"), line("b"), line("b", "c"), line("f", "g"), line("f", "h")] == [1, 2, 3, 8, 9]
    items = node.entries["b"].entries["d"].items
    assert [items[0].line, items[1].entries["e"].line] == [5, 7]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\na: 2\n", 2, "`a` is given twice, first on line 1"),
        ("a:\n  - {b: 1, b: 2}\n", 2, "`b` is given twice"),
        ("a: 1\n'a': 2\n", 2, "given twice"),
        ("a:\n  {b: over 3,500 dead, c: 1}\n", 2, "put the whole text behind `b:` in quotes"),
        ("a: !!python/object:os.system x\n", 1, "tag"),
        ("a: !x 1\n", 1, "tag"),
        ("a: ! 1\n", 1, "tag"),
        ("a: &x 1\n", 1, "anchor `&x`"),
        ("a: 1\nb: *a\n", 2, "alias `*a`"),
        ("<<: {a: 1}\n", 1, "merge key"),
        ("a: 1\n---\nb: 2\n", 2, "several documents"),
        ("%YAML 1.1\n---\na: 1\n", 1, "directive"),
        ("? [a]\n: 1\n", 1, "as a key"),
        ("a: .nan\n", 1, "not a finite number"),
        ("a: -.inf\n", 1, "not a finite number"),
        ("a: 1e999\n", 1, "not a finite number"),
        ("a: " + "9" * 5000, 1, "a number of 5000 characters"),
        ("a: " + "[" * 5000, 1, "nested more than 100 deep"),
        ("a: " + "{b: " * 5000, 1, "nested more than 100 deep"),
        ("\n".join(" " * n + "a:" for n in range(200)), 101, "nested more than 100 deep"),
        ("- " * 5000 + "a", 1, "nested more than 100 deep"),
        ("a: [1\n", 2, "is not YAML"),
        ("a: b: c\n", 1, "is not YAML"),
        ("\ta: 1\n", 1, "is not YAML"),
        ("a: *\n", 1, "quote a star"),
        ("", 1, "is empty"),
        ("# only a comment\n", 1, "is empty"),
        ('a: "\\x07"\n', 1, "control character"),
        ("a: 1\nb: \x07\n", 2, "control character"),
    ],
)
def test_what_is_not_strict_is_one_line(text: str, line: int, says: str) -> None:
    """Each of these reads as something, in silence, with a plain YAML reader."""
    with pytest.raises(ScenarioError) as caught:
        parse(text, "f.yaml")

    (problem,) = caught.value.problems
    assert str(problem).startswith(f"f.yaml:{line}: ")
    assert says in str(problem)
    assert "\n" not in str(problem)


def test_nested_aliases_are_refused_at_the_first() -> None:
    """Nine lines of nested aliases stand for a billion values."""
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]

    with pytest.raises(ScenarioError, match="anchor"):
        parse("\n".join(lines), "f.yaml")


def test_too_many_values_are_refused() -> None:
    """A generated file of a million values would take minutes to check."""
    with pytest.raises(ScenarioError, match="more than 200,000 values"):
        parse("[" + "1," * 200_001 + "]", "f.yaml")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (bytes(range(256)), "binary"),
        (b"a: 1\n\0", "binary"),
        ("a: é".encode("latin-1"), "UTF-8"),
        (b"\xff\xfea\0", "binary"),
        (b"#" * (MAX_BYTES + 1), "larger than 5 MB"),
    ],
)
def test_files_that_are_not_text_are_one_line(tmp_path: Path, raw: bytes, says: str) -> None:
    """The wrong file given by tab completion is the commonest slip of all."""
    path = tmp_path / "f.yaml"
    path.write_bytes(raw)

    with pytest.raises(ScenarioError) as caught:
        read(path)

    assert len(caught.value.problems) == 1
    assert says in str(caught.value)


def test_a_folder_a_missing_file_and_a_bad_name_are_one_line(tmp_path: Path) -> None:
    """None of these is a bug of ours."""
    for path, says in [
        (tmp_path, "folder"),
        (tmp_path / "none.yaml", "no such file"),
        (Path("a\0b"), "cannot be read"),
    ]:
        with pytest.raises(ScenarioError, match=says):
            read(path)


def test_a_byte_order_mark_is_not_part_of_the_first_key(tmp_path: Path) -> None:
    """Editors on Windows write one."""
    path = tmp_path / "f.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: x\n")

    assert plain(read(path)) == {"name": "x"}


def is_told_in_lines(text: str) -> bool:
    """Whether a text is read, or every fault is one line; anything else that is raised goes through."""
    try:
        parse(text, "f.yaml")
    except ScenarioError as error:
        return bool(error.problems) and not any("\n" in str(problem) for problem in error.problems)
    return True


@given(st.binary(max_size=200))
def test_random_bytes_never_raise_anything_else(raw: bytes) -> None:
    """A traceback is for bugs."""
    assert is_told_in_lines(raw.decode("latin-1"))


@given(st.text(alphabet="ab:-[]{},&*!#|>'\"%@? \n\t01.", max_size=80))
def test_random_yaml_never_raises_anything_else(text: str) -> None:
    """Indicators in odd places reach corners that random bytes miss."""
    assert is_told_in_lines(text)
