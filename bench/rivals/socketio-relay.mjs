// A relay on Socket.IO, written as its documentation recommends: names and broadcasts are rooms, messages are events.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer((_request, response) => response.end("ok"));
const io = new Server(http, { transports: ["websocket"], serveClient: false });
let lastId = 0;

io.on("connection", (socket) => {
  const sID = ++lastId;
  let FROM = "";
  socket.on("login", (name, done) => {
    FROM = name;
    socket.join(`name:${name}`);
    done("ok");
  });
  socket.on("join", (room) => socket.join(`room:${room}`));
  socket.on("bc", (frame) => io.to(`room:${frame.bc}`).emit("bc", { ...frame, sID, FROM }));
  socket.on("to", (frame) => io.to(`name:${frame.to}`).emit("to", { ...frame, sID, FROM }));
});

http.listen(Number(process.argv[2]), "127.0.0.1");
