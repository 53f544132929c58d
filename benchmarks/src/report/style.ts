const light = [
  ...['--text: #1c2126', '--soft: #5a6570', '--back: #ffffff', '--card: #f6f7f9', '--line: #d9dee3', '--bad: #b3261e'],
  ...['--good: #1b6e3c', '--c0: #0b62a8', '--c1: #b3541e', '--c2: #1b6e3c', '--c3: #7a3fa0', '--c4: #8a6d00'],
  ...['--c5: #a61e5d', '--c6: #00707a', '--c7: #555f69'],
];
const dark = [
  ...['--text: #e6e9ec', '--soft: #9aa5af', '--back: #14181c', '--card: #1d2329', '--line: #38424c', '--bad: #ff8a80'],
  ...['--good: #7ddc9c', '--c0: #7db8ee', '--c1: #f0a071', '--c2: #7ddc9c', '--c3: #cf9bef', '--c4: #e0c25a'],
  ...['--c5: #f08bb4', '--c6: #6fd3dc', '--c7: #b7c0c9'],
];
const dashes = ['none', '6 3', '2 3', '8 3 2 3', 'none', '6 3', '2 3', '8 3 2 3'];

/** Follows the theme of the reader's system. */
export const style: string = `
:root { color-scheme: light dark; ${light.join('; ')} }
@media (prefers-color-scheme: dark) { :root { ${dark.join('; ')} } }
body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 24px 20px 80px; }
h1 { font-size: 28px; margin: 8px 0 16px; } h2 { font-size: 19px; margin: 40px 0 8px; } h3 { font-size: 15px; }
.machine { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; background: var(--card); padding: 12px 16px; border-radius: 8px; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; }
.warning { border-left: 4px solid var(--bad); padding: 4px 12px; }
.scroll { overflow-x: auto; } ul { padding-left: 20px; margin: 8px 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 13px; margin: 12px 0; }
th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--soft); font-weight: 600; }
tr[class] td { white-space: normal; }
tr.reached td:first-child { color: var(--good); font-weight: 600; } tr.missed td:first-child { color: var(--bad); font-weight: 600; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 16px; }
svg { width: 100%; max-width: 560px; background: var(--card); border-radius: 8px; } svg text { fill: var(--text); font: 12px system-ui, sans-serif; }
svg .title { font-weight: 600; } svg .tick, svg .axis { fill: var(--soft); font-size: 11px; } .grid { stroke: var(--line); }
.series path { fill: none; stroke-width: 2; } .series .mark { stroke: none; }
${dashes.map((dash, place) => `.s${place} path { stroke: var(--c${place}); stroke-dasharray: ${dash}; } .s${place} .mark { fill: var(--c${place}); }`).join('\n')}
`;
