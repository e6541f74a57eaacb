import type { Case, Step } from "./vectors.ts";

/** One frame in transit, or the start or end of a connection. */
export interface SequenceEvent {
  readonly client: string;
  readonly kind: "open" | "out" | "in" | "end";
  readonly text: string;
}

/** What happens at once. */
export interface SequenceStep {
  readonly events: readonly SequenceEvent[];
  /** Text shown instead of the frames for a collapsed beginning. */
  readonly summary?: string;
}

const FIRST_SESSION = 14;

/** Replaces placeholders with realistic values. */
function plain(text: string, clients: readonly string[]): string {
  const filled = clients.reduce((so, client, at) => so.replaceAll(`<${client}>`, String(FIRST_SESSION + at)), text);
  return filled
    .replaceAll("-<run>", "")
    .replaceAll("<run>", "x")
    .replaceAll("<ms>", "3")
    .replaceAll("<time>", "1764000000000")
    .replace(/<token\d*>/g, "n0-G…k4")
    .replace(/<(?:any|more|fill)>/g, "…");
}

function eventOf(step: Step, { clients }: Case): SequenceEvent {
  const names = Object.keys(clients);
  if ("connect" in step) {
    const { path = "/", protocol } = clients[step.connect] ?? {};
    const asked = protocol === undefined ? "" : `, subprotocol ${protocol}`;
    return { client: step.connect, kind: "open", text: plain(`ws://localhost:4010${path}${asked}`, names) };
  }
  if ("from" in step) return { client: step.from, kind: "out", text: plain(step.text, names) };
  if ("to" in step) return { client: step.to, kind: "in", text: plain(step.text, names) };
  if ("close" in step) return { client: step.close, kind: "end", text: "closes the connection" };
  if ("drop" in step) return { client: step.drop, kind: "end", text: "loses its connection" };
  return { client: step.closed, kind: "end", text: `is closed with ${step.code}` };
}

/** A message delivered to several clients is one step. */
function groupDeliveries(events: readonly SequenceEvent[]): SequenceStep[] {
  const steps: SequenceEvent[][] = [];
  for (const event of events) {
    const last = steps.at(-1);
    const before = last?.[0];
    const same = before?.kind === "in" && event.kind === "in" && before.text === event.text;
    if (last && same) last.push(event);
    else steps.push([event]);
  }
  return steps.map((one) => ({ events: one }));
}

/** What is shown in one line at the beginning. */
export type Collapsed = "nothing" | "connections" | "logins";

const isConnecting = ({ kind, text }: SequenceEvent): boolean => kind === "open" || /^\{"(?:SID|\$hello)"/.test(text);

const isLogin = (event: SequenceEvent): boolean =>
  isConnecting(event) || /^\{(?:"\$ref":\d+,)?"(?:setID|auth|serviceID)"|"\$result":\{"name"/.test(event.text);

const COLLAPSES: Readonly<Record<Collapsed, { readonly said: string; covers(event: SequenceEvent): boolean }>> = {
  nothing: { said: "", covers: () => false },
  connections: { said: "have connected", covers: isConnecting },
  logins: { said: "have connected and logged in", covers: isLogin },
};

export interface Sequence {
  readonly steps: readonly SequenceStep[];
  /** Maps each client to the name it logs in as, or to its key if it never logs in. */
  readonly names: ReadonlyMap<string, string>;
  readonly sessions: ReadonlyMap<string, number>;
}

function namesOf(events: readonly SequenceEvent[], clients: readonly string[]): Map<string, string> {
  const names = new Map(clients.map((client) => [client, client.toUpperCase()]));
  for (const { client, kind, text } of events.toReversed()) {
    const name = kind === "out" ? /"(?:idtag|setID|auth)":"([^"]+)"/.exec(text)?.[1] : undefined;
    if (name !== undefined) names.set(client, name);
  }
  return names;
}

/** A vector as a sequence, optionally with its beginning collapsed into one line, limited to `most` steps. */
export function sequenceOf(one: Case, collapsed: Collapsed, most = Number.POSITIVE_INFINITY): Sequence {
  const events = one.steps.map((step) => eventOf(step, one));
  const clients = Object.keys(one.clients);
  const names = namesOf(events, clients);
  const sessions = new Map(clients.map((client, at) => [client, FIRST_SESSION + at]));
  const { said, covers } = COLLAPSES[collapsed];
  const start = events.findIndex((event) => !covers(event));
  const rest = groupDeliveries(events.slice(start)).slice(0, most);
  if (start <= 0) return { steps: rest, names, sessions };
  const who = clients.map((client) => names.get(client)).join(", ");
  return { steps: [{ events: [], summary: `${who} ${said}.` }, ...rest], names, sessions };
}
