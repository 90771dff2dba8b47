"""Strict YAML with the line of every key and item.

Plain values follow the core schema of YAML 1.2: ``NO``, ``on`` and ``12:30`` are text, ``1e-3`` is
a number, ``010`` is ten, a date is text. Refused, with a line each: repeated keys, tags, anchors
and aliases, ``<<``, several documents, values that are not finite, and anything too large or too deep.
The tree is built from parser events without recursion, so no input can exhaust the stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from sim.errors import Problem, ScenarioError
from sim.scenario.spelling import short

if TYPE_CHECKING:
    from sim.scenario.labels import Label

MAX_BYTES = 5_000_000
MAX_NODES = 200_000
MAX_DEPTH = 100
_MAX_DIGITS = 300  # of a number; beyond is a slip, and `int` refuses 4300

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_CONSTANTS = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: value
    for value in (True, False)
    for name in [str(value)]
    for word in (name, name.lower(), name.upper())
}
#: Plain text that is a number.
NUMBER = re.compile(
    r"(?P<integer>[-+]?[0-9]+)"
    r"|(?P<octal>0o[0-7]+)|(?P<hex>0x[0-9a-fA-F]+)"
    r"|(?P<float>[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)"
    r"|(?P<endless>[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))"
)

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


@dataclass(slots=True)
class Node:
    """A value and where it stands: of an entry, the line of its key; of an item, its own line.

    *value* is a scalar, ``dict[str, Node]`` or ``list[Node]``. *label* says where a number comes
    from, once `sim.scenario.labels` has looked.
    """

    value: Any
    file: str
    line: int | None
    label: Label | None = None

    @property
    def entries(self) -> dict[str, Node]:
        """The entries of a mapping; empty for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[Node]:
        """The items of a list; empty for anything else."""
        return self.value if isinstance(self.value, list) else []

    def get(self, *keys: str) -> Node | None:
        """Return what lies under *keys*, or None."""
        node: Node | None = self
        for key in keys:
            node = node.entries.get(key) if node is not None else None
        return node


def plain(node: Node) -> Any:
    """Return the tree as plain dicts, lists and scalars."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def scalar(text: str) -> Any:
    """Return the value of a plain (unquoted) scalar by the core schema of YAML 1.2.

    Raises
    ------
    ValueError
        If it is a number but not a finite one.

    Examples
    --------
    >>> [scalar(text) for text in ("NO", "1e-3", "12:30", "010", "0x1F", "~", "True")]
    ['NO', 0.001, '12:30', 10, 31, None, True]
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    found = NUMBER.fullmatch(text)
    if found is None:
        return text
    kind = next(name for name in ("integer", "octal", "hex", "float", "endless") if found[name] is not None)
    if kind == "endless":
        raise ValueError("is not a finite number")
    if len(text) > _MAX_DIGITS:
        raise ValueError(f"is a number of {len(text)} characters")
    if kind in {"octal", "hex"}:
        return int(text, 0)
    number = int(text) if kind == "integer" else float(text)
    if abs(number) > 1.7e308:
        raise ValueError("is not a finite number")
    return number


def read(path: Path, shown: str | None = None) -> Node:
    """Read one strict YAML file.

    Parameters
    ----------
    path
        The file.
    shown
        What messages call it; by default the path as given.

    Raises
    ------
    ScenarioError
        With every fault that can be found at this stage.
    """
    name = shown or str(path)
    return parse(_text(path, name), name)


def gathered(path: Path, shown: str | None = None) -> tuple[Node, list[Problem]]:
    """Read one strict YAML file; return it with the faults of its values, for more to be found at once.

    A number at fault stands as its text, of a repeated key the first value; an empty file is null.

    Raises
    ------
    ScenarioError
        With every fault that was met, where nothing behind the last can be trusted.
    """
    name = shown or str(path)
    builder = _built(_text(path, name), name)
    if builder.broken:
        raise ScenarioError(builder.problems)
    return builder.root or Node(None, name, 1), builder.problems


