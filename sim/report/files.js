// Hands out figures and tables as files, each with the marking and where it comes from. Loads nothing.
function hand(name, blob) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
const about = document.body.dataset;  // marking, title, study
const source = [about.title, about.study && `study ${about.study}`].filter(Boolean).join(' · ');
const plain = text => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '');
const clip = (text, most) => [...text].slice(0, most).join('');
const stem = text => `${about.name}-${text}`;

// ---------------------------------------------------------------- figures
const WIDE = 1180, SIDE = 14;  // px of a picture, and of its margins
const PEN = document.createElement('canvas').getContext('2d');
const FONT = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif";

// Breaks a text into lines that fit on a picture, between words where it can; says so where it leaves some out.
function wrapped(text, size, most) {
  PEN.font = `bold ${size}px ${FONT}`;
  const fits = line => PEN.measureText(line).width <= WIDE - 2 * SIDE, lines = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (lines.length > most) break;
    if (fits(line ? `${line} ${word}` : word)) { line = line ? `${line} ${word}` : word; continue; }
    if (line) lines.push(line);
    line = '';
    for (const sign of word) { if (lines.length > most) break; if (!fits(line + sign)) { lines.push(line); line = ''; } line += sign; }
  }
  if (line) lines.push(line);
  return lines.length > most ? [...lines.slice(0, most - 1), lines[most - 1].slice(0, -1) + '…'] : lines;
}

// Draws a figure as a picture that says by itself what it is: marking, title, where it comes from.
async function composed(plot) {
  const figure = held(plot), layout = structuredClone(figure.layout);
  Object.assign(layout, {paper_bgcolor: '#ffffff', width: WIDE, autosize: false});
  layout.font = {...layout.font, color: '#17202a'};
  const drawn = await Plotly.toImage({data: figure.data, layout}, {format: 'svg', width: WIDE, height: layout.height});
  const inner = decodeURIComponent(drawn.slice(drawn.indexOf(',') + 1)).replace(/^<\?xml[^>]*>/, '');
  const title = plot.getAttribute('aria-label').split(' — ')[0];
  const above = [], below = [];
  let top = 6;
  const write = (into, text, size, weight, x, anchor, most) => {
    for (const line of wrapped(text, size, most)) {
      top += Math.round(size * 1.35);
      into.push(`<text x="${x}" y="${top}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}">${xml(line)}</text>`);
    }
  };
  if (about.marking) write(above, about.marking, 14, 700, WIDE / 2, 'middle', 14);
  top += 6;
  write(above, title, 17, 600, SIDE, 'start', 4);
  top += 8;
  const head = top;
  top += layout.height;
  write(below, source, 12, 400, SIDE, 'start', 3);
  if (about.marking) write(below, about.marking, 14, 700, WIDE / 2, 'middle', 2);
  const height = top + 10;
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDE}" height="${height}" viewBox="0 0 ${WIDE} ${height}">` +
    `<title>${xml(title)}</title><desc>${xml([about.marking, source].filter(Boolean).join('\n'))}</desc>` +
    `<rect width="100%" height="100%" fill="#ffffff"/><g font-family="${xml(FONT)}" fill="#17202a">${above.join('')}${below.join('')}</g>` +
    `<g transform="translate(0 ${head})">${inner}</g></svg>`;
  return {text, height};
}

async function picture(plot, format) {
  const {text, height} = await composed(plot);
  const name = stem(plot.dataset.figure.replace(/^figure-|-data$/g, '')) + '.' + format;
  const svg = new Blob([text], {type: 'image/svg+xml'});
  if (format === 'svg') return hand(name, svg);
  const image = new Image(), canvas = document.createElement('canvas');
  image.src = 'data:image/svg+xml,' + encodeURIComponent(text);
  await image.decode();
  [canvas.width, canvas.height] = [2 * WIDE, 2 * height];
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob(made => hand(name, made), 'image/png');
}

// ---------------------------------------------------------------- tables
const NUMBER = '[+\\u2212-]?(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.\\d+)?', PART = '[\\u202f\\u00a0 ]?%';
const ONE = new RegExp(`^(${NUMBER})(${PART})?$`);
const BAND = new RegExp(`^(${NUMBER})(?:${PART})? to (${NUMBER})(${PART})?$`);
const MIDDLE = new RegExp(`^(${NUMBER})(${PART})? \\((${NUMBER}) to (${NUMBER})(?:${PART})?\\)$`);
const NOTHING = new Set(['', '–', 'not run']);
const number = text => Number(text.replace(/,/g, '').replace(/\u2212/g, '-').replace(/^\+/, ''));

