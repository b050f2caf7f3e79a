import { Logger, messageOf } from '../../../lib/kube-template/log/log';

function logger(options: ConstructorParameters<typeof Logger>[0] = {}) {
  const lines: string[] = [];
  return { log: new Logger({ ...options, write: (line) => lines.push(line) }), lines };
}

test('text: time, level, part and message on one line', () => {
  const { log, lines } = logger();
  log.part('runner').warn('first\n  second\r\n\nthird\n');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z WARN {2}\(runner\) first \| second \| third\n$/);
});

test('json: one object on one line', () => {
  const { log, lines } = logger({ format: 'json' });
  log.part('runner').error('a "quoted"\ntext');
  expect(lines[0]).toMatch(/^[^\n]*\n$/);
  expect(JSON.parse(lines[0])).toEqual({ time: expect.any(String), level: 'error', part: 'runner', message: 'a "quoted"\ntext' });
});

test('lines below the level are dropped, and the level can change', () => {
  const { log, lines } = logger({ level: 'warn' });
  const part = log.part('x');
  part.info('dropped');
  log.configure('debug', 'text');
  part.debug('kept');
  expect(lines).toEqual([expect.stringContaining('DEBUG (x) kept')]);
});

test('anything thrown has a message', () => {
  expect([new Error('a'), 'b', null, undefined, { message: 'c' }].map(messageOf)).toEqual(['a', 'b', 'null', 'undefined', 'c']);
});
