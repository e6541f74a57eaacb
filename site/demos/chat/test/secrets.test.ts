// cspell:ignore Ｇａｒｄｅｎ Садівники садівники
import { describe, expect, test } from "bun:test";
import { sha256 } from "@noble/hashes/sha2.js";
import { readMessage } from "../net/envelope.ts";
import { Keys } from "../net/keys.ts";
import { isGenuine, pairPlace } from "../rules/authorship.ts";
import { fromBase64Url, randomBytes, toBase64Url } from "../rules/base64url.ts";
import { checkPictures } from "../rules/key-check.ts";
import { hubOf, newKey, OPEN, randomRoomName, roomFrom, roomLink, roomNameFrom } from "../rules/room-address.ts";
import { Seal } from "../rules/seal.ts";
import { authorNamed, signedNote, textNote } from "./kit/notes.ts";

const ann = authorNamed("Ann");
const eve = authorNamed("Eve");
const place = "room key:garden";

describe("authorship", () => {
  const signed = signedNote(ann, place, textNote("hello"));

  test("holds for these characters, this author and this place only", () => {
    expect(isGenuine(signed, place)).toBe(true);
    expect(isGenuine(signed, "room key:other")).toBe(false);
    expect(isGenuine({ ...signed, t: signed.t.replace("hello", "hullo") }, place)).toBe(false);
    expect(isGenuine({ ...signed, a: eve.id }, place)).toBe(false);
    for (const s of ["", "A".repeat(86), "é".repeat(86)]) expect(isGenuine({ ...signed, s }, place)).toBe(false);
    expect(isGenuine({ ...signed, a: toBase64Url(new Uint8Array(32)) }, place)).toBe(false);
  });

  test("a message without it, or of another form, is rejected with a reason", async () => {
    const read = (data: unknown) => readMessage({ from: "x", data }, { place });
    expect(await read(signed)).toMatchObject({ kind: "genuine", author: ann.id, isSealed: false });
    for (const data of [
      null,
      1,
      {},
      { ...signed, a: eve.id },
      { ...signed, t: "x".repeat(60_001) },
      { t: "{}", a: ann.id },
    ])
      expect(await read(data)).toMatchObject({ kind: "rejected" });
    const forged = eve.sign(place, '{"k":"text"}');
    expect(await read(forged)).toMatchObject({ kind: "rejected" });
  });
});

describe("encryption", () => {
  const key = randomBytes(16);
  const note = textNote("the door code is 4711");
  const signed = signedNote(ann, place, note);
  const reader = (seal: Seal) => ({ place, seal: async () => seal });

  test("hides text, name and author, and opens with the same key", async () => {
    const { data } = await new Seal(key, place).seal(signed, undefined, "login-1");
    const wire = JSON.stringify(data);
    for (const secret of ["4711", "Ann", ann.id, note.id]) expect(wire).not.toContain(secret);
    const read = await readMessage({ from: "login-1", data }, reader(new Seal(key, place)));
    expect(read).toMatchObject({
      kind: "genuine",
      author: ann.id,
      note: { t: "the door code is 4711" },
      isSealed: true,
    });
  });

  test("carries the bytes of an image", async () => {
    const bytes = randomBytes(5_000);
    const sealed = await new Seal(key, place).seal(signed, bytes, "login-1");
    expect(sealed.data.c).toBeUndefined();
    const opened = await new Seal(key, place).open(sealed.data, sealed.bytes, "login-1");
    expect(opened?.bytes).toEqual(bytes);
  });

  test("does not open with another key, in another place, from another sender, or changed", async () => {
    const { data } = await new Seal(key, place).seal(signed, undefined, "login-1");
    const seal = new Seal(key, place);
    const changed = fromBase64Url(data.c) ?? new Uint8Array();
    changed[20] = (changed[20] ?? 0) ^ 1;
    expect(await new Seal(randomBytes(16), place).open(data, undefined, "login-1")).toBeUndefined();
    expect(await new Seal(key, "room key:other").open(data, undefined, "login-1")).toBeUndefined();
    expect(await seal.open(data, undefined, "login-2")).toBeUndefined();
    expect(await seal.open({ ...data, n: 2 }, undefined, "login-1")).toBeUndefined();
    expect(await seal.open({ ...data, c: toBase64Url(changed) }, undefined, "login-1")).toBeUndefined();
    expect(seal.hasOpened).toBe(false);
    expect(await seal.open(data, undefined, "login-1")).toBeDefined();
  });

  test("never uses a nonce twice: each page has a key of its own, and counts", async () => {
    const [one, two] = [new Seal(key, place), new Seal(key, place)];
    const all = await Promise.all([one, one, two].map((seal) => seal.seal(signed, undefined, "x")));
    expect(new Set(all.map(({ data }) => `${data.k} ${data.n}`)).size).toBe(3);
  });

  test("in an encrypted room, nobody is heard in the clear, and without the key nothing is shown", async () => {
    expect(await readMessage({ from: "x", data: signed }, reader(new Seal(key, place)))).toMatchObject({
      kind: "rejected",
    });
    const { data } = await new Seal(key, place).seal(signed, undefined, "login-1");
    expect(await readMessage({ from: "login-1", data }, { place })).toEqual({ kind: "locked" });
    expect(await readMessage({ from: "login-1", data }, reader(new Seal(randomBytes(16), place)))).toEqual({
      kind: "locked",
    });
  });

  test("two people have a secret of their own", () => {
    const [one, other] = [ann.sharedSecret(eve.id), eve.sharedSecret(ann.id)];
    expect(one).toEqual(other ?? new Uint8Array());
    expect(ann.sharedSecret(authorNamed("Bob").id)).not.toEqual(one ?? new Uint8Array());
    expect(pairPlace(ann.id, eve.id)).toBe(pairPlace(eve.id, ann.id));
    expect(ann.sharedSecret("A".repeat(43))).toBeUndefined();
  });

  test("the same key shows the same seven pictures, another key others", () => {
    const pictures = (secret: Uint8Array) =>
      checkPictures(new Seal(secret, place).check)
        .map(({ name }) => name)
        .join(" ");
    expect(pictures(key).split(" ")).toHaveLength(7);
    expect(pictures(key)).toBe(pictures(key));
    expect(pictures(key)).not.toBe(pictures(randomBytes(16)));
  });
});

