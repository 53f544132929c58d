/** The exact range of a node in the source, brackets around it included. */
export interface Extent {
  readonly start: number;
  readonly end: number;
  /** Nodes on the longest branch below, this one included. */
  readonly height: number;
}

export interface NodeBase {
  /** Nested, not spread into the node: engines copy the members of an object far more slowly than they set one. */
  readonly at: Extent;
}

export interface LiteralNode extends NodeBase {
  readonly kind: 'literal';
  readonly value: null | boolean | number | string;
}

export interface ListNode extends NodeBase {
  readonly kind: 'list';
  readonly elements: readonly Node[];
}

export interface MapNode extends NodeBase {
  readonly kind: 'map';
  readonly entries: readonly { readonly key: Node; readonly value: Node }[];
}

export interface NameNode extends NodeBase {
  readonly kind: 'name';
  readonly name: string;
  /** Where the name itself begins; brackets may stand before it. */
  readonly nameStart: number;
  /** Where it ends, when it is spelled in another way, as `ctx()` is. */
  readonly nameEnd?: number;
}

/** A name that is bound inside the expression: `$`, `$x`. Names that look like others are told apart by the compiler. */
export interface LocalNode extends NodeBase {
  readonly kind: 'local';
  readonly name: string;
}

/** `x => body` as an argument; it is no value. */
export interface LambdaNode extends NodeBase {
  readonly kind: 'lambda';
  readonly parameters: readonly string[];
  readonly body: Node;
}

/** `let(x => value) -> body`. */
export interface LetNode extends NodeBase {
  readonly kind: 'let';
  readonly bindings: readonly { readonly names: readonly string[]; readonly value: Node }[];
  readonly body: Node;
}

/** `object.key` or `object?.key`. */
export interface MemberNode extends NodeBase {
  readonly kind: 'member';
  readonly object: Node;
  readonly key: string;
  readonly keyStart: number;
  /** Where the key ends, when the node goes on behind it, as `ctx(x)` does. */
  readonly keyEnd?: number;
  readonly optional: boolean;
}

/** `object[index]` or `object?.[index]`. */
export interface IndexNode extends NodeBase {
  readonly kind: 'index';
  readonly object: Node;
  readonly index: Node;
  readonly optional: boolean;
}

/** `object[from:to]`, each side optional. */
export interface SliceNode extends NodeBase {
  readonly kind: 'slice';
  readonly object: Node;
  readonly from: Node | undefined;
  readonly to: Node | undefined;
}

export interface Argument {
  /** The parameter meant, for `name=value`. */
  readonly name: string | undefined;
  readonly value: Node;
  readonly start: number;
  readonly end: number;
}

/**
 * `name(...)`, `x | name`, `x.name(...)` or, as a test, `x is name`; what stands before `|`, `.` or `is` is the first argument.
 */
export interface CallNode extends NodeBase {
  readonly kind: 'call';
  readonly style: 'function' | 'filter' | 'method' | 'test';
  /** `x?.name(...)`: null when x is null or missing. */
  readonly optional?: true;
  readonly name: string;
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly args: readonly Argument[];
}

export interface UnaryNode extends NodeBase {
  readonly kind: 'unary';
  readonly operator: 'not' | '-';
  readonly operand: Node;
}

export type BinaryOperator =
  | ('??' | 'or' | 'and')
  | ('==' | '!=' | '<' | '<=' | '>' | '>=' | 'in')
  | ('+' | '-' | '~' | '*' | '/' | '//' | '%' | '**')
  /** As `/`, but rounding down between two whole numbers. */
  | 'div';

export interface BinaryNode extends NodeBase {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Node;
  readonly right: Node;
}

export interface ConditionalNode extends NodeBase {
  readonly kind: 'conditional';
  readonly condition: Node;
  readonly then: Node;
  readonly otherwise: Node;
}

export type Node =
  | LiteralNode
  | ListNode
  | MapNode
  | NameNode
  | LocalNode
  | LambdaNode
  | LetNode
  | MemberNode
  | IndexNode
  | SliceNode
  | CallNode
  | UnaryNode
  | BinaryNode
  | ConditionalNode;
