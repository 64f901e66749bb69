'use strict';
// Charts on Chart.js: what its configuration leaves out, and the kinds that the pages use.

const shade = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const series = ['one', 'two', 'three', 'four', 'five', 'six'];
const series_shade = (index) => shade(series[index % series.length]);
const veiled = (hex, share) => hex + Math.round(share * 255).toString(16).padStart(2, '0');

// Bands for the time of a fault, with its name at the top, and the moment of recovery.
const fault_bands = {
  id: 'faults',
  beforeDatasetsDraw(chart, _, options) {
    const {ctx, chartArea: area, scales: {x}} = chart;
    const clamp = (value) => Math.min(Math.max(x.getPixelForValue(value), area.left), area.right);
    ctx.save();
    ctx.font = '11px system-ui, "DejaVu Sans", sans-serif';
    const rows = [];  // where the labels of each row end
    for (const fault of options.list || []) {
      const left = clamp(fault.from);
      const right = Math.max(clamp(fault.to ?? x.max), left + 2);
      ctx.fillStyle = veiled(shade('fault'), 0.09);
      ctx.fillRect(left, area.top, right - left, area.bottom - area.top);
      ctx.fillStyle = veiled(shade('fault'), 0.7);
      ctx.fillRect(left, area.top, 1, area.bottom - area.top);
      const width = ctx.measureText(fault.text).width;
      const start = Math.min(left + 4, area.right - width);
      let row = rows.findIndex((end) => end < start);
      if (row < 0) row = rows.push(0) - 1;
      rows[row] = start + width + 8;
      if (row < 4) ctx.fillText(fault.text, start, area.top + 12 + 13 * row);
      if (fault.recovered === null || fault.recovered === undefined) continue;
      ctx.strokeStyle = shade('pass');
      ctx.setLineDash([3, 3]);
      ctx.beginPath();
      ctx.moveTo(clamp(fault.recovered), area.top);
      ctx.lineTo(clamp(fault.recovered), area.bottom);
      ctx.stroke();
      ctx.setLineDash([]);
    }
    ctx.restore();
  },
};

// From `low` to `high` of each point.
const intervals = {
  id: 'intervals',
  afterDatasetsDraw(chart) {
    const {ctx, scales: {y}} = chart;
    ctx.save();
    chart.data.datasets.forEach((dataset, index) => {
      if (!chart.isDatasetVisible(index)) return;
      ctx.strokeStyle = dataset.borderColor;
      ctx.lineWidth = 1.5;
      chart.getDatasetMeta(index).data.forEach((point, at) => {
        const {low, high} = dataset.data[at];
        if (low === undefined || high <= low) return;
        const [top, bottom] = [y.getPixelForValue(high), y.getPixelForValue(low)];
        ctx.beginPath();
        for (const [from, to] of [[[0, top], [0, bottom]], [[-4, top], [4, top]],
          [[-4, bottom], [4, bottom]]]) {
          ctx.moveTo(point.x + from[0], from[1]);
          ctx.lineTo(point.x + to[0], to[1]);
        }
        ctx.stroke();
      });
    });
    ctx.restore();
  },
};

Chart.register(fault_bands, intervals);
Chart.defaults.animation = false;
Chart.defaults.maintainAspectRatio = false;
Chart.defaults.font.family = 'system-ui, "DejaVu Sans", sans-serif';
Chart.defaults.color = shade('soft');
Chart.defaults.plugins.legend.position = 'bottom';
Chart.defaults.plugins.legend.labels.boxWidth = 14;
Chart.defaults.plugins.legend.labels.boxHeight = 3;

const axis = (text, more) => ({
  title: {display: true, text}, grid: {color: shade('line')}, ticks: {maxTicksLimit: 9}, ...more});
const seconds_axis = (stop) => axis('simulated time, s', {type: 'linear', min: 0, max: stop});
// Labels at 1, 2 and 5 of each power of ten, or at the powers alone when there are many.
function of_powers(value, _, ticks) {
  const span = Math.log10(ticks[ticks.length - 1].value / ticks[0].value);
  const digit = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
  const shown = span > 2.4 ? [1] : span > 1.2 ? [1, 5] : [1, 2, 3, 5];
  return shown.some((one) => Math.abs(digit - one) < 1e-6) ? brief(value) : '';
}
// The round number below the least and above the most, so that the axis ends there.
function log_limits(values) {
  const good = values.filter((value) => value > 0);
  if (good.length === 0) return {};
  const round = (value, side) => {
    const power = 10 ** Math.floor(Math.log10(value));
    return power * (side < 0 ? [5, 2, 1].find((one) => one * power <= value) :
      [1, 2, 5, 10].find((one) => one * power >= value));
  };
  return {min: round(Math.min(...good) * 0.8, -1), max: round(Math.max(...good) * 1.2, 1)};
}
const log_axis = (text, values, more) => axis(text, {type: 'logarithmic', ...log_limits(values),
  ticks: {callback: of_powers, maxRotation: 0, autoSkip: false}, ...more});

// Few digits, as people say numbers.
function brief(value) {
  if (value === null || value === undefined) return '–';
  if (typeof value !== 'number') return String(value);
  const size = Math.abs(value);
  if (Number.isInteger(value)) return value.toLocaleString('en');
  if (size >= 1000) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(size >= 100 ? 4 : 3)));
}

const line = (label, data, color, more) => ({
  type: 'line', label, data, borderColor: color, backgroundColor: color, borderWidth: 2,
  pointRadius: 0, pointHitRadius: 8, tension: 0, ...more});
const dots = (label, data, color, more) => ({
  type: 'scatter', label, data, borderColor: 'transparent', backgroundColor: veiled(color, 0.35),
  pointRadius: 1.8, ...more});

// A chart in `parent`; `scales` and `datasets` as Chart.js has them.
function draw(parent, name, scales, datasets, plugins) {
  const canvas = make('canvas', {role: 'img', 'aria-label': name, 'data-chart': name});
  parent.append(make('div', {class: 'chart'}, canvas));
  return new Chart(canvas, {
    type: 'line', data: {datasets},
    options: {
      parsing: true, scales, interaction: {mode: 'nearest', axis: 'xy', intersect: false},
      plugins: {
        tooltip: {callbacks: {label: (item) =>
          `${item.dataset.label}: ${brief(item.parsed.y)} at ${brief(item.parsed.x)}`}},
        ...plugins,
      },
    },
  });
}
