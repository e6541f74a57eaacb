#include "url.hpp"

#include "achex/fault.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <initializer_list>

namespace achex::detail {

namespace {

constexpr std::uint16_t kPlainPort = 80;
constexpr std::uint16_t kTlsPort = 443;
constexpr std::uint16_t kProxyPort = 1080;
constexpr unsigned long kLargestPort = 65535;

[[noreturn]] void bad_address(const std::string& text, const char* why) {
  throw Fault("bad-address", "The address " + text + " is invalid: " + why + ".",
              "Use one like wss://relay.example/instance.");
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// Splits `host:port` or `[v6]:port`.
void parse_authority(const std::string& text, const std::string& whole, std::string& host, std::uint16_t& port) {
  std::string rest;
  if (!text.empty() && text.front() == '[') {
    const auto end = text.find(']');
    if (end == std::string::npos) bad_address(whole, "a bracket is missing");
    host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  } else {
    const auto colon = text.rfind(':');
    host = text.substr(0, colon);
    if (colon != std::string::npos) rest = text.substr(colon);
  }
  if (host.empty()) bad_address(whole, "it has no host");
  if (rest.empty()) return;
  if (rest.front() != ':' || rest.size() < 2 || rest.size() > 6 ||
      rest.find_first_not_of("0123456789", 1) != std::string::npos)
    bad_address(whole, "the port is not a number");
  const unsigned long number = std::strtoul(rest.c_str() + 1, nullptr, 10);
  if (number == 0 || number > kLargestPort) bad_address(whole, "the port is out of range");
  port = static_cast<std::uint16_t>(number);
}

std::string variable(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    // Safe while no thread changes the environment, which no function can be protected from.
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

bool is_excluded(const std::string& host) {
  std::string list = lower(variable({"no_proxy", "NO_PROXY"}));
  const std::string name = lower(host);
  list += ',';
  std::string item;
  for (const char c : list) {
    if (c != ',' && c != ' ') {
      item += c;
      continue;
    }
    if (item == "*") return true;
    const std::string suffix = !item.empty() && item.front() == '.' ? item.substr(1) : item;
    if (!suffix.empty() &&
        (name == suffix || (name.size() > suffix.size() &&
                            name.compare(name.size() - suffix.size() - 1, std::string::npos, "." + suffix) == 0)))
      return true;
    item.clear();
  }
  return false;
}

}  // namespace

std::string Url::authority() const {
  std::string text = is_ipv6() ? "[" + host + "]" : host;
  if (port != (tls ? kTlsPort : kPlainPort)) text += ":" + std::to_string(port);
  return text;
}

Url parse_url(const std::string& text) {
  Url url;
  const auto scheme_end = text.find("://");
  const std::string scheme = lower(text.substr(0, scheme_end == std::string::npos ? 0 : scheme_end));
  if (scheme == "wss") url.tls = true;
  else if (scheme != "ws") bad_address(text, "it does not begin with ws:// or wss://");
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= ' ') bad_address(text, "it contains white space");
  const auto start = scheme_end + 3;
  const auto end = text.find_first_of("/?#", start);
  const std::string authority = text.substr(start, end == std::string::npos ? std::string::npos : end - start);
  if (authority.find('@') != std::string::npos) bad_address(text, "it contains credentials");
  url.port = url.tls ? kTlsPort : kPlainPort;
  parse_authority(authority, text, url.host, url.port);
  url.target = end == std::string::npos ? "/" : text.substr(end, text.find('#', end) - end);
  if (url.target.empty() || url.target.front() != '/') url.target.insert(0, "/");
  return url;
}

std::string with_instance(const std::string& url, const std::string& instance) {
  if (instance.empty()) return url;
  if (instance == "." || instance == "..") bad_address(instance, "it cannot be an instance");
  const auto start = url.find("://");
  if (start == std::string::npos) return url;
  const auto path = url.find_first_of("/?#", start + 3);
  const auto query = url.find('?', start + 3);
  std::string text = url.substr(0, path) + "/";
  static const char* const kHex = "0123456789ABCDEF";
  for (const char c : instance) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~') text += c;
    else (((text += '%') += kHex[byte >> 4u]) += kHex[byte & 15u]);
  }
  return query == std::string::npos ? text : text + url.substr(query);
}

Proxy proxy_from_environment(const Url& url) {
  Proxy proxy;
  // Programs behind a web server get HTTP_PROXY from a header of the request, so only its lower-case form counts, as in
  // curl.
  std::string text =
      url.tls ? variable({"wss_proxy", "https_proxy", "HTTPS_PROXY"}) : variable({"ws_proxy", "http_proxy"});
  if (text.empty()) text = variable({"all_proxy", "ALL_PROXY"});
  if (text.empty() || is_excluded(url.host)) return proxy;
  const auto scheme = text.find("://");
  if (scheme != std::string::npos) {
    if (lower(text.substr(0, scheme)) != "http") bad_address(text, "only HTTP proxies are supported");
    text = text.substr(scheme + 3);
  }
  text = text.substr(0, text.find('/'));
  const auto at = text.rfind('@');
  if (at != std::string::npos) {
    proxy.credentials = text.substr(0, at);
    text = text.substr(at + 1);
  }
  proxy.port = kProxyPort;
  parse_authority(text, text, proxy.host, proxy.port);
  return proxy;
}

std::string base64(const std::string& bytes) {
  static const char* const kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; i++)
      group = group << 8u | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0u);
    for (std::size_t i = 0; i < 4; i++) text += at + i > bytes.size() ? '=' : kAlphabet[group >> (18 - 6 * i) & 63u];
  }
  return text;
}

}  // namespace achex::detail
