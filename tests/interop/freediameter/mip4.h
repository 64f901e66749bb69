#pragma once
// An extension of freeDiameter that speaks the key exchange of docs/formats/diameter-kms.md: as KMS
// (server) or as gateway (client). It shares nothing with this tree but that page.

#include <freeDiameter/extension.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The AVPs that are written or read here; mip4_dictionary.c has their rows.
enum mip4_avp {
  SESSION_ID,
  AUTH_APPLICATION_ID,
  USER_NAME,
  DESTINATION_REALM,
  ORIGIN_HOST,
  ORIGIN_REALM,
  AUTH_SESSION_STATE,
  RESULT_CODE,
  AUTHORIZATION_LIFETIME,
  FAILED_AVP,
  FA_TO_HA_SPI,
  FA_TO_MN_SPI,
  REG_REQUEST,
  REG_REPLY,
  MN_AAA_AUTH,
  HA_TO_FA_SPI,
  MN_TO_FA_MSA,
  FA_TO_MN_MSA,
  FA_TO_HA_MSA,
  HA_TO_FA_MSA,
  MN_TO_HA_MSA,
  HA_TO_MN_MSA,
  MOBILE_NODE_ADDRESS,
  HOME_AGENT_ADDRESS,
  NONCE,
  FEATURE_VECTOR,
  AUTH_INPUT_DATA_LENGTH,
  AUTHENTICATOR_LENGTH,
  AUTHENTICATOR_OFFSET,
  MN_AAA_SPI,
  SESSION_KEY,
  ALGORITHM_TYPE,
  REPLAY_MODE,
  MSA_LIFETIME,
  AVP_COUNT
};

enum mip4_feature {
  WANTS_CODE_DOWNLOAD = 16,
  WANTS_NODE = 32,
  WANTS_GATEWAY = 64,
  CO_LOCATED = 256
};

struct mip4_key {
  size_t size;  // 0: there is none
  uint8_t octets[24];
};

struct mip4_node {
  uint32_t id;
  struct mip4_key key;
};

// One question of the client: what User-Name names, and the bits.
struct mip4_ask {
  char user[32];
  uint32_t features;
  uint32_t node;
  const struct mip4_key* node_key;  // what must come; NULL: the node is unknown to us too
};

// The settings file; mip4_settings.c has its syntax.
struct mip4_settings {
  bool is_server;
  char realm[64];
  uint32_t address;  // MIP-Home-Agent-Address, in the order of the host
  struct mip4_key gateway, gateway_cdld, next_gateway, next_gateway_cdld;
  struct mip4_node* nodes;
  size_t node_count;
  struct mip4_ask* asks;
  size_t ask_count;
  unsigned long count, in_flight, rotations;
  char result[256];
};

struct mip4 {
  struct mip4_settings settings;
  struct dict_object* application;
  struct dict_object* aa_mobile_node;  // the request
  struct dict_object* home_agent;      // the request
  struct dict_object* avps[AVP_COUNT];
};
extern struct mip4 mip4;

int mip4_read_settings(const char* path, struct mip4_settings* settings);
const struct mip4_node* mip4_find_node(const struct mip4_settings* settings, uint32_t id);

// Defines application 2, its commands, AVPs and rules.
int mip4_define(void);
int mip4_start_server(void);
int mip4_start_client(void);

// Writing and reading; functions return 0 or an errno.
int mip4_add(msg_or_avp* parent, enum mip4_avp which, const void* data, size_t size);
int mip4_add_u32(msg_or_avp* parent, enum mip4_avp which, uint32_t value);
int mip4_add_ipv4(msg_or_avp* parent, enum mip4_avp which, uint32_t address);
int mip4_open(msg_or_avp* parent, enum mip4_avp which, struct avp** group);
// The value of the first such child, NULL if there is none.
const union avp_value* mip4_find(msg_or_avp* parent, enum mip4_avp which);
struct avp* mip4_find_group(msg_or_avp* parent, enum mip4_avp which);
// An answer in place of `*message`, with what every answer has.
int mip4_begin_answer(struct msg** message, const char* result, const char* text);
