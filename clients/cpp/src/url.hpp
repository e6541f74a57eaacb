#pragma once

#include <cstdint>
#include <string>

namespace achex::detail {

struct Url {
  bool tls = false;
  /// Without brackets.
  std::string host;
  std::uint16_t port = 0;
  /// Path and query, never empty.
  std::string target;

  bool is_ipv6() const { return host.find(':') != std::string::npos; }
  /// For the header `Host`: with the port unless it is the default one.
  std::string authority() const;
};

/// Throws the fault `bad-address`.
Url parse_url(const std::string& text);

/// The address with its path replaced by that of an instance; unchanged for an empty instance.
std::string with_instance(const std::string& url, const std::string& instance);

struct Proxy {
  std::string host;
  std::uint16_t port = 0;
  /// `user:password`, or empty.
  std::string credentials;
};

/// The proxy that the environment names for an address, as curl reads it; an empty host if there is none.
Proxy proxy_from_environment(const Url& url);

std::string base64(const std::string& bytes);

}  // namespace achex::detail
