// A light meter with a lamp, as docs/instruments.md describes instruments: it appears on the pages of instruments.
#include <WebSocketsClient.h>  // the library "WebSockets" by Markus Sattler
#include <WiFi.h>

const char* NETWORK = "your network";
const char* PASSWORD = "its password";
const char* RELAY = "192.168.1.20";  // the machine that runs the relay
const int LAMP = 2;
const int SENSOR = 34;
const unsigned long INTERVAL = 500;  // ms between two readings

WebSocketsClient relay;
bool lamp = false;
bool announced = false;
unsigned long readings = 0;
// The server's clock when millis() was 0, in ms since 1970.
long long started = 0;
// Session of the operator in control, or 0.
long host = 0;

/** The number after a text, such as "sID": ; or `otherwise`. The relay writes its own keys without white space. */
long long numberAfter(const char* frame, const char* text, long long otherwise) {
  const char* at = strstr(frame, text);
  return at == nullptr ? otherwise : atoll(at + strlen(text));
}

void send(const char* frame) {
  relay.sendTXT(frame);
}

void publishSettings() {
  char frame[128];
  snprintf(frame, sizeof frame,
           "{\"$set\":{\"hub\":\"instrument-light-1\",\"values\":{\"settings\":{\"lamp\":%s}},\"own\":true}}",
           lamp ? "true" : "false");
  send(frame);
}

void announce() {
  send("{\"joinHub\":\"control-light-1\",\"$ref\":2,\"$state\":true,\"$host\":false,\"$presence\":true}");
  send("{\"joinHub\":\"instrument-light-1\",\"$ref\":3,\"$presence\":true,\"$state\":true,\"$host\":false}");
  publishSettings();
  send(
      "{\"$set\":{\"hub\":\"instrument-light-1\",\"own\":true,\"values\":{"
      "\"limits\":{\"lamp\":{\"title\":\"Lamp\",\"values\":[false,true]}},"
      "\"quantities\":{\"light\":{\"title\":\"Light\",\"unit\":\"V\",\"digits\":3,\"min\":0,\"max\":3.3}},"
      "\"actions\":{},\"interval\":500}}}");
  send(
      "{\"joinHub\":\"instruments\",\"$ref\":4,\"$presence\":true,\"$attributes\":{"
      "\"instrument\":\"light-1\",\"kind\":\"light-meter\",\"title\":\"Light meter\","
      "\"maker\":\"Achex\",\"model\":\"ESP32\",\"serial\":\"1\",\"firmware\":\"1.0\"}}");
  announced = true;
}

void answer(long sid, long id, const char* part, const char* data) {
  char frame[256];
  snprintf(frame, sizeof frame, "{\"toS\":%ld,\"$answer\":{\"id\":%ld%s}%s}", sid, id, part, data);
  send(frame);
}

void onQuestion(const char* frame) {
  const long id = numberAfter(frame, "\"$call\":{\"id\":", 0);
  const long sid = numberAfter(frame, "\"sID\":", 0);
  // Without an operator everybody may change settings.
  if (host != 0 && host != sid) {
    answer(sid, id, ",\"fault\":{\"code\":\"not-in-control\",\"message\":\"Somebody else controls this instrument.\"}",
           "");
    return;
  }
  // A board with more settings would use a JSON library.
  if (strstr(frame, "\"set\":{\"lamp\":true}")) lamp = true;
  else if (strstr(frame, "\"set\":{\"lamp\":false}")) lamp = false;
  else {
    answer(sid, id, ",\"fault\":{\"code\":\"bad-setting\",\"message\":\"Ask to set lamp to true or false.\"}", "");
    return;
  }
  digitalWrite(LAMP, lamp ? HIGH : LOW);
  publishSettings();
  answer(sid, id, "", lamp ? ",\"settings\":{\"lamp\":true}" : ",\"settings\":{\"lamp\":false}");
}

void onFrame(WStype_t type, uint8_t* payload, size_t) {
  if (type == WStype_DISCONNECTED) announced = false;
  if (type != WStype_TEXT) return;
  const char* frame = (const char*)payload;
  if (strncmp(frame, "{\"$hello\":", 10) == 0) {
    started = numberAfter(frame, "\"time\":", 0) - (long long)millis();
    host = 0;
    send("{\"setID\":\"light-1\",\"$ref\":1}");
  } else if (strncmp(frame, "{\"$ref\":1,\"$result\"", 19) == 0) {
    announce();
  } else if (strncmp(frame, "{\"$host\":{\"hub\":\"control-light-1\"", 33) == 0) {
    host = numberAfter(frame, "\"sid\":", 0);
  } else if (strstr(frame, "\"$call\":{\"id\":")) {
    onQuestion(frame);
  }
}

void setup() {
  Serial.begin(115200);
  pinMode(LAMP, OUTPUT);
  WiFi.begin(NETWORK, PASSWORD);
  while (WiFi.status() != WL_CONNECTED) delay(100);
  relay.begin(RELAY, 4010, "/instruments", "achex.2");
  relay.onEvent(onFrame);
  relay.setReconnectInterval(3000);
}

void loop() {
  static unsigned long last = 0;
  relay.loop();
  const unsigned long now = millis();
  if (!announced || now - last < INTERVAL) return;
  last = now;
  char frame[192];
  snprintf(
      frame, sizeof frame,
      "{\"bc\":\"readings\",\"$latest\":\"r\",\"r\":\"light-1\",\"n\":%lu,\"t\":%lld,\"v\":{\"light\":%.3f},\"s\":[]}",
      readings++, started + (long long)now, analogRead(SENSOR) * 3.3 / 4095);
  send(frame);
}
