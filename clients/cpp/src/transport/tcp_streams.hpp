#pragma once

#include "achex/transport.hpp"
#include "asio.hpp"

#include <boost/asio/ssl/host_name_verification.hpp>

#include <string>

namespace achex::detail {

using PlainStream = TcpSocket;
using TlsStream = asio::ssl::stream<TcpSocket>;

/// Before the handshake with a host: its certificate must be for this host, and it learns which one is meant.
inline void prepare_tls(TlsStream& stream, const std::string& host, const TlsOptions& options) {
  if (!options.insecure_skip_verification) stream.set_verify_callback(asio::ssl::host_name_verification(host));
  // Names of servers are only sent for names: addresses are not allowed there (RFC 6066).
  ErrorCode is_name;
  asio::ip::make_address(host, is_name);
  if (is_name) SSL_set_tlsext_host_name(stream.native_handle(), host.c_str());
}

}  // namespace achex::detail
