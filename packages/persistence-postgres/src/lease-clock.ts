/** SQL for now, in milliseconds since 1970: the parameter where a test has set the clock, else the time of the database. */
export function nowMs(parameter: `$${number}`): string {
  return `coalesce(${parameter}::bigint, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)`;
}

/** SQL for the end of a lease that begins now; `duration` is in milliseconds, 0 for a lease without end. */
export function leaseEnd(now: `$${number}`, duration: `$${number}`): string {
  return `CASE WHEN ${duration}::bigint > 0 THEN ${nowMs(now)} + ${duration}::bigint END`;
}
