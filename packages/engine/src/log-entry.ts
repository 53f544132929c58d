/** What an action logged, or what the engine has to say beside outcomes. */
export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly execution?: string;
  readonly task?: string;
  readonly item?: number;
  readonly fields?: Readonly<Record<string, unknown>>;
}
