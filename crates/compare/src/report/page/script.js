'use strict';
const report = JSON.parse(document.getElementById('report').textContent);
const $ = (id) => document.getElementById(id);

// ---------------------------------------------------------------- what is shown

/** All solvers, the best over all suites first. */
const names = [...new Set(report.suites.flatMap((suite) => [...suite.solvers, ...suite.absent]))];
const overall = new Map(names.map((name) => {
  const areas = report.suites.flatMap(({ rows }) => rows.filter((row) => row.solver === name).map((row) => row.area[0]));
  // One that took part in no suite comes last.
  return [name, areas.length ? areas.reduce((sum, area) => sum + area, 0) / areas.length : -Infinity];
}));
names.sort((a, b) => overall.get(b) - overall.get(a) || 0);
const COLORS = 10;
const DASHES = ['', '7 3', '2 3', '10 3 2 3', '1 2'];
/** Of each solver that is on its place among colours and dashes: the first that was free. */
const places = new Map();
/** A colour for each solver that is on, of its own up to ten of them; then dashes tell them apart. None for one that is off. */
const styleOf = (name) => {
  for (const other of places.keys()) if (!state.on.has(other)) places.delete(other);
  if (!state.on.has(name)) return { color: 'var(--line)', dash: '' };
  if (!places.has(name)) {
    const taken = new Set(places.values());
    let place = 0;
    while (taken.has(place)) place += 1;
    places.set(name, place);
  }
  const place = places.get(name);
  return { color: `var(--c${place % COLORS})`, dash: DASHES[Math.floor(place / COLORS) % DASHES.length] };
};
/** `first` and `second` are the two solvers that the reader has chosen; none before. */
const state = { suite: 0, tolerance: 1, cost: 'simplex gradients', on: new Set(), focus: null, first: null, second: null };
const suite = () => report.suites[state.suite];
/** What a solver is of, by the first word of its name: `hybrid` and `hybrid-restarts` are of one family. */
const family = (name) => name.split('-')[0];
/** The two solvers to compare: those chosen, else the best one, and the best of another family than the first. */
function pair() {
  const ranked = suite().rows.map((row) => row.solver);
  const chosen = (name) => (ranked.includes(name) ? name : undefined);
  const first = chosen(state.first) ?? ranked[0];
  const others = ranked.filter((name) => name !== first);
  const second = chosen(state.second) ?? others.find((name) => family(name) !== family(first)) ?? others[0] ?? first;
  return { first, second };
}
const indexOf = (name) => suite().solvers.indexOf(name);
/** The solvers that are on, the best of the suite first. */
const shown = () => suite().rows.map((row) => row.solver).filter((name) => state.on.has(name));

// ---------------------------------------------------------------- definitions, as in the crate's `analysis`

/** The evaluation with which a solver solved an instance to a tolerance; 0 if none did. */
const time = (s, tolerance, instance, solver) => s.times[tolerance][instance * s.solvers.length + solver];

/** Steps [abscissa, part] of the instances (or targets) that have an abscissa. */
function curve(abscissas, of) {
  abscissas.sort((a, b) => a - b);
  const steps = [];
  abscissas.forEach((x, k) => {
    if (steps.length && steps.at(-1)[0] === x) steps.at(-1)[1] = (k + 1) / of;
    else steps.push([x, (k + 1) / of]);
  });
  return steps;
}
const valueAt = (steps, x) => {
  let part = 0;
  for (const step of steps) { if (step[0] > x) break; part = step[1]; }
  return part;
};
const each = (s) => s.instances.map((_, k) => k);

/** What a data profile counts: where the suite has it, and how many of it are 1 on the axis. */
const COSTS = {
  'simplex gradients': { spent: (s) => s.times, unit: (n) => n + 1 },
  rounds: { spent: (s) => (s.rounds.length ? s.rounds : s.times), unit: () => 1 },
  seconds: { spent: (s) => s.microseconds, unit: () => 1e6 },
};

/** The data profile; by the chosen cost, if by none else. */
function dataProfile(s, tolerance, solver, instances = each(s), cost = state.cost) {
  const { spent, unit } = COSTS[cost];
  const all = spent(s)[tolerance] ?? [];
  const costs = instances.map((k) => all[k * s.solvers.length + solver] / unit(s.instances[k][1])).filter((cost) => cost > 0);
  return curve(costs, instances.length);
}

