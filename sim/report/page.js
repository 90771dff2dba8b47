// Draws the figures, changes what is shown, and hands out figures and tables as files. Loads nothing.
'use strict';
const NARROW = 700;  // px of a frame below which a figure takes its narrow layout
const plots = [...document.querySelectorAll('.plot')];
const data = new Map();
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

// A choice of several figures or tables: one is shown, the others wait.
function choose(box, value) {
  for (const part of box.querySelectorAll(':scope > .choice')) part.hidden = part.dataset.choice !== value;
  drawShown(false);
}
for (const box of document.querySelectorAll('.switch')) {
  const control = box.querySelector('select');
  box.classList.add('live');
  control.addEventListener('change', () => choose(box, control.value));
  choose(box, control.value);
}
for (const part of document.querySelectorAll('details')) part.addEventListener('toggle', () => drawShown(false));
drawShown(false);

let waiting = 0;
window.addEventListener('resize', () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => { for (const plot of plots)
    if (plot.dataset.layout && shown(plot) && isNarrow(plot) !== (plot.dataset.layout === 'narrow')) draw(plot); }, 120);
});
window.addEventListener('beforeprint', () => { printing = true; drawShown(true); });
window.addEventListener('afterprint', () => { printing = false; drawShown(true); });

// ---------------------------------------------------------------- files
function hand(name, blob) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
const stem = text => document.body.dataset.name + '-' + text;

async function picture(plot, format) {
  const figure = held(plot), layout = structuredClone(figure.layout);
  Object.assign(layout, {paper_bgcolor: '#ffffff', width: 1180, autosize: false});
  layout.font = {...layout.font, color: '#17202a'};
  const title = plot.getAttribute('aria-label').split(' — ')[0];
  layout.title = {text: title.replace(/&/g, '&amp;').replace(/</g, '&lt;'), x: 0.01, xanchor: 'left',
    yref: 'container', y: 1, yanchor: 'top', pad: {t: 12}, font: {size: 17}};
  layout.margin = {...layout.margin, t: (layout.margin.t || 40) + 40};
  layout.height += 40;
  const made = await Plotly.toImage({data: figure.data, layout},
    {format, width: 1180, height: layout.height, scale: format === 'png' ? 2 : 1});
  const [head, body] = [made.slice(0, made.indexOf(',')), made.slice(made.indexOf(',') + 1)];
  const bytes = head.includes('base64') ? Uint8Array.from(atob(body), c => c.charCodeAt(0))
    : new TextEncoder().encode(decodeURIComponent(body));
  hand(stem(plot.dataset.figure.replace(/^figure-|-data$/g, '')) + '.' + format,
    new Blob([bytes], {type: format === 'png' ? 'image/png' : 'image/svg+xml'}));
}

// A cell as it is to be calculated with: a number where it is nothing else, a line a part otherwise.
function cell(element) {
  const parts = element.children.length && !element.querySelector('code, strong')
    ? [...element.childNodes].map(node => node.textContent) : [element.textContent];
  const text = parts.map(part => part.replace(/\s+/g, ' ').trim()).filter(Boolean).join('\n');
  const bare = text.replace(/[\u202f\u00a0 ]?%$/, '').replace(/\u2212/g, '-').replace(/^\+/, '');
  return /^-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$/.test(bare) ? Number(bare.replace(/,/g, '')) : text;
}
const rowsOf = table => [...table.rows].map(row => [...row.cells].map(cell));

