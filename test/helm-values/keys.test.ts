import * as fs from 'node:fs';
import * as path from 'node:path';
import { imported, manifestsOfProgram, manifestsOfValues, unaccounted } from './support';
import { parseDocuments } from '../../lib/helm-values/parts/yaml';
import { schemaErrors, VERSIONS } from '../support/schema';

/** A folder with values files: of users, and those that the charts bring. */
const FOLDER = process.env.HELM_VALUES;
const files = FOLDER === undefined ? [] : fs.readdirSync(FOLDER).filter((file) => /\.ya?ml$/.test(file)).sort();

const read = (file: string): any => {
  const parsed = parseDocuments(fs.readFileSync(path.join(FOLDER!, file), 'utf8'));
  if ('wrong' in parsed) throw new Error(parsed.wrong);
  return parsed.value.documents[0] ?? {};
};

(files.length === 0 ? describe.skip : describe)('values files of the folder HELM_VALUES', () => {
  beforeEach(() => { jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined); });
  afterEach(() => jest.restoreAllMocks());

  test.each(files)('%s: each key has a line, and program and values make the same', (file) => {
    const values = read(file);
    const result = imported(values);
    expect(unaccounted(values, result)).toEqual([]);
    const manifests = manifestsOfProgram(result, file);
    expect(manifests).toEqual(manifestsOfValues(values));
    expect(manifests.flatMap((manifest) => schemaErrors(VERSIONS[VERSIONS.length - 1], manifest))).toEqual([]);
  });
});
