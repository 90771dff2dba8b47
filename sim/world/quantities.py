"""Everything a world holds: shape, unit, bounds and meaning of each array, declared once.

A path in YAML is the section, the entity and the quantity, dots for underscores:
``states.PRK.munitions.production`` is ``States.munitions_production`` at PRK,
``dyads.PRK.KOR.tension`` is ``Dyads.tension`` at (actor PRK, target KOR).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from sim.arrays import Batch, Floats, Quantity
from sim.world.parameters import Parameters


@dataclass(slots=True)
class States(Batch):
    """What is true of each state."""

    military: Annotated[Floats, Quantity("R S", "share of world military power", 0, 1)]
    readiness: Annotated[Floats, Quantity("R S", "share", 0, 1, 0.5)]
    munitions_stock: Annotated[Floats, Quantity("R S", "million rounds", 0)]  # 152/155 mm equivalents
    munitions_production: Annotated[Floats, Quantity("R S", "million rounds/year", 0, 50)]
    munitions_consumption: Annotated[Floats, Quantity("R S", "million rounds/year", 0, 50)]  # wished for at war
    munitions_reserve: Annotated[Floats, Quantity("R S", "million rounds", 0)]  # floor below which it does not give
    munitions_inflow: Annotated[Floats, Quantity("R S", "million rounds/year", 0)]  # from suppliers not modelled
    munitions_burn: Annotated[Floats, Quantity("R S", "million rounds/year", 0, given=False)]
    burn_start: Annotated[Floats, Quantity("R S", "million rounds/year", 0, given=False)]  # what it fired at the start
    missiles_stock: Annotated[Floats, Quantity("R S", "missiles", 0)]
    missiles_production: Annotated[Floats, Quantity("R S", "missiles/year", 0)]
    fire_other: Annotated[Floats, Quantity("R S", "million round-equivalents/year", 0)]  # drones, glide bombs
    fire: Annotated[Floats, Quantity("R S", "million round-equivalents/year", 0, given=False)]
    weariness: Annotated[Floats, Quantity("R S", "share", 0, 1)]
    warheads: Annotated[Floats, Quantity("R S", "warheads", 0)]
    survivability: Annotated[Floats, Quantity("R S", "share of its arsenal surviving a first strike", 0, 1)]
    missile_defence: Annotated[Floats, Quantity("R S", "share of missiles stopped", 0, 1)]
    economy: Annotated[Floats, Quantity("R S", "output, 1 at the start", 0.05, 3, 1.0)]
    growth: Annotated[Floats, Quantity("R S", "1/year", -0.5, 0.5, 0.02)]
    access_start: Annotated[Floats, Quantity("R S", "share of its trade let through at the start", 0, given=False)]
    energy: Annotated[Floats, Quantity("R S", "supply over need", 0, 1, 0.9)]
    energy_start: Annotated[Floats, Quantity("R S", "share", 0, 1, given=False)]
    food: Annotated[Floats, Quantity("R S", "supply over need", 0, 1, 0.95)]
    food_start: Annotated[Floats, Quantity("R S", "share", 0, 1, given=False)]
    components: Annotated[Floats, Quantity("R S", "supply over need", 0, 1, 0.9)]  # dual-use goods for arms plants
    components_start: Annotated[Floats, Quantity("R S", "share", 0, 1, given=False)]
    dependence: Annotated[Floats, Quantity("R S", "share of supply that must be imported", 0, 1, 0.2)]
    hardship: Annotated[Floats, Quantity("R S", "share", 0, 1, 0.1)]
    hardship_start: Annotated[Floats, Quantity("R S", "share", 0, 1, given=False)]
    stability: Annotated[Floats, Quantity("R S", "share", 0, 1, 0.8)]
    stability_start: Annotated[Floats, Quantity("R S", "share", 0, 1, given=False)]
    approval: Annotated[Floats, Quantity("R S", "share", 0, 1, 0.5)]
    approval_start: Annotated[Floats, Quantity("R S", "share", 0, 1, given=False)]
    openness: Annotated[Floats, Quantity("R S", "weight of public opinion", 0, 1, 0.2)]  # 1 democracy
    arming_limit: Annotated[Floats, Quantity("R S", "support level", 0, 5, 5.0)]  # opinion at home tolerates it
    evasion: Annotated[Floats, Quantity("R S", "share of sanctions evaded", 0, 1, 0.3)]
    intelligence: Annotated[Floats, Quantity("R S", "multiple of a usual chance to observe", 0, 5, 1.0)]
    resolve: Annotated[Floats, Quantity("R S", "share", 0, 1, 0.6)]  # true firmness of its answers
    answers_force: Annotated[Floats, Quantity("R S", "chance that it answers a lethal attack in kind", 0, 1)]
    answers_above: Annotated[Floats, Quantity("R S", "chance that it answers one step above", 0, 1)]
    recklessness: Annotated[Floats, Quantity("R S", "share", 0, 1, given=False)]  # its initiations, as seen
    restrained: Annotated[Floats, Quantity("R S", "share", 0, 1, given=False)]  # held back by an ally
    experience: Annotated[Floats, Quantity("R S", "share of its forces that have fought", 0, 1)]
    posture: Annotated[Floats, Quantity("R S", "nuclear posture, N0 to N5", 0, 5)]
    counterforce: Annotated[Floats, Quantity("R S", "share of an arsenal a first strike of its would destroy", 0, 1)]
    automaticity: Annotated[Floats, Quantity("R S", "chance of a nuclear answer where its command is struck", 0, 1)]
    command_struck: Annotated[Floats, Quantity("R S", "share", 0, 1, given=False)]  # how badly, of late
    gate_attack: Annotated[Floats, Quantity("R S", "share", 0, 1)]  # first use: weapons of mass destruction used or imminent
    gate_command: Annotated[Floats, Quantity("R S", "share", 0, 1)]  # first use: leadership or nuclear command struck
    gate_assets: Annotated[Floats, Quantity("R S", "share", 0, 1)]  # first use: fatal attack on what is vital
    gate_war: Annotated[Floats, Quantity("R S", "share", 0, 1)]  # first use: a war that is being lost
    gate_peril: Annotated[Floats, Quantity("R S", "share", 0, 1)]  # first use: state and people in catastrophe
    peril: Annotated[Floats, Quantity("R S", "share", 0, 0.95, given=False)]  # how close to losing everything
    precision: Annotated[Floats, Quantity("R S", "multiple of parameters.precision", 0, 10, 1.0)]
    goals: Annotated[Floats, Quantity("R S G", "weight", 0, 1)]
    aspiration: Annotated[Floats, Quantity("R S G", "share", 0, 1, given=False)]  # level it has come to expect


@dataclass(slots=True)
class Dyads(Batch):
    """What is true of each ordered pair [actor, target]."""

    rung: Annotated[Floats, Quantity("R S S", "rung", 0, 11)]  # what the actor is doing to the target
    rung_floor: Annotated[Floats, Quantity("R S S", "rung", 0, 11)]  # the normal state of the pair
    tension: Annotated[Floats, Quantity("R S S", "share", 0, 1)]  # of the actor, towards the target
    tension_base: Annotated[Floats, Quantity("R S S", "share", 0, 1, given=False)]  # level it returns to
    alignment: Annotated[Floats, Quantity("R S S", "-1 to 1", -1, 1)]
    commitment: Annotated[Floats, Quantity("R S S", "share", 0, 1)]  # of the actor to help the target, as believed
    contact: Annotated[Floats, Quantity("R S S", "multiple of parameters.incident_hazard", 0, 5)]
    buffer: Annotated[Floats, Quantity("R S S", "share of incidents prevented", 0, 1)]  # agreements, hotlines
    trade: Annotated[Floats, Quantity("R S S", "share of the actor's trade with the target", 0, 1)]
    valve: Annotated[Floats, Quantity("R S S", "share of normal trade the actor lets through", 0, 1.5, 1.0)]
    sanctions: Annotated[Floats, Quantity("R S S", "share of possible measures", 0, 1)]
    reach: Annotated[Floats, Quantity("R S S", "share of its power the actor can bring to bear", 0, 1, 0.02)]
    believed_resolve: Annotated[Floats, Quantity("R S S", "share", 0, 1, 0.5)]
    misperception: Annotated[Floats, Quantity("R S S", "share", -1, 1, given=False)]
    penetration: Annotated[Floats, Quantity("R S S", "share of the actor's missiles that reach the target", 0, 1, 1.0)]
    forward: Annotated[Floats, Quantity("R S S", "share of the actor's power it keeps on the target's soil", 0, 1)]
    began: Annotated[Floats, Quantity("R S S", "share", 0, 1, given=False)]  # how far the actor began the crisis, as seen
    struck: Annotated[Floats, Quantity("R S S", "share", 0, 1, given=False)]  # how gravely the actor struck the target, of late
    nuked: Annotated[Floats, Quantity("R S S", "1 once the actor used a nuclear weapon on the target", 0, 1, given=False)]
    delivery: Annotated[Floats, Quantity("R S S", "share", 0, 1, given=False)]  # chance that a warhead of the actor gets through
    licence: Annotated[Floats, Quantity("R S S", "share", 0, 1, given=False)]  # how far its doctrine lets the actor strike first
    preempt: Annotated[Floats, Quantity("R S S", "share", 0, 1, given=False)]  # expected loss of its arsenal if the target is first
    superiority: Annotated[Floats, Quantity("R S S", "share", 0, 1, given=False)]  # the actor's share of local power
    shield: Annotated[Floats, Quantity("R S S", "nats", 0, 5, given=False)]  # emboldened by its arsenal and patron
    at_war: Annotated[Floats, Quantity("R S S", "1 while on opposite sides of an open war", 0, 1, given=False)]
    answer_owed: Annotated[Floats, Quantity("R S S", "share", 0, 1, given=False)]  # by the actor to the target
    answer_rung: Annotated[Floats, Quantity("R S S", "rung", 0, 11, given=False)]
    standoff: Annotated[Floats, Quantity("R S S", "nats", 0, 10, given=False)]  # towards showing forces that are out
    quiet_days: Annotated[Floats, Quantity("R S S", "days since its last deed of rung 3 or more", 0, given=False)]
    offer_until: Annotated[Floats, Quantity("R S S", "day the actor's offer to step down lapses", -1, start=-1, given=False)]


@dataclass(slots=True)
class Wars(Batch):
    """What is true of each war, open or latent. The first-named side gains where the front is positive."""

    open: Annotated[Floats, Quantity("R W", "1 while it is fought", 0, 1)]
    front: Annotated[Floats, Quantity("R W", "thousand km2 gained by the first-named side since the start", -200, 200)]
    front_rate: Annotated[Floats, Quantity("R W", "thousand km2/year", -400, 400)]  # at the start as observed
    parity: Annotated[Floats, Quantity("R W", "log fire ratio at which the front stands", -100, 100, given=False)]
    shell_weight: Annotated[Floats, Quantity("R W", "round-equivalents of fire a round is worth", 0, given=False)]
    mobility: Annotated[Floats, Quantity("R W", "multiple of parameters.front_gain", 0, 50, 1.0)]
    decisive: Annotated[Floats, Quantity("R W", "thousand km2 lost at which a side gives in", 0, 400, 200.0)]
    intensity: Annotated[Floats, Quantity("R W", "share", 0, 1)]
    ceased: Annotated[Floats, Quantity("R W", "1 once a ceasefire holds", 0, 1, given=False)]
    quiet_days: Annotated[Floats, Quantity("R W", "days since a ceasefire", 0, given=False)]
    guarantee: Annotated[Floats, Quantity("R W", "share", 0, 1)]  # strength of what would hold a ceasefire
    support: Annotated[Floats, Quantity("R W S", "support level", 0, 5)]  # S0-S5 of each state to its side
    upheld: Annotated[Floats, Quantity("R W S", "support level it has come to stand for", 0, 5, given=False)]
    leaning: Annotated[Floats, Quantity("R W S", "-1 to 1", -1, 1)]  # positive: wants the first-named side to gain
    hope: Annotated[Floats, Quantity("R W S", "thousand km2/year", -400, 400)]  # front movement each state expects
    outlook: Annotated[Floats, Quantity("R W S", "thousand km2/year", -400, 400, given=False)]  # hope, in its own favour
    overlap: Annotated[Floats, Quantity("R W", "thousand km2", -400, 400, given=False)]  # room between both sides' terms
    reservation: Annotated[Floats, Quantity("R W S", "thousand km2", -400, 400, given=False)]  # least it would settle for
    imposed: Annotated[Floats, Quantity("R W", "share", 0, 1, given=False)]  # how far a ceasefire was forced on a side
    joined: Annotated[Floats, Quantity("R W S", "1 or -1 for the side a third state fights on", -1, 1, given=False)]
    terms_until: Annotated[Floats, Quantity("R W S", "day a belligerent's offer of terms lapses", -1, start=-1, given=False)]


@dataclass(slots=True)
class Pipelines(Batch):
    """What is true of each standing flow of goods from a giver to a taker."""

    level: Annotated[Floats, Quantity("R P", "multiple of its rate", 0, 4, 1.0)]  # standing policy of the giver
    rate: Annotated[Floats, Quantity("R P", "units/year at level 1", 0)]
    capacity: Annotated[Floats, Quantity("R P", "units/year", 0, start=1e6)]  # most the route carries
    stock: Annotated[Floats, Quantity("R P", "units the giver holds for export", 0, start=1e6)]
    refill: Annotated[Floats, Quantity("R P", "units/year added to the stock", 0)]
    interdiction: Annotated[Floats, Quantity("R P", "share of shipments stopped", 0, 1)]
    interdiction_base: Annotated[Floats, Quantity("R P", "share it returns to", 0, 1, given=False)]
    share: Annotated[Floats, Quantity("R P", "share of the taker's need covered at level 1", 0, 1)]
    duds: Annotated[Floats, Quantity("R P", "share that does not work", 0, 1)]
    value: Annotated[Floats, Quantity("R P", "million round-equivalents/unit", 0)]  # what it counts for in the ledger
    shipped: Annotated[Floats, Quantity("R P", "units since the start", 0, given=False)]
    lost: Annotated[Floats, Quantity("R P", "units since the start", 0, given=False)]
    delivered: Annotated[Floats, Quantity("R P", "units since the start", 0, given=False)]
    flow: Annotated[Floats, Quantity("R P", "units/year arriving now", 0, given=False)]
    owed: Annotated[Floats, Quantity("R P", "million round-equivalents", -100, 100)]  # by the taker, for what arrived
    transit: Annotated[Floats, Quantity("R P Q", "units under way, by place in the queue", 0, given=False)]
    seen: Annotated[Floats, Quantity("R P", "chance a week that an observer learns its level", 0, 1, 0.2)]
    believed: Annotated[Floats, Quantity("R P S", "multiple of its rate", 0, 4, 1.0, given=False)]
    known: Annotated[Floats, Quantity("R P S", "1 where the observer knows its level privately", 0, 1, given=False)]
    public: Annotated[Floats, Quantity("R P", "1 where its level is public", 0, 1)]
    alarm: Annotated[Floats, Quantity("R P S", "1 where the observer believes a false alarm", 0, 1, given=False)]
    abroad: Annotated[Floats, Quantity("R P", "units of it now with the taker", 0, given=False)]  # troops
    fallen: Annotated[Floats, Quantity("R P", "units lost in the war since the start", 0, given=False)]
    after: Annotated[Floats, Quantity("R P", "share still wanted once a ceasefire holds", 0, 2, 1.0)]


@dataclass(slots=True)
class Projects(Batch):
    """What is true of each project: something a state builds in stages, alone or with help."""

    progress: Annotated[Floats, Quantity("R J", "share of the way to fielding", 0, 1)]  # from .5 on it must fly
    pace: Annotated[Floats, Quantity("R J", "1/year, without help", 0, 5)]
    absorption: Annotated[Floats, Quantity("R J", "share of help received that counts", 0, 1, 0.5)]
    flights_needed: Annotated[Floats, Quantity("R J", "successful flights from ground test to fielding", 0, 100, 4.0)]
    reliability: Annotated[Floats, Quantity("R J", "chance that a first flight succeeds", 0, 1, 0.4)]
    flights: Annotated[Floats, Quantity("R J", "since the start", 0, given=False)]
    successes: Annotated[Floats, Quantity("R J", "since the start", 0, given=False)]
    due: Annotated[Floats, Quantity("R J", "share", 0, 1, given=False)]  # how far work waits for a flight
    transferred: Annotated[Floats, Quantity("R J", "share of the whole received from others", 0, 5)]
    believed: Annotated[Floats, Quantity("R J S", "share of the whole received, as believed", 0, 5, given=False)]
    fielded: Annotated[Floats, Quantity("R J", "1 once in service", 0, 1)]


@dataclass(slots=True)
class Treaties(Batch):
    """What is true of each treaty between two states: its clauses, and what became of them."""

    in_force: Annotated[Floats, Quantity("R K", "1 while in force", 0, 1)]
    durability: Annotated[Floats, Quantity("R K", "share of the bond that outlives its occasion", 0, 1, 0.7)]
    linkage: Annotated[Floats, Quantity("R K", "share", 0, 1)]  # joint plants, labour, habit: what ties the parties besides
    bond: Annotated[Floats, Quantity("R K", "share", 0, 1, given=False)]  # how close the parties are now
    conditional: Annotated[Floats, Quantity("R K", "share", 0, 1, 0.5)]  # 1: never for who began it
    escape: Annotated[Floats, Quantity("R K", "share", 0, 1)]  # law and charter as ways out
    territory: Annotated[Floats, Quantity("R K", "share", 0, 1)]  # reading under which contested ground is covered
    consultation: Annotated[Floats, Quantity("R K", "days before help", 0, 180)]
    credibility: Annotated[Floats, Quantity("R K S", "share", 0, 1, 0.8)]  # of each party's word, as seen
    attacked: Annotated[Floats, Quantity("R K S", "share", 0, 1, given=False)]  # ground to invoke that each party has
    attacker: Annotated[Floats, Quantity("R K S", "index", -1, 100, start=-1, given=False)]
    blame: Annotated[Floats, Quantity("R K S", "share", 0, 1, given=False)]  # how far the other thinks the party began it
    dread: Annotated[Floats, Quantity("R K S", "share", 0, 1, given=False)]  # what the attacker could do to who helps
    asked_until: Annotated[Floats, Quantity("R K S", "day by which the party answers", -1, start=-1, given=False)]
    invoked: Annotated[Floats, Quantity("R K", "times since the start", 0, given=False)]
    declined: Annotated[Floats, Quantity("R K S", "times since the start", 0, given=False)]
    level: Annotated[Floats, Quantity("R K S", "highest level of help given, 0 to 5", 0, 5, given=False)]
    helping: Annotated[Floats, Quantity("R K S", "level of help now, 0 to 5", 0, 5, given=False)]
    traffic: Annotated[Floats, Quantity("R K", "multiple of the rate of its flow", 0, 10, 1.0, given=False)]
    effective: Annotated[Floats, Quantity("R K", "1 while something follows from it", 0, 1, given=False)]


@dataclass(slots=True)
class Deals(Batch):
    """What is true of each deal between two states, offered, kept or broken."""

    in_force: Annotated[Floats, Quantity("R D", "1 while in force", 0, 1)]
    cost: Annotated[Floats, Quantity("R D", "nats it takes to break one's word", 0, 10, 1.0)]
    grace: Annotated[Floats, Quantity("R D", "days a breach must be seen to last", 0, 365)]
    word: Annotated[Floats, Quantity("R D S", "nats", 0, 10, given=False)]  # what the party would break its word for
    worth: Annotated[Floats, Quantity("R D S", "share", -1, 1)]  # of the deal to each party, against having none
    offer_until: Annotated[Floats, Quantity("R D S", "day the party's offer lapses", -1, start=-1, given=False)]
    breach_days: Annotated[Floats, Quantity("R D S", "days the other has seen it broken", 0, given=False)]
    unkept: Annotated[Floats, Quantity("R D S", "1 while the party does not do what it would promise", 0, 1, given=False)]
    broken: Annotated[Floats, Quantity("R D S", "1 once the party was seen to break it", 0, 1, given=False)]


@dataclass(slots=True)
class RedLines(Batch):
    """What is true of each red line: an owner, what it must not see, and what it has said."""

    declaration: Annotated[Floats, Quantity("R N", "0 not, .4 vaguely, 1 precisely", 0, 1)]
    threshold: Annotated[Floats, Quantity("R N", "in units of what is measured", 0)]
    severity: Annotated[Floats, Quantity("R N", "rung of the answer announced", 0, 11, 3.0)]
    weight: Annotated[Floats, Quantity("R N", "nats off what would cross it", 0, 10, 1.5)]
    habituation: Annotated[Floats, Quantity("R N", "share by which an unanswered crossing moves it", 0, 1, 0.15)]
    audience: Annotated[Floats, Quantity("R N", "approval lost by leaving a crossing unanswered", 0, 1, 0.03)]
    at: Annotated[Floats, Quantity("R N", "in units of what is measured", 0, given=False)]  # where it stands now
    reached: Annotated[Floats, Quantity("R N", "in units of what is measured, at the last crossing", -1e6, start=-1e6, given=False)]
    pressure: Annotated[Floats, Quantity("R N", "nats", 0, 10, given=False)]  # on who might cross it
    crossed: Annotated[Floats, Quantity("R N", "times, as its owner saw it", 0, given=False)]
    unkept: Annotated[Floats, Quantity("R N", "crossings left unanswered", 0, given=False)]
    due_until: Annotated[Floats, Quantity("R N", "day by which an answer is expected", -1, start=-1, given=False)]


@dataclass(slots=True)
class Places(Batch):
    """What is true of each place that one state holds and another claims."""

    ambiguity: Annotated[Floats, Quantity("R X", "share", 0, 1, 0.5)]  # whose it is
    garrison: Annotated[Floats, Quantity("R X", "share", 0, 1, 0.5)]  # how strongly it is held
    seized: Annotated[Floats, Quantity("R X", "1 while the claimant holds it", 0, 1, given=False)]
    seized_days: Annotated[Floats, Quantity("R X", "days since it was seized", 0, given=False)]


@dataclass(slots=True)
class Regime(Batch):
    """The sanctions regime as a whole."""

    enforcement: Annotated[Floats, Quantity("R", "share of measures enforced", 0, 1, 0.6)]
    monitoring: Annotated[Floats, Quantity("R", "share of evasion documented", 0, 1, 0.3)]
    season: Annotated[Floats, Quantity("R", "share, 1 in late March", 0, 1, given=False)]  # of exercises and fishing
    monitoring_felt: Annotated[Floats, Quantity("R", "share that shippers have come to know", 0, 1, given=False)]


@dataclass(slots=True)
class Indicators(Batch):
    """Scalars a scenario declares for itself."""

    value: Annotated[Floats, Quantity("R I", "as declared", -1e6, 1e6)]
    decay: Annotated[Floats, Quantity("R I", "1/year", 0, 1e3)]


#: Sections of a path, and the struct that holds each.
SECTIONS: dict[str, type[Batch]] = {
    "states": States,
    "dyads": Dyads,
    "wars": Wars,
    "pipelines": Pipelines,
    "projects": Projects,
    "treaties": Treaties,
    "deals": Deals,
    "red_lines": RedLines,
    "places": Places,
    "regime": Regime,
    "indicators": Indicators,
}

#: Every struct of the world, by the first word of a path.
PARTS: dict[str, type[Batch]] = {**SECTIONS, "parameters": Parameters}

#: Axis of the entities of each section that has some.
ENTITIES = {
    "states": "S",
    "wars": "W",
    "pipelines": "P",
    "projects": "J",
    "treaties": "K",
    "deals": "D",
    "red_lines": "N",
    "places": "X",
    "indicators": "I",
}

#: Turns a cargo can be under way at most, the length of the transit queue.
QUEUE = 26