// The lines of a cell.
function lines(cell) {
  const copy = cell.cloneNode(true);
  for (const gap of copy.querySelectorAll('br')) gap.replaceWith('\n');
  for (const block of copy.querySelectorAll('.small, .words, .big')) block.prepend('\n'), block.append('\n');
  return copy.textContent.split('\n').map(line => line.replace(/[^\S\u202f\u00a0]+/g, ' ').trim()).filter(Boolean);
}

// A column as it is to be calculated with: numbers where it holds no texts, an interval in columns of its own.
function spread(name, values) {
  const told = values.filter(value => !NOTHING.has(value)), is = kind => told.length && told.every(value => kind.test(value));
  const share = at => told.some(value => value.match(at[0])[at[1]]) && !name.includes('%') ? ', %' : '';
  const take = (kind, groups) => groups.map(group => values.map(value => NOTHING.has(value) ? '' : number(value.match(kind)[group])));
  if (is(ONE)) return [[name + share([ONE, 2]), ...take(ONE, [1])[0]]];
  if (is(BAND)) return take(BAND, [1, 2]).map((column, i) => [`${name}, ${['low', 'high'][i]}${share([BAND, 3])}`, ...column]);
  if (is(MIDDLE)) return take(MIDDLE, [1, 3, 4]).map((column, i) => [name + ['', ', low', ', high'][i] + share([MIDDLE, 2]), ...column]);
  return [[name, ...values]];
}

// A table as rows for others to work with: those given with it, or what it shows. Each says where it comes from.
function rowsOf(table) {
  const given = table.closest('.tabled').dataset.saved;
  const rows = given ? JSON.parse(given).map(row => row.map(value => value === null ? '' : value)) : shownRows(table);
  const more = [['scenario', about.title], ['study', about.study], ['marking', about.marking]].filter(([, value]) => value);
  return rows.map((row, r) => [...row, ...more.map(pair => pair[r ? 1 : 0])]);
}

function shownRows(table) {
  const [head, ...body] = [...table.rows].map(row => [...row.cells].map(lines));
  const columns = head.flatMap((title, c) => {
    const deep = Math.max(1, ...body.map(row => (row[c] || []).length)), name = title.join(', ');
    return Array.from({length: deep}, (_, line) =>
      spread(line ? `${name} (${line + 1})` : name, body.map(row => (row[c] || [])[line] || ''))).flat();
  });
  return Array.from({length: body.length + 1}, (_, r) => columns.map(column => column[r]));
}

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
    `</sheetData><headerFooter><oddHeader>${printed(about.marking || '')}</oddHeader><oddFooter>${printed(source)}</oddFooter></headerFooter></worksheet>`;
}
// Text in the margin of a printed sheet, which takes 255 characters; an ampersand begins a command there.
const printed = text => xml(text ? '&C' + clip(text.replace(/\s+/g, ' '), 120).replace(/&/g, '&&') : '');

// A workbook of named tables (ECMA-376, part 1): the fewest parts that spreadsheets open.
function workbook(tables) {
  const names = tables.map(([name], i) => `${i + 1} ${name.replace(/[\[\]:*?\/\\'\p{Cc}]/gu, ' ')}`.slice(0, 31).trim());
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
const cover = () => ['About', [['Marking', about.marking || ''], ['Scenario', about.title || ''], ['Study', about.study || '']]];
const stems = new Map();  // of every table a name of its own
for (const [n, table] of tables.entries()) {
  const wanted = clip(plain(table.dataset.name), 60) || 'table', taken = new Set(stems.values());
  stems.set(table, taken.has(wanted) ? `${wanted}-${n + 1}` : wanted);
}
document.addEventListener('click', event => {
  const button = event.target.closest('button[data-save]');
  if (!button) return;
  const kind = button.dataset.save;
  if (kind === 'png' || kind === 'svg') picture(button.closest('figure').querySelector('.plot'), kind);
  else if (kind === 'book') hand(stem('tables.xlsx'), workbook([cover(), ...tables.map(named)]));
  else {
    const table = button.closest('.tabled').querySelector('table');
    hand(stem(`${stems.get(table)}.${kind}`), kind === 'csv' ? csv(rowsOf(table)) : workbook([named(table), cover()]));
  }
});
