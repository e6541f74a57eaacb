export const LEVELS = ["easy", "medium", "hard"] as const;
export type Level = (typeof LEVELS)[number];

/** Things one can point at. */
const EASY =
  "apple, ball, banana, bed, bee, bell, bicycle, bird, boat, book, bridge, bus, butterfly, cake, camel, candle, car, carrot, castle, cat, " +
  "chair, cheese, clock, cloud, cow, crab, crown, cup, dog, door, drum, duck, ear, egg, elephant, eye, fish, flag, flower, fork, frog, ghost, " +
  "giraffe, glasses, guitar, hammer, hat, heart, house, ice cream, key, kite, ladder, lamp, leaf, lion, moon, mouse, mushroom, nose, octopus, " +
  "owl, pencil, penguin, pig, pizza, rabbit, rainbow, ring, robot, rocket, scissors, sheep, ship, shoe, snail, snake, snowman, spider, spoon, " +
  "star, sun, table, tent, tiger, tooth, train, tree, umbrella, whale, wheel, window";

/** Scenes, jobs and things with parts. */
const MEDIUM =
  "airport, alarm clock, anchor, archer, astronaut, avalanche, backpack, bakery, barbecue, beach, beehive, birthday, blacksmith, bookshop, " +
  "bonfire, bowling, boxing, bus stop, campfire, carousel, cave, chess, cinema, circus, compass, concert, crossword, desert, diver, dragon, " +
  "earthquake, escalator, farmer, ferry, fire engine, fireworks, fishing, forest, fountain, garden, goalkeeper, greenhouse, hairdresser, " +
  "harbour, hedgehog, helicopter, igloo, island, juggler, jungle, karate, kitchen, knight, lasso, library, lighthouse, magnet, mermaid, " +
  "microscope, mountain, museum, newspaper, orchestra, parachute, passport, picnic, pirate, playground, post office, puppet, pyramid, quicksand, " +
  "sandcastle, scarecrow, shipwreck, skyscraper, sleepwalker, submarine, surfer, telescope, tornado, treasure, tunnel, vampire, volcano, waiter, " +
  "waterfall, wedding, windmill, wizard";

/** Ideas: the drawer has to find a picture for them. */
const HARD =
  "adventure, alphabet, ambition, applause, autumn, balance, bargain, beginning, bluff, boredom, breakfast in bed, camouflage, celebration, " +
  "century, chain reaction, childhood, coincidence, courage, curiosity, daydream, deadline, deja vu, dizzy, echo, electricity, emergency, energy, " +
  "envy, evolution, fair play, fame, fashion, freedom, friendship, future, gossip, gravity, greed, harmony, history, holiday, homesick, hunger, " +
  "imagination, infinity, inflation, justice, jet lag, kindness, laziness, luck, magic trick, memory, midnight, mistake, nightmare, nonsense, " +
  "nostalgia, opposite, optimist, patience, peace, photosynthesis, plan B, plot twist, promise, recycling, revenge, rumour, second hand, secret, " +
  "shadow, shortcut, silence, small talk, spring cleaning, surprise, stage fright, teamwork, temptation, time travel, tradition, victory, " +
  "weekend, whisper, wisdom, yesterday";

const words: Readonly<Record<Level, readonly string[]>> = {
  easy: EASY.split(", "),
  medium: MEDIUM.split(", "),
  hard: HARD.split(", "),
};

export const wordsOf = (level: Level): readonly string[] => words[level];

/** Three different words that were not used before, as far as there are any. `random` returns numbers from 0 to below 1. */
export function chooseWords(level: Level, used: ReadonlySet<string>, random: () => number): string[] {
  const unused = words[level].filter((word) => !used.has(word));
  const left = unused.length >= 3 ? unused : [...words[level]];
  return [0, 1, 2].map(() => left.splice(Math.floor(random() * left.length), 1)[0] ?? "apple");
}
