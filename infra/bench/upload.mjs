// One peer that serves: a stream to curl over mutual TLS, with nginx and the same kind of certificate beside it; and a hundred
// downloaders at once, each at its own pace.
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, sharedContent, startTestNetwork, waitFor, writeSeeded } from '@banyan/e2e';
import { enrolledProgram } from './lib/aria2.mjs';
import { bytesOf, median } from './lib/figures.mjs';

export const summary = 'one peer serving TLS to curl, nginx beside it; and a hundred downloaders at once';

export const options = {
  size: { type: 'string', default: '1GiB' },
  downloaders: { type: 'string', default: '100' },
};

const FILE = 'upload.bin';
const RUNS = 5;
const QUICK = { size: '256MiB', runs: 3 };
/** What each of many downloaders takes a second. */
const PACE = 1e6;
const PACED_SECONDS = 15;
/** What comes late to a downloader is made up for by this at most. */
const MADE_UP_MS = 1000;
/** By then a crowd has ended also when somebody never began. */
const MAX_CROWD_SECONDS = 60;
/** How unequal downloaders may be, of their mean. */
const UNFAIR = 0.1;
const DELAY_MS = 20;
/** The resolution at which a process watches its event loop; it is in what the histogram tells. */
const WATCHED_EVERY_MS = 20;
/** Devices are enrolled so many at a time. */
const ENROLLED_AT_ONCE = 10;

export async function run({ options: given, quick, scratch, signal, findProgram, say }) {
  const size = bytesOf(quick && given.size === options.size.default ? QUICK.size : given.size);
  const runs = quick ? QUICK.runs : RUNS;
  const downloaders = Number(given.downloaders);
  const curl = findProgram('curl');
  if (curl === undefined) throw new Error('curl is not installed; this bench needs it.');
  const nginx = findProgram('nginx') ?? findProgram('/usr/sbin/nginx');
  if (nginx === undefined) say('nginx is not installed: ours alone is measured.');
  const network = await startTestNetwork({ supernodes: ['oak'], logLevel: 'warn', folder: scratch });
  let rival;
  try {
    const source = await network.peer('source', {
      files: { [FILE]: (path) => writeSeeded(path, 'upload bench', size) },
      args: ['--upload-slots', String(Math.max(8, downloaders))],
    });
    await source.settled(120_000);
    const content = await sharedContent(source, FILE);
    const url = `https://127.0.0.1:${source.program.ready.transferPort}/v1/content/${content}`;
    const reader = await enrolledProgram(network, 'curl', scratch);
    rival = nginx && (await startNginx(nginx, scratch, source.sharedFolder, reader));

    const ours = [];
    const theirs = [];
    for (let i = 1; i <= runs; i += 1) {
      signal.throwIfAborted();
      ours.push(await fetchOnce(curl, url, reader));
      if (rival !== undefined) theirs.push(await fetchOnce(curl, `${rival.url}/${FILE}`, reader));
      say(
        `run ${i} of ${runs}: ${(ours.at(-1) / 1e6).toFixed(0)} MB/s` +
          (rival === undefined ? '' : `; nginx ${(theirs.at(-1) / 1e6).toFixed(0)} MB/s`),
      );
    }
    say(`${downloaders} downloaders at ${PACE / 1e6} MB/s each …`);
    const devices = await crowdDevices({ network, downloaders, scratch, signal });
    await loopDelay(source); // reading it begins a new window
    const crowd = await measureCrowd(curl, url, devices);
    const delayMs = await loopDelay(source);
    const beside = rival && (await measureCrowd(curl, `${rival.url}/${FILE}`, devices));
    return [
      {
        name: 'vs_nginx',
        value: median(ours),
        unit: 'B/s',
        ...(rival === undefined
          ? {}
          : { peer: 'nginx', peer_value: median(theirs), target: 0.7, bound: 'at least' }),
      },
      { name: 'crowd_mean_rate', value: crowd.mean, unit: 'B/s' },
      { name: 'crowd_unfairness', value: crowd.unfairness, unit: 'of the mean', target: UNFAIR },
      { name: 'crowd_start_ms', value: crowd.startMs, unit: 'ms' },
      ...(beside === undefined
        ? []
        : [
            { name: 'crowd_unfairness_of_nginx', value: beside.unfairness, unit: 'of the mean' },
            { name: 'crowd_start_of_nginx_ms', value: beside.startMs, unit: 'ms' },
          ]),
      { name: 'crowd_loop_delay_p99_ms', value: delayMs, unit: 'ms', target: DELAY_MS },
      { name: 'source_peak_rss_mib', value: (await source.program.peakRss()) / 1024 ** 2, unit: 'MiB' },
    ];
  } finally {
    await rival?.stop();
    await network.stop();
  }
}

/** Bytes a second of one whole file. */
async function fetchOnce(curl, url, device) {
  const { code, bytes, seconds } = await runCurl(curl, url, device);
  if (code !== 0) throw new Error(`curl ended with ${code}.`);
  return bytes / seconds;
}

