// Connects standard input and output with a hub: each line of input is a JSON object to send, each message is a line of
// output. Usage: bridge URL NAME HUB
#include <achex/client.hpp>

#include <iostream>

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "Usage: bridge URL NAME HUB" << std::endl;
    return 1;
  }
  achex::Options options;
  options.url = argv[1];
  options.credentials.name = argv[2];
  achex::Client client(options, [](achex::Event& event) {
    if (const auto* message = std::get_if<achex::Message>(&event)) std::cout << message->data << std::endl;
    else if (const auto* reported = std::get_if<achex::FaultReported>(&event))
      std::cerr << reported->fault.what() << std::endl;
  });
  try {
    achex::Room hub = client.hub(argv[3]);
    hub.join().get();
    for (std::string line; std::getline(std::cin, line);) {
      if (!client.wait_for_room()) break;
      hub.send(line, {}).get();
    }
  } catch (const achex::Fault& fault) {
    std::cerr << fault.code << ": " << fault.what() << std::endl;
    return 1;
  }
}
