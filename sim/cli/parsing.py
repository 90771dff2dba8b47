"""What the parser of the command line complains of, in our words."""

from __future__ import annotations

from typing import Any

#: Faults of a value by the name Pydantic gives them, which reads arguments for Typer.
_KINDS = {"int_parsing": "is not a whole number", "float_parsing": "is not a number"}

_MISSING = "MissingParameter"
_BAD = "BadParameter"


def told(fault: Exception) -> str:
    """Return what is wrong with an argument, on one line."""
    where = getattr(getattr(fault, "ctx", None), "command_path", "sim")
    return f"{where}: {_what(fault)}; see `{where} --help`"


def _what(fault: Any) -> str:
    """Return the complaint alone."""
    kind, param = type(fault).__name__, getattr(fault, "param", None)
    if kind == _MISSING and param is not None:
        return f"{_name(param)} is missing"
    if kind == _BAD and param is not None:
        return f"{_name(param)}: {_value(fault)}"
    return _plain(fault.format_message())


def _name(param: Any) -> str:
    """Return what a user calls a parameter: its longest flag, or the word that stands for it."""
    flags = [name for name in param.opts if name.startswith("-")]
    return max(flags, key=len) if flags else str(param.metavar or param.name)


def _value(fault: Any) -> str:
    """Say what is wrong with a value."""
    found: list[dict[str, Any]] = getattr(fault.__cause__, "errors", list)()
    message = _plain(fault.message).removeprefix("Value error, ")
    if not found:
        return message
    kind, given = found[0].get("type"), found[0].get("input")
    return f"`{given}` {_KINDS[kind]}" if kind in _KINDS else message.replace("'", "`", 2).replace("'", "")


def _plain(message: str) -> str:
    """Return a message on one line, without its full stop."""
    return " ".join(message.split()).rstrip(".")
