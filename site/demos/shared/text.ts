const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Marks that pile up on one letter reach into the lines above and below. */
const PILES = /(\p{M}{2})\p{M}+/gu;

/** A text of somebody else as it may be shown: one line, without invisible characters and changes of the writing direction. */
export const lineFrom = (text: string): string =>
  text.normalize("NFC").replace(HIDDEN, "").replace(PILES, "$1").replace(/\s+/g, " ").trim();