function performanceProfile(s, tolerance, solver, among, instances = each(s)) {
  const ratios = [];
  for (const k of instances) {
    const t = time(s, tolerance, k, solver);
    const fastest = Math.min(...among.map((other) => time(s, tolerance, k, other) || Infinity));
    if (t) ratios.push(t / fastest);
  }
  return curve(ratios, instances.length);
}

function runtimeDistribution(s, solver, instances = each(s)) {
  const times = [];
  report.tolerances.forEach((_, tolerance) => {
    for (const k of instances) {
      const t = time(s, tolerance, k, solver);
      if (t) times.push(t / s.instances[k][1]);
    }
  });
  return curve(times, instances.length * report.tolerances.length);
}

/** Sorted bars, and the instances that neither has solved. */
function logRatios(s, tolerance, first, second) {
  const pairs = each(s).map((k) => [time(s, tolerance, k, first), time(s, tolerance, k, second), k]);
  const both = pairs.filter(([a, b]) => a && b).map(([a, b, k]) => [Math.log2(a / b), k, true]);
  const longest = Math.max(0, ...both.map(([ratio]) => Math.abs(ratio)));
  const beyond = longest > 0 ? 1.1 * longest : 1;
  const one = pairs.filter(([a, b]) => !a !== !b).map(([a, , k]) => [a ? -beyond : beyond, k, false]);
  return { bars: [...both, ...one].sort((a, b) => a[0] - b[0]), neither: pairs.length - both.length - one.length };
}

/** Lower and upper ends at some abscissas of what 95 % of samples of problems, drawn with replacement, show; none of one problem. */
function bandOf(s, xs, stepsOf, instances = each(s)) {
  const problems = Map.groupBy ? Map.groupBy(instances, (k) => s.instances[k][0]) : grouped(s, instances);
  const lists = [...problems.values()];
  if (lists.length < 2) return undefined;
  let seed = 1;
  const random = () => { // mulberry32
    seed = (seed + 0x6d2b79f5) | 0;
    let z = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
  };
  const draws = Array.from({ length: 300 }, () => {
    const steps = stepsOf(lists.flatMap(() => lists[Math.floor(random() * lists.length)]));
    return xs.map((x) => valueAt(steps, x));
  });
  return xs.map((_, k) => {
    const values = draws.map((draw) => draw[k]).sort((a, b) => a - b);
    return [values[Math.round(0.025 * 299)], values[Math.round(0.975 * 299)]];
  });
}
function grouped(s, instances) {
  const groups = new Map();
  instances.forEach((k) => groups.set(s.instances[k][0], [...(groups.get(s.instances[k][0]) ?? []), k]));
  return groups;
}

/** Lower and upper ends at each of the sorted bars, of the same quantile of bars drawn. Problems without a bar are not drawn. */
function ratioBand(s, bars) {
  const ratios = new Map(bars.map(([ratio, k]) => [k, ratio]));
  const quantiles = (instances) => instances.map((k) => ratios.get(k)).sort((a, b) => a - b).map((ratio, k) => [k / instances.length, ratio]);
  return bandOf(s, bars.map((_, k) => (k + 0.5) / bars.length), quantiles, each(s).filter((k) => ratios.has(k)));
}

// ---------------------------------------------------------------- drawing

const svgNode = (name, attributes = {}, text) => {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
};
const node = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};
const brief = (name) => (name.length > 24 ? `${name.slice(0, 22)}…` : name);
const percent = (part) => `${Math.round(100 * part)} %`;
const short = (x) => (x < 1 ? String(Number(x.toPrecision(2))) : x >= 100 ? Math.round(x).toString() : x >= 10 ? x.toFixed(0) : x.toFixed(1).replace(/\.0$/, ''));
const SUPERSCRIPTS = { '-': '⁻', 0: '⁰', 1: '¹', 2: '²', 3: '³', 4: '⁴', 5: '⁵', 6: '⁶', 7: '⁷', 8: '⁸', 9: '⁹' };
const power = (tolerance) => '10' + String(Math.round(Math.log10(tolerance))).replace(/./g, (digit) => SUPERSCRIPTS[digit]);

function swatch(name) {
  const { color, dash } = styleOf(name);
  const svg = svgNode('svg', { width: 22, height: 10, 'aria-hidden': 'true', class: 'swatch' });
  svg.append(svgNode('line', { x1: 0, y1: 5, x2: 22, y2: 5, stroke: color, 'stroke-width': 2.5, 'stroke-dasharray': dash }));
  return svg;
}

