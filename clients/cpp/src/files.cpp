#include "files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace achex::detail {

namespace {

constexpr std::size_t kChunk = 256u * 1024;
/// How long a transfer is resumed without progress, and the pause between attempts.
constexpr std::chrono::seconds kGiveUp(60);
constexpr Milliseconds kPause(1000);
constexpr std::size_t kDigest = 32;

bool is_one_of(const std::string& code, std::initializer_list<const char*> codes) {
  return std::any_of(codes.begin(), codes.end(), [&](const char* one) { return code == one; });
}

std::string base_name(const std::string& path) {
  const auto slash = path.find_last_of("/\\");
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

Fault system_fault(const std::string& path) {
  return own_fault("failed", path + ": " + std::generic_category().message(errno));
}

}  // namespace

OutgoingFile::OutgoingFile(const std::shared_ptr<Core>& core, Channel whom, std::string path, SendFileOptions options,
                           Callback<SentFile> done)
    : core_(core),
      whom_(std::move(whom)),
      path_(std::move(path)),
      options_(std::move(options)),
      done_(std::move(done)) {}

void OutgoingFile::start() {
  file_.reset(std::fopen(path_.c_str(), "rb"));
  if (!file_ || std::fseek(file_.get(), 0, SEEK_END) != 0) {
    finish({std::nullopt, system_fault(path_)});
    return;
  }
  size_ = static_cast<std::uint64_t>(std::ftell(file_.get()));
  attempt();
}

void OutgoingFile::attempt() {
  if (!core_->session().connection()) {
    // A file may be sent before the client is connected, like everything else.
    if (!core_->session().reason.code.empty()) failed(core_->session().reason);
    else failed(own_fault("unknown"));
    return;
  }
  const std::string name = options_.name.empty() ? base_name(path_) : options_.name;
  const std::string meta = "{\"file\":{\"id\":" + quoted(id_) + ",\"name\":" + quoted(name) +
                           ",\"type\":" + quoted(options_.type) + ",\"size\":" + std::to_string(size_) + "}}";
  OutgoingState::open(
      *core_, whom_, meta, [self = shared_from_this()](const Outcome<std::shared_ptr<OutgoingState>>& outcome) {
        if (outcome.fault) {
          self->failed(*outcome.fault);
          return;
        }
        self->stream_ = *outcome.value;
        JsonMembers reply;
        read_object(self->stream_->reply, reply);
        const std::uint64_t offset = std::min(number_of(value_of(reply, "offset")).value_or(0), self->size_);
        if (offset < self->hashed_) {
          self->hash_.reset();
          self->hashed_ = 0;
        }
        self->catch_up(offset);
      });
}

/// The hash covers the whole file, so it includes what the receiver already has.
void OutgoingFile::catch_up(std::uint64_t offset) {
  if (hashed_ >= offset) {
    next_chunk(offset);
    return;
  }
  const std::string bytes = read(hashed_, static_cast<std::size_t>(std::min<std::uint64_t>(kChunk, offset - hashed_)));
  if (bytes.empty()) return;
  hash_.update(bytes);
  hashed_ += bytes.size();
  // In steps: everything else of this client waits meanwhile.
  core_->loop().post([self = shared_from_this(), offset] { self->catch_up(offset); });
}

void OutgoingFile::next_chunk(std::uint64_t at) {
  if (at == size_) {
    send_digest();
    return;
  }
  std::string bytes = read(at, static_cast<std::size_t>(std::min<std::uint64_t>(kChunk, size_ - at)));
  if (bytes.empty()) return;
  hash_.update(bytes);
  hashed_ = at + bytes.size();
  stream_->write(std::move(bytes), [self = shared_from_this(), next = hashed_](const Outcome<Done>& outcome) {
    if (outcome.fault) {
      self->failed(*outcome.fault);
      return;
    }
    self->has_begun_ = true;
    self->progress_at_ = Clock::now();
    if (self->options_.on_progress) self->core_->call_user([&] { self->options_.on_progress(next); });
    // Not at once: a large file would be read in one go of the loop, and on one stack.
    self->core_->loop().post([self, next] { self->next_chunk(next); });
  });
}

void OutgoingFile::send_digest() {
  const std::string digest = hash_.digest();
  // Another attempt reads the file again.
  hashed_ = 0;
  const auto self = shared_from_this();
  stream_->write(digest, [self](const Outcome<Done>& outcome) {
    if (outcome.fault) self->failed(*outcome.fault);
  });
  stream_->close([self, digest](const Outcome<Done>& outcome) {
    if (outcome.fault) self->failed(*outcome.fault);
    else self->finish({SentFile{self->size_, hex(digest)}, std::nullopt});
  });
}

/// Empty if the file has become shorter; the transfer has failed then.
std::string OutgoingFile::read(std::uint64_t at, std::size_t most) {
  std::string bytes(most, '\0');
  if (std::fseek(file_.get(), static_cast<long>(at), SEEK_SET) != 0) bytes.clear();
  else bytes.resize(std::fread(bytes.data(), 1, most, file_.get()));
  if (bytes.empty()) {
    if (stream_) stream_->abort();
    finish({std::nullopt, own_fault("failed", "The file became shorter while it was sent.")});
  }
  return bytes;
}

void OutgoingFile::failed(const Fault& fault) {
  // Both the digest and the close of a stream fail with it.
  if (!done_ || (stream_ == nullptr && has_begun_ && fault.code == "closed")) return;
  stream_.reset();
  const bool is_interrupted = is_one_of(fault.code, {"unknown", "callee-gone", "aborted"});
  const bool is_missing =
      has_begun_ && is_one_of(fault.code, {"no-such-name", "no-such-session", "no-handler", "not-one"});
  if (!core_->session().reason.code.empty() || (!is_interrupted && !is_missing) ||
      Clock::now() - progress_at_ > kGiveUp) {
    finish({std::nullopt, fault});
    return;
  }
  if (is_waiting_) return;
  is_waiting_ = true;
  core_->loop().after(kPause, [self = shared_from_this()] {
    self->is_waiting_ = false;
    self->attempt();
  });
}

void OutgoingFile::finish(Outcome<SentFile> outcome) {
  const auto done = std::exchange(done_, nullptr);
  if (done) done(std::move(outcome));
}

IncomingFile::IncomingFile(Core& core, std::string key, FileOffer offer, const std::string& path, FileDone done)
    : core_(core),
      key_(std::move(key)),
      offer_(std::move(offer)),
      path_(path),
      done_(std::move(done)),
      file_(std::fopen((path + ".part").c_str(), "wb")) {
  if (!file_) throw system_fault(path_);
}

void IncomingFile::take(const std::shared_ptr<IncomingState>& stream) {
  // A later stream replaces an earlier one.
  const std::uint64_t number = ++streams_;
  if (away_) away_->cancel();
  away_.reset();
  digest_.clear();
  const auto self = shared_from_this();
  stream->on_data = [self, number](const std::string& bytes) {
    if (number != self->streams_) throw own_fault("aborted");
    self->data(bytes);
  };
  // Weak: the stream keeps this function.
  stream->on_end = [self, number, weak = std::weak_ptr(stream)](const Fault* fault) {
    if (number != self->streams_) return;
    const auto ended = weak.lock();
    if (fault != nullptr) self->interrupted(*fault, ended && ended->is_given_up);
    else self->complete();
  };
  stream->accept("{\"offset\":" + std::to_string(received_) + "}");
}

void IncomingFile::data(const std::string& bytes) {
  const auto left = static_cast<std::size_t>(std::min<std::uint64_t>(offer_.size - received_, bytes.size()));
  if (left > 0) {
    hash_.update(std::string_view(bytes).substr(0, left));
    if (std::fwrite(bytes.data(), 1, left, file_.get()) != left) {
      const Fault fault = system_fault(path_);
      fail(fault);
      throw fault;
    }
    received_ += left;
  }
  digest_ += bytes.substr(left);
  if (digest_.size() > kDigest) throw own_fault("failed", "The file is longer than announced.");
}

void IncomingFile::complete() {
  const std::string digest = hash_.digest();
  const bool is_written = std::fflush(file_.get()) == 0;
  file_.reset();
  if (!is_written || received_ < offer_.size || digest != digest_ ||
      std::rename((path_ + ".part").c_str(), path_.c_str()) != 0) {
    const Fault fault = own_fault("failed", "The file does not match its SHA-256, or cannot be written.");
    fail(fault);
    throw fault;
  }
  const auto self = shared_from_this();
  core_.incoming_files.erase(key_);
  if (done_) core_.call_user([&] { done_({ReceivedFile{offer_, path_, hex(digest)}, std::nullopt}); });
}

void IncomingFile::interrupted(const Fault& fault, bool is_given_up) {
  if (core_.incoming_files.count(key_) == 0) return;
  if (is_given_up || core_.session().reason.code == "closed") fail(fault);
  else away_ = core_.loop().after(kGiveUp, [self = shared_from_this(), fault] { self->fail(fault); });
}

void IncomingFile::fail(const Fault& fault) {
  const auto self = shared_from_this();
  if (core_.incoming_files.erase(key_) == 0) return;
  if (away_) away_->cancel();
  file_.reset();
  std::remove((path_ + ".part").c_str());
  if (done_) core_.call_user([&] { done_({std::nullopt, fault}); });
}

void files_closed(Core& core, const Fault& fault) {
  for (const auto& one : std::map(core.incoming_files)) one.second->fail(fault);
}

bool receive_file(Core& core, const std::shared_ptr<IncomingState>& stream) {
  JsonMembers meta;
  JsonMembers file;
  read_object(stream->meta, meta);
  if (!core.file_accept || !read_object(value_of(meta, "file"), file)) return false;
  const auto size = number_of(value_of(file, "size"));
  if (!size) return false;
  const std::string key = stream->from + "\n" + string_of(value_of(file, "id"));
  auto& known = core.incoming_files[key];
  if (!known) {
    const FileOffer offer{stream->from, stream->sid, string_of(value_of(file, "name")),
                          string_of(value_of(file, "type")), *size};
    std::optional<Fault> fault = own_fault("failed");
    core.call_user([&] {
      try {
        known = std::make_shared<IncomingFile>(core, key, offer, core.file_accept(offer), core.file_done);
        fault.reset();
      } catch (const Fault& thrown) {
        fault = thrown;
      }
    });
    if (fault) {
      core.incoming_files.erase(key);
      stream->refuse(*fault);
      return true;
    }
  }
  const auto target = known;
  target->take(stream);
  return true;
}

}  // namespace achex::detail
