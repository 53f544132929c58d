import { FunctionApplier } from './apply-function.ts';
import type { Argument, CallNode } from './ast.ts';
import { bindArguments, boundTo } from './bind-arguments.ts';
import type { Call } from './bind-arguments.ts';
import type { Compilation, Mode } from './compilation.ts';
import { syntaxError, undefinedError } from './errors.ts';
import { findFunction } from './find-function.ts';
import { presenceFunctions } from './function-table.ts';
import { isTruthy } from './json-value.ts';
import { asksForPresence } from './predicates.ts';
import type { Evaluate } from './run.ts';

export function compileCall(compilation: Compilation, node: CallNode, mode: Mode): Evaluate {
  const call: Call = {
    name: node.name,
    nameSite: compilation.site({ start: node.nameStart, end: node.nameEnd }),
    site: compilation.site({ start: node.nameStart, end: node.at.end }),
    args: node.args,
    siteOf: (span) => compilation.site(span),
  };
  if (node.style === 'test') return compileTest(compilation, call);
  const { contextFunctions } = compilation.dialect;
  if (node.style === 'function' && contextFunctions.has(node.name)) return compileContextCall(compilation, call, mode);
  const { idiom } = compilation;
  const furtherNames = node.style === 'function' ? contextFunctions : [];
  const definition = findFunction(node.style === 'method' ? 'methods' : 'functions', call, { idiom, furtherNames });
  if (definition === presenceFunctions.default) return compileDefault(compilation, call, mode);
  if (definition === presenceFunctions.coalesce) return compileCoalesce(compilation, call, mode);
  if (definition === presenceFunctions.task_status) return compileTaskStatus(compilation, call);
  if (node.optional === true) return compileOptionalCall(compilation, call, mode);
  return new FunctionApplier(compilation, call).apply(definition, mode);
}

/** The status of a task, or the text `null` where it has not run. */
function compileTaskStatus(compilation: Compilation, call: Call): Evaluate {
  const evaluate = new FunctionApplier(compilation, call).apply(presenceFunctions.task_status, 'lenient');
  return (run) => evaluate(run) ?? 'null';
}

/** `x?.name(...)` is null, and its arguments are not evaluated, when x is null or missing. */
function compileOptionalCall(compilation: Compilation, call: Call, mode: Mode): Evaluate {
  const [receiver, ...others] = call.args;
  if (receiver === undefined) throw new TypeError('A method has a receiver.');
  return compilation.locals.within(() => {
    const evaluate = compilation.compile(receiver.value, 'lenient');
    const name = `?.${call.site.start}`;
    const slot = compilation.locals.declare(name);
    const { start, end } = receiver;
    const local: Argument = { ...receiver, value: { kind: 'local', at: { start, end, height: 1 }, name } };
    const definition = findFunction('methods', call, { idiom: compilation.idiom });
    const apply = new FunctionApplier(compilation, { ...call, args: [local, ...others] }).apply(definition, mode);
    return (run) => {
      const value = evaluate(run) ?? null;
      if (value === null) return null;
      run.locals[slot] = value;
      return apply(run);
    };
  });
}

function compileTest(compilation: Compilation, call: Call): Evaluate {
  const definition = findFunction('predicates', call, compilation);
  if (!asksForPresence.has(call.name)) return new FunctionApplier(compilation, call).apply(definition, 'strict');
  const [tested] = bindArguments(definition.parameters, call);
  const evaluate = compilation.compileTested(boundTo(tested).value);
  return call.name === 'defined' ? (run) => evaluate(run) !== undefined : (run) => evaluate(run) === undefined;
}

/** The fallback is evaluated only when it is needed; what it replaces may be missing anywhere on its path. */
function compileDefault(compilation: Compilation, call: Call, mode: Mode): Evaluate {
  const { parameters } = presenceFunctions.default;
  const { nullIsMissing } = compilation.idiom;
  const [given, replacement, alsoFalsy] = bindArguments(parameters, call);
  const value = compilation.compile(boundTo(given).value, 'lenient');
  const fallback = compilation.compile(boundTo(replacement).value, mode);
  const falsy = alsoFalsy === undefined ? () => false : compilation.compile(boundTo(alsoFalsy).value);
  return (run) => {
    const found = value(run);
    const there = found !== undefined && (found !== null || !nullIsMissing);
    const taken = there && (isTruthy(found) || !isTruthy(falsy(run)));
    return taken ? found : fallback(run);
  };
}

/** `coalesce(a, b, c)` is `a ?? b ?? c`. */
function compileCoalesce(compilation: Compilation, call: Call, mode: Mode): Evaluate {
  const candidates = positionalOnly(call);
  const last = candidates.at(-1);
  if (last === undefined) throw syntaxError(call.nameSite, '`coalesce` expects at least one argument.');
  const earlier = candidates.slice(0, -1).map(({ value }) => compilation.compile(value, 'lenient'));
  const final = compilation.compile(last.value, mode);
  return (run) => {
    for (const evaluate of earlier) {
      const found = evaluate(run);
      if (found !== undefined && found !== null) return found;
    }
    return final(run);
  };
}

function compileContextCall(compilation: Compilation, call: Call, mode: Mode): Evaluate {
  const { name, nameSite, site } = call;
  compilation.record({ kind: 'context-function', name, start: nameSite.start, end: nameSite.end }, mode);
  const args = positionalOnly(call).map(({ value }) => compilation.compile(value));
  return (run) => {
    const values = args.map((evaluate) => evaluate(run));
    const value = run.scope.call?.(name, values);
    if (value !== undefined || mode === 'lenient') return value;
    throw undefinedError(site, `\`${name}()\` has no meaning here.`);
  };
}

function positionalOnly({ name, args, siteOf }: Call): readonly Argument[] {
  const byName = args.find((argument) => argument.name !== undefined);
  if (byName === undefined) return args;
  throw syntaxError(siteOf(byName), `\`${name}\` takes no arguments by name.`);
}