function frame(plot, height, right) {
  const width = Math.max(280, plot.clientWidth || 520);
  const box = { width, height, left: 38, right: width - right, top: 8, bottom: height - 34 };
  const svg = svgNode('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img' });
  return { svg, box };
}

/** Step curves over a logarithmic axis from `start` to `end`. */
function stepPlot(id, { start = 1, end, base, label, unit, curves, band }) {
  const figure = $(id);
  const plot = figure.querySelector('.plot');
  const wide = plot.clientWidth > 440;
  const { svg, box } = frame(plot, 300, wide ? 150 : 10);
  const x = (value) => box.left + ((box.right - box.left) * Math.log(Math.max(start, value) / start)) / Math.log(end / start);
  const y = (part) => box.bottom - (box.bottom - box.top) * part;
  for (const part of [0, 0.25, 0.5, 0.75, 1]) {
    svg.append(svgNode('line', { class: part ? 'grid' : 'axis', x1: box.left, x2: box.right, y1: y(part), y2: y(part) }));
    svg.append(svgNode('text', { x: box.left - 6, y: y(part) + 4, 'text-anchor': 'end' }, percent(part).replace(' ', '')));
  }
  for (const tick of ticks(start, end, base)) {
    svg.append(svgNode('line', { class: 'grid', x1: x(tick), x2: x(tick), y1: box.top, y2: box.bottom }));
    svg.append(svgNode('text', { x: x(tick), y: box.bottom + 16, 'text-anchor': 'middle' }, short(tick)));
  }
  svg.append(svgNode('text', { x: (box.left + box.right) / 2, y: box.bottom + 31, 'text-anchor': 'middle' }, label));
  if (band) {
    const upper = band.xs.map((value, k) => `${x(value)},${y(band.ends[k][1])}`);
    const lower = band.xs.map((value, k) => `${x(value)},${y(band.ends[k][0])}`).reverse();
    svg.append(svgNode('polygon', { class: 'band', fill: styleOf(state.focus).color, points: [...upper, ...lower].join(' ') }));
  }
  for (const { name, steps } of curves) {
    let path = `M${x(start)} ${y(valueAt(steps, start))}`;
    for (const [value, part] of steps) {
      if (value <= start) continue;
      if (value > end) break;
      path += `H${x(value).toFixed(1)}V${y(part).toFixed(1)}`;
    }
    const { color, dash } = styleOf(name);
    const faded = state.focus && state.on.has(state.focus) && name !== state.focus ? ' faded' : '';
    svg.append(svgNode('path', { class: `curve${faded}`, d: `${path}H${box.right}`, stroke: color, 'stroke-dasharray': dash, 'data-solver': name }));
  }
  const labelled = curves.length <= 14 ? curves : curves.filter(({ name }) => name === state.focus);
  if (wide) endLabels(svg, box, labelled.map(({ name, steps }) => ({ name, y: y(valueAt(steps, end)) })));
  svg.setAttribute('aria-label', `${figure.querySelector('h2').textContent}, ${suite().name}. ` +
    curves.map(({ name, steps }) => `${name} ${percent(valueAt(steps, end))}`).join(', '));
  plot.replaceChildren(svg);

  // The read-out under the pointer, or by the arrow keys.
  const readout = figure.querySelector('.readout');
  const cursor = svgNode('line', { class: 'cursor', y1: box.top, y2: box.bottom, visibility: 'hidden' });
  svg.append(cursor);
  const read = (value) => {
    cursor.setAttribute('visibility', 'visible');
    cursor.setAttribute('x1', x(value));
    cursor.setAttribute('x2', x(value));
    const at = curves.map(({ name, steps }) => [name, valueAt(steps, value)]).sort((a, b) => b[1] - a[1]);
    readout.replaceChildren(node('b', {}, `${short(value)} ${unit}: `));
    at.forEach(([name, part], k) => readout.append(k ? ' · ' : '', node('i', {}, `${name} ${percent(part)}`)));
  };
  const clear = () => {
    cursor.setAttribute('visibility', 'hidden');
    readout.replaceChildren();
  };
  let at = Math.sqrt(start * end);
  plot.onpointermove = plot.onpointerdown = (event) => {
    const { left, width } = svg.getBoundingClientRect();
    const place = ((event.clientX - left) / width) * box.width;
    at = start * (end / start) ** Math.min(1, Math.max(0, (place - box.left) / (box.right - box.left)));
    read(at);
  };
  plot.onpointerleave = (event) => { if (event.pointerType === 'mouse') clear(); };
  plot.onblur = clear;
  plot.onkeydown = (event) => {
    const turn = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!turn) return;
    event.preventDefault();
    at = Math.min(end, Math.max(start, at * (end / start) ** (turn / 40)));
    read(at);
  };
}

