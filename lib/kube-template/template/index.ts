// @ts-nocheck
export type Functions = Record<string, (...args: any[]) => unknown>;
export class TemplateError extends Error {}
// Go text/template for JavaScript: lexer -> parser -> closures. No eval/new Function, own properties only.
const KW = new Set(['if', 'else', 'end', 'range', 'with', 'define', 'block', 'template', 'break', 'continue', 'nil', 'true', 'false']);
const fail = m => { throw new TemplateError(m); };

// ---------- lexer: text -> [{text}|{toks,line}]
function lexFile(src, L, R, name) {
  const out = []; let i = 0, line = 1, trimNext = false;
  const nl = s => { for (let k = 0; k < s.length; k++) if (s.charCodeAt(k) === 10) line++; };
  for (;;) {
    const j = src.indexOf(L, i); let text = j < 0 ? src.slice(i) : src.slice(i, j);
    const raw = text; if (trimNext) text = text.replace(/^[ \t\r\n]+/, '');
    if (j < 0) { if (text) out.push({ text }); return out; }
    let p = j + L.length; const trimL = src[p] === '-' && /[ \t\r\n]/.test(src[p + 1] ?? '');
    if (trimL) { text = text.replace(/[ \t\r\n]+$/, ''); p += 2; }
    if (text) out.push({ text }); nl(raw); trimNext = false;
    const start = line; const err = m => fail(`template: ${name}:${start}: ${m}`);
    if (src.startsWith('/*', p)) { const e = src.indexOf('*/', p + 2); if (e < 0) err('unclosed comment'); let q = e + 2; if (/[ \t\r\n]/.test(src[q] ?? '') && src[q + 1] === '-') { q += 2; trimNext = true; } if (!src.startsWith(R, q)) err('comment ends before closing delimiter'); nl(src.slice(j, q)); i = q + R.length; continue; }
    const toks = []; let depth = 0;
    for (;;) {
      if (p >= src.length) err('unclosed action');
      if (src.startsWith(R, p)) { p += R.length; break; }
      if (/[ \t\r\n]/.test(src[p]) && src[p + 1] === '-' && src.startsWith(R, p + 2)) { p += 2 + R.length; trimNext = true; break; }
      const c = src[p];
      if (c === ' ' || c === '\t' || c === '\r' || c === '\n') { let q = p; while (/[ \t\r\n]/.test(src[q] ?? '')) { if (src[q] === '\n') line++; if (src[q + 1] === '-' && src.startsWith(R, q + 2)) break; q++; } if (q > p) { toks.push({ t: 'sp' }); p = q; } continue; }
      if (c === '"') { let q = p + 1; while (q < src.length && src[q] !== '"') { if (src[q] === '\n') err('unterminated quoted string'); q += src[q] === '\\' ? 2 : 1; } if (q >= src.length) err('unterminated quoted string'); toks.push({ t: 'lit', v: unquote(src.slice(p + 1, q), err) }); p = q + 1; continue; }
      if (c === '`') { const q = src.indexOf('`', p + 1); if (q < 0) err('unterminated raw quoted string'); const s = src.slice(p + 1, q); nl(s); toks.push({ t: 'lit', v: s.replace(/\r/g, '') }); p = q + 1; continue; }
      if (c === "'") { const q = /^'(\\.[^']*|[^'\\])'/u.exec(src.slice(p, p + 16)); if (!q) err('unterminated character constant'); toks.push({ t: 'lit', v: unquote(q[1], err).codePointAt(0) }); p += q[0].length; continue; }
      if (c === '(') { depth++; toks.push({ t: '(' }); p++; continue; }
      if (c === ')') { if (--depth < 0) err('unexpected right paren'); toks.push({ t: ')' }); p++; continue; }
      if (c === '|') { toks.push({ t: '|' }); p++; continue; } if (c === ',') { toks.push({ t: ',' }); p++; continue; }
      if (src.startsWith(':=', p)) { toks.push({ t: ':=' }); p += 2; continue; } if (c === '=') { toks.push({ t: '=' }); p++; continue; }
      let m; const rest = src.slice(p, p + 256);
      if ((m = /^[+-]?(0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)([eE][+-]?\d+)?)(?![\w.])/.exec(rest)) && /\d/.test(m[0])) { let s = m[0].replace(/_/g, ''); const neg = s[0] === '-'; s = s.replace(/^[+-]/, ''); const flt = !/^0[xXbBoO]/.test(s) && /[.eE]/.test(s); const n = /^0\d+$/.test(s) ? parseInt(s, 8) : Number(s); if (Number.isNaN(n)) err('bad number syntax: ' + m[0]); toks.push({ t: 'lit', v: neg ? -n : n, flt }); p += m[0].length; continue; }
      if ((m = /^\$[\p{L}_\d]*/u.exec(rest))) { toks.push({ t: 'var', v: m[0] }); p += m[0].length; continue; }
      if ((m = /^\.[\p{L}_][\p{L}_\d]*/u.exec(rest))) { toks.push({ t: 'field', v: m[0].slice(1) }); p += m[0].length; continue; }
      if (c === '.') { toks.push({ t: '.' }); p++; continue; }
      if ((m = /^[\p{L}_][\p{L}_\d]*/u.exec(rest))) { toks.push(KW.has(m[0]) ? { t: m[0] } : { t: 'id', v: m[0] }); p += m[0].length; continue; }
      err(`unexpected ${JSON.stringify(c)} in command`);
    }
    if (depth) err('unclosed left paren');
    out.push({ toks, line: start }); i = p;
  }
}
function unquote(s, err) {
  return s.replace(/\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{3}|.)/gs, (_, e) => { const m = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v', '\\': '\\', '"': '"', "'": "'" }[e]; if (m !== undefined) return m; if (/^[xuU]/.test(e)) return String.fromCodePoint(parseInt(e.slice(1), 16)); if (/^[0-7]{3}$/.test(e)) return String.fromCharCode(parseInt(e, 8)); return err('invalid escape \\' + e); });
}

// ---------- parser -> closures.  A compiled node is (st, dot) => void (writes st.out) ; a pipe is (st, dot) => value
class Break { constructor(kind) { this.kind = kind; } } const BRK = new Break('break'), CNT = new Break('continue');
class Engine {
  constructor(name, src, opt = {}) {
    this.name = name; this.funcs = Object.assign(Object.create(null), builtins, opt.funcs); this.defs = Object.create(null); this.missingKey = opt.missingKey ?? 'zero';
    this.items = lexFile(src, opt.left || '{{', opt.right || '}}', name); this.pos = 0; this.rangeDepth = 0; this.vars = ['$'];
    const [body, end] = this.list(); if (end) this.err(`unexpected {{${end}}}`); this.body = body; this.items = null;
  }
  err(m) { fail(`template: ${this.name}:${this.line ?? 1}: ${m}`); }
  list() { // until end/else
    const nodes = [];
    while (this.pos < this.items.length) {
      const it = this.items[this.pos++];
      if (it.text !== undefined) { const s = it.text; nodes.push(st => { st.out += s; }); continue; }
      this.line = it.line; this.tk = it.toks.filter((t, i, a) => t.t !== 'sp' || needSp(a, i)); this.tp = 0; while (this.peek()?.t === 'sp') this.tp++;
      const t = this.peek(); if (!t) this.err('missing value for command');
      if (t.t === 'end') { this.tp++; this.eol(); return [seq(nodes), 'end']; }
      if (t.t === 'else') { this.tp++; this.sp(); const k = this.peek()?.t; if (k === 'if' || k === 'with') { return [seq(nodes), 'else ' + k]; } this.eol(); return [seq(nodes), 'else']; }
      const n = this.action(t); if (n) nodes.push(n);
    }
    return [seq(nodes), null];
  }
  peek() { return this.tk[this.tp]; } sp() { while (this.peek()?.t === 'sp') this.tp++; } eol() { this.sp(); if (this.peek()) this.err(`unexpected <${this.peek().v ?? this.peek().t}> in ${'command'}`); }
  body2(kind) { // body + else chain; returns [then, else]
    const depthVars = this.vars.length; const [then, e] = this.list(); let els = null;
    if (e === 'else') { this.vars.length = depthVars; if (kind === 'range') this.rangeDepth--; const [b, e2] = this.list(); if (e2 !== 'end') this.err('expected end'); if (kind === 'range') this.rangeDepth++; els = b; }
    else if (e === 'else if' || e === 'else with') { if (e === 'else if' && kind === 'range') this.err('unexpected else if in range'); this.vars.length = depthVars; const k = e.slice(5); this.tp++; els = this.control(k); }
    else if (e !== 'end') this.err('unexpected EOF');
    return [then, els];
  }
  control(kind) {
    const mark = this.vars.length; const line = this.line;
    if (kind === 'range') {
      const { decl, assign, pipe } = this.pipeline(true); this.eol(); this.rangeDepth++; const [then, els] = this.body2('range'); this.rangeDepth--; this.vars.length = mark;
      return (st, dot) => {
        const v = pipe(st, dot); const m = st.vars.length; let any = false;
        const one = (k, e) => { any = true; if (decl.length && !assign) { st.vars.length = m; for (const d of decl) st.vars.push([d, undefined]); if (decl.length === 1) st.vars[m][1] = e; else { st.vars[m][1] = k; st.vars[m + 1][1] = e; } } else if (assign) { if (decl.length === 1) setVar(st, decl[0], e); else { setVar(st, decl[0], k); setVar(st, decl[1], e); } }
          try { then(st, e); } catch (x) { if (x === CNT) { st.vars.length = m + (assign ? 0 : decl.length); return true; } if (x === BRK) return false; throw x; } return true; };
        if (Array.isArray(v)) { for (let i = 0; i < v.length; i++) if (!one(i, v[i])) break; }
        else if (v instanceof Map) { for (const [k, e] of v) if (!one(k, e)) break; }
        else if (typeof v === 'number') { for (let i = 0; i < v; i++) if (!one(i, i)) break; }
        else if (v && typeof v === 'object') { for (const k of Object.keys(v).sort()) if (!one(k, v[k])) break; }
        else if (typeof v === 'string') { let i = 0; for (const ch of v) { if (!one(i, ch.codePointAt(0))) break; i += Buffer.byteLength(ch); } }
        else if (v !== undefined && v !== null) fail(`template: ${this.name}:${line}: range can't iterate over ${fmtv(v)}`);
        st.vars.length = m; if (!any && els) els(st, dot); st.vars.length = m;
      };
    }
    const { pipe } = this.pipeline(); this.eol(); const [then, els] = this.body2(kind); this.vars.length = mark;
    return (st, dot) => { const m = st.vars.length; const v = pipe(st, dot); if (truth(v)) then(st, kind === 'with' ? v : dot); else if (els) els(st, dot); st.vars.length = m; };
  }
  action(t) {
    switch (t.t) {
      case 'if': case 'with': case 'range': this.tp++; return this.control(t.t);
      case 'break': case 'continue': this.tp++; this.eol(); if (!this.rangeDepth) this.err(`{{${t.t}}} outside {{range}}`); { const x = t.t === 'break' ? BRK : CNT; return () => { throw x; }; }
      case 'define': case 'block': {
        this.tp++; this.sp(); const n = this.peek(); if (n?.t !== 'lit' || typeof n.v !== 'string') this.err(`unexpected token in ${t.t} clause`); this.tp++; let pipe = null; if (t.t === 'block') { this.sp(); pipe = this.pipeline().pipe; } this.eol();
        const sv = this.vars, rd = this.rangeDepth; this.vars = ['$']; this.rangeDepth = 0; const [b, e] = this.list(); if (e !== 'end') this.err('unexpected EOF'); this.vars = sv; this.rangeDepth = rd; this.defs[n.v] = b; return pipe ? this.call(n.v, pipe) : null;
      }
      case 'template': { this.tp++; this.sp(); const n = this.peek(); if (n?.t !== 'lit') this.err('unexpected token in template clause'); this.tp++; this.sp(); const pipe = this.peek() ? this.pipeline().pipe : () => undefined; this.eol(); return this.call(n.v, pipe); }
    }
    const { decl, pipe } = this.pipeline(); this.eol(); return decl.length ? (st, dot) => { pipe(st, dot); } : (st, dot) => { st.out += printv(pipe(st, dot), st); };
  }
  call(name, pipe) { const line = this.line; return (st, dot) => { const b = this.defs[name]; if (!b) fail(`template: ${this.name}:${line}: template "${name}" not defined`); const v = pipe(st, dot); const save = st.vars; if (++st.depth > 1000) fail('exceeded maximum template depth'); st.vars = [['$', v]]; b(st, v); st.vars = save; st.depth--; }; }
  pipeline(isRange = false, inParen = false) { // [decl (:=|=)] cmd {| cmd}
    this.sp(); const decl = []; let assign = false;
    if (this.peek()?.t === 'var') {
      const save = this.tp; const names = [this.tk[this.tp++].v]; this.sp();
      if (isRange && this.peek()?.t === ',') { this.tp++; this.sp(); const n2 = this.peek(); if (n2?.t !== 'var') this.err('range can only initialize variables'); names.push(n2.v); this.tp++; this.sp(); }
      const op = this.peek()?.t; if (op === ':=' || op === '=') { this.tp++; decl.push(...names); assign = op === '='; } else this.tp = save;
    }
    const cmds = []; for (;;) { this.sp(); cmds.push(this.command()); this.sp(); if (this.peek()?.t === '|') { this.tp++; continue; } break; }
    if (inParen) { if (this.peek()?.t !== ')') this.err('expected )'); this.tp++; }
    if (assign) for (const d of decl) if (!this.vars.includes(d)) this.err(`undefined variable "${d}"`);
    let pipe; if (cmds.length === 1) { const c = cmds[0]; pipe = (st, dot) => c(st, dot, NONE); } else pipe = (st, dot) => { let v = NONE; for (const c of cmds) v = c(st, dot, v); return v; };
    if (decl.length) { if (!assign) this.vars.push(...decl); if (!isRange) { const p = pipe, d = decl[0]; pipe = assign ? (st, dot) => { const v = p(st, dot); setVar(st, d, v); return v; } : (st, dot) => { const v = p(st, dot); st.vars.push([d, v]); return v; }; } }
    return { decl, assign, pipe };
  }
  command() { // operand {operand}
    const ops = []; for (;;) { this.sp(); const o = this.operand(); if (!o) break; ops.push(o); if (this.peek()?.t !== 'sp') break; }
    if (!ops.length) this.err('missing value for command'); const [h, ...args] = ops, line = this.line, self = this;
    const ee = m => fail(`template: ${self.name}:${line}: ${m}`);
    if (h.fn) { const fn = h.fn, f = this.funcs[fn]; if (!f) this.err(`function "${fn}" not defined`);
      if (fn === 'and' || fn === 'or') { const want = fn === 'or'; return (st, dot, last) => { let v = NONE; for (const a of args) { v = a.ev(st, dot); if (truth(v) === want) return v; } return last !== NONE ? last : v === NONE ? ee(`wrong number of args for ${fn}`) : v; }; }
      const n = args.length; return (st, dot, last) => { const av = new Array(n); for (let i = 0; i < n; i++) av[i] = args[i].ev(st, dot); if (last !== NONE) av.push(last); let r; try { r = f.apply(st, av); } catch (e) { if (e instanceof TemplateError && /^template:/.test(e.message)) throw e; ee(`executing "${self.name}" at <${fn}>: error calling ${fn}: ${e.message}`); } return h.chain ? walk(r, h.chain, st, ee) : r; }; }
    if (args.length) { const bad = h.lit ? "can't give argument to non-function " + fmtv(h.v) : `${(h.chain ?? []).at(-1) ?? 'value'} has arguments but cannot be invoked as function`; return () => ee(bad); }
    return (st, dot, last) => { if (last !== NONE) ee("can't give argument to non-function"); return h.ev(st, dot); };
  }
  operand() {
    const t = this.peek(); if (!t) return null; const line = this.line; const ee = m => fail(`template: ${this.name}:${line}: ${m}`); const chain = [];
    const rest = () => { while (this.peek()?.t === 'field') { chain.push(this.peek().v); this.tp++; } };
    switch (t.t) {
      case 'lit': this.tp++; { const v = t.flt && Number.isInteger(t.v) ? t.v : t.v; return { ev: () => v, lit: true, v }; }
      case 'true': case 'false': this.tp++; { const v = t.t === 'true'; return { ev: () => v, lit: true, v }; }
      case 'nil': this.tp++; return { ev: () => null, lit: true, v: null };
      case '.': this.tp++; rest(); return { ev: chain.length ? (st, dot) => walk(dot, chain, st, ee) : (st, dot) => dot };
      case 'field': rest(); return { ev: (st, dot) => walk(dot, chain, st, ee), chain };
      case 'var': { this.tp++; if (!this.vars.includes(t.v)) this.err(`undefined variable "${t.v}"`); rest(); const n = t.v; return { ev: (st) => { const v = getVar(st, n); return chain.length ? walk(v, chain, st, ee) : v; }, chain }; }
      case '(': { this.tp++; const { pipe } = this.pipeline(false, true); rest(); return { ev: (st, dot) => { const v = pipe(st, dot); return chain.length ? walk(v, chain, st, ee) : v; } }; }
      case 'id': { this.tp++; rest(); const n = t.v, f = this.funcs[n]; if (!f) this.err(`function "${n}" not defined`); const o = { fn: n, chain: chain.length ? chain : null }; o.ev = (st) => { let r; try { r = f.call(st); } catch (e) { ee(`error calling ${n}: ${e.message}`); } return o.chain ? walk(r, o.chain, st, ee) : r; }; return o; }
    }
    return null;
  }
  execute(dot, ctx) { const st = { out: '', vars: [['$', dot]], depth: 0, missingKey: this.missingKey, ctx }; this.body(st, dot); return st.out; }
}
const NONE = Symbol('none');
const needSp = () => true;
const seq = nodes => nodes.length === 1 ? nodes[0] : (st, dot) => { const m = st.vars.length; void m; for (let i = 0; i < nodes.length; i++) nodes[i](st, dot); };
function getVar(st, n) { for (let i = st.vars.length - 1; i >= 0; i--) if (st.vars[i][0] === n) return st.vars[i][1]; return undefined; }
function setVar(st, n, v) { for (let i = st.vars.length - 1; i >= 0; i--) if (st.vars[i][0] === n) { st.vars[i][1] = v; return; } }

// ---------- values
const camel = new Map(); // Go field name -> JSON name: PodIP->podIP, IP->ip, APIVersion->apiVersion
function camelOf(n) { let c = camel.get(n); if (c === undefined) { c = n.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+$|^[A-Z]/, s => s.toLowerCase()); camel.set(n, c); } return c; }
const own = Object.prototype.hasOwnProperty;
function getField(o, n) {
  if (o instanceof Map) return o.get(n);
  if (own.call(o, n)) return o[n];
  const c0 = n.charCodeAt(0); if (c0 < 65 || c0 > 90) return undefined; // Go exported names only
  const c = camelOf(n); if (own.call(o, c)) return o[c];
  if (n === 'ObjectMeta' || n === 'ListMeta') return o.metadata; if (n === 'TypeMeta') return o;
  if (n === 'Items' && Array.isArray(o)) return o;
  const lc = n.toLowerCase(); for (const k in o) if (k.toLowerCase() === lc && own.call(o, k)) return o[k];
  const md = own.call(o, 'metadata') ? o.metadata : null; if (md && n !== 'metadata') return getField(md, n);
  return undefined;
}
function walk(v, chain, st, ee) {
  for (let i = 0; i < chain.length; i++) {
    if (v === null || v === undefined) { if (st.missingKey === 'error') ee(`nil value evaluating .${chain[i]}`); return undefined; }
    if (typeof v !== 'object') ee(`can't evaluate field ${chain[i]} in type ${typeof v}`);
    const r = getField(v, chain[i]); if (r === undefined && st.missingKey === 'error') ee(`map has no entry for key "${chain[i]}"`); v = r;
  }
  return v;
}
function truth(v) { if (v === undefined || v === null || v === false || v === 0 || v === '' || (typeof v === 'number' && Number.isNaN(v))) return v !== v; if (Array.isArray(v)) return v.length > 0; if (v instanceof Map) return v.size > 0; if (typeof v === 'object') { for (const k in v) if (own.call(v, k)) return true; return v.constructor !== Object && Object.getPrototypeOf(v) !== null; } return true; }
function fmtv(v) { // %v
  if (v === undefined) return '<no value>'; if (v === null) return '<nil>'; if (typeof v === 'string') return v; if (typeof v === 'number') return numv(v); if (typeof v === 'boolean' || typeof v === 'bigint') return String(v);
  if (Array.isArray(v)) return '[' + v.map(fmtv).join(' ') + ']'; const ents = v instanceof Map ? [...v] : Object.entries(v); return 'map[' + ents.sort((a, b) => a[0] < b[0] ? -1 : 1).map(([k, x]) => fmtv(k) + ':' + fmtv(x)).join(' ') + ']';
}
const numv = n => { if (Number.isInteger(n) && Math.abs(n) < 1e21) return String(n); const a = Math.abs(n); if (a !== 0 && (a < 1e-4 || a >= 1e21)) { const [m, e] = n.toExponential().split('e'); return m + 'e' + e[0] + e.slice(1).padStart(2, '0'); } return String(n); };
function printv(v, st) { if (v === undefined || v === null) return st.missingKey === 'default' ? '<no value>' : ''; return fmtv(v); }
const q = s => JSON.stringify(String(s)).replace(/\u007f/g, '\\x7f').replace(/\\u00([01][\da-f])/g, '\\x$1').replace(/\\b/g, '\\b');
function sprintf(f, ...a) {
  let i = 0; const out = String(f).replace(/%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d+)?)?([a-zA-Z%])/g, (m, fl, w, pr, vb) => {
    if (vb === '%') return '%'; const hasPr = /\./.test(m); if (w === '*') { w = a[i++]; if (w < 0) { fl += '-'; w = -w; } } if (pr === '*') pr = a[i++]; const p = hasPr ? Number(pr ?? 0) : undefined; if (i >= a.length) return `%!${vb}(MISSING)`; const v = a[i++]; let s;
    const num = typeof v === 'number' || typeof v === 'bigint', badT = () => `%!${vb}(${v === null || v === undefined ? '<nil>' : (typeof v === 'string' ? 'string' : typeof v === 'boolean' ? 'bool' : num ? (Number.isInteger(v) ? 'int' : 'float64') : 'map[string]interface {}') + '=' + fmtv(v)})`; const sign = x => (fl.includes('+') && v >= 0 ? '+' : fl.includes(' ') && v >= 0 ? ' ' : '') + x;
    switch (vb) {
      case 'v': s = v === undefined ? '<nil>' : num ? sign(fmtv(v)) : fmtv(v); break; case 's': s = typeof v === 'string' || (v && typeof v === 'object') ? fmtv(v) : badT(); if (p !== undefined) s = [...s].slice(0, p).join(''); break;
      case 'd': s = num && Number.isInteger(Number(v)) ? sign(String(v)) : Array.isArray(v) ? fmtv(v) : badT(); break; case 'q': s = typeof v === 'string' ? (fl.includes('#') && !v.includes('`') ? '`' + v + '`' : q(v)) : Number.isInteger(v) ? `'${String.fromCodePoint(v)}'` : Array.isArray(v) ? '[' + v.map(q).join(' ') + ']' : badT(); break;
      case 't': s = typeof v === 'boolean' ? String(v) : badT(); break; case 'f': case 'F': s = num ? sign(Number(v).toFixed(p ?? 6)) : badT(); break; case 'e': s = num ? sign(Number(v).toExponential(p ?? 6).replace(/e([+-])(\d)$/, 'e$10$2')) : badT(); break; case 'g': s = num ? sign(p === undefined ? numv(v) : String(Number(Number(v).toPrecision(p || 1)))) : badT(); break;
      case 'x': case 'X': s = typeof v === 'string' ? Buffer.from(v).toString('hex') : num ? (fl.includes('#') ? '0x' : '') + v.toString(16) : badT(); if (vb === 'X') s = s.toUpperCase(); break; case 'o': s = num ? v.toString(8) : badT(); break; case 'b': s = num ? v.toString(2) : badT(); break; case 'c': s = num ? String.fromCodePoint(v) : badT(); break; case 'U': s = num ? 'U+' + v.toString(16).toUpperCase().padStart(4, '0') : badT(); break;
      case 'T': s = v === null || v === undefined ? '<nil>' : typeof v === 'string' ? 'string' : typeof v === 'boolean' ? 'bool' : num ? (Number.isInteger(v) ? 'int' : 'float64') : Array.isArray(v) ? '[]interface {}' : 'map[string]interface {}'; break;
      default: s = badT();
    }
    const W = Number(w || 0), len = [...s].length; if (len < W) { if (fl.includes('-')) s = s + ' '.repeat(W - len); else if (fl.includes('0') && vb !== 's' && vb !== 'q' && vb !== 'v' || fl.includes('0') && num) { const sg = /^[+-]/.test(s) ? s[0] : ''; s = sg + '0'.repeat(W - len) + s.slice(sg.length); } else s = ' '.repeat(W - len) + s; } return s;
  });
  return i < a.length ? out + `%!(EXTRA ${a.slice(i).map(v => `${typeof v === 'string' ? 'string' : typeof v === 'boolean' ? 'bool' : typeof v === 'number' ? (Number.isInteger(v) ? 'int' : 'float64') : 'map[string]interface {}'}=${fmtv(v)}`).join(', ')})` : out;
}
const basic = v => v === undefined ? null : v;
function eq1(a, b) { a = basic(a); b = basic(b); if (a === null || b === null) { const o = a ?? b; return o === null || o === '' || o === 0 || o === false; } if (typeof a !== typeof b) throw new Error('incompatible types for comparison'); if (typeof a === 'object') throw new Error('non-comparable type'); return a === b; }
function lt(a, b) { a ??= typeof b === 'string' ? '' : 0; b ??= typeof a === 'string' ? '' : 0; if (typeof a !== typeof b || typeof a === 'object' || typeof a === 'boolean') throw new Error('incompatible types for comparison'); return a < b; }
const cnt = (n, a, f) => { if (a.length !== n) throw new Error(`wrong number of args for ${f}: want ${n} got ${a.length}`); };
const builtins = {
  and() {}, or() {}, not(...a) { cnt(1, a, 'not'); return !truth(a[0]); },
  eq(a, ...b) { if (!b.length) throw new Error('missing argument for comparison'); let r = false; for (const x of b) if (eq1(a, x)) { r = true; break; } return r; }, ne: (a, b) => !eq1(a, b), lt: (a, b) => lt(a, b), le: (a, b) => lt(a, b) || eq1(a, b), gt: (a, b) => !(lt(a, b) || eq1(a, b)), ge: (a, b) => !lt(a, b),
  len(v) { if (v === undefined || v === null) return 0; if (typeof v === 'string') return Buffer.byteLength(v); if (Array.isArray(v)) return v.length; if (v instanceof Map) return v.size; if (typeof v === 'object') return Object.keys(v).length; throw new Error(`len of type ${typeof v}`); },
  index(v, ...ks) { for (const k of ks) { if (v === undefined || v === null) { if (typeof k === 'number') throw new Error('index of untyped nil'); return undefined; } if (Array.isArray(v)) { if (!Number.isInteger(k)) throw new Error('cannot index slice/array with type ' + typeof k); if (k < 0 || k >= v.length) throw new Error(`index out of range: ${k}`); v = v[k]; } else if (typeof v === 'string') { const b = Buffer.from(v); if (k < 0 || k >= b.length) throw new Error(`index out of range: ${k}`); v = b[k]; } else if (v instanceof Map) v = v.get(k); else if (typeof v === 'object') v = own.call(v, k) ? v[k] : undefined; else throw new Error(`can't index item of type ${typeof v}`); } return v; },
  slice(v, i = 0, j) { if (typeof v !== 'string' && !Array.isArray(v)) throw new Error(`can't slice item of type ${typeof v}`); const n = typeof v === 'string' ? Buffer.byteLength(v) : v.length; j ??= n; if (i < 0 || i > n || j > n) throw new Error(`index out of range: ${i < 0 || i > n ? i : j}`); if (i > j) throw new Error(`invalid slice index: ${i} > ${j}`); return typeof v === 'string' ? Buffer.from(v).subarray(i, j).toString() : v.slice(i, j); },
  print: (...a) => { let s = ''; a.forEach((v, i) => { if (i && typeof v !== 'string' && typeof a[i - 1] !== 'string') s += ' '; s += v === undefined ? '<nil>' : fmtv(v); }); return s; }, println: (...a) => a.map(v => v === undefined ? '<nil>' : fmtv(v)).join(' ') + '\n', printf: sprintf, call: (f, ...a) => { if (typeof f !== 'function') throw new Error('call of non-function'); return f(...a); },
  html: (...a) => builtins.print(...a).replace(/[&<>"'\0]/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;', '\0': '\uFFFD' })[c]), urlquery: (...a) => encodeURIComponent(builtins.print(...a)).replace(/%20/g, '+').replace(/[!'()*]/g, c => '%' + c.charCodeAt(0).toString(16).toUpperCase()), js: (...a) => builtins.print(...a).replace(/[\\'"<>&=\n\r\t]/g, c => ({ '\\': '\\\\', "'": "\\'", '"': '\\"', '<': '\\u003C', '>': '\\u003E', '&': '\\u0026', '=': '\\u003D', '\n': '\\u000A', '\r': '\\u000D', '\t': '\\u0009' })[c]),
};
const text = (v: unknown) => v === undefined || v === null ? '' : fmtv(v);
export const standardFunctions: Functions = {
  default: (d: unknown, v: unknown) => truth(v) ? v : d, empty: (v: unknown) => !truth(v),
  quote: (...a: unknown[]) => a.map(v => q(text(v))).join(' '), squote: (...a: unknown[]) => a.map(v => `'${text(v)}'`).join(' '),
  upper: (s: unknown) => text(s).toUpperCase(), lower: (s: unknown) => text(s).toLowerCase(), trim: (s: unknown) => text(s).trim(),
  replace: (a: string, b: string, s: unknown) => text(s).split(a).join(b), join: (sep: string, l: unknown[]) => l.map(text).join(sep),
  add: (...a: number[]) => a.reduce((x, y) => x + y, 0), sub: (a: number, b: number) => a - b, mul: (...a: number[]) => a.reduce((x, y) => x * y, 1),
  list: (...a: unknown[]) => a, until: (n: number) => [...Array(n).keys()], splitList: (sep: string, s: string) => s.split(sep),
  contains: (a: string, s: string) => text(s).includes(a), hasPrefix: (a: string, s: string) => text(s).startsWith(a),
  hasSuffix: (a: string, s: string) => text(s).endsWith(a), trimSuffix: (a: string, s: string) => s.endsWith(a) ? s.slice(0, s.length - a.length) : s,
  trimPrefix: (a: string, s: string) => s.startsWith(a) ? s.slice(a.length) : s, toJson: (v: unknown) => JSON.stringify(v),
  ternary: (a: unknown, b: unknown, c: boolean) => c ? a : b, int: (v: unknown) => Math.trunc(Number(v)) || 0, toString: text,
  indent: (n: number, s: string) => s.replace(/^/gm, ' '.repeat(n)), nindent: (n: number, s: string) => '\n' + s.replace(/^/gm, ' '.repeat(n)),
};
export class Template {
  private readonly engine: Engine;
  constructor(name: string, source: string, options: { functions?: Functions; left?: string; right?: string; missingKey?: 'zero' | 'default' | 'error' } = {}) {
    this.engine = new Engine(name, source, { funcs: options.functions ?? standardFunctions, ...options });
  }

  execute(data: unknown): string {
    return this.engine.execute(data);
  }
}
