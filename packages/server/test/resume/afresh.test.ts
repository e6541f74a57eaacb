import { describe, expect, test } from "bun:test";
import { createAchex2Node } from "../kit/achex2-client.ts";
import { ResumingClient } from "../kit/resuming-client.ts";

/** Ann can resume, follows the presence of a hub and a broadcast, and watches two names. */
function ready() {
  const node = createAchex2Node();
  const ann = new ResumingClient(node).named("Ann");
  ann.send({ joinHub: "h", $presence: true }).send({ cmd: "register_broadcast", bid: "b", $presence: true });
  ann.send({ $ref: 1, $watch: ["Bob", "Cid"] }).send({ joinHub: "quiet", $presence: true });
  // What was sent before this echo has arrived once its number is acknowledged.
  const settle = () => {
    for (let round = 0; round < 2; round++) {
      ann.send({ echo: 1 }).frames();
      ann.acknowledge();
    }
  };
  settle();
  return { ...node, ann, settle };
}

/** The keys of the frames that come after the replay. */
const keys = (frames: readonly object[]): string[] => frames.flatMap((frame) => Object.keys(frame)[0] ?? "");

describe("[R80] after the replay", () => {
  test("[R80] nothing is sent afresh when nothing has changed", () => {
    const { ann, achex2 } = ready();
    const bystander = achex2("Dan");
    bystander.result({ joinHub: "elsewhere", $presence: true });
    ann.drop();
    ann.resume();
    expect(ann.frames()).toEqual([]);
  });

  test("[R80] a roster for each followed channel whose presence changed, and the watched names that are online", () => {
    const { ann, achex2 } = ready();
    ann.drop();
    const bob = achex2("Bob");
    bob.result({ joinHub: "h" });
    bob.send({ toH: "h", n: 1 });
    ann.resume();
    const frames = ann.frames();
    expect(keys(frames)).toEqual(["toH", "$roster", "$watched"]);
    expect(frames[1]).toMatchObject({ $roster: { hub: "h", count: 2, members: [{ name: "Ann" }, { name: "Bob" }] } });
    expect(frames[2]).toEqual({ $watched: { online: ["Bob"] } });
    bob.result({ cmd: "register_broadcast", bid: "b" });
    expect(keys(ann.frames())).toEqual(["$joined"]);
  });

  test("[R80] a name that went offline is missing in the list", () => {
    const { ann, achex2, settle } = ready();
    const [bob, cid] = [achex2("Bob"), achex2("Cid")];
    settle();
    ann.drop();
    bob.disconnect();
    ann.resume();
    expect(ann.frames()).toEqual([{ $watched: { online: ["Cid"] } }]);
    cid.disconnect();
    expect(ann.frames()).toEqual([{ $offline: "Cid" }]);
  });

  test("[R80] an event that was written to the lost connection is repeated as well, unless the client had it for sure", () => {
    const { ann, achex2, settle } = ready();
    const bob = achex2("Bob");
    // Sent and never read: the connection is half-open by now.
    bob.result({ joinHub: "h" });
    ann.drop();
    ann.resume();
    expect(keys(ann.frames())).toEqual(["$roster", "$watched"]);
    settle();
    ann.drop();
    ann.resume();
    expect(ann.frames()).toEqual([]);
  });

  test("[R80 R20] a roster that was lost with the connection is sent again", () => {
    const { ann } = ready();
    ann.send({ $ref: 7, joinHub: "new", $presence: true });
    // The reply and the roster before it are on the way.
    ann.drop();
    ann.resume();
    const frames = ann.frames();
    expect(keys(frames)).toEqual(["$ref", "$roster"]);
    expect(frames[1]).toMatchObject({ $roster: { hub: "new", count: 1 } });
  });

  test("[R80] what is lost in the next drop is sent again after it", () => {
    const { ann, achex2 } = ready();
    ann.drop();
    achex2("Bob").result({ joinHub: "h" });
    ann.resume();
    // The rosters are on the way when the connection drops again.
    ann.drop();
    ann.resume();
    expect(keys(ann.frames())).toEqual(["$roster", "$watched"]);
  });

  test("[R80] attributes and names that changed while the session was away are in the roster", () => {
    const { ann, achex2, settle } = ready();
    const bob = achex2("Bob");
    bob.result({ joinHub: "h" });
    settle();
    ann.drop();
    bob.result({ joinHub: "h", $attributes: { mood: "fine" } });
    bob.result({ setID: "Bea" });
    ann.resume();
    const [roster] = ann.frames();
    expect(roster).toMatchObject({
      $roster: { members: [{ name: "Ann" }, { name: "Bea", attributes: { mood: "fine" } }] },
    });
  });

  test("[R80 R23] a channel that has grown above 200 members meanwhile has a roster with its count", () => {
    const { ann, legacy } = ready();
    ann.drop();
    for (let n = 0; n < 205; n++) legacy(`m${n}`).send({ joinHub: "h" });
    ann.resume();
    expect(ann.values("$roster")).toMatchObject([{ hub: "h", count: 206, next: expect.any(Number) }]);
  });

  test("[R80 R23] a channel that has shrunk to 200 members meanwhile has a roster, and single events go on", () => {
    const { ann, legacy, seconds, settle } = ready();
    const crowd = Array.from({ length: 201 }, (_, n) => legacy(`m${n}`).send({ joinHub: "h" }));
    seconds(1);
    settle();
    crowd[0]?.disconnect();
    crowd[1]?.disconnect();
    settle();
    ann.drop();
    seconds(2);
    ann.resume();
    expect(ann.values("$roster")).toMatchObject([{ hub: "h", count: 200 }]);
    crowd[2]?.disconnect();
    expect(ann.values("$left")).toMatchObject([{ hub: "h" }]);
  });

  test("[R80 R24] rosters are charged to the session, so that it cannot have them without limit", () => {
    const node = createAchex2Node({ bytesPerSecond: 100_000 });
    const ann = new ResumingClient(node).named("Ann");
    for (let n = 0; n < 150; n++) node.legacy(`m${n}`).send({ joinHub: "h" });
    ann.send({ joinHub: "h", $presence: true });
    ann.frames();
    for (let drop = 0; drop < 30; drop++) {
      node.legacy(`x${drop}`).send({ joinHub: "h" });
      ann.drop();
      ann.resume();
      ann.frames();
    }
    // Its own frames wait now.
    ann.send({ $ref: 9, echo: 1 });
    expect(ann.frames()).toEqual([]);
    node.seconds(20);
    expect(ann.values("$ref")).toEqual([9]);
  });
});
