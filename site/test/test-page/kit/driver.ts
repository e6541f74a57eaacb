// Runs in the test page and operates its controls as a user would, but faster than a test outside the browser could.

import type { FrameStatus } from "../../../pages/test/model/frame-status.ts";

export interface Spec {
  readonly server: string;
  readonly path: string;
  readonly dialect: "classic" | "cloud" | "achex.2";
  readonly protocol: string;
  /** Whether the page asks for reports, and hides them. */
  readonly reports: boolean;
}

/** A line of the exported log. */
export interface ExportedLine {
  readonly direction: "in" | "out" | "event";
  readonly text?: string;
  readonly hex?: string;
  readonly event?: string;
  readonly code?: number;
  readonly status?: FrameStatus;
}

/** Milliseconds; long, because the machine may be busy. */
const TIMEOUT = 15_000;

const waiting = new Set<() => void>();

/** Waits check their condition after every socket event, not only once per animation frame. */
window.WebSocket = class extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    const tell = () => queueMicrotask(() => [...waiting].forEach((look) => void look()));
    for (const type of ["open", "message", "close"]) this.addEventListener(type, tell);
  }
};

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    const look = () => {
      waiting.delete(look);
      resolve();
    };
    waiting.add(look);
    requestAnimationFrame(look);
  });

async function wait<T>(what: string, look: () => T | undefined): Promise<T> {
  const end = performance.now() + TIMEOUT;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`the page waited in vain for ${what}`);
    await turn();
  }
}

const panel = (at: number): Element => {
  const found = document.querySelectorAll(".client")[at];
  if (!found) throw new Error(`there is no client ${at}`);
  return found;
};

const buttonIn = (at: number, name: string) =>
  [...panel(at).querySelectorAll("button")].find((one) => one.textContent?.trim() === name && !one.disabled);
const press = async (at: number, name: string) => (await wait(`the button ${name}`, () => buttonIn(at, name))).click();

function fieldIn(at: number, label: string): HTMLInputElement | HTMLSelectElement | undefined {
  const found = [...panel(at).querySelectorAll("label.field")].find(
    (one) => one.querySelector("span")?.textContent === label,
  );
  return found?.querySelector<HTMLInputElement | HTMLSelectElement>("input, select") ?? undefined;
}

async function fill(at: number, label: string, value: string): Promise<void> {
  const field = await wait(`the field ${label}`, () => fieldIn(at, label));
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Captures exported files; a real Blob and its address need round trips to another process. */
let saved = "";
window.Blob = class extends Blob {
  constructor(parts: BlobPart[] = [], options?: BlobPropertyBag) {
    super([], options);
    saved = parts.join("");
  }
};
URL.createObjectURL = () => "blob:captured";
URL.revokeObjectURL = () => {};
HTMLAnchorElement.prototype.click = () => {};

function lines(at: number): ExportedLine[] {
  const button = buttonIn(at, "Export");
  if (!button) return [];
  button.click();
  return saved.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
}

const textarea = (at: number) => panel(at).querySelector("textarea");
const checkbox = (at: number) => panel(at).querySelector<HTMLInputElement>('.composer input[type="checkbox"]');

/** A text area cannot hold a carriage return, so such a frame is replayed from a file. */
function replay(at: number, text: string): void {
  const input = panel(at).querySelector<HTMLInputElement>('input[type="file"]');
  if (!input) throw new Error("the page has no place for a file");
  const files = new DataTransfer();
  files.items.add(new File([JSON.stringify({ time: "2026-01-01T00:00:00Z", direction: "out", text })], "one.ndjson"));
  input.files = files.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

async function compose(at: number, text: string, binary: boolean): Promise<void> {
  const area = textarea(at);
  const box = checkbox(at);
  if (!area || !box) throw new Error("the page has no composer");
  if (box.checked !== binary) box.click();
  area.value = text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

export const driver = {
  async clients(count: number): Promise<void> {
    for (let has = document.querySelectorAll(".client").length; has < count; has++) {
      const add = [...document.querySelectorAll("button")].find((one) => one.textContent?.trim() === "Add client");
      add?.click();
      await wait("one more client", () => document.querySelectorAll(".client").length > has || undefined);
    }
  },
  async connect(at: number, { server, path, dialect, protocol, reports }: Spec): Promise<void> {
    await fill(at, "Server", server);
    await fill(at, "Dialect", dialect);
    await fill(at, "Path", path);
    await fill(at, "Subprotocol", protocol);
    await fill(at, "Name", "");
    const box = panel(at).querySelector<HTMLInputElement>(".reports input");
    if (box && box.checked !== reports) box.click();
    await press(at, "Connect");
  },
  connected: (at: number) =>
    wait("the connection", () => panel(at).querySelector(".badge.good") ?? undefined).then(() => {}),
  async send(at: number, text: string): Promise<void> {
    await compose(at, text, false);
    if (textarea(at)?.value === text) await press(at, "Send");
    else replay(at, text);
  },
  async sendBytes(at: number, hex: string): Promise<void> {
    await compose(at, hex, true);
    await press(at, "Send");
  },
  /** The received frame with that index, from 0. */
  received: (at: number, number: number) =>
    wait(`received frame ${number}`, () => lines(at).filter(({ direction }) => direction === "in")[number]),
  /** The event with the close code of a connection or failed attempt. */
  ended: (at: number) => wait("the end", () => lines(at).find(({ code }) => code !== undefined)),
  lines,
  /** The statuses of all frames sent, once the server has reported each. A pong may never come. */
  async statuses(at: number): Promise<readonly FrameStatus[]> {
    const settled = () => {
      const sent = lines(at).filter(({ direction }) => direction === "out");
      const waiting = sent.filter(({ status, text }) => status?.kind === "pending" && !/ping|latency/.test(text ?? ""));
      return waiting.length === 0 ? sent.flatMap(({ status }) => status ?? []) : undefined;
    };
    return await wait("a report for each frame", settled);
  },
  async leave(at: number): Promise<void> {
    buttonIn(at, "Disconnect")?.click();
    await wait("the end", () => buttonIn(at, "Connect"));
    await press(at, "Clear");
  },
  async disconnect(at: number): Promise<void> {
    await press(at, "Disconnect");
    await wait("the end", () => buttonIn(at, "Connect"));
  },
};
