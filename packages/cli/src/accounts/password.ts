import { randomInt } from "node:crypto";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { printable } from "@achex/server/printable";
import { Failure } from "../failure.ts";

/** Without characters that look alike, and none that a shell or a double click takes for an end: 24 of them are 139 bits. */
const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
const LENGTH = 24;

export const generatePassword = (): string =>
  Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");

/** The password a person types twice without echo, or the first line of standard input when that is not a terminal. */
export async function readPassword(what: string): Promise<string> {
  const password = process.stdin.isTTY ? await typedTwice(printable(what)) : await firstLine(process.stdin);
  if (password === "") throw new Failure("the password is empty; enter one, or use --generate");
  return password;
}

async function firstLine(input: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) return line;
  return "";
}

async function typedTwice(what: string): Promise<string> {
  // The line editor echoes what is typed to its output: this one shows nothing.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const editor = createInterface({ input: process.stdin, output: nowhere, terminal: true, historySize: 0 });
  const left = new Promise<never>((_, reject) => {
    editor.once("close", () => reject(new Failure("no password was given; nothing was changed")));
  });
  const ask = (question: string) => {
    process.stderr.write(question);
    return Promise.race([new Promise<string>((resolve) => editor.question("", resolve)), left]).finally(() =>
      process.stderr.write("\n"),
    );
  };
  try {
    const password = await ask(`Password of ${what}: `);
    if (password !== "" && (await ask("Repeat the password: ")) !== password)
      throw new Failure("the two passwords differ; nothing was changed");
    return password;
  } finally {
    left.catch(() => {});
    editor.close();
  }
}
