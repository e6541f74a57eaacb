// docs/errors.md, made from the tables of faults and closes. To write it anew after a change:
//   node tools/bun.mjs tools/errors-page.ts
import { join } from "node:path";
import { type Close, closes, type Duty, type FaultCode, faults } from "@achex/protocol";

export const ERRORS_PAGE = join(import.meta.dir, "../docs/errors.md");

/** Every fault, in the order in which somebody who writes a client meets them. */
const groups: readonly (readonly [title: string, codes: readonly FaultCode[]])[] = [
  [
    "Logging in",
    [
      "wrong-password",
      "name-claimed",
      "name-reserved",
      "name-held",
      "wrong-service",
      "throttled",
      "busy",
      "not-logged-in",
    ],
  ],
  ["Names and addresses", ["bad-name", "no-such-name", "no-such-session", "bad-target", "too-many-targets"]],
  ["Hubs, broadcasts and presence", ["not-member", "bad-attributes", "too-many-channels", "too-many-watches"]],
  [
    "Calls and streams",
    [
      "old-dialect",
      "callee-gone",
      "call-in-use",
      "no-such-call",
      "too-many-calls",
      "not-one",
      "no-credit",
      "bad-binary",
    ],
  ],
  ["Limits", ["frame-rate", "byte-rate", "queue-full", "no-pong"]],
  ["Frames", ["not-json", "not-object", "too-deep", "no-verb", "unknown-key", "bad-value"]],
];

/** Refusals of a login alone: the client library logs in by itself, so it acts on them by itself. */
const logins: readonly FaultCode[] = [
  "wrong-password",
  "name-claimed",
  "name-reserved",
  "name-held",
  "wrong-service",
  "throttled",
  "busy",
];

const REJECTS = "The promise of what was asked rejects with a `Fault` of this code";

const AFTER_FAULT: Readonly<Record<Duty, string>> = {
  retry: `${REJECTS}, whose \`duty\` is \`retry\`. It is not repeated by itself.`,
  resume: `${REJECTS}, whose \`duty\` is \`resume\`. It is not repeated by itself.`,
  stop: `${REJECTS}. It is not repeated.`,
};

const AFTER_LOGIN: Readonly<Record<Duty, string>> = {
  retry: "Logs in again by itself, after a random pause of up to 20 s.",
  resume: "Logs in again by itself.",
  stop: "Closes, and says so with this fault. A `login()` on an open connection rejects, and the session keeps its name.",
};

const AFTER_CLOSE: Readonly<Record<Duty, string>> = {
  retry: "Connects again by itself, after a random pause of up to 20 s, logs in and joins its rooms again.",
  resume: "Connects again by itself and carries on.",
  stop: "Closes and does not come back by itself.",
};

function faultEntry(code: FaultCode): string {
  const { message, remedy, duty } = faults[code];
  const asked = (logins.includes(code) ? AFTER_LOGIN : AFTER_FAULT)[duty];
  const library = code === "bad-name" ? `${asked} When it is the name to log in with: ${AFTER_LOGIN[duty]}` : asked;
  return [
    `### ${code}`,
    "",
    message,
    "",
    `- **Do:** ${remedy}`,
    `- **Duty:** ${duty}`,
    `- **Client library:** ${library}`,
  ].join("\n");
}

function faultGroups(): string {
  const missing = Object.keys(faults).filter((code) => !groups.some(([, codes]) => codes.some((one) => one === code)));
  if (missing.length > 0) throw new Error(`errors-page.ts has no group for ${missing.join(", ")}`);
  return groups.map(([title, codes]) => [`## ${title}`, ...codes.map(faultEntry)].join("\n\n")).join("\n\n");
}

const closeEntry = ({ code, reason, duty }: Close): string =>
  [`### ${code}`, "", `“${reason}”`, "", `- **Duty:** ${duty}`, `- **Client library:** ${AFTER_CLOSE[duty]}`].join(
    "\n",
  );

/** The whole page. */
export function errorsPage(): string {
  const ended = Object.values(closes)
    .map(({ own }) => own)
    .toSorted((a, b) => a.code - b.code);
  return `<!-- Made by tools/errors-page.ts from packages/protocol/src/faults.ts and closes.ts: change those. -->

# Errors

What the server refuses and why it ends connections, in the dialect achex.2. A refused frame is answered with a **fault**, and the
connection stays open (rules R6 to R8 of [PROTOCOL.md](../PROTOCOL.md)):

\`\`\`json
${JSON.stringify({ $ref: 1, $fault: { code: "no-such-name", message: faults["no-such-name"].message, remedy: faults["no-such-name"].remedy, link: "/errors#no-such-name" } }, undefined, 2)}
\`\`\`

Programs branch on \`code\`. The **duty** says what may be done by a program: *retry* the same thing after a pause, *resume* where it
was cut, or *stop*, because the same thing will be refused again until something changes. A limit is called by its key in the
hello (R5).

${faultGroups()}

## Closes

Close codes of achex.2. Those from 4000 to 4499 mean *retry* or *resume*, from 4500 to 4999 *stop*.

${ended.map(closeEntry).join("\n\n")}

### 1009

The frame was larger than the limit (frame).

- **Duty:** stop: do not send that frame again
- **Client library:** Refuses such a frame before it is sent. If the server closes all the same, it does not come back by itself.

### 1006

The connection was cut without a closing handshake: by the network, because the client answered no ping for 35 s, or because more
than the limit (backlog) waited to go out to it.

- **Duty:** retry
- **Client library:** ${AFTER_CLOSE.retry}

### 1002, 1003, 1007

The client broke the rules of WebSocket itself.

- **Duty:** stop: mend the client
- **Client library:** ${AFTER_CLOSE.stop}
`;
}

if (import.meta.main) await Bun.write(ERRORS_PAGE, errorsPage());
