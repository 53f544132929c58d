import type { DefinitionIssue } from './errors.ts';
import { categoryOf, severityOf, type IssueCode } from './issue-codes.ts';
import { formatPath, type Path } from './path.ts';
import type { Range } from './source/source-node.ts';
import type { SourceText } from './source/source-text.ts';

/** Where an issue stands: in the document, and in its text where there is one. */
export interface Place {
  readonly path: Path;
  readonly range?: Range;
}

export interface Problem {
  readonly message: string;
  /** The nearest name that would have been right, or how to find it; looked for only while there are few issues. */
  readonly suggestion?: string | (() => string | undefined) | undefined;
}

/** More than anybody reads; keeps a hostile document from filling the memory with issues about it. */
const issuesMax = 10_000;
/** Looking for the nearest of many names has a price; after so many issues it is not paid any more. */
const searchesMax = 200;

interface Entry {
  readonly issue: DefinitionIssue;
  readonly path: Path;
  /** Offset in the text, for the order. */
  readonly at: number;
}

/** Everything that is found wrong with one document, up to ten thousand issues; the rest is only counted. */
export class IssueCollector {
  readonly #source: SourceText | undefined;
  readonly #entries: Entry[] = [];
  #leftOut = 0;
  #failed = false;

  constructor(source?: SourceText) {
    this.#source = source;
  }

  /** Whether there is an error among them. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Whether further issues are only counted, so that nobody need find out where they are. */
  get full(): boolean {
    return this.#entries.length >= issuesMax;
  }

  /** The errors so far, without their text. */
  *errors(): Iterable<{ readonly path: Path; readonly code: string }> {
    for (const { issue, path } of this.#entries) if (issue.severity === 'error') yield { path, code: issue.code };
  }

  add(code: IssueCode, place: Place, problem: Problem | string): void {
    const severity = severityOf(code);
    if (severity === 'error') this.#failed = true;
    if (this.full) {
      this.#leftOut += 1;
      return;
    }
    const message = typeof problem === 'string' ? problem : problem.message;
    const suggestion = typeof problem === 'string' ? undefined : this.#suggest(problem);
    const issue: DefinitionIssue = {
      code,
      severity,
      category: categoryOf(code),
      message,
      path: formatPath(place.path),
      ...(suggestion === undefined ? {} : { suggestion }),
      ...this.#located(place.range),
    };
    this.#entries.push({ issue, path: place.path, at: place.range?.start ?? 0 });
  }

  /** In the order of the text; those of one place as they were found. */
  list(): readonly DefinitionIssue[] {
    const issues = this.#entries.toSorted((a, b) => a.at - b.at).map(({ issue }) => issue);
    if (this.#leftOut === 0) return issues;
    const message = `${this.#leftOut} more issues are not listed`;
    const code = 'TOO_MANY_ISSUES';
    return [...issues, { code, severity: severityOf(code), category: categoryOf(code), message, path: '' }];
  }

  #suggest({ suggestion }: Problem): string | undefined {
    if (typeof suggestion !== 'function') return suggestion;
    return this.#entries.length < searchesMax ? suggestion() : undefined;
  }

  #located(range: Range | undefined): Partial<DefinitionIssue> {
    const source = this.#source;
    if (source === undefined) return {};
    if (range === undefined) return { file: source.file };
    const from = source.position(range.start);
    const to = source.position(Math.max(range.end, range.start + 1));
    const excerpt = source.excerpt(from);
    return {
      file: source.file,
      ...from,
      endLine: to.line,
      endColumn: to.column,
      excerpt: excerpt.text,
      ...(excerpt.column === 1 ? {} : { excerptColumn: excerpt.column }),
    };
  }
}
