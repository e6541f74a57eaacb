/** One section of the quickstart: words, a file of examples/quickstart, and words about what it shows. HTML. */
export interface Step {
  readonly id: string;
  readonly title: string;
  readonly before: string;
  readonly file: string;
  readonly after: string;
}

export const steps: readonly Step[] = [
  {
    id: "connect",
    title: "Connect",
    before: `<p>The browser has all it takes. Save this as <code>connect.html</code> and open the file.</p>`,
    file: "connect.html",
    after: `<p><code>onopen</code> comes once the connection stands, <code>onmessage</code> with each frame, <code>onerror</code> when there is no connection, <code>onclose</code> at its end. The first frame is the relay's greeting: <code>{"SID":14}</code> is the number of your session. <code>send</code> sends a frame; this one asks for an echo of itself. <code>close</code> ends the connection.</p>`,
  },
  {
    id: "log-in",
    title: "Log in",
    before: `<p>A frame is one JSON object. The frame with <code>setID</code> gives your session a name.</p>`,
    file: "login.html",
    after: `<p>Unless whoever runs the relay decided otherwise, every name is free, passwords are not checked, and any number of sessions may bear one name.</p>`,
  },
  {
    id: "user",
    title: "Send to a user",
    before: `<p><code>to</code> names the receiver; every other key is yours. Open this in two windows: both are Alex, so both receive what either sends.</p>`,
    file: "user.html",
    after: `<p>What arrives is your own text, byte for byte, and a stamp before its last brace: <code>{"to":"Alex","msg":"hi"<span class="stamp">,"sID":15,"FROM":"Alex"</span>}</code>. <code>FROM</code> is the name of the sender, <code>sID</code> its session. You can answer to either.</p>`,
  },
  {
    id: "session",
    title: "Send to a session",
    before: `<p>A name can be borne by many, a session id belongs to one connection. <code>toS</code> reaches that one alone.</p>`,
    file: "session.html",
    after: `<p>With two windows open, write the number of the other into the field.</p>`,
  },
  {
    id: "broadcast",
    title: "Send to a broadcast",
    before: `<p>Whoever registered to a broadcast receives what is sent to it, the sender included.</p>`,
    file: "broadcast.html",
    after: `<p>Both frames go out at once: nothing has to be waited for. Registering has no answer.</p>`,
  },
  {
    id: "hub",
    title: "Send to a hub",
    before: `<p>A hub is a room whose members hear each other, but not themselves, and hear who leaves. Open it in two windows, send, then close one of them.</p>`,
    file: "hub.html",
    after: `<p>Joining is answered with <code>{"joinHub":"OK"}</code>. When a member leaves or its connection ends, the others get <code>{"leftHub":"6542","user":"Alex","sID":15}</code>.</p>`,
  },
  {
    id: "latency",
    title: "Ask for the latency",
    before: `<p>The bare word <code>ping</code> will do, and so does <code>{"ping":true}</code>; both work before a login.</p>`,
    file: "ping.html",
    after: `<p>The answer is <code>{"ltcy":"3ms"}</code>: the round trip, measured by the relay. There is no need to send anything to stay connected.</p>`,
  },
  {
    id: "client",
    title: "The same with the client library",
    before: `<p>The library logs in again after a cut, joins again, and tells you what became of each message. This relay serves it, as one small file.</p>`,
    file: "client.html",
    after: `<p><code>send</code> gives a promise: it resolves when the relay has handed the message on, and says to how many. <code>presence</code> tells who is in the hub. More in the <a href="/client">guide of the client</a>.</p>`,
  },
  {
    id: "python",
    title: "Python",
    before: `<p>Any WebSocket library will do; this one is <code>websocket-client</code> (<code>pip install websocket-client</code>, or Debian's <code>python3-websocket</code>). Save it as <code>hello.py</code> and run <code>python3 hello.py</code>.</p>`,
    file: "hello.py",
    after: `<p>It answers everybody who writes to <code>room</code> or to <code>Python</code>: the page of <a href="#broadcast">the broadcast</a> can talk to it.</p>`,
  },
  {
    id: "esp32",
    title: "ESP32",
    before: `<p>In the Arduino IDE, install the library <i>WebSockets</i> by Markus Sattler, fill in the three texts at the top, and upload. So that the board can reach the relay, let others in: <code>npm start -- --host 0.0.0.0</code>.</p>`,
    file: "esp32/esp32.ino",
    after: `<p>It sends the light once a second to the broadcast <code>room</code>, and switches its LED when somebody sends <code>{"to":"board","led":true}</code>. No JSON library: the frames are short enough to be written by hand.</p>`,
  },
];
