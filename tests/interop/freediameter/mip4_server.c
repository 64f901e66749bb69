// A KMS with fixed keys.

#include "mip4.h"

#include <arpa/inet.h>
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

// Why there is no key: the code, the words, and the AVP in Failed-AVP (AVP_COUNT: none).
struct refusal {
  const char* result;
  const char* text;
  enum mip4_avp failed;
};

// What a request asks, as far as it could be read.
struct asked {
  char local[32];
  uint32_t features;
  const union avp_value *user, *bits, *registration, *address, *spi;
  const struct mip4_node* node;
};

static void read_asked(struct msg* message, struct asked* asked) {
  asked->user = mip4_find(message, USER_NAME);
  asked->bits = mip4_find(message, FEATURE_VECTOR);
  asked->registration = mip4_find(message, REG_REQUEST);
  asked->address = mip4_find(message, MOBILE_NODE_ADDRESS);
  asked->spi = mip4_find(message, HA_TO_FA_SPI);
  asked->features = asked->bits != NULL ? asked->bits->u32 : 0;
}

static bool is_other_node(const struct asked* asked) {
  const uint32_t id = asked->features & WANTS_NODE ? (uint32_t)strtoul(asked->local, NULL, 16) : 0;
  const uint32_t big_endian = htonl(id);
  return memcmp(asked->address->os.data + 2, &big_endian, 4) != 0;
}

// The first reason of the page's table; result NULL: there is none.
static struct refusal judge(struct asked* asked) {
  const struct refusal invalid = {"DIAMETER_INVALID_AVP_VALUE", NULL, AVP_COUNT};
  struct refusal refusal = invalid;
  const uint32_t wanted = asked->features & (WANTS_CODE_DOWNLOAD | WANTS_NODE | WANTS_GATEWAY);
  const union avp_value* address = asked->address;
  if (asked->user == NULL || !local_part(asked->user, asked->local, sizeof(asked->local)) ||
      allowed_features(asked->local) == 0) {
    refusal.text = "User-Name names no key of this realm", refusal.failed = USER_NAME;
  } else if (wanted == 0) {
    refusal.text = "no key is requested", refusal.failed = FEATURE_VECTOR;
  } else if ((wanted & ~allowed_features(asked->local)) != 0) {
    return (struct refusal){"DIAMETER_CONTRADICTING_AVPS", "User-Name names another key",
                            FEATURE_VECTOR};
  } else if (address != NULL &&
             (address->os.len != 6 || memcmp(address->os.data, "\0\1", 2) != 0)) {
    refusal.text = "no IPv4 address", refusal.failed = MOBILE_NODE_ADDRESS;
  } else if (address != NULL && is_other_node(asked)) {
    return (struct refusal){"DIAMETER_CONTRADICTING_AVPS", "User-Name names another node",
                            MOBILE_NODE_ADDRESS};
  } else if (asked->spi != NULL && asked->spi->u32 < 256) {
    refusal.text = "a reserved SPI", refusal.failed = HA_TO_FA_SPI;
  } else if (asked->registration == NULL || asked->registration->os.len < 24 ||
             asked->registration->os.data[0] != 1) {
    refusal.text = "no Registration Request", refusal.failed = REG_REQUEST;
  } else {
    refusal.result = NULL;
  }
  return refusal;
}

static int add_failed(struct msg* message, enum mip4_avp which, const struct asked* asked) {
  struct avp* group = NULL;
  CHECK_FCT(mip4_open(message, FAILED_AVP, &group));
  if (which == FEATURE_VECTOR) return mip4_add_u32(group, which, asked->features);
  if (which == HA_TO_FA_SPI) return mip4_add_u32(group, which, asked->spi->u32);
  const union avp_value* value = which == USER_NAME             ? asked->user
                                 : which == MOBILE_NODE_ADDRESS ? asked->address
                                                                : asked->registration;
  return value != NULL ? mip4_add(group, which, value->os.data, value->os.len)
                       : mip4_add(group, which, "", 0);
}

static int refuse(struct msg** message, const struct refusal* refusal, const struct asked* asked) {
  CHECK_FCT(mip4_begin_answer(message, refusal->result, refusal->text));
  return refusal->failed != AVP_COUNT ? add_failed(*message, refusal->failed, asked) : 0;
}

// The answer keeps the request, so what was read of it stays.
static int serve(struct msg** message, struct avp* avp, struct session* session, void* data,
                 enum disp_action* action) {
  (void)avp, (void)session, (void)data;
  struct msg_hdr* header = NULL;
  CHECK_FCT(fd_msg_hdr(*message, &header));
  if ((header->msg_flags & CMD_FLAG_REQUEST) == 0) return 0;
  *action = DISP_ACT_SEND;

  struct asked asked = {.local = ""};
  read_asked(*message, &asked);
  struct refusal refusal = judge(&asked);
  if (refusal.result == NULL && (asked.features & WANTS_NODE) != 0) {
    asked.node = mip4_find_node(&mip4.settings, (uint32_t)strtoul(asked.local, NULL, 16));
    if (asked.node == NULL)
      refusal = (struct refusal){"DIAMETER_AUTHORIZATION_REJECTED", "unknown node", AVP_COUNT};
  }
  if (refusal.result != NULL) return refuse(message, &refusal, &asked);
  return grant(message, asked.registration->os.data, asked.features, asked.node);
}

int mip4_start_server(void) {
  struct disp_when when = {.app = mip4.application, .command = mip4.aa_mobile_node};
  return fd_disp_register(serve, DISP_HOW_CC, &when, NULL, NULL);
}
