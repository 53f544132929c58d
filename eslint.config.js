// The rules of CONTRIBUTING.md that a machine can hold. scripts/lint-rules.test.ts proves that the arrows between the
// packages and the purity of the core are really reported.
import { builtinModules } from 'node:module';
import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Which packages of the workspace each folder may import; arrows point down only. */
const arrows = {
  'packages/expression': [],
  'packages/graph': ['expression'],
  'packages/context': [],
  'packages/persistence': [],
  'packages/persistence-sqlite': ['persistence'],
  'packages/persistence-postgres': ['persistence'],
  'packages/coordinator': ['expression', 'graph', 'context', 'persistence'],
  'packages/actions': ['coordinator', 'expression'],
  'packages/engine': ['graph', 'context', 'coordinator', 'persistence', 'actions'],
};

const mayImportImmutable = new Set(['packages/context', 'packages/coordinator']);

const source = (folder) => ({ files: [`${folder}/src/**/*.ts`], ignores: ['**/*.test.ts'] });

/** The import restrictions of a folder; `more` adds to them, because the last block that matches a file wins as a whole. */
function restrictImports(folder, more = []) {
  const allowed = ['this-package-has-no-others', ...(arrows[folder] ?? [])].join('|');
  const patterns = [
    {
      regex: `^(weftline|@weftline/(?!(?:${allowed})(?:/|$)).*)$`,
      message: 'Arrows point down only: see the table at the top of eslint.config.js.',
    },
    ...(mayImportImmutable.has(folder)
      ? []
      : [{ regex: '^immutable(/|$)', message: 'Only context and coordinator know Immutable.js.' }]),
    ...more,
  ];
  return { 'no-restricted-imports': ['error', { patterns }] };
}

const builtin = builtinModules.filter((name) => !name.startsWith('_')).join('|');

const worldGlobals = [
  ...['Date', 'performance', 'Intl', 'crypto', 'process', 'console', 'fetch', 'Promise'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'AbortSignal', 'AbortController'],
];

const worldMessage = 'The core asks for nothing: time, chance and I/O come in as events.';

/** Coming and going between plain and persistent values copies them, which is the cost this package exists to avoid. */
const deepConversions = ['toJS', 'fromJS', 'getIn', 'setIn', 'updateIn', 'mergeDeep', 'isMap'];

const smallDoor = [
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
  { selector: 'ExportAllDeclaration', message: 'List what is exported: the door stays small.' },
];

const styleSyntax = [
  ...smallDoor,
  {
    selector: ':matches(PropertyDefinition, MethodDefinition[kind!="constructor"])[accessibility="private"]',
    message: 'Use #private.',
  },
  {
    selector: ':function[params.length=4]:not([params.3.name="options"], [params.3.left.name="options"])',
    message: 'After three parameters comes an options object, named so.',
  },
];

const drawers = /^(types|utils?|helpers?|lib|common|shared|misc)$/;

/** Names of files: kebab-case after their main export, and no drawers. */
const fileName = {
  create: (context) => ({
    Program(node) {
      const name = context.filename.split(/[\\/]/).at(-1).split('.')[0];
      if (drawers.test(name))
        context.report({ node, message: `'${name}' says nothing: name the file after what it holds.` });
      if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) context.report({ node, message: `'${name}' is not kebab-case.` });
    },
  }),
};

export default defineConfig(
  { ignores: ['**/tsup.config.ts', '**/dist/**', '**/coverage/**', '**/.turbo/**', 'benchmarks/results/**'] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX, weftline: { rules: { 'file-name': fileName } } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // A port asks for a promise; an adapter that has the answer at hand need not pretend to wait.
      '@typescript-eslint/require-await': 'off',
      'import-x/no-relative-packages': 'error',
      'import-x/no-duplicates': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      // Terminals are steered by control characters.
      'no-control-regex': 'off',
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 70 }],
      'max-params': ['error', { max: 4 }],
      'no-restricted-syntax': ['error', ...styleSyntax],
      'weftline/file-name': 'error',
    },
  },
  // A library leaves the terminal to the program that uses it.
  { files: ['packages/*/src/**/*.ts'], rules: { 'no-console': 'error' } },
  Object.keys(arrows).map((folder) => ({ ...source(folder), rules: restrictImports(folder) })),
  {
    ...source('packages/context'),
    rules: {
      ...restrictImports('packages/context', [
        {
          group: ['immutable'],
          importNames: [...deepConversions.filter((name) => name !== 'toJS'), 'Record'],
          message: 'Values stay plain JSON, kept by reference.',
        },
      ]),
      'no-restricted-syntax': [
        'error',
        ...styleSyntax,
        {
          selector: `CallExpression > MemberExpression[property.name=/^(${deepConversions.join('|')})$/]`,
          message: 'Values stay plain JSON, kept by reference.',
        },
      ],
    },
  },
  {
    files: ['packages/coordinator/src/core/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      ...restrictImports('packages/coordinator', [
        { regex: `^(node:|(${builtin})(/|$))`, message: worldMessage },
        { regex: '^@weftline/persistence', message: worldMessage },
        { regex: '^(\\.\\./)+(?!errors\\.ts$)', message: 'The shell knows the core, never the other way round.' },
      ]),
      'no-restricted-globals': ['error', ...worldGlobals.map((name) => ({ name, message: worldMessage }))],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: worldMessage }],
      'no-restricted-syntax': [
        'error',
        ...styleSyntax,
        { selector: ':function[async=true]', message: worldMessage },
        // As a type it is harmless (`globalThis.Map` beside an imported Map); as a value it opens every door.
        { selector: ':not(TSQualifiedName) > Identifier[name="globalThis"]', message: worldMessage },
        { selector: 'AwaitExpression, ForOfStatement[await=true], ImportExpression', message: worldMessage },
      ],
    },
  },
  {
    files: ['**/*.test.ts', '**/conformance/**/*.ts', '**/test/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 600 }],
      'max-lines-per-function': 'off',
      'no-restricted-syntax': ['error', ...smallDoor],
      '@typescript-eslint/unbound-method': 'off',
      // A type test says with this comment that a line must not compile.
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
    },
  },
  // Examples are tested through the command line, with the means of its own tests.
  { files: ['examples/**/*.test.ts'], rules: { 'import-x/no-relative-packages': 'off' } },
  // What is simulated is compared with what is performed over the workflows that the core is proved with.
  { files: ['packages/engine/test/simulated-equals-real.test.ts'], rules: { 'import-x/no-relative-packages': 'off' } },
  // Real faults come by the means that the stores break their own servers with, and are judged as those of the simulation.
  { files: ['faults/**/*.ts'], rules: { 'import-x/no-relative-packages': 'off' } },
  { files: ['**/*.config.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'URL',
          'Buffer',
          'fetch',
          'setTimeout',
          'clearTimeout',
          'AbortSignal',
          'performance',
        ].map((name) => [name, 'readonly']),
      ),
    },
    rules: { 'max-lines': ['error', { max: 300 }], 'max-lines-per-function': ['error', { max: 70 }] },
  },
);
