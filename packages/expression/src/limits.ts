/**
 * What keeps an author's text from costing without bound. Going past one of these is an `ExpressionError` with code
 * EXPRESSION_LIMIT. They are constants of the language: whether a workflow runs never depends on who runs it.
 */
export interface Limits {
  /** UTF-16 units of one expression. */
  readonly expressionLengthMax: number;
  /** UTF-16 units of one text that holds expressions; a text without any has no bound. */
  readonly templateLengthMax: number;
  /** Brackets, signs, `not`, branches and powers inside each other. */
  readonly nestingMax: number;
  /** Operators, members and filters in one chain, such as `a ~ b ~ c`. */
  readonly treeHeightMax: number;
  /** Strings, numbers, lists and maps in one template value. */
  readonly templateValuesMax: number;
  /** Elements that one `render` may touch, and what costs as much; a step is some ten to hundred nanoseconds. */
  readonly stepsMax: number;
  /** UTF-16 units of a text that an expression makes. */
  readonly textLengthMax: number;
  /** Members of `range()`. */
  readonly rangeLengthMax: number;
  /** Lists and maps inside each other in a value that is compared, flattened or made into text. */
  readonly valueDepthMax: number;
  /** UTF-16 units of a regular expression. */
  readonly patternLengthMax: number;
  /** UTF-16 units, and steps, of a path given to `attribute`. */
  readonly pathLengthMax: number;
  readonly pathStepsMax: number;
  /** Compiled templates, patterns and paths kept for the next use; each kind has its own. */
  readonly cachedEntriesMax: number;
  /** UTF-16 units of a text whose compiled form is kept. */
  readonly cachedTextLengthMax: number;
}

export const limits: Limits = Object.freeze({
  expressionLengthMax: 65_536,
  templateLengthMax: 1_048_576,
  nestingMax: 64,
  treeHeightMax: 500,
  templateValuesMax: 1_000_000,
  stepsMax: 10_000_000,
  textLengthMax: 16_777_216,
  rangeLengthMax: 100_000,
  valueDepthMax: 512,
  patternLengthMax: 1_000,
  pathLengthMax: 1_000,
  pathStepsMax: 64,
  cachedEntriesMax: 1_000,
  cachedTextLengthMax: 4_096,
});
