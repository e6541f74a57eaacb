// A chat for the terminal: everyone in a hub, who joins and leaves, and /quit. Usage: chat URL NAME HUB
#include <achex/client.hpp>

#include <iostream>

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "Usage: chat URL NAME HUB" << std::endl;
    return 1;
  }
  achex::Options options;
  options.url = argv[1];
  options.credentials.name = argv[2];
  achex::Client client(options, [](achex::Event& event) {
    if (const auto* message = std::get_if<achex::Message>(&event))
      std::cout << message->from << ": " << message->data << std::endl;
    else if (const auto* joined = std::get_if<achex::MemberJoined>(&event))
      std::cout << "* " << joined->member.name << " joined" << std::endl;
    else if (const auto* left = std::get_if<achex::MemberLeft>(&event))
      std::cout << "* " << left->name << " left" << std::endl;
    else if (const auto* dropped = std::get_if<achex::Dropped>(&event))
      std::cout << "* disconnected: " << dropped->code << std::endl;
    else if (std::holds_alternative<achex::Resumed>(event)) std::cout << "* connected again" << std::endl;
  });
  try {
    achex::Room hub = client.hub(argv[3]);
    achex::JoinOptions join;
    join.presence = true;
    std::cout << "* " << hub.join(join).get().count.value_or(0) << " here" << std::endl;
    for (std::string line; std::getline(std::cin, line) && line != "/quit";) {
      std::string text;
      for (const char c : line) {
        if (c == '"' || c == '\\') text += '\\';
        // Other control characters are not allowed in JSON.
        if (static_cast<unsigned char>(c) >= ' ') text += c;
      }
      hub.send("{\"msg\":\"" + text + "\"}").get();
    }
  } catch (const achex::Fault& fault) {
    std::cerr << fault.code << ": " << fault.what() << std::endl;
    return 1;
  }
}
