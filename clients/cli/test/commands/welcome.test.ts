import { describe, expect, it } from '@jest/globals';
import { welcomeLines } from '../../src/commands/welcome.ts';
import { createStyle } from '../../src/format/style.ts';

const peer = (name: 'alice' | 'bob') => ({
  name,
  loginUrl: `http://localhost/#login=${name}`,
  sharedFolder: `/data/${name}/Shared`,
  downloadFolder: `/data/${name}/Downloads`,
});
const welcome = (sample: boolean) =>
  welcomeLines(
    { supernodes: ['oak', 'elm'], peers: [peer('alice'), peer('bob')] },
    { sample, prefix: 'BANYAN_DATA_DIR=/data ', style: createStyle(false) },
  ).join('\n');

describe('what banyan up says when everything runs', () => {
  it('names the pages, and words that are in the sample library', () => {
    expect(welcome(true)).toContain('2 supernodes and 2 peers.');
    expect(welcome(true)).toContain('  bob    http://localhost/#login=bob');
    expect(welcome(true)).toContain('  BANYAN_DATA_DIR=/data npx banyan search night sounds\n');
    expect(welcome(true)).toContain('榕樹');
  });

  it('tells to share something first when there is no sample library', () => {
    expect(welcome(false)).not.toMatch(/night sounds|榕樹|banyan get/);
    expect(welcome(false)).toContain('share a folder there');
    expect(welcome(false)).toContain('  BANYAN_DATA_DIR=/data npx banyan share FOLDER\n');
    expect(welcome(false)).toContain('  bob    http://localhost/#login=bob');
  });
});
