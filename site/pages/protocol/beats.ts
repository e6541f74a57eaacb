import type { Case, Step } from "./vector.ts";

/** One frame on its way, or the beginning or end of a connection. */
export interface Move {
  readonly client: string;
  readonly kind: "open" | "out" | "in" | "end";
  readonly text: string;
}

/** What happens at once. */
export interface Beat {
  readonly moves: readonly Move[];
  /** In place of the frames, where a beginning was folded. */
  readonly summary?: string;
}

const FIRST_SESSION = 14;

/** Placeholders become what a reader could have seen. */
function plain(text: string, clients: readonly string[]): string {
  const filled = clients.reduce((so, client, at) => so.replaceAll(`<${client}>`, String(FIRST_SESSION + at)), text);
  return filled
    .replaceAll("-<run>", "")
    .replaceAll("<run>", "x")
    .replaceAll("<ms>", "3")
    .replaceAll("<time>", "1764000000000")
    .replace(/<(?:any|more|fill)>/g, "…");
}

function moveOf(step: Step, { clients }: Case): Move {
  const names = Object.keys(clients);
  if ("connect" in step) {
    const { path = "/", protocol } = clients[step.connect] ?? {};
    const asked = protocol === undefined ? "" : `, subprotocol ${protocol}`;
    return { client: step.connect, kind: "open", text: plain(`ws://localhost:4010${path}${asked}`, names) };
  }
  if ("from" in step) return { client: step.from, kind: "out", text: plain(step.text, names) };
  if ("to" in step) return { client: step.to, kind: "in", text: plain(step.text, names) };
  if ("close" in step) return { client: step.close, kind: "end", text: "closes the connection" };
  return { client: step.closed, kind: "end", text: `is closed with ${step.code}` };
}

/** One message on its way to several is one beat. */
function together(moves: readonly Move[]): Beat[] {
  const beats: Move[][] = [];
  for (const move of moves) {
    const last = beats.at(-1);
    const before = last?.[0];
    const same = before?.kind === "in" && move.kind === "in" && before.text === move.text;
    if (last && same) last.push(move);
    else beats.push([move]);
  }
  return beats.map((one) => ({ moves: one }));
}

/** What is told in one line at the beginning. */
export type Folded = "nothing" | "connections" | "logins";

const isConnecting = ({ kind, text }: Move): boolean => kind === "open" || /^\{"(?:SID|\$hello)"/.test(text);

const isLogin = (move: Move): boolean =>
  isConnecting(move) || /^\{(?:"\$ref":\d+,)?"(?:setID|auth|serviceID)"|"\$result":\{"name"/.test(move.text);

const FOLDS: Readonly<Record<Folded, { readonly said: string; covers(move: Move): boolean }>> = {
  nothing: { said: "", covers: () => false },
  connections: { said: "have connected", covers: isConnecting },
  logins: { said: "have connected and logged in", covers: isLogin },
};

export interface Told {
  readonly beats: readonly Beat[];
  /** Client → the name it logs in as, or its key when it never does. */
  readonly names: ReadonlyMap<string, string>;
  readonly sessions: ReadonlyMap<string, number>;
}

function namesOf(moves: readonly Move[], clients: readonly string[]): Map<string, string> {
  const names = new Map(clients.map((client) => [client, client.toUpperCase()]));
  for (const { client, kind, text } of moves.toReversed()) {
    const name = kind === "out" ? /"(?:idtag|setID|auth)":"([^"]+)"/.exec(text)?.[1] : undefined;
    if (name !== undefined) names.set(client, name);
  }
  return names;
}

/** A vector as a story: what was agreed beforehand folded into one line, if wished, and then at most `most` beats. */
export function tell(one: Case, folded: Folded, most = Number.POSITIVE_INFINITY): Told {
  const moves = one.steps.map((step) => moveOf(step, one));
  const clients = Object.keys(one.clients);
  const names = namesOf(moves, clients);
  const sessions = new Map(clients.map((client, at) => [client, FIRST_SESSION + at]));
  const { said, covers } = FOLDS[folded];
  const start = moves.findIndex((move) => !covers(move));
  const rest = together(moves.slice(start)).slice(0, most);
  if (start <= 0) return { beats: rest, names, sessions };
  const who = clients.map((client) => names.get(client)).join(", ");
  return { beats: [{ moves: [], summary: `${who} ${said}.` }, ...rest], names, sessions };
}
