import { describe, expect, it } from '@jest/globals';
import { checkNode, explainInstallFailure, sameInstallation } from '../lib/install.mjs';

describe('checkNode', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('accepts Node %s', (version) => {
    expect(() => checkNode(version)).not.toThrow();
  });

  it.each(['18.20.4', '20.18.3'])('refuses Node %s and says which one is needed', (version) => {
    expect(() => checkNode(version)).toThrow(`Banyan needs Node 20.19 or newer; this is Node ${version}.`);
  });
});

describe('sameInstallation', () => {
  const lock = {
    packages: {
      '': { name: 'banyan' },
      proto: { name: '@banyan/proto' },
      'node_modules/@banyan/proto': { link: true },
      'node_modules/ws': { version: '8.23.0' },
      'node_modules/other-system': { version: '1.0.0', optional: true },
    },
  };
  const installed = () => ({
    packages: {
      proto: { name: '@banyan/proto' },
      'node_modules/@banyan/proto': { link: true },
      'node_modules/ws': { version: '8.23.0' },
    },
  });

  it('accepts what npm installed from this lock file, without other systems’ binaries', () => {
    expect(sameInstallation(lock, installed())).toBe(true);
  });

  it('notices another version', () => {
    const other = installed();
    other.packages['node_modules/ws'].version = '8.22.0';
    expect(sameInstallation(lock, other)).toBe(false);
  });

  it('notices a package that is missing', () => {
    const other = installed();
    delete other.packages['node_modules/ws'];
    expect(sameInstallation(lock, other)).toBe(false);
  });

  it('notices a workspace that is not linked', () => {
    const other = installed();
    other.packages['node_modules/@banyan/proto'] = { version: '0.1.0' };
    expect(sameInstallation(lock, other)).toBe(false);
  });
});

describe('explainInstallFailure', () => {
  it.each([
    ['npm error code EAI_AGAIN', 'The package registry cannot be reached'],
    ['npm error code EUSAGE', 'package.json and package-lock.json do not belong together'],
    ['npm error code ENOSPC', 'The disk is full'],
    ['npm error code EACCES', 'npm may not write here'],
    ['npm error something else', 'npm could not install the dependencies'],
  ])('puts %j in plain words and keeps it', (output, words) => {
    const text = explainInstallFailure(output);
    expect(text.startsWith(words)).toBe(true);
    expect(text.endsWith(output)).toBe(true);
  });
});
