/** How well this very process keeps up: its event loop, its share of a core, its memory. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface SelfWatch {
  /** Of the time since the last call. */
  take(): { readonly loopDelayP99Ms: number; readonly cpu: number; readonly rssBytes: number };
  stop(): void;
}

/** Node samples the loop this often; it reports the sampling period as part of the delay. */
const RESOLUTION_MS = 10;
const PER_MS = 1e6;

export function createSelfWatch(): SelfWatch {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let cpu = process.cpuUsage();
  let at = performance.now();
  return {
    take() {
      const [now, used] = [performance.now(), process.cpuUsage(cpu)];
      const share = (used.user + used.system) / 1000 / Math.max(1, now - at);
      const p99 = Math.max(0, delay.percentile(99) / PER_MS - RESOLUTION_MS);
      cpu = process.cpuUsage();
      at = now;
      delay.reset();
      return {
        loopDelayP99Ms: Number.isFinite(p99) ? p99 : 0,
        cpu: share,
        rssBytes: process.memoryUsage.rss(),
      };
    },
    stop: () => void delay.disable(),
  };
}
