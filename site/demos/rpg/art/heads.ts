/** A head is 10 × 9; grids of hair and hats are 12 × 12 and begin one pixel further up and to the left. S s skin, H h hair, 0 eyes, E cheeks. */

export const HEADS = {
  front: [
    "..SSSSSS..",
    ".SSSSSSSS.",
    "SSSSSSSSSS",
    "SSSSSSSSSS",
    "SS0SSSS0SS",
    "SS0SSSS0SS",
    "sEESSSSEEs",
    ".sSSSSSSs.",
    "..ssssss..",
  ],
  quarter: [
    "..SSSSSS..",
    ".SSSSSSSS.",
    "SSSSSSSSSS",
    "SSSSSSSSSS",
    "SSSS0SSS0S",
    "SSSS0SSS0S",
    "ssSEESSSES",
    ".ssSSSSSS.",
    "..ssssSS..",
  ],
  side: [
    "..SSSSSS..",
    ".SSSSSSSS.",
    "SSSSSSSSSS",
    "SSSSSSSSSS",
    "SSSSSSS0SS",
    "SSSSSSS0SSS",
    "ssSSSEEESS",
    ".ssSSSSSS.",
    "..sssSSS..",
  ],
  back: [
    "..SSSSSS..",
    ".SSSSSSSS.",
    "SSSSSSSSSS",
    "SSSSSSSSSS",
    "SSSSSSSSSS",
    "SSSSSSSSSS",
    "sSSSSSSSSs",
    ".sSSSSSSs.",
    "..ssssss..",
  ],
} as const satisfies Record<string, readonly string[]>;

export type View = "front" | "quarter" | "side" | "backQuarter" | "back";

interface Hair {
  readonly front: readonly string[];
  readonly side: readonly string[];
  readonly back: readonly string[];
}

const cropBack = [
  "...HHHHHH...",
  "..HHHHHHHH..",
  ".HHHHHHHHHH.",
  ".HHHHHHHHHH.",
  ".HHHHHHHHHH.",
  ".HHHHHHHHHH.",
  ".hHHHHHHHHh.",
  "..hHHHHHHh..",
  "...hhhhhh...",
];

