import { readAsset } from './assets';
import { ipFamily } from './objects';
import { CONFIG_DIR, passwordFile, RUN_DIR } from './pod-parts';
import { Settings } from '../settings/settings';

/** Scripts of lib/assets, by the name that they keep in the ConfigMap. */
export function scripts(...names: string[]): { [file: string]: string } {
  return Object.fromEntries(names.map((name) => [name, readAsset(`scripts/${name}`)]));
}

/** Variables that the scripts of a server's or Sentinel's pod read. */
export function scriptVariables(settings: Settings): { [name: string]: string | undefined } {
  return {
    CLI_BIN: `${settings.engine.name}-cli`,
    SERVER_BIN: `${settings.engine.name}-server`,
    CONFIG_DIR,
    RUN_DIR,
    PASSWORD_FILE: passwordFile(settings),
    ...familyVariable(settings),
  };
}

/** The variable that tells scripts which address of a name to take, where there may be two. */
export function familyVariable(settings: Settings): { [name: string]: string } {
  const family = ipFamily(settings.ipStack);
  return family === undefined ? {} : { IP_FAMILY: String(family) };
}
