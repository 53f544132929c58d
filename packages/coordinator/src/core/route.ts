/**
 * Where a branch has split for good. A route is the way through splits, written as text: the empty way is undefined, and every
 * split adds the transition by which it was reached. Names of tasks hold no blanks, so that a blank can stand between parts.
 */
export function routeThrough(
  route: string | undefined,
  { from, position, place }: { readonly from: string; readonly position: number; readonly place: number },
): string {
  const step = `${from}:${position}:${place}`;
  return route === undefined ? step : `${route} ${step}`;
}

/** Where arrivals at a join are counted together: the task, and the route. */
export function joinPlace(task: string, route: string | undefined): string {
  return route === undefined ? task : `${task} ${route}`;
}

export function taskAtJoin(place: string): string {
  return place.split(' ', 1)[0] ?? place;
}
