import { type Dialect, type Example, exampleGroups, seenFrame } from "@achex/protocol";
import { TOKEN_MASK } from "./token-mask.ts";

export interface Template extends Example {
  /** The text is a binary frame in hex. */
  readonly binary?: true;
}

export interface TemplateGroup {
  readonly title: string;
  readonly templates: readonly Template[];
  /** They mean nothing in the other dialects. */
  readonly achex2Only?: true;
}

/** A 16-bit length, the header {"to":"Alex"}, and three raw bytes. */
const binaryMessage: Template = {
  label: "Binary message",
  rule: "R40",
  text: "000d 7b22746f223a22416c6578227d 01 02 ff",
  binary: true,
};

export const templateGroups: readonly TemplateGroup[] = exampleGroups.map(({ examples, ...group }) => ({
  ...group,
  templates: group.achex2Only ? [...examples, binaryMessage] : examples,
}));

/** The groups that mean something in a dialect. */
export const templatesFor = (dialect: Dialect): readonly TemplateGroup[] =>
  templateGroups.filter(({ achex2Only }) => !achex2Only || dialect === "achex.2");

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
  /** Counts of the client's resumable session, if it has one. */
  readonly resumable?: { readonly generation: number; readonly received: number; readonly sent: number } | undefined;
}

const LOGIN = /"(setID|auth)":"Alex"/;

const RESUME = /^\{"\$resume":\{"token":.*\}$/;
const SEEN = /^\{"\$seen":.*\}$/;

/** Replaces the example names and counts of a template with clients on the page. */
export function fillTemplate(text: string, { own, other, otherSession, resumable }: TemplateContext): string {
  const counted = resumable
    ? text
        .replace(
          RESUME,
          `{"$$resume":{"token":"${TOKEN_MASK}","generation":${resumable.generation},"received":${resumable.received}}}`,
        )
        .replace(SEEN, seenFrame(resumable))
    : text;
  const named = counted
    .replace(LOGIN, (whole, key: string) => (own === "" ? whole : `"${key}":${JSON.stringify(own)}`))
    .replace('"to":"Alex"', other === "" ? '"to":"Alex"' : `"to":${JSON.stringify(other)}`);
  return otherSession === undefined ? named : named.replace('"toS":1,', `"toS":${otherSession},`);
}