/** Runs curl; what it says of itself when it ends. */
function runCurl(curl, url, device) {
  return new Promise((resolve, reject) => {
    const report = ['--output', '/dev/null', '--write-out', '%{size_download} %{time_total}'];
    const child = startCurl(curl, url, device, report);
    let said = '';
    child.stdout.on('data', (part) => (said += part));
    child.once('error', reject);
    child.once('close', (code) => {
      const [bytes, seconds] = said.split(' ').map(Number);
      resolve({ code, bytes, seconds });
    });
  });
}

function startCurl(curl, url, { cert, key, token }, more) {
  return spawn(
    curl,
    [
      ...['--silent', '--insecure', '--fail', '--cert', cert, '--key', key],
      ...['--header', `Authorization: Bearer ${token}`],
      ...more,
      url,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
}

/** nginx with one worker, as a peer has one process, on TLS 1.3 with a device's certificate; it asks for the reader's too. */
async function startNginx(nginx, scratch, root, { cert, key }) {
  const port = await freePort();
  const home = join(scratch, 'nginx');
  const config = join(home, 'nginx.conf');
  await mkdir(dirname(config), { recursive: true });
  await writeFile(
    config,
    `daemon off; pid ${home}/pid; error_log ${home}/error.log; worker_processes 1;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 256; }
http {
  access_log off; sendfile on; types { } default_type application/octet-stream;
  client_body_temp_path ${home}/body; proxy_temp_path ${home}/proxy; fastcgi_temp_path ${home}/fastcgi;
  uwsgi_temp_path ${home}/uwsgi; scgi_temp_path ${home}/scgi;
  server {
    listen 127.0.0.1:${port} ssl; root ${root};
    ssl_certificate ${cert}; ssl_certificate_key ${key};
    ssl_protocols TLSv1.3; ssl_verify_client optional_no_ca;
  }
}
`,
  );
  const child = spawn(nginx, ['-p', home, '-c', config, '-e', join(home, 'error.log')], { stdio: 'inherit' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = `https://127.0.0.1:${port}`;
  await waitFor(
    async () => {
      if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}.`);
      return fetchable(port);
    },
    { what: 'nginx to listen', everyMs: 50 },
  );
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function fetchable(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket.destroy() && true));
    socket.once('error', () => resolve(false));
  });
}

/** Enrols so many devices that can read from the source. */
async function crowdDevices({ network, downloaders, scratch, signal }) {
  const devices = [];
  while (devices.length < downloaders) {
    signal.throwIfAborted();
    const names = Array.from(
      { length: Math.min(ENROLLED_AT_ONCE, downloaders - devices.length) },
      (_, i) => `crowd${devices.length + i}`,
    );
    devices.push(...(await Promise.all(names.map((name) => enrolledProgram(network, name, scratch)))));
  }
  return devices;
}

/**
 * Many devices read the same file at once, each at its pace: what they get on average while all of them read, how far the worst
 * is from that, and how long it took until the last of them had begun.
 */
async function measureCrowd(curl, url, devices) {
  const startedAt = performance.now();
  const readers = devices.map((device) => startPaced(curl, url, device));
  try {
    await Promise.all(readers.map(({ begun }) => begun));
    const from = performance.now();
    const before = readers.map(({ bytes }) => bytes);
    await delay(PACED_SECONDS * 1000);
    const seconds = (performance.now() - from) / 1000;
    const rates = readers.map(({ bytes }, i) => (bytes - before[i]) / seconds);
    const cut = readers.filter(({ child }) => child.exitCode !== null);
    if (cut.length > 0) throw new Error(`${cut.length} downloaders were cut.`);
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
    const unfairness = Math.max(...rates.map((rate) => Math.abs(rate - mean))) / mean;
    return { mean, unfairness, startMs: from - startedAt };
  } finally {
    for (const { child } of readers) child.kill();
    await Promise.all(readers.map(({ ended }) => ended));
  }
}

/**
 * A curl that goes no faster than its full pipe is read. Its own `--limit-rate` would not do: it forgets every three seconds what
 * it read too much, which makes 1.00 to 1.11 MB/s of one, also from nginx.
 */
function startPaced(curl, url, device) {
  const child = startCurl(curl, url, device, ['--max-time', String(MAX_CROWD_SECONDS)]);
  const reader = { child, bytes: 0 };
  reader.ended = new Promise((resolve) => child.once('close', resolve));
  reader.begun = new Promise((resolve, reject) => {
    child.stdout.once('readable', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`A downloader's curl ended with ${code}.`)));
  });
  void readPaced(reader);
  return reader;
}

async function readPaced(reader) {
  let dueAt;
  for await (const part of reader.child.stdout) {
    reader.bytes += part.length;
    const now = performance.now();
    dueAt = Math.max(dueAt ?? now, now - MADE_UP_MS) + (part.length / PACE) * 1000;
    const wait = dueAt - now;
    if (wait > 0) await delay(wait);
  }
}

/** The 99th percentile of the delay of a peer's event loop since it was asked last, in milliseconds. */
async function loopDelay(peer) {
  const answer = await fetch(new URL('/metrics', peer.program.ready.page));
  const told = /^nodejs_eventloop_lag_p99_seconds(?:\{[^}]*\})? (\S+)$/m.exec(await answer.text());
  if (told === null) throw new Error('The peer does not tell the delay of its event loop.');
  return Math.max(0, Number(told[1]) * 1000 - WATCHED_EVERY_MS);
}
