/** Resolves at that time of `performance.now()`, never before it: timers come up to a millisecond early. */
export async function moment(due: number): Promise<void> {
  for (let wait = due - performance.now(); wait > 0; wait = due - performance.now()) await Bun.sleep(wait);
}
