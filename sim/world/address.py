"""From a path to the array it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.arrays import Floats, Quantity
from sim.world.axes import Axes
from sim.world.world import PARTS, World


@dataclass(frozen=True, slots=True)
class Address:
    """One quantity of one entity: where its ``(R,)`` column lies."""

    section: str
    field: str
    where: tuple[int, ...]

    @property
    def _index(self) -> Any:
        return (slice(None), *self.where)

    @property
    def quantity(self) -> Quantity:
        """Its declaration."""
        return PARTS[self.section].declared()[self.field]

    def array(self, world: World) -> Floats:
        """Return the whole array the column belongs to, ``(R, …)``."""
        whole: Floats = getattr(getattr(world, self.section), self.field)
        return whole

    def read(self, world: World) -> Floats:
        """Return the column, ``(R,)``, as a view."""
        column: Floats = self.array(world)[self._index]
        return column

    def write(self, world: World, value: Floats | float) -> None:
        """Set the column."""
        self.array(world)[self._index] = value


def locate(path: str, axes: Axes) -> Address:
    """Resolve a path without placeholders.

    Raises
    ------
    KeyError
        If it names nothing; a scenario is checked before, so this is a fault of ours.
    """
    section, *rest = path.split(".")
    declared = PARTS[section].declared()
    if section in {"regime", "parameters"}:
        return Address(section, _field("_".join(rest), declared, path), ())
    if section == "indicators":
        field = "decay" if rest[1:] == ["decay"] else "value"
        return Address(section, field, (axes.index["I"][rest[0]],))
    if section == "dyads":
        where: tuple[int, ...] = (axes.index["S"][rest[0]], axes.index["S"][rest[1]])
        return Address(section, _field("_".join(rest[2:]), declared, path), where)
    letter = {"states": "S", "wars": "W", "pipelines": "P"}[section]
    first = axes.index[letter][rest[0]]
    tail = rest[1:]
    if "_".join(tail) in declared:
        return Address(section, "_".join(tail), (first,))
    field = _field("_".join(tail[:-1]), declared, path)  # the last word names an entity on a second axis
    second = axes.index[declared[field].letters[1]][tail[-1]]
    return Address(section, field, (first, second))


def _field(name: str, declared: dict[str, Quantity], path: str) -> str:
    if name not in declared:
        raise KeyError(f"{path}: no quantity {name!r}")
    return name
