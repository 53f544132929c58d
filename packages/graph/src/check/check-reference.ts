import { nearestName } from '@weftline/expression';
import type { Reference } from '@weftline/expression';
import { quote } from '../describe-value.ts';
import type { IssueCode } from '../issue-codes.ts';
import type { Problem } from '../issues.ts';
import { EXECUTION_KEYS, NAMESPACES, RESERVED_NAMES } from '../language.ts';
import { itemNames } from './item-names.ts';
import type { KnownNames } from './known-names.ts';
import type { TemplatePlace } from './template-place.ts';

export interface ReferenceFault extends Problem {
  readonly code: IssueCode;
}

const namespaces: ReadonlySet<string> = new Set(NAMESPACES);

/** What is wrong with reading something in its place; undefined when it can have a value at some time in some execution. */
export function faultOfReference(
  reference: Reference,
  place: TemplatePlace,
  known: KnownNames,
): ReferenceFault | undefined {
  switch (reference.kind) {
    case 'context-function':
      return faultOfFunction(reference.name, place);
    case 'member':
      return faultOfMember(reference, place, known);
    case 'name':
      return namespaces.has(reference.name)
        ? faultOfNamespace(reference.name, place)
        : faultOfName(reference.name, place, known);
  }
}

function faultOfFunction(name: string, place: TemplatePlace): ReferenceFault | undefined {
  if (name === 'now' || place.outcome) return undefined;
  const message = `${name}() asks how a task came out, so it works only in "next" and in conditions on failures, not in ${place.name}`;
  return { code: 'MISPLACED_FUNCTION', message };
}

function faultOfNamespace(name: string, place: TemplatePlace): ReferenceFault | undefined {
  if (name === 'secret') return place.secrets ? wholeSecrets : exposed(place);
  return name === 'task' && !place.tasks ? tooEarly(place) : undefined;
}

function faultOfMember(
  { name, key, guarded }: Reference,
  place: TemplatePlace,
  known: KnownNames,
): ReferenceFault | undefined {
  if (name === 'secret' && !place.secrets) return exposed(place);
  if (name === 'task' && !place.tasks) return tooEarly(place);
  if (key === undefined) return undefined;
  const unknownKey = (code: IssueCode, message: string, candidates: Iterable<string>): ReferenceFault =>
    unknown(code, message, { name, key, candidates });
  switch (name) {
    case 'input':
      if (known.inputs.has(key) || known.gaps.inputs) return undefined;
      return unknownKey('UNKNOWN_INPUT', `unknown input ${quote(key)}`, known.inputs);
    case 'task':
      // Without any task there is an issue about that already.
      if (known.tasks.has(key) || known.tasks.size === 0) return undefined;
      return unknownKey('UNKNOWN_TASK_REFERENCE', `unknown task ${quote(key)}`, known.tasks);
    case 'vars':
      return faultOfVariable({ key, guarded: guarded === true }, place, known);
    case 'execution':
      if (EXECUTION_KEYS.some((one) => one === key)) return undefined;
      return unknownKey('UNKNOWN_MEMBER', `unknown member ${quote(key)} of "execution"`, EXECUTION_KEYS);
    default:
      return undefined;
  }
}

function faultOfVariable(
  { key, guarded }: { readonly key: string; readonly guarded: boolean },
  place: TemplatePlace,
  known: KnownNames,
): ReferenceFault | undefined {
  if (place.published?.has(key) === true) return undefined;
  if (!known.variables.has(key)) {
    if (known.gaps.variables) return undefined;
    return unknown('UNKNOWN_NAME', `nothing sets a variable ${quote(key)}`, {
      name: 'vars',
      key,
      candidates: known.variables,
      ...(known.language === 'orquesta' ? { spell: (name: string) => `ctx(${name})` } : {}),
    });
  }
  if (!isSetHere(key, place)) return notYet(key);
  return guarded || isSetAlways(key, place, known) ? undefined : notAlways(key, place);
}

