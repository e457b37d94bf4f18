// Draws the series of the page of trends; without it the table below says the same.
'use strict';

(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const colours = dark ? { line: '#7cc4f0', soft: '#a9b5c1', grid: '#37414c', ours: 'rgba(240,184,102,.25)' } : { line: '#0b5a8a', soft: '#4d5966', grid: '#d3d9e0', ours: 'rgba(138,75,0,.15)' };
  const words = {
    ratio: (value) => (value * 100).toFixed(1) + ' %',
    milliseconds: (value) => value.toFixed(value < 10 ? 1 : 0) + ' ms',
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

  const draw = async (figure) => {
    const { series, hours, unit } = figure.dataset;
    const from = new Date(Date.now() - hours * 3600000).toISOString();
    const answer = await fetch(`/api/metrics/series/${encodeURIComponent(series)}?from=${from}&project=${encodeURIComponent(document.body.dataset.project)}`, { headers: { 'X-CacheKeeper-Refresh': '1' } });
    if (!answer.ok) { return; }
    const { times, values, interventions } = await answer.json();
    if (times.length < 2) { figure.append(Object.assign(document.createElement('p'), { className: 'unknown', textContent: '– fewer than two values in this time' })); return; }
    const say = words[unit] ?? ((value) => value.toLocaleString('en'));
    const axis = { stroke: colours.soft, grid: { stroke: colours.grid, width: 1 }, ticks: { stroke: colours.grid } };
    const size = () => ({ width: figure.clientWidth - 36, height: 180 });
    const chart = new uPlot({
      ...size(),
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), 'UTC'),
      legend: { show: false },
      cursor: { y: false },
      plugins: [shade(interventions)],
      axes: [{ ...axis, values: (_, at) => at.map((time) => new Date(time * 1000).toISOString().slice(...(hours > 48 ? [5, 10] : [11, 16]))) }, { ...axis, size: 70, values: (_, at) => at.map((value) => value == null ? '' : say(value)) }],
      series: [{}, { stroke: colours.line, width: 2, spanGaps: false }],
    }, [times, values], figure);
    figure.setAttribute('role', 'img');
    figure.setAttribute('aria-label', `${series}: ${say(values.findLast((value) => value !== null))} now`);
    addEventListener('resize', () => chart.setSize(size()));
  };

  document.querySelectorAll('figure.series').forEach((figure) => { draw(figure).catch(() => {}); });
})();
