const DAY_MS = 86_400_000;

/**
 * The ISO 8601 text of a moment, computed without a clock or a `Date`. Days are turned into a calendar date by counting
 * 400-year eras (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days). Years 0 to 9999.
 */
export function isoTime(atMs: number): string {
  const days = Math.floor(atMs / DAY_MS);
  const msOfDay = atMs - days * DAY_MS;
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${timeOfDay(msOfDay)}Z`;
}

function timeOfDay(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return `${pad(Math.floor(minutes / 60), 2)}:${pad(minutes % 60, 2)}:${pad(seconds % 60, 2)}.${pad(Math.floor(ms % 1000), 3)}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
