"""Write the headline numbers as they are now: ``python -m tests.golden.update``.

Add a **Results change** line to CHANGELOG.md that says why they moved.
"""

from __future__ import annotations

import json
import sys

from tests.golden.numbers import FOLDER, KEPT


def main() -> None:
    """Write every file and say what moved."""
    for name, numbers in KEPT.items():
        file = FOLDER / f"{name}.json"
        old = json.loads(file.read_text()) if file.exists() else {}
        new = {key: float(f"{value:.6g}") for key, value in numbers().items()}
        file.write_text(json.dumps(new, indent=2) + "\n")
        for key in sorted({*old, *new}):
            if old.get(key) != new.get(key):
                sys.stdout.write(f"{name}: {key}: {old.get(key)} -> {new.get(key)}\n")


if __name__ == "__main__":
    main()
