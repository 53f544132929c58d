import type { Report } from '../check/report.ts';
import type { InputDeclaration } from '../definition.ts';
import { checkSchema } from './check-schema.ts';
import { checkValue } from './check-value.ts';

/** The declaration of an input is a valid schema, and its default satisfies it. */
export function checkDeclaration(name: string, declaration: InputDeclaration, report: Report): void {
  const { schema, required } = declaration;
  const hasDefault = Object.hasOwn(declaration, 'default');
  let valid = true;
  if (schema !== undefined) {
    checkSchema(schema, ['input', name, 'schema'], (code, at, problem) => {
      valid = false;
      report(code, at, problem);
    });
  }
  if (!hasDefault) return;
  const path = ['input', name, 'default'];
  if (required)
    report(
      'REQUIRED_WITH_DEFAULT',
      { path },
      'the default takes the place of a missing input, so "required" has no effect',
    );
  if (schema === undefined || !valid) return;
  const found = ({
    path: within,
    message,
  }: {
    readonly path: readonly (string | number)[];
    readonly message: string;
  }): void => {
    report('BAD_DEFAULT', { path: [...path, ...within] }, message);
  };
  checkValue(declaration.default, schema, {
    path: [],
    secret: declaration.secret === true,
    patterns: new Map(),
    found,
  });
}
