import { Pixels } from "../view/pixels.ts";

/** Furniture of the village, the cave and the houses. Those with a line can be used. */

const lamp = () =>
  new Pixels(10, 30)
    .grid(1, 0, ["...00...", "..0ff0..", ".044440.", ".04cc40.", ".04cc40.", ".044440.", "..0ff0..", "...00..."])
    .rect(4, 8, 2, 20, 15)
    .rect(4, 8, 1, 20, 14)
    .rect(3, 27, 4, 2, 15);

const fence = () =>
  new Pixels(16, 16)
    .rect(0, 6, 16, 2, 3)
    .rect(0, 7, 16, 1, 2)
    .rect(0, 11, 16, 2, 3)
    .rect(0, 12, 16, 1, 2)
    .rect(2, 3, 3, 12, 3)
    .rect(4, 3, 1, 12, 2)
    .rect(2, 2, 3, 1, 4)
    .rect(11, 3, 3, 12, 3)
    .rect(13, 3, 1, 12, 2)
    .rect(11, 2, 3, 1, 4);

const barrel = () =>
  new Pixels(14, 18)
    .grid(1, 1, [
      "..333333..",
      ".34444443.",
      "3333333333",
      "3233323323",
      "eeeeeeeeee",
      "3233323323",
      "3233323323",
      "3233323323",
      "3233323323",
      "eeeeeeeeee",
      "3233323323",
      ".23332332.",
      "..222222..",
    ])
    .outlined();

const crate = () =>
  new Pixels(16, 18)
    .grid(1, 1, [
      "44444444444444",
      "43333333333334",
      "33333333333333",
      "32222222222223",
      "32322222222323",
      "32232222223223",
      "32223222232223",
      "32222322322223",
      "32222233222223",
      "32222322322223",
      "32223222232223",
      "32232222223223",
      "33333333333333",
      "22222222222222",
    ])
    .outlined();

const well = () => {
  const picture = new Pixels(24, 30);
  picture.rect(3, 4, 18, 4, 2).rect(1, 6, 22, 3, 2).rect(5, 3, 14, 2, 3).rect(1, 8, 22, 1, 1);
  picture
    .rect(4, 9, 2, 12, 3)
    .rect(18, 9, 2, 12, 3)
    .rect(5, 9, 1, 12, 2)
    .rect(19, 9, 1, 12, 2)
    .rect(6, 11, 12, 1, 4)
    .rect(12, 11, 1, 6, 13);
  picture.rect(2, 18, 20, 10, 14).rect(3, 18, 18, 3, 8).rect(2, 18, 20, 1, 13);
  for (let row = 0; row < 3; row++)
    for (let at = 0; at < 5; at++) picture.rect(2 + at * 4 + (row % 2) * 2, 21 + row * 3, 3, 2, 13);
  return picture.outlined();
};

const mushrooms = () =>
  new Pixels(14, 12).grid(1, 1, [
    "...bb.......",
    "..bcbb......",
    ".bbbbba.....",
    "..acca..bb..",
    "...cd..bcbb.",
    "...cd..acca.",
    "...cd...cd..",
    "........cd..",
  ]);

const crystal = () =>
  new Pixels(16, 22).grid(1, 1, [
    "......b.......",
    ".....bbb......",
    ".....bcb......",
    ".....bca......",
    "..b..bca......",
    ".bba.bca...b..",
    ".bca.bca..bba.",
    ".bca.bca..bca.",
    ".bca.bca..bca.",
    ".bca.bcaa.bca.",
    ".bcaabca9.bca.",
    ".bca9bca9bbca.",
    "..aa9baa9aaa9.",
    "...9999999999.",
    "...8888888888.",
  ]);

const stalagmite = () =>
  new Pixels(14, 22).grid(1, 1, [
    ".....e......",
    ".....ee.....",
    "....dee.....",
    "....dee.....",
    "....deef....",
    "...ddeef....",
    "...deeef....",
    "...deeeff...",
    "..ddeeeff...",
    "..deeeefff..",
    "..deeeefff..",
    ".ddeeeefff..",
    ".deeeeefff..",
    ".deeeeeffff.",
    "ddeeeeeffff.",
    "ffffffffffff",
  ]);

const altar = () =>
  new Pixels(20, 22)
    .grid(1, 2, [
      "....2..33..2......",
      ".....344443.......",
      "....34cc443.......",
      "....344443........",
      ".dddddddddddddddd.",
      ".eddddddddddddddf.",
      "..eeeeeeeeeeeeff..",
      "...eee0ee0ee0ff...",
      "...eee0ee0ee0ff...",
      "...eee0ee0ee0ff...",
      "..eeeeeeeeeeeeff..",
      ".ddddddddddddddff.",
    ])
    .outlined();

