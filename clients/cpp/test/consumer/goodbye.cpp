// Static objects: they are destroyed after main() has returned, when other libraries may have cleaned up.
#include <achex/client.hpp>
#include <achex/queue_connection.hpp>

#include <iostream>

int main(int, char** argv) {
  achex::Options options;
  options.url = argv[1];
  options.credentials.name = "Ann";
  // What it uses is initialized after it, so it is cleaned up before it.
  options.auto_connect = false;
  static achex::Client client(options);
  client.connect();
  if (!client.wait_ready()) return 1;
  // More than one fetch of random bytes, some of it after main() has returned.
  for (int n = 0; n < 5'000; n++) client.post(achex::to("Ann"), "{}");
  std::cout << "main() returns" << std::endl;
}
