// Draws a run, two runs side by side, or a sweep, from the JSON in the page.
const data = JSON.parse(document.getElementById('data').textContent);
const view = document.getElementById('view');

// make('td', {class: 'id'}, 'text', child...) builds an element; text is never parsed as markup.
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {}))
    if (name === 'onchange') element.onchange = value;
    else if (value !== undefined && value !== false) element.setAttribute(name, value);
  element.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return element;
}

const head_of_page = (...parts) => document.getElementById('head').append(...parts.filter(Boolean));
const tile = (value, text) => make('div', {class: 'tile'}, make('b', {}, value), make('span', {}, text));
const ms = (value) => value >= 1000 ? `${brief(value / 1000)} s` : `${brief(value)} ms`;
const percent = (share) => `${brief(100 * share)} %`;

function panel(title, note, draw_into) {
  const element = make('section', {class: 'panel'}, make('h3', {}, title),
      note ? make('p', {class: 'note'}, note) : null);
  pending.push(() => draw_into(element));
  return element;
}
// Charts take their size from the page, so they are drawn when all of it is there.
const pending = [];

function table(head, rows, numbers) {
  const is_number = (column) => (numbers || []).includes(column) ? 'number' : undefined;
  return make('div', {class: 'scroll'}, make('table', {},
      make('thead', {}, make('tr', {}, head.map((text, i) => make('th', {class: is_number(i)}, text)))),
      make('tbody', {}, rows.map((row) => make('tr', {}, row.map((cell, i) =>
        make('td', {class: is_number(i)}, cell)))))));
}

// ---- one run ------------------------------------------------------------------------------------

const title_of = (run) => {
  const {name, world, seed} = run.summary.scenario;
  return `${name} · ${world} · seed ${seed}`;
};

function head_of_run(run) {
  const {scenario, checks} = run.summary;
  const broken = checks.filter((check) => !check.holds).length;
  document.title = `${scenario.name}: Touchstone simulation`;
  head_of_page(
      make('h1', {}, scenario.name),
      make('div', {class: 'sub'}, `Simulation on ${scenario.world} · seed ${scenario.seed} · ` +
          `${brief(scenario.nodes)} nodes · ${brief(scenario.stop_s)} s of simulated time`),
      scenario.question ? make('p', {class: 'question'}, scenario.question) : null,
      run.answer ? make('p', {}, run.answer) : null,
      make('div', {class: `verdict ${broken ? 'fail' : 'pass'}`}, checks.length === 0 ?
        'No checks' : broken ? `${broken} of ${checks.length} checks do not hold` :
          `All ${checks.length} checks hold`));
}

function tiles_of_run(run) {
  const {joins, questions, kms, recoveries} = run.summary;
  const took = recoveries.map((one) => one.took_s).filter((one) => one !== null);
  return make('div', {class: 'tiles'},
      tile(brief(joins.admitted), 'joins'), tile(brief(joins.refused), 'refused'),
      tile(ms(joins.latency_ms.p50), 'join, median'), tile(ms(joins.latency_ms.p95), 'join, p95'),
      tile(ms(joins.latency_ms.max), 'join, longest'),
      tile(brief(questions.asked), 'questions to a KMS'),
      kms.length ? tile(percent(Math.max(...kms.map((one) => one.load))), 'load of a KMS') : null,
      kms.length ? tile(brief(Math.max(...kms.map((one) => one.longest_queue))), 'longest queue') : null,
      recoveries.length ? tile(took.length < recoveries.length ? 'not yet' :
        ms(1000 * Math.max(...took)), 'to recover') : null);
}

const points = (xs, ys) => xs.map((x, i) => ({x, y: ys[i]}));
const bins = (run, key) => run.bins.filter((bin) => bin.admitted > 0)
    .map((bin) => ({x: bin.at_s, y: bin[key]}));
const stop_of = (run) => run.summary.scenario.stop_s;

function draw_joins(parent, run) {
  const {x, y} = {x: run.joins.at_s, y: run.joins.ms};
  draw(parent, 'joins over time',
      {x: seconds_axis(stop_of(run)), y: log_axis('join latency, ms', run.cdf.ms)},
      [dots(run.joins.of > x.length ? `a join (${brief(x.length)} of ${brief(run.joins.of)})` : 'a join',
          points(x, y), series_shade(0), {order: 2}),
      line('median', bins(run, 'p50'), series_shade(0)),
      line('p95', bins(run, 'p95'), series_shade(1))], {faults: {list: run.faults}});
}

