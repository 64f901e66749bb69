// Application 2 (RFC 4004) as tables, and the AVPs written and read through them.

#include "mip4.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

struct mip4 mip4;

// Code 0: an AVP of the base protocol, which freeDiameter knows by its name.
static const struct {
  enum mip4_avp which;
  const char* name;
  uint32_t code;
  enum dict_avp_basetype type;
} avp_rows[] = {
    {SESSION_ID, "Session-Id", 0, 0},
    {AUTH_APPLICATION_ID, "Auth-Application-Id", 0, 0},
    {USER_NAME, "User-Name", 0, 0},
    {DESTINATION_REALM, "Destination-Realm", 0, 0},
    {ORIGIN_HOST, "Origin-Host", 0, 0},
    {ORIGIN_REALM, "Origin-Realm", 0, 0},
    {AUTH_SESSION_STATE, "Auth-Session-State", 0, 0},
    {RESULT_CODE, "Result-Code", 0, 0},
    {AUTHORIZATION_LIFETIME, "Authorization-Lifetime", 0, 0},
    {FAILED_AVP, "Failed-AVP", 0, 0},
    {FA_TO_HA_SPI, "MIP-FA-to-HA-SPI", 318, AVP_TYPE_UNSIGNED32},
    {FA_TO_MN_SPI, "MIP-FA-to-MN-SPI", 319, AVP_TYPE_UNSIGNED32},
    {REG_REQUEST, "MIP-Reg-Request", 320, AVP_TYPE_OCTETSTRING},
    {REG_REPLY, "MIP-Reg-Reply", 321, AVP_TYPE_OCTETSTRING},
    {MN_AAA_AUTH, "MIP-MN-AAA-Auth", 322, AVP_TYPE_GROUPED},
    {HA_TO_FA_SPI, "MIP-HA-to-FA-SPI", 323, AVP_TYPE_UNSIGNED32},
    {MN_TO_FA_MSA, "MIP-MN-to-FA-MSA", 325, AVP_TYPE_GROUPED},
    {FA_TO_MN_MSA, "MIP-FA-to-MN-MSA", 326, AVP_TYPE_GROUPED},
    {FA_TO_HA_MSA, "MIP-FA-to-HA-MSA", 328, AVP_TYPE_GROUPED},
    {HA_TO_FA_MSA, "MIP-HA-to-FA-MSA", 329, AVP_TYPE_GROUPED},
    {MN_TO_HA_MSA, "MIP-MN-to-HA-MSA", 331, AVP_TYPE_GROUPED},
    {HA_TO_MN_MSA, "MIP-HA-to-MN-MSA", 332, AVP_TYPE_GROUPED},
    {MOBILE_NODE_ADDRESS, "MIP-Mobile-Node-Address", 333, AVP_TYPE_OCTETSTRING},
    {HOME_AGENT_ADDRESS, "MIP-Home-Agent-Address", 334, AVP_TYPE_OCTETSTRING},
    {NONCE, "MIP-Nonce", 335, AVP_TYPE_OCTETSTRING},
    {FEATURE_VECTOR, "MIP-Feature-Vector", 337, AVP_TYPE_UNSIGNED32},
    {AUTH_INPUT_DATA_LENGTH, "MIP-Auth-Input-Data-Length", 338, AVP_TYPE_UNSIGNED32},
    {AUTHENTICATOR_LENGTH, "MIP-Authenticator-Length", 339, AVP_TYPE_UNSIGNED32},
    {AUTHENTICATOR_OFFSET, "MIP-Authenticator-Offset", 340, AVP_TYPE_UNSIGNED32},
    {MN_AAA_SPI, "MIP-MN-AAA-SPI", 341, AVP_TYPE_UNSIGNED32},
    {SESSION_KEY, "MIP-Session-Key", 343, AVP_TYPE_OCTETSTRING},
    {ALGORITHM_TYPE, "MIP-Algorithm-Type", 345, AVP_TYPE_INTEGER32},
    {REPLAY_MODE, "MIP-Replay-Mode", 346, AVP_TYPE_INTEGER32},
    {MSA_LIFETIME, "MIP-MSA-Lifetime", 367, AVP_TYPE_UNSIGNED32},
};

