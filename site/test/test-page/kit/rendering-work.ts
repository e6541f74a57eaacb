import type { Page } from "playwright-core";

/** What the page did to show something, as counts: unlike durations, they do not depend on what else the machine does. */
export interface RenderingWork {
  readonly animationFrames: number;
  /** Row elements created; the rest were reused. */
  readonly rowsCreated: number;
  /** Most DOM changes between two animation frames. */
  readonly maxChangesPerFrame: number;
  readonly layouts: number;
  /** CPU time of the main thread, in seconds: comparable within one run only. */
  readonly cpuSeconds: number;
}

interface PageCounts {
  animationFrames: number;
  rowsCreated: number;
  maxChangesPerFrame: number;
}

/** Starts counting in the page; what it returns stops and returns the counts. */
function startCounting(): { stop(): PageCounts } {
  const counts: PageCounts = { animationFrames: 0, rowsCreated: 0, maxChangesPerFrame: 0 };
  let changes = 0;
  let running = true;
  // An element that is moved counts as added too.
  const known = new WeakSet<Node>(document.querySelectorAll(".row"));
  const observer = new MutationObserver((records) => {
    changes += records.length;
    for (const { addedNodes } of records)
      for (const node of addedNodes) {
        if (!(node instanceof Element) || !node.matches(".row") || known.has(node)) continue;
        known.add(node);
        counts.rowsCreated++;
      }
  });
  observer.observe(document.body, { childList: true, subtree: true, attributes: true, characterData: true });
  const onFrame = () => {
    counts.animationFrames++;
    counts.maxChangesPerFrame = Math.max(counts.maxChangesPerFrame, changes);
    changes = 0;
    if (running) requestAnimationFrame(onFrame);
  };
  requestAnimationFrame(onFrame);
  return {
    stop() {
      running = false;
      observer.disconnect();
      return counts;
    },
  };
}

/** Counts the rendering work of the page during an action. */
export async function renderingWork(page: Page, act: () => Promise<void>): Promise<RenderingWork> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const metrics = async () => {
    const { metrics: list } = await session.send("Performance.getMetrics");
    const metric = (name: string) => list.find((one) => one.name === name)?.value ?? Number.NaN;
    return { layouts: metric("LayoutCount"), cpuSeconds: metric("TaskDuration") };
  };
  const counter = await page.evaluateHandle(startCounting);
  const before = await metrics();
  await act();
  const after = await metrics();
  const counts = await counter.evaluate((one) => one.stop());
  await counter.dispose();
  await session.detach();
  return {
    ...counts,
    layouts: after.layouts - before.layouts,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
  };
}
