import type { Language } from './dialect.ts';
import type { FunctionTable } from './function-definition.ts';
import { functions, jinjaFunctions, jinjaMethods, yaqlFunctions, yaqlMethods } from './function-table.ts';
import type { Run } from './run.ts';
import { textForm } from './text-form.ts';
import { pythonTextForm } from './python-text-form.ts';

/**
 * What differs between the languages once they are parsed. All of them are parsed into the same tree, compiled by the same compiler
 * and evaluated by the same closures.
 */
export interface Idiom {
  readonly name: 'native' | 'attune' | 'yaql' | 'jinja';
  readonly functions: FunctionTable;
  /** What may be called after a dot; undefined where values have no methods. */
  readonly methods: FunctionTable | undefined;
  /** What a value looks like inside text. */
  readonly textForm: (value: unknown, run: Run) => string;
  /** Whether `+` merges maps, and `*` repeats texts and lists. */
  readonly repeats: boolean;
  /** Whether an argument that is a function may be any expression over `$`. */
  readonly implicitLambdas: boolean;
  /** Whether `list.key` reads the key of every element. */
  readonly projects: boolean;
  /** Whether `default` gives way to null, not only to what is missing. */
  readonly nullIsMissing: boolean;
  /** Whether `and` and `or` answer true or false rather than the operand that decides. */
  readonly booleanLogic: boolean;
  /** Other names of namespaces. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Whether `task.x.key` reads a key of the task's result before it reads what is known about the task. */
  readonly readsResults: boolean;
}

const native: Idiom = {
  name: 'native',
  functions,
  methods: undefined,
  textForm,
  repeats: false,
  implicitLambdas: false,
  projects: false,
  nullIsMissing: true,
  booleanLogic: false,
  aliases: new Map(),
  readsResults: false,
};

const attune: Idiom = {
  ...native,
  name: 'attune',
  booleanLogic: true,
  aliases: new Map([
    ['parameters', 'input'],
    ['workflow', 'vars'],
    ['variables', 'vars'],
    ['tasks', 'task'],
    ['keystore', 'secret'],
    ['system', 'execution'],
  ]),
  readsResults: true,
};

const jinja: Idiom = {
  ...native,
  name: 'jinja',
  functions: jinjaFunctions,
  methods: jinjaMethods,
  textForm: pythonTextForm,
  repeats: true,
  nullIsMissing: false,
};

const yaql: Idiom = {
  ...native,
  name: 'yaql',
  functions: yaqlFunctions,
  methods: yaqlMethods,
  textForm: pythonTextForm,
  repeats: true,
  implicitLambdas: true,
  projects: true,
};

/** Of the two languages of Orquesta, a text is in YAQL when it holds `<%`. */
export function idiomOf(language: Language, text: string): Idiom {
  if (language === 'native') return native;
  if (language === 'attune') return attune;
  return text.includes('<%') ? yaql : jinja;
}
