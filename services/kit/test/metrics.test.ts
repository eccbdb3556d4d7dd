import { describe, expect, it } from '@jest/globals';
import { createMetrics, VERSION } from '../src/index.ts';

describe('metrics', () => {
  it('are rendered with the service that they come from', async () => {
    const metrics = createMetrics({ service: 'auth', processMetrics: false });
    metrics
      .counter({ name: 'banyan_auth_tokens_total', help: 'Tokens.', labels: ['audience'] })
      .inc({ audience: 'list' }, 2);
    metrics.gauge({ name: 'banyan_auth_devices', help: 'Devices.', collect: () => 7 });
    metrics.histogram({ name: 'banyan_auth_hash_seconds', help: 'Time.' }).observe(0.02);
    const { body, contentType } = await metrics.render();
    expect(contentType).toContain('text/plain');
    expect(body).toContain('banyan_auth_tokens_total{audience="list",service="auth"} 2');
    expect(body).toContain('banyan_auth_devices{service="auth"} 7');
    expect(body).toContain('banyan_auth_hash_seconds_bucket{le="0.025",service="auth"} 1');
  });

  it('are the same ones when asked for twice', () => {
    const metrics = createMetrics({ service: 'x', processMetrics: false });
    const init = { name: 'banyan_x_total', help: 'X.' };
    expect(metrics.counter(init)).toBe(metrics.counter(init));
  });

  it('show readings by label as they are at the scrape, and no label that is gone', async () => {
    const metrics = createMetrics({ service: 'x', processMetrics: false });
    let readings = [
      { labels: { state: 'active' }, value: 3 },
      { labels: { state: 'draining' }, value: 1 },
    ];
    metrics.gauge({
      name: 'banyan_x_hosts',
      help: 'Hosts.',
      labels: ['state'],
      collect: () => Promise.resolve(readings),
    });
    expect((await metrics.render()).body).toContain('banyan_x_hosts{state="draining",service="x"} 1');
    readings = [{ labels: { state: 'active' }, value: 4 }];
    const { body } = await metrics.render();
    expect(body).toContain('banyan_x_hosts{state="active",service="x"} 4');
    expect(body).not.toContain('draining');
  });

  it('say which version of which program they come from', async () => {
    const { body } = await createMetrics({ service: 'x', processMetrics: false }).render();
    expect(body).toContain(`banyan_build_info{version="${VERSION}",service="x"} 1`);
  });

  it('must be named as agreed', () => {
    const metrics = createMetrics({ service: 'x', processMetrics: false });
    expect(() => metrics.gauge({ name: 'leaves', help: '' })).toThrow(/banyan_/);
    expect(() => metrics.counter({ name: 'banyan_leaves', help: '' })).toThrow(/_total/);
  });

  it('include CPU, memory and event loop delay of the process', async () => {
    const { body } = await createMetrics({ service: 'x' }).render();
    for (const name of [
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_p99_seconds',
      'banyan_memory_bytes{part="buffers"',
    ])
      expect(body).toContain(name);
  });
});
