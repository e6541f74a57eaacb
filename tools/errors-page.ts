// docs/errors.md, made from the tables of faults and closes. To write it anew after a change:
//   node tools/bun.mjs tools/errors-page.ts
import { join } from "node:path";
import { type Close, closes, type Duty, type FaultText, faultGroups, faultOf } from "@achex/protocol";

export const ERRORS_PAGE = join(import.meta.dir, "../docs/errors.md");

const REJECTS = "The promise of what was asked rejects with a `Fault` of this code";

const afterFault = (retry: boolean): string =>
  retry ? `${REJECTS} and \`retry: true\`. It is not repeated automatically.` : `${REJECTS}. It is not repeated.`;

/** The client library logs in automatically, so it also acts on these. */
const afterLogin = (retry: boolean): string =>
  retry
    ? "Logs in again automatically, after a random pause of up to 20 s."
    : "Closes, and reports this fault. A `login()` on an open connection rejects, and the session keeps its name.";

const AFTER_CLOSE: Readonly<Record<Duty, string>> = {
  retry: "Reconnects automatically after a random pause of up to 20 s, logs in and joins its rooms again.",
  resume: "Reconnects automatically and carries on.",
  stop: "Closes and does not reconnect.",
};

function faultEntry(code: string, fault: FaultText): string {
  const { message, remedy, retry } = fault;
  const login = afterLogin(retry);
  const isLogin = "reason" in fault;
  // A name is refused in a login and wherever else one is given.
  const library =
    code === "bad-name"
      ? `${afterFault(retry)} When it is the name to log in with: ${login}`
      : isLogin
        ? login
        : afterFault(retry);
  return [
    `### ${code}`,
    "",
    message,
    "",
    `- **Do:** ${remedy}`,
    `- **Retry:** ${retry ? "yes" : "no"}`,
    `- **Client library:** ${library}`,
  ].join("\n");
}

const faultChapters = (): string =>
  faultGroups
    .map(({ title, faults: group }) =>
      [`## ${title}`, ...Object.entries(group).map(([code, fault]) => faultEntry(code, fault))].join("\n\n"),
    )
    .join("\n\n");

const closeEntry = ({ code, reason, duty }: Close): string =>
  [
    `### ${code}`,
    "",
    `“${reason}”`,
    "",
    `- **Reconnect:** ${duty === "stop" ? "no" : "yes"}`,
    `- **Client library:** ${AFTER_CLOSE[duty]}`,
  ].join("\n");

/** The whole page. */
export function errorsPage(): string {
  const ended = Object.values(closes)
    .map(({ achex2 }) => achex2)
    .toSorted((a, b) => a.code - b.code);
  return `<!-- Made by tools/errors-page.ts from packages/protocol/src/faults.ts and closes.ts: change those. -->

# Errors

What the server refuses and why it ends connections, in the dialect achex.2. A refused frame is answered with a **fault**, and the
connection stays open (rules R6 to R8 of [PROTOCOL.md](../PROTOCOL.md)):

\`\`\`json
${JSON.stringify({ $ref: 1, $fault: faultOf("no-such-name") }, undefined, 2)}
\`\`\`

Programs branch on \`code\` and \`retry\`: \`true\` means that the same request may succeed after a pause, \`false\` that it will be
refused again until something changes. A limit goes by its key in the hello (R5).

${faultChapters()}

## Closes

Close codes of achex.2. Those from 4000 to 4499 mean that the client may connect again (*retry* or *resume*), those from 4500 to 4999 that it should not (*stop*).

${ended.map(closeEntry).join("\n\n")}

### 1009

The frame was larger than the limit (frame).

- **Reconnect:** no: do not send that frame again
- **Client library:** Refuses such a frame before it is sent. If the server closes all the same, the client does not reconnect.

### 1006

The connection was cut without a closing handshake: by the network, because the client answered no ping for 35 s, or because more
than the limit (backlog) waited to go out to it.

- **Reconnect:** yes
- **Client library:** ${AFTER_CLOSE.retry}

### 1002, 1003, 1007

The client broke the rules of WebSocket itself.

- **Reconnect:** no: fix the client
- **Client library:** ${AFTER_CLOSE.stop}
`;
}

if (import.meta.main) await Bun.write(ERRORS_PAGE, errorsPage());
