const DEAD_ZONE = 0.2;
/** The cross of the standard layout. */
const [UP, DOWN, LEFT, RIGHT] = [12, 13, 14, 15] as const;

export interface GamepadReading {
  readonly x: number;
  readonly y: number;
  readonly pressed: ReadonlySet<number>;
}

const beyondDeadZone = (value: number): number => {
  if (Math.abs(value) < DEAD_ZONE) return 0;
  return (value - Math.sign(value) * DEAD_ZONE) / (1 - DEAD_ZONE);
};

const NOTHING: GamepadReading = { x: 0, y: 0, pressed: new Set() };

/** The first gamepad that is in use: its left stick or cross, and its buttons. Browsers report it after its first button press. */
export function readGamepad(): GamepadReading {
  // Only pages of a secure origin have gamepads.
  const pad = navigator.getGamepads?.().find((one) => one?.connected && one.mapping === "standard");
  if (!pad) return NOTHING;
  const pressed = new Set(pad.buttons.flatMap((button, index) => (button.pressed ? index : [])));
  const cross = (less: number, more: number) => Number(pressed.has(more)) - Number(pressed.has(less));
  const axis = (index: number, less: number, more: number) =>
    Math.max(-1, Math.min(1, beyondDeadZone(pad.axes[index] ?? 0) + cross(less, more)));
  return { x: axis(0, LEFT, RIGHT), y: axis(1, UP, DOWN), pressed };
}
