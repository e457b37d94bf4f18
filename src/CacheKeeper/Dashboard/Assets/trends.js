// Draws the series of the page of trends; without it the table below says the same.
'use strict';

(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const colours = dark ? { line: '#7cc4f0', soft: '#a9b5c1', grid: '#37414c', ours: 'rgba(240,184,102,.25)', band: 'rgba(124,196,240,.25)', odd: '#ff9c9c' } : { line: '#0b5a8a', soft: '#4d5966', grid: '#d3d9e0', ours: 'rgba(138,75,0,.15)', band: 'rgba(11,90,138,.2)', odd: '#a3141f' };
  const words = {
    ratio: (value) => (value * 100).toFixed(1) + ' %',
    milliseconds: (value) => value >= 172800000 ? (value / 86400000).toFixed(1) + ' days' : value >= 10000 ? (value / 1000).toFixed(0) + ' s' : value.toFixed(value < 10 ? 1 : 0) + ' ms',
    bytes: (value) => value >= 1048576 ? (value / 1048576).toFixed(1) + ' MB' : (value / 1024).toFixed(0) + ' kB',
  };

  const shade = (interventions) => ({
    hooks: {
      drawClear: [(chart) => {
        const { ctx, bbox } = chart;
        ctx.save();
        ctx.fillStyle = colours.ours;
        for (const { from, until } of interventions) {
          const left = Math.max(bbox.left, chart.valToPos(Date.parse(from) / 1000, 'x', true));
          const right = Math.min(bbox.left + bbox.width, chart.valToPos((until ? Date.parse(until) : Date.now()) / 1000, 'x', true));
          if (right >= bbox.left && left <= bbox.left + bbox.width) { ctx.fillRect(left, bbox.top, Math.max(3, right - left), bbox.height); }
        }
        ctx.restore();
      }],
    },
  });

  // Values that were not to be expected, as rings on the line.
  const rings = (anomalies) => ({
    hooks: {
      draw: [(chart) => {
        const { ctx, bbox } = chart;
        ctx.save();
        ctx.strokeStyle = colours.odd;
        ctx.lineWidth = 2 * devicePixelRatio;
        for (const { at, value } of anomalies) {
          const [x, y] = [chart.valToPos(at, 'x', true), chart.valToPos(value, 'y', true)];
          if (x >= bbox.left && x <= bbox.left + bbox.width) { ctx.beginPath(); ctx.arc(x, y, 5 * devicePixelRatio, 0, 2 * Math.PI); ctx.stroke(); }
        }
        ctx.restore();
      }],
    },
  });

  const draw = async (figure) => {
    const { series, hours, unit } = figure.dataset;
    const from = new Date(Date.now() - hours * 3600000).toISOString();
    const answer = await fetch(`/api/metrics/series/${encodeURIComponent(series)}?from=${from}&project=${encodeURIComponent(document.body.dataset.project)}`, { headers: { 'X-CacheKeeper-Refresh': '1' } });
    if (!answer.ok) { return; }
    const { times, values, interventions, anomalies, forecast } = await answer.json();
    if (times.length < 2) { figure.append(Object.assign(document.createElement('p'), { className: 'unknown', textContent: '– a line needs two values; the next collection brings one' })); return; }
    const say = words[unit] ?? ((value) => value.toLocaleString('en'));
    const axis = { stroke: colours.soft, grid: { stroke: colours.grid, width: 1 }, ticks: { stroke: colours.grid } };
    const size = () => ({ width: figure.clientWidth - 40, height: 200 });
    // What was seen, then what is expected: one axis of time, a gap in each line where the other speaks.
    const seen = times.map(() => null);
    const coming = forecast.map(() => null);
    const data = [[...times, ...forecast.map((point) => point.at)], [...values, ...coming], [...seen, ...forecast.map((point) => point.upper80)], [...seen, ...forecast.map((point) => point.lower80)], [...seen, ...forecast.map((point) => point.value)]];
    const edge = { stroke: 'transparent', width: 0, points: { show: false } };
    const chart = new uPlot({
      ...size(),
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), 'UTC'),
      legend: { show: false },
      cursor: { y: false },
      plugins: [shade(interventions), rings(anomalies)],
      axes: [{ ...axis, values: (_, at) => at.map((time) => new Date(time * 1000).toISOString().slice(...(hours > 48 ? [5, 10] : [11, 16]))) }, { ...axis, size: 70, values: (_, at) => at.map((value) => value == null ? '' : say(value)) }],
      series: [{}, { stroke: colours.line, width: 2, spanGaps: false }, edge, edge, { stroke: colours.line, width: 2, dash: [4, 4], points: { show: false } }],
      bands: [{ series: [2, 3], fill: colours.band }],
    }, data, figure);
    chart.root.setAttribute('role', 'img');
    const expected = forecast.length > 0 ? `; ${say(forecast.at(-1).value)} expected` : '';
    chart.root.setAttribute('aria-label', `${series}: ${say(values.findLast((value) => value !== null) ?? 0)} now${expected}`);
    addEventListener('resize', () => chart.setSize(size()));
  };

  document.querySelectorAll('figure.series').forEach((figure) => { draw(figure).catch(() => {}); });
})();
