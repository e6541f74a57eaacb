const drawing = (inner: string): string =>
  `<svg class="demo-drawing" viewBox="0 0 320 120" aria-hidden="true">${inner}</svg>`;

const bubble = (x: number, y: number, width: number, kind = ""): string =>
  `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="24" rx="8"/>`;

const row = (y: number, width: number, kind = ""): string =>
  `<rect class="${kind}" x="176" y="${y}" width="${width}" height="6" rx="3"/>`;

const frame = (y: number, width: number, out: boolean): string => {
  const kind = out ? ["", ""] : ["accent-line", "accent"];
  const tip = out ? "m-5-4 5 4-5 4" : "m-11-4-5 4 5 4";
  return `<path class="${kind[0]}" d="M40 ${y}h16${tip}"/><rect class="${kind[1]}" x="72" y="${y - 3}" width="${width}" height="6" rx="3"/>`;
};

/** What each demo is like, by the folder of its page. */
export const drawings = {
  simple: drawing(bubble(60, 12, 96) + bubble(150, 48, 110, "accent") + bubble(60, 84, 64)),
  interactive: drawing(
    `<rect class="edge" x="44" y="14" width="96" height="26" rx="6"/><rect class="edge accent" x="44" y="48" width="96" height="26" rx="6"/><rect class="edge" x="44" y="82" width="96" height="26" rx="6"/><path class="accent-line" d="M140 61h28"/>${row(24, 84)}${row(40, 60)}${row(58, 104, "accent")}${row(76, 70)}${row(92, 92)}`,
  ),
  test: drawing(
    frame(18, 120, true) + frame(40, 190, false) + frame(62, 90, true) + frame(84, 210, false) + frame(106, 150, false),
  ),
  banner: drawing(
    '<rect class="edge" x="76" y="38" width="168" height="44" rx="10"/><path class="accent-fill" fill-rule="evenodd" d="m102 46 14 14-14 14-14-14zm0 7-7 7 7 7 7-7z"/><rect x="126" y="57" width="70" height="6" rx="3"/><circle class="accent-fill" cx="216" cy="60" r="5"/>',
  ),
} as const;
