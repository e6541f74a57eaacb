import { expect, test } from "bun:test";
import { KeptReplicas } from "../../src/rooms/shared/kept-replicas.ts";
import type { RoomRequest } from "../../src/rooms/shared/room-entries.ts";
import { memoryState } from "../../src/state/memory-state.ts";
import { write } from "../contract/state.ts";

const room = { instance: "root", kind: "hub", name: "k" } as const;

test("R148 a room expires only without members, at the version that was meant, and at that age by the time of the log", () => {
  const replicas = new KeptReplicas(
    memoryState(0),
    { began() {} },
    { load: () => undefined, outline: () => undefined },
  );
  let position = 0;
  const add = (request: RoomRequest, at: number) =>
    replicas.apply({ room, request }, { position: ++position, incarnation: "a.1", at });
  add({ do: "write", session: 1, write: write({ k: 1 }), holders: [] }, 1_000);
  const { version = 0 } = replicas.find(room)?.state ?? {};
  const expire = (age: number, at: number, of = version) => add({ do: "expire", version: of, age }, at);
  expire(10, 2_000);
  expect(replicas.find(room)?.state.version).toBe(version);
  add({ do: "members", present: [], left: [1] }, 1_500);
  expect(replicas.find(room)).toBeUndefined();
  expire(1_000, 1_999);
  expire(1_000, 2_000, version - 1);
  expect(replicas.outline(room)).toBeDefined();
  expire(1_000, 2_000);
  expect(replicas.outline(room)).toBeUndefined();
  add({ do: "write", session: 1, write: write({ k: 2 }), holders: [] }, 3_000);
  expect(Number(replicas.find(room)?.state.version)).toBeGreaterThan(version);
});
