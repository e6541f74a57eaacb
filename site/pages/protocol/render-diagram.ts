import { highlight } from "../../pipeline/highlight.ts";
import { escapeHtml } from "../../pipeline/html.ts";
import { type Diagram, diagrams } from "./diagrams.ts";
import { type Sequence, type SequenceEvent, type SequenceStep, sequenceOf } from "./sequence.ts";
import { type Case, readCases } from "./vectors.ts";

/** The relay is the middle column. */
const relayAt = (clients: number): number => Math.ceil(clients / 2);

const columnOf = (client: string, { names }: Sequence): number => {
  const at = [...names.keys()].indexOf(client);
  return at < relayAt(names.size) ? at : at + 1;
};

function arrow({ client, kind }: SequenceEvent, sequence: Sequence): string {
  const relay = relayAt(sequence.names.size);
  const own = columnOf(client, sequence);
  const [from, to] = kind === "in" ? [relay, own] : [own, relay];
  const span = Math.abs(from - to) + 1;
  return `<span class="arrow ${kind} start-${Math.min(from, to) + 1} span-${span} ${from < to ? "right" : "left"}"><i></i></span>`;
}

const withStamp = (html: string): string =>
  html.replace(
    /(<span class="hljs-punctuation">,<\/span>)(<span class="hljs-attr">&quot;sID&quot;<\/span>.*?<span class="hljs-attr">&quot;FROM&quot;<\/span>.*?<span class="hljs-string">&quot;.*?&quot;<\/span>)/,
    '<span class="stamp">$1$2</span>',
  );

const frameOf = ({ kind, text }: SequenceEvent): string => {
  if (kind === "end") return escapeHtml(text);
  return kind === "open"
    ? `opens <code>${escapeHtml(text)}</code>`
    : `<code>${withStamp(highlight(text, "json"))}</code>`;
};

function stepText({ events, summary }: SequenceStep, { names, sessions }: Sequence): string {
  const first = events[0];
  if (!first) return `<p>${escapeHtml(summary ?? "")}</p>`;
  // Numbers distinguish sessions with the same name.
  const label = (client: string) => {
    const name = names.get(client) ?? client;
    const shared = [...names.values()].filter((other) => other === name).length > 1;
    return `<b>${escapeHtml(name)}</b>${shared ? ` <small>#${sessions.get(client)}</small>` : ""}`;
  };
  const clients = events.map(({ client }) => label(client)).join(", ");
  const who = { open: clients, end: clients, out: `${clients} → relay`, in: `relay → ${clients}` }[first.kind];
  return `<p>${who}<span class="visually-hidden">: </span> ${frameOf(first)}</p>`;
}

function lane(step: SequenceStep, sequence: Sequence): string {
  const columns = sequence.names.size + 1;
  const lives = Array.from({ length: columns }, (_, at) => `<span class="life start-${at + 1}"></span>`).join("");
  const arrows = step.events.map((event) => arrow(event, sequence)).join("");
  return `<li><div class="lane columns-${columns}" aria-hidden="true">${lives}${arrows}</div>${stepText(step, sequence)}</li>`;
}

function heads(sequence: Sequence): string {
  const clients = [...sequence.names].map(
    ([client, name]) => `<span><b>${escapeHtml(name)}</b><small>#${sequence.sessions.get(client)}</small></span>`,
  );
  clients.splice(relayAt(sequence.names.size), 0, "<span><b>relay</b></span>");
  return `<div class="heads columns-${clients.length}" aria-hidden="true">${clients.join("")}</div>`;
}

async function caseOf(reference: string): Promise<Case> {
  const [file = "", id = ""] = reference.split("#");
  const found = (await readCases(file)).find((one) => one.id === id);
  if (!found) throw new Error(`site/pages/protocol/diagrams.ts: there is no vector ${reference}`);
  return found;
}

async function figure(scene: Diagram): Promise<string> {
  const versions = Object.entries(scene.vectors).map(async ([dialect, reference], at) => {
    const sequence = sequenceOf(await caseOf(reference), scene.collapsed, scene.steps);
    const steps = sequence.steps.map((step) => lane(step, sequence)).join("");
    return `<div class="variant" data-dialect="${dialect}"${at === 0 ? "" : " hidden"}>${heads(sequence)}<ol class="steps">${steps}</ol></div>`;
  });
  const button = (act: string, label: string) =>
    `<button class="button small" type="button" data-act="${act}">${label}</button>`;
  return `<figure class="scene wide" id="scene-${scene.id}" aria-labelledby="scene-${scene.id}-title">
<figcaption><b id="scene-${scene.id}-title">${scene.title}</b> <span class="badge" data-shown>classic</span><br>${scene.look}</figcaption>
<div class="cluster" data-controls hidden>${button("play", "Play")}${button("back", "Back")}${button("step", "Step")}<span class="small muted" data-count role="status"></span></div>
${(await Promise.all(versions)).join("\n")}
</figure>`;
}

/** Inserts each diagram below its heading. */
export async function withDiagrams(html: string): Promise<string> {
  let whole = html;
  for (const scene of diagrams.toReversed()) {
    const heading = new RegExp(`<h2 id="${scene.below}">.*?</h2>\n`);
    if (!heading.test(whole)) throw new Error(`PROTOCOL.md has no heading ${scene.below} for the diagram ${scene.id}`);
    const drawn = await figure(scene);
    whole = whole.replace(heading, (found) => `${found}${drawn}\n`);
  }
  return whole;
}