function ticks(start, end, base) {
  const found = [];
  const wide = end / start > 1e4;
  for (let power = Math.floor(Math.log(start) / Math.log(base) + 1e-9); base ** power <= end * 1.0001; power += 1) {
    for (const digit of base === 10 && !wide ? [1, 2, 5] : [1]) found.push(Number((base ** power * digit).toPrecision(3)));
  }
  return found.filter((tick) => tick >= start / 1.0001 && tick <= end * 1.0001);
}

/** Names at the ends of curves, moved apart. */
function endLabels(svg, box, labels) {
  labels.sort((a, b) => a.y - b.y);
  const gap = Math.min(13.5, (box.bottom - box.top) / Math.max(1, labels.length - 1));
  let least = box.top;
  for (const label of labels) { label.at = Math.max(label.y, least); least = label.at + gap; }
  let most = box.bottom;
  for (const label of labels.toReversed()) { label.at = Math.min(label.at, most); most = label.at - gap; }
  for (const { name, y, at } of labels) {
    const { color } = styleOf(name);
    const faded = state.focus && state.on.has(state.focus) && name !== state.focus ? ' faded' : '';
    svg.append(svgNode('path', { d: `M${box.right + 1} ${y}L${box.right + 9} ${at}`, stroke: color, fill: 'none', class: faded }));
    svg.append(svgNode('text', { x: box.right + 12, y: at + 4, style: `fill:${color}`, class: `name${faded}` }, brief(name)));
  }
}

function ratioPlot() {
  const s = suite();
  const { first, second } = pair();
  const plot = $('ratio').querySelector('.plot');
  const { svg, box } = frame(plot, 230, 10);
  const { bars, neither } = logRatios(s, state.tolerance, indexOf(first), indexOf(second));
  const longest = Math.max(1, ...bars.map(([ratio]) => Math.abs(ratio)));
  const y = (ratio) => (box.top + box.bottom) / 2 - ((box.bottom - box.top) / 2) * (ratio / longest);
  const step = (box.right - box.left) / Math.max(1, bars.length);
  const tick = longest > 6 ? 4 : longest > 3 ? 2 : 1;
  for (let k = -Math.floor(longest / tick); k <= longest / tick; k += 1) {
    const at = y(k * tick);
    svg.append(svgNode('line', { class: k ? 'grid' : 'axis', x1: box.left, x2: box.right, y1: at, y2: at }));
    svg.append(svgNode('text', { x: box.left - 6, y: at + 4, 'text-anchor': 'end' }, String(k * tick).replace('-', '−')));
  }
  bars.forEach(([ratio, , both], k) => {
    const faster = ratio < 0 ? first : second;
    const color = state.on.has(faster) ? styleOf(faster).color : 'var(--soft)';
    svg.append(svgNode('rect', {
      x: box.left + k * step, width: Math.max(0.5, step - (step > 3 ? 1 : 0)), y: Math.min(y(0), y(ratio)),
      height: Math.abs(y(ratio) - y(0)), fill: color, opacity: both ? 0.9 : 0.45,
    }));
  });
  const band = ratioBand(s, bars);
  const edge = (end) => band.flatMap((ends, k) => [k, k + 1].map((at) => `${box.left + at * step},${y(ends[end])}`));
  if (band) svg.append(svgNode('polygon', { class: 'band', points: [...edge(0), ...edge(1).toReversed()].join(' ') }));
  const below = bars.filter(([ratio]) => ratio < 0).length;
  const above = bars.filter(([ratio]) => ratio > 0).length;
  svg.setAttribute('aria-label', `Log-ratio profile: ${first} faster on ${below} instances, ${second} on ${above}, neither solved ${neither}`);
  plot.replaceChildren(svg);
  const readout = $('ratio').querySelector('.readout');
  const rest = () => readout.replaceChildren(node('b', {}, `${s.instances.length} instances: `), `${first} faster on ${below}, ${second} on ${above}; ${neither} solved by neither`);
  rest();
  const told = ([ratio, , both]) => {
    const by = ratio < 0 ? first : second;
    if (!both) return `solved by ${by} only`;
    return ratio ? `${(2 ** Math.abs(ratio)).toFixed(1)} times fewer evaluations by ${by}` : 'as many evaluations';
  };
  plot.onpointermove = plot.onpointerdown = (event) => {
    const { left, width } = svg.getBoundingClientRect();
    const k = Math.floor((((event.clientX - left) / width) * box.width - box.left) / step);
    if (!bars[k]) return rest();
    const [problem] = s.instances[bars[k][1]];
    // Ends of a band are bars, too.
    const ends = band?.[k].map((end) => told(bars.find(([ratio]) => ratio === end)));
    readout.replaceChildren(node('b', {}, s.problems[problem]), ` ${told(bars[k])}${ends ? `; band: ${ends.join(' to ')}` : ''}`);
  };
  plot.onpointerleave = rest;
  $('first').value = first;
  $('second').value = second;
}

