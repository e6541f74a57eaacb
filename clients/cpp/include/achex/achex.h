/* C interface of the Achex client, for programs in C and for bindings from other languages. No function throws.
 * Any thread may call the functions of a client, but only one at a time calls achex_poll() and achex_error(), whose
 * texts belong to the client, and none may use a client that achex_close() has freed. */
#ifndef ACHEX_H
#define ACHEX_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct achex_client achex_client;

/** Options of achex_connect(). Set all members to 0 first; those that stay 0 have their default. Texts are UTF-8. */
typedef struct achex_options {
  const char* url;  /**< `ws://host[:port][/instance]` or `wss://…` */
  const char* name; /**< who logs in */
  const char* password;
  const char* idtag;   /**< logs in as a service if it is not NULL; may be empty */
  const char* ca_file; /**< PEM file of certificate authorities to trust in addition */
  int no_resume;       /**< start over after every drop */
} achex_options;

enum achex_channel { ACHEX_NAME = 0, ACHEX_SESSION = 1, ACHEX_BROADCAST = 2, ACHEX_HUB = 3 };

/** Begins to connect and returns at once; events report the rest. NULL if the address is invalid or there is no memory.
 */
achex_client* achex_connect(const achex_options* options);

/** Waits until the client is logged in, at most so many milliseconds. 1 if it is; 0 after the timeout, or when it was
 * rejected: achex_error() says why. */
int achex_wait_ready(achex_client* client, int timeout_ms);

/** Sends the JSON object `json` to a name, a session id as text, a broadcast or a hub. Returns a number above 0, which
 * the event `result` repeats; -1 if it was not accepted (see achex_error()). */
int64_t achex_send(achex_client* client, enum achex_channel kind, const char* target, const char* json);
/** The same with bytes. */
int64_t achex_send_binary(achex_client* client, enum achex_channel kind, const char* target, const void* bytes,
                          size_t size, const char* json);
/** Sends any frame of PROTOCOL.md, such as `{"joinHub":"h","$presence":true}`. A session that starts over forgets what
 * such frames did. */
int64_t achex_request(achex_client* client, const char* frame);
/** Joins a hub or broadcast, and joins it again after each reconnection. */
int64_t achex_join(achex_client* client, enum achex_channel kind, const char* name);

/** Waits for the next event, at most so many milliseconds; 0 looks only, a negative value waits without limit. Returns
 * its JSON, or NULL if there is none, at once if the client is closed and nothing more can come. The text is valid
 * until the next call for this client. Events:
 *  `{"event":"message","data":{…},"from":"Ann","sid":14,"channel":"hub","target":"h"}`, with `"bytes":"<base64>"` if it
 * is binary,
 *  `{"event":"state","state":"ready"}` (connecting, ready, waiting, closed),
 *  `{"event":"result","number":1,"result":{…}}` or with `"fault":{"code":…,"message":…}` instead of `result`, and
 *  `{"event":"fault","fault":{…}}`. At most 100,000 wait, and 64 MiB; the oldest are dropped beyond. */
const char* achex_poll(achex_client* client, int timeout_ms);

/** Code and message of the last error of this client, such as `no-such-name: …`, or an empty text. Valid until the next
 * call. */
const char* achex_error(achex_client* client);

/** Disconnects and frees the client. Takes at most 300 ms. NULL is allowed. */
void achex_close(achex_client* client);

#ifdef __cplusplus
}
#endif

#endif
