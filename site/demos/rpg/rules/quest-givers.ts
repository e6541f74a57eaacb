import type { Person } from "./person.ts";

/** Those who move the quest on, and the beacon itself. */
export const QUEST_GIVERS: readonly Person[] = [
  {
    id: "oda",
    name: "Elder Oda",
    look: { skin: 0, hair: 3, hairColor: 5, shirt: 5, trousers: 4 },
    tool: "stick",
    opens: [
      { node: "dark", step: 0 },
      { node: "sent", step: 1 },
      { node: "ember", step: 4 },
      { node: "lit", from: 5 },
      { node: "courage" },
    ],
    nodes: {
      dark: {
        text: "A traveller! You come in a dark hour. Since the storm our beacon gives no light, and things crawl out of the forest at night.",
        choices: [
          { text: "What happened to it?", to: "ember lost" },
          { text: "How can I help?", to: "plan" },
          { text: "Another time." },
        ],
      },
      "ember lost": {
        text: "Its ember was stolen. Something with a crown carried it east, under the hill. I saw it with my one good eye.",
        choices: [{ text: "Then I will bring it back.", to: "plan" }, { text: "That sounds dangerous." }],
      },
      plan: {
        text: "First you need a light. Mira makes lanterns from glowcaps; they grow in the forest to the east. Bring her three. And take company, if you find any.",
        choices: [
          { text: "I will go.", begins: 1, step: 0, gives: [{ item: "potion", count: 1 }] },
          { text: "Let me think about it." },
        ],
      },
      sent: {
        text: "Glowcaps shine in the dark. Follow the road east, and look between the trees. Mira's house has the green roof.",
        choices: [{ text: "On my way." }],
      },
      courage: {
        text: "The lamps are lower every night. But you walk like somebody who finishes what they begin.",
        choices: [{ text: "I will." }, { text: "Tell me about the beacon.", to: "beacon" }],
      },
      beacon: {
        text: "My grandmother lit it. Ships saw it, and so did the owls. Nobody in Brindle has ever slept in the dark until now.",
        choices: [{ text: "Soon they will not have to." }],
      },
      ember: {
        text: "Under the hill sits the Hollow King. Do not go alone, and drink before it hurts. When you have the ember, bring it to the beacon.",
        choices: [{ text: "I am ready." }],
      },
      lit: {
        text: "Look at it! I can read my own handwriting again. Brindle will remember your name.",
        choices: [{ text: "It was an honour." }, { text: "What now?", to: "now" }],
      },
      now: {
        text: "Now you show others the way. There are always new travellers, and the King never stays under the hill for long.",
        choices: [{ text: "Then I will." }],
      },
    },
  },
  {
    id: "mira",
    name: "Mira",
    look: { skin: 1, hair: 2, hairColor: 3, shirt: 2, trousers: 0 },
    opens: [{ node: "glowcaps", step: 1 }, { node: "early", step: 0 }, { node: "thanks" }],
    nodes: {
      early: {
        text: "Mind the jars! If you look for work, the Elder stands outside, worrying about her beacon.",
        choices: [{ text: "I will ask her." }, { text: "Do you sell anything?", to: "shop" }],
      },
      glowcaps: {
        text: "Oda sent you? Three glowcaps and I have a lantern for you. Pick them up, they do not bite.",
        choices: [
          {
            text: "Here are three glowcaps.",
            to: "lantern",
            step: 1,
            begins: 2,
            takes: [{ item: "glowcap", count: 3 }],
            gives: [{ item: "lantern", count: 1 }],
          },
          { text: "Do you sell anything?", to: "shop" },
          { text: "I am still looking." },
        ],
      },
      lantern: {
        text: "There. It glows as long as somebody carries it. Brand at the smithy has trouble with slimes at the old mill; he pays in iron.",
        choices: [{ text: "Then I will see the mill." }],
      },
      thanks: {
        text: "Is the lantern bright enough? Sing to it if not. What can I do for you?",
        choices: [{ text: "Do you sell anything?", to: "shop" }, { text: "Just saying hello." }],
      },
      shop: {
        text: "Red potions, three coins each. Or bring me three glowcaps, and I brew you one.",
        choices: [
          {
            text: "A potion for 3 coins.",
            to: "shop",
            takes: [{ item: "coin", count: 3 }],
            gives: [{ item: "potion", count: 1 }],
          },
          {
            text: "A potion for 3 glowcaps.",
            to: "shop",
            takes: [{ item: "glowcap", count: 3 }],
            gives: [{ item: "potion", count: 1 }],
          },
          { text: "Goodbye." },
        ],
      },
    },
  },
  {
    id: "brand",
    name: "Brand the smith",
    look: { skin: 2, hair: 5, hairColor: 0, shirt: 6, trousers: 3 },
    opens: [{ node: "slimes", step: 2 }, { node: "boar", step: 3 }, { node: "work" }],
    nodes: {
      work: {
        text: "Hot, is it not? Iron does not wait. Look around, but do not touch what glows.",
        choices: [{ text: "What do you make?", to: "shop" }, { text: "I will not." }],
      },
      slimes: {
        text: "Slimes sit in my mill and eat the grain sacks. Drive off four of them, and I give you something better than a stick.",
        choices: [
          {
            text: "Four slimes fewer.",
            to: "sword",
            step: 2,
            hunted: true,
            begins: 3,
            gives: [{ item: "sword", count: 1 }],
          },
          { text: "What do you make?", to: "shop" },
          { text: "I am on it." },
        ],
      },
      sword: {
        text: "Ha! Take this sword. Now listen: the cave is locked, and the Old Boar ate the key. It lives in the north-east of the forest. Bring friends.",
        choices: [{ text: "A boar. Of course." }],
      },
      boar: {
        text: "The Old Boar, north-east, behind the pond. Strike, step back, strike. It turns slowly.",
        choices: [{ text: "What do you make?", to: "shop" }, { text: "Thank you." }],
      },
      shop: {
        text: "An oak shield for six coins. A vest for five. A helmet for three tusks.",
        choices: [
          {
            text: "A shield for 6 coins.",
            to: "shop",
            takes: [{ item: "coin", count: 6 }],
            gives: [{ item: "shield", count: 1 }],
          },
          {
            text: "A vest for 5 coins.",
            to: "shop",
            takes: [{ item: "coin", count: 5 }],
            gives: [{ item: "vest", count: 1 }],
          },
          {
            text: "A helmet for 3 tusks.",
            to: "shop",
            takes: [{ item: "tusk", count: 3 }],
            gives: [{ item: "helmet", count: 1 }],
          },
          { text: "Goodbye." },
        ],
      },
    },
  },
  {
    id: "beacon",
    name: "The beacon",
    look: { skin: 0, hair: 0, hairColor: 0, shirt: 0, trousers: 0 },
    thing: true,
    opens: [{ node: "ready", step: 4 }, { node: "burning", from: 5 }, { node: "cold" }],
    nodes: {
      cold: {
        text: "A bowl of black stone. It is cold, and swallows run around its rim.",
        choices: [{ text: "Step back." }],
      },
      ready: {
        text: "The bowl waits.",
        choices: [
          {
            text: "Lay the ember into it.",
            to: "burning",
            step: 4,
            begins: 5,
            takes: [{ item: "ember", count: 1 }],
            gives: [{ item: "coin", count: 20 }],
          },
          { text: "Step back." },
        ],
      },
      burning: {
        text: "The flame leans towards you, as if it knew who brought it.",
        choices: [{ text: "Warm your hands." }],
      },
    },
  },
];
