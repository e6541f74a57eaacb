/** 64 pictures that people name alike, also in other languages; the same order for everybody. */
const PICTURES: readonly (readonly [emoji: string, name: string])[] = [
  ["🐶", "dog"],
  ["🐱", "cat"],
  ["🦁", "lion"],
  ["🐎", "horse"],
  ["🦄", "unicorn"],
  ["🐷", "pig"],
  ["🐘", "elephant"],
  ["🐰", "rabbit"],
  ["🐼", "panda"],
  ["🐓", "rooster"],
  ["🐧", "penguin"],
  ["🐢", "turtle"],
  ["🐟", "fish"],
  ["🐙", "octopus"],
  ["🦋", "butterfly"],
  ["🌷", "flower"],
  ["🌳", "tree"],
  ["🌵", "cactus"],
  ["🍄", "mushroom"],
  ["🌏", "globe"],
  ["🌙", "moon"],
  ["☁️", "cloud"],
  ["🔥", "fire"],
  ["🍌", "banana"],
  ["🍎", "apple"],
  ["🍓", "strawberry"],
  ["🌽", "corn"],
  ["🍕", "pizza"],
  ["🎂", "cake"],
  ["❤️", "heart"],
  ["😀", "smile"],
  ["🤖", "robot"],
  ["🎩", "hat"],
  ["👓", "glasses"],
  ["🔧", "spanner"],
  ["🎅", "Santa"],
  ["👍", "thumb"],
  ["☂️", "umbrella"],
  ["⌛", "hourglass"],
  ["⏰", "clock"],
  ["🎁", "gift"],
  ["💡", "lamp"],
  ["📕", "book"],
  ["✏️", "pencil"],
  ["📎", "paperclip"],
  ["✂️", "scissors"],
  ["🔒", "lock"],
  ["🔑", "key"],
  ["🔨", "hammer"],
  ["☎️", "telephone"],
  ["🏁", "flag"],
  ["🚂", "train"],
  ["🚲", "bicycle"],
  ["✈️", "aeroplane"],
  ["🚀", "rocket"],
  ["🏆", "trophy"],
  ["⚽", "ball"],
  ["🎸", "guitar"],
  ["🎺", "trumpet"],
  ["🔔", "bell"],
  ["⚓", "anchor"],
  ["🎧", "headphones"],
  ["📁", "folder"],
  ["📌", "pin"],
];

/** Seven pictures: 42 bits. */
const COUNT = 7;
const BITS = 6n;

/** Pictures that people compare, on another line than this chat, to see that they have the same key. */
export function checkPictures(check: Uint8Array): readonly { readonly emoji: string; readonly name: string }[] {
  let number = check.subarray(0, 6).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return Array.from({ length: COUNT }, () => {
    const [emoji, name] = PICTURES[Number(number & 63n)] ?? ["", ""];
    number >>= BITS;
    return { emoji, name };
  });
}
