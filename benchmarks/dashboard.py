"""How long the dashboard takes: from the command to the first answer, and for a click on 4 x 10^6 histories.

    python benchmarks/dashboard.py                 # 4 options of 1,000,000 histories
    python benchmarks/dashboard.py --replicates 10000

A study is made up in a temporary folder (no model is run), the real command is started on it, and what a
browser would send is sent over HTTP: every callback a click sets off, at once, as a browser does. The first
click reads the columns it needs; the others find them in memory.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.dashboard.made_up import study  # noqa: E402

#: Connections a browser keeps to one host.
CONNECTIONS = 6

JSON = dict[str, Any]


def asked(url: str, body: JSON | None = None) -> Any:
    """Send a request and return the answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310  our own
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return json.loads(answer.read() or b"null")


def followers(callbacks: list[JSON], stores: JSON, changed: set[str]) -> list[JSON]:
    """Return the bodies of the requests that a change of some stores sets off."""
    bodies = []
    for callback in callbacks:
        ids = [each["id"] for each in callback["inputs"]]
        if callback.get("clientside_function") or not changed & set(ids) or not set(ids) <= set(stores):
            continue
        inputs = [{**each, "value": stores[each["id"]]} for each in callback["inputs"]]
        outputs = [
            dict(zip(("id", "property"), each.rsplit(".", 1), strict=True))
            for each in callback["output"].strip(".").split("...")
        ]
        bodies.append(
            {
                "output": callback["output"],
                "outputs": outputs if callback["output"].startswith("..") else outputs[0],
                "inputs": inputs,
                "changedPropIds": [f"{name}.data" for name in changed if name in ids],
                "state": [],
            }
        )
    return bodies


def click(url: str, callbacks: list[JSON], stores: JSON, **change: Any) -> tuple[float, int]:
    """Change some stores as a click does; return the seconds to the last answer, and how many there are."""
    stores.update(change)
    bodies = followers(callbacks, stores, set(change))
    begin = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        answers = list(pool.map(lambda body: asked(f"{url}_dash-update-component", body), bodies))
    assert all(answer["response"] for answer in answers)
    return time.perf_counter() - begin, len(bodies)


def started(folder: Path) -> tuple[subprocess.Popen[str], str, float]:
    """Start the command on a study and return it, its address, and the seconds until it answers."""
    begin = time.perf_counter()
    command = [sys.executable, "-m", "sim", "dashboard", str(folder), "--port", "0", "--no-browser"]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603  itself
    assert running.stdout is not None
    url = running.stdout.readline().split()[1]
    asked(f"{url}_dash-layout")
    return running, url, time.perf_counter() - begin


def measure(folder: Path) -> None:
    """Print what every click takes."""
    running, url, seconds = started(folder)
    try:
        print(f"start: {seconds:.2f} s from the command to the layout of the page")
        callbacks = asked(f"{url}_dash-dependencies")
        stores: JSON = {}
        seconds, _ = click(url, callbacks, stores, studies={"one": str(folder), "two": str(folder)})
        print(f"controls: {seconds:.2f} s")
        sides = {
            side: {"study": str(folder), "option": name}
            for side, name in (("one", "no_aid"), ("two", "direct"))
        }
        looked_at = {
            "outcome": "clash",
            "theatre": "peninsula",
            "along": "prk_shell_output",
            "listed": "came",
        }
        quantity = "pipelines.prk_rus_shells.delivered"
        first = {**sides, "brush": {}, "narrow": False, "quantity": quantity, **looked_at}
        report("first look, all columns read", *click(url, callbacks, stores, **first))
        brush = {"prk_shell_output": [1.5, 2.5]}
        report("a slider, its column read", *click(url, callbacks, stores, brush=brush))
        for low in (1.2, 1.4, 1.6):
            brush = {"prk_shell_output": [low, 2.5], "transit_loss": [0.02, None]}
            report("a slider", *click(url, callbacks, stores, brush=brush))
        brush = {"pact_nature": ["lasting_alliance"], "prk_shell_output": [1.5, None]}
        report("a story", *click(url, callbacks, stores, brush=brush))
        report("another outcome", *click(url, callbacks, stores, outcome="ceasefire"))
        report("another option", *click(url, callbacks, stores, two={**sides["two"], "option": "tripwire"}))
    finally:
        running.terminate()
        running.wait()


def report(name: str, seconds: float, callbacks: int) -> None:
    """Print a line."""
    print(f"{name}: {seconds:.2f} s ({callbacks} callbacks)")


def main() -> None:
    """Make the study and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--replicates", type=int, default=1_000_000, help="histories of each of four options")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = study(Path(made) / "results" / "shell_game" / "made_up", given.replicates)
        rows = 4 * given.replicates
        size = (folder / "replicates.parquet").stat().st_size / 1e6
        print(f"{rows:,} histories in {size:.0f} MB")
        measure(folder)


if __name__ == "__main__":
    main()
