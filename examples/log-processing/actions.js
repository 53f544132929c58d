import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// host ident user [time] "method path protocol" status bytes "referrer" "agent"
const combined = /^(\S+) \S+ \S+ \[([^\]]+)\] "(\S+) (\S+) [^"]*" (\d{3}) (\d+|-) "[^"]*" "[^"]*"$/;
const time = /^\d{2}\/[A-Z][a-z]{2}\/\d{4}(:\d{2}){3} [+-]\d{4}$/;

/** Where this module writes a line per call of `logs.parse`, for whoever wants to know what ran and how often. */
const callRecord = process.env.LOG_PROCESSING_CALLS;

export const actions = {
  /** The file that was asked for, or the log beside this module. */
  'logs.locate': ({ file }) => file ?? fileURLToPath(new URL('apache-access.log', import.meta.url)),

  /** What a line says. A line that cannot be parsed is a result as well: it is counted and listed, never dropped. */
  'logs.parse': ({ line, number }, { index, attempt }) => {
    if (callRecord !== undefined) appendFileSync(callRecord, `${index} ${attempt}\n`);
    const match = combined.exec(line);
    if (match === null || !time.test(match[2])) return { number, unparsable: line };
    const [, host, at, method, path, status, bytes] = match;
    return { host, at, method, path, status: Number(status), bytes: bytes === '-' ? 0 : Number(bytes) };
  },

  'logs.summarize': ({ requests, top }) => {
    const parsed = requests.filter((request) => request.unparsable === undefined);
    const unparsable = requests.filter((request) => request.unparsable !== undefined);
    return {
      lines: requests.length,
      parsed: parsed.length,
      bytes: parsed.reduce((sum, { bytes }) => sum + bytes, 0),
      requests_per_status: Object.fromEntries(ranked(parsed, 'status').sort(([a], [b]) => a - b)),
      top_paths: ranked(parsed, 'path')
        .slice(0, top)
        .map(([path, count]) => ({ path, requests: count })),
      visitors: new Set(parsed.map(({ host }) => host)).size,
      unparsable: unparsable.map(({ number, unparsable: text }) => ({ line: number, text })),
    };
  },
};

/** How often each value of a field occurs, most frequent first; equal counts in order of the value. */
function ranked(requests, field) {
  const counts = new Map();
  for (const request of requests) counts.set(request[field], (counts.get(request[field]) ?? 0) + 1);
  return [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
}