function draw_distribution(parent, run) {
  const {histogram, cdf} = run;
  draw(parent, 'distribution of join latency',
      {x: log_axis('join latency, ms', run.cdf.ms, {grid: {display: false}}),
        y: axis('joins', {beginAtZero: true}),
        share: axis('share of joins', {position: 'right', min: 0, max: 1, grid: {display: false},
          ticks: {callback: (value) => `${Math.round(100 * value)} %`}})},
      [line('not longer than that', points(cdf.ms, cdf.share), series_shade(1), {yAxisID: 'share'}),
        line('joins', histogram.flatMap((bin) => [{x: bin.from_ms, y: bin.count},
          {x: bin.to_ms, y: bin.count}]), series_shade(0),
        {borderWidth: 0, fill: 'origin', backgroundColor: veiled(series_shade(0), 0.45)})]);
}

function draw_rate(parent, run) {
  const rate = (key) => run.bins.map((bin) => ({x: bin.at_s, y: bin[key] / run.bin_s}));
  const some = (key) => run.bins.some((bin) => bin[key] > 0);
  draw(parent, 'joins a second',
      {x: seconds_axis(stop_of(run)), y: axis('a second', {beginAtZero: true})},
      [line('begun', rate('begun'), series_shade(3), {borderDash: [4, 3]}),
        line('admitted', rate('admitted'), series_shade(2)),
        some('refused') ? line('refused', rate('refused'), shade('fail')) : null,
        some('asked') ? line('questions to a KMS', rate('asked'), series_shade(4)) : null,
      ].filter(Boolean), {faults: {list: run.faults}});
}

function draw_kms(parent, run, key, text, more) {
  draw(parent, text, {x: seconds_axis(stop_of(run)), y: axis(text, {beginAtZero: true, ...more})},
      run.kms.map((one, i) => line(one.name, points(one.at_s, one[key]), series_shade(i),
          {stepped: 'after'})), {faults: {list: run.faults}});
}

function charts_of_run(run) {
  const has_joins = run.joins.at_s.length > 0;
  return [
    make('h2', {}, 'Joins'),
    has_joins ? make('div', {class: 'grid'}, panel('Join latency over time',
        'A point is a join, where it ended. Red bands are faults; the dashed green line is when the ' +
        'network had recovered.', (parent) => draw_joins(parent, run))) :
      make('p', {class: 'note'}, 'No node was admitted in this run.'),
    has_joins || run.bins.some((bin) => bin.begun > 0) ? make('div', {class: 'grid two'},
        has_joins ? panel('Join latency as a distribution', 'Bars count joins; the line says which ' +
          'share took no longer.', (parent) => draw_distribution(parent, run)) : null,
        panel('Joins a second', 'Begun, admitted and refused, and what gateways asked their KMS.',
            (parent) => draw_rate(parent, run))) : null,
    ...(run.kms.length ? [make('h2', {}, 'Key management servers'), make('div', {class: 'grid two'},
        panel('Queue', 'Work that waits for the processor of a KMS.',
            (parent) => draw_kms(parent, run, 'queue', 'waiting')),
        panel('Load', 'Share of the time since the last sample in which the processor was busy.',
            (parent) => draw_kms(parent, run, 'load', 'busy', {suggestedMax: 1})))] : []),
  ];
}

function checks_of(run) {
  const {checks} = run.summary;
  return checks.length === 0 ? [] : [make('h2', {}, 'Checks'), table(['check', 'result', ''],
      checks.map((check) => [make('code', {}, check.name),
        make('span', {class: check.holds ? 'holds' : 'broken'}, check.holds ? 'holds' : 'does not hold'),
        check.why || '']))];
}

function faults_of(run) {
  return run.faults.length === 0 ? [] : [make('h2', {}, 'Faults'),
    table(['fault', 'from, s', 'to, s', 'time to recover'], run.faults.map((fault) => [
      make('code', {}, fault.text), brief(fault.from), fault.to === null ? 'the end' : brief(fault.to),
      fault.to === null ? '–' : fault.recovered === null ? 'not yet' :
        ms(1000 * (fault.recovered - fault.to))]), [1, 2, 3])];
}

