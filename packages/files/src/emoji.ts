/** 64 pictures that are easy to tell apart and to say aloud. */
const TABLE = [
  ..."🐶🐱🦁🐴🦄🐷🐘🐰🐼🐓🐧🐢🐟🐙🦋🌷🌳🌵🍄🌍🌙⛅🔥🍌🍎🍓🌽🍕🎂💙😀🤖🎩👓🔧🎅👍☂⌛⏰🎁💡📕✏📎✂🔒🔑🔨☎🏁🚂🚲✈🚀🏆⚽🎸🎺🔔⚓🎧📁📌",
];
const NAMES =
  "Dog Cat Lion Horse Unicorn Pig Elephant Rabbit Panda Rooster Penguin Turtle Fish Octopus Butterfly Flower Tree Cactus Mushroom Globe Moon Cloud Fire Banana Apple Strawberry Corn Pizza Cake Heart Smiley Robot Hat Glasses Spanner Santa Thumb Umbrella Hourglass Clock Gift Bulb Book Pencil Clip Scissors Lock Key Hammer Telephone Flag Train Bicycle Plane Rocket Trophy Ball Guitar Trumpet Bell Anchor Headphones Folder Pin".split(
    " ",
  );
const COUNT = 7;

export interface Emoji {
  readonly sign: string;
  readonly name: string;
}

/** Seven emoji from the first 42 bits: an attacker between two devices gets the same seven by chance once in 4 million million tries. */
export function emojiFrom(bytes: Uint8Array): Emoji[] {
  let bits = 0n;
  for (const byte of bytes.subarray(0, 6)) bits = (bits << 8n) | BigInt(byte);
  return Array.from({ length: COUNT }, (_, at) => {
    const number = Number((bits >> BigInt(42 - 6 * at)) & 63n);
    return { sign: `${TABLE[number]}\ufe0f`, name: NAMES[number] ?? "" };
  });
}
