'use strict';
// Draws the report from the JSON in the page. Views are addressed by the fragment: #matrix,
// #cases, #defects, #case/<implementation>/<id>, so that a link to one case can be sent to a colleague.
const report = JSON.parse(document.getElementById('report').textContent);
const runs = report.runs;
const view = document.getElementById('view');
const outcomes = ['fail', 'harness_error', 'inconclusive', 'warn', 'info', 'pass', 'not_supported'];
const words = {
  pass: 'passed', fail: 'failed', warn: 'warnings', info: 'choices recorded',
  inconclusive: 'inconclusive', not_supported: 'not supported', harness_error: 'harness errors',
};

// make('td', {class: 'id'}, 'text', child...) builds an element; text is never parsed as markup.
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === 'onclick' || name === 'oninput') element[name] = value;
    else if (value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return element;
}

const plural = (n, word) => `${n.toLocaleString('en')} ${word}${n === 1 ? '' : 's'}`;
const case_link = (run, test) => `#case/${runs.indexOf(run)}/${encodeURIComponent(test)}`;
const tag = (outcome) => make('span', {class: `tag ${outcome}`}, outcome.replace('_', ' '));

function count(results) {
  const tally = Object.fromEntries(outcomes.map((outcome) => [outcome, 0]));
  for (const result of results) tally[result.outcome] += 1;
  return tally;
}

function head() {
  const good = runs.every((run) => run.as_expected);
  const names = runs.map((run) => `${run.iut.name} ${run.iut.version || ''}`.trim()).join(' · ');
  document.title = `${names}: Touchstone conformance report`;
  document.getElementById('head').append(
      make('h1', {}, names),
      make('div', {class: 'sub'}, `Conformance report · ${report.started} · Touchstone ` +
          `${report.touchstone} · seed ${report.seed} · ` +
          `${plural(report.cases, 'case')} a property · profile ${report.profile}`),
      make('div', {class: `verdict ${good ? 'pass' : 'fail'}`},
          good ? 'As expected' : 'Deviations found'));
  document.getElementById('foot').append(
      'Every figure of this page is in report.json beside it. A verdict of a requirement that a ' +
      'document leaves open is recorded as a choice, never as a failure.');
}

function tabs(current) {
  const entries = [['matrix', 'Requirements'], ['cases', 'Cases']];
  if (report.defects && report.defects.length) entries.push(['defects', 'Seeded defects']);
  document.getElementById('tabs').replaceChildren(...entries.map(([id, text]) =>
    make('a', {href: `#${id}`, 'aria-current': id === current ? 'page' : undefined}, text)));
}

function tiles(run) {
  const tally = count(run.results);
  const shown = outcomes.filter((outcome) => tally[outcome] > 0);
  const operations = run.results.reduce((sum, result) => sum + (result.operations || 0), 0);
  const octets = run.results.reduce((sum, result) => sum + (result.scanned_octets || 0), 0);
  return [
    make('div', {class: 'bar', role: 'img', 'aria-label': 'share of outcomes'}, shown.map((outcome) =>
      make('i', {class: outcome, style: `flex:${tally[outcome]}`,
        title: `${tally[outcome]} ${words[outcome]}`}))),
    make('div', {class: 'tiles'},
        shown.map((outcome) => make('div', {class: 'tile'}, make('b', {}, tally[outcome]),
            make('span', {}, words[outcome]))),
        make('div', {class: 'tile'}, make('b', {}, operations.toLocaleString('en')),
            make('span', {}, 'operations')),
        make('div', {class: 'tile'}, make('b', {}, `${(octets / 1e6).toFixed(1)} MB`),
            make('span', {}, 'searched for secrets')),
        make('div', {class: 'tile'}, make('b', {}, `${run.duration_s.toFixed(1)} s`),
            make('span', {}, run.iut.tier))),
  ];
}

function dots(run, tests) {
  const results = run.results.filter((result) => tests.has(result.test));
  results.sort((a, b) => outcomes.indexOf(a.outcome) - outcomes.indexOf(b.outcome));
  return results.map((result) => make('a', {class: `dot ${result.outcome}`,
    href: case_link(run, result.test), title: `${result.test}: ${result.outcome}`,
    'aria-label': `${result.test}: ${result.outcome}`}));
}

function matrix_row(requirement) {
  const tests = new Set(requirement.tests);
  const why = !requirement.testable ? `Not tested: ${requirement.reason}` :
    tests.size ? '' : 'No suite tests this yet.';
  const reason = why ? make('div', {class: 'note'}, why) : undefined;
  return make('tr', {id: requirement.id},
      make('td', {class: 'id'}, requirement.id, make('div', {class: 'level'}, requirement.level)),
      make('td', {}, requirement.text, make('div', {class: 'level'}, requirement.source), reason),
      runs.map((run) => make('td', {class: 'cells'}, dots(run, tests))));
}

