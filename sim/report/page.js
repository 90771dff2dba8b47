// Draws the figures, changes what is shown, unfolds and prints. Loads nothing.
'use strict';
const NARROW = 700;  // px of a frame below which a figure takes its narrow layout
const SHORT = 20;  // rows of a folded table that is printed
const plots = [...document.querySelectorAll('.plot')];
const data = new Map();
const everything = document.getElementById('everything');
let printing = false;

const parsed = id => { const held = document.getElementById(id); return held ? JSON.parse(held.textContent) : null; };
const held = plot => {
  if (!data.has(plot)) {
    const figure = parsed(plot.dataset.figure);
    figure.narrow = parsed(plot.dataset.figure + '-narrow');
    if (plot.dataset.behind) figure.data = [...parsed(plot.dataset.behind).data, ...figure.data];
    data.set(plot, figure);
  }
  return data.get(plot);
};
const isNarrow = plot => !printing && plot.clientWidth < NARROW;

function draw(plot) {
  const figure = held(plot), narrow = isNarrow(plot) && figure.narrow;
  plot.dataset.layout = narrow ? 'narrow' : 'wide';
  const layout = structuredClone(narrow ? figure.narrow : figure.layout);
  if (printing) { layout.width = 1000; layout.autosize = false; }
  plot.style.height = layout.height + 'px';
  Plotly.react(plot, figure.data, layout, {responsive: true, displayModeBar: false, showTips: false});
}
const shown = plot => plot.checkVisibility();
const drawShown = again => { for (const plot of plots) if (shown(plot) && (again || !plot.dataset.layout)) draw(plot); };

// One figure after the other, so that the page stays alive while many are drawn.
function drawSoon() {
  const next = plots.find(plot => !plot.dataset.layout && shown(plot));
  if (next) { draw(next); setTimeout(drawSoon, 0); } else document.documentElement.dataset.drawn = 'yes';
}

// Tells who cannot see it what has changed.
const spoken = document.createElement('div');
spoken.className = 'aloud';
spoken.setAttribute('role', 'status');
document.querySelector('main').append(spoken);
const tell = text => { spoken.textContent = text; };

// ---------------------------------------------------------------- choices
const ALL = 24, LONG = 70;  // choices that paper names, and characters of a name
const brief = text => text.length > LONG ? text.slice(0, LONG - 1) + '…' : text;

// A choice of several figures or tables: one is shown, the others wait.
function choose(box) {
  const control = box.querySelector('select'), all = everything !== null && everything.checked;
  for (const part of box.querySelectorAll(':scope > .choice')) part.hidden = !all && part.dataset.choice !== control.value;
  const others = [...control.options].filter(option => !option.selected).map(option => brief(option.text.trim()));
  const named = others.slice(0, ALL).join('; ') + (others.length > ALL ? '; …' : '');
  box.querySelector(':scope > .control .more').textContent = all ? '' : `${others.length} more on screen: ${named}.`;
}
const switches = [...document.querySelectorAll('.switch')];
for (const box of switches) {
  const control = box.querySelector('select'), label = box.querySelector('label').textContent;
  box.classList.add('live');
  control.addEventListener('change', () => {
    choose(box);
    drawShown(false);
    const part = box.querySelector(':scope > .choice:not([hidden])');
    const titles = [...part.querySelectorAll('figcaption')].map(title => brief(title.textContent));
    tell(`${label}: ${brief(control.selectedOptions[0].text)} is shown below. ${titles.join('. ')}`);
  });
  choose(box);
}
for (const part of document.querySelectorAll('details')) part.addEventListener('toggle', () => drawShown(false));

// ---------------------------------------------------------------- folds
// On a narrow screen what is long waits behind its heading.
const thin = window.matchMedia(`(max-width: ${NARROW}px)`);
const folds = [...document.querySelectorAll('[data-fold]')];
const closed = new Set();
function fold(body, close) {
  body.hidden = close;
  if (close) closed.add(body); else closed.delete(body);
  const button = document.querySelector(`button[aria-controls="${body.id}"]`);
  if (button) button.setAttribute('aria-expanded', String(!close));
}
function foldAll(narrow) {
  for (const body of folds) {
    const place = body.previousElementSibling, button = place.querySelector('button.fold');
    if (narrow && !button) {
      const made = document.createElement('button');
      made.className = 'fold';
      made.type = 'button';
      made.textContent = place.textContent;
      made.setAttribute('aria-controls', body.id);
      made.addEventListener('click', () => { fold(body, !body.hidden); drawShown(false); });
      place.replaceChildren(made);
    } else if (!narrow && button) place.textContent = button.textContent;
    fold(body, narrow && !(everything && everything.checked));
  }
}
foldAll(thin.matches);
thin.addEventListener('change', () => { foldAll(thin.matches); drawShown(false); });

// A link into what is folded unfolds it.
function reveal(hash) {
  const target = hash.length > 1 && document.getElementById(hash.slice(1));
  if (!target) return;
  for (const inside of target.querySelectorAll(':scope > [data-fold], :scope > details')) inside.matches('details') ? inside.open = true : fold(inside, false);
  for (let at = target; at; at = at.parentElement) {
    if (at.matches('details')) at.open = true;
    if (at.matches('[data-fold]')) fold(at, false);
  }
  drawShown(false);
  target.scrollIntoView();
}
window.addEventListener('hashchange', () => reveal(location.hash));
document.addEventListener('click', event => {
  const link = event.target.closest('a[href^="#"]');
  if (link && link.hash === location.hash) reveal(link.hash);
});
reveal(location.hash);
drawShown(false);

// ---------------------------------------------------------------- everything, and paper
const opened = new Set();  // what was opened for a while
const open = part => { if (!part.open) { part.open = true; opened.add(part); } };
const shut = () => { for (const part of opened) part.open = false; opened.clear(); };

if (everything) everything.addEventListener('change', () => {
  const all = everything.checked;
  if (all) document.querySelectorAll('main details').forEach(open); else shut();
  switches.forEach(choose);
  for (const body of folds) fold(body, thin.matches && !all);
  delete document.documentElement.dataset.drawn;
  tell(all ? 'Every choice and every table is open, on screen and in print.' : 'One of each choice is shown.');
  drawSoon();
});

let waiting = 0;
window.addEventListener('resize', () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => { for (const plot of plots)
    if (plot.dataset.layout && shown(plot) && isNarrow(plot) !== (plot.dataset.layout === 'narrow')) draw(plot); }, 120);
});

let unfolded = [];
window.addEventListener('beforeprint', () => {
  printing = true;
  unfolded = [...closed];
  for (const body of unfolded) body.hidden = false;
  if (!(everything && everything.checked))
    for (const part of document.querySelectorAll('details')) if (part.checkVisibility() && Number(part.firstElementChild.dataset.rows) <= SHORT) open(part);
  drawShown(true);
});
window.addEventListener('afterprint', () => {
  printing = false;
  if (!(everything && everything.checked)) shut();
  for (const body of unfolded) body.hidden = true;
  drawShown(true);
});
document.documentElement.dataset.ready = 'yes';
