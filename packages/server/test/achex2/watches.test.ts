import { expect, test } from "bun:test";
import { createAchex2Node, NO_LEFTOVERS } from "../kit/achex2-client.ts";

const names = (count: number, prefix = "n") => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

test("[R25] a name is online from its first session to its last, whatever the dialect", () => {
  const { achex2, legacy } = createAchex2Node();
  const ann = achex2("Ann");
  expect(ann.result({ $watch: ["Bob", "Ann"] })).toEqual({ online: ["Ann"] });
  const bob = legacy("Bob");
  const bea = achex2("Bob");
  expect(ann.received()).toEqual([{ $online: "Bob" }]);
  bob.disconnect();
  expect(ann.received()).toEqual([]);
  bea.result({ setID: "Bea" });
  expect(ann.received()).toEqual([{ $offline: "Bob" }]);
  ann.result({ setID: "Amy" });
  expect(ann.received()).toEqual([{ $offline: "Ann" }]);
  bea.result({ setID: "Ann" });
  expect(ann.received()).toEqual([{ $online: "Ann" }]);
});

test("[R25] every watcher is told, of another instance none", () => {
  const { achex2 } = createAchex2Node();
  const watchers = ["Ann", "Amy", "Abe"].map((name) => achex2(name));
  const far = achex2("Ann", "elsewhere");
  for (const person of [...watchers, far]) person.result({ $watch: ["Bob"] });
  watchers[2]?.result({ $unwatch: ["Bob"] });
  achex2("Bob").disconnect();
  const heard = [{ $online: "Bob" }, { $offline: "Bob" }];
  expect(watchers.map((person) => person.received())).toEqual([heard, heard, []]);
  expect(far.received()).toEqual([]);
});

test("[R25] 100 names, each counted once; a list that is too long adds none of its names", () => {
  const { achex2, leftovers } = createAchex2Node();
  const ann = achex2("Ann");
  ann.result({ $watch: names(60) });
  ann.result({ $watch: [...names(60), ...names(40, "m"), ...names(40, "m")] });
  expect(ann.fault({ $watch: ["m0", "x"] })).toBe("too-many-watches");
  expect(leftovers()).toMatchObject({ watched: 100 });
  expect(ann.result({ $unwatch: ["x", "m0", "m0"] })).toEqual({});
  expect(ann.result({ $watch: ["x"] })).toEqual({ online: [] });
  expect(ann.fault({ $watch: ["y"] })).toBe("too-many-watches");
  achex2("y");
  expect(ann.received()).toEqual([]);
});

test("[R25 R61] names with any characters, and nothing left after the watchers end", () => {
  const memory = createAchex2Node();
  const strange = ["__proto__", "constructor", '"', "\\", "\u2028", "7"];
  const [ann, bob] = [memory.achex2("Ann"), memory.achex2("Bob")];
  ann.result({ $watch: strange });
  bob.result({ $watch: [...strange, "Ann", "Bob"] });
  const people = strange.map((name) => memory.achex2(name));
  expect(ann.received()).toEqual(strange.map(($online) => ({ $online })));
  for (const person of [ann, ...people, bob]) person.disconnect();
  expect(memory.leftovers()).toEqual(NO_LEFTOVERS);
});

test("[R25] a service is online under its own name and its tag", () => {
  const grant = (name: string, tag: string | undefined) => ({
    ok: true as const,
    name: tag ?? name,
    service: tag === undefined ? undefined : { name, delivery: "one" as const },
  });
  const auth = {
    login: ({ login }: { login: { name: string; tag: string | undefined } }) => grant(login.name, login.tag),
    nameTaken() {},
    nameReleased() {},
    accountsChanged: () => false,
    isCurrent: () => true,
  };
  const { achex2, connectClient } = createAchex2Node({}, { auth });
  const ann = achex2("Ann");
  ann.result({ $watch: ["calc", "calc-1", "calc-2"] });
  const one = connectClient();
  one.result({ serviceID: "calc", idtag: "calc-1" });
  const two = connectClient();
  two.result({ serviceID: "calc", idtag: "calc-2" });
  const online = ann.receivedValues("$online");
  expect(online.toSorted()).toEqual(["calc", "calc-1", "calc-2"]);
  one.disconnect();
  expect(ann.received()).toEqual([{ $offline: "calc-1" }]);
  two.disconnect();
  expect(ann.receivedValues("$offline").toSorted()).toEqual(["calc", "calc-2"]);
});
