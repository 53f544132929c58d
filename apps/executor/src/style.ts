/** How text of one stream is dressed: colours when the reader can see them, symbols when its terminal can draw them. */
export interface Style {
  readonly color: boolean;
  readonly unicode: boolean;
  paint(paint: Paint, text: string): string;
}

export type Paint = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

const CODES: Readonly<Record<Paint, readonly [open: number, close: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

export type Environment = Readonly<Record<string, string | undefined>>;

export interface StyleOptions {
  readonly isTTY: boolean;
  readonly env: Environment;
  readonly platform: string;
  /** `--color` or `--no-color`. */
  readonly color?: boolean | undefined;
}

export function createStyle(options: StyleOptions): Style {
  const color = hasColor(options);
  const unicode = hasUnicode(options);
  return {
    color,
    unicode,
    paint(paint, text) {
      if (!color || text === '') return text;
      const [open, close] = CODES[paint];
      return `\u001B[${String(open)}m${text}\u001B[${String(close)}m`;
    },
  };
}

/** Flags win over FORCE_COLOR, which wins over NO_COLOR, TERM=dumb and a stream that is no terminal. */
function hasColor({ isTTY, env, color }: StyleOptions): boolean {
  if (color !== undefined) return color;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return isTTY && env.TERM !== 'dumb';
}

function hasUnicode({ env, platform }: StyleOptions): boolean {
  if (env.TERM === 'dumb' || env.TERM === 'linux') return false;
  if (platform === 'win32') return env.WT_SESSION !== undefined || env.TERM_PROGRAM === 'vscode';
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== '');
  if (locale === undefined) return platform === 'darwin';
  return /utf-?8/i.test(locale);
}
