// Polls for messages from a loop of its own. Usage: poll [port] [host]
#include <achex/ws_client_connection.hpp>

#include <cstdlib>
#include <iostream>

int main(int argc, char** argv) {
  WS_Client_Connection myconnection(argc > 1 ? std::atoi(argv[1]) : 4010, argc > 2 ? argv[2] : "localhost");
  if (!myconnection.is_open()) {
    std::cerr << myconnection.last_error() << std::endl;
    return 1;
  }
  myconnection.ws_send(R"({"setID":"poll","passwd":""})");
  myconnection.ws_send(R"({"to":"poll","msg":"hello"})");
  std::queue<std::string> messages;
  while (myconnection.is_open()) {
    myconnection.ws_incomming_data(100, messages);
    for (; !messages.empty(); messages.pop()) {
      std::cout << messages.front() << std::endl;
      if (messages.front().find("\"msg\":\"bye\"") != std::string::npos) myconnection.close();
    }
  }
}
