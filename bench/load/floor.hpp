#pragma once
#include <cstdint>

namespace bench {

// The floor: a relay that does the least a relay can do, on one thread and one epoll. It serves until it is killed.
//
// It does: accept; answer each handshake; greet with a session id; note names and broadcasts; unmask each frame; take the address
// from where the load puts it, the text between the third and the fourth quotation mark; look it up in a hash table; copy the frame
// once with the sender's stamp, made at login, before the last brace; append that to what each receiver is outgoing; and at the end of
// the pair write what each is outgoing with one system call.
//
// It does not: parse or check JSON, UTF-8 or RFC 6455; limit, count, log or time anything; ping; bound what waits for a slow reader;
// know other kinds of frame. Every handshake is taken for one with the load's own key.
[[noreturn]] void serveFloor(uint16_t port);

}  // namespace bench
