import { describe, expect, test } from '@jest/globals';
import {
  judgeThreshold,
  parseThreshold,
  ThresholdError,
  type RunFigures,
} from '../../src/load-model/thresholds.ts';

const STAGES = ['arrive', 'steady state'];

describe('reading', () => {
  test.each([
    ['query.p99 < 50ms', { operation: 'query', figure: 'p99', comparison: '<', bound: 50 }],
    [' query.p99.9<=1.5 s ', { figure: 'p99.9', comparison: '<=', bound: 1_500 }],
    ['connect.mean < 800µs', { operation: 'connect', figure: 'mean', bound: 0.8 }],
    ['recall > 0.99', { operation: undefined, figure: 'recall', bound: 0.99, isShare: false }],
    ['recall > 99%', { figure: 'recall', bound: 0.99, isShare: true }],
    ['memory-growth < 10%', { operation: undefined, figure: 'memory-growth', bound: 0.1, isShare: true }],
    ['errors == 0', { operation: undefined, figure: 'errors', comparison: '==', bound: 0 }],
    [
      'steady state: query.errors < 1%',
      { stage: 'steady state', figure: 'errors', bound: 0.01, isShare: true },
    ],
    ['query.rate >= 20/s', { figure: 'rate', bound: 20 }],
  ])('%s', (text, expected) => {
    expect(parseThreshold(text, STAGES)).toMatchObject(expected);
  });

  test.each([
    ['query.p99 50ms', /not understood.*like "query.p99 < 50ms"/],
    ['query.p98 < 50ms', /"query.p98", which is not measured.*\.p99/],
    ['search.p99 < 50ms', /not measured.*connect, publish, query/],
    ['query.p99 < 50', /needs a unit of time/],
    ['errors < 5ms', /unit "ms", which does not go with errors/],
    ['query.count < 5%', /does not go with count/],
    ['rush: errors == 0', /names the stage "rush".*Stages: arrive, steady state/],
    ['query.p99 < 1.2.3ms', /no number/],
    ['query.p99 < -1ms', /no number from 0/],
  ])('%s is refused with what would be right', (text, message) => {
    expect(() => parseThreshold(text, STAGES)).toThrow(ThresholdError);
    expect(() => parseThreshold(text, STAGES)).toThrow(message);
  });
});

describe('judging', () => {
  const measured: RunFigures = {
    statistic: (stage, operation, figure) =>
      operation === 'query'
        ? ({ p99: stage === undefined ? 40 : 60, errors: 3 } as Record<string, number>)[figure]
        : undefined,
    total: (_stage, total) =>
      ({
        recall: 0.995,
        errors: 3,
        dropped: 0,
        lost: 1,
        'bad-chunks': 4,
        'wrong-kept': 0,
        'memory-growth': 0.04,
      })[total],
    tries: () => 1_000,
  };
  test.each([
    ['query.p99 < 50ms', true, 40],
    ['arrive: query.p99 < 50ms', false, 60],
    ['recall > 99%', true, 0.995],
    ['recall >= 0.999', false, 0.995],
    ['errors == 0', false, 3],
    ['dropped == 0', true, 0],
    ['bad-chunks > 0', true, 4],
    ['wrong-kept == 0', true, 0],
    ['memory-growth < 10%', true, 0.04],
    ['memory-growth <= 0.03', false, 0.04],
    ['query.errors < 1%', true, 0.003],
    ['query.errors <= 0.3%', true, 0.003],
    ['errors > 1%', false, 0.003],
    // What did not happen has not been fast.
    ['connect.p99 < 1s', false, undefined],
  ])('%s', (text, passed, actual) => {
    expect(judgeThreshold(parseThreshold(text, STAGES), measured)).toMatchObject({ passed, actual });
  });
});
