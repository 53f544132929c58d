import type { Node } from '../ast.ts';
import type { Span } from '../token-cursor.ts';

/** A template text in Jinja with `{% %}` blocks, parsed. */
export type Statement =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'output'; readonly node: Node }
  | { readonly kind: 'set'; readonly names: readonly Name[]; readonly value: Node }
  | { readonly kind: 'set-block'; readonly name: Name; readonly body: readonly Statement[] }
  | If
  | For;

export interface Name extends Span {
  readonly name: string;
}

export interface If {
  readonly kind: 'if';
  readonly branches: readonly { readonly condition: Node; readonly body: readonly Statement[] }[];
  readonly otherwise: readonly Statement[];
}

/** `{% for x in list if condition %}…{% else %}…{% endfor %}`. */
export interface For {
  readonly kind: 'for';
  readonly names: readonly Name[];
  readonly list: Node;
  readonly condition: Node | undefined;
  readonly body: readonly Statement[];
  /** Rendered when the list is empty. */
  readonly otherwise: readonly Statement[];
}
