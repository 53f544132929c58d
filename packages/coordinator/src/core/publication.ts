/** What one transition that held has published, the names in the order written. */
export interface Publication {
  readonly visit: number;
  readonly task: string;
  readonly vars: Readonly<Record<string, unknown>>;
}
