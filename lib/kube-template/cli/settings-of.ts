import { Arguments } from './arguments';
import { defaultConfigFiles, readConfigFile } from '../config/file';
import { withDefaults } from '../config/layer';
import { Settings } from '../config/settings';

/**
 * The settings of a command line and of the configuration files it names, as they are now.
 *
 * @throws ConfigError naming the flag, or the file and its key
 */
export function settingsOf(given: Arguments): Settings {
  const files = given.configFiles.length > 0 ? given.configFiles : defaultConfigFiles();
  return withDefaults([...files.map(readConfigFile), given.layer]);
}
