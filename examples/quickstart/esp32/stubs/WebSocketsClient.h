#pragma once
#include "Arduino.h"

#include <functional>
#include <iostream>
#include <string>

enum WStype_t { WStype_ERROR, WStype_DISCONNECTED, WStype_CONNECTED, WStype_TEXT, WStype_BIN };

/** The library's client with lines in place of a network: each line of the input is a frame, each frame sent is a line. */
class WebSocketsClient {
public:
  using WebSocketClientEvent = std::function<void(WStype_t, uint8_t *, size_t)>;

  void begin(const char *host, uint16_t port, const char *url = "/", const char *protocol = "arduino") {
    std::printf("connect %s %u %s %s\n", host, static_cast<unsigned>(port), url, protocol);
  }
  void onEvent(WebSocketClientEvent listener) { event = std::move(listener); }
  void setReconnectInterval(unsigned long) {}
  bool isConnected() { return connected; }
  bool sendTXT(const char *payload, size_t = 0) {
    std::printf("send %s\n", payload);
    return connected;
  }

  void loop() {
    std::string line;
    if (!connected) {
      connected = true;
      tell(WStype_CONNECTED, "/");
    } else if (std::getline(std::cin, line)) {
      tell(WStype_TEXT, line);
    } else {
      connected = false;
      ended = true;
    }
    std::fflush(stdout);
  }

  bool ended = false;

private:
  void tell(WStype_t type, std::string payload) {
    event(type, reinterpret_cast<uint8_t *>(payload.data()), payload.size());
  }

  WebSocketClientEvent event;
  bool connected = false;
};
