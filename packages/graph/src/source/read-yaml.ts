import { Composer, Parser, type Document, type DocumentOptions, type ParseOptions, type SchemaOptions } from 'yaml';
import type { IssueCollector } from '../issues.ts';
import { convertDocument } from './convert.ts';
import { findTooDeep, nestingMax } from './nesting.ts';
import type { Range, SourceNode } from './source-node.ts';
import type { SourceText } from './source-text.ts';

/** UTF-16 units; about 150,000 tasks. */
const textMax = 32 * 1024 * 1024;

/** Control characters that YAML does not allow; the lexer would take some of them for its own marks. */
const control = /[^\P{Cc}\t\n\r\u0085]/u;

/** The core schema is that of JSON: no dates, no `yes`, no merge keys. Duplicate keys are found by the converter, in one pass. */
const options: ParseOptions & DocumentOptions & SchemaOptions = {
  version: '1.2',
  schema: 'core',
  merge: false,
  resolveKnownTags: false,
  uniqueKeys: false,
  prettyErrors: false,
  strict: true,
};

/** Reads YAML, and JSON as the part of YAML that it is. Undefined when there is no document that could be read on. */
export function readYaml(source: SourceText, issues: IssueCollector): SourceNode | undefined {
  if (!isReadable(source, issues)) return undefined;
  const documents = composeDocuments(source.text, issues);
  const [document, second] = documents;
  if (document === undefined) return undefined;
  if (second !== undefined) {
    issues.add('MULTIPLE_DOCUMENTS', { path: [], range: rangeOf(second) }, 'expected one document, got a second one');
  }
  const root = convertDocument(document, source, issues);
  if (root === undefined && !issues.failed) {
    issues.add('EMPTY_DOCUMENT', { path: [], range: { start: 0, end: 0 } }, 'expected a workflow, got an empty text');
  }
  return issues.failed ? undefined : root;
}

function isReadable({ text }: SourceText, issues: IssueCollector): boolean {
  if (text.length > textMax) {
    const message = `expected a text of at most ${textMax} characters, got ${text.length}`;
    issues.add('DOCUMENT_TOO_LARGE', { path: [] }, message);
    return false;
  }
  const found = control.exec(text);
  if (found === null) return true;
  const code = found[0].charCodeAt(0).toString(16).padStart(4, '0').toUpperCase();
  const range = { start: found.index, end: found.index + 1 };
  issues.add('CONTROL_CHARACTER', { path: [], range }, `the control character U+${code} is not allowed in YAML`);
  return false;
}

/** The first two documents. A document that is nested too deeply is refused before anything recurses into it. */
function composeDocuments(text: string, issues: IssueCollector): readonly Document.Parsed[] {
  const composer = new Composer(options);
  const documents: Document.Parsed[] = [];
  for (const token of new Parser().parse(text)) {
    const tooDeep = token.type === 'document' ? findTooDeep(token) : undefined;
    if (tooDeep !== undefined) {
      const range = { start: tooDeep, end: tooDeep + 1 };
      issues.add('NESTING_TOO_DEEP', { path: [], range }, `lists and maps can be nested ${nestingMax} levels deep`);
      return [];
    }
    documents.push(...composer.next(token));
    if (documents.length > 1) return documents;
  }
  documents.push(...composer.end(true, text.length));
  return documents;
}

function rangeOf(document: Document.Parsed): Range {
  return { start: document.range[0], end: document.range[0] + 1 };
}
