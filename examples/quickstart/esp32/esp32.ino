#include <WiFi.h>
#include <WebSocketsClient.h> // the library "WebSockets" by Markus Sattler

const char *NETWORK = "your network";
const char *PASSWORD = "its password";
const char *RELAY = "192.168.1.20"; // the machine that runs the relay
const int LED = 2;
const int SENSOR = 34;

WebSocketsClient relay;

void onFrame(WStype_t type, uint8_t *payload, size_t) {
  if (type == WStype_CONNECTED) {
    relay.sendTXT("{\"setID\":\"board\",\"passwd\":\"secret\"}");
    relay.sendTXT("{\"cmd\":\"register_broadcast\",\"bid\":\"room\"}");
  }
  if (type != WStype_TEXT) return;
  const char *frame = (const char *)payload;
  Serial.println(frame);
  // The relay forwards messages byte for byte: search for the text exactly as it was sent.
  if (strstr(frame, "\"led\":true")) digitalWrite(LED, HIGH);
  if (strstr(frame, "\"led\":false")) digitalWrite(LED, LOW);
}

void setup() {
  Serial.begin(115200);
  pinMode(LED, OUTPUT);
  WiFi.begin(NETWORK, PASSWORD);
  while (WiFi.status() != WL_CONNECTED) delay(100);
  relay.begin(RELAY, 4010, "/");
  relay.onEvent(onFrame);
  relay.setReconnectInterval(3000);
}

void loop() {
  static unsigned long last = 0;
  relay.loop();
  if (!relay.isConnected() || millis() - last < 1000) return;
  last = millis();
  char frame[64];
  snprintf(frame, sizeof frame, "{\"bc\":\"room\",\"light\":%d}", analogRead(SENSOR));
  relay.sendTXT(frame);
}
