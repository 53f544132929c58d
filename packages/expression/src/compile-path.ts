import type { IndexNode, MemberNode, NameNode, Node, NodeBase, SliceNode } from './ast.ts';
import { compileSlot } from './compile-local.ts';
import { characterAt, sliceText } from './characters.ts';
import type { Compilation, Mode } from './compilation.ts';
import { syntaxError, typeError } from './errors.ts';
import type { Site } from './errors.ts';
import type { Idiom } from './idiom.ts';
import { isList, isMap, typeOf } from './json-value.ts';
import { missingIndex, missingKey, missingMember, missingName } from './missing.ts';
import type { Evaluate, Run } from './run.ts';

export function compileName(compilation: Compilation, node: NameNode, mode: Mode): Evaluate {
  const { nameStart: start } = node;
  const end = node.nameEnd ?? start + node.name.length;
  const slot = node.nameEnd === undefined ? compilation.locals.slotOf(node.name) : undefined;
  if (slot !== undefined) return compileSlot(slot, compilation.site({ start, end }), mode);
  const name = nameMeant(compilation, node);
  compilation.record({ kind: 'name', name, start, end }, mode);
  if (mode === 'lenient') return (run) => run.scope.resolve(name);
  const site = compilation.site({ start, end });
  return (run) => {
    const value = run.scope.resolve(name);
    if (value === undefined) throw missingName(site, { name, dialect: compilation.dialect, scope: run.scope });
    return value;
  };
}

function nameMeant({ idiom }: Compilation, { name }: NameNode): string {
  return idiom.aliases.get(name) ?? name;
}

export function compileMember(compilation: Compilation, node: MemberNode, mode: Mode): Evaluate {
  const keySite = compilation.site({ start: node.keyStart, end: node.keyEnd ?? node.at.end });
  return compileKey(compilation, { ...node, keySite }, mode);
}

/** A member whose key stands in the source, as `object.key` or `object['key']`. */
interface KeyNode extends NodeBase {
  readonly object: Node;
  readonly key: string;
  readonly keySite: Site;
  readonly optional: boolean;
}

function compileKey(compilation: Compilation, node: KeyNode, mode: Mode): Evaluate {
  const inner = node.optional ? 'lenient' : mode;
  const { key, keySite } = node;
  if (isNamespace(compilation, node.object)) {
    const lookup = compileLookup(compilation, { ...node, object: node.object }, inner);
    return orNull(resultIfTask(compilation, node.object, lookup), node, mode);
  }
  if (isTaskView(compilation, node.object))
    return orNull(compileTaskKey(compilation, { ...node, object: node.object }, inner), node, mode);
  const object = compilation.compile(node.object, inner);
  const { projects, name: idiom } = compilation.idiom;
  if (inner === 'lenient') {
    return orNull((run) => memberOf(object(run), key), node, mode);
  }
  const objectText = spellingOf(compilation, node.object);
  return (run) => {
    const target = object(run);
    if (typeof target === 'object' && target !== null && !Array.isArray(target) && Object.hasOwn(target, key)) {
      const value = (target as Readonly<Record<string, unknown>>)[key];
      if (value !== undefined) return value;
    }
    if (projects && isList(target)) return project(target, { key, keySite, objectText, idiom }, run);
    throw missingMember(keySite, { key, target, objectText, idiom });
  };
}

/** How the author spells a node; what workflow calls mean is spelled as a call. */
function spellingOf(compilation: Compilation, node: Node): string {
  if (node.kind !== 'name' || node.nameEnd === undefined) return compilation.text(node.at);
  return node.name === 'vars' ? 'ctx()' : `${node.name}()`;
}

interface Projection {
  readonly key: string;
  readonly idiom: Idiom['name'];
  readonly keySite: Site;
  readonly objectText: string;
}

/** The key of every element. */
function project(list: readonly unknown[], { key, keySite, objectText, idiom }: Projection, run: Run): unknown[] {
  run.charge(list.length);
  return list.map((element, index) => {
    const value = memberOf(element, key);
    if (value !== undefined) return value;
    throw missingMember(keySite, { key, target: element, objectText: `${objectText}[${index}]`, idiom });
  });
}

