import { RE2JS } from 're2js';

/** Tests whether a pattern matches somewhere in a text, in time linear in the text. */
export type LinearPattern = (text: string) => boolean;

const patternMax = 1_000;

/** Compiles a regular expression of RE2; undefined when it is none, or longer than a thousand characters. */
export function compilePattern(pattern: string): LinearPattern | undefined {
  if (pattern.length > patternMax) return undefined;
  try {
    const compiled = RE2JS.compile(pattern);
    return (text) => compiled.matcher(text).find();
  } catch {
    return undefined;
  }
}
