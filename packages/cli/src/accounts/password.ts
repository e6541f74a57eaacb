import { randomInt } from "node:crypto";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { printable } from "@achex/server/printable";
import { Failure } from "../failure.ts";

/**
 * Excludes characters that look alike, and any that need quoting in a shell or end a double-click selection. 24 of these
 * characters have 139 bits.
 */
const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
const LENGTH = 24;

export const generatePassword = (): string =>
  Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");

/** Asks for the password twice without echo; reads the first line of standard input if that is not a terminal. */
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
  // The line editor echoes typed characters to its output, so its output discards everything.
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