function memberOf(target: unknown, key: string): unknown {
  return isMap(target) && Object.hasOwn(target, key) ? target[key] : undefined;
}

/** `?.` makes null of what is missing, unless something around it wants to know. */
function orNull(evaluate: Evaluate, node: { readonly optional: boolean }, mode: Mode): Evaluate {
  return node.optional && mode === 'strict' ? (run) => evaluate(run) ?? null : evaluate;
}

function isNamespace(compilation: Compilation, node: Node): node is NameNode {
  if (node.kind !== 'name' || !compilation.dialect.namespaces.has(nameMeant(compilation, node))) return false;
  return node.nameEnd !== undefined || compilation.locals.slotOf(node.name) === undefined;
}

/** `task.x`, where that is the result of the task and not what is known about it. */
function isTaskView(compilation: Compilation, node: Node): node is MemberNode & { readonly object: NameNode } {
  if (!compilation.idiom.readsResults || node.kind !== 'member') return false;
  return isNamespace(compilation, node.object) && nameMeant(compilation, node.object) === 'task';
}

/** `task.x.key`: a key of the result, else what is known about the task: its `status`, its `error`, its `result`. */
function compileTaskKey(
  compilation: Compilation,
  node: KeyNode & { readonly object: MemberNode & { readonly object: NameNode } },
  mode: Mode,
): Evaluate {
  const { key, keySite, object } = node;
  const { name: idiom } = compilation.idiom;
  const view = compileView(compilation, object, mode);
  const objectText = compilation.text(object.at);
  return (run) => {
    const target = view(run);
    const value = memberOf(memberOf(target, 'result'), key) ?? memberOf(target, key);
    if (value !== undefined || mode === 'lenient') return value;
    throw missingMember(keySite, { key, target: memberOf(target, 'result') ?? target, objectText, idiom });
  };
}

/** In Attune `task.x` is the result of the task. */
function resultIfTask(compilation: Compilation, namespace: NameNode, lookup: Evaluate): Evaluate {
  if (!compilation.idiom.readsResults || nameMeant(compilation, namespace) !== 'task') return lookup;
  return (run) => memberOf(lookup(run), 'result');
}

function compileView(compilation: Compilation, node: MemberNode & { readonly object: NameNode }, mode: Mode): Evaluate {
  const keySite = compilation.site({ start: node.keyStart, end: node.keyEnd ?? node.at.end });
  return compileLookup(compilation, { ...node, keySite }, node.optional ? 'lenient' : mode);
}

/** `namespace.key` in one step. */
function compileLookup(compilation: Compilation, node: KeyNode & { readonly object: NameNode }, mode: Mode): Evaluate {
  const { key, keySite } = node;
  const { start, end } = node.at;
  const name = nameMeant(compilation, node.object);
  const spelling = spellingOf(compilation, node.object);
  compilation.record({ kind: 'member', name, key, start, end }, mode);
  if (mode === 'lenient') return (run) => run.scope.lookup(name, key);
  return (run) => {
    const value = run.scope.lookup(name, key);
    if (value === undefined) throw missingKey(keySite, { namespace: name, spelling, key, scope: run.scope });
    return value;
  };
}

export function compileIndex(compilation: Compilation, node: IndexNode, mode: Mode): Evaluate {
  const { index } = node;
  if (index.kind === 'literal' && typeof index.value === 'string') {
    return compileKey(compilation, { ...node, key: index.value, keySite: compilation.site(index.at) }, mode);
  }
  const inner = node.optional ? 'lenient' : mode;
  const read = isNamespace(compilation, node.object)
    ? resultIfTask(
        compilation,
        node.object,
        compileComputedLookup(compilation, { ...node, object: node.object }, inner),
      )
    : compileComputedIndex(compilation, node, inner);
  return orNull(read, node, mode);
}

/** In Jinja `ctx(x)` reads the variable whose name `x` holds; there is none but those of loops. */
function refuseUnquoted(compilation: Compilation, { object, index }: IndexNode): void {
  const isCall = object.kind === 'name' && object.nameEnd !== undefined;
  if (!isCall || index.kind !== 'name' || index.nameEnd !== undefined) return;
  if (compilation.locals.slotOf(index.name) !== undefined) return;
  const message = `\`${index.name}\` is not known here: in Jinja the name of a variable stands in quotes.`;
  throw syntaxError(compilation.site(index.at), message, `'${index.name}'`);
}

