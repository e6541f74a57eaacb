import { describe, expect, test } from "bun:test";
import {
  closedFrame,
  deleteFrame,
  followFrame,
  handOverFrame,
  incrementFrame,
  optionWords,
  setFrame,
  valueFrom,
} from "../../pages/test/model/room-frames.ts";
import { noRooms, type RoomView, type RoomViews, updateRooms } from "../../pages/test/model/room-views.ts";

const text = (direction: "in" | "out", frame: object | string) => {
  const json = typeof frame === "string" ? frame : JSON.stringify(frame);
  return { kind: "text", direction, at: 0, size: json.length, text: json } as const;
};
const after = (...frames: (object | string)[]): RoomViews =>
  frames.reduce<RoomViews>((rooms, frame) => updateRooms(rooms, text("in", frame)), noRooms);
const whole = { $state: { hub: "h", version: 7, whole: true, values: { a: 1, b: { x: 2 } } } };
const lead = { $room: { hub: "h", term: 3, host: { name: "Ann", sid: 14 }, options: { capacity: 8 } } };
const one = (rooms: RoomViews, id = "hub h") => {
  const room = rooms.get(id);
  if (!room) throw new Error(`no room ${id}`);
  return { ...room, values: Object.fromEntries(room.values) };
};

describe("what the page knows about rooms", () => {
  test("R102, R110: the state, and host, term and options", () => {
    const rooms = after(lead, whole);
    expect(one(rooms)).toEqual({
      ...{ key: "hub", name: "h", version: 7, values: { a: 1, b: { x: 2 } } },
      ...{ term: 3, host: { name: "Ann", sid: 14 }, options: { capacity: 8 } },
    });
    expect(after({ $state: { bc: "h", version: 0, whole: true } }).has("bc h")).toBe(true);
  });

  test("R102, R108: differences in order; older ones change nothing", () => {
    const rooms = after(whole, { $state: { hub: "h", version: 9, values: { a: 2 }, deleted: ["b"] } });
    expect([one(rooms).version, one(rooms).values]).toEqual([9, { a: 2 }]);
    const old = updateRooms(rooms, text("in", { $state: { hub: "h", version: 8, values: { a: 0 } } }));
    expect(one(old).values).toEqual({ a: 2 });
  });

  test("R112: another host, or none", () => {
    const rooms = after(lead, { $host: { hub: "h", term: 4, name: "Bob", sid: 15 } });
    expect([one(rooms).host, one(rooms).term, one(rooms).options]).toEqual([
      { name: "Bob", sid: 15 },
      4,
      { capacity: 8 },
    ]);
    expect(one(updateRooms(rooms, text("in", { $host: { hub: "h", term: 5 } }))).host).toBeUndefined();
  });

  test("leaving, ending the state, and a new session remove rooms", () => {
    const rooms = after(whole, { $state: { bc: "b", version: 1, whole: true } });
    const ids = (frame: object, direction: "in" | "out" = "out") => [
      ...updateRooms(rooms, text(direction, frame)).keys(),
    ];
    expect(ids({ leaveHub: "h" })).toEqual(["bc b"]);
    expect(ids({ joinHub: "h", $state: false })).toEqual(["bc b"]);
    expect(ids({ cmd: "unregister_broadcast", bid: "b" })).toEqual(["hub h"]);
    expect(ids({ joinHub: "h", $state: true })).toEqual(["hub h", "bc b"]);
    expect(ids({ $hello: { sid: 1 } }, "in")).toEqual([]);
  });

  test("other frames leave the same map, also those of legacy clients with such keys", () => {
    const rooms = after(whole);
    const stamped = '{"$state":{"hub":"h","version":99,"whole":true},"toH":"h","sID":1,"FROM":"Eve"}';
    for (const frame of [{ toH: "h", $state: 1 }, stamped, "no json", '{"$state":5}', '{"$state":{"version":1}}'])
      expect(updateRooms(rooms, text("in", frame))).toBe(rooms);
    expect(updateRooms(rooms, { kind: "event", direction: "event", at: 0, size: 0, tone: "plain", text: "x" })).toBe(
      rooms,
    );
  });

  test("R107: `__proto__` is a key like any other", () => {
    const rooms = after('{"$state":{"hub":"h","version":1,"whole":true,"values":{"__proto__":{"x":1}}}}');
    expect([...(rooms.get("hub h")?.values ?? [])]).toEqual([["__proto__", { x: 1 }]]);
  });
});

describe("what the page sends", () => {
  const room: RoomView = {
    ...{ key: "hub", name: 'a "b"', version: 7, values: new Map(), term: 1, host: undefined, options: {} },
  };

  test("R101, R104, R105, R113, R120: each of its frames", () => {
    expect([
      followFrame({ key: "hub", name: "h" }),
      followFrame({ key: "bc", name: "b" }),
      setFrame(room, "k", "1e400", 7),
      setFrame(room, "__proto__", '"x"', 0),
      deleteFrame(room, "__proto__"),
      incrementFrame(room, "n", 1),
      closedFrame(room, true),
      handOverFrame({ ...room, key: "bc" }),
    ]).toEqual([
      '{"joinHub":"h","$state":true}',
      '{"cmd":"register_broadcast","bid":"b","$state":true}',
      '{"$set":{"hub":"a \\"b\\"","values":{"k":1e400},"if":{"k":7}}}',
      '{"$set":{"hub":"a \\"b\\"","values":{"__proto__":"x"},"if":{"__proto__":0}}}',
      '{"$set":{"hub":"a \\"b\\"","delete":["__proto__"]}}',
      '{"$set":{"hub":"a \\"b\\"","increment":{"n":1}}}',
      '{"$room":{"hub":"a \\"b\\"","closed":true}}',
      '{"$host":{"bc":"a \\"b\\""}}',
    ]);
  });

  test("a value is JSON if it can be, otherwise a string", () => {
    expect(["5", ' {"x":1} ', "null", "hello", '"5"', "{x", " ", ""].map(valueFrom)).toEqual([
      ...["5", '{"x":1}', "null", '"hello"', '"5"', '"{x"'],
      ...[undefined, undefined],
    ]);
  });

  test("options in words, without those that restrict nothing", () => {
    const words = (options: RoomView["options"]) => optionWords(options).join(", ");
    expect(words({ capacity: 0, seats: 0, password: false, closed: false, grace: 5 })).toBe("grace 5 s");
    expect(words({ capacity: 8, seats: 1, password: true, closed: true })).toBe("capacity 8, 1 seat, password, closed");
    expect(words({ capacity: "8", closed: "yes" })).toBe("");
  });
});
