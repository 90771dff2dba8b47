"""The rules of the house, read off the source: who may import whom, sizes, docstrings, forbidden calls.

Each rule is one function from a module to its breaches, and each is tried on a snippet that breaks it.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

COMMON = {"errors", "arrays", "streams", "intervals", "arguments"}
KEPT = COMMON | {"results"}
PLAYED = COMMON | {"world", "actions", "processes", "decision", "scenario", "model"}
STUDIED = KEPT | PLAYED | {"montecarlo", "analysis"}

#: What is for users alone, each of whom may use all the rest.
DOORS = {"kept", "study", "making", "explored", "exploring", "api"}
ALL = STUDIED | DOORS | {"report", "dashboard", "experiments", "score", "play"}

#: What each layer may import besides itself. Two branches, tables and world, meet in montecarlo.
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "arrays": {"errors"},
    "streams": {"errors", "arrays"},
    "intervals": {"errors", "arrays", "streams"},
    "arguments": {"errors"},
    "results": COMMON,
    "analysis": KEPT,
    "report": KEPT | {"analysis"},
    "dashboard": KEPT | {"analysis", "report"},  # never the model: it is handed what opens a history
    "world": COMMON,
    "actions": COMMON | {"world"},
    "processes": COMMON | {"world"},
    "decision": COMMON | {"world", "actions", "processes"},
    "scenario": COMMON | {"world", "actions", "processes", "decision"},
    "model": PLAYED,
    "montecarlo": PLAYED | {"results"},
    "experiments": STUDIED,
    "score": STUDIED,
    "play": ALL - DOORS,
    "kept": ALL - DOORS,
    "study": ALL - DOORS | {"kept"},
    "making": ALL - DOORS,
    "explored": ALL - DOORS,
    "exploring": ALL - DOORS | {"making"},
    "api": ALL,
    "cli": ALL | {"public"},
    "public": ALL,  # sim/__init__.py
    "__main__": ALL | {"cli", "public"},
}

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
FORBIDDEN_CALLS = {"eval", "exec", "yaml.load", "yaml.load_all", "yaml.unsafe_load", "yaml.full_load"}
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
MACHINE_PATH = re.compile(r"(?<![\w.:/$}-])/(home|root|Users|work|mnt|opt|tmp|var/tmp)/\w|\b[A-Z]:\\Users\\")
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file of the package."""

    path: str  # relative to the project, with slashes
    text: str

    @property
    def layer(self) -> str:
        """Layer the file belongs to: its package, or its name at the top."""
        first = self.path.split("/")[1].removesuffix(".py")
        return "public" if first == "__init__" else first

    @property
    def tree(self) -> ast.Module:
        """Parse the file."""
        return ast.parse(self.text, self.path)


Rule = Callable[[Module], Iterator[str]]


def imports(module: Module) -> Iterator[tuple[int, str]]:
    """Yield (line, full dotted name) of everything a module imports, at any depth."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module or ''}.{alias.name}") for alias in node.names)


def dotted(node: ast.expr) -> str:
    """Spell a chain of attributes, `a.b.c`; empty for anything else."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def imports_go_upwards(module: Module) -> Iterator[str]:
    """Each layer imports only what stands above it."""
    if module.layer not in MAY_IMPORT:
        yield f"{module.path}: `{module.layer}` is in no layer of tests/conformance/test_house.py"
        return
    for line, name in imports(module):
        parts = name.split(".")
        if parts[0] != "sim" or name == "sim.__version__":
            continue
        target = parts[1] if len(parts) > 1 and parts[1] in MAY_IMPORT else "public"
        if target != module.layer and target not in MAY_IMPORT[module.layer]:
            yield f"{module.path}:{line}: {module.layer} may not import {target}"


def mesa_stays_in_the_model(module: Module) -> Iterator[str]:
    """Only model/ knows Mesa: a new version of it touches one folder."""
    for line, name in imports(module):
        if name.split(".")[0] == "mesa" and module.layer != "model":
            yield f"{module.path}:{line}: mesa is imported outside sim/model"


def luck_comes_from_streams(module: Module) -> Iterator[str]:
    """Only streams.py draws: every variate has a name, or replay and pairing break."""
    if module.layer == "streams":
        return
    for line, name in imports(module):
        if name.startswith("numpy.random") or name.split(".")[0] in {"random", "secrets"}:
            yield f"{module.path}:{line}: {name} is imported outside sim/streams.py"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and dotted(node) in {"np.random", "numpy.random"}:
            yield f"{module.path}:{node.lineno}: numpy.random is used outside sim/streams.py"


