"""From a path to the array it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.arrays import Floats, Quantity
from sim.world.axes import Axes
from sim.world.quantities import ENTITIES, PARTS

if TYPE_CHECKING:
    from sim.world.world import World


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
    named = 2 if section == "projects" else 1
    first = axes.index[ENTITIES[section]][".".join(rest[:named])]
    tail = rest[named:]
    if "_".join(tail) in declared:
        return Address(section, "_".join(tail), (first,))
    field = _field("_".join(tail[:-1]), declared, path)  # the last word names an entity on a second axis
    second = axes.index[declared[field].letters[1]][tail[-1]]
    return Address(section, field, (first, second))


#: Quantities that are believed rather than seen, by section, and where the belief is kept.
BELIEVED = {"pipelines": {"level": "believed"}, "projects": {"transferred": "believed"}}


def as_observed(path: str, observer: str) -> str:
    """Return the path of what *observer* believes; what is not believed is seen as it is."""
    section, *words = path.split(".")
    belief = BELIEVED.get(section, {}).get(words[-1])
    return ".".join((section, *words[:-1], belief, observer)) if belief else path


def _field(name: str, declared: dict[str, Quantity], path: str) -> str:
    if name not in declared:
        raise KeyError(f"{path}: no quantity {name!r}")
    return name