function compileComputedLookup(
  compilation: Compilation,
  node: IndexNode & { readonly object: NameNode },
  mode: Mode,
): Evaluate {
  const { start, end } = node.at;
  const name = nameMeant(compilation, node.object);
  const spelling = spellingOf(compilation, node.object);
  compilation.record({ kind: 'member', name, start, end }, mode);
  const keySite = compilation.site(node.index.at);
  refuseUnquoted(compilation, node);
  const index = compilation.compile(node.index);
  return (run) => {
    const key = index(run);
    if (typeof key !== 'string') throw typeError(keySite, `\`${name}\` is read by strings, got ${typeOf(key)}.`);
    const value = run.scope.lookup(name, key);
    if (value !== undefined || mode === 'lenient') return value;
    throw missingKey(keySite, { namespace: name, spelling, key, scope: run.scope });
  };
}

function compileComputedIndex(compilation: Compilation, node: IndexNode, mode: Mode): Evaluate {
  const object = compilation.compile(node.object, mode);
  const index = compilation.compile(node.index);
  const site = compilation.site(node.index.at);
  const objectText = spellingOf(compilation, node.object);
  const { name: idiom } = compilation.idiom;
  return (run) => {
    const target = object(run);
    const key = index(run);
    run.site = site;
    const value = elementOf(target, key, run);
    if (value !== undefined || mode === 'lenient') return value;
    throw missingIndex(site, { key, target, objectText, idiom });
  };
}

/**
 * Undefined when it is missing, be it that the target is null or that it holds nothing there. A string asks for a member,
 * whatever the target is, as `.name` does; any other key that does not fit the target is an error of types.
 */
function elementOf(target: unknown, key: unknown, run: Run): unknown {
  if (typeof key === 'string') return memberOf(target, key);
  if (isMap(target)) throw run.typeError(`A map is read by strings, got ${typeOf(key)}.`);
  if (!isList(target) && typeof target !== 'string') return undefined;
  if (typeof key === 'number' && Number.isInteger(key)) {
    return typeof target === 'string' ? characterAt(target, key, run) : target.at(key);
  }
  const got = typeof key === 'number' ? 'one with a fraction' : typeOf(key);
  throw run.typeError(`A ${typeOf(target)} is read by whole numbers, got ${got}.`);
}

export function compileSlice(compilation: Compilation, node: SliceNode, mode: Mode): Evaluate {
  const object = compilation.compile(node.object, mode);
  const from = compileBound(compilation, node.from);
  const to = compileBound(compilation, node.to);
  const site = compilation.site(node.at);
  const objectText = spellingOf(compilation, node.object);
  const { name: idiom } = compilation.idiom;
  return (run) => {
    const target = object(run);
    const bounds = [from(run) ?? 0, to(run)] as const;
    run.site = site;
    if (isList(target)) return sliceList(target, bounds, run);
    if (typeof target === 'string') return sliceText(target, bounds, run);
    if (target !== undefined && target !== null) throw run.typeError(`A ${typeOf(target)} has no slices.`);
    if (mode === 'lenient') return undefined;
    throw missingIndex(site, { key: undefined, target, objectText, idiom });
  };
}

function sliceList(target: readonly unknown[], [from, to]: readonly [number, number | undefined], run: Run): unknown[] {
  const slice = target.slice(from, to);
  run.charge(slice.length);
  return slice;
}

/** A bound that is absent or null leaves its side open. */
function compileBound(compilation: Compilation, node: Node | undefined): (run: Run) => number | undefined {
  if (node === undefined) return () => undefined;
  const evaluate = compilation.compile(node);
  const site = compilation.site(node.at);
  return (run) => {
    const bound = evaluate(run);
    if (bound === null) return undefined;
    if (typeof bound === 'number' && Number.isInteger(bound)) return bound;
    throw typeError(site, `A slice has whole numbers as its bounds, got ${typeOf(bound)}.`);
  };
}
