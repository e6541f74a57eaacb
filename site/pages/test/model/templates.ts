import type { Dialect } from "@achex/protocol";

export interface Template {
  /** What the frame does, in a few words. */
  readonly label: string;
  /** Rule id in PROTOCOL.md. */
  readonly rule: string;
  readonly text: string;
  /** The text is a binary frame in hex. */
  readonly binary?: true;
  /** Dialects that support it; all if omitted. */
  readonly only?: readonly Dialect[];
}

export interface TemplateGroup {
  readonly title: string;
  readonly templates: readonly Template[];
}

const own: readonly Dialect[] = ["achex.2"];

const messages: readonly Template[] = [
  { label: "To a name", rule: "K7", text: '{"to":"Alex","msg":"hi"}' },
  { label: "To one session", rule: "K9", text: '{"toS":1,"msg":"hi"}' },
  { label: "To a broadcast", rule: "K5", text: '{"bc":"room","msg":"hi"}' },
  { label: "To a hub", rule: "C8", text: '{"toH":"6542","msg":"hi"}' },
  { label: "To several names", rule: "M3", text: '{"to":["Alex","Bob"],"msg":"hi"}' },
];

const memberships: readonly Template[] = [
  { label: "Register to a broadcast", rule: "K4", text: '{"cmd":"register_broadcast","bid":"room"}' },
  { label: "Leave a broadcast", rule: "K14", text: '{"cmd":"unregister_broadcast","bid":"room"}' },
  { label: "Join a hub", rule: "C6", text: '{"joinHub":"6542"}' },
  { label: "Leave a hub", rule: "C11", text: '{"leaveHub":"6542"}' },
];

const logins: readonly Template[] = [
  { label: "Log in (classic)", rule: "K2", text: '{"setID":"Alex","passwd":""}' },
  { label: "Log in (cloud)", rule: "C2", text: '{"auth":"Alex","passwd":""}' },
  { label: "Log in as a service", rule: "K12", text: '{"serviceID":"calc","passwd":"p","idtag":"calc-2"}' },
  { label: "The same, old library", rule: "K13", text: '{"serverSetID":"calc","passwd":"p"}' },
];

const questions: readonly Template[] = [
  { label: "Latency, bare word", rule: "K10", text: "ping" },
  { label: "Latency, the other word", rule: "K10", text: "latency" },
  { label: "Latency, as an object", rule: "K10", text: '{"ping":true}' },
  { label: "Latency, as a command", rule: "K10", text: '{"cmd":"ping"}' },
  { label: "Echo", rule: "C14", text: '{"echo":true,"":"hi"}' },
  { label: "Who is here", rule: "C15", text: '{"serverstat":true}' },
];

const achex2: readonly Template[] = [
  { label: "Message, with a reply", rule: "R6", text: '{"$ref":1,"to":"Alex","msg":"hi"}', only: own },
  { label: "Log in, with a reply", rule: "R10", text: '{"$ref":2,"setID":"Alex","passwd":""}', only: own },
  { label: "The server's time", rule: "R16", text: '{"$time":true}', only: own },
  {
    label: "Join, with presence",
    rule: "R20",
    text: '{"$ref":3,"joinHub":"6542","$presence":true,"$attributes":{"colour":"red"}}',
    only: own,
  },
  { label: "Members of a hub", rule: "R24", text: '{"$ref":4,"$members":{"hub":"6542"}}', only: own },
  { label: "Watch names", rule: "R25", text: '{"$ref":5,"$watch":["Bob","calc"]}', only: own },
  { label: "Stop watching", rule: "R25", text: '{"$ref":6,"$unwatch":["Bob"]}', only: own },
  { label: "Call", rule: "R30", text: '{"$ref":7,"to":"calc","$call":{"id":7},"add":[1,2]}', only: own },
  { label: "Answer", rule: "R31", text: '{"$ref":8,"toS":1,"$answer":{"id":7},"sum":3}', only: own },
  {
    label: "Progress of an answer",
    rule: "R31",
    text: '{"toS":1,"$answer":{"id":7,"more":true},"done":0.5}',
    only: own,
  },
  { label: "Cancel a call", rule: "R34", text: '{"to":"calc","$call":{"cancel":7}}', only: own },
  { label: "Open a stream", rule: "R50", text: '{"toS":1,"$call":{"id":8,"stream":true},"file":"a.txt"}', only: own },
  { label: "Grant credit", rule: "R51", text: '{"toS":1,"$answer":{"id":8,"credit":262144}}', only: own },
  { label: "End a stream", rule: "R53", text: '{"toS":1,"$call":{"id":8,"end":true}}', only: own },
  // A 16-bit length, the header {"to":"Alex"}, and three raw bytes.
  { label: "Binary message", rule: "R40", text: "000d 7b22746f223a22416c6578227d 01 02 ff", binary: true, only: own },
];

export const templateGroups: readonly TemplateGroup[] = [
  { title: "Messages", templates: messages },
  { title: "Hubs and broadcasts", templates: memberships },
  { title: "Logging in", templates: logins },
  { title: "Questions", templates: questions },
  { title: "achex.2", templates: achex2 },
];

/** The template groups, limited to what a dialect supports. */
export const templatesFor = (dialect: Dialect): readonly TemplateGroup[] =>
  templateGroups.flatMap(({ title, templates }) => {
    const fitting = templates.filter(({ only }) => only?.includes(dialect) ?? true);
    return fitting.length === 0 ? [] : [{ title, templates: fitting }];
  });

/** The login frame a client sends after connecting. */
export const loginText = (dialect: Dialect, name: string, passwd: string): string =>
  JSON.stringify(dialect === "cloud" ? { auth: name, passwd } : { setID: name, passwd });

/** Clients on the page, so that a template can be sent as it is. */
export interface TemplateContext {
  /** Name of the client that sends. */
  readonly own: string;
  /** Name of another client. */
  readonly other: string;
  readonly otherSession: number | undefined;
}

const LOGIN = /"(setID|auth)":"Alex"/;

/** Replaces the example names of a template with clients on the page. */
export function fillTemplate(text: string, { own, other, otherSession }: TemplateContext): string {
  const named = text
    .replace(LOGIN, (whole, key: string) => (own === "" ? whole : `"${key}":${JSON.stringify(own)}`))
    .replace('"to":"Alex"', other === "" ? '"to":"Alex"' : `"to":${JSON.stringify(other)}`);
  return otherSession === undefined ? named : named.replace('"toS":1,', `"toS":${otherSession},`);
}
