import { describe, expect, test } from "bun:test";
import { resumableReady } from "./kit/resumable-client.ts";
import { settled } from "./kit/scripted-client.ts";

const member = (name: string, sid: number, more = {}) => ({ name, sid, joined: 5, attributes: {}, ...more });
const roster = (...members: object[]) => ({ $roster: { hub: "h", count: members.length, members } });

/** Ann in a hub with Bob and Cid, and what its events report. */
function inHub() {
  const client = resumableReady();
  const { ann, relay } = client;
  const room = ann.hub("h");
  const events: unknown[] = [];
  for (const type of ["joined", "left", "changed", "away", "back"] as const)
    room.on(type, ({ name }) => events.push(`${type} ${name}`));
  room.on("roster", (members) => events.push(members.length));
  room.on("count", (count) => events.push(`count ${count}`));
  void room.join({ presence: true });
  relay.flush();
  relay.session.send(roster(member("Ann", 1), member("Bob", 2), member("Cid", 3)));
  relay.flush();
  events.length = 0;
  return { ...client, room, events };
}

describe("R76: members that are away", () => {
  test("away and back are events, and members carry it; what comes twice or for nobody is ignored", () => {
    const { relay, room, events } = inHub();
    const notify = (key: string, sid: number) => relay.session.send({ [key]: { hub: "h", name: "Bob", sid } });
    for (const sid of [2, 2, 99]) notify("$away", sid);
    relay.flush();
    expect([events, room.members[1]]).toEqual([["away Bob"], member("Bob", 2, { away: true })]);
    for (const sid of [2, 2, 99]) notify("$back", sid);
    relay.flush();
    expect([events, room.members[1], room.count]).toEqual([["away Bob", "back Bob"], member("Bob", 2), 3]);
  });

  test("a member that is away may change, and leave", () => {
    const { relay, room, events } = inHub();
    relay.session.send({ $away: { hub: "h", name: "Bob", sid: 2 } });
    relay.session.send({ $changed: { hub: "h", name: "Bob", sid: 2, attributes: { a: 1 } } });
    relay.flush();
    expect(room.members[1]).toMatchObject({ away: true, attributes: { a: 1 } });
    relay.session.send({ $left: { hub: "h", name: "Bob", sid: 2 } });
    relay.flush();
    expect(events).toEqual(["away Bob", "changed Bob", "left Bob", "count 2"]);
  });

  test("the roster of a join says who is away", () => {
    const { relay, room } = inHub();
    relay.session.send(roster(member("Bob", 2, { away: true }), member("Cid", 3, { away: "yes" })));
    relay.flush();
    expect(room.members.map(({ away }) => away)).toEqual([true, undefined]);
  });

  test("R77: the result of a send says how many receivers are away", async () => {
    const { ann, relay } = inHub();
    const sent = ann.hub("h").send({});
    while (relay.step(relay.line, "up", 1) > 0);
    relay.line.down.length = 0;
    relay.line.deliver({ $ref: 3, $result: { taken: 2, held: 1 } });
    expect(await sent).toEqual({ taken: 2, held: 1 });
  });
});

describe("R80: what has changed during a drop", () => {
  test("a fresh roster becomes events, without this client's own", async () => {
    const client = inHub();
    const { relay, events } = client;
    relay.drop();
    client.return();
    relay.session.send(
      roster(
        member("Ann", 1, { attributes: { own: 1 } }),
        member("Cid", 3, { away: true }),
        member("Dan", 4),
        member("Eva", 5, { away: true }),
      ),
    );
    relay.flush();
    expect(events).toEqual(["left Bob", "away Cid", "joined Dan", "joined Eva", 4, "count 4"]);
    events.length = 0;
    relay.session.send(roster(member("Ann", 1), member("Cid", 3, { attributes: { a: 1 } }), member("Dana", 4)));
    relay.flush();
    expect(events).toEqual(["left Eva", "changed Cid", "back Cid", "changed Dana", 3, "count 3"]);
    await settled();
  });

  test("after a session that was lost the roster is a new list, as after a first join", () => {
    const client = inHub();
    const { relay, events } = client;
    relay.session.isOver = true;
    relay.drop();
    client.return();
    relay.session.send(roster(member("Ann", 2), member("Dan", 4)));
    relay.flush();
    expect(events).toEqual([2, "count 2"]);
  });

  test("R23: lists that are not complete are not compared", () => {
    const { relay, events } = inHub();
    relay.session.send({ $roster: { hub: "h", count: 300, members: [member("Ann", 1), member("Dan", 4)], next: 4 } });
    relay.session.send({ $count: { hub: "h", count: 2 } });
    relay.session.send(roster(member("Ann", 1), member("Eva", 5)));
    relay.flush();
    expect(events).toEqual([2, "count 300", "count 2", 2]);
  });

  test("watched names: all that are online now", async () => {
    const client = resumableReady();
    const { ann, relay } = client;
    const events: unknown[] = [];
    for (const type of ["online", "offline"] as const) ann.on(type, (name) => events.push(`${type} ${name}`));
    void ann.watch("Bob", "Cid", "Dan");
    relay.flush();
    for (const name of ["Bob", "Cid"]) relay.session.send({ $online: name });
    relay.flush();
    events.length = 0;
    relay.drop();
    client.return();
    relay.session.send({ $watched: { online: ["Cid", "Dan", "Zoe"] } });
    relay.session.send({ $watched: { online: "Bob" } });
    relay.flush();
    expect(events).toEqual(["offline Bob", "online Dan"]);
    await settled();
  });
});
