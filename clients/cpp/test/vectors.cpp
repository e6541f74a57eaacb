// The conversations of vectors/*.json, played by this library's own WebSocket connections and frame parser.
#include "support.hpp"

#include "frames.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <regex>
#include <set>

TEST_SUITE_BEGIN("vectors");

using test::json;

namespace {

struct VectorFile {
  std::string name;
  json content;
};

std::vector<VectorFile> vector_files() {
  const char* root = std::getenv("ACHEX_TEST_ROOT");
  REQUIRE(root != nullptr);
  std::vector<VectorFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(root) + "/vectors")) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    files.push_back({entry.path().filename(), json::parse(file)});
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return files;
}

std::string from_hex(const std::string& text) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < text.size(); at += 2)
    bytes += static_cast<char>(std::stoi(text.substr(at, 2), nullptr, 16));
  return bytes;
}

std::string in_hex(const std::string& bytes) {
  std::string text;
  char two[3];
  for (const char c : bytes) {
    std::snprintf(two, sizeof two, "%02x", static_cast<unsigned char>(c));
    text += two;
  }
  return text;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// What the placeholders of one replay stand for.
class Placeholders {
 public:
  explicit Placeholders(const json& clients) {
    // Short: in some conversations, names have at most 8 bytes.
    static int runs = 100;
    known_["<run>"] = std::to_string(runs++);
    for (const auto& [name, spec] : clients.items()) sids_.insert("<" + name + ">");
  }

  std::string fill(std::string text, int count = 0) const {
    for (const auto& [placeholder, value] : known_) replace_all(text, placeholder, value);
    replace_all(text, "<fill>", std::string(static_cast<std::size_t>(count), 'x'));
    return text;
  }

  /// Whether a received text is the expected one; learns what it stands for.
  bool matches(const std::string& expected, const std::string& got, int count = 0) {
    std::size_t at = 0;
    const std::string text = fill(expected, count);
    for (std::size_t i = 0; i < text.size();) {
      const auto end = text[i] == '<' ? text.find('>', i) : std::string::npos;
      const std::string placeholder = end == std::string::npos ? "" : text.substr(i, end - i + 1);
      const bool is_number = sids_.count(placeholder) > 0 || placeholder == "<ms>" || placeholder == "<time>";
      const bool is_text = placeholder == "<any>" || placeholder.compare(0, 6, "<token") == 0;
      if (placeholder == "<more>") return true;
      if (!is_number && !is_text) {
        if (at >= got.size() || got[at] != text[i]) return false;
        at++;
        i++;
        continue;
      }
      const std::size_t start = at;
      while (at < got.size() && (is_number ? std::isdigit(static_cast<unsigned char>(got[at])) != 0 : got[at] != '"'))
        at++;
      const std::string value = got.substr(start, at - start);
      if (is_number && (value.empty() || (placeholder == "<time>" && value.size() != 13))) return false;
      if (sids_.count(placeholder) > 0 || placeholder.compare(0, 6, "<token") == 0) {
        const auto learned = known_.emplace(placeholder, value);
        if (learned.first->second != value) return false;
      }
      i = end + 1;
    }
    return at == got.size();
  }

  /// Whether an object has at least these members.
  bool contains(const json& expected, const json& got) {
    if (expected.is_object()) {
      if (!got.is_object()) return false;
      for (const auto& [key, value] : expected.items()) {
        const std::string filled = fill(key);
        if (!got.contains(filled) || !contains(value, got.at(filled))) return false;
      }
      return true;
    }
    if (expected.is_array()) {
      if (!got.is_array() || got.size() != expected.size()) return false;
      for (std::size_t at = 0; at < expected.size(); at++)
        if (!contains(expected[at], got[at])) return false;
      return true;
    }
    if (!expected.is_string()) return expected == got;
    const std::string text = expected;
    return matches(text, got.is_string() ? got.get<std::string>() : got.dump());
  }

 private:
  std::map<std::string, std::string> known_;
  std::set<std::string> sids_;
};

/// One replay of one conversation.
class Stage {
 public:
  Stage(test::Relay& relay, const json& vector)
      : relay_(relay), clients_(vector.at("clients")), placeholders_(clients_) {
    for (const auto& step : vector.at("steps"))
      if (step.contains("drop")) dropping_.insert(step.at("drop").get<std::string>());
  }

  void play(const json& step) {
    if (step.contains("connect")) connect(step.at("connect"));
    else if (step.contains("refused")) refused(step.at("refused"), step.at("status"));
    else if (step.contains("from")) send(step);
    else if (step.contains("to")) receive(step);
    else if (step.contains("quiet"))
      for (const auto& name : step.at("quiet")) quiet(name);
    else if (step.contains("close")) open_.at(step.at("close")).close(test::kDeadline), open_.erase(step.at("close"));
    else if (step.contains("drop")) drop(step.at("drop"));
    else if (step.contains("closed")) closed(step.at("closed"), step.at("code"));
    else FAIL("an unknown step: " << step);
  }

 private:
  std::string url(const std::string& name) {
    const json& spec = clients_.at(name);
    const std::string path = placeholders_.fill(spec.at("path"));
    if (dropping_.count(name) > 0) return relay_.proxied(path, name);
    const int port = spec.value("port", "") == "cloud" ? relay_.cloud_port() : relay_.port();
    return "ws://127.0.0.1:" + std::to_string(port) + path;
  }

  void connect(const std::string& name) {
    achex::QueueOptions options;
    options.subprotocol = placeholders_.fill(clients_.at(name).value("protocol", ""));
    const auto place = open_.emplace(name, achex::QueueConnection(url(name), options)).first;
    REQUIRE_MESSAGE(!place->second.closed(), place->second.error().message);
  }

  void refused(const std::string& name, int status) {
    const achex::QueueConnection connection(url(name));
    CHECK(connection.error().message.find("HTTP " + std::to_string(status)) != std::string::npos);
  }

  void send(const json& step) {
    auto& connection = open_.at(step.at("from"));
    if (step.contains("binary")) REQUIRE(connection.send_binary(from_hex(step.at("binary"))));
    else if (step.contains("header"))
      REQUIRE(connection.send_binary(
          achex::detail::encode_binary(placeholders_.fill(step.at("header")), from_hex(step.at("bytes")))));
    else REQUIRE(connection.send(placeholders_.fill(step.at("text"), step.value("fill", 0))));
  }

  void receive(const json& step) {
    const auto got = open_.at(step.at("to")).wait_pop(test::kDeadline);
    REQUIRE(got.has_value());
    CAPTURE(*got);
    achex::detail::Frame frame;
    const bool is_binary = step.contains("header");
    REQUIRE(achex::detail::parse_frame(*got, is_binary, frame));
    if (is_binary) {
      CHECK(placeholders_.matches(step.at("header"), std::string(frame.text)));
      CHECK(in_hex(std::string(frame.bytes)) == step.at("bytes"));
    } else if (step.contains("json")) CHECK(placeholders_.contains(step.at("json"), json::parse(*got)));
    else CHECK(placeholders_.matches(step.at("text"), *got, step.value("fill", 0)));
  }

  void quiet(const std::string& name) {
    auto& connection = open_.at(name);
    REQUIRE(connection.send(R"({"echo":true,"quiet":1})"));
    const auto got = connection.wait_pop(test::kDeadline);
    REQUIRE(got.has_value());
    CHECK(*got == R"({"echo":true,"quiet":1})");
  }

  void drop(const std::string& name) {
    relay_.network({{"drop", true}}, name);
    closed(name, 1006);
  }

  void closed(const std::string& name, int code) {
    auto& connection = open_.at(name);
    while (connection.wait_pop(test::kDeadline)) continue;
    CHECK(connection.close_code() == code);
    open_.erase(name);
  }

  test::Relay& relay_;
  const json& clients_;
  /// Clients whose connections drop: they have networks of their own.
  std::set<std::string> dropping_;
  Placeholders placeholders_;
  std::map<std::string, achex::QueueConnection> open_;
};

/// Conversations that no program of this library can have, and why.
const std::map<std::string, std::string> kLeftOut = {
    {"D5-origin", "only browsers send the header Origin"},
};

}  // namespace

