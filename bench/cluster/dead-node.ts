import { RawClient } from "../hostile/kit/raw-client.ts";
import type { Started } from "../lib/started.ts";
import { untilNodes } from "./nodes.ts";

const HUB = "watched";

/** Kills a node. Resolves with the seconds until another says so in /health, and until a follower there gets `$left` of its member. */
export async function noticeADeadNode(dead: Started, other: Started) {
  const joined = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  const endpoint = { instance: "bench", address: "127.0.0.1", achex2: true };
  const follower = await RawClient.connect({ ...endpoint, port: other.port }, (text) => {
    if (text.startsWith('{"$joined"')) joined.resolve();
    else if (text.startsWith('{"$left"')) left.resolve();
  });
  follower.text('{"setID":"follower"}');
  follower.text(JSON.stringify({ joinHub: HUB, $presence: true }));
  await Bun.sleep(500);
  const member = await RawClient.connect({ ...endpoint, port: dead.port }, () => {});
  member.text('{"setID":"member"}');
  member.text(JSON.stringify({ joinHub: HUB }));
  await joined.promise;
  const killedAt = performance.now();
  dead.kill();
  const inPresence = left.promise.then(() => Math.round(performance.now() - killedAt) / 1_000);
  const seconds = await Promise.all([untilNodes(other, 1), inPresence]);
  for (const one of [follower, member]) one.drop();
  return { inHealth: seconds[0], inPresence: seconds[1] };
}