function matrix() {
  const groups = new Map();
  for (const requirement of report.requirements) {
    const group = requirement.group || requirement.id.split('-')[0];
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push(requirement);
  }
  const rows = [];
  for (const [group, members] of groups) {
    rows.push(make('tr', {class: 'group'}, make('th', {colspan: 2 + runs.length}, group)));
    rows.push(...members.map(matrix_row));
  }
  view.replaceChildren(
      ...runs.flatMap((run) => runs.length > 1 ? [make('h2', {}, run.iut.name), ...tiles(run)] :
        tiles(run)),
      ...failures(),
      make('h2', {}, 'Requirements'),
      make('p', {class: 'legend'}, 'One square a test; choose it to see what was done.',
          ['pass', 'fail', 'warn', 'info', 'not_supported', 'inconclusive'].flatMap((outcome) =>
            [make('span', {class: `dot ${outcome}`}), outcome.replace('_', ' ')])),
      make('table', {}, make('thead', {}, make('tr', {}, make('th', {}, 'Id'),
          make('th', {}, 'What is required'),
          runs.map((run) => make('th', {}, run.iut.name)))), make('tbody', {}, rows)));
}

function failures() {
  const bad = runs.flatMap((run) => run.results.filter((result) =>
    ['fail', 'harness_error', 'inconclusive'].includes(result.outcome) ||
    ['xpass', 'changed'].includes(result.expectation)).map((result) => [run, result]));
  if (!bad.length) return [];
  return [make('section', {}, make('h2', {}, 'What needs attention'),
      make('table', {}, make('tbody', {}, bad.map(([run, result]) => make('tr', {},
          make('td', {}, tag(result.outcome)),
          make('td', {}, make('a', {href: case_link(run, result.test)}, result.test),
              make('div', {}, result.title),
              make('div', {class: 'note'}, result.failure ?
                `Expected ${result.failure.expected}; observed ${result.failure.observed}` :
                result.note || '')),
          make('td', {class: 'note'}, runs.length > 1 ? run.iut.name : ''))))))];
}

let filter = {text: '', outcome: ''};

function cases() {
  const all = runs.flatMap((run) => run.results.map((result) => [run, result]));
  const body = make('tbody', {});
  const draw = () => {
    const needle = filter.text.toLowerCase();
    body.replaceChildren(...all.filter(([, result]) =>
      (!filter.outcome || result.outcome === filter.outcome) &&
      `${result.test} ${result.title}`.toLowerCase().includes(needle)).map(([run, result]) =>
      make('tr', {}, make('td', {}, tag(result.outcome)),
          make('td', {}, make('a', {href: case_link(run, result.test)}, result.test),
              make('div', {class: 'note'}, result.title)),
          make('td', {}, runs.length > 1 ? run.iut.name : result.suite),
          make('td', {}, result.candidates ? plural(result.candidates, 'candidate') : ''),
          make('td', {}, `${(result.duration_ms || 0).toFixed(1)} ms`))));
  };
  const present = outcomes.filter((outcome) => all.some(([, result]) => result.outcome === outcome));
  const buttons = ['', ...present].map((outcome) => make('button', {
    'aria-pressed': String(filter.outcome === outcome),
    onclick: () => { filter.outcome = outcome; cases(); },
  }, outcome ? outcome.replace('_', ' ') : 'all'));
  const search = make('input', {type: 'search', placeholder: 'Search id or title',
    value: filter.text, oninput: () => { filter.text = search.value; draw(); }});
  draw();
  view.replaceChildren(make('div', {class: 'controls'}, search, buttons),
      make('table', {}, make('thead', {}, make('tr', {}, ['Outcome', 'Case',
        runs.length > 1 ? 'Implementation' : 'Suite', 'Candidates', 'Time'].map((text) =>
        make('th', {}, text)))), body));
}

