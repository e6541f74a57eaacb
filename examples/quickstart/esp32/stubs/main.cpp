// Runs the sketch on a PC, until its input ends.
#include "../esp32.ino"

int main() {
  setup();
  while (!relay.ended) loop();
}
