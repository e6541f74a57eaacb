// Rooms on Socket.IO with its connection state recovery, which restores rooms and missed messages for two minutes.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer((_request, response) => response.end("ok"));
const io = new Server(http, {
  transports: ["websocket"],
  serveClient: false,
  connectionStateRecovery: { maxDisconnectionDuration: 120_000 },
});

io.on("connection", (socket) => {
  socket.on("join", (room, done) => {
    socket.join(room);
    done?.();
  });
  socket.on("message", (room, payload, done) => {
    socket.to(room).emit("message", payload);
    done?.();
  });
});

http.listen(Number(process.argv[2]), "127.0.0.1");
