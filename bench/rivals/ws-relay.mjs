// A minimal relay on `ws`: parse, stamp, stringify once, send to each receiver.
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const names = new Map();
const broadcasts = new Map();
let lastId = 0;

const add = (map, key, socket) => {
  const members = map.get(key);
  if (members) members.add(socket);
  else map.set(key, new Set([socket]));
  socket.memberships.push([map, key]);
};

const leaveAll = (socket) => {
  for (const [map, key] of socket.memberships) {
    const members = map.get(key);
    members?.delete(socket);
    if (members?.size === 0) map.delete(key);
  }
};

const relay = (members, frame, socket) => {
  if (!members) return;
  frame.sID = socket.id;
  frame.FROM = socket.name;
  const text = JSON.stringify(frame);
  for (const member of members) member.send(text);
};

const receive = (socket, frame) => {
  if (frame.setID !== undefined) {
    socket.name = frame.setID;
    add(names, socket.name, socket);
    socket.send('{"auth":"ok"}');
  } else if (socket.name === undefined) {
    return;
  } else if (frame.cmd === "register_broadcast") {
    add(broadcasts, frame.bid, socket);
  } else if (frame.to !== undefined) {
    relay(names.get(frame.to), frame, socket);
  } else if (frame.bc !== undefined) {
    relay(broadcasts.get(frame.bc), frame, socket);
  }
};

const http = createServer((_request, response) => response.end("ok"));
const server = new WebSocketServer({ server: http });

server.on("connection", (socket) => {
  socket.id = ++lastId;
  socket.memberships = [];
  socket.on("error", () => socket.terminate());
  socket.on("close", () => leaveAll(socket));
  socket.on("message", (data) => {
    try {
      receive(socket, JSON.parse(data.toString()));
    } catch {
      // Not JSON: dropped, as the relay does.
    }
  });
  socket.send(`{"SID":${socket.id}}`);
});

http.listen(Number(process.argv[2]), "127.0.0.1");
