// Messages per second and latency of the three interfaces, beside a client written directly on Boost.Beast, against one
// relay. Usage: bench PORT [MESSAGES [ROUNDS [CLIENT ...]]]; the relay must not limit rates. Prints one line of JSON.
#include <achex/client.hpp>
#include <achex/ws_client_connection.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <functional>
#include <iostream>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <tuple>
#include <utility>
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
  /// Microseconds of CPU time that this process takes for a message that it sends and receives. Other programs on the
  /// machine hardly change it.
  double cpu = 0;
  /// Microseconds of a round trip: half of them, and all but one of a hundred, are faster.
  double p50 = 0;
  double p99 = 0;
  /// The same if the callback sends the next message; 0 for clients without callbacks.
  double reply_p50 = 0;
  double reply_p99 = 0;
};

/// The times of round trips that half of them, and all but one of a hundred, do not exceed.
std::pair<double, double> percentiles(std::vector<double>& trips) {
  std::sort(trips.begin(), trips.end());
  return {trips[trips.size() / 2], trips[trips.size() * 99 / 100]};
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// CPU time of all threads of this process.
double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Sends messages to oneself and receives them, first all at once, then one after another.
/// `send` may block; `receive` waits until so many more messages have arrived.
Figures measure(int count, const std::function<void()>& send, const std::function<void(int)>& receive) {
  Figures figures;
  const double cpu = cpu_seconds();
  const auto start = Clock::now();
  std::thread sender([&] {
    for (int n = 0; n < count; n++) send();
  });
  receive(count);
  sender.join();
  figures.rate = count / seconds_since(start);
  figures.cpu = (cpu_seconds() - cpu) / count * 1e6;
  std::vector<double> trips;
  for (int n = 0; n < std::max(1, count / 50); n++) {
    const auto sent = Clock::now();
    send();
    receive(1);
    trips.push_back(seconds_since(sent) * 1e6);
  }
  std::tie(figures.p50, figures.p99) = percentiles(trips);
  return figures;
}

/// What one would write on Beast: a thread reads, and each write waits for the one before. In achex.2, with a
/// confirmation of each message if `confirmed`.
Figures bare(int port, int count, bool modern = false, bool confirmed = false) {
  asio::io_context context;
  websocket::stream<asio::ip::tcp::socket> stream(context);
  stream.next_layer().connect({asio::ip::make_address("127.0.0.1"), static_cast<unsigned short>(port)});
  stream.next_layer().set_option(asio::ip::tcp::no_delay(true));
  if (modern)
    stream.set_option(websocket::stream_base::decorator(
        [](websocket::request_type& request) { request.set(beast::http::field::sec_websocket_protocol, "achex.2"); }));
  stream.handshake("127.0.0.1:" + std::to_string(port), "/");
  beast::flat_buffer buffer;
  const auto read = [&] {
    stream.read(buffer);
    buffer.consume(buffer.size());
  };
  read();
  stream.write(asio::buffer(std::string(modern ? R"({"$ref":1,"setID":"bench"})" : kLogin)));
  read();
  const std::string message = kMessage;
  int sent = 1;
  const auto send = [&] {
    if (confirmed) stream.write(asio::buffer("{\"$ref\":" + std::to_string(++sent) + "," + message.substr(1)));
    else stream.write(asio::buffer(message));
  };
  const Figures figures = measure(count, send, [&](int more) {
    // A confirmation is a frame of its own.
    for (int frames = confirmed ? 2 * more : more; frames > 0; frames--) read();
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
  std::atomic<int> arrived{0};
  std::atomic<int> wanted{0};
  // Set while the callback replies.
  std::function<void()> reply;
  achex::Options options;
  options.url = "ws://127.0.0.1:" + std::to_string(port) + "/";
  options.credentials.name = "modern";
  achex::Client client(options, [&](achex::Event& event) {
    if (!std::holds_alternative<achex::Message>(event)) return;
    if (++arrived != wanted) {
      if (reply) reply();
      return;
    }
    const std::lock_guard<std::mutex> lock(mutex);
    changed.notify_one();
  });
  client.wait_ready();
  const achex::Channel channel = achex::to("modern");
  const achex::Payload payload(R"({"msg":"The quick brown fox jumps over the lazy dog","n":1})");
  const auto ignore = [](const achex::Outcome<achex::Delivery>&) {};
  const auto send = [&] {
    if (confirmed) client.send(channel, payload, ignore);
    else client.post(channel, payload);
  };
  const auto expect = [&](int more) {
    const std::lock_guard<std::mutex> lock(mutex);
    wanted += more;
  };
  const auto wait = [&] {
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [&] { return arrived >= wanted; });
  };
  const auto receive = [&](int more) {
    expect(more);
    wait();
  };
  Figures figures = measure(
      count, [&] { client.wait_for_room(), send(); }, receive);
  client.drain();
  std::vector<double> trips;
  auto sent = Clock::now();
  reply = [&] {
    trips.push_back(seconds_since(sent) * 1e6);
    sent = Clock::now();
    send();
  };
  expect(std::max(2, count / 50));
  send();
  wait();
  std::tie(figures.reply_p50, figures.reply_p99) = percentiles(trips);
  return figures;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "Usage: bench PORT [MESSAGES [ROUNDS [CLIENT ...]]]" << std::endl;
    return 1;
  }
  const int port = std::atoi(argv[1]);
  const int count = argc > 2 ? std::atoi(argv[2]) : 50'000;
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 3;
  const std::set<std::string> wanted(argv + std::min(argc, 4), argv + argc);
  const std::vector<std::pair<std::string, std::function<Figures()>>> clients = {
      {"bare", [&] { return bare(port, count); }},
      {"bareModern", [&] { return bare(port, count, true); }},
      {"bareConfirmed", [&] { return bare(port, count, true, true); }},
      {"poll", [&] { return polled(port, count); }},
      {"queue", [&] { return queued(port, count); }},
      {"client", [&] { return modern(port, count, false); }},
      {"confirmed", [&] { return modern(port, count, true); }},
  };
  // In turns, and the best of each: what else runs on the machine only makes a round slower.
  std::map<std::string, Figures> best;
  for (int round = 0; round < rounds; round++) {
    for (const auto& [name, run] : clients) {
      if (!wanted.empty() && wanted.count(name) == 0) continue;
      const Figures figures = run();
      const auto [found, is_first] = best.emplace(name, figures);
      Figures& to = found->second;
      to.rate = std::max(to.rate, figures.rate);
      for (const auto part : {&Figures::cpu, &Figures::p50, &Figures::p99, &Figures::reply_p50, &Figures::reply_p99})
        to.*part = std::min(to.*part, figures.*part);
    }
  }
  const char* separator = "{";
  for (const auto& [name, run] : clients) {
    const auto found = best.find(name);
    if (found == best.end()) continue;
    const Figures& of = found->second;
    std::cout << std::exchange(separator, ",") << "\"" << name << "\":{\"rate\":" << static_cast<long>(of.rate)
              << ",\"cpu\":" << std::round(of.cpu * 100) / 100 << ",\"p50\":" << static_cast<long>(of.p50)
              << ",\"p99\":" << static_cast<long>(of.p99);
    if (of.reply_p50 > 0)
      std::cout << ",\"replyP50\":" << static_cast<long>(of.reply_p50)
                << ",\"replyP99\":" << static_cast<long>(of.reply_p99);
    std::cout << "}";
  }
  std::cout << "}" << std::endl;
}
