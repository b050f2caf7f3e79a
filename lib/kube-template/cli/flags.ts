/** One flag of the command line. */
export interface Flag {
  /** The long name, without dashes. */
  readonly name: string;
  /** Other long names. */
  readonly aliases?: readonly string[];
  /** One letter, used with one dash. */
  readonly letter?: string;
  /** What the value is called in the help; absent: the flag takes none. */
  readonly value?: string;
  /** One line of help; absent: accepted for an older program's sake, without effect. */
  readonly help?: string;
}

/** Every flag, in the order of the help. */
export const FLAGS = [
  { name: 'template', letter: 't', value: 'SRC:DST[:CMD]', help: 'render SRC to DST ("-" is standard output), run CMD after a change; repeatable' },
  { name: 'config', letter: 'c', value: 'FILE', help: 'YAML or JSON; repeatable, later wins; default ./kube-template.yaml if present' },
  { name: 'once', help: 'render when every source answered, write, run commands, exit' },
  { name: 'timeout', value: 'TIME', help: 'with --once: give up after so long (default 60s, 0 is never)' },
  { name: 'dry-run', aliases: ['dry'], help: 'print "> DST" and the text; write and run nothing' },
  { name: 'wait', value: 'MIN[:MAX]', help: 'act when quiet for MIN, at the latest after MAX (default 0: at once; MAX = 4*MIN)' },
  { name: 'exec', letter: 'e', value: 'CMD', help: 'run CMD after the first render, exit with its status' },
  { name: 'exec-reload-signal', value: 'SIGNAL', help: 'sent to it after a change, or none (default SIGHUP)' },
  { name: 'exec-kill-signal', value: 'SIGNAL', help: 'sent to it to end it (default SIGTERM)' },
  { name: 'exec-kill-timeout', value: 'TIME', help: 'then SIGKILL (default 30s)' },
  { name: 'kubeconfig', aliases: ['kube-config'], letter: 'k', value: 'FILE', help: 'default: the pod\'s service account, else $KUBECONFIG, else ~/.kube/config' },
  { name: 'context', value: 'NAME', help: 'context of the kubeconfig (default: its current one)' },
  { name: 'master', value: 'URL', help: 'address of the API server' },
  { name: 'namespace', value: 'NS', help: 'default of the template functions (default: the pod\'s own)' },
  { name: 'selector-first', help: 'template functions take the selector before the namespace' },
  { name: 'left-delimiter', letter: 'l', value: 'TEXT', help: 'default {{' },
  { name: 'right-delimiter', letter: 'r', value: 'TEXT', help: 'default }}' },
  { name: 'missing-key', value: 'HOW', help: 'zero, default or error (default zero)' },
  { name: 'command-timeout', value: 'TIME', help: 'kill checks and commands after so long (default 15s, 0 is never)' },
  { name: 'perms', value: 'MODE', help: 'mode of written files (default: kept; 0644 for a new file)' },
  { name: 'backup', help: 'keep the replaced file as DST.bak' },
  { name: 'in-place', help: 'rewrite DST itself, for a file that is a bind mount' },
  { name: 'file-root', value: 'DIR', help: 'the template function file reads below DIR (default: it reads nothing)' },
  { name: 'haproxy-master', value: 'SOCKET', help: 'HAProxy reads the last --template\'s DST: apply changes through its master socket' },
  { name: 'haproxy-stats', value: 'SOCKET', help: 'its stats socket (default: through the master socket)' },
  { name: 'haproxy-state', value: 'FILE', help: 'its server-state file, to be written before it reads DST' },
  { name: 'haproxy-mode', value: 'MODE', help: 'auto, reload or runtime (default auto)' },
  { name: 'listen', value: 'HOST:PORT', help: 'serve /healthz, /readyz and /metrics' },
  { name: 'print-rbac', help: 'print the Role or ClusterRole the templates need, and exit' },
  { name: 'log-level', value: 'LEVEL', help: 'debug, info, warn or error (default info)' },
  { name: 'log-format', value: 'FORMAT', help: 'text or json (default text)' },
  { name: 'version', help: 'print the checksum of the program and exit' },
  { name: 'help', letter: 'h', help: 'print this and exit' },
  // Of 3cky's program: the API is watched rather than polled, found without a hint, and logs go to standard error.
  { name: 'poll-time', aliases: ['poll-period'], letter: 'p', value: 'TIME' },
  { name: 'guess-kube-api-settings' },
  { name: 'alsologtostderr' },
  { name: 'logtostderr' },
  { name: 'log-backtrace-at', value: 'WHERE' },
  { name: 'log-dir', value: 'DIR' },
  { name: 'log-flush-frequency', value: 'TIME' },
  { name: 'stderrthreshold', value: 'LEVEL' },
  { name: 'v', letter: 'v', value: 'LEVEL' },
  { name: 'vmodule', value: 'LIST' },
] as const satisfies readonly Flag[];

/** The long name of a flag. */
export type FlagName = typeof FLAGS[number]['name'];

/** The text of `--help`. */
export function help(): string {
  const rows = (FLAGS as readonly Flag[]).filter((flag) => flag.help !== undefined).map(({ name, letter, value, help: text, aliases = [] }) => {
    const long = [name, ...aliases].map((spelling) => `--${spelling}`).join(', ');
    return { left: `  ${letter ? `-${letter},` : '   '} ${long}${value ? ` ${value}` : ''}`, text };
  });
  const lines = rows.map(({ left, text }) => left.length > 34 ? `${left}\n${' '.repeat(36)}${text}` : left.padEnd(36) + text);
  return [
    'Renders files from the objects of a Kubernetes API and keeps them current.',
    '',
    'Usage: kube-template -t SRC:DST[:CMD] [flags]',
    '',
    ...lines,
    '',
    'Signals: TERM, INT and QUIT end it, HUP re-reads configuration and templates, USR1 renders and applies everything again.',
    'Exit status: 0 success, 1 failure, 2 wrong usage; with --exec, that of the command.',
    '',
  ].join('\n');
}
