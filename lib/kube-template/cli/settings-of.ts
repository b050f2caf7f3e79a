import { Arguments } from './arguments';
import { defaultConfigFiles, readConfigFile } from '../config/file';
import { settle } from '../config/layer';
import { Settings } from '../config/settings';

/**
 * The settings of a command line and of the configuration files it names, as they are now.
 *
 * @throws ConfigError naming the flag, or the file and its key
 */
export function settingsOf(given: Arguments): Settings {
  const files = given.configFiles.length > 0 ? given.configFiles : defaultConfigFiles();
  return settle([...files.map(readConfigFile), given.layer]);
}
