import { type Fault, ownFault } from "../fault.ts";
import { type Data, numberFrom, textFrom } from "../json.ts";
import type { Outbox } from "../outbox.ts";
import type { Gap } from "./kept-api.ts";
import type { Position } from "./position.ts";

export interface InboxDeps {
  readonly device: string;
  readonly outbox: Outbox;
  /** The name that the client is logged in as. */
  readonly name: () => string | undefined;
  readonly report: (fault: Fault) => void;
  readonly gap: (gap: Gap) => void;
}

/**
 * The messages that are stored for the client's name (PROTOCOL.md R145). A message is confirmed when the application has handled it
 * and all before it; what is not confirmed arrives again after the next login.
 */
export class Inbox {
  readonly #deps: InboxDeps;
  #name = "";
  #epoch: string | undefined;
  /** Of the last message that has arrived. */
  #received = 0;
  /** Messages that are being handled, and those whose handler failed, in order. */
  readonly #open = new Set<number>();
  readonly #failed = new Set<number>();
  /** What arrives up to here has arrived before, because its confirmation was lost with the session. */
  #repeatedTo = 0;
  #confirmed = 0;
  #isConfirming = false;
  /** The server has rejected a confirmation since the last login. */
  #isRefused = false;

  constructor(deps: InboxDeps) {
    this.#deps = deps;
  }

  /** `$kept`: after a login, the server sends what this device has not confirmed. */
  started(kept: Data): void {
    const [name, epoch] = [textFrom(kept.name), textFrom(kept.epoch)];
    // A sequence number means nothing in another epoch.
    if (name !== this.#name || epoch !== this.#epoch) {
      this.#open.clear();
      this.#failed.clear();
      this.#received = 0;
      this.#confirmed = 0;
    }
    this.#name = name;
    this.#epoch = epoch;
    this.#repeatedTo = this.#received;
    this.#isRefused = false;
    const [missed = 0, reset] = [numberFrom(kept.missed), kept.reset === true];
    if (missed > 0 || reset) this.#deps.gap({ channel: { kind: "name", names: [name] }, missed, reset });
    this.#confirm();
  }

  /** A message to the name has arrived. Returns false if the application has it already. */
  begin(seq: number): boolean {
    const isKnown = seq <= this.#repeatedTo && !this.#failed.delete(seq);
    if (seq > this.#repeatedTo) this.#repeatedTo = 0;
    if (isKnown) return false;
    this.#received = Math.max(this.#received, seq);
    this.#open.add(seq);
    return true;
  }

  positionOf(seq: number): Position | undefined {
    return this.#epoch === undefined ? undefined : { epoch: this.#epoch, seq };
  }

  /** The listeners were called; `outcomes` are what they returned, promises among them. */
  handled(seq: number, outcomes: readonly unknown[]): void {
    const epoch = this.#epoch;
    const isCurrent = () => epoch === this.#epoch;
    Promise.all(outcomes).then(
      () => isCurrent() && this.#open.delete(seq) && this.#confirm(),
      (error) => {
        if (isCurrent()) this.#failed.add(seq);
        this.#deps.report(ownFault("failed", `A listener failed for message ${seq} of the inbox.`, error));
      },
    );
  }

  /** Confirms everything before the first message that is not handled. One confirmation at a time: the next one includes what came meanwhile. */
  #confirm(): void {
    const [open] = this.#open;
    const seq = open === undefined ? this.#received : open - 1;
    if (seq <= this.#confirmed || this.#isConfirming || this.#isRefused) return;
    const { device, outbox, name, report } = this.#deps;
    this.#isConfirming = true;
    outbox.send({
      body: JSON.stringify({ $confirm: { name: this.#name || name(), device, seq } }),
      repeatable: true,
      done: (_, fault) => {
        this.#isConfirming = false;
        // One that failed for now is repeated with the next.
        this.#isRefused = fault?.retry === false;
        if (!fault?.retry) this.#confirmed = Math.max(this.#confirmed, seq);
        if (!fault) this.#confirm();
        else if (fault.code !== "closed") report(fault);
      },
    });
  }
}
