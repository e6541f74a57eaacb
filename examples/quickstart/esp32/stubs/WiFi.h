#pragma once
#include "Arduino.h"

enum wl_status_t { WL_IDLE_STATUS = 0, WL_CONNECTED = 3 };

/** A network that is there at the second look. */
struct WiFiNetwork {
  void begin(const char *, const char *) {}
  wl_status_t status() { return ++looks > 1 ? WL_CONNECTED : WL_IDLE_STATUS; }
  int looks = 0;
};

inline WiFiNetwork WiFi;
