/** How a character is dressed: choices that cost nothing. What it wears from its bag is drawn over them. */
export interface Look {
  readonly skin: number;
  readonly hair: number;
  readonly hairColor: number;
  readonly shirt: number;
  readonly trousers: number;
}

/** Number of choices for each part. */
export const LOOKS: Readonly<Record<keyof Look, number>> = { skin: 4, hair: 6, hairColor: 7, shirt: 8, trousers: 5 };
export const LOOK_PARTS: readonly (keyof Look)[] = ["skin", "hair", "hairColor", "shirt", "trousers"];

export const isLook = (look: Look): boolean =>
  LOOK_PARTS.every((part) => Number.isInteger(look[part]) && look[part] >= 0 && look[part] < LOOKS[part]);

/** A look from any number, the same for the same number. */
export function lookFrom(number: number): Look {
  let rest = Math.abs(Math.trunc(number));
  const pick = (part: keyof Look) => {
    const choice = rest % LOOKS[part];
    rest = Math.floor(rest / LOOKS[part]) + choice * 7;
    return choice;
  };
  return {
    skin: pick("skin"),
    hair: pick("hair"),
    hairColor: pick("hairColor"),
    shirt: pick("shirt"),
    trousers: pick("trousers"),
  };
}
