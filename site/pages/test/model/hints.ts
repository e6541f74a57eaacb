import { commands, dollarKeys, isJsonObject, type JsonObject, verbKeys } from "@achex/protocol";

const DOLLAR_KEYS = Object.keys(dollarKeys);
const COMMANDS = Object.keys(commands);

/** Keys and commands that people guess, and the correct ones. */
const commonSynonyms: Readonly<Record<string, string>> = {
  user: "to",
  target: "to",
  send: "to",
  session: "toS",
  sid: "toS",
  broadcast: "bc",
  hub: "toH",
  room: "toH",
  join: "joinHub",
  leave: "leaveHub",
  login: "setID",
  id: "setID",
  register: "register_broadcast",
  subscribe: "register_broadcast",
  unsubscribe: "unregister_broadcast",
};

const plain = (word: string): string => word.toLowerCase().replace(/[^a-z$]/g, "");

/** The word that was probably intended. */
function closestWord(word: string, words: readonly string[]): string | undefined {
  const same = words.find((one) => one !== word && plain(one) === plain(word));
  const known = commonSynonyms[plain(word)];
  return same ?? (known !== undefined && words.includes(known) ? known : undefined);
}

/** Recognizes frequent JSON mistakes; undefined if none matches. */
function commonMistake(text: string): string | undefined {
  if (text.trim() === "") return "Type a JSON object or choose a template.";
  if (/^\s*(ping|latency)\W+$/.test(text))
    return "The words ping and latency must be on their own, without quotes or punctuation.";
  if (/[“”„]/.test(text) && !text.includes('"')) return 'Replace the typographic quotes: JSON uses straight quotes, ".';
  if (/[{,]\s*'|:\s*'/.test(text)) return "JSON uses double quotes: \"to\", not 'to'.";
  if (/,\s*[}\]]/.test(text)) return "Remove the comma before the closing bracket.";
  if (/[{,]\s*[A-Za-z_$][\w$]*\s*:/.test(text)) return 'Keys need quotes: {"to":…}, not {to:…}.';
  if (/"\s+"[^"]*"\s*:/.test(text)) return "Add the missing comma between two members.";
  if (/^\s*\{[^}]*$/.test(text)) return "Add the missing closing brace }.";
  return undefined;
}

/** How to fix a text that is not JSON. */
export function jsonHint(text: string): string {
  const mistake = text.length > 10_000 ? undefined : commonMistake(text);
  if (mistake !== undefined) return mistake;
  try {
    JSON.parse(text);
  } catch (error) {
    if (error instanceof Error)
      return `${error.message.replace(/^JSON\.parse: |^JSON Parse error: /, "").slice(0, 160)}.`;
  }
  return "Send one JSON object per frame.";
}

const fieldsIn = (text: string): JsonObject => {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
};

/** How to fix an object without a command key. */
export function verbHint(text: string): string {
  const fields = fieldsIn(text);
  const { cmd } = fields;
  if (cmd !== undefined) {
    const command = typeof cmd === "string" ? closestWord(cmd, COMMANDS) : undefined;
    return command === undefined ? `cmd must be one of ${COMMANDS.join(", ")}.` : `Write "cmd":"${command}".`;
  }
  for (const key of Object.keys(fields)) {
    const verb = closestWord(key, verbKeys);
    if (verb !== undefined) return `Did you mean "${verb}"? Keys are case-sensitive.`;
  }
  return "Add to, toS, bc or toH to send a message, or choose a template.";
}

/** How to fix an unknown `$` key. */
export function dollarHint(text: string): string {
  const keys = Object.keys(fieldsIn(text)).filter((key) => key.startsWith("$") && !DOLLAR_KEYS.includes(key));
  const [key = ""] = keys;
  const right = closestWord(key, DOLLAR_KEYS);
  return right === undefined
    ? `Keys that start with $ are reserved: ${DOLLAR_KEYS.join(", ")}.`
    : `Did you mean "${right}"?`;
}

/** Whether the sender added a stamp, which the server removes (PROTOCOL.md S3). */
export function hasForgedStamp(text: string): boolean {
  const { sID, FROM } = fieldsIn(text);
  return sID !== undefined || FROM !== undefined;
}
