/** The most memory that this process has held. */
export function peakRssBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}
