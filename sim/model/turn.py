"""One turn, in order. Everything that changes the world is listed here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.decision.needs import adapt
from sim.model import act as deeds
from sim.processes.deals import deals as run_deals
from sim.processes.economy import economy as run_economy
from sim.processes.incidents import incidents as run_incidents
from sim.processes.intelligence import intelligence as run_intelligence
from sim.processes.ladder import ladder as run_ladder
from sim.processes.nuclear import aftermath as run_aftermath
from sim.processes.nuclear import stance
from sim.processes.pipelines import pipelines as run_pipelines
from sim.processes.places import places as run_places
from sim.processes.projects import projects as run_projects
from sim.processes.red_lines import red_lines as run_red_lines
from sim.processes.treaties import treaties as run_treaties
from sim.processes.wars import wars as run_wars

if TYPE_CHECKING:
    from sim.model.model import StrategicModel

Stage = Callable[["StrategicModel"], None]


def injects(model: StrategicModel) -> None:
    """Let outside events come."""
    model.injects.happen(model.world, model.moment)


def perceive(model: StrategicModel) -> None:
    """Fill what every state sees and feels; all decide on the same picture."""
    stance(model.world)
    model.goals_met = model.setup.appraisal.bank.fill(model.world, model.values)


def decide(model: StrategicModel) -> None:
    """Let every state weigh its choices and hear its clocks."""
    model.ringing.clear()
    model.agents.do("appraise")
    if model.weighed is not None:
        model.weighed()
    model.agents.do("decide")


def act(model: StrategicModel) -> None:
    """Let all deeds take effect."""
    deeds.act(model)


def rounds(model: StrategicModel) -> None:
    """Let both sides of a grave deed decide again for what is left of the turn."""
    model.rounds.play(model)


def intelligence(model: StrategicModel) -> None:
    """Let observers learn and mistake."""
    run_intelligence(model.world, model.moment)


def aftermath(model: StrategicModel) -> None:
    """Remember who struck whom, and who began it."""
    run_aftermath(model.world, model.moment)


def projects(model: StrategicModel) -> None:
    """Build, take help in, and field."""
    run_projects(model.world, model.moment)


def treaties(model: StrategicModel) -> None:
    """See who may call for help, who gave it, and what still ties the parties."""
    run_treaties(model.world, model.moment)


def deals(model: StrategicModel) -> None:
    """Watch what was promised, and what must not be crossed."""
    run_deals(model.world, model.moment)
    run_red_lines(model.world, model.moment)
    run_places(model.world, model.moment)


def consequences(model: StrategicModel) -> None:
    """Let what came about take effect."""
    model.came_about = model.moment.events
    model.setup.consequences.follow(model.world, model.moment)


def pipelines(model: StrategicModel) -> None:
    """Make, ship, receive, owe."""
    run_pipelines(model.world, model.moment)


def wars(model: StrategicModel) -> None:
    """Fight."""
    run_wars(model.world, model.moment)


def economy(model: StrategicModel) -> None:
    """Let supply, growth and mood follow."""
    run_economy(model.world, model.moment)


def incidents(model: StrategicModel) -> None:
    """Draw clashes nobody decided on."""
    run_incidents(model.world, model.moment)


def ladder(model: StrategicModel) -> None:
    """Let what was stirred up settle; aspirations follow."""
    run_ladder(model.world, model.moment)
    adapt(model.world, model.moment, model.goals_met)


def record(model: StrategicModel) -> None:
    """Write down what happened."""
    model.recorder.record(model)


#: One turn, in order.
TURN: tuple[Stage, ...] = (
    injects,
    perceive,
    decide,
    act,
    rounds,
    intelligence,
    pipelines,
    projects,
    wars,
    economy,
    incidents,
    aftermath,
    treaties,
    deals,
    consequences,
    ladder,
    record,
)
