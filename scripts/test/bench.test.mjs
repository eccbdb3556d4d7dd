import { describe, expect, it } from '@jest/globals';
import { complete, table } from '../lib/bench.mjs';

describe('a figure of a bench', () => {
  it('is reported as it is when there is nothing beside it', () => {
    expect(complete({ name: 'time', value: 1.23456, unit: 's' })).toEqual({
      name: 'time',
      value: 1.235,
      unit: 's',
    });
  });

  it('is judged by its ratio to a peer', () => {
    const figure = { name: 'time', value: 2, unit: 's', peer: 'aria2', peer_value: 5, target: 0.5 };
    expect(complete(figure)).toEqual({ ...figure, ratio: 0.4, pass: true });
    expect(complete({ ...figure, value: 3 })).toMatchObject({ ratio: 0.6, pass: false });
  });

  it('is judged by its value without a peer, on the side that the bench names', () => {
    const figure = { name: 'rate', value: 900, unit: '1/s', target: 1000 };
    expect(complete({ ...figure, bound: 'at least' })).toEqual({ ...figure, pass: false });
    expect(complete(figure).pass).toBe(true);
  });

  it('is shown to people in a table of the columns that are used', () => {
    expect(table([complete({ name: 'time', value: 2, unit: 's' })])).toBe('figure  value\ntime    2 s');
  });
});
