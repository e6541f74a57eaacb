/** One section of the quickstart: text, a file of examples/quickstart, and text about what it shows. HTML. */
export interface Step {
  readonly id: string;
  readonly title: string;
  readonly before: string;
  readonly file: string;
  /** Lines the file prints when used as described in `before`; session ids and times are examples. */
  readonly output: readonly string[];
  readonly after: string;
}

export const steps: readonly Step[] = [
  {
    id: "connect",
    title: "Connect",
    before: `<p>Browsers have everything you need. Save the whole file as <code>connect.html</code> and open it, then press <b>Close</b>.</p>`,
    file: "connect.html",
    output: ["open", 'received {"SID":14}', 'received {"echo":true,"msg":"hello"}', "closed with code 1000"],
    after: `<p><code>onopen</code> runs when you are connected, <code>onmessage</code> for each frame, <code>onerror</code> if the connection fails, <code>onclose</code> when it ends. The first frame is the relay's greeting: <code>{"SID":14}</code> is the number of your session. <code>send</code> sends a frame; this one asks for an echo of itself.</p>`,
  },
  {
    id: "log-in",
    title: "Log in",
    before: `<p>A frame is one JSON object. The frame with <code>setID</code> gives your session a name.</p>`,
    file: "login.html",
    output: ["my session id is 14", "logged in as Alex"],
    after: `<p>By default every name is free, passwords are not checked, and several sessions can share a name. The operator of a relay can change that.</p>`,
  },
  {
    id: "user",
    title: "Send to a user",
    before: `<p><code>to</code> names the receiver; all other keys are yours. Open the file in two windows and press <b>Send</b> in one. Both are logged in as Alex, so both receive the message.</p>`,
    file: "user.html",
    output: ["Alex (session 15): hi"],
    after: `<p>Receivers get the text you sent, byte for byte, with a stamp before its last brace: <code>{"to":"Alex","msg":"hi"<span class="stamp">,"sID":15,"FROM":"Alex"</span>}</code>. <code>FROM</code> is the name of the sender, <code>sID</code> its session. You can reply to either.</p>`,
  },
  {
    id: "session",
    title: "Send to a session",
    before: `<p>Several sessions can share a name, but a session id belongs to one connection. <code>toS</code> reaches only that one. Open two windows, enter the session id of the other window, and press <b>Send hi</b>.</p>`,
    file: "session.html",
    output: ["I am session 15", "Alex (session 14): hi"],
    after: "",
  },
  {
    id: "broadcast",
    title: "Send to a broadcast",
    before: `<p>Everybody who has subscribed to a broadcast receives what is sent to it, including the sender. Open two windows and press <b>Send</b> in one.</p>`,
    file: "broadcast.html",
    output: ["Alex (session 15) in room: hi all"],
    after: `<p>Both frames are sent at once: you do not have to wait for replies. The relay does not reply to a subscription.</p>`,
  },
  {
    id: "hub",
    title: "Send to a hub",
    before: `<p>A hub is a room. Its members receive each other's messages, but not their own, and are notified when one leaves. Open two windows, press <b>Send</b> in the second, then close it.</p>`,
    file: "hub.html",
    output: ["joined: OK", "Alex (session 15): hello", "session 15 left"],
    after: `<p>The reply to joining is <code>{"joinHub":"OK"}</code>. When a member leaves or disconnects, the others get <code>{"leftHub":"6542","user":"Alex","sID":15}</code>.</p>`,
  },
  {
    id: "latency",
    title: "Measure the latency",
    before: `<p>Send the plain word <code>ping</code>, or <code>{"ping":true}</code>. Both work before a login. Press <b>Ping</b> to repeat it.</p>`,
    file: "ping.html",
    output: ["round trip 3ms", "round trip 1ms"],
    after: `<p>The reply is <code>{"ltcy":"3ms"}</code>: the round trip, measured by the relay. You do not have to send anything to stay connected.</p>`,
  },
  {
    id: "client",
    title: "Use the client library",
    before: `<p>The library reconnects, logs in and joins again automatically, and reports what happened to each message. This relay serves it as one small file. Open two windows and press <b>Send to each</b> in one.</p>`,
    file: "client.html",
    output: [
      "ready",
      "session 15 joined",
      "Alex (session 14) to name: hi",
      "Alex (session 14) to session: hi myself",
      "Alex (session 14) to broadcast: hi all",
      "delivered to 1 in the hub, round trip 2 ms",
    ],
    after: `<p><code>send</code> returns a promise. It resolves when the relay has delivered the message, with the number of receivers. <code>presence</code> shows who is in the hub. Continue with the <a href="/client">Client library</a>.</p>`,
  },
  {
    id: "python",
    title: "Python",
    before: `<p>Any WebSocket library works. This example uses <code>websocket-client</code> (<code>pip install websocket-client</code>, or <code>python3-websocket</code> on Debian). Save it as <code>hello.py</code> and run <code>python3 hello.py</code>.</p>`,
    file: "hello.py",
    output: ["my session id is 14", "log in: ok", "Python (session 14): hello from Python", "Lab (session 15): hi"],
    after: `<p>It replies to everybody who sends to <code>room</code> or to <code>Python</code>. Use the page from <a href="#broadcast">Send to a broadcast</a> to talk to it.</p>`,
  },
  {
    id: "esp32",
    title: "ESP32",
    before: `<p>In the Arduino IDE, install the library <i>WebSockets</i> by Markus Sattler, fill in the three strings at the top, and upload the sketch. Start the relay so that the board can reach it: <code>npm start -- --host 0.0.0.0</code>.</p>`,
    file: "esp32/esp32.ino",
    output: ['{"SID":14}', '{"auth":"ok"}', '{"to":"board","led":true,"sID":15,"FROM":"Lab"}'],
    after: `<p>The board sends its light sensor's value to the broadcast <code>room</code> once per second, and switches its LED when somebody sends <code>{"to":"board","led":true}</code>. It needs no JSON library: the frames are short enough to write by hand.</p>`,
  },
];
