import type { Argument } from './ast.ts';
import { bindArguments, boundTo } from './bind-arguments.ts';
import type { Binding, Call } from './bind-arguments.ts';
import type { Compilation, Mode } from './compilation.ts';
import { compileLambda } from './compile-local.ts';
import { syntaxError, typeError, undefinedError } from './errors.ts';
import { findFunction } from './find-function.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { isList } from './json-value.ts';
import { limits } from './limits.ts';
import { Refusal } from './parameter.ts';
import type { Application, Parameter } from './parameter.ts';
import { asksForPresence } from './predicates.ts';
import type { Evaluate, Run } from './run.ts';

/** UTF-16 units of text that cost as much as one element of a list. */
const textPerStep = 16;

/** Compiles the call of one function: arguments are bound, checked and, where they are literal, read once and for all. */
export class FunctionApplier {
  readonly #compilation: Compilation;
  readonly #call: Call;

  constructor(compilation: Compilation, call: Call) {
    this.#compilation = compilation;
    this.#call = call;
  }

  /** Leniently, a first argument that is missing makes the whole call missing. */
  apply(definition: FunctionDefinition, mode: Mode): Evaluate {
    const { site, name } = this.#call;
    const [first, ...others] = this.#readers(
      definition.parameters,
      bindArguments(definition.parameters, this.#call),
      mode,
    );
    if (first === undefined) throw new TypeError(`The function ${name} has no parameters.`);
    const { call, constantPrice } = definition;
    return (run) => {
      const value = first(run);
      if (value === undefined && mode === 'lenient') return undefined;
      const args = [value];
      for (const read of others) args.push(read(run));
      run.site = site;
      if (!constantPrice) run.charge(priceOf(args));
      const result = call(args, run);
      if (result !== undefined || mode === 'lenient') return checked(result, run);
      throw undefinedError(site, `\`${name}\` has no answer, because what it was given is empty.`);
    };
  }

  #readers(parameters: readonly Parameter[], bindings: readonly Binding[], mode: Mode): Evaluate[] {
    return parameters.map((parameter, index) =>
      this.#reader(parameter, bindings[index], index === 0 ? mode : 'strict'),
    );
  }

  #reader(parameter: Parameter, binding: Binding, mode: Mode): Evaluate {
    if (binding === undefined) return () => undefined;
    if (parameter.kind.lambda !== undefined) return this.#lambda(parameter.kind.lambda, boundTo(binding));
    if ('value' in binding) return this.#argument(parameter, binding, mode);
    if (parameter.kind.applies !== undefined) return this.#application(parameter.kind.applies, binding);
    const readers = binding.map((argument) => this.#argument(parameter, argument, 'strict'));
    return (run) => readers.map((read) => read(run));
  }

  #argument(parameter: Parameter, { value: node, ...span }: Argument, mode: Mode): Evaluate {
    const { kind } = parameter;
    const site = this.#compilation.site(span);
    if (kind.early === true && node.kind === 'literal') {
      const early = kind.read(node.value);
      if (early instanceof Refusal) throw syntaxError(site, this.#refused(parameter, early));
      return () => early;
    }
    const evaluate = this.#compilation.compile(node, mode);
    return (run) => {
      const given = evaluate(run);
      if (given === undefined) return undefined;
      const value = kind.read(given);
      if (value instanceof Refusal) throw typeError(site, this.#refused(parameter, value));
      return value;
    };
  }

  #lambda(arity: number, { value: node, ...span }: Argument): Evaluate {
    const place = { arity, site: this.#compilation.site(span), functionName: this.#call.name };
    return compileLambda(this.#compilation, node, place);
  }

  /** The function or predicate that is applied to every element, with its further arguments evaluated once. */
  #application(table: 'functions' | 'predicates', [name, ...args]: readonly Argument[]): Evaluate {
    if (name === undefined) return () => undefined;
    const site = this.#compilation.site(name);
    if (name.value.kind !== 'literal' || typeof name.value.value !== 'string') {
      throw syntaxError(
        site,
        `\`${this.#call.name}\` expects the name of a ${table === 'functions' ? 'function' : 'test'} in quotes.`,
      );
    }
    const call: Call = { ...this.#call, name: name.value.value, nameSite: site, site, args };
    const definition = findFunction(table, call, this.#compilation);
    return new FunctionApplier(this.#compilation, call).#applyToElements(definition);
  }

  #applyToElements(definition: FunctionDefinition): Evaluate {
    const { name, site } = this.#call;
    const [parameter, ...further] = definition.parameters;
    if (parameter === undefined || definition.parameters.some(takesFunction)) {
      throw syntaxError(site, `\`${name}\` cannot be applied to the elements of a list.`);
    }
    const readers = this.#readers(further, bindArguments(further, this.#call), 'strict');
    const readElement = elementReader(parameter, asksForPresence.has(name));
    return (run): Application => {
      const args = readers.map((read) => read(run));
      return (element) => {
        const value = readElement(element);
        if (value instanceof Refusal) throw typeError(site, this.#refused(parameter, value));
        if (!definition.constantPrice) run.charge(priceOf([element]));
        return checked(definition.call([value, ...args], run), run);
      };
    };
  }

  #refused(parameter: Parameter, { expected, got }: Refusal): string {
    return `\`${this.#call.name}\` expects ${expected} as \`${parameter.name}\`, got ${got}.`;
  }
}

function takesFunction({ kind, presence }: Parameter): boolean {
  return kind.applies !== undefined || (kind.lambda !== undefined && presence === 'required');
}

/** What is missing counts as null, except where presence is the question. */
function elementReader({ kind, presence }: Parameter, presenceMatters: boolean): (element: unknown) => unknown {
  return (element) => {
    if (element === undefined && presenceMatters) return undefined;
    const value = kind.read(element === undefined ? null : element);
    return presence === 'rest' && !(value instanceof Refusal) ? [value] : value;
  };
}

function priceOf(args: readonly unknown[]): number {
  let price = 1;
  for (const arg of args) {
    if (typeof arg === 'string') price += Math.ceil(arg.length / textPerStep);
    else if (isList(arg)) price += arg.length;
  }
  return price;
}

/** Keeps what a function answers within JSON and within the limits. */
function checked(result: unknown, run: Run): unknown {
  if (typeof result === 'string' && result.length > limits.textLengthMax) run.checkTextLength(result.length);
  if (typeof result !== 'number') return result;
  if (Number.isFinite(result)) return result + 0;
  throw run.typeError('The result is not a number that JSON can hold.');
}