def files_are_short(module: Module) -> Iterator[str]:
    """A file has one purpose."""
    lines = len(module.text.splitlines())
    if lines > LONGEST_FILE:
        yield f"{module.path}: {lines} lines, more than {LONGEST_FILE}"


def functions_are_short(module: Module) -> Iterator[str]:
    """A function fits on a screen."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{module.path}:{node.lineno}: {node.name} has {lines} lines"


def everything_public_is_described(module: Module) -> Iterator[str]:
    """Every module, public class, function and method says what it is for."""
    if not ast.get_docstring(module.tree):
        yield f"{module.path}: has no docstring"
    yield from undescribed(module.path, module.tree)


def undescribed(path: str, parent: ast.Module | ast.ClassDef) -> Iterator[str]:
    """Yield the public definitions of *parent* without a docstring, methods included."""
    for node in parent.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            yield f"{path}:{node.lineno}: {node.name} has no docstring"
        if isinstance(node, ast.ClassDef):
            yield from undescribed(path, node)


def imports_are_absolute_and_named(module: Module) -> Iterator[str]:
    """Names can be followed: no relative and no star imports."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f"{module.path}:{node.lineno}: relative import"
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            yield f"{module.path}:{node.lineno}: star import"


def nothing_is_caught_blindly(module: Module) -> Iterator[str]:
    """A bare except swallows interrupts and hides bugs."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            yield f"{module.path}:{node.lineno}: bare except"


def files_of_others_are_not_run(module: Module) -> Iterator[str]:
    """A scenario comes from strangers: nothing in it is ever executed."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and dotted(node.func) in FORBIDDEN_CALLS:
            yield f"{module.path}:{node.lineno}: {dotted(node.func)}() is not used here"


def nothing_is_left_unfinished(module: Module) -> Iterator[str]:
    """What is not done is an issue, not a comment."""
    for number, line in enumerate(module.text.splitlines(), start=1):
        if UNFINISHED.search(line):
            yield f"{module.path}:{number}: {line.strip()}"


def no_path_of_one_machine(module: Module) -> Iterator[str]:
    """A path of the author's machine works nowhere else."""
    for number, line in enumerate(module.text.splitlines(), start=1):
        if MACHINE_PATH.search(line):
            yield f"{module.path}:{number}: {line.strip()}"


RULES: tuple[Rule, ...] = (
    imports_go_upwards,
    mesa_stays_in_the_model,
    luck_comes_from_streams,
    files_are_short,
    functions_are_short,
    everything_public_is_described,
    imports_are_absolute_and_named,
    nothing_is_caught_blindly,
    files_of_others_are_not_run,
    nothing_is_left_unfinished,
)

