import json

from websocket import create_connection  # pip install websocket-client

relay = create_connection("ws://localhost:4010/")
print("my session id is", json.loads(relay.recv())["SID"])


def send(**frame):
    relay.send(json.dumps(frame))


send(setID="Python", passwd="secret")
print("log in:", json.loads(relay.recv())["auth"])

send(cmd="register_broadcast", bid="room")
send(bc="room", msg="hello from Python")

while True:
    frame = json.loads(relay.recv())
    print(f"{frame['FROM']} (session {frame['sID']}): {frame.get('msg')}")
    if frame["FROM"] != "Python":
        send(to=frame["FROM"], msg="Python heard you")
