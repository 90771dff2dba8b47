"""Style sheet and script of the page: light, dark and printed; readable from the back of a room."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --ink: #17202a; --quiet: #56616c; --paper: #ffffff; --ground: #f4f6f8; --rule: #c9d0d7; --accent: #0b5c94; --mark: #8a1c1c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e9edf1; --quiet: #a9b4bf; --paper: #14191f; --ground: #1e252d; --rule: #3b4651; --accent: #7cc0f2; --mark: #a83232;
  }
}
* { box-sizing: border-box; }
html { font-size: 17px; scroll-behavior: smooth; }
body {
  margin: 0 auto; padding: 0 2rem 3rem; max-width: 1180px; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif;
  overflow-wrap: break-word; hyphens: manual;
}
a { color: var(--accent); }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { position: static; display: inline-block; padding: .5rem; }
.marking { margin: 0 -2rem; padding: .35rem 2rem; background: var(--mark); color: #fff; font-weight: 700; text-align: center; letter-spacing: .06em; }
header { padding: 1.6rem 0 .4rem; }
.page > main { display: block; }
h1 { margin: 0; font-size: 2.1rem; line-height: 1.18; text-wrap: balance; }
h2 { margin: 2.8rem 0 .7rem; padding-top: .5rem; border-top: 3px solid var(--ink); font-size: 1.45rem; line-height: 1.25; }
h3 { margin: 1.8rem 0 .3rem; font-size: 1.12rem; }
p { margin: .5rem 0; max-width: 92ch; }
.lead { margin: .5rem 0 0; color: var(--quiet); font-size: 1.08rem; }
.conditional { margin: .7rem 0 0; padding: .4rem .9rem; border: 2px solid var(--ink); max-width: none; }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; margin: .9rem 0 0; padding: 0; list-style: none; }
.quiet, .reading { color: var(--quiet); }
.reading { font-size: .92rem; }
ul.plain { margin: .5rem 0; padding-left: 1.2rem; }
ul.plain li { margin: .25rem 0; max-width: 90ch; }
ul.findings { margin: .7rem 0; padding: 0; list-style: none; }
ul.findings li { margin: .5rem 0; padding: .6rem .9rem; border-left: 5px solid var(--accent); background: var(--ground); font-size: 1.08rem; }
.tag { display: inline-block; padding: 0 .5em; border: 1px solid var(--rule); border-radius: 1em; color: var(--quiet); font-size: .82rem; }
.scroll { overflow-x: auto; margin: .8rem 0; }
table { width: 100%; border-collapse: collapse; font-size: .95rem; font-variant-numeric: tabular-nums; }
caption { padding: 0 0 .5rem; color: var(--quiet); text-align: left; font-size: .92rem; }
.date { white-space: nowrap; }
th, td { padding: .5rem .7rem .5rem 0; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid var(--ink); vertical-align: bottom; line-height: 1.3; }
tbody th { font-weight: 600; min-width: 11rem; }
table.outcomes td { min-width: 8.4rem; }
.big { display: block; font-size: 1.12rem; font-weight: 650; white-space: nowrap; }
.small { display: block; color: var(--quiet); font-size: .83rem; line-height: 1.4; }
.words { display: block; margin-top: .1rem; font-size: .88rem; line-height: 1.3; font-style: italic; }
.change { margin-top: .3rem; }
.clear { color: var(--ink); font-weight: 650; }
code { font-family: ui-monospace, 'DejaVu Sans Mono', monospace; font-size: .84em; overflow-wrap: anywhere; }
figure { margin: 1.6rem 0 2.2rem; }
figcaption { font-weight: 650; font-size: 1.12rem; }
.frame { overflow-x: auto; }
.plot { width: 100%; min-width: 800px; min-height: 8rem; }
.plot .infolayer text, .plot [class$=tick] text { fill: var(--ink) !important; }
.plot .legendtext, .plot .annotation-text { fill: var(--ink) !important; }
details { margin: .5rem 0; }
summary { cursor: pointer; color: var(--accent); }
.limits li { margin: .35rem 0; max-width: 92ch; }
.limits li:first-child { font-weight: 650; }
.limits { margin: .8rem 0; padding: .4rem 1.2rem .7rem; border: 2px solid var(--ink); background: var(--ground); }
dl { margin: .5rem 0; }
dl div { display: grid; grid-template-columns: 13rem 1fr; gap: 1rem; padding: .25rem 0; border-bottom: 1px solid var(--rule); }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
footer { margin-top: 2.5rem; color: var(--quiet); font-size: .9rem; }
@media (max-width: 700px) { body { padding: 0 1rem 2rem; } dl div { grid-template-columns: 1fr; gap: 0; } }
@media print {
  :root { --ink: #000; --quiet: #333; --paper: #fff; --ground: #f4f4f4; --rule: #999; --accent: #000; --mark: #000; }
  @page { size: A4; margin: 16mm 13mm; }
  html { font-size: 11.5px; }
  body { padding: 0; max-width: none; }
  nav, .skip, details { display: none; }
  h2, h3, figcaption { break-after: avoid; }
  figure, tr, li, .limits { break-inside: avoid; }
  th, td { padding-right: .6rem; }
  tbody th, table.outcomes td { min-width: 0; }
  thead { display: table-header-group; }
  .scroll, .frame { overflow: visible; }
  .plot { zoom: .69; width: 1000px; }
  body { display: table; width: 100%; }
  .page { display: table-row-group; }
  .marking { padding: 0; background: none; color: #000; }
  .marking { break-inside: avoid; }
  .marking.top { display: table-header-group; } .marking.bottom { display: table-footer-group; }
  .marking span { display: block; padding: 0 0 4mm; } .marking.bottom span { padding: 4mm 0 0; }
}
"""

#: Draws every figure, and once more for paper, at a width that the style sheet scales to the page.
SCRIPT = """
const plots = [...document.querySelectorAll('.plot')];
for (const plot of plots) {
  const figure = JSON.parse(document.getElementById(plot.dataset.figure).textContent);
  Plotly.newPlot(plot, figure.data, figure.layout, {responsive: true, displayModeBar: false, showTips: false});
}
const resize = width => { for (const plot of plots) Plotly.relayout(plot, {width: width, autosize: width === null}); };
window.addEventListener('beforeprint', () => resize(1000));
window.addEventListener('afterprint', () => resize(null));
"""

#: The page may run what is written in it and load nothing, whatever a study's texts contain.
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:"
