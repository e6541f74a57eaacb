#pragma once

#include "core.hpp"

#include <deque>

namespace achex::detail {

/// A stream that this client sends (PROTOCOL.md R50 to R53). On the thread of the loop, but for `reply` and `sid`,
/// which are set before the program gets it.
struct OutgoingState : std::enable_shared_from_this<OutgoingState> {
  using Opened = Callback<std::shared_ptr<OutgoingState>>;

  std::weak_ptr<Core> core;
  std::uint64_t id = 0;
  std::uint32_t sid = 0;
  std::string reply = "{}";

  static void open(Core& core, const Channel& whom, const std::string& meta, Opened opened);
  void write(std::string bytes, Callback<Done> done);
  void close(Callback<Done> done);
  void abort();
  /// The session has ended, or the receiver has confirmed (nullptr).
  void end(const Fault* fault);

 private:
  struct Chunk {
    std::string bytes;
    std::size_t at = 0;
    Callback<Done> done;
  };

  void answered(const JsonMembers& answer, const Message* message);
  void pump();
  bool pace(std::size_t bytes);
  void send(const std::string& call, const std::string& payload, std::optional<std::string> bytes = std::nullopt);

  Opened opened_;
  std::deque<Chunk> chunks_;
  Callback<Done> closing_;
  std::uint64_t credit_ = 0;
  std::uint64_t sent_ = 0;
  bool is_end_sent_ = false;
  bool is_over_ = false;
  bool is_confirmed_ = false;
  Fault fault_;
  Clock::time_point free_at_{};
  std::shared_ptr<Timer> pause_;
};

/// A stream that this client receives.
struct IncomingState : std::enable_shared_from_this<IncomingState> {
  std::weak_ptr<Core> core;
  std::uint32_t sid = 0;
  std::uint64_t id = 0;
  std::string from;
  std::string meta;
  std::function<void(const std::string&)> on_data;
  std::function<void(const Fault*)> on_end;
  /// The sender has given up on purpose: it will not resume.
  bool is_given_up = false;

  void accept(const std::string& reply);
  void data(std::string_view bytes);
  void ended(const std::string& payload);
  void refuse(const Fault& fault);
  void fail(const Fault& fault);
  /// Passes on what arrived before there was a callback.
  void pump();

 private:
  void grant(const std::string& reply);
  void answer(const std::string& part, const std::string& payload);
  void finish();
  void forget();

  std::deque<std::string> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::uint64_t granted_ = 0;
  std::uint64_t received_ = 0;
  bool is_accepted_ = false;
  bool is_complete_ = false;
  bool is_over_ = false;
};

void stream_call(Core& core, std::uint64_t id, const JsonMembers& call, const Message& message);
void stream_cancelled(Core& core, const std::pair<std::uint32_t, std::uint64_t>& key);
void streams_dropped(Core& core);
/// Takes a stream that carries a file (files.cpp). False if it does not, or nobody receives files.
void files_closed(Core& core, const Fault& fault);
bool receive_file(Core& core, const std::shared_ptr<IncomingState>& stream);

}  // namespace achex::detail
