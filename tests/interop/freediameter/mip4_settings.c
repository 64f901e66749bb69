// The settings file: a line is a word and its values, `#` begins a comment.
//
//   mode server|client          realm NAME
//   address A.B.C.D             of the KMS, for MIP-Home-Agent-Address
//   gateway HEX                 gateway_cdld HEX         node 0xHHHHHHHH HEX
//   next_gateway HEX            next_gateway_cdld HEX    what a rotation has to bring
//   ask gateway|gateway_cdld|start|0xHHHHHHHH            may repeat; asked in turn
//   count N                     in_flight N
//   rotations N                 how many are waited for
//   result FILE                 JSON, without keys
//
// A server serves the keys that a client compares with.

#include "mip4.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int read_key(const char* text, struct mip4_key* key) {
  const size_t digits = strlen(text);
  if (digits % 2 != 0 || digits / 2 > sizeof(key->octets)) return EINVAL;
  for (size_t i = 0; i < digits / 2; ++i) {
    if (sscanf(text + 2 * i, "%2hhx", &key->octets[i]) != 1) return EINVAL;
  }
  key->size = digits / 2;
  return 0;
}

static int add_node(struct mip4_settings* settings, const char* id, const char* key) {
  void* grown = realloc(settings->nodes, (settings->node_count + 1) * sizeof(*settings->nodes));
  if (grown == NULL) return ENOMEM;
  settings->nodes = grown;
  struct mip4_node* node = &settings->nodes[settings->node_count++];
  node->id = (uint32_t)strtoul(id, NULL, 16);
  return read_key(key, &node->key);
}

static int add_ask(struct mip4_settings* settings, const char* what) {
  void* grown = realloc(settings->asks, (settings->ask_count + 1) * sizeof(*settings->asks));
  if (grown == NULL) return ENOMEM;
  settings->asks = grown;
  struct mip4_ask* ask = &settings->asks[settings->ask_count++];
  memset(ask, 0, sizeof(*ask));
  snprintf(ask->user, sizeof(ask->user), "%s", strcmp(what, "start") == 0 ? "gateway" : what);
  if (strcmp(what, "gateway") == 0) {
    ask->features = WANTS_GATEWAY;
  } else if (strcmp(what, "gateway_cdld") == 0) {
    ask->features = WANTS_CODE_DOWNLOAD | CO_LOCATED;
  } else if (strcmp(what, "start") == 0) {
    ask->features = WANTS_GATEWAY | WANTS_CODE_DOWNLOAD | CO_LOCATED;
  } else {
    ask->features = WANTS_NODE;
    ask->node = (uint32_t)strtoul(what, NULL, 16);
  }
  return 0;
}

static int read_line(struct mip4_settings* to, const char* word, const char* a, const char* b) {
  if (strcmp(word, "mode") == 0) return to->is_server = strcmp(a, "server") == 0, 0;
  if (strcmp(word, "realm") == 0) return snprintf(to->realm, sizeof(to->realm), "%s", a), 0;
  if (strcmp(word, "address") == 0) return to->address = ntohl(inet_addr(a)), 0;
  if (strcmp(word, "gateway") == 0) return read_key(a, &to->gateway);
  if (strcmp(word, "gateway_cdld") == 0) return read_key(a, &to->gateway_cdld);
  if (strcmp(word, "next_gateway") == 0) return read_key(a, &to->next_gateway);
  if (strcmp(word, "next_gateway_cdld") == 0) return read_key(a, &to->next_gateway_cdld);
  if (strcmp(word, "node") == 0) return add_node(to, a, b);
  if (strcmp(word, "ask") == 0) return add_ask(to, a);
  if (strcmp(word, "count") == 0) return to->count = strtoul(a, NULL, 10), 0;
  if (strcmp(word, "in_flight") == 0) return to->in_flight = strtoul(a, NULL, 10), 0;
  if (strcmp(word, "rotations") == 0) return to->rotations = strtoul(a, NULL, 10), 0;
  if (strcmp(word, "result") == 0) return snprintf(to->result, sizeof(to->result), "%s", a), 0;
  return EINVAL;
}

int mip4_read_settings(const char* path, struct mip4_settings* settings) {
  FILE* file = fopen(path, "r");
  if (file == NULL) return errno;
  char line[512];
  int error = 0;
  for (int number = 1; error == 0 && fgets(line, sizeof(line), file) != NULL; ++number) {
    char word[32] = "", a[256] = "", b[64] = "";
    if (sscanf(line, "%31s %255s %63s", word, a, b) < 1 || word[0] == '#') continue;
    error = read_line(settings, word, a, b);
    if (error != 0) fprintf(stderr, "%s:%d: %s cannot be used\n", path, number, word);
  }
  fclose(file);
  for (size_t i = 0; i < settings->ask_count; ++i) {
    struct mip4_ask* ask = &settings->asks[i];
    const struct mip4_node* node = mip4_find_node(settings, ask->node);
    if ((ask->features & WANTS_NODE) != 0 && node != NULL) ask->node_key = &node->key;
  }
  return error;
}

const struct mip4_node* mip4_find_node(const struct mip4_settings* settings, uint32_t id) {
  for (size_t i = 0; i < settings->node_count; ++i) {
    if (settings->nodes[i].id == id) return &settings->nodes[i];
  }
  return NULL;
}
