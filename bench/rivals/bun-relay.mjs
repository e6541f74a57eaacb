// A minimal relay on Bun: parse, stamp, stringify once, send or publish. It has no limits, counters or checks.
const names = new Map();
let lastId = 0;

const receive = (socket, frame) => {
  const { data } = socket;
  if (frame.setID !== undefined) {
    data.name = frame.setID;
    names.set(data.name, (names.get(data.name) ?? new Set()).add(socket));
    socket.send('{"auth":"ok"}');
  } else if (frame.cmd === "register_broadcast") {
    socket.subscribe(frame.bid);
  } else {
    frame.sID = data.id;
    frame.FROM = data.name;
    const text = JSON.stringify(frame);
    if (frame.bc !== undefined) server.publish(frame.bc, text);
    else for (const receiver of names.get(frame.to) ?? []) receiver.send(text);
  }
};

const server = Bun.serve({
  port: Number(process.argv[2]),
  hostname: "127.0.0.1",
  fetch: (request, it) =>
    it.upgrade(request, { data: { id: ++lastId, name: undefined } }) ? undefined : new Response(),
  websocket: {
    open: (socket) => void socket.send(`{"SID":${socket.data.id}}`),
    message: (socket, text) => receive(socket, JSON.parse(text)),
    close: (socket) => {
      const members = names.get(socket.data.name);
      members?.delete(socket);
      if (members?.size === 0) names.delete(socket.data.name);
    },
  },
});
