#pragma once

#include "random.hpp"
#include "sha256.hpp"
#include "streams.hpp"

#include <cstdio>

namespace achex::detail {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

/// A file on its way to another client, over one stream or several: if one breaks, the next continues where the
/// receiver stopped.
class OutgoingFile : public std::enable_shared_from_this<OutgoingFile> {
 public:
  OutgoingFile(const std::shared_ptr<Core>& core, Channel whom, std::string path, SendFileOptions options,
               Callback<SentFile> done);
  void start();

 private:
  void attempt();
  void catch_up(std::uint64_t offset);
  void next_chunk(std::uint64_t at);
  void send_digest();
  std::string read(std::uint64_t at, std::size_t most);
  void failed(const Fault& fault);
  void finish(Outcome<SentFile> outcome);

  std::shared_ptr<Core> core_;
  Channel whom_;
  std::string path_;
  SendFileOptions options_;
  Callback<SentFile> done_;
  std::string id_ = hex(random_bytes(16));
  File file_;
  std::uint64_t size_ = 0;
  Sha256 hash_;
  std::uint64_t hashed_ = 0;
  std::shared_ptr<OutgoingState> stream_;
  bool has_begun_ = false;
  bool is_waiting_ = false;
  Clock::time_point progress_at_ = Clock::now();
};

/// A file that has partly arrived.
class IncomingFile : public std::enable_shared_from_this<IncomingFile> {
 public:
  IncomingFile(Core& core, std::string key, FileOffer offer, const std::string& path, FileDone done);
  void take(const std::shared_ptr<IncomingState>& stream);
  /// The client was closed.
  void fail(const Fault& fault);

 private:
  void data(const std::string& bytes);
  /// Throws the fault of a file that is not what was announced.
  void complete();
  void interrupted(const Fault& fault, bool is_given_up);

  Core& core_;
  const std::string key_;
  const FileOffer offer_;
  const std::string path_;
  FileDone done_;
  File file_;
  std::uint64_t received_ = 0;
  std::string digest_;
  Sha256 hash_;
  std::uint64_t streams_ = 0;
  std::shared_ptr<Timer> away_;
};

}  // namespace achex::detail
