import { AgentState } from '../../lib/agent/agent-state';
import { DataRecord } from '../../lib/agent/observe/record-file';

const RECORD: DataRecord = { term: 2, epoch: 5, master: true, offset: 70, hasKeys: true, runId: 'a', streamId: 's' };

describe('the state of an agent', () => {
  const events: unknown[] = [];
  const store = { read: () => undefined, remove: () => undefined, write: (record: DataRecord) => { events.push(record); }, behind: () => false };
  const publisher = { publish: async (name: string, runId: string) => { events.push([name, runId]); } };
  let state: AgentState;

  beforeEach(() => {
    events.length = 0;
    state = new AgentState(store, publisher);
  });

  test('a request to stop is for the process that runs', () => {
    state.requestStop();
    expect(state.stopping).toBe(true);

    state.serverRestarted();
    expect(state.stopping).toBe(false);
  });

  test('the record is read again for each process of the server, whose script may have found less data', async () => {
    const onDisk = { record: RECORD };
    state = new AgentState({ ...store, read: () => onDisk.record }, publisher);
    expect(state.recordFor('a')).toBe(RECORD);

    onDisk.record = { ...RECORD, offset: 6 };
    expect(state.recordFor('a')?.offset).toBe(70);
    expect([state.recordFor('b')?.offset, state.record?.offset]).toEqual([6, 6]);
  });

  test('an agent that ends takes each process of its server with it', () => {
    state.end();
    state.serverRestarted();

    expect(state.stopping).toBe(true);
  });

  test('the death of a master is told once, that of a replica never', () => {
    expect(state.serverDied()).toBe(false);

    state.serverSeen(true);
    expect([state.serverDied(), state.serverDied()]).toEqual([true, false]);
  });

  test('Sentinels that were asked for a vote are remembered, each once, until another process is decided about', () => {
    state.votesAsked([0, 1]);
    state.votesAsked([1, 2]);
    expect(state.memory.asked).toEqual([0, 1, 2]);

    state.decided({ runId: 'b', since: {}, asked: [] }, { role: 'slave', phase: 'wait', master: null, why: '' });
    expect(state.memory.asked).toEqual([]);
  });

  test('a record is on disk before anybody hears of it', async () => {
    await state.remember(RECORD);

    expect(state.record).toBe(RECORD);
    expect(events).toEqual([RECORD, ['redis-ha:t2.e5.m1.o0.l1', 'a']]);
  });

  test('a record is not on a disk that has the data of before a copy, and told', async () => {
    const onDisk = { behind: true };
    state = new AgentState({ ...store, behind: () => onDisk.behind }, publisher);
    const written = async (self?: { readonly rewriting: boolean; readonly rewriteDue: boolean }): Promise<boolean> => {
      events.length = 0;
      await state.remember(RECORD, self);
      expect([state.record, events.at(-1)]).toEqual([RECORD, ['redis-ha:t2.e5.m1.o0.l1', 'a']]);
      return events.length > 1;
    };
    state.recordFor('a');
    expect(await written({ rewriting: true, rewriteDue: false })).toBe(false);
    onDisk.behind = false;
    // it failed since it was asked, is to begin again, and does so
    expect(await written({ rewriting: true, rewriteDue: false })).toBe(false);
    expect(await written({ rewriting: true, rewriteDue: true })).toBe(false);
    expect(await written()).toBe(false);
    expect(await written({ rewriting: false, rewriteDue: false })).toBe(true);
    // one without a copy before it
    expect(await written({ rewriting: true, rewriteDue: false })).toBe(true);
    onDisk.behind = true;
    expect(await written()).toBe(false);
    // another process has the log of before
    onDisk.behind = false;
    state.recordFor('b');
    expect(await written()).toBe(true);
  });

  test('a second failover is not asked for before the first request is over', async () => {
    let finish = (_: boolean): void => undefined;
    const asked: number[] = [];
    const first = state.failovers.once(async () => {
      asked.push(1);
      return new Promise((resolve) => { finish = resolve; });
    });

    expect(await state.failovers.once(async () => asked.push(2) > 0)).toBe(true);
    finish(false);
    expect(await first).toBe(false);
    expect(await state.failovers.once(async () => asked.push(3) > 0)).toBe(true);
    expect(asked).toEqual([1, 3]);
  });
});
