const T = String.raw;

/** Templates that need what we do not have, or that we limit. */
export const ours: string[] = [
  '{{2i}}',
  '{{1+2i}}',
  T`{{len "\xff"}}`,
  T`{{printf "%q" "\xff"}}`,
  '{{printf "%T" (index "a" 0)}}',
  '{{printf "%x" 1.5}}',
  '{{printf "%b" 1.5}}',
  '{{printf "%#g" 1.5}}',
  '{{$x := 1}}{{or 1 ($x := 5)}}{{$x}}',
  '{{define "c"}}{{if lt (len .) 2000}}{{template "c" (printf "%sx" .)}}{{end}}{{end}}{{template "c" ""}}',
  '{{slice .withnil 0 4}}',
];
