#pragma once
// As much of the Arduino core as the sketch needs, on a PC: what the board would do is printed on lines of their own.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

constexpr int LOW = 0;
constexpr int HIGH = 1;
constexpr int OUTPUT = 3;

/** Milliseconds; each look lets a tenth of a second pass, so that the sketch need not be waited for. */
inline unsigned long millis() {
  static unsigned long now = 0;
  return now += 100;
}

inline void delay(unsigned long) {}
inline void pinMode(int, int) {}
inline int analogRead(int pin) { return 1000 + pin; }
inline void digitalWrite(int pin, int level) { std::printf("pin %d %d\n", pin, level); }

struct SerialPort {
  void begin(unsigned long) {}
  void println(const char *line) { std::printf("serial %s\n", line); }
};

inline SerialPort Serial;