function areaPlot() {
  const rows = suite().rows.filter((row) => state.on.has(row.solver)).toSorted((a, b) => b.areas[state.tolerance][0] - a.areas[state.tolerance][0]);
  const plot = $('area').querySelector('.plot');
  const { svg, box } = frame(plot, 24 * Math.max(1, rows.length) + 48, 14);
  box.left = 176;
  const x = (part) => box.left + (box.right - box.left) * part;
  for (const part of [0, 0.25, 0.5, 0.75, 1]) {
    svg.append(svgNode('line', { class: part ? 'grid' : 'axis', x1: x(part), x2: x(part), y1: box.top, y2: box.bottom }));
    svg.append(svgNode('text', { x: x(part), y: box.bottom + 16, 'text-anchor': 'middle' }, String(part)));
  }
  rows.forEach((row, k) => {
    const at = box.top + 24 * k + 14;
    const { color, dash } = styleOf(row.solver);
    const [value, low = value, high = value] = row.areas[state.tolerance];
    svg.append(svgNode('line', { x1: x(low), x2: x(high), y1: at, y2: at, stroke: color, 'stroke-width': 2, 'stroke-dasharray': dash }));
    svg.append(svgNode('circle', { cx: x(value), cy: at, r: 4.5, fill: color }));
    svg.append(svgNode('text', { x: box.left - 10, y: at + 4, 'text-anchor': 'end', style: 'fill:var(--ink)' }, brief(row.solver)));
  });
  svg.setAttribute('aria-label', 'Area under the data profile. ' + rows.map((row) => `${row.solver} ${row.areas[state.tolerance][0].toFixed(2)}`).join(', '));
  plot.replaceChildren(svg);
}

// ---------------------------------------------------------------- tables

function table(head, rows) {
  const cell = (kind, content) => {
    const [value, kinds] = Array.isArray(content) ? content : [content, ''];
    return node(kind, kinds ? { class: kinds } : {}, ...[value].flat());
  };
  const header = node('tr', {}, ...head.map((content) => cell('th', content)));
  const made = node('table', {}, node('thead', {}, header), node('tbody'));
  for (const { off, cells } of rows) made.tBodies[0].append(node('tr', off ? { class: 'off' } : {}, ...cells.map((content) => cell('td', content))));
  return made;
}
const named = (name) => [[swatch(name), name], ''];
const banded = ([value, ...ends], digits) => {
  const band = ends.length ? ` [${ends.map((end) => end.toFixed(digits)).join(', ')}]` : '';
  return [[value.toFixed(digits), node('small', {}, band)], ''];
};
/** So many digits, without a power of ten. */
const rounded = (value, digits) => String(Number(value.toPrecision(digits)));
const pValue = (p) => (p === null ? '–' : p < 0.001 ? '< 0.001' : p.toFixed(3));
const microseconds = (seconds) => (seconds === null ? '–' : rounded(1e6 * seconds, 2));

