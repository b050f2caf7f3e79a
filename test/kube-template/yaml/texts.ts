/** Texts of every kind, good and bad. */
export const TEXTS = [
  // scalars
  '', '# nothing', '---', '--- # c\n...', '~', 'null', 'a: null', 'a:', 'a: ~', 'true', 'a: [True, FALSE, yes, off]', 'a: 0640', 'a: "0640"', 'a: 0x1F', 'a: 0o17',
  'a: -1', 'a: +1', 'a: 1.5', 'a: .5', 'a: 1e3', 'a: .inf', 'a: -.Inf', 'a: 1.2.3', 'a: 10.0.0.1', 'a: 15s', 'a: -', 'a: --', 'a: -x', 'a: a b  c', 'a: b#c', 'a: b #c',
  'a: :b', 'a: b:c', 'a: http://x:80/y', 'a: ?x', 'a: x?', 'a: x - y', 'a: x, y', 'a: x] y', 'a: <<', 'a: @x', 'a: `x', 'a: %x', 'a: |x', 'a: ! x', 'a: !!str 1',
  // quotes
  "a: 'it''s'", 'a: "x\\ty\\u00e9\\x41\\U0001F600\\n\\\\"', 'a: "\\q"', 'a: "\\xZZ"', 'a: "\\ud83d\\ude00"', 'a: "x', "a: 'x", 'a: "x" y', 'a: "x" # y', 'a: "x"# y', '"a": 1', "'a b': 1",
  'a: "b\n  c\n\n  d"', "a: 'b\n  c\n\n  d'", 'a: "b \\\n   c"', 'a: "b\\\n\n   c"', 'a: "b\\ \n c"', '"a\nb": 1',
  // blocks
  'a: 1\nb: 2\n', 'a:\n  b: 1\n  c: 2\nd: 3', 'a:\n- 1\n- 2\nb: 3', 'a:\n  - 1\n  - b: 2\n    c: 3\n  -\n    d: 4\n  - - 5\n    - 6', '- a\n- b', '- a: 1\n- b: 2\n  c: 3', '-\n  a: 1',
  '- - - a', 'a:\n    b: 1\n  c: 2', 'a: 1\n  b: 2', '  a: 1\n  b: 2', '  a: 1\nb: 2', 'a:\n  - 1\n b: 2', 'a: - 1', 'a: b: c', 'a\nb', 'a\n  b', 'a: b\n  c\n\n  d', 'a: b\nc', 'a: b\n  c: d', 'a: b\n  # c\n  d',
  'a: b # c\n  d', 'a:\n\tb: 1', 'a:\n  b: 1\n\tc: 2', 'a:\tb', '-\ta', 'a: 1\na: 2', 'a: 1\n\n# c\n\nb: 2 # d\n', '# c\na: 1', 'a: 1\n---\nb: 2', '---\na: 1\n...\n', '---\na: 1\n...\nb', '%YAML 1.2\n---\na: 1',
  'a :\n b', 'a : b', '? a\n: b', ': a', '- a\nb: 1', 'a:\n- 1\n- 2\n- c: 3\n  d:\n  - 4\ne: 5', '__proto__: 1', 'a: {__proto__: 1}', 'constructor: 1', '1: a\ntrue: b', 'a:\r\n  b: 1\r\n', '\ufeffa: 1',
  'a: x\n  y: z', 'a: "x": y', '-', '- \n- a', '-a', '-a: 1', '- a:\n  - b', '- a:\n    - b\n  c: d', 'key with spaces: 1', 'a.b/c-d: 1', 'a:b: c', 'a:: b', '#a', 'a: #b', 'a:\n  #b\n  c',
  // texts in lines
  'a: |\n  x\n  y\n', 'a: |-\n  x\n  y\n', 'a: |+\n  x\n\n\nb: 1', 'a: |\n  x\n\n\nb: 1', 'a: |\n   x\n    y\n   z\n', 'a: |2\n    x\n   y\n', 'a: |1-\n  x\n', 'a: |-1\n  x\n', 'a: >\n  x\n  y\n\n  z\n', 'a: >-\n  x\n   y\n  z\n',
  'a: >\n\n  x\n\n    y\n\n  z\n', 'a: |\nb: 1', 'a: |', 'a: |+\n\n\nb: 1', 'a: | # c\n  x # y\n', 'a: |x\n  y', '- |\n x\n- >\n y\n z', 'a:\n  - |\n    x\n  - y', 'a: |\n  {{ if x }}\n  a: b\n  {{ end }}\n', 'a: |\n  x\n b: 1',
  'a: |\n\n  x', 'a: |\n  x\n  \n  y', 'a: |\n  x\n   \ty', '|\n x', '--- |\n x\n', '--- >\n x\n y', 'a: >+\n  x\n\n', 'a: >\n  x\n\n   y\n   z\n\n  w', 'a: |\n  ---\n  x', 'a: |\n\tx',
  // brackets
  'a: []', 'a: {}', 'a: [1, b, "c", \'d\', [e], {f: g}]', 'a: [1,2,]', 'a: [,]', 'a: [1,,2]', 'a: {b: 1, c: 2,}', 'a: {b, c: 2}', 'a: {b: , c: 2}', 'a: {"b":1}', 'a: {b:1}', 'a: {b:}', 'a: [\n  1,\n  2 # c\n]', 'a: {b: [1,\n 2],\n c: 3}',
  'a: [x y, z]', 'a: [x\n  y, z]', 'a: [1', 'a: {b: 1', 'a: [1] x', 'a: [1] # x', '[a, b]', '{a: b}', '{"a": [1, {"b": null}]}', '- [a]\n- {b: c}', 'a: [http://x:80, b:c]', 'a: [a: b]', 'a: [-1, - ]', 'a: [x#y]', 'a: [x #y\n]', 'a: [ , a]', 'a: {b: 1, b: 2}',
  // anchors
  'a: &x 1\nb: *x', 'a: &x\n  b: 1\nc: *x', 'a: &x {b: 1}\nc:\n  <<: *x\n  d: 2', 'a: &x {b: 1}\nc:\n  b: 3\n  <<: *x', 'a: &x {b: 1}\nd: &y {b: 2, c: 3}\nc:\n  <<: [*x, *y]', 'a: *x', 'a: &x [1, *y]', 'a: [&x 1, *x]', '<<: 1', 'a: &x\n- 1\nb: *x',
  '- &x a\n- *x', '- &x\n  a: 1\n- *x', 'a: &x |\n  b\nc: *x', 'a: {<<: {b: 1}, c: 2}', '"<<": 1', '&x\na: 1',
  // as they are in the wild
  'apiVersion: v1\nkind: Config\nclusters:\n- name: a\n  cluster:\n    server: https://1.2.3.4:6443\n    certificate-authority-data: LS0tLS1CRUdJTg==\ncontexts:\n- context: {cluster: a, user: u}\n  name: c\ncurrent-context: c\npreferences: {}\nusers:\n- name: u\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1\n      args:\n      - --region\n      - eu\n      command: aws\n      env: null\n',
  'templates:\n  - source: /a.tmpl\n    destination: /b\n    perms: "0640"\n    check: ["haproxy", "-c", "-f", "{{.}}"]\n    haproxy: {master: /m.sock, state: /s, mode: auto, closeOnMove: false}\n  - {source: a, destination: b, command: "kill -HUP 1", wait: 1s}\nwait: {min: 200ms, max: 2s}\n',
];
