#include "legacy.hpp"

#include <algorithm>
#include <cctype>

namespace achex::detail {

namespace {

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string ref_key(std::optional<std::uint64_t> ref) {
  return ref ? "\"$ref\":" + std::to_string(*ref) + "," : std::string();
}

std::string fault_json(const std::string& code, const std::string& message, bool retry) {
  return "\"$fault\":{\"code\":" + quoted(code) + ",\"message\":" + quoted(message) +
         ",\"retry\":" + (retry ? "true" : "false") + "}}";
}

}  // namespace

std::optional<std::string> LegacyCodec::encode(std::optional<std::uint64_t> ref, const std::string& body, bool binary,
                                               const std::function<void(std::string)>& reply) {
  Frame frame;
  parse_frame(body, false, frame);
  const bool is_message = address_key(frame) != nullptr;
  // Its reply needs no reference.
  if (frame.has("$time") && !is_message) return R"({"ping":true})";
  const auto first_dollar = std::find_if(frame.members.begin(), frame.members.end(), [](const JsonMember& member) {
    return !member.key.empty() && member.key.front() == '$';
  });
  if (binary || first_dollar != frame.members.end()) {
    const std::string what = binary ? "binary messages" : std::string(first_dollar->key);
    reply("{" + ref_key(ref) + fault_json("unsupported", "The legacy dialects do not support " + what + ".", false));
    return std::nullopt;
  }
  // The server always replies to these, so each needs an entry in the order of requests.
  if (!is_message && (frame.has("setID") || frame.has("serviceID"))) logins_.push_back(ref.value_or(0));
  else if (!is_message && frame.has("joinHub")) joins_.push_back(ref.value_or(0));
  else if (ref) reply("{" + ref_key(ref) + "\"$result\":{}}");
  if (cloud_ && body.compare(0, 8, "{\"setID\"") == 0) return "{\"auth\"" + body.substr(8);
  return body;
}

std::optional<std::string> LegacyCodec::decode(const Frame& frame) {
  if (address_key(frame) != nullptr) return std::nullopt;
  if (frame.has("SID") && !frame.has("auth")) return "{\"$hello\":{\"sid\":" + std::string(frame["SID"]) + "}}";
  if (frame.has("auth")) return login_reply(frame);
  if (const std::string joined = string_of(frame["joinHub"]); joined == "OK")
    return reply_to(joins_, "\"$result\":{}}");
  else if (joined == "FAILED") return reply_to(joins_, fault_json("refused", "The server refused the hub.", false));
  if (frame.has("ltcy")) return R"({"$time":true})";
  if (const std::string error = string_of(frame["error"]); !error.empty())
    return "{" + fault_json("failed", error, false);
  return std::nullopt;
}

std::string LegacyCodec::reply_to(std::deque<std::uint64_t>& waiting, const std::string& rest) {
  if (waiting.empty()) return "{}";
  const std::uint64_t ref = waiting.front();
  waiting.pop_front();
  return ref == 0 ? "{}" : "{" + ref_key(ref) + rest;
}

std::string LegacyCodec::login_reply(const Frame& frame) {
  std::string reason = string_of(frame["REASON"]);
  if (reason.empty()) reason = string_of(frame["reason"]);
  if (lower_case(string_of(frame["auth"])) == "ok") {
    const auto sid = number_of(frame["SID"]);
    return reply_to(logins_, "\"$result\":{" + (sid ? "\"sid\":" + std::to_string(*sid) : "") + "}}");
  }
  // Reasons are sentences for people. Those of our relay say "again" if another attempt may succeed.
  const bool retry = lower_case(reason).find("again") != std::string::npos;
  return reply_to(logins_, fault_json(retry ? "throttled" : "refused",
                                      reason.empty() ? "The server refused the login." : reason, retry));
}

}  // namespace achex::detail
