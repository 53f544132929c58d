/** The number before the sign of a share such as `5%` or `0.5%`; undefined for every other text. */
export function parsePercentage(text: string): number | undefined {
  const match = /^\s*(\d{1,3}(?:\.\d{1,9})?)\s*%\s*$/.exec(text);
  const value = match === null ? undefined : Number(match[1]);
  return value === undefined || value > 100 ? undefined : value;
}
