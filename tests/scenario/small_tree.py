"""The texts of a small shipped tree: two states, one war, one flow."""

ACTIONS = """\
actions:
  basis:
    per_year: {judgement: As often as in the test, range: [0.5, 2.0]}
    "*": {derived: made up}
  protest:
    label: protest
    desk: country
    targets: rival
    per_year: 1.2
    rung: 1
    provokes: {T: 0.03, ZAF: 0.1}
    drives:
      - {path: dyads.actor.target.tension, gain: 1.0}
      - {observes: pipelines.elsewhere.level, gain: 1.0}
    effects: [{lower: dyads.actor.target.alignment, by: 0.002}]
    sentence: "{actor} protests to {target}"
  arm:
    label: arm
    desk: programme
    programme: {war: supporter}
    actors: [NOR, ZAF]
    per_year: {value: 0.5, source: press, as_of: 2024-01-01, confidence: low}
    variants: {light: {share: 0.8}, heavy: {share: 0.2, gains: {UKR: 0.1}}}
    effects: [{ship: flow, amount: 0.1}]
    sentence: "{actor} arms {target}"
"""

LADDER = """\
ladder:
  rungs: [{id: normal}, {id: protest}, {id: coercion}, {id: show_of_force}]
"""

WORLD = """\
name: north
title: The north
start: 2024-06-24
relations: {rivals: [[NOR, SWE]]}
states:
  basis: {"*": {judgement: Invented, range: [0.8, 1.2]}}
  NOR:
    name: Norway
    military: 0.1
    munitions: {stock: 2, production: 1}
    goals:
      {SUR: 0.1, TER: 0.1, UKR: 0.1, ALY: 0.1, AUT: 0.1, PRO: 0.1, ENF: 0.1, NPR: 0.1, PEA: 0.1, OFF: 0.1}
  SWE:
    name: Sweden
    military: {value: 0.2, source: SIPRI, as_of: 2023-12-31, confidence: high}
    munitions: {stock: 3, production: 1}
    arming: {limit: 3}
    goals:
      {SUR: 0.1, TER: 0.1, UKR: 0.1, ALY: 0.1, AUT: 0.1, PRO: 0.1, ENF: 0.1, NPR: 0.1, PEA: 0.1, OFF: 0.1}
dyads:
  basis: {tension: {derived: counted}}
  NOR: {SWE: {tension: 0.4}}
  SWE: {NOR: {tension: 0.5}}
theatres: {fjord: {dyads: [[NOR, SWE]]}}
wars:
  basis: {"*": {derived: counted}}
  border: {label: border war, sides: [[NOR], [SWE]], theatre: fjord, open: 1, support: {SWE: 2}}
pipelines:
  basis: {"*": {judgement: Invented, range: [0.5, 2]}}
  shells:
    {label: shells, giver: NOR, taker: SWE, good: munitions, war: border, transit_days: 14, rate: 2}
assumptions:
  output:
    path: states.SWE.munitions.production
    distribution: {uniform: {low: 1, high: 3}}
    why: Nobody counts
"""

#: A scenario with a bit of everything; tests add lines to it or change one.
SCENARIO = """\
name: strait
title: A strait
extends: north
turns: 20
seed: 7
replicates: 64
watch: [wars.border.front, pipelines.shells.level]
assumptions:
  mood:
    source: hearsay
    alternatives:
      calm: {weight: 0.6, set: {dyads.NOR.SWE.tension: 0.2}}
      tense: {weight: 0.4, set: {dyads.NOR.SWE.tension: 0.8}}
options:
  nothing: {}
  aid:
    set: {pipelines.shells.level: 2}
    do: [{at: 2024-07-01, actor: NOR, action: arm, variant: heavy}]
    doctrine:
      - actor: NOR
        when: {observes: pipelines.shells.level, above: 1}
        do: {action: protest, target: SWE}
        firmness: 0.5
injects:
  storm: {per_year: 2, then: [{lower: pipelines.shells.level, by: 0.5}]}
outcomes:
  clash: {clash: {between: [NOR, SWE], deaths: 1}}
  late: {does: {actor: NOR, action: protest}, by: 2024-09-01}
"""