function tables() {
  const s = suite();
  const visible = s.rows.filter((row) => state.on.has(row.solver));
  const head = ['solver', 'area, mean over τ', ...report.tolerances.map((tolerance) => `solved, ${power(tolerance)}`), 'p against the best', 'µs beyond f'];
  const compared = s.rows.map((row) => ({
    off: !state.on.has(row.solver),
    cells: [named(row.solver), banded(row.area, 3), ...row.solved.map(percent), pValue(row.p), microseconds(row.overhead)],
  }));
  const absent = s.absent.map((name) => ({ off: true, cells: [name, ...head.slice(1).map(() => '–')] }));
  $('figures').replaceChildren(table(head, [...compared, ...absent]));
  $('tests').textContent = `Friedman's test of no difference between all solvers, over the areas of each problem: statistic ` +
    `${rounded(s.friedman[0], 4)}, p ${s.friedman[1] < 0.001 ? '< 0.001' : '= ' + s.friedman[1].toFixed(3)}. “p against the best”: Wilcoxon's signed-rank test ` +
    `with Holm's correction. “µs beyond f”: median time of an evaluation less the objective's own; a dash where it is too little to measure.` +
    (s.absent.length ? ` Not taken part, as they refuse every problem: ${s.absent.join(', ')}.` : '') +
    (s.beaten.length ? ` Less than the frozen least value was found on ${s.beaten.join(', ')}.` : '');
  $('digits').querySelector('.scroll').replaceChildren(table(['solver', ...s.budgets.map(short)], visible.map((row) => ({
    cells: [named(row.solver), ...row.digits.map((digits) => banded(digits, 1))],
  }))));
  const listed = (problems) => [problems.join(', ') || 'none', 'text'];
  const anyRefused = s.rows.some((row) => row.refused.length);
  const heads = ['solver', 'lost', ['problems', 'text'], ...(anyRefused ? ['refused', ['problems', 'text']] : [])];
  $('lost').replaceChildren(table(heads, visible.map(({ solver, lost, refused }) => ({
    cells: [named(solver), String(lost.length), listed(lost), ...(anyRefused ? [String(refused.length), listed(refused)] : [])],
  }))));
}

function overview() {
  $('overview').hidden = report.suites.length < 2;
  const areas = report.suites.map((s) => new Map(s.rows.map((row) => [row.solver, row.area[0]])));
  const best = areas.map((of) => Math.max(...of.values()));
  const made = table(['solver', ...report.suites.map((s) => s.name.replaceAll('-', '-\u200b'))], names.map((name) => ({
    cells: [name, ...areas.map((of, k) => {
      const area = of.get(name);
      return area === undefined ? '–' : [node(area === best[k] ? 'b' : 'span', {}, area.toFixed(2)), `shade-${Math.round(10 * area / best[k])}`];
    })],
  })));
  $('overview').querySelector('.scroll').replaceChildren(made);
}

function manifest() {
  const m = report.manifest;
  const list = node('dl');
  const began = new Date(1000 * m.began).toISOString().slice(0, 16).replace('T', ' ') + ' UTC';
  for (const [term, text] of [
    ['begun', began], ['version', `${m.version}${m.revision ? `, revision ${m.revision}` : ''}`], ['machine', m.machine],
    ['suites', m.suites.join(', ')], ['seeds', m.seeds.join(', ')],
    ['budget', `${m.simplex_gradients} simplex gradients: ${m.simplex_gradients} (n + 1) evaluations`],
  ]) list.append(node('dt', {}, term), node('dd', {}, text));
  const options = node('details', {}, node('summary', {}, 'Options of each solver'));
  options.append(node('pre', {}, m.solvers.map(([name, settings]) => `${name}  ${JSON.stringify(settings)}`).join('\n\n')));
  $('manifest').replaceChildren(list, options);
  if (m.problems.length) {
    const problems = node('details', {}, node('summary', {}, 'Problems as their files say'));
    problems.append(node('pre', {}, m.problems.map(([of, name, settings]) => `${of} ${name}  ${JSON.stringify(settings)}`).join('\n\n')));
    $('manifest').append(problems);
  }
}

// ---------------------------------------------------------------- switches

/** The ends of the axis of the data profile: the budget, or the least and the largest cost of all solvers. */
function costAxis(s) {
  if (state.cost === 'simplex gradients') return { end: report.manifest.simplex_gradients };
  const all = s.solvers.flatMap((_, solver) => dataProfile(s, state.tolerance, solver).map(([cost]) => cost));
  const start = all.reduce((a, b) => Math.min(a, b), Infinity);
  return Number.isFinite(start) ? { start, end: Math.max(2 * start, all.reduce((a, b) => Math.max(a, b), 0)) } : { end: 2 };
}

