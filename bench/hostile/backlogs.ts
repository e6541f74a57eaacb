// Sessions that close without reading the many bytes sent to them. The relay must count and release what it still holds for
// them.
import { clientFrame, OPCODE, textFrame } from "./kit/frames.ts";
import { metric } from "./kit/metrics.ts";
import { until } from "./kit/pace.ts";
import { rssOf } from "./kit/relay.ts";
import { groupAddress, openMany, openSession } from "./kit/sessions.ts";
import type { Attack, HostileCase } from "./kit/types.ts";

const MEMBERS = 300;
const FRAME_BYTES = 900_000;
/**
 * Over all sessions. The kernel buffers some megabytes of each first, so we send until the relay's metrics report this much.
 */
const WANTED_BACKLOG = 400e6;
const FILL_SECONDS = 15;
const NORMAL_CLOSURE = Buffer.from([0x03, 0xe8]);

const closeUnread: Attack = async ({ port, pid }, seconds) => {
  const endpoint = (n: number) => ({ port, instance: "backlog", address: groupAddress(n) });
  const members = await openMany(MEMBERS, async (n) => {
    const member = await openSession(endpoint(n), `member${n}`);
    member.text('{"cmd":"register_broadcast","bid":"crowd"}');
    member.stopReading();
    return member;
  });
  const sender = await openSession(endpoint(MEMBERS), "sender");
  const frame = textFrame(`{"bc":"crowd","text":"${"x".repeat(FRAME_BYTES)}"}`);
  const backlog = async (): Promise<number> => (await metric(port, "achex_backlog_bytes")) ?? 0;
  const before = rssOf(pid);
  return async () => {
    const filled = await until(async () => {
      if (sender.isIdle) sender.send(frame);
      return (await backlog()) >= WANTED_BACKLOG;
    }, FILL_SECONDS);
    const mb = async (): Promise<number> => Math.round((await backlog()) / 1e6);
    const owed = { filled, metricMB: await mb(), rssMB: rssOf(pid) - before };
    for (const member of members) member.send(clientFrame(OPCODE.close, NORMAL_CLOSURE));
    await Bun.sleep(1_000);
    const closed = { metricMBAfterClose: await mb(), rssMBAfterClose: rssOf(pid) - before };
    await Bun.sleep(seconds * 1_000);
    return { ...owed, ...closed, rssMBLater: rssOf(pid) - before };
  };
};

export const backlogs: HostileCase = {
  id: "backlogs",
  title: "Unread backlogs of closed sessions",
  variants: [{ id: "closed", title: `${MEMBERS} sessions close with an unread backlog`, attack: closeUnread }],
};
