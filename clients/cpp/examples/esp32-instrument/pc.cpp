// Runs the sketch on a PC with the stubs of the quickstart's sketch, until its input ends: each line of the input is a
// frame, each frame that it sends is a line of output.
#include "esp32-instrument.ino"

int main() {
  setup();
  while (!relay.ended) loop();
}
