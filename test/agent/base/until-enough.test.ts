import { untilEnough } from '../../../lib/agent/base/until-enough';

const never = new Promise<number>(() => undefined);

describe('answers until they are enough', () => {
  test('are those that came by then, at their places: who is silent holds nobody up', async () => {
    const answers = await untilEnough([Promise.resolve(1), never, Promise.resolve(3)], (soFar) => soFar.filter(Boolean).length === 2);
    expect(answers).toEqual([1, undefined, 3]);
  });

  test('are all where they never are', async () => {
    expect(await untilEnough([Promise.resolve(1), Promise.resolve(undefined)], () => false)).toEqual([1, undefined]);
  });

  test('do not change afterwards', async () => {
    let later: (value: number) => void = () => undefined;
    const answers = await untilEnough([Promise.resolve(1), new Promise<number>((resolve) => { later = resolve; })], () => true);
    later(2);
    await new Promise((resolve) => setImmediate(resolve));
    expect(answers).toEqual([1, undefined]);
  });
});
