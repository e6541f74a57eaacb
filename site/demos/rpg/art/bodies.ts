/** 10 × 4, below the head. C c cloth, S hands, P p trousers, B boots. */
export const TORSOS = {
  front: ["..CCCCCC..", ".CCCCCCCC.", ".CcCCCCcC.", ".SccccccS."],
  side: ["...CCCC...", "...CCCCC..", "...CccCC..", "...cSSCc.."],
  back: ["..CCCCCC..", ".CCCCCCCC.", ".CCCCCCCC.", ".SccccccS."],
} as const;

/** 10 × 4; the first is standing, then the frames of a step. */
export const LEGS = {
  front: [
    ["..PPPPPP..", "..PP..PP..", "..PP..PP..", "..BB..BB.."],
    ["..PPPPPP..", "..PP..PP..", "..PP..BB..", "..BB......"],
    ["..PPPPPP..", "..PP..PP..", "..BB..PP..", "......BB.."],
  ],
  side: [
    ["...PPPP...", "...PPPP...", "...PPpp...", "...BBBB..."],
    ["...PPPP...", "..PPPPPP..", ".PPP..PPP.", ".BB....BB."],
    ["...PPPP...", "...PPPP...", "....PPp...", "....BBB..."],
  ],
} as const;

/** What one holds, by item: 5 × 12, drawn at the hand. */
export const TOOLS: Readonly<Record<string, readonly string[]>> = {
  stick: [".33..", ".3...", ".3...", ".3...", ".33..", ".3...", ".3...", ".3..."],
  sword: ["..c..", "..c..", "..cd.", "..cd.", "..cd.", "..cd.", ".444.", "..3.."],
  spear: ["..c..", ".ccd.", ".ccd.", "..4..", "..3..", "..3..", "..3..", "..3..", "..3..", "..3.."],
  lantern: ["..0..", ".000.", ".444.", ".4c4.", ".444.", ".000."],
  shield: [".333.", "34443", "34343", "34443", ".333.", "..3.."],
};
