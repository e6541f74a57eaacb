# Publishes two series for the page /demos/stream. Run it with: python3 stream.py ws://localhost:4010/stream K7BQ2
import json
import math
import sys
import time

from websocket import create_connection  # pip install websocket-client

address = sys.argv[1] if len(sys.argv) > 1 else "ws://localhost:4010/stream"
code = sys.argv[2] if len(sys.argv) > 2 else "K7BQ2"

relay = create_connection(address, timeout=10)
relay.send(json.dumps({"setID": "sensor"}))
count = 0
while True:
    now = time.time()
    # 100 rows per second, in 20 messages: each list has one value for each row.
    times = [now + row * 0.01 for row in range(5)]
    values = {"sine": [math.sin(t) for t in times], "cosine": [math.cos(t) for t in times]}
    relay.send(json.dumps({"bc": f"stream-{code}", "n": count, "t": now * 1000, "dt": 10, "v": values}))
    count += 1
    time.sleep(max(0, now + 0.05 - time.time()))
