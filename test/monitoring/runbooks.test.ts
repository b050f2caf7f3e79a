import * as fs from 'node:fs';
import * as path from 'node:path';
import { Alert } from '../../lib';
import { AgentMetrics } from '../../lib/agent/count/agent-metrics';
import { ALERTS } from '../../lib/monitoring/alerts';
import { rulesOf } from '../support/rule-tests';

const FOLDER = path.resolve(__dirname, '..', '..', 'docs', 'runbooks');
const read = (file: string) => fs.readFileSync(path.join(FOLDER, file), 'utf8');
const alerts: string[] = Object.values(Alert).sort();

test('each alert is a rule, and each has a runbook; there are no others', () => {
  expect(ALERTS.map(([alert]) => alert).sort()).toEqual(alerts);
  expect(fs.readdirSync(FOLDER).filter((file) => file !== 'README.md').sort()).toEqual(alerts.map((alert) => `${alert}.md`));
});

test('each rule says how bad it is, what it is, and where its runbook is', () => {
  for (const { alert, labels, annotations, expr, for: duration } of rulesOf().groups[0].rules) {
    expect(labels).toEqual({ severity: expect.stringMatching(/^(critical|warning|info)$/), installation: 'cache', namespace: 'shop' });
    expect(annotations.summary).toMatch(/^cache: [A-Z0-9{].{20,}\.$/);
    expect(annotations.runbook_url).toMatch(new RegExp(`/docs/runbooks/${alert}\\.md$`));
    expect(duration).toMatch(/^\d+[mh]$/);
    // nothing is left that stands for something else
    expect(expr).not.toMatch(/@|<\w+>|undefined/);
    expect(expr).toMatch(/namespace="shop"/);
  }
});

test.each(alerts)('the runbook of %s says what it means, how to see it, what to do, and what not to do', (alert) => {
  const text = read(`${alert}.md`);
  const parts = text.split(/^## /m);
  expect(parts.map((part) => part.split('\n')[0])).toEqual([`# ${alert}`, 'What it means', 'How to see it', 'What to do', 'What not to do']);
  for (const part of parts.slice(1)) expect(part.split('\n').slice(1).join('\n').trim().length).toBeGreaterThan(25);
  const links = [...text.matchAll(/\]\(([^)]+\.md)\)/g)].map(([, link]) => link);
  expect(links.filter((link) => !fs.existsSync(path.join(FOLDER, link)))).toEqual([]);
  expect(read('README.md')).toContain(`[${alert}](${alert}.md)`);
});

test('docs/how-to/monitoring.md tells of each metric of the agent, by its name', () => {
  const text = fs.readFileSync(path.resolve(FOLDER, '..', 'how-to', 'monitoring.md'), 'utf8');
  const told = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => `redis_ha_${name}`);
  const names = [...new AgentMetrics().text().matchAll(/^# HELP (\w+)/gm)].map(([, name]) => name);
  expect(told.filter((name) => names.includes(name)).sort()).toEqual([...names].sort());
});

test('docs/how-to/monitoring.md says of each metric of the agent what the agent says, and perhaps where to read on', () => {
  const text = fs.readFileSync(path.resolve(FOLDER, '..', 'how-to', 'monitoring.md'), 'utf8');
  const told = new Map([...text.matchAll(/^\| `(\w+)` \|.*\| (.*) \|$/gm)].map(([, name, what]) => [`redis_ha_${name}`, what.replace(/ \(\[.*?\]\(.*?\)\)/, '')]));
  const help = [...new AgentMetrics().text().matchAll(/^# HELP (\w+) (.*)$/gm)].map(([, name, what]) => [name, what]);
  expect(help.map(([name]) => [name, told.get(name)])).toEqual(help);
});
