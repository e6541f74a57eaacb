/* Sends a message to itself through the C interface, and prints what happens. Usage: hello [URL] */
#include <achex/achex.h>

#include <stdio.h>
#include <string.h>

static int failed(achex_client* client) {
  fprintf(stderr, "%s\n", achex_error(client));
  achex_close(client);
  return 1;
}

int main(int argc, char** argv) {
  const char* const message = "{\"event\":\"message\"";
  const char* event = NULL;
  achex_client* client = NULL;
  achex_options options;
  memset(&options, 0, sizeof options);
  options.url = argc > 1 ? argv[1] : "ws://localhost:4010";
  options.name = "Ann";
  client = achex_connect(&options);
  if (!achex_wait_ready(client, 10000)) return failed(client);
  if (achex_send(client, ACHEX_NAME, "Ann", "{\"msg\":\"hello from C\"}") < 0) return failed(client);
  do {
    event = achex_poll(client, 10000);
    if (event == NULL) return failed(client);
    puts(event);
  } while (strncmp(event, message, strlen(message)) != 0);
  achex_close(client);
  return 0;
}
