// Small on purpose: every page works without it. It keeps the page live and carries the set-up link's token into the form.
'use strict';

const token = document.getElementById('token');
if (token && location.pathname === '/setup' && location.hash.length > 1) {
  token.value = location.hash.slice(1);
  history.replaceState(null, '', location.pathname);
}

if (document.body.dataset.project !== undefined) {
  const lost = document.getElementById('lost');
  let seen = new Date();
  let asking = false;

  const reachable = (yes) => {
    if (yes) { seen = new Date(); }
    document.getElementById('lost-since').textContent = seen.toISOString().slice(11, 19) + ' UTC';
    lost.hidden = yes;
  };

  // The same page again, without moving the reader: only when nobody is filling in a form.
  const refresh = async () => {
    const main = document.getElementById('main');
    if (asking || document.hidden || main.querySelector('figure.series') || main.dataset.still !== undefined || main.querySelector('input, select')?.form?.contains(document.activeElement)) { return; }
    asking = true;
    try {
      const answer = await fetch(location.href, { headers: { 'X-CacheKeeper-Refresh': '1' } });
      if (answer.redirected) { location.assign(answer.url); return; }
      if (!answer.ok) { return; }
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const open = [...main.querySelectorAll('details')].map((part) => part.open);
      const scrolled = [...main.querySelectorAll('.wide, pre')].map((part) => [part.scrollLeft, part.scrollTop]);
      const fresh = next.getElementById('main');
      fresh.querySelectorAll('details').forEach((part, i) => { if (i < open.length) { part.open = open[i]; } });
      if (main.innerHTML !== fresh.innerHTML && !main.contains(document.activeElement)) {
        main.replaceWith(fresh);
        fresh.querySelectorAll('.wide, pre').forEach((part, i) => { if (scrolled[i]) { [part.scrollLeft, part.scrollTop] = scrolled[i]; } });
      }
      document.querySelector('footer').replaceWith(next.querySelector('footer'));
      reachable(true);
    } catch {
      reachable(false);
    } finally {
      asking = false;
    }
  };

  const events = new EventSource('/api/events?project=' + encodeURIComponent(document.body.dataset.project));
  let first = true;
  events.addEventListener('live', () => { reachable(true); if (!first) { refresh(); } first = false; });
  events.addEventListener('ping', () => reachable(true));
  events.addEventListener('error', () => { reachable(false); first = false; });
  setInterval(refresh, 30000);
}
