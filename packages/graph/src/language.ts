// The words of the native language. The reader, the validator, the JSON Schema for editors and the coordinator all take
// them from here, so that they cannot disagree.

/** Languages that the texts of a workflow can be written in. */
export const LANGUAGES = ['native', 'orquesta', 'attune'] as const;

/** Names in expressions whose members are read one at a time. */
export const NAMESPACES = ['input', 'vars', 'task', 'execution', 'env', 'secret'] as const;

/** Functions whose answer depends on where the expression stands. `now()` works everywhere, the others only in `next` and `retry.when`. */
export const CONTEXT_FUNCTIONS = [
  'result',
  'error',
  'succeeded',
  'failed',
  'timed_out',
  'canceled',
  'completed',
  'now',
] as const;

/** Names that no variable, and no item, can take: expressions give them a meaning of their own. */
export const RESERVED_NAMES: readonly string[] = ['item', 'index', 'attempt', ...NAMESPACES];

/** What `execution.<key>` may be. */
export const EXECUTION_KEYS = ['id', 'started_at', 'workflow'] as const;

/** Tasks, inputs, variables and items are named like this; at most 128 characters. */
export const NAME_PATTERN = '^[A-Za-z_][A-Za-z0-9_-]{0,127}$';

/** Workflows may also use dots, so that a file's name or a package's can stand for one. */
export const WORKFLOW_NAME_PATTERN = '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$';

/** Names of actions hold no blanks and no braces: parameters belong in `input`, and the name is not computed. */
export const ACTION_PATTERN = '^[^\\s{}<>=]{1,256}$';

/** A duration with its unit; a bare number counts seconds. */
export const DURATION_PATTERN = '^\\d{1,15}(\\.\\d{1,9})?(ms|s|m|h|d)?$';

export const BACKOFFS = ['constant', 'linear', 'exponential'] as const;

export const DEFAULT_CONCURRENCY = 10;

/** Keys of each mapping of the language. */
export const KEYS = {
  workflow: ['weftline', 'language', 'name', 'description', 'input', 'vars', 'tasks', 'output'],
  task: ['action', 'input', 'when', 'with', 'next', 'join', 'retry', 'timeout', 'heartbeat', 'delay'],
  with: [
    'items',
    'from',
    'as',
    'concurrency',
    'batch',
    'rate',
    'tolerate',
    'on_failure',
    'continue_when',
    'fail_when',
    'collect',
    'reduce',
  ],
  from: ['action', 'input'],
  batch: ['size', 'bytes', 'wait'],
  rate: ['limit', 'per'],
  reduce: ['initial', 'value'],
  retry: ['count', 'delay', 'backoff', 'max_delay', 'jitter', 'scope', 'when'],
  transition: ['otherwise', 'when', 'publish', 'do'],
} as const;

export type Level = keyof typeof KEYS;

/** JSON Schema keywords that are acted on, wherever a schema stands. */
export const SCHEMA_KEYWORDS = [
  'type',
  'enum',
  'const',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'items',
  'properties',
  'required',
  'additionalProperties',
] as const;

/** Keywords of an input's declaration: its schema and what is said about it. */
export const DECLARATION_KEYWORDS: readonly string[] = [...SCHEMA_KEYWORDS, 'default', 'description', 'secret'];

export const SCHEMA_TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'] as const;

/** Keys of later releases, each with what works instead. Known, so that they are not taken for spelling mistakes. */
export const UNSUPPORTED_KEYS: Readonly<Partial<Record<Level, Readonly<Record<string, string>>>>> = {};

/** What people write who come from other engines. */
export const SYNONYMS: Readonly<Record<string, string>> = {
  with_items: 'with',
  for_each: 'with',
  foreach: 'with',
  loop: 'with',
  on_success: 'next',
  on_complete: 'next',
  on_timeout: 'next',
  transitions: 'next',
  params: 'input',
  parameters: 'input',
  args: 'input',
  retries: 'retry',
  max_attempts: 'count',
  if: 'when',
  condition: 'when',
  variables: 'vars',
  output_map: 'output',
};
