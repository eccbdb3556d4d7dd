/**
 * What draws the charts in the reader's browser: plain JavaScript, as text. Charts are drawn when they come into view, so
 * that a long report opens at once, and all of them before it is printed.
 */
export const SCRIPT = String.raw`
'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const NS = 'http://www.w3.org/2000/svg';
  const W = 640, H = 240, LEFT = 62, RIGHT = 10, TOP = 18, BOTTOM = 22;
  const DASHES = ['', '7 3', '2 3', '10 3 2 3', '1 2', '12 4', '5 2 1 2', '4 4'];
  const el = (name, attributes, text) => {
    const node = document.createElementNS(NS, name);
    for (const key of Object.keys(attributes)) node.setAttribute(key, attributes[key]);
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const short = (n) => Number(n.toPrecision(3)).toString();
  const text = (n, unit) => {
    switch (unit) {
      case 'ms': return n >= 1000 ? short(n / 1000) + ' s' : short(n) + ' ms';
      case 'bytes': return n >= 2 ** 30 ? short(n / 2 ** 30) + ' GiB' : short(n / 2 ** 20) + ' MiB';
      case 'rate': return short(n) + '/s';
      default: return n >= 1e6 ? short(n / 1e6) + ' M' : n >= 1e4 ? short(n / 1e3) + ' k' : short(n);
    }
  };
  const clock = (s) => s >= 3600 ? short(s / 3600) + ' h' : s >= 120 ? short(s / 60) + ' min' : short(s) + ' s';
  const nice = (raw) => {
    const power = 10 ** Math.floor(Math.log10(raw));
    for (const step of [1, 2, 5, 10]) if (raw <= step * power) return step * power;
    return 10 * power;
  };
  const scale = (chart) => {
    const values = chart.series.flatMap((s) => s.values.filter((v) => v !== null));
    const top = Math.max(...values, 0);
    if (!chart.isLog) {
      const one = chart.unit === 'bytes' ? 2 ** 20 : 1;
      const step = top === 0 ? one : nice(top / one / 4) * one;
      const max = Math.max(step * Math.ceil(top / step), step);
      const ticks = [];
      for (let t = 0; t <= max + step / 2; t += step) ticks.push(t);
      return { ticks, y: (v) => TOP + (H - TOP - BOTTOM) * (1 - v / max) };
    }
    const positive = values.filter((v) => v > 0);
    const low = Math.floor(Math.log10(Math.min(...positive, 1)));
    const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive, 1))));
    const ticks = [];
    for (let power = low; power <= high; power += 1) ticks.push(10 ** power);
    const y = (v) => TOP + (H - TOP - BOTTOM) * (1 - (Math.log10(Math.max(v, 10 ** low)) - low) / (high - low));
    return { ticks, y };
  };
  const path = (values, x, y) => {
    let d = '', pen = false;
    values.forEach((v, i) => {
      if (v === null) { pen = false; return; }
      const point = x(data.at[i]).toFixed(1) + ' ' + y(v).toFixed(1);
      // A lone point between gaps is still to be seen.
      d += pen ? 'L' + point : 'M' + point + 'h.01';
      pen = true;
    });
    return d;
  };
  const draw = (figure) => {
    if (figure.dataset.drawn) return;
    figure.dataset.drawn = 'yes';
    const chart = data.charts.find((one) => one.id === figure.id);
    const end = data.at[data.at.length - 1] || 1;
    const x = (s) => LEFT + (W - LEFT - RIGHT) * (s / end);
    const { ticks, y } = scale(chart);
    const svg = figure.querySelector('svg.plot');
    for (const tick of ticks) {
      svg.append(el('line', { x1: LEFT, x2: W - RIGHT, y1: y(tick), y2: y(tick), class: 'grid' }));
      svg.append(el('text', { x: LEFT - 6, y: y(tick) + 4, 'text-anchor': 'end' }, text(tick, chart.unit)));
    }
    const step = nice(end / 6);
    for (let s = 0; s <= end * 0.98; s += step) svg.append(el('text', { x: x(s), y: H - 6, 'text-anchor': 'middle' }, clock(s)));
    let free = 0;
    for (const stage of data.stages) {
      if (stage.at > end) continue;
      svg.append(el('line', { x1: x(stage.at), x2: x(stage.at), y1: TOP, y2: H - BOTTOM, class: 'stage' }));
      // Names that would lie over each other are left out; the table has them all.
      if (x(stage.at) < free) continue;
      svg.append(el('text', { x: x(stage.at) + 3, y: TOP - 6 }, stage.name));
      free = x(stage.at) + 3 + stage.name.length * 6.5;
    }
    for (const fault of data.faults) {
      svg.append(el('line', { x1: x(fault.at), x2: x(fault.at), y1: TOP, y2: H - BOTTOM, class: 'fault' }));
      const name = el('text', { x: x(fault.at) + 4, y: TOP + 11, class: 'fault-name' }, fault.name.split(' ')[0]);
      name.append(el('title', {}, fault.name));
      svg.append(name);
    }
    const legend = figure.querySelector('.legend');
    chart.series.forEach((series, i) => {
      const style = { fill: 'none', stroke: 'var(--c' + (i % 8) + ')', 'stroke-width': 1.8,
        'stroke-dasharray': DASHES[i % 8], 'stroke-linecap': 'round', 'stroke-linejoin': 'round' };
      svg.append(el('path', { ...style, d: path(series.values, x, y) }));
      const item = document.createElement('span');
      const key = el('svg', { viewBox: '0 0 28 10', 'aria-hidden': 'true' });
      key.append(el('path', { ...style, d: 'M0 5H28' }));
      item.append(key, series.name);
      legend.append(item);
    });
    table(figure, chart);
  };
  const table = (figure, chart) => {
    const details = figure.querySelector('details');
    details.addEventListener('toggle', () => {
      if (!details.open || details.querySelector('table')) return;
      const box = document.createElement('div');
      box.className = 'scroll';
      box.tabIndex = 0;
      box.setAttribute('role', 'region');
      box.setAttribute('aria-label', chart.title);
      const rows = document.createElement('table');
      const line = (cells, tag) => {
        const row = document.createElement('tr');
        for (const cell of cells) {
          const node = document.createElement(tag);
          node.textContent = cell;
          row.append(node);
        }
        rows.append(row);
      };
      line(['time', ...chart.series.map((s) => s.name)], 'th');
      const every = Math.max(1, Math.ceil(data.at.length / 60));
      for (let i = 0; i < data.at.length; i += every)
        line([clock(data.at[i]), ...chart.series.map((s) => s.values[i] === null || s.values[i] === undefined ? '–' : text(s.values[i], chart.unit))], 'td');
      box.append(rows);
      details.append(box);
    });
  };
  const figures = [...document.querySelectorAll('figure[id]')];
  const all = () => figures.forEach(draw);
  if ('IntersectionObserver' in window) {
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) { draw(entry.target); seen.unobserve(entry.target); }
    }, { rootMargin: '300px' });
    figures.forEach((figure) => seen.observe(figure));
  } else all();
  window.addEventListener('beforeprint', all);
})();
`;
