import type { Case, Step } from "./vector.ts";

interface Words {
  readonly path: string;
  readonly protocol?: string;
  /** Its login and the answer. */
  login(client: string, frame: string, name: string): readonly Step[];
}

const classic: Words = {
  path: "/",
  login: (client, frame) => [
    { from: client, text: `{${frame}}` },
    { to: client, text: '{"auth":"ok"}' },
  ],
};

const cloud: Words = {
  path: "/hall",
  login: (client, frame) => [
    { from: client, text: `{${frame}}` },
    { to: client, text: `{"auth":"OK","SID":<${client}>}` },
  ],
};

const modern: Words = {
  path: "/hall",
  protocol: "achex.2",
  login: (client, frame, name) => [
    { from: client, text: `{"$ref":0,${frame}}` },
    { to: client, text: `{"$ref":0,"$result":{"name":"${name}"}}` },
  ],
};

/**
 * Vectors run on a server without accounts, so a service, which the operator has to add, is in none of them. Sessions
 * here have connected already.
 */
function service(id: string, { path, protocol, login }: Words): Case {
  const client = protocol === undefined ? { path } : { path, protocol };
  const question = '"to":"calc","sum":[1,2]';
  return {
    id,
    title: "Two instances of the service calc, and one who asks",
    clients: { a: client, b: client, c: client },
    steps: [
      ...login("a", '"serviceID":"calc","passwd":"p","idtag":"calc-1"', "calc-1"),
      ...login("b", '"serviceID":"calc","passwd":"p","idtag":"calc-2"', "calc-2"),
      ...login("c", '"setID":"Ann","passwd":""', "Ann"),
      { from: "c", text: `{${question}}` },
      { to: "a", text: `{${question},"sID":<c>,"FROM":"Ann"}` },
      { to: "b", text: `{${question},"sID":<c>,"FROM":"Ann"}` },
      { from: "b", text: '{"toS":<c>,"is":3}' },
      { to: "c", text: '{"toS":<c>,"is":3,"sID":<b>,"FROM":"calc-2"}' },
      { from: "c", text: '{"to":"calc-2","thanks":true}' },
      { to: "b", text: '{"to":"calc-2","thanks":true,"sID":<c>,"FROM":"Ann"}' },
    ],
  };
}

export const services: readonly Case[] = [
  service("service-classic", classic),
  service("service-cloud", cloud),
  service("service-achex2", modern),
];