WELL_BEHAVED = '''"""X."""

import mesa

from sim.world.axes import GOALS


def goals() -> int:
    """Count."""
    return len(GOALS)
'''
LONG_FUNCTION = 'def f():\n    """Do."""\n' + "    pass\n" * LONGEST_FUNCTION
BREACHES: list[tuple[Rule, str, str]] = [
    (imports_go_upwards, "sim/world/x.py", "from sim.scenario.loader import load"),
    (imports_go_upwards, "sim/actions/x.py", "import sim.processes.war"),
    (imports_go_upwards, "sim/processes/x.py", "from sim import actions"),
    (imports_go_upwards, "sim/report/x.py", "def f():\n    from sim.world import axes"),
    (imports_go_upwards, "sim/world/x.py", "from sim.report.theme import INK"),
    (imports_go_upwards, "sim/analysis/x.py", "from sim import run"),
    (imports_go_upwards, "sim/dashboard/x.py", "def f():\n    from sim.play.replay import tell"),
    (imports_go_upwards, "sim/errors.py", "from sim.arrays import Batch"),
    (imports_go_upwards, "sim/somewhere_else/x.py", "import math"),
    (mesa_stays_in_the_model, "sim/api.py", "from mesa.model import Model"),
    (luck_comes_from_streams, "sim/decision/x.py", "from numpy.random import default_rng"),
    (luck_comes_from_streams, "sim/decision/x.py", "import numpy as np\nrng = np.random.default_rng()"),
    (luck_comes_from_streams, "sim/decision/x.py", "from numpy import random"),
    (luck_comes_from_streams, "sim/decision/x.py", "import random"),
    (files_are_short, "sim/x.py", "pass\n" * (LONGEST_FILE + 1)),
    (functions_are_short, "sim/x.py", LONG_FUNCTION),
    (everything_public_is_described, "sim/x.py", "pass"),
    (everything_public_is_described, "sim/x.py", '"""X."""\ndef public(): ...'),
    (
        everything_public_is_described,
        "sim/x.py",
        '"""X."""\nclass Public:\n    """Y."""\n    def method(self): ...',
    ),
    (imports_are_absolute_and_named, "sim/world/x.py", "from . import axes"),
    (imports_are_absolute_and_named, "sim/world/x.py", "from sim.world.axes import *"),
    (nothing_is_caught_blindly, "sim/x.py", "try:\n    f()\nexcept:\n    pass"),
    (files_of_others_are_not_run, "sim/x.py", "ev" + "al('1')"),
    (files_of_others_are_not_run, "sim/x.py", "import yaml\nyaml." + "load(text)"),
    (nothing_is_left_unfinished, "sim/x.py", "x = 1  # TO" + "DO: y"),
    (no_path_of_one_machine, "sim/x.py", "open('/ho" + "me/me/x.csv')"),
    (no_path_of_one_machine, "docs/x.md", "cd /wo" + "rk/main"),
]


def package() -> list[Module]:
    """Read every Python file of the package."""
    files = sorted((ROOT / "sim").rglob("*.py"))
    return [Module(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")) for file in files]


def kept_files() -> list[Path]:
    """Files under version control, new ones included; outside a checkout, all that would be shipped."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        files = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
        return [file for file in files if file.is_file()]
    shipped = ("sim", "configs", "scenarios", "docs", "tests")
    files = (file for folder in shipped for file in (ROOT / folder).rglob("*"))
    return [file for file in files if file.is_file() and "__pycache__" not in file.parts]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_package_keeps(rule: Rule) -> None:
    """No module of the package breaks the rule; every breach is listed."""
    breaches = [breach for module in package() for breach in rule(module)]

    assert not breaches, "\n".join(breaches)


@pytest.mark.parametrize(
    ("rule", "path", "text"), BREACHES, ids=lambda value: getattr(value, "__name__", None)
)
def test_a_breach_is_noticed(rule: Rule, path: str, text: str) -> None:
    """A rule that cannot fail guards nothing."""
    assert list(rule(Module(path, text)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_good_manners_pass(rule: Rule) -> None:
    """A well-behaved module of the model raises no alarm: rules that always fail guard nothing either."""
    assert not list(rule(Module("sim/model/x.py", WELL_BEHAVED)))


def test_every_rule_is_tried() -> None:
    """Each rule has at least one snippet that breaks it."""
    assert {rule.__name__ for rule, _, _ in BREACHES} >= {rule.__name__ for rule in RULES}


def test_no_kept_file_names_a_path_of_one_machine() -> None:
    """Documents, configurations and scenarios work on any machine."""
    breaches = []
    for file in kept_files():
        if file.suffix in {".png", ".parquet", ".npz", ".csv"}:
            continue
        module = Module(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8"))
        breaches += no_path_of_one_machine(module)

    assert not breaches, "\n".join(breaches)


def broken_links(page: Path) -> list[str]:
    """List the relative links of a Markdown page that lead nowhere."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [t for t in LINK.findall(text) if "://" not in t and not t.startswith("mailto:")]
    return [f"{page.name}: {target}" for target in targets if not (page.parent / target).exists()]


def test_links_between_documents_lead_somewhere() -> None:
    """A relative link in a Markdown page points at a file that exists."""
    broken = [link for file in kept_files() if file.suffix == ".md" for link in broken_links(file)]

    assert not broken, "\n".join(broken)


def test_a_broken_link_is_noticed(tmp_path: Path) -> None:
    """The link check can fail."""
    page = tmp_path / "page.md"
    page.write_text("[there](page.md) [nowhere](missing.md) [web](https://example.org/x)", encoding="utf-8")

    assert broken_links(page) == ["page.md: missing.md"]
