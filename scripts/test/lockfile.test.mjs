import { describe, expect, it } from '@jest/globals';
import { missingOptionals, registryAddresses, withOptionals } from '../lib/lockfile.mjs';

const lock = {
  lockfileVersion: 3,
  packages: {
    '': { name: 'banyan' },
    'node_modules/fast': {
      version: '2.0.0',
      dev: true,
      optionalDependencies: { '@fast/linux-x64-gnu': '2.0.0', '@fast/darwin-arm64': '2.0.0' },
    },
    'node_modules/@fast/linux-x64-gnu': { version: '2.0.0', optional: true },
    'node_modules/outer/node_modules/inner': { version: '1.0.0', optionalDependencies: { part: '1.0.0' } },
    'node_modules/outer/node_modules/part': { version: '1.0.0', optional: true },
  },
};

describe('missingOptionals', () => {
  it('finds what a locked package names and the lock file lacks, looking where Node looks', () => {
    expect(missingOptionals(lock)).toEqual([
      { name: '@fast/darwin-arm64', version: '2.0.0', parent: 'node_modules/fast' },
    ]);
  });
});

describe('withOptionals', () => {
  it('adds them with the systems that their names tell', () => {
    const fixed = withOptionals(lock, [
      ...missingOptionals(lock),
      { name: '@fast/linux-riscv64-musl', version: '2.0.0', parent: 'node_modules/fast' },
      { name: '@fast/linux-arm-gnueabihf', version: '2.0.0', parent: 'node_modules/fast' },
    ]);
    expect(fixed.packages['node_modules/@fast/darwin-arm64']).toEqual({
      version: '2.0.0',
      cpu: ['arm64'],
      os: ['darwin'],
      dev: true,
      optional: true,
    });
    expect(fixed.packages['node_modules/@fast/linux-riscv64-musl']).toMatchObject({
      cpu: ['riscv64'],
      libc: ['musl'],
      os: ['linux'],
    });
    expect(fixed.packages['node_modules/@fast/linux-arm-gnueabihf']).toMatchObject({
      cpu: ['arm'],
      libc: ['glibc'],
    });
    expect(missingOptionals(fixed)).toEqual([]);
    expect(Object.keys(fixed.packages)[0]).toBe('');
  });
});

describe('registryAddresses', () => {
  it('names packages with an address, not the links to workspaces', () => {
    const packages = {
      'node_modules/a': { resolved: 'https://registry.example/a.tgz' },
      'node_modules/b': { resolved: 'services/b', link: true },
    };
    expect(registryAddresses({ packages })).toEqual(['node_modules/a']);
  });
});
