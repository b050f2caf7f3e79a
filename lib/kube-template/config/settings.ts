import { Wait } from './duration';
import { MissingKey } from '../../go-template';
import { LogFormat, LogLevel } from '../../log/log';

/** A command: a list is run as it is, a text by `/bin/sh -c`. */
export type Command = string | readonly string[];

/** How a running HAProxy takes a new file: runtime commands where possible, always a reload, or never a reload. */
export const HAPROXY_MODES = ['auto', 'reload', 'runtime'] as const;
/** One of {@link HAPROXY_MODES}. */
type HaproxyMode = typeof HAPROXY_MODES[number];

/** The HAProxy that reads a destination. */
export interface HaproxySettings {
  /** Path of the master socket (`haproxy -W -S`). */
  readonly master?: string;
  /** Path of the worker's stats socket. Default: the worker is reached through the master socket. */
  readonly stats?: string;
  /** Path of the server-state file to write. Default: none is written. */
  readonly state?: string;
  /** Default: auto. */
  readonly mode: HaproxyMode;
  /** Close the sessions of a server whose address changed. Default: false. */
  readonly closeOnMove: boolean;
  /** Servers start DOWN until their first good check. Default: true. */
  readonly failClosed: boolean;
}

/** One template and what to do with its text. */
export interface TemplateSettings {
  /** Path of the template file; undefined when `contents` holds the template. */
  readonly source?: string;
  /** The template itself. */
  readonly contents?: string;
  /** Path of the file to write; `-` is standard output. */
  readonly destination: string;
  /** File mode. Default: the existing file's, 0644 for a new file. */
  readonly perms?: number;
  /** Numeric owner. Default: the existing file's. */
  readonly uid?: number;
  /** Numeric group. Default: the existing file's. */
  readonly gid?: number;
  /** Keep the replaced file as `DESTINATION.bak`. */
  readonly backup: boolean;
  /** Rewrite the file itself rather than swap it, for a bind-mounted file. */
  readonly inPlace: boolean;
  /** Run on the new file before it takes the destination's place; `{{.}}` is its path. */
  readonly check?: Command;
  /** Run after the destination changed. */
  readonly command?: Command;
  /** Limit of `check` and of `command`, in milliseconds. 0: none. */
  readonly commandTimeout: number;
  /** Quiescence before the destination changes again. */
  readonly wait: Wait;
  readonly leftDelimiter: string;
  readonly rightDelimiter: string;
  readonly missingKey: MissingKey;
  /** Folder that the template function `file` reads from. Default: it reads nothing. */
  readonly fileRoot?: string;
  readonly haproxy?: HaproxySettings;
}

/** The program that runs under kube-template's supervision. */
export interface ExecSettings {
  readonly command: Command;
  /** Sent when a destination changed. */
  readonly reloadSignal: NodeJS.Signals | 'none';
  /** Asks the program to end. */
  readonly killSignal: NodeJS.Signals;
  /** Then SIGKILL after so many milliseconds. */
  readonly killTimeout: number;
  /** Added to the environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** Tuning of one kind of objects, named by its plural. */
export interface SourceTuning {
  /** Keep only these fields of each object, to save memory. Default: all. */
  readonly fields?: readonly string[];
  /** Objects in one page of a list. */
  readonly limit?: number;
}

/** How the Kubernetes API is reached and read. */
export interface KubeSettings {
  /** Path of a kubeconfig; empty: the pod's service account. Default: the service account in a cluster, else $KUBECONFIG, else ~/.kube/config. */
  readonly kubeconfig?: string;
  readonly context?: string;
  /** URL of the API server, in place of the one the kubeconfig names. */
  readonly master?: string;
  /** Default namespace of template functions. Default: the service account's or the context's. */
  readonly namespace?: string;
  /** Template functions take the selector before the namespace. */
  readonly selectorFirst: boolean;
  readonly sources: Readonly<Record<string, SourceTuning>>;
}

/** All that the command line and the configuration files say, with every default filled in. */
export interface Settings {
  readonly kube: KubeSettings;
  readonly templates: readonly TemplateSettings[];
  readonly exec?: ExecSettings;
  /** HOST:PORT of /healthz, /readyz and /metrics. */
  readonly listen?: { readonly host?: string; readonly port: number };
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

/** The name of a template in messages: its file, or the destination when the configuration holds the template itself. */
export function templateName(template: Pick<TemplateSettings, 'source' | 'destination'>): string {
  return template.source ?? `the contents for ${template.destination}`;
}
