#pragma once

#include "../url.hpp"
#include "asio.hpp"
#include "resolver.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace achex::detail {

/// Opens a TCP connection: looks up the host, tries its addresses one after another, and asks the proxy, if there is
/// one.
class Connector : public std::enable_shared_from_this<Connector> {
 public:
  /// Called once, with an error text or with an empty one and the connection.
  using Done = std::function<void(std::string error, TcpSocket socket)>;

  Connector(Strand strand, Url url, Proxy proxy);
  void start(Done done);
  /// Done is not called any more.
  void cancel();

 private:
  void try_next(const std::string& error);
  void connected();
  void tunnel();
  void finish(const std::string& error);

  Strand strand_;
  Url url_;
  Proxy proxy_;
  TcpSocket socket_;
  SteadyTimer timer_;
  std::shared_ptr<Lookup> lookup_;
  std::vector<Address> addresses_;
  std::size_t next_ = 0;
  std::string request_;
  std::string reply_;
  Done done_;
};

}  // namespace achex::detail
