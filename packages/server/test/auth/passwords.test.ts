import { expect, test } from "bun:test";
import { argonPasswords } from "../../src/auth/passwords.ts";

test("A3 passwords are kept as salted argon2id hashes of at least the cost OWASP advises", async () => {
  const [one, two] = await Promise.all([argonPasswords.hash("secret"), argonPasswords.hash("secret")]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(one).not.toBe(two);
});

test("A3 only the right password fits", async () => {
  const hash = await argonPasswords.hash("s\u00e4cret \u{1f600}");
  expect(await argonPasswords.verify("s\u00e4cret \u{1f600}", hash)).toBe(true);
  expect(await argonPasswords.verify("sa\u0308cret \u{1f600}", hash)).toBe(false);
  expect(await argonPasswords.verify("", hash)).toBe(false);
});

test("A3 without a hash no password fits, and finding that out takes as long as with one", async () => {
  const hash = await argonPasswords.hash("secret");
  // CPU time of this process: what else the machine does cannot change it.
  const time = async (stored: string | undefined) => {
    const started = process.cpuUsage();
    expect(await argonPasswords.verify("guess", stored)).toBe(false);
    return process.cpuUsage(started).user;
  };
  await time(undefined);
  const known: number[] = [];
  const unknown: number[] = [];
  for (let i = 0; i < 5; i++) {
    known.push(await time(hash));
    unknown.push(await time(undefined));
  }
  // An early answer would take next to none of it.
  expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 3);
  expect(Math.min(...known)).toBeGreaterThan(Math.min(...unknown) / 3);
});