function octets_of(base64) {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

// Printable octets as text; anything else as a hexadecimal dump of at most 64 lines.
function show_octets(octets) {
  if (octets.every((octet) => octet === 10 || octet === 13 || (octet >= 32 && octet < 127))) {
    return String.fromCharCode(...octets.slice(0, 20000));
  }
  const lines = [];
  for (let at = 0; at < octets.length && lines.length < 64; at += 16) {
    const row = [...octets.slice(at, at + 16)];
    const hex = row.map((octet) => octet.toString(16).padStart(2, '0')).join(' ');
    const text = row.map((octet) => octet >= 32 && octet < 127 ?
      String.fromCharCode(octet) : '·').join('');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(47)}  ${text}`);
  }
  if (octets.length > 1024) lines.push(`... ${octets.length} octets in all`);
  return lines.join('\n');
}

function show_value(name, value) {
  const octets = name.endsWith('_b64') && typeof value === 'string' ? octets_of(value) : null;
  const text = octets ? show_octets(octets) :
    typeof value === 'string' ? value : JSON.stringify(value, null, 1);
  const kind = octets ? `${name.slice(0, -4)} · ${plural(octets.length, 'octet')}` : name;
  return [make('h3', {}, kind), make('pre', {}, text)];
}

function steps(trace) {
  return make('table', {}, make('thead', {}, make('tr', {}, ['', 'Operation', 'Answer', 'Observed']
      .map((text) => make('th', {}, text)))), make('tbody', {}, trace.map((step, index) =>
    make('tr', {}, make('td', {class: 'note'}, index + 1),
        make('td', {class: 'mono'}, make('b', {}, step.op),
            make('div', {class: 'note'}, brief(step.args))),
        make('td', {}, step.status, step.status === 'reject' ? ` (${step.reject_class})` : ''),
        make('td', {class: 'mono'}, brief(step.obs))))));
}

function brief(value) {
  const text = JSON.stringify(value);
  return !text || text === '{}' || text === 'null' ? '' :
    text.length > 400 ? `${text.slice(0, 400)} …` : text;
}

function file_changes(files) {
  return files.map((file) => [make('h3', {}, `${file.path} · ${file.change}`),
    make('pre', {class: 'diff'},
        file.before ? make('span', {class: 'del'}, `- ${file.before}`) : null,
        file.after ? make('span', {class: 'add'}, `+ ${file.after}`) : null)]);
}

function failure_box(failure) {
  const rows = [['Requirement', failure.requirement], ['Expected', failure.expected],
    ['Observed', failure.observed], ['Kind', failure.kind], ['Judged at', failure.place]];
  return make('div', {class: 'failbox'}, make('dl', {}, rows.filter(([, text]) => text)
      .flatMap(([name, text]) => [make('dt', {}, name), make('dd', {}, text)])));
}

function one_case(run, test) {
  const result = run && run.results.find((candidate) => candidate.test === test);
  if (!result) return view.replaceChildren(make('p', {}, 'This report has no such case.'));
  const cited = report.requirements.filter((row) => result.requirements.includes(row.id));
  const facts = [['Implementation', run.iut.name], ['Suite', result.suite],
    ['Operations', result.operations], ['Candidates', result.candidates || ''],
    ['Time', `${(result.duration_ms || 0).toFixed(1)} ms`],
    ['Classes reached', Object.entries(result.classes || {}).map(([name, n]) => `${name} ${n}`)
        .join(', ')],
    ['Expectation', result.expectation === 'expected' ? '' :
      `${result.expectation} ${result.expectation_reason || ''}`]];
  view.replaceChildren(
      make('h2', {}, result.test, ' ', tag(result.outcome)), make('p', {}, result.title),
      result.failure ? failure_box(result.failure) : '',
      result.note ? make('p', {class: 'note'}, result.note) : '',
      ...(result.infos || []).map((text) => make('p', {class: 'note'}, text)),
      make('h3', {}, 'Requirements'), make('ul', {}, cited.map((row) => make('li', {},
          make('a', {href: `#matrix/${row.id}`}, row.id), ` ${row.text} (${row.source})`))),
      result.replay ? make('h3', {}, 'Run it again') : '',
      result.replay ? make('pre', {}, result.replay) : '',
      ...Object.entries(result.counterexample || {}).length ?
        [make('h2', {}, 'Counterexample, shrunk'),
          ...Object.entries(result.counterexample).flatMap(([name, value]) =>
            show_value(name, value))] : [],
      ...(result.files || []).length ?
        [make('h2', {}, 'Files that differ'), ...file_changes(result.files).flat()] : [],
      ...(result.trace || []).length ? [make('h2', {}, 'What was done'), steps(result.trace)] : [],
      ...result.log ? [make('h2', {}, 'What the implementation wrote'),
        make('pre', {}, result.log)] : [],
      make('h3', {}, 'Facts'), make('dl', {class: 'facts'}, facts.filter(([, text]) => text)
          .flatMap(([name, text]) => [make('dt', {}, name), make('dd', {}, String(text))])));
}

function defects() {
  const killed = report.defects.filter((defect) => defect.killed).length;
  view.replaceChildren(
      make('p', {}, `${killed} of ${plural(report.defects.length, 'seeded defect')} were caught by ` +
          'a test that cites the requirement they break.'),
      make('table', {class: 'kill'}, make('thead', {}, make('tr', {}, ['', 'Requirement', 'Defect',
        'Caught by'].map((text) => make('th', {}, text)))), make('tbody', {}, report.defects.map(
          (defect) => make('tr', {},
              make('td', {}, make('span', {class: `tag ${defect.killed ? 'pass' : 'fail'}`},
                  defect.killed ? 'caught' : 'survived')),
              make('td', {class: 'id'}, defect.requirement),
              make('td', {}, make('code', {}, defect.id),
                  make('div', {class: 'note'}, defect.what || '')),
              make('td', {class: 'mono'}, (defect.by || []).map((test) =>
                make('div', {}, make('a', {href: case_link(runs[0], test)}, test)))))))));
}

function route() {
  const [name, first, second] = location.hash.slice(1).split('/');
  tabs(name === 'case' ? 'cases' : name || 'matrix');
  if (name === 'cases') cases();
  else if (name === 'defects') defects();
  else if (name === 'case') one_case(runs[Number(first)], decodeURIComponent(second || ''));
  else matrix();
  const target = name === 'matrix' && first ? document.getElementById(first) : null;
  if (target) target.scrollIntoView();
  else window.scrollTo(0, 0);
}

head();
route();
window.addEventListener('hashchange', route);