function csv(rows) {
  // A text that a spreadsheet would take for a formula is kept a text.
  const spelled = value => {
    if (typeof value === 'number') return String(value);
    const safe = /^[=+\-@\t\r]/.test(value) ? "'" + value : value;
    return /[",\n\r]/.test(safe) ? '"' + safe.replace(/"/g, '""') + '"' : safe;
  };
  return new Blob(['\ufeff' + rows.map(row => row.map(spelled).join(',')).join('\r\n') + '\r\n'], {type: 'text/csv'});
}

const CRC = Uint32Array.from({length: 256}, (_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n; });
const crc = bytes => { let sum = ~0; for (const b of bytes) sum = CRC[(sum ^ b) & 255] ^ (sum >>> 8); return ~sum >>> 0; };

// A zip without compression: local headers and contents, then the directory (PKWARE APPNOTE, sections 4.3.7 to 4.3.16).
function zip(files) {
  const numbers = (...pairs) => { const out = new Uint8Array(pairs.reduce((n, [, size]) => n + size, 0)); let at = 0;
    for (const [value, size] of pairs) { for (let i = 0; i < size; i++) out[at + i] = (value / 2 ** (8 * i)) & 255; at += size; } return out; };
  const parts = [], directory = [];
  let at = 0;
  for (const [name, text] of files) {
    const bytes = new TextEncoder().encode(text), named = new TextEncoder().encode(name), sum = crc(bytes);
    const common = [[20, 2], [0x800, 2], [0, 2], [0, 2], [33, 2], [sum, 4], [bytes.length, 4], [bytes.length, 4], [named.length, 2], [0, 2]];
    const head = numbers([0x04034b50, 4], ...common);
    parts.push(head, named, bytes);
    directory.push(numbers([0x02014b50, 4], [20, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), named);
    at += head.length + named.length + bytes.length;
  }
  const size = directory.reduce((n, part) => n + part.length, 0);
  const end = numbers([0x06054b50, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2], [size, 4], [at, 4], [0, 2]);
  return new Blob([...parts, ...directory, end], {type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'});
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const xml = text => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '')
  .replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
const column = n => (n >= 26 ? column(Math.floor(n / 26) - 1) : '') + String.fromCharCode(65 + n % 26);

function sheet(rows) {
  const spelled = (value, r, c) => typeof value === 'number' ? `<c r="${column(c)}${r + 1}"><v>${value}</v></c>`
    : `<c r="${column(c)}${r + 1}" t="inlineStr"><is><t xml:space="preserve">${xml(value.slice(0, 32767))}</t></is></c>`;
  return `${XML}<worksheet xmlns="${MAIN}"><sheetData>` +
    rows.map((row, r) => `<row r="${r + 1}">${row.map((value, c) => spelled(value, r, c)).join('')}</row>`).join('') +
    '</sheetData></worksheet>';
}

// A workbook of named tables (ECMA-376, part 1): the fewest parts that spreadsheets open.
function workbook(tables) {
  const used = new Set();
  const names = tables.map(([name], i) => {
    const made = `${i + 1} ${name.replace(/[\[\]:*?\/\\'\u0000-\u001f]/g, ' ')}`.slice(0, 31).trim();
    used.add(made); return made;
  });
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  return zip([
    ['[Content_Types].xml', `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/>` +
      tables.map((_, i) => `<Override PartName="/xl/worksheets/sheet${i + 1}.xml" ContentType="${type}.worksheet+xml"/>`).join('') + '</Types>'],
    ['_rels/.rels', `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
    ['xl/workbook.xml', `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>` +
      names.map((name, i) => `<sheet name="${xml(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join('') + '</sheets></workbook>'],
    ['xl/_rels/workbook.xml.rels', `${XML}<Relationships xmlns="${PACKAGE}/relationships">` +
      tables.map((_, i) => `<Relationship Id="rId${i + 1}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`).join('') + '</Relationships>'],
    ...tables.map(([, rows], i) => [`xl/worksheets/sheet${i + 1}.xml`, sheet(rows)]),
  ]);
}

const tables = [...document.querySelectorAll('table[data-name]')];
const named = table => [table.dataset.name, rowsOf(table)];
document.addEventListener('click', event => {
  const button = event.target.closest('button[data-save]');
  if (!button) return;
  const kind = button.dataset.save;
  if (kind === 'png' || kind === 'svg') picture(button.closest('figure').querySelector('.plot'), kind);
  else if (kind === 'book') hand(stem('tables.xlsx'), workbook(tables.map(named)));
  else {
    const table = button.closest('.tabled').querySelector('table');
    const file = stem(table.dataset.name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 48));
    hand(`${file}.${kind}`, kind === 'csv' ? csv(rowsOf(table)) : workbook([named(table)]));
  }
});
document.documentElement.dataset.ready = 'yes';