TEST_CASE("The conversations of vectors/*.json, as the server and this library have them") {
  json services = json::array();
  const auto files = vector_files();
  for (const auto& file : files)
    for (const auto& service : file.content.value("services", json::array())) {
      json one = service;
      if (!one.contains("delivery")) one["delivery"] = "all";
      services.push_back(one);
    }
  // One for each set of options that a conversation requires.
  std::map<std::string, std::unique_ptr<test::Relay>> relays;
  std::set<std::string> left_out;
  int played = 0;
  for (const auto& file : files) {
    for (const auto& vector : file.content.at("cases")) {
      const std::string id = vector.at("id");
      if (kLeftOut.count(id) > 0) {
        left_out.insert(id);
        continue;
      }
      const std::string title = file.name + ": " + id;
      CAPTURE(title);
      const json options = vector.value("options", json::object());
      auto& relay = relays[options.dump()];
      if (!relay) relay = std::make_unique<test::Relay>(options, services, true);
      Stage stage(*relay, vector);
      for (const auto& step : vector.at("steps")) stage.play(step);
      played++;
    }
  }
  CHECK(left_out.size() == kLeftOut.size());
  MESSAGE(played << " conversations, with " << relays.size() << " relays");
  CHECK(played > 200);
}

TEST_SUITE_END();