function draw() {
  const s = suite();
  const on = shown();
  const among = on.map(indexOf);
  const focused = state.focus && on.includes(state.focus) ? indexOf(state.focus) : null;
  const withBand = ({ start = 1, end }, stepsOf) => {
    if (focused === null) return undefined;
    const xs = Array.from({ length: 61 }, (_, k) => start * (end / start) ** (k / 60));
    const ends = bandOf(s, xs, (instances) => stepsOf(focused, instances));
    return ends && { xs, ends };
  };
  const plotted = (id, settings, stepsOf) => stepPlot(id, {
    unit: settings.label, ...settings, band: withBand(settings, stepsOf), curves: on.map((name) => ({ name, steps: stepsOf(indexOf(name)) })),
  });
  plotted('data', { ...costAxis(s), base: 10, label: state.cost },
    (solver, instances) => dataProfile(s, state.tolerance, solver, instances));
  plotted('performance', { end: 64, base: 2, label: 'times the fastest' },
    (solver, instances) => performanceProfile(s, state.tolerance, solver, among, instances));
  plotted('runtime', { end: 1.5 * report.manifest.simplex_gradients, base: 10, label: 'evaluations per coordinate' },
    (solver, instances) => runtimeDistribution(s, solver, instances));
  ratioPlot();
  areaPlot();
}

function refresh() {
  const s = suite();
  for (const place of ['first', 'second']) {
    $(place).replaceChildren(...s.rows.map(({ solver }) => node('option', { value: solver }, solver)));
  }
  $('chips').replaceChildren(...s.rows.map(({ solver }) => chip(solver)));
  $('about').textContent = `${s.what ? `${s.name}: ${s.what}. ` : ''}${s.problems.length} problems, ${s.instances.length} instances ` +
    `(problems with a seed), ${s.solvers.length} solvers. Solved to τ means: the value is below f_L + τ (f(x₀) − f_L), where f_L is the least value known.`;
  draw();
  tables();
}

function chip(name) {
  const box = node('input', { type: 'checkbox', value: name });
  box.checked = state.on.has(name);
  const label = node('label', { class: 'chip' }, box, swatch(name), name);
  box.onchange = () => {
    state.on[box.checked ? 'add' : 'delete'](name);
    label.querySelector('svg').replaceWith(swatch(name));
    draw();
    tables();
  };
  const focus = (value) => () => { if (state.focus !== value && (value === null || state.on.has(name))) { state.focus = value; draw(); } };
  label.onpointerenter = (event) => { if (event.pointerType === 'mouse') focus(name)(); };
  label.onpointerleave = focus(null);
  box.onfocus = () => { if (box.matches(':focus-visible')) focus(name)(); };
  box.onblur = focus(null);
  return label;
}

function best(count) {
  state.on = new Set(suite().rows.slice(0, count).map((row) => row.solver));
}

function start() {
  const m = report.manifest;
  $('notes').append(...report.notes.map((note) => node('p', {}, note)));
  manifest();
  if (!report.suites.length) {
    document.body.classList.add('empty');
    $('subtitle').textContent = 'There is nothing to compare.';
    return;
  }
  $('subtitle').textContent = `${names.length} solvers on ${report.suites.length} ${report.suites.length === 1 ? 'suite' : 'suites'} of problems, ` +
    `${m.simplex_gradients} simplex gradients each. A click on a solver hides it or shows it.`;
  report.suites.forEach((s, k) => $('suite').append(node('option', { value: k }, s.name)));
  report.tolerances.forEach((tolerance, k) => {
    const input = node('input', { type: 'radio', name: 'tolerance', value: k });
    input.checked = k === state.tolerance;
    input.onchange = () => { state.tolerance = k; draw(); };
    $('tolerance').append(node('label', {}, input, node('span', {}, power(tolerance))));
  });
  $('suite').onchange = () => { state.suite = Number($('suite').value); if (!shown().length) best(8); refresh(); };
  for (const cost of Object.keys(COSTS)) $('cost').append(node('option', {}, cost));
  $('cost').onchange = () => { state.cost = $('cost').value; draw(); };
  $('best').onclick = () => { best(8); refresh(); };
  $('all').onclick = () => { best(Infinity); refresh(); };
  $('none').onclick = () => { state.on.clear(); refresh(); };
  for (const place of ['first', 'second']) $(place).onchange = () => { state[place] = $(place).value; ratioPlot(); };
  best(8);
  overview();
  refresh();
  let width = innerWidth;
  addEventListener('resize', () => { if (innerWidth !== width) { width = innerWidth; draw(); } });
}
start();
