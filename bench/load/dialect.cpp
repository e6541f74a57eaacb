#include "dialect.hpp"

#include <stdexcept>

namespace bench {

std::string messageFor(const Role& role) {
  constexpr size_t kLength = 100;
  std::string text = std::string("{\"") + (role.direct ? "to" : "bc") + "\":\"" + role.target + "\",\"t\":";
  text.append(kStampSlot).append(",\"n\":\"");
  while (text.size() < kLength - 2) text.push_back(static_cast<char>('a' + text.size() % 26));
  return text.append("\"}");
}

std::unique_ptr<Dialect> makeDialect(std::string_view name) {
  if (name == "achex") return makeAchex();
  if (name == "achex2") return makeAchex2(false);
  if (name == "achex2-resume") return makeAchex2(true);
  if (name == "socketio") return makeSocketIo();
  if (name == "nats") return makeNats();
  if (name == "nchan") return makeNchan();
  throw std::invalid_argument("unknown dialect: " + std::string(name));
}

}  // namespace bench
