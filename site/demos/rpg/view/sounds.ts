import { sound } from "../../shared/sound.ts";
import type { NewsEvent } from "../net/protocol.ts";

/** Plays what one hears; what happens to oneself is louder. */
export function playEvent(event: NewsEvent, myId: string): void {
  switch (event.type) {
    case "hit": {
      const volume = event.by === myId || event.target === myId ? 0.22 : 0.07;
      const from = event.target === myId ? 190 : 320;
      sound.play({ from, to: from * 0.45, length: 90, volume, wave: "square" });
      break;
    }
    case "fell":
      sound.play({ from: 240, to: 60, length: 320, volume: 0.18, wave: "sawtooth" });
      break;
    case "healed":
      if (event.target === myId) sound.play({ from: 520, to: 780, length: 140, volume: 0.1 });
      break;
    case "level":
      sound.play(
        { from: 392, length: 130, volume: 0.2 },
        { from: 523, length: 130, volume: 0.2, delay: 120 },
        { from: 659, length: 130, volume: 0.2, delay: 240 },
        { from: 784, length: 340, volume: 0.22, delay: 360 },
      );
  }
}

/** A swing through the air, before anybody knows what it hits. */
export const playSwing = () => sound.play({ from: 700, to: 260, length: 70, volume: 0.06, wave: "sawtooth" });
export const playFound = () =>
  sound.play(
    { from: 660, length: 60, volume: 0.12, wave: "square" },
    { from: 990, length: 120, volume: 0.12, wave: "square", delay: 60 },
  );
export const playQuest = () =>
  sound.play(
    { from: 523, length: 160, volume: 0.2 },
    { from: 659, length: 160, volume: 0.2, delay: 140 },
    { from: 880, length: 420, volume: 0.22, delay: 280 },
  );
export const playDoor = () => sound.play({ from: 140, to: 90, length: 160, volume: 0.16, wave: "triangle" });
