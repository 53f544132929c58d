// Writes apache-access.log: 10,000 lines in the Apache combined format, the same on every machine.
// Seven lines are damaged on purpose, as logs of real servers are: cut off, binary, empty or without quotes.
// Replace the file with a log of your own server at any time; the workflow reads whatever `file` names.
import { writeFile } from 'node:fs/promises';

const lineCount = 10_000;
const startSeconds = Date.UTC(2026, 4, 17, 10, 5, 0) / 1000;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const damaged = new Map([
  [41, '203.0.113.9 - - [17/May/2026:10:08:11 +0000] "GET /blog/weaving-with-tablets HTTP/1.1'],
  [1777, ''],
  [2896, '\u0016\u0003\u0001 - - "-" 400 226'],
  [4404, '198.51.100.77 - - [18/May/2026:04:20:08 +0000] GET /feed HTTP/1.0 200 812'],
  [6100, '-- rotated by logrotate --'],
  [8899, '192.0.2.200 - - [not a time] "GET / HTTP/1.1" 200 1024 "-" "-"'],
  [9999, '203.0.113.54 - - [20/May/2026:21:05:15 +0000] "GET /favicon.ico HTTP/1.1" 20'],
]);

/** A small seeded generator (mulberry32), so that every run writes the same bytes. */
function createRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = createRandom(20_260_517);
const between = (low, high) => low + Math.floor(random() * (high - low + 1));
/** Picks early members far more often than late ones, as paths and visitors are spread on real servers. */
const skewed = (list) => list[Math.floor(list.length * random() ** 3)];

const paths = [
  '/',
  '/favicon.ico',
  '/style.css',
  '/images/loom.png',
  '/feed',
  '/blog/',
  '/robots.txt',
  ...[
    'warp-weighted-looms',
    'weaving-with-tablets',
    'plain-weave',
    'twill',
    'satin',
    'selvedge',
    'heddles',
    'shuttles',
  ].flatMap((post) => [`/blog/${post}`, `/blog/${post}?page=2`, `/images/${post}.jpg`]),
  ...Array.from({ length: 120 }, (_, n) => `/patterns/${n + 1}`),
  '/admin/login.php',
  '/old/catalogue.html',
  '/search?q=indigo%20wool',
  '/downloads/draft-software-2.4.tar.gz',
];
const agents = [
  'Mozilla/5.0 (X11; Linux x86_64) Firefox/126.0',
  'Mozilla/5.0 (Macintosh) Safari/617.2',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/124.0',
  'FeedFetcher/2.1 (+http://feeds.example)',
  'ExampleBot/1.0 (+http://bot.example)',
  '-',
];
const referrers = [
  '-',
  '-',
  'http://weaving.example/',
  'http://weaving.example/blog/',
  'http://search.example/?q=loom',
];
const visitors = Array.from({ length: 900 }, (_, n) => {
  const network = ['192.0.2', '198.51.100', '203.0.113'][n % 3];
  return `${network}.${((n * 7) % 254) + 1}`;
});

function timeText(seconds) {
  const at = new Date(seconds * 1000);
  const two = (value) => String(value).padStart(2, '0');
  const day = `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  return `${day}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
}

function answerTo(path) {
  if (path === '/admin/login.php' || path === '/old/catalogue.html') return { status: 404, bytes: between(180, 420) };
  const chance = random();
  if (chance < 0.04) return { status: 304, bytes: 0 };
  if (chance < 0.055) return { status: 301, bytes: between(160, 330) };
  if (chance < 0.0565) return { status: 500, bytes: between(600, 700) };
  if (chance < 0.0605) return { status: 206, bytes: between(4_000, 90_000) };
  return { status: 200, bytes: path.endsWith('.gz') ? between(400_000, 9_000_000) : between(200, 60_000) };
}

function requestLine(seconds) {
  const path = skewed(paths);
  const { status, bytes } = answerTo(path);
  const method = random() < 0.985 ? 'GET' : random() < 0.5 ? 'HEAD' : 'POST';
  const size = bytes === 0 || method === 'HEAD' ? '-' : bytes;
  return `${skewed(visitors)} - - [${timeText(seconds)}] "${method} ${path} HTTP/1.1" ${status} ${size} "${skewed(referrers)}" "${skewed(agents)}"`;
}

let seconds = startSeconds;
const lines = Array.from({ length: lineCount }, (_, index) => {
  seconds += between(0, 60);
  const line = requestLine(seconds);
  return damaged.get(index) ?? line;
});
await writeFile(new URL('apache-access.log', import.meta.url), `${lines.join('\n')}\n`);