/** In the order of the choices in `look.hair`. */
export const HAIR: readonly Hair[] = [
  {
    // Cropped.
    front: ["............", "...HHHHHH...", "..HHHHHHHH..", ".HHHHHHHHHH.", ".Hh.HHH.hHH.", ".h........h."],
    side: [
      "............",
      "...HHHHHH...",
      "..HHHHHHHH..",
      ".HHHHHHHHHH.",
      ".HHHHHH.hH..",
      ".HHHH.......",
      ".hHH........",
      "..hh........",
    ],
    back: ["............", ...cropBack.slice(0, 7), "..hhhhhhhh.."],
  },
  {
    // Spiky.
    front: ["..H..H..H...", "..HHHHHHHHH.", ".HHHHHHHHHH.", ".HHHHHHHHHH.", ".HHhHHhHHhH.", ".H........H."],
    side: [
      ".H..H..H....",
      ".HHHHHHHHH..",
      "HHHHHHHHHH..",
      ".HHHHHHHHHH.",
      "HHHHHHhHhH..",
      ".HHHH.......",
      "HhHH........",
      "..hh........",
    ],
    back: [
      "..H..H..H...",
      "..HHHHHHHH..",
      ".HHHHHHHHHH.",
      "HHHHHHHHHHHH",
      ".HHHHHHHHHH.",
      "HHHHHHHHHHHH",
      ".HHHHHHHHHH.",
      "..hHhHHhHh..",
      "...h.hh.h...",
    ],
  },
  {
    // Long.
    front: [
      "............",
      "...HHHHHH...",
      "..HHHHHHHH..",
      ".HHHHHHHHHH.",
      ".HHHHH.hHHH.",
      ".Hh......hH.",
      ".HH......HH.",
      ".HH......HH.",
      ".HH......HH.",
      ".hHH....HHh.",
      "..h......h..",
    ],
    side: [
      "............",
      "...HHHHHH...",
      "..HHHHHHHH..",
      ".HHHHHHHHHH.",
      ".HHHHHHhHH..",
      ".HHHHHh.....",
      ".HHHHH......",
      ".HHHHH......",
      ".HHHHH......",
      ".hHHHh......",
      "..hhh.......",
    ],
    back: [
      "............",
      ...cropBack.slice(0, 6),
      ".HHHHHHHHHH.",
      ".HHHHHHHHHH.",
      ".HHHHHHHHHH.",
      ".hHHHHHHHHh.",
      "..hhhhhhhh..",
    ],
  },
  {
    // A bun.
    front: [
      ".....HH.....",
      "....HHHH....",
      "..HHHHHHHH..",
      ".HHHHHHHHHH.",
      ".HHHh..hHHH.",
      ".Hh......hH.",
      ".h........h.",
    ],
    side: [
      "..HH........",
      ".HHHHHHHH...",
      ".HHHHHHHHH..",
      ".HHHHHHHHHH.",
      ".HHHHHh.hH..",
      ".HHHH.......",
      ".hHH........",
      "..hh........",
    ],
    back: [
      ".....HH.....",
      "....HHHH....",
      "...hHHHHh...",
      ".HHHhhhhHHH.",
      ".HHHHHHHHHH.",
      ".HHHHHHHHHH.",
      ".hHHHHHHHHh.",
      "..hhHHHHhh..",
      "...hhhhhh...",
    ],
  },
  {
    // A plait.
    front: [
      "............",
      "...HHHHHH...",
      "..HHHHHHHH..",
      ".HHHHHHHHHH.",
      ".HHHHHh.hHH.",
      ".Hh......HH.",
      ".h.......HH.",
      ".........HH.",
      ".........hH.",
      "..........H.",
    ],
    side: [
      "............",
      "...HHHHHH...",
      "..HHHHHHHH..",
      ".HHHHHHHHHH.",
      ".HHHHHH.hH..",
      ".HHHHH......",
      "HHHH........",
      "HHH.........",
      "hH..........",
      "HH..........",
      "h...........",
    ],
    back: ["............", ...cropBack.slice(0, 7), "...hHHHHh...", "....HhhH....", "....hHHh....", ".....HH....."],
  },
  {
    // Bald, with a beard.
    front: [
      "............",
      "............",
      "............",
      "............",
      "............",
      "............",
      ".H........H.",
      ".HHhHHHHhHH.",
      "..HHHHHHHH..",
      "...hHHHHh...",
    ],
    side: [
      "............",
      "............",
      "............",
      "............",
      "............",
      "..H.........",
      "..HH........",
      "..HHHhHHHHH.",
      "...HHHHHHH..",
      "....hHHHh...",
    ],
    back: [
      "............",
      "............",
      "............",
      "............",
      "............",
      "............",
      ".h........h.",
      "..h......h..",
    ],
  },
];

/** Hats cover the top of the hair; 14 × 8, two pixels further up and to the left. */
export const HATS: Readonly<Record<string, readonly string[]>> = {
  cap: [
    "..........c...",
    ".........cd...",
    "....6666cd....",
    "...666666c....",
    "..56666667....",
    "..66666667....",
    ".7777777777...",
    "777777777777..",
  ],
  straw: [
    "..............",
    "....444444....",
    "...44444444...",
    "...44444443...",
    "...22222222...",
    ".444444444444.",
    "44443444434443",
    ".333333333333.",
  ],
  helmet: [
    "......cc......",
    "....dddddd....",
    "...dcddddde...",
    "..dcddddddde..",
    "..ddddddddde..",
    "..eeeeeeeeee..",
    "..d.d....d.d..",
    "..d........d..",
  ],
};
