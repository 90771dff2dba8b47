"""Make `sim/report/coasts.json`, the outlines of the report's map, from Natural Earth's land.

    npm pack world-atlas && tar xzf world-atlas-*.tgz
    python -m tests.docs.coasts package/land-50m.json

Natural Earth (1:50 million, public domain) as packed by world-atlas 2.0.2 (ISC). Coasts only, no borders.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parents[2] / "sim" / "report" / "coasts.json"

#: West, south, east, north in degrees; the tolerance lines are simplified to; the least area of an island.
WINDOWS = {
    "world": ((-12.0, -8.0, 300.0, 76.0), 0.3, 0.6),
    "near": ((92.0, 20.0, 172.0, 58.0), 0.04, 0.02),
}
Ring = list[tuple[float, float]]


def rings(topology: dict[str, Any]) -> list[Ring]:
    """Return every outer ring of a topology, in degrees (TopoJSON: arcs are deltas of whole numbers)."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        arcs.append(line)
    found = []
    for shape in topology["objects"]["land"]["geometries"]:
        for polygon in shape["arcs"]:
            ring: Ring = []
            for number in polygon[0]:
                arc = arcs[number] if number >= 0 else arcs[~number][::-1]
                ring += arc[1:] if ring else arc
            found.append(unwrapped(ring))
    return found


def unwrapped(ring: Ring) -> Ring:
    """Return a ring without jumps from one edge of the map to the other."""
    out = [ring[0]]
    for x, y in ring[1:]:
        out.append((x - 360 * round((x - out[-1][0]) / 360), y))
    return out


def clipped(ring: Ring, axis: int, bound: float, sign: int) -> Ring:
    """Return the part of a ring on one side of a line (Sutherland & Hodgman 1974)."""
    out: Ring = []
    for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
        ina, inb = sign * (a[axis] - bound) >= 0, sign * (b[axis] - bound) >= 0
        if ina:
            out.append(a)
        if ina != inb:
            t = (bound - a[axis]) / (b[axis] - a[axis])
            out.append((a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])))
    return out


def simplified(ring: Ring, tolerance: float) -> Ring:
    """Return a ring with fewer points (Douglas & Peucker 1973)."""
    kept = {0, len(ring) - 1, len(ring) // 2}
    spans = [(0, len(ring) // 2), (len(ring) // 2, len(ring) - 1)]
    while spans:
        first, last = spans.pop()
        (x1, y1), (x2, y2) = ring[first], ring[last]
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        most, at = tolerance, 0
        for i in range(first + 1, last):
            x, y = ring[i]
            across = abs((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1))
            far = across / length if length else ((x - x1) ** 2 + (y - y1) ** 2) ** 0.5
            if far > most:
                most, at = far, i
        if at:
            kept.add(at)
            spans += [(first, at), (at, last)]
    return [ring[i] for i in sorted(kept)]


def area(ring: Ring) -> float:
    """Return the area of a ring, square degrees."""
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def window(every: list[Ring], box: tuple[float, ...], tolerance: float, least: float) -> list[list[int]]:
    """Return the outlines within a box, in hundredths of a degree: x, y, x, y and so on."""
    west, south, east, north = box
    found = []
    for ring in every:
        for turn in (-360, 0, 360):
            held = [(x + turn, y) for x, y in ring]
            for axis, bound, sign in ((0, west, 1), (0, east, -1), (1, south, 1), (1, north, -1)):
                held = clipped(held, axis, bound, sign) if held else held
            if len(held) > 3 and area(held) >= least:
                points = simplified([*held, held[0]], tolerance)
                if len(points) > 3:
                    found.append([round(100 * number) for point in points for number in point])
    return found


def main() -> None:
    """Write the file."""
    every = rings(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    made = {name: window(every, *how) for name, how in WINDOWS.items()}
    TARGET.write_text(json.dumps(made, separators=(",", ":")) + "\n", encoding="utf-8")
    print({name: (len(lines), sum(map(len, lines)) // 2) for name, lines in made.items()}, TARGET.name)  # noqa: T201


if __name__ == "__main__":
    main()