describe("a room with a passphrase", () => {
  const derive = async (phrase: string, salt: Uint8Array) =>
    sha256(new Uint8Array([...new TextEncoder().encode(phrase), ...salt]));
  const address = { name: "garden", lock: { kind: "phrase", phrase: "four random words here" } } as const;
  const keysOf = (phrase: string = address.lock.phrase) =>
    new Keys({ ...address, lock: { kind: "phrase", phrase } }, place, derive);
  const signed = signedNote(ann, place, textNote("hi"));

  test("each message names the salt of its key, so everybody with the passphrase opens it, and then uses the same one", async () => {
    const [one, two, other] = [keysOf(), keysOf(), keysOf("four other words here")];
    const sent = await (await one.forSending())?.seal(signed, undefined, "x");
    if (!sent) throw new Error("it can send");
    expect(await readMessage({ from: "x", data: sent.data }, { place, seal: two.get })).toMatchObject({
      kind: "genuine",
    });
    expect((await two.forSending())?.salt).toBe(sent.data.p ?? "");
    expect(await readMessage({ from: "x", data: sent.data }, { place, seal: other.get })).toEqual({ kind: "locked" });
    expect((await other.forSending())?.salt).not.toBe(sent.data.p ?? "");
  });

  test("invented salts cost a few attempts, and no more", async () => {
    let attempts = 0;
    const keys = new Keys(address, place, (phrase, salt) => {
      attempts++;
      return derive(phrase, salt);
    });
    for (let at = 0; at < 50; at++) await keys.get(toBase64Url(randomBytes(16)));
    expect(attempts).toBeLessThanOrEqual(8);
  });
});

describe("addresses of rooms", () => {
  test("a name is the same room in any case and spacing", () => {
    expect(roomNameFrom("  Garden  Club! ")).toBe("garden-club");
    expect(roomNameFrom("Ｇａｒｄｅｎ")).toBe("garden");
    expect(roomNameFrom("Садівники 2")).toBe("садівники-2");
    for (const bad of ["", " - ", "x".repeat(41), "字".repeat(40), "x".repeat(5_000), 7, null])
      expect(roomNameFrom(bad)).toBeUndefined();
    expect(roomNameFrom(randomRoomName())).toMatch(/^[0-9a-z]{5}-[0-9a-z]{5}$/);
  });

  test("lead to the same room, with the key behind the # only", () => {
    const page = "https://relay.example/demos/chat";
    const secret = { name: "garden", lock: { kind: "key", key: newKey() } } as const;
    expect(roomFrom(roomLink(secret, page))).toEqual(secret);
    expect(new URL(roomLink(secret, page)).search).not.toContain(secret.lock.key);
    expect(roomFrom(roomLink({ name: "a-b", lock: OPEN }, page))).toEqual({ name: "a-b", lock: OPEN });
    const phrase = { name: "a", lock: { kind: "phrase", phrase: "never in a link" } } as const;
    expect(roomLink(phrase, page)).not.toContain("never");
    expect(roomFrom(roomLink(phrase, page))).toEqual({ name: "a", lock: { kind: "phrase", phrase: "" } });
    expect(roomFrom(`${page}?room=a#key=short`)).toEqual({ name: "a", lock: OPEN });
    expect(roomFrom(page)).toBeUndefined();
    expect(new Set([hubOf(secret), hubOf(phrase), hubOf({ name: "garden", lock: OPEN })]).size).toBe(3);
  });
});
