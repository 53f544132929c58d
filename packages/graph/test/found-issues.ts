import { readWorkflow } from '../src/read/read-workflow.ts';

/** A document as it is indented in a test: without the first line break and the indentation of the first line. */
export function yaml(strings: TemplateStringsArray): string {
  const text = (strings.raw[0] ?? '').replace(/^\n/, '').replace(/\n *$/, '\n');
  const indentation = /^ */.exec(text)?.[0] ?? '';
  return text
    .split('\n')
    .map((line) => (line.startsWith(indentation) ? line.slice(indentation.length) : line))
    .join('\n');
}

/** `CODE line:column` of everything that is found in a text, in its order. */
export function foundIn(text: string): readonly string[] {
  return readWorkflow(text, { file: 'flow.yaml' }).issues.map(
    ({ code, line = 0, column = 0 }) => `${code} ${line}:${column}`,
  );
}
