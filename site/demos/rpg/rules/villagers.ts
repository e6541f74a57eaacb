import type { Person } from "./person.ts";

/** Those who make the village a place to stay. */
export const VILLAGERS: readonly Person[] = [
  {
    id: "tam",
    name: "Tam the innkeeper",
    look: { skin: 1, hair: 0, hairColor: 1, shirt: 4, trousers: 1 },
    opens: [{ node: "welcome" }],
    nodes: {
      welcome: {
        text: "Welcome to the Sleeping Owl! A bed costs nothing as long as the beacon is out. Jelly I buy, two coins apiece; my guests like it on toast.",
        choices: [
          { text: "I would like to rest.", to: "rested", rests: true },
          {
            text: "Sell 1 jelly for 2 coins.",
            to: "welcome",
            takes: [{ item: "jelly", count: 1 }],
            gives: [{ item: "coin", count: 2 }],
          },
          {
            text: "Bread for 1 coin.",
            to: "welcome",
            takes: [{ item: "coin", count: 1 }],
            gives: [{ item: "bread", count: 1 }],
          },
          {
            text: "A straw hat for 4 coins.",
            to: "welcome",
            takes: [{ item: "coin", count: 4 }],
            gives: [{ item: "straw", count: 1 }],
          },
          { text: "Goodbye." },
        ],
      },
      rested: { text: "You snore like a bear, if I may say so. Good as new!", choices: [{ text: "Thank you." }] },
    },
  },
  {
    id: "pip",
    name: "Pip",
    look: { skin: 0, hair: 1, hairColor: 2, shirt: 1, trousers: 2 },
    hat: "straw",
    opens: [{ node: "lit", from: 5 }, { node: "hello" }],
    nodes: {
      hello: {
        text: "I counted the ducks: seven. Yesterday there were eight. Do you think a slime ate one?",
        choices: [
          { text: "Slimes only eat grain.", to: "relief" },
          { text: "Where are the slimes?", to: "mill" },
          { text: "Bye, Pip." },
        ],
      },
      relief: { text: "Then it has a nest! I will look for eggs.", choices: [{ text: "Good luck." }] },
      mill: { text: "At the old mill. Down there, past the fence. They go blop.", choices: [{ text: "Blop." }] },
      lit: {
        text: "The beacon is SO bright. I found the eighth duck. She has four ducklings!",
        choices: [{ text: "Twelve ducks, then." }],
      },
    },
  },
  {
    id: "wren",
    name: "Ranger Wren",
    look: { skin: 3, hair: 4, hairColor: 0, shirt: 3, trousers: 3 },
    hat: "cap",
    tool: "spear",
    opens: [{ node: "forest" }],
    nodes: {
      forest: {
        text: "Halt. West is the village, north-east the boar's den, south-east the cave. Everything else is trees. What do you need?",
        choices: [
          { text: "Where do glowcaps grow?", to: "glow" },
          { text: "Any advice?", to: "advice" },
          { text: "Nothing. Stay safe." },
        ],
      },
      glow: {
        text: "Where it is damp: around the pond, and along the old wall. At night you see them from far away.",
        choices: [{ text: "Thank you." }],
      },
      advice: {
        text: "Monsters give up when you walk seven steps away from their place. Running is not shameful. And two people hit twice as often.",
        choices: [{ text: "I will remember." }],
      },
    },
  },
];
