// Messages per second and latency of the three interfaces, beside a client written directly on Boost.Beast, against one
// relay. Usage: bench PORT [MESSAGES [ROUNDS]]; the relay must not limit rates. Prints one line of JSON.
#include <achex/client.hpp>
#include <achex/ws_client_connection.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using Clock = std::chrono::steady_clock;

const char* const kLogin = R"({"setID":"bench"})";
const char* const kMessage = R"({"to":"bench","msg":"The quick brown fox jumps over the lazy dog","n":1})";

struct Figures {
  double rate = 0;
  double latency = 0;
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Sends messages to oneself and receives them, first all at once, then one after another.
/// `send` may block; `receive` waits until so many more messages have arrived.
Figures measure(int count, const std::function<void()>& send, const std::function<void(int)>& receive) {
  Figures figures;
  const auto start = Clock::now();
  std::thread sender([&] {
    for (int n = 0; n < count; n++) send();
  });
  receive(count);
  sender.join();
  figures.rate = count / seconds_since(start);
  std::vector<double> trips;
  for (int n = 0; n < std::max(1, count / 50); n++) {
    const auto sent = Clock::now();
    send();
    receive(1);
    trips.push_back(seconds_since(sent) * 1e6);
  }
  std::nth_element(trips.begin(), trips.begin() + static_cast<std::ptrdiff_t>(trips.size() / 2), trips.end());
  figures.latency = trips[trips.size() / 2];
  return figures;
}

/// What one would write on Beast: a thread reads, and each write waits for the one before.
Figures bare(int port, int count) {
  asio::io_context context;
  websocket::stream<asio::ip::tcp::socket> stream(context);
  stream.next_layer().connect({asio::ip::make_address("127.0.0.1"), static_cast<unsigned short>(port)});
  stream.next_layer().set_option(asio::ip::tcp::no_delay(true));
  stream.handshake("127.0.0.1:" + std::to_string(port), "/");
  beast::flat_buffer buffer;
  const auto read = [&] {
    stream.read(buffer);
    buffer.consume(buffer.size());
  };
  read();
  stream.write(asio::buffer(std::string(kLogin)));
  read();
  const std::string message = kMessage;
  const Figures figures = measure(
      count, [&] { stream.write(asio::buffer(message)); },
      [&](int more) {
        while (more-- > 0) read();
      });
  stream.close(websocket::close_code::normal);
  return figures;
}

Figures polled(int port, int count) {
  WS_Client_Connection connection(port, "127.0.0.1");
  std::queue<std::string> messages;
  const auto receive = [&](int more) {
    while (messages.size() < static_cast<std::size_t>(more) && connection.ws_incomming_data(-1, messages)) continue;
    while (more-- > 0) messages.pop();
  };
  receive(1);
  connection.ws_send(kLogin);
  receive(1);
  return measure(
      count, [&] { connection.ws_send(kMessage); }, receive);
}

Figures queued(int port, int count) {
  achex::QueueConnection connection("ws://127.0.0.1:" + std::to_string(port) + "/");
  const auto receive = [&](int more) {
    while (more-- > 0) connection.wait_pop(achex::Milliseconds(-1));
  };
  receive(1);
  connection.send(kLogin);
  receive(1);
  return measure(
      count, [&] { connection.send(kMessage); }, receive);
}

/// achex.2, with resume, parsed messages and, if `confirmed`, a confirmation of each.
Figures modern(int port, int count, bool confirmed) {
  std::mutex mutex;
  std::condition_variable changed;
  int arrived = 0;
  achex::Options options;
  options.url = "ws://127.0.0.1:" + std::to_string(port) + "/";
  options.credentials.name = "modern";
  achex::Client client(options, [&](achex::Event& event) {
    if (!std::holds_alternative<achex::Message>(event)) return;
    const std::lock_guard<std::mutex> lock(mutex);
    arrived++;
    changed.notify_one();
  });
  client.wait_ready();
  const achex::Channel channel = achex::to("modern");
  const achex::Payload payload(R"({"msg":"The quick brown fox jumps over the lazy dog","n":1})");
  const auto ignore = [](const achex::Outcome<achex::Delivery>&) {};
  const auto send = [&] {
    client.wait_for_room();
    if (confirmed) client.send(channel, payload, ignore);
    else client.post(channel, payload);
  };
  return measure(count, send, [&](int more) {
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [&] { return arrived >= more; });
    arrived -= more;
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "Usage: bench PORT [MESSAGES [ROUNDS]]" << std::endl;
    return 1;
  }
  const int port = std::atoi(argv[1]);
  const int count = argc > 2 ? std::atoi(argv[2]) : 50'000;
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 3;
  const std::vector<std::pair<std::string, std::function<Figures()>>> clients = {
      {"bare", [&] { return bare(port, count); }},
      {"poll", [&] { return polled(port, count); }},
      {"queue", [&] { return queued(port, count); }},
      {"client", [&] { return modern(port, count, false); }},
      {"confirmed", [&] { return modern(port, count, true); }},
  };
  // In turns, and the best of each: what else runs on the machine only makes a round slower.
  std::map<std::string, Figures> best;
  for (int round = 0; round < rounds; round++) {
    for (const auto& [name, run] : clients) {
      const Figures figures = run();
      auto& to = best[name];
      to.rate = std::max(to.rate, figures.rate);
      to.latency = to.latency == 0 ? figures.latency : std::min(to.latency, figures.latency);
    }
  }
  std::cout << "{";
  for (const auto& [name, run] : clients) {
    std::cout << (name == "bare" ? "" : ",") << "\"" << name << "\":{\"rate\":" << static_cast<long>(best[name].rate)
              << ",\"microseconds\":" << static_cast<long>(best[name].latency) << "}";
  }
  std::cout << "}" << std::endl;
}
