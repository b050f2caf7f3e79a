import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { lines, parseList, parseWatchEvent } from '../../../lib/kube-template/kube/wire';

describe('lines', () => {
  /** The batches that a reader gets when these chunks arrive one after the other. */
  const read = async (...chunks: (string | Buffer)[]) => {
    const stream = new PassThrough();
    const batches: string[][] = [];
    const reading = (async () => {
      for await (const batch of lines(stream)) batches.push(batch);
    })();
    for (const chunk of chunks) {
      stream.write(chunk);
      await turn();
    }
    stream.end();
    await reading;
    return batches;
  };

  test('of one chunk come together, those cut off with the rest of them', async () => {
    expect(await read('a\nb\nc', 'd', 'e\n')).toEqual([['a', 'b'], ['cde']]);
  });

  test('may have characters that are split between chunks', async () => {
    const bytes = Buffer.from('é€😀\n');
    expect(await read(...Array.from(bytes, (byte) => Buffer.from([byte])))).toEqual([['é€😀']]);
  });

  test('leave out empty ones and a last one without an end', async () => {
    expect(await read('a\n\n', 'b')).toEqual([['a']]);
  });
});

describe('a list', () => {
  test('may be empty and have null items', () => {
    expect(parseList('{"kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "5"}, "items": null}', 'pods'))
      .toEqual({ objects: [], version: '5', next: '' });
  });

  test('of what cannot be watched has no version', () => {
    expect(parseList('{"kind": "ComponentStatusList", "apiVersion": "v1", "metadata": {}, "items": [{"metadata": {"name": "etcd-0"}}]}', 'x'))
      .toEqual({ objects: [{ kind: 'ComponentStatus', apiVersion: 'v1', metadata: { name: 'etcd-0' } }], version: '', next: '' });
  });

  test('gives its items the type they lack, not another one', () => {
    const text = JSON.stringify({ kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: '5', continue: 'x' }, items: [{ kind: 'A' }] });
    expect(parseList(text, 'pods')).toEqual({ objects: [{ kind: 'A', apiVersion: 'v1' }], version: '5', next: 'x' });
  });
});

test('a watch event with a version that is no number is taken as it is', () => {
  const line = '{"type": "ADDED", "object": {"metadata": {"name": "a", "resourceVersion": "abc"}}}';
  expect(parseWatchEvent(line, '7', 'pods')).toMatchObject({ type: 'ADDED', version: 'abc' });
});
