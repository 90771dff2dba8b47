"""Numbers that hold for everyone: declared here, given their values in ``configs/parameters.yaml``.

Shape ``[R]``; a weekly or yearly figure holds at any length of turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from sim.arrays import Batch, Floats, Quantity


@dataclass(slots=True)
class Parameters(Batch):
    """Global parameters of decision, escalation and physics."""

    # how a state decides
    precision: Annotated[Floats, Quantity("R", "nats per all a state values", 0, 200)]
    loss_aversion: Annotated[Floats, Quantity("R", "ratio", 1, 5)]
    aspiration_half_life: Annotated[Floats, Quantity("R", "weeks", 1, 520)]
    tension_gain: Annotated[Floats, Quantity("R", "nats", 0, 10)]
    answer_gain: Annotated[Floats, Quantity("R", "nats", 0, 20)]
    fear_weight: Annotated[Floats, Quantity("R", "share", 0, 3)]
    fear_base: Annotated[Floats, Quantity("R", "log-odds", -6, 4)]
    fear_resolve: Annotated[Floats, Quantity("R", "log-odds per unit of firmness", 0, 10)]
    fear_balance: Annotated[Floats, Quantity("R", "log-odds per unit of power share", 0, 10)]
    fear_jump: Annotated[Floats, Quantity("R", "log-odds per rung", 0, 3)]
    habituation: Annotated[Floats, Quantity("R", "nats per recent use", 0, 5)]
    habituation_half_life: Annotated[Floats, Quantity("R", "weeks", 0.1, 104)]
    ally_share: Annotated[Floats, Quantity("R", "share of an answer owed that allies take up", 0, 1)]
    # tension, answers, ladder
    tension_rise: Annotated[Floats, Quantity("R", "multiple of what an action provokes", 0, 5)]
    tension_half_life: Annotated[Floats, Quantity("R", "weeks", 0.5, 104)]
    answer_half_life: Annotated[Floats, Quantity("R", "weeks", 0.2, 52)]
    standoff: Annotated[Floats, Quantity("R", "nats towards another display once forces are out", 0, 10)]
    standoff_half_life: Annotated[Floats, Quantity("R", "weeks for forces to go back to their bases", 0.5, 104)]
    step_down_low: Annotated[Floats, Quantity("R", "chance a week, rung 5 and below", 0, 1)]
    step_down_force: Annotated[Floats, Quantity("R", "chance a week, rungs 6 and 7", 0, 1)]
    step_down_war: Annotated[Floats, Quantity("R", "chance a week, rung 8 and above", 0, 1)]
    leap: Annotated[Floats, Quantity("R", "rungs a deed above limited force may climb", 1, 11)]
    lift: Annotated[Floats, Quantity("R", "rungs one deed lifts the standing rung at most", 1, 11)]
    rounds: Annotated[Floats, Quantity("R", "a week in which a dyad decides again after a grave deed, at most", 0, 10)]
    # beliefs and intelligence
    belief_settled: Annotated[Floats, Quantity("R", "share learnt from an answer seen", 0, 1)]
    belief_lapsed: Annotated[Floats, Quantity("R", "share unlearnt a week from an answer owed and not given", 0, 1)]
    belief_drift: Annotated[Floats, Quantity("R", "share a week back to the prior", 0, 1)]
    misperception_sd: Annotated[Floats, Quantity("R", "share", 0, 0.5)]
    resolve_sd: Annotated[Floats, Quantity("R", "share", 0, 0.5)]
    detection: Annotated[Floats, Quantity("R", "multiple of every chance to observe", 0, 10)]
    false_alarms: Annotated[Floats, Quantity("R", "1/year per observer and flow", 0, 10)]
    monitoring_bite: Annotated[Floats, Quantity("R", "share of a hidden flow stopped per unit of monitoring added", 0, 1)]
    leaks: Annotated[Floats, Quantity("R", "1/year that what is known privately becomes public", 0, 52)]
    # incidents
    incident_hazard: Annotated[Floats, Quantity("R", "1/year per pair at contact 1", 0, 20)]
    incident_rung: Annotated[Floats, Quantity("R", "nats per rung above 2", 0, 2)]
    incident_force: Annotated[Floats, Quantity("R", "share of incidents with use of force", 0, 1)]
    season_swing: Annotated[Floats, Quantity("R", "share by which incidents rise in season", 0, 3)]
    unmanned_share: Annotated[Floats, Quantity("R", "share of encounters with something unmanned", 0, 1)]
    deadly_share: Annotated[Floats, Quantity("R", "share of uses of limited force with deaths", 0, 1)]
    # nuclear weapons, allies and one's word
    emboldenment: Annotated[Floats, Quantity("R", "nats at low rungs for a sure deterrent", 0, 2)]
    reputation: Annotated[Floats, Quantity("R", "share of a broken word that hurts one's others", 0, 1)]
    bond_half_life: Annotated[Floats, Quantity("R", "weeks for a pact to follow what it is for", 1, 260)]
    # war
    shell_share: Annotated[Floats, Quantity("R", "share of fire that is shells at the start", 0, 1)]
    front_gain: Annotated[Floats, Quantity("R", "thousand km2/year per unit of log fire ratio", 0, 100)]
    front_noise: Annotated[Floats, Quantity("R", "thousand km2 per square root of a year", 0, 20)]
    stock_half: Annotated[Floats, Quantity("R", "million rounds at which a side fires half of what it wishes", 0.01, 20)]
    weariness_rate: Annotated[Floats, Quantity("R", "1/year at full intensity", 0, 2)]
    hope_half_life: Annotated[Floats, Quantity("R", "weeks", 1, 208)]
    terms_horizon: Annotated[Floats, Quantity("R", "years of war a side looks ahead when it thinks of terms", 0.1, 10)]
    terms_price: Annotated[Floats, Quantity("R", "thousand km2 a side would give up to end all its weariness", 0, 100)]
    troop_losses: Annotated[Floats, Quantity("R", "1/year at full intensity, of troops sent abroad", 0, 5)]
    recurrence: Annotated[Floats, Quantity("R", "1/year that a ceasefire without guarantee breaks", 0, 5)]
    # economy
    trade_bite: Annotated[Floats, Quantity("R", "1/year of growth per unit of effective sanctions", 0, 2)]
    war_cost: Annotated[Floats, Quantity("R", "1/year of growth at full intensity", 0, 1)]
    hardship_slope: Annotated[Floats, Quantity("R", "stability lost a year at full hardship", 0, 1)]
    components_bite: Annotated[Floats, Quantity("R", "share of output lost without any components", 0, 1)]
    adaptation_half_life: Annotated[Floats, Quantity("R", "weeks for evaders to get round added interdiction", 1, 520)]
    supply_half_life: Annotated[Floats, Quantity("R", "weeks for supply to follow trade", 1, 104)]