function topology_of(run) {
  if (!run.topology) return [];
  const note = make('p', {class: 'note'}, run.topology.note);
  if (!run.topology.svg) return [make('h2', {}, 'Topology'), note];
  const picture = make('div', {class: 'panel topology'});
  picture.innerHTML = run.topology.svg;  // made by Graphviz, which escapes names
  return [make('h2', {}, 'Topology'), picture, note];
}

// Every number of summary.json, by part: [part, name, value].
function figures_of(value, path, found) {
  for (const [key, inner] of Object.entries(value)) {
    const step = Array.isArray(value) && inner && inner.name ? inner.name : key;
    if (typeof inner === 'number') found.push([path.join(' '), step.replaceAll('_', ' '), inner]);
    else if (inner && typeof inner === 'object') figures_of(inner, [...path, step], found);
  }
  return found;
}

function figures_table(runs) {
  const all = runs.map((run) => new Map(figures_of(run.summary, [], [])
      .map(([part, name, value]) => [`${part}\u0000${name}`, value])));
  const keys = [...new Set(all.flatMap((one) => [...one.keys()]))];
  const rows = [];
  let last = null;
  for (const key of keys) {
    const [part, name] = key.split('\u0000');
    if (part !== last) rows.push(make('tr', {class: 'part'},
        make('th', {colspan: runs.length + 2}, part || 'report')));
    last = part;
    const values = all.map((one) => one.get(key));
    rows.push(make('tr', {}, make('td', {}, name),
        values.map((value) => make('td', {class: 'number'}, brief(value))),
        runs.length === 2 ? make('td', {class: 'number'}, change(values[0], values[1])) : null));
  }
  const heads = runs.length === 2 ? ['A', 'B', 'B against A'] : ['value'];
  return make('details', {open: runs.length === 2 ? '' : undefined},
      make('summary', {}, 'All figures'), make('div', {class: 'scroll'}, make('table', {},
          make('thead', {}, make('tr', {}, make('th', {}, ''),
              heads.map((text) => make('th', {class: 'number'}, text)))),
          make('tbody', {}, rows))));
}

function show_run() {
  const run = data.run;
  head_of_run(run);
  view.append(...[tiles_of_run(run), ...charts_of_run(run), ...checks_of(run), ...faults_of(run),
    ...topology_of(run), figures_table([run])].filter(Boolean));
  document.getElementById('foot').append(
      'Every figure of this page is in summary.json, every event in metrics.jsonl beside it.');
}

// ---- two runs -----------------------------------------------------------------------------------

function change(a, b) {
  if (a === undefined || b === undefined || a === null || b === null || a === b) return '';
  if (a === 0) return `${b > 0 ? '+' : '−'}${brief(Math.abs(b))}`;
  const factor = b / a;
  if (factor >= 3) return `× ${brief(Number(factor.toPrecision(3)))}`;
  return `${factor > 1 ? '+' : '−'}${brief(Number((100 * Math.abs(factor - 1)).toPrecision(3)))} %`;
}

const main_figures = [
  ['joins', (s) => s.joins.admitted, brief, 0], ['refused', (s) => s.joins.refused, brief, 0],
  ['still open', (s) => s.joins.open, brief, -1],
  ['join latency, median', (s) => s.joins.latency_ms.p50, ms, -1],
  ['join latency, p95', (s) => s.joins.latency_ms.p95, ms, -1],
  ['join latency, p99', (s) => s.joins.latency_ms.p99, ms, -1],
  ['join latency, longest', (s) => s.joins.latency_ms.max, ms, -1],
  ['datagrams a join', (s) => s.joins.datagrams_per_join, brief, -1],
  ['questions to a KMS', (s) => s.questions.asked, brief, 0],
  ['unanswered questions', (s) => s.questions.unanswered, brief, -1],
  ['answer of a KMS, p95', (s) => s.questions.latency_ms.p95, ms, -1],
  ['load of the busiest KMS', (s) => Math.max(0, ...s.kms.map((one) => one.load)), percent, -1],
  ['longest queue of a KMS', (s) => Math.max(0, ...s.kms.map((one) => one.longest_queue)), brief, -1],
  ['segments sent again', (s) => s.network.retransmitted, brief, -1],
  ['checks that hold', (s) => s.checks.filter((one) => one.holds).length, brief, 1],
];

