"""All commands together, and what each kind of failure means for the exit status."""

from __future__ import annotations

import inspect
import os
import select
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from sim.cli.calibrate import calibrate
from sim.cli.check import check
from sim.cli.compare import compare
from sim.cli.dashboard import dashboard
from sim.cli.doctor import doctor
from sim.cli.drivers import drivers
from sim.cli.listing import list_all
from sim.cli.merge import merge
from sim.cli.new import new
from sim.cli.parsing import told
from sim.cli.replay import replay
from sim.cli.report import report
from sim.cli.run import run
from sim.cli.schema import schema
from sim.cli.score import score
from sim.cli.sensitivity import sensitivity
from sim.cli.show import show
from sim.cli.sweep import sweep
from sim.errors import SimError
from sim.montecarlo.faults import UnitsFailed


class Doors(TyperGroup):
    """The commands; an interrupt inside one is told in its own words, a reader who leaves is let go."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt as stop:
            _say(130, str(stop) or "interrupted")
            raise typer.Exit(130) from None
        except BrokenPipeError:
            if not _nobody_reads():
                raise
            raise typer.Exit(0) from None
        return done


def _nobody_reads() -> bool:
    """Say whether whoever read stdout has left, as `head` does; if so, nothing more is sent there."""
    asked = select.poll()
    asked.register(sys.stdout.fileno(), 0)  # errors are always told
    if not asked.poll(0):
        return False
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return True


app = typer.Typer(
    name="sim", cls=Doors, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)

#: Begins the part of a docstring that is printed as it stands.
_EXAMPLE = "Example:"

#: What the parser takes for: leave the lines of this paragraph alone.
_AS_IT_STANDS = "\b\n"


def _add(command: Callable[..., None], name: str | None = None) -> None:
    """Add a command, its help being its docstring."""
    meaning = inspect.getdoc(command) or ""
    app.command(name, help=meaning.replace(_EXAMPLE, _AS_IT_STANDS + _EXAMPLE))(command)


_add(run)
_add(compare)
_add(merge)
_add(check)
_add(show)
_add(list_all, "list")
_add(new)
_add(replay)
_add(report)
_add(drivers)
_add(dashboard)
_add(sweep)
_add(sensitivity)
_add(score)
_add(calibrate)
_add(schema)
_add(doctor)


def _version(wanted: bool) -> None:
    """Print the version and leave."""
    if wanted:
        from sim import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def sim(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Open strategic wargame simulator: thousands of histories of a scenario, and what they say."""


def enter(arguments: list[str]) -> int:
    """Run one command and return the exit status."""
    try:
        status = typer.main.get_command(app).main(arguments, prog_name="sim", standalone_mode=False)
    except SimError as fault:
        return _say(2, *map(str, fault.problems))
    except Exception as fault:  # noqa: BLE001  raised again unless it is the parser's
        return _failed(fault)
    return status if isinstance(status, int) else 0


def _failed(fault: Exception) -> int:
    """Say what failed that is not a `SimError`: wrong arguments, or a bug."""
    if hasattr(fault, "format_message"):  # the parser's, whichever parser Typer uses
        return _say(2, told(fault))
    if isinstance(fault, UnitsFailed):
        return _say(1, str(fault))
    raise fault


def _say(status: int, *lines: str) -> int:
    """Write lines on stderr and return the exit status."""
    for line in lines:
        print(line, file=sys.stderr)
    return status
