import { ActionError } from '../../action.ts';

/** What `core.http` answers. */
export interface HttpResult {
  readonly status: number;
  /** By lower-case name; a list for `set-cookie`, the only one that cannot be joined by commas. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** What JSON says where the content type is JSON, else text; null where there is none. */
  readonly body: unknown;
}

export interface ReadBytes {
  /** At most as many as were asked for. */
  readonly bytes: Buffer;
  readonly complete: boolean;
}

/** Reads a body, decompressed, as it arrives; stops and lets go of the connection once there are more than `bytesMax`. */
export async function readBytes(response: Response, bytesMax: number): Promise<ReadBytes> {
  if (response.body === null) return { bytes: Buffer.alloc(0), complete: true };
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > bytesMax) return { bytes: Buffer.concat(chunks, bytesMax), complete: false };
  }
  return { bytes: Buffer.concat(chunks, bytes), complete: true };
}

export function headersOf(response: Response): HttpResult['headers'] {
  const cookies = response.headers.getSetCookie();
  const others = [...response.headers].filter(([name]) => name !== 'set-cookie');
  return Object.fromEntries<string | readonly string[]>(
    cookies.length === 0 ? others : [...others, ['set-cookie', cookies]],
  );
}

/** Throws ActionError with code HTTP_BODY_INVALID where the content type promises JSON and the body is something else. */
export function parseBody(response: Response, bytes: Buffer, shown: string): unknown {
  if (bytes.byteLength === 0) return null;
  const type = response.headers.get('content-type') ?? '';
  if (!/^\s*[\w.+-]+\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)) return decodeText(response, bytes);
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw new ActionError(`expected the body of ${shown} to be JSON, as its content type says: ${reason}`, {
      code: 'HTTP_BODY_INVALID',
      details: { status: response.status },
      cause: error,
    });
  }
}

/** Text in the declared encoding; in UTF-8 where none is declared or nobody knows it. */
export function decodeText(response: Response, bytes: Buffer): string {
  const type = response.headers.get('content-type') ?? '';
  const label = /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(type)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
