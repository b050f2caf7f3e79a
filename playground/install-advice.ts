/** What installs a program, by the manager of packages. */
const PACKAGES: { readonly [program: string]: { readonly [manager: string]: string } } = {
  'redis-server': { 'apt-get': 'redis-server', 'dnf': 'redis', 'apk': 'redis', 'pacman': 'redis' },
  'redis-cli': { 'apt-get': 'redis-tools', 'dnf': 'redis', 'apk': 'redis', 'pacman': 'redis' },
  'valkey-server': { 'apt-get': 'valkey-server', 'dnf': 'valkey', 'apk': 'valkey', 'pacman': 'valkey' },
  'valkey-cli': { 'apt-get': 'valkey-tools', 'dnf': 'valkey', 'apk': 'valkey-cli', 'pacman': 'valkey' },
  'haproxy': { 'apt-get': 'haproxy', 'dnf': 'haproxy', 'apk': 'haproxy', 'pacman': 'haproxy' },
  'openssl': { 'apt-get': 'openssl', 'dnf': 'openssl', 'apk': 'openssl', 'pacman': 'openssl' },
};

const COMMANDS: { readonly [manager: string]: string } = {
  'apt-get': 'sudo apt-get install', 'dnf': 'sudo dnf install', 'apk': 'sudo apk add', 'pacman': 'sudo pacman -S',
};

/** Lines that say how to get programs that are missing. @param has whether this machine has a program */
export function installAdvice(missing: readonly string[], has: (program: string) => boolean): string[] {
  const head = `not installed, or not on PATH: ${missing.join(', ')}`;
  const tail = [
    'A program elsewhere is named by --program, for example: --program redis-server=/opt/redis/bin/redis-server',
    ...missing.some((program) => program.startsWith('redis') || program.startsWith('haproxy'))
      ? ['The service that a package starts is not needed: sudo systemctl disable --now redis-server haproxy'] : [],
  ];
  const manager = Object.keys(COMMANDS).find(has);
  if (!manager) return [head, 'Install them with the manager of packages of your system.', ...tail];
  const packages = [...new Set(missing.map((program) => PACKAGES[program]?.[manager] ?? program))];
  return [head, `  ${COMMANDS[manager]} ${packages.join(' ')}`, ...tail];
}
