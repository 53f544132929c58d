/** The message of whatever was thrown, which may be anything; reading it may throw as well. */
export function textOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return `an ${typeof error} without a text was thrown`;
  }
}
