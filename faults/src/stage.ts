import type { OwnServer } from '../../packages/persistence-postgres/test/own-server.ts';
import type { Resources } from './resources.ts';

/** What a case works with. */
export interface Stage {
  /** A folder of its own. */
  readonly directory: string;
  /** The list program. */
  readonly program: string;
  readonly resources: Resources;
  /** The server that cases share: nobody stops it. */
  readonly server: () => Promise<OwnServer>;
  /** A server for this case alone, running. */
  readonly newServer: () => Promise<OwnServer>;
  /** How far one failing call is from the next that is tried. */
  readonly stride: number;
  /** The most calls of one kind that are made to fail. */
  readonly pointsMax: number;
  /** Whether one violation is enough. */
  readonly stopsEarly: boolean;
}
