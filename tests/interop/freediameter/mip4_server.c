// A KMS with fixed keys.

#include "mip4.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// What User-Name names: the local part of a name of our realm.
static bool local_part(const union avp_value* name, char* local, size_t size) {
  const char* at = memchr(name->os.data, '@', name->os.len);
  if (at == NULL) return false;
  const size_t length = (size_t)(at - (const char*)name->os.data);
  const size_t rest = name->os.len - length - 1;
  if (length >= size || rest != strlen(mip4.settings.realm) ||
      strncasecmp(at + 1, mip4.settings.realm, rest) != 0)
    return false;
  memcpy(local, name->os.data, length);
  local[length] = '\0';
  return true;
}

static int add_key(msg_or_avp* message, enum mip4_avp group, enum mip4_avp spi,
                   const struct mip4_key* key) {
  struct avp* inside = NULL;
  CHECK_FCT(mip4_open(message, group, &inside));
  if (spi != AVP_COUNT) CHECK_FCT(mip4_add_u32(inside, spi, 256));
  CHECK_FCT(mip4_add_u32(inside, ALGORITHM_TYPE, 2));
  if (spi == AVP_COUNT) CHECK_FCT(mip4_add_u32(inside, REPLAY_MODE, 1));
  return mip4_add(inside, SESSION_KEY, key->octets, key->size);
}

static int add_code_download(msg_or_avp* message) {
  uint8_t nonce[16];
  for (size_t i = 0; i < sizeof(nonce); ++i)
    nonce[i] = (uint8_t)random();
  struct avp* group = NULL;
  CHECK_FCT(mip4_open(message, MN_TO_HA_MSA, &group));
  CHECK_FCT(mip4_add_u32(group, ALGORITHM_TYPE, 2));
  CHECK_FCT(mip4_add_u32(group, REPLAY_MODE, 1));
  CHECK_FCT(mip4_add(group, NONCE, nonce, sizeof(nonce)));
  return add_key(message, HA_TO_MN_MSA, AVP_COUNT, &mip4.settings.gateway_cdld);
}

// MIP-Reg-Reply: home address, home agent and identification of the request.
static int add_reply(msg_or_avp* message, const uint8_t* request) {
  uint8_t reply[20] = {3, 0, 0xff, 0xff};
  memcpy(reply + 4, request + 4, 8);
  memcpy(reply + 12, request + 16, 8);
  return mip4_add(message, REG_REPLY, reply, sizeof(reply));
}

static int grant(struct msg** message, const uint8_t* registration, uint32_t features,
                 const struct mip4_node* node) {
  CHECK_FCT(mip4_begin_answer(message, "DIAMETER_SUCCESS", NULL));
  CHECK_FCT(mip4_add_u32(*message, AUTH_SESSION_STATE, 1));
  if ((features & CO_LOCATED) == 0) CHECK_FCT(add_reply(*message, registration));
  if ((features & WANTS_GATEWAY) != 0)
    CHECK_FCT(add_key(*message, FA_TO_HA_MSA, FA_TO_HA_SPI, &mip4.settings.gateway));
  if ((features & WANTS_CODE_DOWNLOAD) != 0) CHECK_FCT(add_code_download(*message));
  if (node != NULL) CHECK_FCT(add_key(*message, FA_TO_MN_MSA, FA_TO_MN_SPI, &node->key));
  CHECK_FCT(mip4_add_u32(*message, MSA_LIFETIME, 0));
  CHECK_FCT(mip4_add_ipv4(*message, HOME_AGENT_ADDRESS, mip4.settings.address));
  return mip4_add_ipv4(*message, MOBILE_NODE_ADDRESS, node != NULL ? node->id : 0);
}

// The bits that go with a name; 0: it is no name of a key.
static uint32_t allowed_features(const char* local) {
  if (strcmp(local, "gateway") == 0) return WANTS_GATEWAY | WANTS_CODE_DOWNLOAD;
  if (strcmp(local, "gateway_cdld") == 0) return WANTS_CODE_DOWNLOAD;
  const bool is_id = strlen(local) == 10 && strncmp(local, "0x", 2) == 0 &&
                     strspn(local + 2, "0123456789abcdef") == 8;
  return is_id ? WANTS_NODE : 0;
}

static int refuse(struct msg** message, const char* result, const char* text) {
  return mip4_begin_answer(message, result, text);
}

static int serve(struct msg** message, struct avp* avp, struct session* session, void* data,
                 enum disp_action* action) {
  (void)avp, (void)session, (void)data;
  struct msg_hdr* header = NULL;
  CHECK_FCT(fd_msg_hdr(*message, &header));
  if ((header->msg_flags & CMD_FLAG_REQUEST) == 0) return 0;
  *action = DISP_ACT_SEND;

  const union avp_value* user = mip4_find(*message, USER_NAME);
  const union avp_value* bits = mip4_find(*message, FEATURE_VECTOR);
  const union avp_value* registration = mip4_find(*message, REG_REQUEST);
  char local[32];
  if (user == NULL || !local_part(user, local, sizeof(local)) || allowed_features(local) == 0)
    return refuse(message, "DIAMETER_INVALID_AVP_VALUE", "User-Name names no key");
  const uint32_t wanted = bits != NULL ? bits->u32 & 112 : 0;
  if (wanted == 0) return refuse(message, "DIAMETER_INVALID_AVP_VALUE", "no key is requested");
  if ((wanted & ~allowed_features(local)) != 0)
    return refuse(message, "DIAMETER_CONTRADICTING_AVPS", "User-Name names another key");
  if (registration == NULL || registration->os.len < 24)
    return refuse(message, "DIAMETER_INVALID_AVP_VALUE", "MIP-Reg-Request is too short");
  const struct mip4_node* node = NULL;
  if ((wanted & WANTS_NODE) != 0) {
    node = mip4_find_node(&mip4.settings, (uint32_t)strtoul(local, NULL, 16));
    if (node == NULL) return refuse(message, "DIAMETER_AUTHORIZATION_REJECTED", "unknown node");
  }
  uint8_t copy[24];  // the request goes when the answer takes its place
  memcpy(copy, registration->os.data, sizeof(copy));
  return grant(message, copy, bits->u32, node);
}

int mip4_start_server(void) {
  struct disp_when when = {.app = mip4.application, .command = mip4.aa_mobile_node};
  return fd_disp_register(serve, DISP_HOW_CC, &when, NULL, NULL);
}
