/** Paths on a square of 24 units, drawn with a line of 2. */
const PATHS = {
  share: "M12 15V4m0 0L8 8m4-4 4 4M5 13v6h14v-6",
  people: "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-6 8c0-3 3-5 6-5s6 2 6 5M16 11a3 3 0 0 0 0-6m2 9c2 1 3 3 3 5",
  soundOn: "M4 10v4h4l5 4V6l-5 4H4Zm12-2c2 2 2 6 0 8m3-11c3 3 3 11 0 14",
  soundOff: "M4 10v4h4l5 4V6l-5 4H4Zm12 0 5 5m0-5-5 5",
  fullscreen: "M4 9V4h5m6 0h5v5m0 6v5h-5m-6 0H4v-5",
  help: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm-2.5-11.5c0-3.5 5-3.5 5 0 0 2-2.5 2-2.5 4m0 3v.1",
  frames: "M4 7h13m0 0-3-3m3 3-3 3M20 17H7m0 0 3-3m-3 3 3 3",
  leave: "M14 4h5v16h-5M4 12h10m0 0-4-4m4 4-4 4",
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path
      d={PATHS[name]}
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  </svg>
);