const bed = () =>
  new Pixels(16, 26)
    .rect(1, 1, 14, 24, 3)
    .rect(2, 2, 12, 21, 12)
    .rect(3, 3, 10, 5, 13)
    .rect(3, 3, 10, 4, 12)
    .rect(2, 9, 12, 14, 9)
    .rect(2, 9, 12, 2, 10)
    .rect(2, 14, 12, 1, 8)
    .rect(2, 19, 12, 1, 8)
    .rect(1, 23, 14, 2, 2)
    .outlined();

const table = () =>
  new Pixels(18, 18)
    .rect(1, 3, 16, 8, 3)
    .rect(1, 3, 16, 1, 4)
    .rect(1, 10, 16, 2, 2)
    .rect(2, 12, 2, 5, 2)
    .rect(14, 12, 2, 5, 2)
    .rect(5, 5, 3, 2, 12)
    .rect(11, 6, 2, 2, 13)
    .outlined();

const chair = () =>
  new Pixels(12, 16)
    .rect(2, 2, 8, 3, 3)
    .rect(2, 5, 1, 4, 3)
    .rect(9, 5, 1, 4, 3)
    .rect(2, 8, 8, 3, 4)
    .rect(2, 11, 8, 1, 3)
    .rect(2, 12, 2, 3, 2)
    .rect(8, 12, 2, 3, 2)
    .outlined();

const hearth = (frame: number) => {
  const picture = new Pixels(28, 26)
    .rect(1, 1, 26, 24, 14)
    .rect(2, 2, 24, 3, 13)
    .rect(6, 9, 16, 16, 0)
    .rect(1, 6, 26, 1, 15);
  for (let at = 0; at < 4; at++) picture.rect(2 + (at % 2) * 21, 8 + at * 4, 3, 2, 13);
  const sway = frame === 0 ? 0 : 1;
  picture.rect(8, 22, 12, 2, 1);
  picture.ellipse(14, 19, 5, 5 + sway, (u, v) => (u * u + v * v < 0.25 ? 12 : u * u + v * v < 0.6 ? 4 : 3));
  picture.rect(12 + sway, 12 - sway, 2, 4, 3).rect(16 - sway * 2, 14, 1, 3, 4);
  return picture.outlined();
};

const shelf = () => {
  const picture = new Pixels(16, 26)
    .rect(1, 1, 14, 24, 3)
    .rect(2, 3, 12, 6, 1)
    .rect(2, 11, 12, 6, 1)
    .rect(2, 19, 12, 5, 1)
    .rect(1, 1, 14, 1, 4);
  [2, 9, 6, 4, 10].forEach((color, at) => {
    picture.rect(2 + at * 2, 4, 2, 5, color);
  });
  [4, 2, 13].forEach((color, at) => {
    picture.rect(3 + at * 4, 13, 3, 4, color).rect(4 + at * 4, 12, 1, 1, 12);
  });
  [6, 3, 9, 2].forEach((color, at) => {
    picture.rect(3 + at * 2, 20, 2, 4, color);
  });
  return picture.outlined();
};

const plant = () =>
  new Pixels(14, 20)
    .grid(1, 1, [
      ".....5......",
      "..5.666.5...",
      ".566.66566..",
      "..6666666...",
      ".666766666..",
      "5667667666..",
      ".667.76.66..",
      "....77......",
      "...33333....",
      "..3333332...",
      "...33322....",
      "...33322....",
      "....222.....",
    ])
    .outlined();

const anvil = () =>
  new Pixels(18, 14)
    .grid(1, 1, [
      "dddddddddddddd..",
      ".eeeeeeeeeeeeeee",
      "..eeeeeeeeeee...",
      "....ffffff......",
      ".....ffff.......",
      "....ffffff......",
      "..3333333333....",
      "..2222222222....",
    ])
    .outlined();

const sign = () =>
  new Pixels(16, 18)
    .grid(1, 1, [
      ".333333333333.",
      "34444444444443",
      "34222422242243",
      "34444444444443",
      "34224222422443",
      "34444444444443",
      ".333333333333.",
      "......33......",
      "......32......",
      "......32......",
      "......32......",
      ".....3322.....",
    ])
    .outlined();

/** Pictures by the letter of the map's second layer. */
export const PROPS: Readonly<Record<string, (frame: number) => Pixels>> = {
  L: lamp,
  F: fence,
  o: barrel,
  n: crate,
  W: well,
  g: mushrooms,
  C: crystal,
  K: stalagmite,
  A: altar,
  b: bed,
  k: table,
  c: chair,
  h: hearth,
  q: shelf,
  p: plant,
  x: anvil,
};
export const drawSign = sign;
