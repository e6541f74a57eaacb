import { type ReadonlySignal, signal } from "@preact/signals";
import { type Frame, type Loop, startLoop } from "../../shared/feel/loop.ts";
import { announce } from "../../shared/shell/announce.tsx";
import { sound } from "../../shared/sound.ts";
import { type PongRoom, Table } from "../net/table.ts";
import { Umpire } from "../net/umpire.ts";
import { type Seat, sideOf, TICK_MS } from "../rules/court.ts";
import { turnOf, winnerOf } from "../rules/match.ts";
import type { Happening } from "../rules/timeline.ts";
import { Control } from "./control.ts";
import { CourtView } from "./court-view.ts";
import type { Scene } from "./scene.ts";
import { personOf, sceneOf, spoken, victory } from "./scene-of.ts";
import { tonesOf } from "./sounds.ts";

/** How often the times of the frames are noted on the canvas, in frames. */
const NOTED = 60;

/** A page that slept for so long, ms, asks what it has missed. */
const SLEEP = 700;

const EMPTY: Scene = {
  ...{ teams: 1, side: undefined, paddles: [], ball: undefined, turn: undefined },
  ...{ score: [0, 0], goal: 0, heat: 0, banner: undefined },
};

export interface GameOptions {
  /** Whether fingers steer: the hints differ. */
  readonly isTouch: boolean;
}

/** The game on one page: the matches of the room, drawn and steered. */
export class PongGame {
  readonly table: Table;
  /** The own paddle has energy for a power shot. */
  readonly canArm: ReadonlySignal<boolean>;
  /** The next strike will spend it. */
  readonly isArmed: ReadonlySignal<boolean>;
  readonly #isArmed = signal(false);
  readonly #canArm = signal(false);
  readonly #umpire: Umpire;
  readonly #options: GameOptions;
  #view: CourtView | undefined;
  #control: Control | undefined;
  #loop: Loop | undefined;

  constructor(room: PongRoom, options: GameOptions) {
    this.#options = options;
    this.table = new Table(room);
    this.#umpire = new Umpire(this.table);
    this.canArm = this.#canArm;
    this.isArmed = this.#isArmed;
  }

  /** Times of the frames, for the panel and for tests. */
  get loop(): Loop | undefined {
    return this.#loop;
  }

  /** Draws on this canvas from now on. Returns what ends it. */
  attach(canvas: HTMLCanvasElement): () => void {
    const view = new CourtView(canvas);
    this.#view = view;
    this.#control = new Control(canvas, view, () => this.arm());
    this.#loop = startLoop({
      step: TICK_MS,
      update: () => this.#step(),
      draw: (frame) => {
        this.#draw(view, frame);
        this.#note(canvas);
      },
      skipped: (milliseconds) => milliseconds > SLEEP && this.table.wakeUp(),
    });
    return () => {
      this.#loop?.stop();
      this.#control?.stop();
      this.#view = undefined;
      this.#control = undefined;
    };
  }

  /** Spends the energy with the next strike. */
  arm(): void {
    if (this.#canArm.peek()) this.#isArmed.value = true;
  }

  close(): void {
    this.#loop?.stop();
    this.#control?.stop();
    this.#umpire.close();
    this.table.close();
  }

  /** For measurements: 95% of the frames took no longer to compute and draw, ms. */
  #note(canvas: HTMLCanvasElement): void {
    const work = this.#loop?.work;
    if (work && work.count % NOTED === 0) canvas.dataset.frame = work.percentile(0.95).toFixed(1);
  }

  #step(): void {
    const control = this.#control;
    if (!control) return;
    const happenings = this.table.step(performance.now(), control.steering(this.#isArmed.peek()));
    const seat = this.table.mySeat();
    for (const happening of happenings) this.#happened(happening, seat);
  }

  #happened(happening: Happening, mySeat: Seat | undefined): void {
    const entry = this.table.court.peek();
    const court = entry && this.table.courts.get(entry.id);
    if (!entry || !court) return;
    const colorOf = (seat: Seat) => personOf(this.table, entry, seat).livery.color;
    if (happening.kind === "strike" && happening.seat === mySeat && happening.power) this.#isArmed.value = false;
    if (happening.kind === "point") {
      this.#view?.effects.setGoalColor(0, colorOf(0));
      this.#view?.effects.setGoalColor(1, colorOf(1));
    }
    this.#view?.effects.show(happening, colorOf);
    sound.play(...tonesOf(happening));
    if (happening.kind === "point" || happening.kind === "let")
      announce(spoken(this.table, entry, court.timeline.shown));
  }

  #draw(view: CourtView, frame: Frame): void {
    const entry = this.table.court.peek();
    const court = entry && this.table.courts.get(entry.id);
    if (!entry || !court) {
      view.draw(EMPTY, frame);
      return;
    }
    const mySeat = this.table.mySeat();
    const canArm = mySeat !== undefined && court.canArm(mySeat);
    if (canArm !== this.#canArm.peek()) this.#canArm.value = canArm;
    const ahead = view.effects.delay > 0 ? frame.alpha - view.effects.delay / TICK_MS : frame.alpha;
    const isArmed = this.#isArmed.peek();
    const banner = this.#hint(mySeat);
    view.draw(sceneOf({ table: this.table, entry, court, mySeat, isArmed, ahead, banner }), frame);
  }

  /** Somebody who has arrived while I play against the computer. */
  #challenger(mySeat: Seat | undefined): string | undefined {
    if (mySeat === undefined || this.table.round.peek()?.entrants.length !== 1) return undefined;
    return this.table.room.players
      .peek()
      .find(({ seat, status, isMe }) => seat !== undefined && status === "here" && !isMe)?.name;
  }

  #hint(mySeat: Seat | undefined): string | undefined {
    const entry = this.table.court.peek();
    const court = entry && this.table.courts.get(entry.id);
    if (!entry || !court) return undefined;
    const { shown } = court.timeline;
    const winner = winnerOf(shown);
    // Then the page says so.
    if (this.table.room.phase.peek().name === "over") return undefined;
    if (winner !== undefined) {
      const isMine = mySeat !== undefined && sideOf(mySeat) === winner;
      return `${isMine ? "You win" : victory(this.table, entry, shown, winner)}\n${shown.score.join(" : ")}`;
    }
    const challenger = this.#challenger(mySeat);
    if (challenger !== undefined) return `${challenger} is here\nYou play each other next`;
    if (shown.phase !== "serve" || mySeat === undefined || turnOf(shown) !== mySeat) return undefined;
    return this.#options.isTouch ? "Tap to serve" : "Click or press Space to serve";
  }
}
