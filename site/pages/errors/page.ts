import { closes, type Duty, dropReasons, type FaultText, faults } from "@achex/protocol";
import { documentBody } from "../../pipeline/document.ts";
import { renderMarkdown } from "../../pipeline/markdown.ts";
import type { Page } from "../../pipeline/page.ts";

const DUTIES: Readonly<Record<Duty, string>> = {
  retry: "Trying again later may succeed.",
  resume: "Connect again and carry on.",
  stop: "Trying the same again will fail the same.",
};

const CLOSE_CAUSES: Readonly<Record<keyof typeof closes, string>> = {
  goingAway: "The server is being stopped or updated.",
  flood: "The session was above its limit of frames or bytes for ten seconds on end.",
  accountChanged: "Whoever runs the server removed the account, or changed its password.",
  noSessionId: "Every session id is taken.",
};

/** Words that name a rule, or the document, lead there. */
const linked = (words: string): string =>
  words.replace(/(?:rule ([A-Z]\d+) of )?PROTOCOL\.md/g, (_, rule?: string) =>
    rule === undefined ? "[the protocol](/protocol)" : `[rule ${rule}](/protocol#${rule})`,
  );

const faultSection = ([code, { message, remedy, duty }]: [string, FaultText]): string =>
  `### \`${code}\`\n\n${message}\n\n**Remedy:** ${linked(remedy)} ${DUTIES[duty]}\n`;

const closeRow = ([name, { old, own }]: [string, (typeof closes)[keyof typeof closes]]): string => {
  const cause = Object.entries(CLOSE_CAUSES).find(([key]) => key === name)?.[1] ?? "";
  return `| ${own.code} | ${old.code} | ${cause} ${DUTIES[own.duty]} |`;
};

const MARKDOWN = `# Errors

With achex.2 every refused frame is answered by a fault. It says what happened and what to do about it, and it leads to its place
on this page. Programs look at \`code\` only; the words may change.

## Faults

${Object.entries(faults).map(faultSection).join("\n")}
## Closed connections

The code of a close says what a client has to do. From 4000 to 4499 it may come back, from 4500 to 4999 it may not.

| achex.2 | older dialects | why |
|---|---|---|
${Object.entries(closes).map(closeRow).join("\n")}
| 1009 | 1009 | A frame was larger than the server takes, which is 1 MiB if nobody changed it. Send it in parts. |
| 1002, 1007 | 1002, 1007 | What came was no WebSocket frame, or its text was no UTF-8. The program that sends it has to be mended. |
| 1006 | 1006 | There was no goodbye: the network was cut, pings went unanswered, or the reader was too slow. Connect again after a random pause. |

## Frames dropped in silence

The older dialects have no word for a refusal, so the server drops what it cannot use and counts it by reason in
[/metrics](/metrics). The [test page](/test) tells the same before a frame is sent.

| reason | when |
|---|---|
${Object.entries(dropReasons)
  .map(([reason, when]) => `| [${reason}](#${reason}) | ${when} |`)
  .join("\n")}
`;

export const page = (): Page => {
  const { html, headings } = renderMarkdown(MARKDOWN);
  return {
    path: "/errors",
    title: "Errors",
    description: "Every code a server may answer or close with: what it means and what to do about it.",
    styles: ["design/document.css", "pages/errors/errors.css"],
    nav: { label: "Errors", group: "reference" },
    body: documentBody(html, headings),
  };
};
