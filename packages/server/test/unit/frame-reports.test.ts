import { expect, test } from "bun:test";
import { FrameReports } from "../../src/session/frame-reports.ts";

test("F3 frames that wait are reported by their own number, a refused one at once, a discarded one never", () => {
  const sent: string[] = [];
  const reports = new FrameReports((text) => void sent.push(text));
  for (let frame = 0; frame < 3; frame++) reports.frameArrived();
  reports.handlingNext();
  reports.frameArrived();
  reports.settleNewest(() => reports.report({ dropped: "queue-full" }));
  reports.report({ result: "{}" });
  // Nothing is reported twice.
  reports.report({ result: "{}" });
  reports.frameArrived();
  reports.discardNewest(1);
  reports.handlingNext();
  reports.report({ result: '{"taken":2}' });
  reports.handlingNext();
  reports.report({ fault: "no-verb" });
  reports.handlingNext();
  reports.report({ result: "{}" });
  expect(sent).toEqual([
    '{"$report":{"frame":4,"dropped":"queue-full"}}',
    '{"$report":{"frame":1,"result":{}}}',
    '{"$report":{"frame":2,"result":{"taken":2}}}',
    '{"$report":{"frame":3,"fault":"no-verb"}}',
  ]);
});
