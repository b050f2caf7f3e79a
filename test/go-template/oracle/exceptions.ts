import { Answer } from './oracle';

/** A template that we render differently, on purpose. */
export interface Exception {
  readonly template: string;
  /** What we do. */
  readonly ours: Answer;
  readonly reason: string;
}

const COMPLEX = 'complex numbers are of no use in configuration files';
const FLOAT_VERBS = 'binary and hexadecimal fractions, and the zeros that %#g keeps, are of no use in configuration files';
const KUBERNETES = 'JSON from the API server stands for the structures that Go programs read';

/** All differences from Go. */
export const EXCEPTIONS: readonly Exception[] = [
  { template: '{{2i}}', ours: { line: 1 }, reason: COMPLEX },
  { template: '{{1+2i}}', ours: { line: 1 }, reason: COMPLEX },
  {
    template: '{{printf "%T" (index "a" 0)}}',
    ours: { output: 'int' },
    reason: 'there is one kind of integers: comparisons take signed and unsigned ones as equal anyway',
  },
  { template: '{{printf "%x" 1.5}}', ours: { output: '%!x(float64=1.5)' }, reason: FLOAT_VERBS },
  { template: '{{printf "%b" 1.5}}', ours: { output: '%!b(float64=1.5)' }, reason: FLOAT_VERBS },
  { template: '{{printf "%#g" 1.5}}', ours: { output: '1.5' }, reason: FLOAT_VERBS },
  {
    template: '{{$x := 1}}{{or 1 ($x := 5)}}{{$x}}',
    ours: { line: 1 },
    reason: 'a variable is the one that its place declares, even if a short circuit skipped the declaration',
  },
  {
    template: '{{define "c"}}{{if lt (len .) 2000}}{{template "c" (printf "%sx" .)}}{{end}}{{end}}{{template "c" ""}}',
    ours: { line: 1 },
    reason: 'templates may call each other 1000 deep, not 100000: the stack is smaller',
  },
  { template: '{{slice .withnil 0 4}}', ours: { line: 1 }, reason: 'lists have no capacity beyond their length' },
  { template: '{{range .}}{{.x}}{{end}}', ours: { output: '<no value>' }, reason: 'a field of nil is nil, also for elements of lists' },
  { template: '{{.PodIP}} {{.HostIP}}', ours: { output: '10.0.0.1 10.0.0.2' }, reason: KUBERNETES },
  { template: '{{.Name}}', ours: { output: 'a' }, reason: KUBERNETES },
  { template: '{{.status}}', ours: { output: '' }, reason: KUBERNETES },
];
