export interface Particle {
  x: number;
  y: number;
  /** Per second. */
  vx: number;
  vy: number;
  /** Remaining and whole life, ms. */
  left: number;
  life: number;
  size: number;
  color: string;
}

export interface Particles {
  /** At most `capacity` live at once: the oldest one gives way. */
  emit(particle: Omit<Particle, "left">): void;
  /** Spreads `count` of them from a point, between two speeds, around a direction in radians. */
  burst(count: number, at: Burst): void;
  advance(elapsed: number): void;
  /** Calls back for each live one, with its remaining share of life, 1 to 0. */
  each(visit: (particle: Readonly<Particle>, share: number) => void): void;
  readonly count: number;
}

export interface Burst {
  readonly x: number;
  readonly y: number;
  readonly direction: number;
  /** Full angle of the spread, radians. */
  readonly spread: number;
  readonly speed: readonly [least: number, most: number];
  readonly life: number;
  readonly size: number;
  readonly color: string;
}

const blank = (): Particle => ({ x: 0, y: 0, vx: 0, vy: 0, left: 0, life: 1, size: 0, color: "" });

/** Objects are created once and used again, so that no garbage is collected in the middle of a rally. `drag` is the share of speed lost per second. */
export function createParticles(capacity = 256, drag = 2.5, random: () => number = Math.random): Particles {
  const all = Array.from({ length: capacity }, blank);
  let next = 0;
  const emit = (particle: Omit<Particle, "left">) => {
    const slot = all[next];
    next = (next + 1) % capacity;
    if (slot) Object.assign(slot, particle, { left: particle.life });
  };
  return {
    emit,
    burst(count, { x, y, direction, spread, speed: [least, most], life, size, color }) {
      for (let i = 0; i < count; i++) {
        const angle = direction + (random() - 0.5) * spread;
        const speed = least + (most - least) * random();
        const vx = Math.cos(angle) * speed;
        const vy = Math.sin(angle) * speed;
        emit({ x, y, vx, vy, life: life * (0.6 + 0.4 * random()), size: size * (0.6 + 0.8 * random()), color });
      }
    },
    advance(elapsed) {
      const seconds = elapsed / 1000;
      const kept = Math.exp(-drag * seconds);
      for (const one of all) {
        if (one.left <= 0) continue;
        one.left -= elapsed;
        one.x += one.vx * seconds;
        one.y += one.vy * seconds;
        one.vx *= kept;
        one.vy *= kept;
      }
    },
    each(visit) {
      for (const one of all) if (one.left > 0) visit(one, one.left / one.life);
    },
    get count() {
      return all.filter(({ left }) => left > 0).length;
    },
  };
}