function side_by_side(a, b) {
  const rows = main_figures.map(([name, of, print, good]) => {
    const [left, right] = [of(a.summary), of(b.summary)];
    const sense = Math.sign(right - left) * good;
    return [name, print(left), print(right), make('span',
        {class: sense > 0 ? 'better' : sense < 0 ? 'worse' : undefined}, change(left, right))];
  });
  return table(['', 'A', 'B', 'B against A'], rows, [1, 2, 3]);
}

function charts_of_two(a, b) {
  const both = [a, b];
  const name = (i) => 'AB'[i];
  const stop = Math.max(stop_of(a), stop_of(b));
  const latencies = both.flatMap((run) => run.cdf.ms);
  const faults = both.flatMap((run, i) => run.faults.map((one) => ({...one, text: `${name(i)}: ${one.text}`})));
  const with_joins = both.some((run) => run.joins.at_s.length > 0);
  return [
    with_joins ? make('div', {class: 'grid'}, panel('Join latency over time',
        'Median (full) and p95 (dashed) of the joins that ended in each moment.', (parent) =>
          draw(parent, 'joins over time', {x: seconds_axis(stop), y: log_axis('join latency, ms', latencies)},
              both.flatMap((run, i) => [line(`${name(i)} median`, bins(run, 'p50'), series_shade(i)),
                line(`${name(i)} p95`, bins(run, 'p95'), series_shade(i), {borderDash: [5, 3]})]),
              {faults: {list: faults}}))) : null,
    make('div', {class: 'grid two'},
        with_joins ? panel('Join latency as a distribution', 'Which share of joins took no longer.',
            (parent) => draw(parent, 'distribution of join latency',
                {x: log_axis('join latency, ms', latencies), y: axis('share of joins', {min: 0, max: 1})},
                both.map((run, i) => line(name(i), points(run.cdf.ms, run.cdf.share), series_shade(i))))) :
          null,
        both.some((run) => run.kms.length) ? panel('Queue of each KMS',
            'Work that waits for its processor.', (parent) => draw(parent, 'waiting',
                {x: seconds_axis(stop), y: axis('waiting', {beginAtZero: true})},
                both.flatMap((run, i) => run.kms.map((one, k) => line(`${name(i)} ${one.name}`,
                    points(one.at_s, one.queue), series_shade(i),
                    {stepped: 'after', borderDash: k ? [2 + k, 3] : undefined}))),
                {faults: {list: faults}})) : null),
  ];
}

function show_comparison() {
  const [a, b] = data.runs;
  document.title = 'Touchstone: two simulations';
  head_of_page(make('h1', {}, 'Two runs side by side'),
      ...[a, b].map((run, i) => make('div', {class: 'sub'}, `${'AB'[i]}: ${title_of(run)}` +
        (run.label ? ` · ${run.label}` : ''))));
  view.append(make('h2', {}, 'Figures'), side_by_side(a, b), make('h2', {}, 'Charts'),
      ...charts_of_two(a, b).filter(Boolean));
  for (const [i, run] of [a, b].entries())
    for (const part of [...checks_of(run), ...faults_of(run)]) {
      if (part.tagName === 'H2') part.textContent += ` of ${'AB'[i]}`;
      view.append(part);
    }
  view.append(figures_table([a, b]));
}

// ---- a sweep ------------------------------------------------------------------------------------

const is_numeric = (values) => values.every((value) => typeof value === 'number');
const values_of = (parameter) => [...new Set(data.points.map((point) => point.parameters[parameter]))];

// A series a combination of all parameters but `along`.
function sweep_series(along, figure) {
  const groups = new Map();
  const numeric = is_numeric(values_of(along));
  for (const point of data.points) {
    const made = point.figures[figure];
    if (!made) continue;
    const rest = data.parameters.filter((name) => name !== along);
    const label = rest.map((name) => `${name.split('.').pop()} ${point.parameters[name]}`).join(', ');
    const x = point.parameters[along];
    if (!groups.has(label)) groups.set(label, []);
    groups.get(label).push({x: numeric ? x : String(x), y: made.mean, low: made.low, high: made.high});
  }
  return [...groups].map(([label, list], i) => line(label || figure,
      numeric ? list.sort((a, b) => a.x - b.x) : list, series_shade(i), {pointRadius: 3.5}));
}

