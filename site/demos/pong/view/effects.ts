import { createParticles, type Particles } from "../../shared/feel/particles.ts";
import { createShake, prefersReducedMotion, type Shake } from "../../shared/feel/shake.ts";
import { easeOutBack, Tween } from "../../shared/feel/tween.ts";
import { COURT, type Seat, type Side, sideOf } from "../rules/court.ts";
import type { Happening } from "../rules/timeline.ts";
import { CHALK } from "./palette.ts";

interface Ring {
  readonly x: number;
  readonly y: number;
  readonly color: string;
  readonly size: number;
  age: number;
}

export interface TrailPoint {
  x: number;
  y: number;
}

const TRAIL = 20;
const RING_LIFE = 340;
/** How much faster than real time the picture makes up for a held moment. */
const CATCH_UP = 0.5;

/** What light does on the court: particles, rings, shake, trail, and moments for which the picture holds. */
export class Effects {
  readonly particles: Particles = createParticles(320);
  readonly shake: Shake = createShake();
  readonly rings: Ring[] = [];
  readonly trail: TrailPoint[] = [];
  /** 1 and falling while the ball is squashed. */
  readonly squash = new Tween(0);
  /** Glow of the goal lines, by side, and the colour. */
  readonly goals: readonly [Tween, Tween] = [new Tween(0), new Tween(0)];
  readonly goalColors: [string, string] = [CHALK, CHALK];
  /** Paint of the two figures: 0 to 1 while a new one is painted. */
  readonly figures: readonly [Tween, Tween] = [new Tween(1), new Tween(1)];
  /** By seat: how far a paddle is thrown back, and how brightly it flashes. */
  readonly kicks = [0, 1, 2, 3].map(() => new Tween(0));
  readonly flashes = [0, 1, 2, 3].map(() => new Tween(0));
  /** The ball burns: the last strike was a power shot. */
  isBurning = false;
  /** How much later than the game the ball is drawn, ms. */
  delay = 0;
  #held = 0;
  readonly #isCalm: () => boolean;

  constructor(isCalm: () => boolean = prefersReducedMotion) {
    this.#isCalm = isCalm;
  }

  show(happening: Happening, colorOf: (seat: Seat) => string): void {
    switch (happening.kind) {
      case "serve":
      case "strike":
        this.#strike(happening, colorOf(happening.seat));
        return;
      case "wall":
        this.#burst(
          happening.x,
          happening.y,
          happening.y < COURT.height / 2 ? Math.PI / 2 : -Math.PI / 2,
          4,
          CHALK,
          60,
        );
        this.rings.push({ x: happening.x, y: happening.y, color: CHALK, size: 7, age: 0 });
        return;
      case "point":
        this.#point(happening.side, happening.x, happening.y);
        return;
      case "let":
        this.clearTrail();
        return;
      case "over":
        this.shake.hit(9, 320);
    }
  }

  setGoalColor(side: Side, color: string): void {
    this.goalColors[side] = color;
  }

  clearTrail(): void {
    this.trail.length = 0;
    this.isBurning = false;
  }

  /** Adds where the ball is drawn. */
  follow(x: number, y: number): void {
    this.trail.unshift({ x, y });
    if (this.trail.length > TRAIL) this.trail.length = TRAIL;
  }

  advance(elapsed: number): void {
    this.particles.advance(elapsed);
    this.shake.advance(elapsed);
    for (const tween of [this.squash, ...this.goals, ...this.figures, ...this.kicks, ...this.flashes])
      tween.advance(elapsed);
    for (const ring of this.rings) ring.age += elapsed / RING_LIFE;
    while (this.rings[0] && this.rings[0].age >= 1) this.rings.shift();
    const held = Math.min(this.#held, elapsed);
    this.#held -= held;
    this.delay = Math.max(0, this.delay + held - (elapsed - held) * CATCH_UP);
  }

  #strike(happening: Extract<Happening, { seat: Seat }>, color: string): void {
    const { seat, x, y } = happening;
    const power = happening.kind === "strike" && happening.power;
    const away = sideOf(seat) === 0 ? 0 : Math.PI;
    this.clearTrail();
    this.isBurning = power;
    this.squash.pulse(1, 0, power ? 150 : 90);
    this.kicks[seat]?.pulse(power ? 6 : 3, 0, 160, easeOutBack);
    this.flashes[seat]?.pulse(1, 0, power ? 420 : 220);
    this.rings.push({ x, y, color, size: power ? 26 : 13, age: 0 });
    this.#burst(x, y, away, power ? 22 : 8, color, power ? 190 : 120);
    if (power) this.shake.hit(5, 150);
    if (!this.#isCalm()) this.#held = power ? 70 : 40;
  }

  #point(side: Side, x: number, y: number): void {
    const color = this.goalColors[side];
    const loser = side === 0 ? 1 : 0;
    this.clearTrail();
    this.goals[loser].pulse(1, 0, 900);
    this.figures[side].pulse(0, 1, 420);
    const inside = Math.max(4, Math.min(COURT.width - 4, x));
    this.#burst(inside, y, loser === 0 ? 0 : Math.PI, 30, color, 170, 2.6);
    this.rings.push({ x: inside, y, color, size: 34, age: 0 });
    this.shake.hit(8, 260);
  }

  #burst(x: number, y: number, direction: number, count: number, color: string, speed: number, spread = 1.7): void {
    const few = this.#isCalm() ? Math.ceil(count / 2) : count;
    this.particles.burst(few, { x, y, direction, spread, color, life: 460, size: 1.5, speed: [speed * 0.3, speed] });
  }
}
