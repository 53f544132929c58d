// Only the check for import cycles: it follows every import, so it is kept apart from the linting of single files.
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

export default [
  { ignores: ['**/dist/**'] },
  {
    files: ['{packages,apps}/*/src/**/*.ts', 'benchmarks/src/**/*.ts', 'examples/**/*.ts'],
    languageOptions: { parser: tseslint.parser },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts'] })],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    linterOptions: { reportUnusedDisableDirectives: 'off' },
    rules: { 'import-x/no-cycle': ['error', { ignoreExternal: true }] },
  },
];
