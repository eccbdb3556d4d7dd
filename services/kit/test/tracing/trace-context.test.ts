import { describe, expect, it } from '@jest/globals';
import { traceFields } from '../../src/index.ts';
import { startStep, traceIdOf } from '../../src/tracing/trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = `00-${TRACE}-b7ad6b7169203331-00`;

describe('trace context', () => {
  it('goes on with the trace of the caller, as a step of its own, with the caller’s flags', () => {
    const step = startStep(CALLER);
    expect(step).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
    expect(step).not.toBe(CALLER);
    expect(traceIdOf(step)).toBe(TRACE);
  });

  it('begins a trace where there is none, each another one', () => {
    expect(startStep()).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(traceIdOf(startStep())).not.toBe(traceIdOf(startStep()));
  });

  it.each([
    ['nothing', undefined],
    ['a list of headers', [CALLER, CALLER]],
    ['the version that is none', `ff-${TRACE}-b7ad6b7169203331-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
    ['a step of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['capitals', CALLER.toUpperCase()],
    ['something behind it', `${CALLER}\n"level":60`],
    ['a text', 'x'.repeat(10_000)],
  ])('passes over %s', (_what, given) => {
    expect(traceIdOf(given)).toBeUndefined();
    expect(traceFields(given)).toEqual({});
    expect(startStep(given)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  });
});
