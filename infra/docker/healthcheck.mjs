// Exit code 0 when the process of this container answers its probe.
const port = process.env.BANYAN_METRICS_PORT ?? '9464';
const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(4_000) }).catch(
  (error) => ({ ok: false, status: error.message }),
);
if (!answer.ok) {
  console.error(`no answer on port ${port}: ${answer.status}`);
  process.exit(1);
}