function draw_sweep(parent, along, figure) {
  const datasets = sweep_series(along, figure);
  const highs = datasets.flatMap((one) => one.data.map((point) => point.high));
  const lows = datasets.flatMap((one) => one.data.map((point) => point.low));
  const numeric = is_numeric(values_of(along));
  return draw(parent, figure,
      {x: axis(along, numeric ? {type: 'linear'} : {type: 'category', labels: values_of(along).map(String),
        offset: true}),
      y: axis(figure, {suggestedMax: Math.max(...highs), suggestedMin: Math.min(0, ...lows)})},
      datasets, {tooltip: {callbacks: {label: (item) => {
        const {y, low, high} = item.raw;
        return `${item.dataset.label}: ${brief(y)}, 95 % interval ${brief(low)} to ${brief(high)}`;
      }}}});
}

function choose(label, options, chosen, onchange) {
  return make('label', {}, `${label} `, make('select', {onchange: (event) => onchange(event.target.value)},
      options.map((one) => make('option', {selected: one === chosen ? '' : undefined}, one))));
}

function sweep_chart() {
  const drawable = data.figures.filter((name) => data.points.some((point) => point.figures[name]));
  if (drawable.length === 0) return [make('p', {class: 'note'}, 'No run has a result yet.')];
  const widest = [...data.parameters].sort((a, b) =>
    is_numeric(values_of(b)) - is_numeric(values_of(a)) || values_of(b).length - values_of(a).length);
  let [along, figure, chart] = [widest[0], drawable[0], null];
  const place = make('section', {class: 'panel'});
  const redraw = () => {
    if (chart) chart.destroy();
    place.querySelector('.chart')?.remove();
    chart = draw_sweep(place, along, figure);
  };
  place.append(make('p', {class: 'note'},
      choose('Figure', drawable, figure, (value) => { figure = value; redraw(); }), '  ',
      choose('along', data.parameters, along, (value) => { along = value; redraw(); }),
      '  Points are means over seeds, bars their 95 % confidence intervals.'));
  pending.push(redraw);
  return [place];
}

function sweep_table() {
  const shown = data.figures.slice(0, 8);
  const cell = (made) => !made ? '–' : made.runs < 2 ? brief(made.mean) :
    `${brief(made.mean)} ± ${brief(made.high - made.mean)}`;
  const rows = data.points.map((point) => [
    ...data.parameters.map((name) => String(point.parameters[name])),
    make('span', {class: point.passed === point.runs ? 'holds' : 'broken'},
        `${point.passed} of ${point.runs}`), ...shown.map((name) => cell(point.figures[name]))]);
  const first = data.parameters.length + 1;
  return [table([...data.parameters, 'passed', ...shown], rows, shown.map((_, i) => first + i)),
    shown.length < data.figures.length ? make('p', {class: 'note'},
        `${data.figures.length - shown.length} more figures are in points.csv.`) : null];
}

function show_sweep() {
  const tally = (outcome) => data.runs.filter((run) => run.outcome === outcome).length;
  document.title = `${data.name}: Touchstone sweep`;
  const rest = [tally('failed'), tally('missing')];
  head_of_page(make('h1', {}, data.name),
      make('div', {class: 'sub'}, `Sweep of ${data.scenario} · ${brief(data.points.length)} points · ` +
        `${brief(data.runs.length)} runs · ${data.version}`),
      data.question ? make('p', {class: 'question'}, data.question) : null,
      make('div', {class: `verdict ${rest[0] + rest[1] ? 'fail' : 'pass'}`}, rest[0] + rest[1] ?
        `${rest[0]} failed, ${rest[1]} without a result` : 'Every run has passed'));
  view.append(make('h2', {}, 'Chart'), ...sweep_chart(), make('h2', {}, 'Points'),
      ...sweep_table().filter(Boolean));
  document.getElementById('foot').append(
      'Every run is a row of runs.csv, every point one of points.csv, and all of it is in results.json.');
}

({run: show_run, compare: show_comparison, sweep: show_sweep})[data.kind]();
for (const draw_now of pending) draw_now();