// What must be in a group (RFC 4004 §7, §9) or command (§5), by the name of the parent.
static const struct {
  const char* parent;
  enum mip4_avp child;
  bool is_first;  // else anywhere
} required_rows[] = {
    {"AA-Mobile-Node-Request", SESSION_ID, true},
    {"AA-Mobile-Node-Request", AUTH_APPLICATION_ID, false},
    {"AA-Mobile-Node-Request", USER_NAME, false},
    {"AA-Mobile-Node-Request", DESTINATION_REALM, false},
    {"AA-Mobile-Node-Request", ORIGIN_HOST, false},
    {"AA-Mobile-Node-Request", ORIGIN_REALM, false},
    {"AA-Mobile-Node-Request", REG_REQUEST, false},
    {"AA-Mobile-Node-Request", MN_AAA_AUTH, false},
    {"AA-Mobile-Node-Answer", SESSION_ID, true},
    {"AA-Mobile-Node-Answer", AUTH_APPLICATION_ID, false},
    {"AA-Mobile-Node-Answer", RESULT_CODE, false},
    {"AA-Mobile-Node-Answer", ORIGIN_HOST, false},
    {"AA-Mobile-Node-Answer", ORIGIN_REALM, false},
    {"Home-Agent-MIP-Request", SESSION_ID, true},
    {"Home-Agent-MIP-Request", AUTH_APPLICATION_ID, false},
    {"Home-Agent-MIP-Request", AUTHORIZATION_LIFETIME, false},
    {"Home-Agent-MIP-Request", AUTH_SESSION_STATE, false},
    {"Home-Agent-MIP-Request", REG_REQUEST, false},
    {"Home-Agent-MIP-Request", ORIGIN_HOST, false},
    {"Home-Agent-MIP-Request", ORIGIN_REALM, false},
    {"Home-Agent-MIP-Request", USER_NAME, false},
    {"Home-Agent-MIP-Request", DESTINATION_REALM, false},
    {"Home-Agent-MIP-Request", FEATURE_VECTOR, false},
    {"Home-Agent-MIP-Answer", SESSION_ID, true},
    {"Home-Agent-MIP-Answer", AUTH_APPLICATION_ID, false},
    {"Home-Agent-MIP-Answer", RESULT_CODE, false},
    {"Home-Agent-MIP-Answer", ORIGIN_HOST, false},
    {"Home-Agent-MIP-Answer", ORIGIN_REALM, false},
    {"MIP-MN-AAA-Auth", MN_AAA_SPI, false},
    {"MIP-MN-AAA-Auth", AUTH_INPUT_DATA_LENGTH, false},
    {"MIP-MN-AAA-Auth", AUTHENTICATOR_LENGTH, false},
    {"MIP-MN-AAA-Auth", AUTHENTICATOR_OFFSET, false},
    {"MIP-FA-to-MN-MSA", FA_TO_MN_SPI, false},
    {"MIP-FA-to-MN-MSA", ALGORITHM_TYPE, false},
    {"MIP-FA-to-MN-MSA", SESSION_KEY, false},
    {"MIP-FA-to-HA-MSA", FA_TO_HA_SPI, false},
    {"MIP-FA-to-HA-MSA", ALGORITHM_TYPE, false},
    {"MIP-FA-to-HA-MSA", SESSION_KEY, false},
    {"MIP-HA-to-FA-MSA", HA_TO_FA_SPI, false},
    {"MIP-HA-to-FA-MSA", ALGORITHM_TYPE, false},
    {"MIP-HA-to-FA-MSA", SESSION_KEY, false},
    {"MIP-MN-to-HA-MSA", ALGORITHM_TYPE, false},
    {"MIP-MN-to-HA-MSA", REPLAY_MODE, false},
    {"MIP-MN-to-HA-MSA", NONCE, false},
    {"MIP-HA-to-MN-MSA", ALGORITHM_TYPE, false},
    {"MIP-HA-to-MN-MSA", REPLAY_MODE, false},
    {"MIP-HA-to-MN-MSA", SESSION_KEY, false},
};

static const struct {
  uint32_t code;
  char* name;
  bool is_request;
} command_rows[] = {
    {260, "AA-Mobile-Node-Request", true},
    {260, "AA-Mobile-Node-Answer", false},
    {262, "Home-Agent-MIP-Request", true},
    {262, "Home-Agent-MIP-Answer", false},
};

static int define_avps(struct dictionary* dictionary) {
  for (size_t i = 0; i < sizeof(avp_rows) / sizeof(avp_rows[0]); ++i) {
    struct dict_object** place = &mip4.avps[avp_rows[i].which];
    if (avp_rows[i].code == 0) {
      CHECK_FCT(fd_dict_search(dictionary, DICT_AVP, AVP_BY_NAME, avp_rows[i].name, place, ENOENT));
      continue;
    }
    struct dict_avp_data data = {avp_rows[i].code,        0,
                                 (char*)avp_rows[i].name, AVP_FLAG_VENDOR | AVP_FLAG_MANDATORY,
                                 AVP_FLAG_MANDATORY,      avp_rows[i].type};
    CHECK_FCT(fd_dict_new(dictionary, DICT_AVP, &data, NULL, place));
  }
  return 0;
}

