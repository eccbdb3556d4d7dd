/** What an owner sets and asks of the daemon, scripted: first run, settings, what is left out, hashing, reach. */
import type {
  ErrorCode,
  ExclusionPreview,
  FetchedView,
  FolderListing,
  HashPaceView,
  ReachStep,
  ReachTest,
  SettingsView,
  SetupView,
  ShareView,
} from '@banyan/proto';

/** Links for which joining fails, and with what. */
const WRONG_LINKS: Readonly<Record<string, ErrorCode>> = {
  hello: 'link_invalid',
  'https://nobody.example': 'unreachable',
  'banyan-invite:forged': 'key_mismatch',
};

/** Folders of the machine; nobody may look into one of them. */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  '/': ['home', 'srv'],
  '/home': ['lin'],
  '/home/lin': ['Closed', 'Music', 'x\u202e<b>y</b>', '圖片'],
  '/home/lin/Closed': [],
  '/home/lin/Music': ['Albums', 'Live'],
  '/home/lin/Music/Albums': [],
  '/home/lin/Music/Live': [],
  '/home/lin/圖片': [],
};

const above = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));

const measured: Omit<ReachStep, 'step' | 'result'> = {
  problem: null,
  by: 'Oak',
  address: '127.0.0.1:4601',
  ms: 12.4,
  file: null,
  bytes: null,
  at: 1_700_000_000_000,
};

export function createOwner(init: {
  readonly isUnjoined: boolean;
  readonly now: () => number;
  readonly shares: ShareView[];
  readonly refuse: (code: ErrorCode) => Error;
}) {
  let settings: SettingsView = {
    name: 'lin-laptop',
    downloadFolder: '/home/lin/Downloads',
    given: ['downloadFolder'],
  };
  const setup: SetupView = {
    state: init.isUnjoined ? 'needed' : 'joined',
    name: settings.name,
    downloadFolder: settings.downloadFolder,
    folders: ['/home/lin/Music', '/home/lin/圖片'],
  };
  const fetched: FetchedView[] = [
    {
      content: `${'ab'.repeat(32)}-1000`,
      name: 'Song of the <b>banyan</b>.mp3',
      bytes: 12_400_000,
      accounts: ['maple', 'birch'],
      more: true,
      lastAccount: 'maple',
      lastAt: init.now() - 60_000,
    },
  ];
  const reachTest: ReachTest = {
    at: init.now(),
    listen: { host: '0.0.0.0', port: 7740 },
    steps: [
      { ...measured, step: 'port', result: 'passed' },
      {
        ...measured,
        step: 'key',
        result: 'failed',
        ms: null,
        problem: { code: 'key_mismatch', message: 'It has another key than expected.' },
      },
      { ...measured, step: 'found', result: 'passed', file: 'Song of the banyan.mp3' },
      {
        ...measured,
        step: 'fetched',
        result: 'unknown',
        address: null,
        ms: null,
        at: null,
        file: 'Song of the banyan.mp3',
        problem: {
          code: 'unknown_message',
          message: 'Your supernode is too old to fetch a chunk for a test.',
        },
      },
    ],
  };

  return {
    fetched,
    reachTest,
    setup,
    pace: { paused: false, gentle: false } as HashPaceView,
    /** Answers of the calls of the first run and of settings. */
    setUp(call: string, body: Readonly<Record<string, unknown>>): unknown {
      switch (call) {
        case 'GET /setup':
          return setup;
        case 'POST /setup/network': {
          const code = WRONG_LINKS[String(body['network'])];
          if (code !== undefined) throw init.refuse(code);
          const invited = String(body['network']).startsWith('banyan-invite:');
          return {
            issuer: 'https://auth.oak.example',
            name: 'Oak Street',
            enrolment: 'open',
            invited,
            signIn: null,
            trust: invited ? 'pinned' : 'certificate',
          };
        }
        case 'POST /setup':
          if (body['account'] === 'taken') throw init.refuse('name_taken');
          if (String(body['network']).includes('expired')) throw init.refuse('invite_expired');
          setup.state = 'joined';
          return setup;
        case 'PATCH /settings':
          settings = { ...settings, ...body };
          return settings;
        default:
          return settings;
      }
    },
    listFolder(asked = '/home/lin'): FolderListing {
      let path = asked;
      while (FOLDERS[path] === undefined) path = above(path);
      return {
        path,
        parent: path === '/' ? null : above(path),
        places: [
          { kind: 'home', name: 'lin', path: '/home/lin' },
          { kind: 'root', name: '/', path: '/' },
          { kind: 'disk', name: 'USB of the whole family, with pictures', path: '/srv' },
        ],
        folders: FOLDERS[path]!.map((name) => ({ name, path: `${path === '/' ? '' : path}/${name}` })),
        isCut: path === '/',
        ...(path.endsWith('Closed')
          ? { problem: { code: 'folder_unreadable', message: `The folder ${path} cannot be read (EACCES).` } }
          : {}),
      };
    },
    preview(exclude: readonly string[]): ExclusionPreview {
      if (exclude.some((one) => one.includes('..'))) throw init.refuse('invalid_request');
      const isAny = exclude.length > 0;
      return {
        files: 248,
        bytes: 3_912_000_000,
        leftOut: isAny ? { files: 12, bytes: 48_000_000 } : { files: 0, bytes: 0 },
        examples: isAny ? ['Drafts/one.wav', 'Albums/Drafts/二.wav'] : [],
        complete: true,
      };
    },
    exclude(id: string, exclude: string[]): ShareView | undefined {
      const at = init.shares.findIndex((one) => one.id === id);
      const share = init.shares[at];
      if (share !== undefined) init.shares[at] = { ...share, exclude };
      return init.shares[at];
    },
  };
}
