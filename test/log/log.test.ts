import { Log, messageOf } from '../../lib/log/log';

function logging(options: ConstructorParameters<typeof Log>[0] = {}) {
  const lines: string[] = [];
  return { log: new Log({ ...options, write: (line) => lines.push(line) }), lines };
}

test('text: time, level, subject and message on one line', () => {
  const { log, lines } = logging();
  log.about('runner').warn('first\n  second\r\n\nthird\n');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z warn runner first \| second \| third\n$/);
});

test('json: one object on one line', () => {
  const { log, lines } = logging({ format: 'json' });
  log.about('runner').error('a "quoted"\ntext');
  expect(lines[0]).toMatch(/^[^\n]*\n$/);
  expect(JSON.parse(lines[0])).toEqual({ time: expect.any(String), level: 'error', subject: 'runner', message: 'a "quoted"\ntext' });
});

test('lines below the level are dropped, and the level can change', () => {
  const { log, lines } = logging({ level: 'warn' });
  const subject = log.about('x');
  subject.info('dropped');
  log.configure('debug', 'text');
  subject.debug('kept');
  expect(lines).toEqual([expect.stringContaining('debug x kept')]);
});

test('anything thrown has a message', () => {
  expect([new Error('a'), 'b', null, undefined, { message: 'c' }].map(messageOf)).toEqual(['a', 'b', 'null', 'undefined', 'c']);
});
