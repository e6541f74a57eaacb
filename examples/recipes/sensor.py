# Sends a measurement every second and reconnects. Run it with: python3 sensor.py ws://localhost:4010/
import json
import random
import sys
import time

from websocket import WebSocketException, create_connection  # pip install websocket-client

address = sys.argv[1] if len(sys.argv) > 1 else "ws://localhost:4010/"

while True:
    try:
        relay = create_connection(address, timeout=10)
        relay.send(json.dumps({"setID": "sensor"}))
        while True:
            relay.send(json.dumps({"bc": "lab", "celsius": round(20 + random.random(), 2)}))
            time.sleep(1)
    except (WebSocketException, OSError) as error:
        print("reconnecting:", error)
        time.sleep(1 + random.random())
