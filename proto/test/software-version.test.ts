import { describe, expect, it } from '@jest/globals';
import { releaseNumber, softwareNumber, versionText } from '../src/index.ts';

describe('versions as numbers', () => {
  it('compare as the versions do', () => {
    const inOrder = [
      'banyan/0.0.9 (peer)',
      'banyan/0.1.0-rc.1 (peer)',
      'banyan/0.1.0 (peer)',
      'banyan/0.1.1+build.5',
      'banyan/0.9.0 (peer)',
      'banyan/0.10.0',
      'banyan/1.0.0-0 (supernode)',
      'banyan/1.0.0 (supernode)',
      'banyan/1.0.9999',
      'banyan/9999.9999.9999',
    ].map((software) => softwareNumber(software)!);
    expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
    expect(new Set(inOrder).size).toBe(inOrder.length);
    expect(softwareNumber('banyan/0.2.0 (peer)')).toBe(releaseNumber('0.2.0'));
  });

  it('come back as people write them', () => {
    for (const release of ['0.0.0', '0.1.0', '1.20.300', '9999.9999.9999'])
      expect(versionText(releaseNumber(release)!)).toBe(release);
    expect(versionText(softwareNumber('banyan/0.2.0-rc.1 (peer)')!)).toBe('0.2.0-pre');
    expect(versionText(softwareNumber('banyan/1.0.0-rc.1')!)).toBe('1.0.0-pre');
  });

  it.each([
    '',
    'banyan',
    'banyan/e2e',
    'banyan/1.2',
    'banyan/1.2.3.4',
    'banyan/12345.0.0',
    'other/1.2.3',
    ' banyan/1.2.3',
  ])('are not made of %j', (software) => {
    expect(softwareNumber(software)).toBeUndefined();
  });

  it.each(['', 'latest', '1', '1.2', 'v1.2.3', '1.2.3-rc.1', '1.2.3 ', '-1.2.3', '1.2.3\n'])(
    'of a policy are releases alone: %j',
    (text) => {
      expect(releaseNumber(text)).toBeUndefined();
    },
  );
});
