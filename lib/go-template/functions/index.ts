import { defaultFunctions } from './defaults';
import { dictFunctions } from './dicts';
import { encodingFunctions } from './encoding';
import { environmentFunctions } from './environment';
import { kubernetesFunctions } from './kubernetes';
import { listFunctions } from './lists';
import { mathFunctions } from './math';
import { regexFunctions } from './regex';
import { Functions } from './signature';
import { stringFunctions } from './strings';

/**
 * Functions that need no API server, beside Go's own: those of Sprig with its names, arguments and results, some of Helm and
 * consul-template, and helpers for pods. None runs a program, opens a connection or reads a file, and none gives another result in
 * the next render.
 */
export const standardFunctions: Functions = Object.freeze({
  ...defaultFunctions,
  ...stringFunctions,
  ...listFunctions,
  ...dictFunctions,
  ...mathFunctions,
  ...encodingFunctions,
  ...regexFunctions,
  ...environmentFunctions,
  ...kubernetesFunctions,
});
