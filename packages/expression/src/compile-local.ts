import type { LambdaNode, LetNode, LocalNode, Node } from './ast.ts';
import type { Compilation, Mode } from './compilation.ts';
import { syntaxError, undefinedError } from './errors.ts';
import type { Site } from './errors.ts';
import type { Lambda } from './parameter.ts';
import { pathOf } from './path.ts';
import type { Evaluate, Run } from './run.ts';

/** Reads what is kept in a slot. */
export function compileSlot(slot: number, site: Site, mode: Mode): Evaluate {
  return (run) => {
    const value = run.locals[slot];
    if (value !== undefined || mode === 'lenient') return value;
    throw undefinedError(site, `\`${site.source.slice(site.start, site.end)}\` has no value here.`);
  };
}

export function compileLocal(compilation: Compilation, { name, at }: LocalNode, mode: Mode): Evaluate {
  const site = compilation.site(at);
  const slot = compilation.locals.slotOf(name);
  if (slot !== undefined) return compileSlot(slot, site, mode);
  const message =
    name === '$'
      ? '`$` has a value only inside a function such as `select`; the variables of the workflow are in `ctx()`.'
      : `Nothing binds \`${name}\` here.`;
  throw syntaxError(site, message, name === '$' ? 'ctx()' : `ctx(${name.slice(1)})`);
}

/** Each binding sees those before it. */
export function compileLet(compilation: Compilation, { bindings, body }: LetNode, mode: Mode): Evaluate {
  return compilation.locals.within(() => {
    const bound = bindings.map(({ names, value }) => {
      const evaluate = compilation.compile(value);
      return { evaluate, slot: compilation.locals.declare(...names) };
    });
    const evaluateBody = compilation.compile(body, mode);
    return (run) => {
      for (const { evaluate, slot } of bound) run.locals[slot] = evaluate(run);
      return evaluateBody(run);
    };
  });
}

/** Where a lambda stands, and of how many values it may be. */
export interface LambdaPlace {
  readonly arity: number;
  readonly site: Site;
  readonly functionName: string;
}

/**
 * An argument that is a function: `x => body`; in YAQL any expression over `$` (`$1`, and `$2` for the second value); elsewhere also the
 * path of a member in quotes.
 */
export function compileLambda(compilation: Compilation, node: Node, place: LambdaPlace): (run: Run) => Lambda {
  if (node.kind === 'lambda') return bindExplicit(compilation, node, place);
  if (compilation.idiom.implicitLambdas) {
    const groups = place.arity === 2 ? [['$', '$1'], ['$2']] : [['$', '$1']];
    return bind(compilation, groups, node);
  }
  const path = node.kind === 'literal' && typeof node.value === 'string' ? pathOf(node.value) : undefined;
  if (path !== undefined) return (run) => (element) => readPath(path.read(element), path.text, run);
  const message = `\`${place.functionName}\` expects a function such as \`x => x.name\`, or the path of a member in quotes.`;
  throw syntaxError(place.site, message);
}

function readPath(value: unknown, text: string, run: Run): unknown {
  if (value !== undefined) return value;
  throw run.undefinedError(`An element of the list has no \`${text}\`.`);
}

function bindExplicit(
  compilation: Compilation,
  { parameters, body, at }: LambdaNode,
  place: LambdaPlace,
): (run: Run) => Lambda {
  if (parameters.length > place.arity) {
    const message = `\`${place.functionName}\` expects a function of ${place.arity === 1 ? 'one value' : 'two values'}.`;
    throw syntaxError(compilation.site(at), message);
  }
  return bind(
    compilation,
    parameters.map((name) => [name]),
    body,
  );
}

function bind(compilation: Compilation, groups: readonly (readonly string[])[], body: Node): (run: Run) => Lambda {
  return compilation.locals.within(() => {
    const first = compilation.locals.declare(...(groups[0] ?? []));
    const second = groups[1] === undefined ? undefined : compilation.locals.declare(...groups[1]);
    const evaluate = compilation.compile(body);
    return (run) => (firstValue, secondValue) => {
      const { site } = run;
      run.locals[first] = firstValue;
      if (second !== undefined) run.locals[second] = secondValue;
      const value = evaluate(run);
      run.site = site;
      return value;
    };
  });
}