static int define_commands(struct dictionary* dictionary) {
  for (size_t i = 0; i < sizeof(command_rows) / sizeof(command_rows[0]); ++i) {
    const bool is_request = command_rows[i].is_request;
    struct dict_cmd_data data = {command_rows[i].code, command_rows[i].name,
                                 CMD_FLAG_REQUEST | CMD_FLAG_PROXIABLE,
                                 (is_request ? CMD_FLAG_REQUEST : 0) | CMD_FLAG_PROXIABLE};
    struct dict_object* object = NULL;
    CHECK_FCT(fd_dict_new(dictionary, DICT_COMMAND, &data, mip4.application, &object));
    if (is_request) *(data.cmd_code == 260 ? &mip4.aa_mobile_node : &mip4.home_agent) = object;
  }
  return 0;
}

static int find_parent(struct dictionary* dictionary, const char* name,
                       struct dict_object** parent) {
  if (strncmp(name, "MIP-", 4) == 0)
    return fd_dict_search(dictionary, DICT_AVP, AVP_BY_NAME, name, parent, ENOENT);
  return fd_dict_search(dictionary, DICT_COMMAND, CMD_BY_NAME, name, parent, ENOENT);
}

static int define_rules(struct dictionary* dictionary) {
  for (size_t i = 0; i < sizeof(required_rows) / sizeof(required_rows[0]); ++i) {
    struct dict_object* parent = NULL;
    CHECK_FCT(find_parent(dictionary, required_rows[i].parent, &parent));
    const bool is_first = required_rows[i].is_first;
    struct dict_rule_data rule = {mip4.avps[required_rows[i].child],
                                  is_first ? RULE_FIXED_HEAD : RULE_REQUIRED, is_first ? 1 : 0, -1,
                                  1};
    CHECK_FCT(fd_dict_new(dictionary, DICT_RULE, &rule, parent, NULL));
  }
  return 0;
}

int mip4_define(void) {
  struct dictionary* dictionary = fd_g_config->cnf_dict;
  struct dict_application_data data = {2, "Diameter Mobile IPv4"};
  CHECK_FCT(fd_dict_new(dictionary, DICT_APPLICATION, &data, NULL, &mip4.application));
  CHECK_FCT(define_avps(dictionary));
  CHECK_FCT(define_commands(dictionary));
  CHECK_FCT(define_rules(dictionary));
  return fd_disp_app_support(mip4.application, NULL, 1, 0);
}

static int add_value(msg_or_avp* parent, enum mip4_avp which, union avp_value* value) {
  struct avp* avp = NULL;
  CHECK_FCT(fd_msg_avp_new(mip4.avps[which], 0, &avp));
  CHECK_FCT(fd_msg_avp_setvalue(avp, value));
  return fd_msg_avp_add(parent, MSG_BRW_LAST_CHILD, avp);
}

int mip4_add(msg_or_avp* parent, enum mip4_avp which, const void* data, size_t size) {
  union avp_value value;
  value.os.data = (uint8_t*)data;
  value.os.len = size;
  return add_value(parent, which, &value);
}

int mip4_add_u32(msg_or_avp* parent, enum mip4_avp which, uint32_t number) {
  union avp_value value;
  value.u32 = number;
  return add_value(parent, which, &value);
}

int mip4_add_ipv4(msg_or_avp* parent, enum mip4_avp which, uint32_t address) {
  uint8_t octets[6] = {0, 1};
  const uint32_t big_endian = htonl(address);
  memcpy(octets + 2, &big_endian, 4);
  return mip4_add(parent, which, octets, sizeof(octets));
}

int mip4_open(msg_or_avp* parent, enum mip4_avp which, struct avp** group) {
  CHECK_FCT(fd_msg_avp_new(mip4.avps[which], 0, group));
  return fd_msg_avp_add(parent, MSG_BRW_LAST_CHILD, *group);
}

static struct avp* find(msg_or_avp* parent, enum mip4_avp which) {
  struct avp* avp = NULL;
  if (fd_msg_browse(parent, MSG_BRW_FIRST_CHILD, &avp, NULL) != 0) return NULL;
  while (avp != NULL) {
    struct dict_object* model = NULL;
    if (fd_msg_model(avp, &model) == 0 && model == mip4.avps[which]) return avp;
    if (fd_msg_browse(avp, MSG_BRW_NEXT, &avp, NULL) != 0) return NULL;
  }
  return NULL;
}

struct avp* mip4_find_group(msg_or_avp* parent, enum mip4_avp which) {
  return find(parent, which);
}

const union avp_value* mip4_find(msg_or_avp* parent, enum mip4_avp which) {
  struct avp* avp = find(parent, which);
  struct avp_hdr* header = NULL;
  return avp != NULL && fd_msg_avp_hdr(avp, &header) == 0 ? header->avp_value : NULL;
}

int mip4_begin_answer(struct msg** message, const char* result, const char* text) {
  CHECK_FCT(fd_msg_new_answer_from_req(fd_g_config->cnf_dict, message, 0));
  CHECK_FCT(mip4_add_u32(*message, AUTH_APPLICATION_ID, 2));
  return fd_msg_rescode_set(*message, (char*)result, (char*)text, NULL, 1);
}
