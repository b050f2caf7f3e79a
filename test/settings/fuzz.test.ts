import * as fc from 'fast-check';
import { randomProps } from './random-props';
import { RedisHaProps, Sentinel } from '../../lib/index';
import * as checks from '../../lib/settings/checks';
import * as customSections from '../../lib/settings/custom-sections';
import * as directives from '../../lib/settings/directives';
import { InvalidPropError } from '../../lib/settings/invalid-prop';
import * as resolvePod from '../../lib/settings/resolve-pod';
import * as resolveSentinel from '../../lib/settings/resolve-sentinel';
import { install, Manifests } from '../support/manifests';
import { brokenRules } from '../support/rules';

/** What becomes of props: undefined when they are refused. */
function outcome(random: RedisHaProps): string[] | undefined {
  let manifests: Manifests;
  try {
    manifests = install(random);
  } catch (error) {
    if (!(error instanceof InvalidPropError)) throw error;
    return undefined;
  }
  return brokenRules(manifests).filter((line) => !(
    // asleep, nobody is there, and nobody may go
    random.hibernate === true && /: (0 is no count|no pod of 0 may ever go)$/.test(line)
    // an autoscaler says how many
    || random.proxy?.autoscaling !== undefined && /^Deployment \S+-proxy: undefined is no count$/.test(line)));
}

test('random props either throw InvalidPropError or become manifests that Kubernetes takes', () => {
  const seen = { refused: 0, taken: 0 };
  fc.assert(fc.property(randomProps(), (random) => {
    const broken = outcome(random);
    seen[broken === undefined ? 'refused' : 'taken'] += 1;
    expect(broken ?? []).toEqual([]);
  }), { numRuns: 300 });
  // a property that only ever sees one of the two proves nothing
  expect(seen.refused).toBeGreaterThan(30);
  expect(seen.taken).toBeGreaterThan(30);
}, 120_000);

/** Checks that let everything through, and the props that they look at. */
const SABOTAGES: readonly (readonly [check: string, props: readonly (keyof RedisHaProps)[], sabotage: () => unknown])[] = [
  ['wholeNumber', ['replicas', 'server', 'proxy'], () => jest.spyOn(checks, 'wholeNumber').mockImplementation((_, value) => value)],
  ['containerPort', ['server', 'proxy'], () => jest.spyOn(checks, 'containerPort').mockImplementation((_, value) => value)],
  ['distinctPorts', ['server', 'sentinel', 'proxy'], () => jest.spyOn(checks, 'distinctPorts').mockReturnValue(undefined)],
  ['milliseconds', ['sentinel', 'proxy'], () => jest.spyOn(checks, 'milliseconds').mockImplementation((_, value) => value.toMilliseconds({ integral: false }))],
  ['seconds', ['server', 'proxy'], () => jest.spyOn(checks, 'seconds').mockImplementation((_, value) => value.toSeconds({ integral: false }))],
  ['dnsLabel', ['name'], () => jest.spyOn(checks, 'dnsLabel').mockImplementation((_, value) => value)],
  ['objectName', ['auth', 'imagePullSecrets'], () => jest.spyOn(checks, 'objectName').mockImplementation((_, value) => value)],
  ['label', ['labels', 'proxy'], () => jest.spyOn(checks, 'label').mockReturnValue(undefined)],
  ['annotations', ['proxy', 'persistence'], () => jest.spyOn(checks, 'annotations').mockImplementation((_, values) => values)],
  ['image', ['engine'], () => jest.spyOn(checks, 'image').mockImplementation((_, value) => value)],
  ['freeDirectives', ['server', 'sentinel'], () => jest.spyOn(directives, 'freeDirectives').mockImplementation((_, lines) => [...lines])],
  ['customSections', ['proxy'], () => jest.spyOn(customSections, 'customSections').mockImplementation((_, sections) => sections)],
  ['resolvePod', ['server', 'proxy'], () => jest.spyOn(resolvePod, 'resolvePod')
    .mockImplementation((prop, pod = {}, defaults) => ({ prop, spread: defaults.spread, ...pod, gracePeriodSeconds: 60 }))],
  ['resolveDisruptionBudget', ['server', 'proxy'], () => jest.spyOn(resolvePod, 'resolveDisruptionBudget').mockImplementation((_, budget = {}) => budget)],
  ['the quorum', ['sentinel'], () => {
    const original = resolveSentinel.resolveSentinel;
    return jest.spyOn(resolveSentinel, 'resolveSentinel').mockImplementation(({ count, options }, replicas) => (
      { ...original({ count, options: { ...options, quorum: undefined } } as unknown as Sentinel, replicas), quorum: options.quorum ?? 1 }));
  }],
];

describe('random props notice that a check is missing', () => {
  afterEach(() => jest.restoreAllMocks());

  test.each(SABOTAGES)('%s', (_, props, sabotage) => {
    sabotage();
    const sound = fc.property(randomProps(...props), (random) => (outcome(random) ?? []).length === 0);
    // which seed it is matters little: others take up to ten times as long
    const { failed } = fc.check(sound, { numRuns: 20_000, endOnFailure: true, seed: 1 });
    expect(failed).toBe(true);
  }, 120_000);
});
