import { failoverLine, headline } from './status';
import { Style, styleOf } from './style';
import { Judgement } from '../judge/judge';
import { Reading } from '../read/reading';

/** What is wrong and what to do, in words. */
export function doctorLines(reading: Reading, judgement: Judgement, style: Style): string[] {
  const { findings } = judgement;
  return [
    headline(reading, judgement, style),
    '',
    ...findings.length === 0 ? ['Nothing is wrong.', ''] : findings.flatMap(({ code, weight, what, remedy, runbook }, index) => [
      `${index + 1}. ${styleOf(weight, style)(weight)}, ${code}: ${what}`,
      `   ${remedy}`,
      ...runbook === undefined ? [] : [style.dim(`   runbook: docs/runbooks/${runbook}.md`)],
      '',
    ]),
    failoverLine(judgement, style),
  ];
}
