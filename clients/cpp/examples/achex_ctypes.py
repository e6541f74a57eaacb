"""The C interface from Python. Usage: achex_ctypes.py LIBRARY URL

LIBRARY is the shared library, libachex.so, built with -DBUILD_SHARED_LIBS=ON.
"""

import ctypes
import json
import sys


class Options(ctypes.Structure):
    _fields_ = [
        ("url", ctypes.c_char_p),
        ("name", ctypes.c_char_p),
        ("password", ctypes.c_char_p),
        ("idtag", ctypes.c_char_p),
        ("ca_file", ctypes.c_char_p),
        ("no_resume", ctypes.c_int),
    ]


NAME, SESSION, BROADCAST, HUB = range(4)

library = ctypes.CDLL(sys.argv[1])
library.achex_connect.restype = ctypes.c_void_p
library.achex_wait_ready.argtypes = [ctypes.c_void_p, ctypes.c_int]
library.achex_send.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p]
library.achex_send.restype = ctypes.c_int64
library.achex_join.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p]
library.achex_join.restype = ctypes.c_int64
library.achex_poll.argtypes = [ctypes.c_void_p, ctypes.c_int]
library.achex_poll.restype = ctypes.c_char_p
library.achex_error.argtypes = [ctypes.c_void_p]
library.achex_error.restype = ctypes.c_char_p
library.achex_close.argtypes = [ctypes.c_void_p]

options = Options(url=sys.argv[2].encode(), name=b"Python")
client = library.achex_connect(ctypes.byref(options))
if not library.achex_wait_ready(client, 10_000):
    sys.exit(library.achex_error(client).decode())
library.achex_join(client, HUB, b"lab")
library.achex_send(client, NAME, b"Python", json.dumps({"msg": "hello from Python"}).encode())
library.achex_send(client, NAME, b"Nobody", b"{}")
seen = set()
while seen != {"message", "fault"}:
    text = library.achex_poll(client, 10_000)
    if text is None:
        sys.exit("nothing arrived")
    event = json.loads(text)
    print(json.dumps(event))
    if event["event"] == "message":
        seen.add("message")
    elif "fault" in event:
        seen.add("fault")
library.achex_close(client)
