import { describe, expect, it } from '@jest/globals';
import { workerUrl } from '../src/index.ts';

describe('worker URL', () => {
  it('leads from the sources to the compiled worker', () => {
    expect(workerUrl('file:///home/a/banyan/clients/peer/src/library/scan.ts', './hash-worker.js').href).toBe(
      'file:///home/a/banyan/clients/peer/dist/library/hash-worker.js',
    );
  });

  it('follows a relative path upwards', () => {
    expect(workerUrl('file:///b/clients/peer/src/library/scan.ts', '../download/lane-worker.js').href).toBe(
      'file:///b/clients/peer/dist/download/lane-worker.js',
    );
  });

  it('leaves the compiled caller beside its worker', () => {
    expect(workerUrl('file:///b/clients/peer/dist/library/scan.js', './hash-worker.js').href).toBe(
      'file:///b/clients/peer/dist/library/hash-worker.js',
    );
  });

  it('is not misled by a checkout below another folder named src', () => {
    expect(workerUrl('file:///usr/src/banyan/clients/peer/src/a.ts', './w.js').href).toBe(
      'file:///usr/src/banyan/clients/peer/dist/w.js',
    );
    expect(workerUrl('file:///usr/src/banyan/clients/peer/dist/a.js', './w.js').href).toBe(
      'file:///usr/src/banyan/clients/peer/dist/w.js',
    );
  });
});