function faultOfName(name: string, place: TemplatePlace, known: KnownNames): ReferenceFault | undefined {
  if (name === 'attempt') return place.attempt ? undefined : misplaced(name, place, 'the templates of a task');
  if (name === 'item' || name === 'index') return faultOfItem(name, place, known);
  if (place.names?.includes(name)) return undefined;
  if (known.variables.has(name)) return isSetHere(name, place) ? undefined : notYet(name);
  if (itemNames(place.task).includes(name)) return faultOfItem(name, place, known);
  const owner = known.items.get(name);
  if (owner !== undefined) {
    const message = `${quote(name)} is the item of task ${quote(owner)} and has no value in ${place.name}${ofTask(place)}`;
    return { code: 'MISPLACED_NAME', message };
  }
  if (known.gaps.variables || known.gaps.lists.has(place.task?.name ?? '')) return undefined;
  const suggestion = (): string | undefined => meantBy(name, place, known);
  return { code: 'UNKNOWN_NAME', message: `nothing sets a variable ${quote(name)}`, suggestion };
}

function faultOfItem(name: string, place: TemplatePlace, known: KnownNames): ReferenceFault | undefined {
  const { task, items } = place;
  if (items && task !== undefined && (task.with !== undefined || known.gaps.lists.has(task.name))) return undefined;
  return misplaced(name, place, itemPlaces);
}

const itemPlaces =
  '"input", "timeout" and "retry" of a task with "with", and in "with" itself where it is about one item';

function misplaced(name: string, place: TemplatePlace, where: string): ReferenceFault {
  return {
    code: 'MISPLACED_NAME',
    message: `${quote(name)} has a value only in ${where}, not in ${place.name}${ofTask(place)}`,
  };
}

function ofTask({ task, items }: TemplatePlace): string {
  return items && task !== undefined && task.with === undefined ? ' without "with"' : '';
}

function isSetHere(name: string, place: TemplatePlace): boolean {
  return place.variables === undefined || place.variables.has(name);
}

function notYet(name: string): ReferenceFault {
  const message = `${quote(name)} has no value yet: variables are computed in the order written, before any task runs`;
  return { code: 'MISPLACED_NAME', message };
}

/** Whether every way that leads to the task sets the variable; true where that is not asked. */
function isSetAlways(name: string, { task }: TemplatePlace, { assigned }: KnownNames): boolean {
  return task === undefined || assigned.get(task.name)?.has(name) !== false;
}

function notAlways(name: string, { task }: TemplatePlace): ReferenceFault {
  const message = `${quote(name)} may have no value: not every way that leads to task ${quote(task?.name ?? '')} sets it`;
  return { code: 'VARIABLE_NOT_ALWAYS_SET', message };
}

function tooEarly(place: TemplatePlace): ReferenceFault {
  return { code: 'MISPLACED_NAME', message: `no task has run when ${place.name} is computed` };
}

function exposed(place: TemplatePlace): ReferenceFault {
  const message = `a secret may only flow into the input of a task, where it is masked; ${place.name} would show it`;
  return { code: 'SECRET_EXPOSED', message };
}

const wholeSecrets: ReferenceFault = {
  code: 'SECRET_EXPOSED',
  message: 'secrets are read one by one, such as secret.api_key, never all at once',
};

interface Unknown {
  readonly name: string;
  readonly key: string;
  readonly candidates: Iterable<string>;
  /** How a member is written; default `name.key`. */
  readonly spell?: (key: string) => string;
}

function unknown(code: IssueCode, message: string, { name, key, candidates, spell }: Unknown): ReferenceFault {
  const suggestion = (): string | undefined => {
    const nearest = nearestName(key, candidates) ?? hyphenated(key, candidates);
    return nearest === undefined ? undefined : (spell?.(nearest) ?? memberText(name, nearest));
  };
  return { code, message, suggestion };
}

/** `task.read-lines` is read as `task.read - lines`; the name that was meant begins with the key. */
function hyphenated(key: string, candidates: Iterable<string>): string | undefined {
  for (const candidate of candidates) if (candidate.startsWith(`${key}-`)) return candidate;
  return undefined;
}

function memberText(namespace: string, key: string): string {
  return key.includes('-') ? `${namespace}[${JSON.stringify(key)}]` : `${namespace}.${key}`;
}

/** An input or a task of that very name, else the variable or reserved name that is nearest. */
function meantBy(name: string, place: TemplatePlace, known: KnownNames): string | undefined {
  if (known.inputs.has(name)) return memberText('input', name);
  if (known.tasks.has(name) && place.tasks) return memberText('task', name);
  const names = place.items ? itemNames(place.task) : [];
  return nearestName(name, [...RESERVED_NAMES, ...names, ...known.variables]);
}
