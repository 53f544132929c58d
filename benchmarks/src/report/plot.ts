/** One line of a plot: its points in the order of x. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface PlotLabels {
  readonly title: string;
  readonly x: string;
  readonly y: string;
}

const [width, height, left, right, top, bottom] = [560, 320, 84, 16, 28, 44];
const marks = ['circle', 'square', 'triangle', 'diamond', 'cross'] as const;
const seriesMax = 8;

/** A plot with logarithmic axes as SVG. Lines differ in color, dash and mark, so that none of them is told by color alone. */
export function logLogPlot(series: readonly Series[], labels: PlotLabels): string {
  const shown = series.filter(({ points }) => points.length > 1).slice(0, seriesMax);
  if (shown.length === 0) return '';
  const xs = shown.flatMap(({ points }) => points.map(([x]) => x));
  const ys = shown.flatMap(({ points }) => points.map(([, y]) => y));
  const x = scale(xs, left, width - right);
  const y = scale(ys, height - bottom, top);
  const legendTop = height + 6;
  const total = legendTop + 18 * shown.length + 6;
  const parts = [
    `<svg viewBox="0 0 ${width} ${total}" role="img" aria-label="${escapeHtml(labels.title)}">`,
    `<text x="${left}" y="16" class="title">${escapeHtml(labels.title)}</text>`,
    ...decades(xs).map((value) => tick(x(value), height - bottom, { value, isX: true })),
    ...decades(ys).map((value) => tick(left, y(value), { value, isX: false })),
    `<text x="${(left + width) / 2}" y="${height - 6}" class="axis" text-anchor="middle">${escapeHtml(labels.x)}</text>`,
    `<text transform="translate(16 ${height / 2}) rotate(-90)" class="axis" text-anchor="middle">${escapeHtml(labels.y)}</text>`,
    ...shown.map((line, place) => drawLine(line, place, { x, y })),
    ...shown.map(({ name }, place) => legend(name, place, legendTop + 18 * place)),
    '</svg>',
  ];
  return parts.join('\n');
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

type Scale = (value: number) => number;

function scale(values: readonly number[], from: number, to: number): Scale {
  const low = Math.log10(Math.min(...values));
  const high = Math.log10(Math.max(...values));
  const span = high - low || 1;
  return (value) => from + ((Math.log10(value) - low) / span) * (to - from);
}

function decades(values: readonly number[]): readonly number[] {
  const low = Math.ceil(Math.log10(Math.min(...values)) - 1e-9);
  const high = Math.floor(Math.log10(Math.max(...values)) + 1e-9);
  const step = Math.max(1, Math.ceil((high - low + 1) / 8));
  return Array.from(
    { length: Math.max(0, Math.floor((high - low) / step) + 1) },
    (_, place) => 10 ** (low + place * step),
  );
}

function tick(x: number, y: number, { value, isX }: { readonly value: number; readonly isX: boolean }): string {
  const label = value >= 1e-3 && value < 1e6 ? value.toLocaleString('en') : value.toExponential(0);
  const grid = isX
    ? `<line x1="${x}" x2="${x}" y1="${top}" y2="${height - bottom}" class="grid"/>`
    : `<line x1="${left}" x2="${width - right}" y1="${y}" y2="${y}" class="grid"/>`;
  const text = isX
    ? `<text x="${x}" y="${y + 16}" class="tick" text-anchor="middle">${label}</text>`
    : `<text x="${x - 6}" y="${y + 4}" class="tick" text-anchor="end">${label}</text>`;
  return grid + text;
}

function drawLine({ points }: Series, place: number, { x, y }: { readonly x: Scale; readonly y: Scale }): string {
  const path = points.map(([px, py], at) => `${at === 0 ? 'M' : 'L'}${x(px).toFixed(1)} ${y(py).toFixed(1)}`).join('');
  const dots = points.map(([px, py]) => mark(place, x(px), y(py))).join('');
  return `<g class="series s${place}"><path d="${path}"/>${dots}</g>`;
}

function legend(name: string, place: number, y: number): string {
  const line = `<g class="series s${place}"><path d="M${left} ${y + 8}h28"/>${mark(place, left + 14, y + 8)}</g>`;
  return `${line}<text x="${left + 38}" y="${y + 12}" class="legend">${escapeHtml(name)}</text>`;
}

function mark(place: number, x: number, y: number): string {
  const at = `translate(${x.toFixed(1)} ${y.toFixed(1)})`;
  const shapes: Readonly<Record<(typeof marks)[number], string>> = {
    circle: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z',
    square: 'M-3.5-3.5h7v7h-7z',
    triangle: 'M0-4.5L4.5 3.5h-9z',
    diamond: 'M0-5L5 0L0 5L-5 0z',
    cross: 'M-4-1h3v-3h2v3h3v2h-3v3h-2v-3h-3z',
  };
  return `<path class="mark" transform="${at}" d="${shapes[marks[place % marks.length] ?? 'circle']}"/>`;
}
