/** What is left out of every share by its name, whatever the folder: private and useless files. */

/** Why an entry is not shared. */
export type LeftOut = 'hidden' | 'secret' | 'system' | 'partial' | 'link' | 'special';

/** Whole names, lower case: keys, password stores and tokens. */
const SECRET_NAMES = new Set([
  'wallet.dat',
  'data.mdb',
  'lock.mdb',
  'key3.db',
  'key4.db',
  'logins.json',
  'cookies.sqlite',
  'login data',
  'web data',
  'authorized_keys',
  'known_hosts',
  'local-api.json',
  'credentials.json',
  'client_secret.json',
  'service-account.json',
]);
const SECRET_PREFIXES = ['id_rsa', 'id_dsa', 'id_ecdsa', 'id_ed25519', 'ssh_host_', 'client_secret_'];
const SECRET_SUFFIXES = [
  '.pem',
  '.key',
  '.p12',
  '.pfx',
  '.p8',
  '.jks',
  '.keystore',
  '.kdb',
  '.kdbx',
  '.ppk',
  '.ovpn',
  '.wallet',
  '.agekey',
  '.env',
  '.htpasswd',
  '.keychain',
  '.keychain-db',
  '.keytab',
  '.1pif',
  '.agilekeychain',
  '.opvault',
];

/** Whole names, lower case: what systems leave lying about. */
const SYSTEM_NAMES = new Set([
  'thumbs.db',
  'ehthumbs.db',
  'ehthumbs_vista.db',
  'desktop.ini',
  'autorun.inf',
  '$recycle.bin',
  'recycler',
  'system volume information',
  '@eadir',
  '#recycle',
  'lost+found',
  '__macosx',
  'icon\r',
  'hiberfil.sys',
  'pagefile.sys',
  'swapfile.sys',
]);

/** Downloads of programs that are not finished, and files that an editor holds open. */
const PARTIAL_SUFFIXES = [
  '.part',
  '.partial',
  '.crdownload',
  '.download',
  '.opdownload',
  '.aria2',
  '.!ut',
  '.!qb',
  '.bc!',
  '.filepart',
  '.tmp',
  '.temp',
  '.swp',
];
const PARTIAL_PREFIXES = ['~$', '.banyan-'];

/** Why an entry of this name is left out; undefined: it is shared. Names of files and folders alike. */
export function leftOutByName(name: string): Exclude<LeftOut, 'link' | 'special'> | undefined {
  const lower = name.toLowerCase();
  if (PARTIAL_PREFIXES.some((prefix) => lower.startsWith(prefix))) return 'partial';
  if (lower.startsWith('.')) return 'hidden';
  if (SYSTEM_NAMES.has(lower)) return 'system';
  if (
    SECRET_NAMES.has(lower) ||
    SECRET_PREFIXES.some((prefix) => lower.startsWith(prefix)) ||
    SECRET_SUFFIXES.some((suffix) => lower.endsWith(suffix))
  )
    return 'secret';
  if (PARTIAL_SUFFIXES.some((suffix) => lower.endsWith(suffix))) return 'partial';
  return undefined;
}
