// A service that adds numbers. Run it with: node service.mjs ws://localhost:4010/
import WebSocket from "ws"; // npm install ws; not needed in Node 22 and later

const [, , address = "ws://localhost:4010/"] = process.argv;
let pause = 1000;

function start() {
  const relay = new WebSocket(address);
  const send = (frame) => relay.send(JSON.stringify(frame));

  relay.onopen = () => {
    pause = 1000;
    send({ setID: "adder" });
  };
  relay.onmessage = ({ data }) => {
    const { auth, a, b, sID } = JSON.parse(data);
    if (auth === "ok") console.log("ready");
    if (a !== undefined) send({ toS: sID, sum: Number(a) + Number(b) });
  };
  relay.onclose = () => {
    setTimeout(start, pause * (0.5 + Math.random()));
    pause = Math.min(pause * 2, 20_000);
  };
  relay.onerror = ({ message }) => console.error(message);
}

start();
