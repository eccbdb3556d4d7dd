// What can be said and mended about a lock file of npm (version 3) without asking a registry.

/**
 * Optional dependencies of locked packages that the lock file does not hold.
 *
 * @param {{ packages: Record<string, any> }} lock
 * @returns {{ name: string, version: string, parent: string }[]} in order, each name once
 */
export function missingOptionals(lock) {
  const missing = new Map();
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!isLocked(lock, path, name)) missing.set(name, { name, version, parent: path });
    }
  }
  return [...missing.values()];
}

/** Whether `name`, asked for by the package at `path`, is found there or in a folder above, as Node looks for it. */
function isLocked(lock, path, name) {
  const folders = path.split('/');
  for (let depth = folders.length; depth > 0; depth--) {
    if (`${folders.slice(0, depth).join('/')}/node_modules/${name}` in lock.packages) return true;
  }
  return `node_modules/${name}` in lock.packages;
}

/** Packages for which the lock file names the address of a registry. */
export function registryAddresses(lock) {
  return Object.entries(lock.packages)
    .filter(([, entry]) => /^(https?|git)/.test(entry.resolved ?? ''))
    .map(([path]) => path);
}

/**
 * The lock file with these optional packages in it. Each gets the systems that its name tells (`-linux-x64-musl`), so
 * that npm leaves it alone elsewhere. There is no checksum to write: nobody here has seen the package.
 */
export function withOptionals(lock, missing) {
  const packages = { ...lock.packages };
  for (const { name, version, parent } of missing) {
    const { dev, devOptional } = lock.packages[parent];
    packages[`node_modules/${name}`] = {
      version,
      ...systemsOf(name),
      ...(dev && { dev }),
      ...(devOptional && { devOptional }),
      optional: true,
    };
  }
  const [[root, rootEntry], ...rest] = Object.entries(packages);
  rest.sort(([a], [b]) => a.localeCompare(b, 'en'));
  return { ...lock, packages: Object.fromEntries([[root, rootEntry], ...rest]) };
}

function systemsOf(name) {
  const parts = name.split(/[-/]/);
  const one = (key, known) => {
    const found = known.find((word) => parts.includes(word));
    return found === undefined ? {} : { [key]: [found] };
  };
  const abi = parts.at(-1);
  const libc =
    parts.includes('linux') && (abi.startsWith('musl') ? 'musl' : abi.startsWith('gnu') && 'glibc');
  return {
    ...one('cpu', ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64', 'wasm32']),
    ...(libc && { libc: [libc] }),
    ...one('os', ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']),
  };
}
