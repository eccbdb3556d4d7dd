// How evenly a list scrolls: frames of the page while it is scrolled from within, and of the barest list that could be.
import { createServer } from 'node:http';
import { once } from 'node:events';

/** CSS px in a frame: a quick hand on a wheel, some 2,400 px a second. */
const STEP_PX = 40;
/** Every so many frames a jump elsewhere, as by the scroll bar: rows come that are not here. */
const JUMP_EVERY = 120;

/**
 * Scrolls a page for some seconds.
 *
 * @returns {Promise<{ p95: number, longTasks: number, elements: number }>} ms between frames; tasks above 50 ms; most elements in
 *   the document at once
 */
export async function scrollFrames(page, seconds) {
  return page.evaluate(
    ({ step, jumpEvery, ms }) =>
      new Promise((resolve) => {
        const times = [];
        let elements = 0;
        let longTasks = 0;
        const observer = new PerformanceObserver((list) => {
          longTasks += list.getEntries().length;
        });
        observer.observe({ type: 'longtask' });
        scrollTo(0, 0);
        let direction = 1;
        let last;
        let began;
        const tick = (now) => {
          began ??= now;
          if (last !== undefined) times.push(now - last);
          last = now;
          if (times.length % 20 === 0) elements = Math.max(elements, document.querySelectorAll('*').length);
          if (now - began > ms) {
            longTasks += observer.takeRecords().length;
            observer.disconnect();
            times.sort((a, b) => a - b);
            resolve({ p95: times[Math.floor(times.length * 0.95)], longTasks, elements });
            return;
          }
          const height = document.documentElement.scrollHeight;
          if (times.length % jumpEvery === jumpEvery - 1)
            scrollTo(0, (height * ((times.length * 7) % 10)) / 10);
          else {
            if (scrollY + innerHeight >= height - 2) direction = -1;
            if (scrollY <= 0) direction = 1;
            scrollBy(0, direction * step);
          }
          requestAnimationFrame(tick);
        };
        requestAnimationFrame(tick);
      }),
    { step: STEP_PX, jumpEvery: JUMP_EVERY, ms: seconds * 1000 },
  );
}

/** As little as a list can do: rows of one text, those in sight drawn by hand, nothing else on the page. */
const bareList = (rows, height) => `<!doctype html><meta charset="utf-8"><title>bare list</title>
<style>body{margin:0}#list{position:relative}p{position:absolute;margin:0;height:${height}px;width:100%}</style>
<div id="list"></div><script>
const list = document.getElementById('list');
list.style.height = '${rows * height}px';
const shown = new Map();
const draw = () => {
  const first = Math.max(0, Math.floor(scrollY / ${height}) - 8);
  const last = Math.min(${rows} - 1, Math.ceil((scrollY + innerHeight) / ${height}) + 8);
  for (const [i, row] of shown) if (i < first || i > last) { row.remove(); shown.delete(i); }
  for (let i = first; i <= last; i++) {
    if (shown.has(i)) continue;
    const row = document.createElement('p');
    row.textContent = 'Row ' + i;
    row.style.transform = 'translateY(' + i * ${height} + 'px)';
    shown.set(i, row);
    list.append(row);
  }
};
addEventListener('scroll', draw);
draw();
</script>`;

/** Serves it; `url` and `close`. */
export async function serveBareList(rows, rowPx) {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(bareList(rows, rowPx));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
