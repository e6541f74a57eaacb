import { describe, expect, test } from "bun:test";
import { Lookalikes, skeleton } from "../../src/auth/lookalikes.ts";
import { account, createTestAuth, verdictText } from "../kit/auth.ts";

const of = (...entries: string[]) => new Lookalikes(entries);

describe("A4 names that look like a protected one", () => {
  test.each([
    ["another case", "Calc"],
    ["capitals", "CALC"],
    ["Cyrillic letters", "\u0441\u0430lc"],
    ["one Cyrillic capital", "\u0421alc"],
    ["a digit one", "ca1c"],
    ["a capital I", "CaIc"],
    ["a vertical line", "ca|c"],
    ["wide letters", "\uff43\uff41\uff4c\uff43"],
    ["mathematical letters", "\u{1d41c}\u{1d41a}\u{1d425}\u{1d41c}"],
    ["a Roman numeral", "cal\u217d"],
    ["a zero-width space", "ca\u200blc"],
    ["a zero-width joiner at the end", "calc\u200d"],
    ["a soft hyphen", "cal\u00adc"],
    ["a variation selector", "calc\ufe0f"],
    ["a mark that turns the text", "\u202acalc"],
    ["a space at the end", "calc "],
    ["a space that does not break", "\u00a0calc"],
  ])("%s is found", (_, name) => {
    expect(of("store", "calc").find(name)).toBe("calc");
  });

  test.each([
    "calc",
    "calcs",
    "cal",
    "c-alc",
    "ca lc",
    "calc-1",
    "calc1",
    "cal\u0107",
    "cale",
    "kalc",
    "clac",
    "Ann",
    "\u4f60\u597d",
    "player_3@00001023",
  ])("%s is free", (name) => {
    expect(of("calc").find(name)).toBeUndefined();
  });

  test.each([
    ["admin", "ADMIN"],
    ["admin", "AdMiN"],
    ["admin", "ADMlN"],
    ["coin", "c0in"],
    ["sensor0", "sensorO"],
    ["room", "roorn"],
    ["two words", "two  words"],
    ["stra\u00dfe", "Stra\u00dfe"],
  ])("%s is found in %s", (name, twin) => {
    expect(of(name).find(twin)).toBe(name);
  });

  // Names that a reader can distinguish: existing programs number and abbreviate theirs.
  test.each([
    ["mail", "mall"],
    ["cail", "call"],
    ["sensor0", "sensoro"],
    ["sensor1", "sensor2"],
    ["a", "b"],
    ["jose", "jos\u00e9"],
    ["room-1", "room_1"],
  ])("with %s protected, %s stays free", (name, other) => {
    expect(of(name).find(other)).toBeUndefined();
  });

  test("of two protected names that look alike, each is free to its owner", () => {
    const both = of("calc", "Calc");
    expect([both.find("calc"), both.find("Calc"), both.find("CALC")]).toEqual([undefined, undefined, "calc"]);
  });

  test("a pattern finds what looks as if it matched, in the same case", () => {
    const pattern = of("calc-*");
    expect(pattern.find("\u0441alc-7")).toBe("calc-*");
    expect(pattern.find("cal\u200bc-7")).toBe("calc-*");
    expect([pattern.find("CALC-7"), pattern.find("calc"), pattern.find("calcs-7")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("a pattern with fewer than three letters finds nothing, for it would find too much", () => {
    expect(of("l*", "*", "I-*").find("1x")).toBeUndefined();
  });

  test("nothing protected: nothing is found", () => {
    expect(of().find("calc")).toBeUndefined();
  });

  test("a skeleton is its own skeleton, and no name of 128 bytes makes a long one", () => {
    for (const text of ["calc", "\u0421\u0430lc", "m".repeat(128), "\ufdfa".repeat(42), "\u{1f600}".repeat(32)]) {
      expect(skeleton(skeleton(text))).toBe(skeleton(text));
      expect(skeleton(text).length).toBeLessThan(1_000);
    }
  });
});

describe("A4 logins under look-alikes", () => {
  const CYRILLIC = "\u0441alc";

  function setUp(...args: Parameters<typeof createTestAuth>) {
    const made = createTestAuth(...args);
    made.accounts.put(account("service", "calc", "secret"));
    return made;
  }

  test.each(["open", "claim"] as const)("A4 in mode %s they are refused to users, and others are not", async (mode) => {
    const { user } = setUp(mode, { reserve: ["root", "bot-*"] });
    for (const name of ["Calc", CYRILLIC, "calc\u200b", "Root", "r\u043eot", "b\u043et-1"])
      expect(await verdictText(user(name, "x"))).toBe("refused: name-lookalike");
    for (const name of ["calc-1", "calculator", "Ann", "Bot-1", "Roots"])
      expect(await verdictText(user(name, "x"))).toBe(name);
    for (const name of ["calc", "root", "bot-1"])
      expect(await verdictText(user(name, "x"))).toBe("refused: name-reserved");
  });

  test("A4 a service added later is protected from the next login on, a removed one no longer", async () => {
    const { user, accounts } = setUp("open");
    expect(await verdictText(user("Store", "x"))).toBe("Store");
    accounts.put(account("service", "store", "secret"));
    expect(await verdictText(user("Store", "x"))).toBe("refused: name-lookalike");
    accounts.remove("service", "store");
    expect(await verdictText(user("Store", "x"))).toBe("Store");
  });

  test("K12 the tag of a service may look like its own name or a reserved one, not like another service", async () => {
    const { service, accounts } = setUp("open", { reserve: ["helper"] });
    accounts.put(account("service", "store", "secret"));
    expect(await verdictText(service("calc", "secret", { tag: "Calc" }))).toBe("Calc");
    expect(await verdictText(service("calc", "secret", { tag: "Helper" }))).toBe("Helper");
    expect(await verdictText(service("calc", "secret", { tag: "Store" }))).toBe("refused: name-lookalike");
  });

  test("A3 with accounts the operator has chosen every name", async () => {
    const { user, accounts } = setUp("accounts");
    accounts.put(account("user", "Calc", "right"));
    expect(await verdictText(user("Calc", "right"))).toBe("Calc");
  });

  test("--lookalikes allow switches it off", async () => {
    const { user } = setUp("open", { lookalikes: "allow" });
    expect(await verdictText(user(CYRILLIC, "x"))).toBe(CYRILLIC);
    expect(await verdictText(user("calc", "x"))).toBe("refused: name-reserved");
  });
});
