import type { Data, Message } from "@achex/client/full";
import type { ReadonlySignal } from "@preact/signals";
import type { SettingLimits, Settings } from "../../shared/instruments/wire.ts";

/** A waveform as it arrived, not yet checked. */
export type RawWaveform = Pick<Message<Data>, "data" | "bytes">;

export interface SourceListener {
  waveform(raw: RawWaveform): void;
  /** A message that cannot be a waveform of this source. */
  ignored(reason: string): void;
}

/** Where waveforms come from: an instrument on the relay, or the microphone. The capture itself, with its trigger, is there. */
export interface Source {
  readonly id: string;
  readonly title: ReadonlySignal<string>;
  readonly isOnline: ReadonlySignal<boolean>;
  /** Settings as they are, with those that were changed here and are not confirmed yet. */
  readonly settings: ReadonlySignal<Settings>;
  /** Names of the settings that are not confirmed yet. */
  readonly unconfirmed: ReadonlySignal<ReadonlySet<string>>;
  readonly limits: ReadonlySignal<Readonly<Record<string, SettingLimits>>>;
  /** People who watch it, with this page; undefined for a source of this page alone. */
  readonly watchers: ReadonlySignal<number | undefined>;
  /** Now, in ms by the clock of the waveforms' times. */
  now(): number;
  /** Why the last change was rejected; empty after the next one that was not. */
  readonly problem: ReadonlySignal<string>;
  /** Asks for other settings. What is asked for while a question waits is asked with the next one. */
  change(set: Settings): void;
  listen(listener: SourceListener): () => void;
  close(): void;
}
