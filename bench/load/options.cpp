#include <map>
#include <stdexcept>

#include "options.hpp"

namespace bench {

Options parseOptions(int argc, char** argv) {
  std::map<std::string, std::string> given;
  for (int i = 1; i + 1 < argc; i += 2) given[argv[i]] = argv[i + 1];
  const auto text = [&](const char* key, const char* otherwise) {
    const auto found = given.find(key);
    if (found == given.end()) return std::string(otherwise);
    std::string value = found->second;
    given.erase(found);
    return value;
  };
  const auto count = [&](const char* key, const char* otherwise) { return std::stoul(text(key, otherwise)); };

  Options options;
  options.workload = text("--workload", "");
  options.dialect = text("--dialect", "achex");
  options.address.port = static_cast<uint16_t>(count("--port", "0"));
  options.address.sources = static_cast<unsigned>(count("--sources", "1"));
  options.server = static_cast<pid_t>(count("--server", "0"));
  options.groups = count("--groups", "1");
  options.members = count("--members", "1");
  options.peers = count("--peers", "0");
  options.outsider = count("--outsider", "0") != 0;
  options.anonymous = count("--anonymous", "0") != 0;
  options.rate = std::stod(text("--rate", "0"));
  options.warmup = std::stod(text("--warmup", "3"));
  options.window = std::stod(text("--window", "10"));
  options.inFlight = count("--in-flight", "500");
  if (!given.empty()) throw std::invalid_argument("unknown option: " + given.begin()->first);
  return options;
}

}  // namespace bench