def _text(path: Path, name: str) -> str:
    """Return what a file holds."""
    try:
        if path.is_dir():
            raise _refusal(name, None, "is a folder, not a file", "name the YAML file inside it")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _refusal(name, None, "there is no such file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _refusal(name, None, f"cannot be read: {reason}") from None
    return _decode(raw, name)


def parse(text: str, name: str) -> Node:
    """Read strict YAML from *text*, called *name* in messages; raises like `read`."""
    root = parse_value(text, name)
    if root.value is None:
        raise _refusal(name, 1, "is empty", "`sim new` writes a scenario to start from")
    return root


def parse_value(text: str, name: str) -> Node:
    """Read strict YAML of which nothing, or null, is a value too; raises like `read`."""
    builder = _built(text, name)
    if builder.problems:
        raise ScenarioError(builder.problems)
    return builder.root or Node(None, name, 1)


def _built(text: str, name: str) -> _Builder:
    """Build the tree of a text as far as that can be."""
    builder = _Builder(name)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
        builder.broken = False
    except yaml.YAMLError as error:
        builder.problems.append(_syntax(error, name, text))
    except UnicodeEncodeError:
        builder.problems.append(Problem(name, None, "", "is not UTF-8 text"))
    except _Stop:
        pass
    return builder


def _refusal(name: str, line: int | None, message: str, repair: str = "") -> ScenarioError:
    return ScenarioError(Problem(name, line, "", message, repair))


def _decode(raw: bytes, name: str) -> str:
    if len(raw) > MAX_BYTES:
        message = f"is larger than {MAX_BYTES // 1_000_000} MB"
        raise _refusal(name, None, message, "a scenario is text written by hand")
    if b"\0" in raw:
        line = raw.count(b"\n", 0, raw.index(b"\0")) + 1
        raise _refusal(name, line, "is a binary file, not text")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refusal(name, line, "is not UTF-8 text", "save it as UTF-8") from None


def _syntax(error: yaml.YAMLError, name: str, text: str) -> Problem:
    """Turn the parser's complaint into one line."""
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        shown = f"#x{error.character:04x}" if isinstance(error.character, int) else repr(error.character)
        return Problem(name, line, "", f"holds the control character {shown}", "is it a text file?")
    if not isinstance(error, yaml.MarkedYAMLError):
        return Problem(name, None, "", f"is not YAML: {error}")
    mark = error.problem_mark or error.context_mark
    where = None if mark is None else min(mark.line + 1, text.count("\n") + 1)
    context = f"{error.context}, " if error.context else ""
    return Problem(name, where, "", f"is not YAML: {context}{error.problem}", _syntax_hint(error))


def _syntax_hint(error: yaml.MarkedYAMLError) -> str:
    if error.context == "while scanning an alias":
        return 'quote a star: "*"'
    if "cannot start any token" in str(error.problem):
        return "indent with spaces, and quote text that begins with @, ` or %"
    if "mapping values are not allowed" in str(error.problem):
        return "quote text that holds a colon"
    return ""


class _Stop(Exception):
    """Nothing after this point can be trusted."""


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not been met."""

    node: Node
    key: str = ""  # of a mapping: the last one met
    key_line: int = 0
    key_end: int = 0  # the character behind it
    before: str = ""  # the key before it, where text was its value
    in_braces: bool = False
    waits: bool = False  # of a mapping: that key has no value yet
    skipped: int = 0  # repeated keys, whose values are thrown away


@dataclass(slots=True)
class _Builder:
    """Builds the tree from events."""

    name: str
    root: Node | None = None
    problems: list[Problem] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    nodes: int = 0
    documents: int = 0
    broken: bool = True  # until its end is met

    def take(self, event: yaml.Event) -> None:
        """Take the next event of the parser."""
        mark = event.start_mark
        line = mark.line + 1 if mark is not None else 1
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_marks(event, line)
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._refuse_marks(event, line)
            self._begin({} if isinstance(event, yaml.MappingStartEvent) else [], line)
            if self.stack:
                self.stack[-1].in_braces = bool(event.flow_style)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.stack.pop()
        elif isinstance(event, yaml.AliasEvent):
            self._stop(line, f"uses the alias `*{event.anchor}`", "write the value out")
        elif isinstance(event, yaml.DocumentStartEvent):
            self._document(event, line)

    def _document(self, event: yaml.DocumentStartEvent, line: int) -> None:
        self.documents += 1
        if self.documents > 1:
            self._stop(line, "holds several documents", "keep one per file")
        if event.tags or (event.version and tuple(event.version) != (1, 2)):
            self._stop(line, "holds a directive", "remove the line that begins with %")

    def _stop(self, line: int, message: str, repair: str) -> None:
        self.problems.append(Problem(self.name, line, self._path(), message, repair))
        raise _Stop

    def _refuse_marks(self, event: yaml.NodeEvent, line: int) -> None:
        if event.tag is not None:  # type: ignore[attr-defined]
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")  # type: ignore[attr-defined]
            self._stop(line, f"carries the tag `{tag}`", "remove the tag: values are read by their form")
        if event.anchor is not None:
            self._stop(line, f"carries the anchor `&{event.anchor}`", "remove it: aliases are not used here")

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        if not event.value.isprintable() and _CONTROL.search(event.value):
            self._stop(line, "holds a control character", "write plain text")
        is_plain = bool(event.implicit[0])
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.node.value, dict) and not top.waits:
            self._key(top, event.value, line)
            top.key_end = event.end_mark.index if event.end_mark is not None else 0
            return
        if top is not None and top.in_braces and top.waits and is_plain and not event.value:
            self._refuse_without_colon(top, event, line)
        try:
            value = scalar(event.value) if is_plain else event.value
        except ValueError as error:
            self.problems.append(Problem(self.name, line, self._path(), f"{short(event.value)} {error}"))
            value = event.value
        self._place(Node(value, self.name, line))

    def _refuse_without_colon(self, top: _Open, value: yaml.Event, line: int) -> None:
        """Refuse an entry of ``{…}`` that is a key alone: a comma ended the text before it."""
        if value.start_mark is None or value.start_mark.index != top.key_end:
            return
        behind = f" behind `{top.before}:`" if top.before else ""
        self._stop(
            line,
            f"{short(top.key)} has no value: in {{ }} a comma ends a text",
            f"put the whole text{behind} in quotes, or write `name: value`",
        )

    def _key(self, top: _Open, key: str, line: int) -> None:
        if key == "<<":
            self._stop(line, "uses the merge key `<<`", "write the entries out, or use `extends`")
        if not key or key == "~":
            self._stop(line, "has an entry without a name", "write `name: value`")
        first = top.node.value.get(key)
        if first is not None:
            message = f"{short(key)} is given twice, first on line {first.line}"
            self.problems.append(Problem(self.name, line, self._path(), message, "keep one"))
            top.skipped += 1
            key = f"{key}\0{top.skipped}"
        top.key, top.key_line, top.waits = key, line, True

    def _begin(self, value: dict[str, Node] | list[Node], line: int) -> None:
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.node.value, dict) and not top.waits:
            self._stop(line, "has a list or mapping as a key", "a key is text")
        node = Node(value, self.name, line)
        self._place(node)
        self.stack.append(_Open(node))
        if len(self.stack) > MAX_DEPTH:
            self.stack.clear()  # the path would fill the screen
            self._stop(line, f"is nested more than {MAX_DEPTH} deep", "flatten it")

    def _place(self, node: Node) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.stack.clear()
            self._stop(node.line or 1, f"holds more than {MAX_NODES:,} values", "split or shorten it")
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if isinstance(top.node.value, dict):
            node.line = top.key_line
            if "\0" not in top.key:
                top.node.value[top.key] = node
            top.waits = False
            top.before = "" if isinstance(node.value, dict | list) else top.key.split("\0")[0]
        else:
            top.node.value.append(node)

    def _path(self) -> str:
        return ".".join(self._steps())

    def _steps(self) -> Iterator[str]:
        for depth, parent in enumerate(self.stack):
            if isinstance(parent.node.value, list):
                inside = depth + 1 < len(self.stack)  # the item is already in the list
                yield str(len(parent.node.value) - inside)
            elif parent.waits or depth + 1 < len(self.stack):
                yield parent.key.split("\0")[0]
