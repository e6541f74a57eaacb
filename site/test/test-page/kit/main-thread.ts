import type { Page } from "playwright-core";

interface TraceEvent {
  readonly name?: unknown;
  readonly ph?: unknown;
  readonly pid?: unknown;
  readonly tid?: unknown;
  readonly tdur?: unknown;
  readonly args?: { readonly name?: unknown };
}

export interface Work {
  /** Milliseconds of CPU of the longest task. */
  readonly longest: number;
  /** Of all of them. */
  readonly total: number;
  readonly tasks: number;
}

const placeOf = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`;

/**
 * What the page's main thread worked while that was done. CPU time, not time on the clock: a machine that others use
 * stretches tasks that are short.
 */
export async function workDuring(page: Page, act: () => Promise<void>): Promise<Work> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) => void events.push(...value));
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["disabled-by-default-devtools.timeline"], excludedCategories: ["*"] },
  });
  await act();
  const complete = new Promise<void>((resolve) => session.once("Tracing.tracingComplete", () => resolve()));
  await session.send("Tracing.end");
  await complete;
  await session.detach();
  const main = new Set(
    events.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain").map(placeOf),
  );
  const tasks = events
    .filter((event) => event.name === "RunTask" && main.has(placeOf(event)))
    .map(({ tdur }) => (typeof tdur === "number" ? tdur / 1000 : 0));
  return {
    longest: Math.max(...tasks),
    total: tasks.reduce((sum, duration) => sum + duration, 0),
    tasks: tasks.length,
  };
}
