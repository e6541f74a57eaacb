import { expect, test } from "bun:test";
import { createHouse, NOTHING } from "./people.ts";

const names = (count: number, prefix = "n") => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

test("[R25] a name is online from its first session to its last, whatever the dialect", () => {
  const { own, old } = createHouse();
  const ann = own("Ann");
  expect(ann.result({ $watch: ["Bob", "Ann"] })).toEqual({ online: ["Ann"] });
  const bob = old("Bob");
  const bea = own("Bob");
  expect(ann.hears()).toEqual([{ $online: "Bob" }]);
  bob.leaves();
  expect(ann.hears()).toEqual([]);
  bea.result({ setID: "Bea" });
  expect(ann.hears()).toEqual([{ $offline: "Bob" }]);
  ann.result({ setID: "Amy" });
  expect(ann.hears()).toEqual([{ $offline: "Ann" }]);
  bea.result({ setID: "Ann" });
  expect(ann.hears()).toEqual([{ $online: "Ann" }]);
});

test("[R25] every watcher is told, of another instance none", () => {
  const { own } = createHouse();
  const watchers = ["Ann", "Amy", "Abe"].map((name) => own(name));
  const far = own("Ann", "elsewhere");
  for (const person of [...watchers, far]) person.result({ $watch: ["Bob"] });
  watchers[2]?.result({ $unwatch: ["Bob"] });
  own("Bob").leaves();
  const heard = [{ $online: "Bob" }, { $offline: "Bob" }];
  expect(watchers.map((person) => person.hears())).toEqual([heard, heard, []]);
  expect(far.hears()).toEqual([]);
});

test("[R25] 100 names, each counted once; a list that is too long adds none of its names", () => {
  const { own, leftBehind } = createHouse();
  const ann = own("Ann");
  ann.result({ $watch: names(60) });
  ann.result({ $watch: [...names(60), ...names(40, "m"), ...names(40, "m")] });
  expect(ann.fault({ $watch: ["m0", "x"] })).toBe("too-many-watches");
  expect(leftBehind()).toMatchObject({ watched: 100 });
  expect(ann.result({ $unwatch: ["x", "m0", "m0"] })).toEqual({});
  expect(ann.result({ $watch: ["x"] })).toEqual({ online: [] });
  expect(ann.fault({ $watch: ["y"] })).toBe("too-many-watches");
  own("y");
  expect(ann.hears()).toEqual([]);
});

test("[R25 R61] names with anything in them, and nothing left when the watchers have gone", () => {
  const house = createHouse();
  const strange = ["__proto__", "constructor", '"', "\\", "\u2028", "7"];
  const [ann, bob] = [house.own("Ann"), house.own("Bob")];
  ann.result({ $watch: strange });
  bob.result({ $watch: [...strange, "Ann", "Bob"] });
  const people = strange.map((name) => house.own(name));
  expect(ann.hears()).toEqual(strange.map(($online) => ({ $online })));
  for (const person of [ann, ...people, bob]) person.leaves();
  expect(house.leftBehind()).toEqual(NOTHING);
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
  const { own, stranger } = createHouse({}, { auth });
  const ann = own("Ann");
  ann.result({ $watch: ["calc", "calc-1", "calc-2"] });
  const one = stranger();
  one.result({ serviceID: "calc", idtag: "calc-1" });
  const two = stranger();
  two.result({ serviceID: "calc", idtag: "calc-2" });
  const online = ann.hearsOf("$online");
  expect(online.toSorted()).toEqual(["calc", "calc-1", "calc-2"]);
  one.leaves();
  expect(ann.hears()).toEqual([{ $offline: "calc-1" }]);
  two.leaves();
  expect(ann.hearsOf("$offline").toSorted()).toEqual(["calc", "calc-2"]);
});
