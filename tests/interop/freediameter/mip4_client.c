// A gateway that asks a number of times, tells how that went, and stops.

#include "mip4.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { patience_s = 30, result_codes = 6000 };

struct question {
  const struct mip4_ask* ask;
  uint8_t identification[8];
  struct timespec sent;
};

static struct {
  struct peer_hdr* peer;
  sem_t room;     // for one more request
  sem_t rotated;  // one post a rotation
  pthread_mutex_t lock;
  unsigned long asked, answered, wrong_keys, not_bound, rotations, wrong_rotations;
  unsigned long results[result_codes];
  uint32_t* latency_us;
} client = {.lock = PTHREAD_MUTEX_INITIALIZER};

static double seconds_between(const struct timespec* from, const struct timespec* to) {
  return (double)(to->tv_sec - from->tv_sec) + (double)(to->tv_nsec - from->tv_nsec) * 1e-9;
}

static bool holds_key(struct avp* group, const struct mip4_key* expected) {
  const union avp_value* key = group != NULL ? mip4_find(group, SESSION_KEY) : NULL;
  return key != NULL && expected != NULL && key->os.len == expected->size &&
         memcmp(key->os.data, expected->octets, expected->size) == 0;
}

// Every key that was asked for, and no other.
static bool has_right_keys(struct msg* answer, const struct mip4_ask* ask, bool is_success) {
  struct avp* gateway = mip4_find_group(answer, FA_TO_HA_MSA);
  struct avp* code_download = mip4_find_group(answer, HA_TO_MN_MSA);
  struct avp* node = mip4_find_group(answer, FA_TO_MN_MSA);
  const uint32_t wanted = is_success ? ask->features : 0;
  const struct mip4_settings* settings = &mip4.settings;
  if ((wanted & WANTS_GATEWAY) == 0 ? gateway != NULL : !holds_key(gateway, &settings->gateway))
    return false;
  if ((wanted & WANTS_CODE_DOWNLOAD) == 0 ? code_download != NULL
                                          : !holds_key(code_download, &settings->gateway_cdld))
    return false;
  return (wanted & WANTS_NODE) == 0 ? node == NULL : holds_key(node, ask->node_key);
}

// A success repeats the identification in MIP-Reg-Reply, and the node.
static bool is_bound(struct msg* answer, const struct question* question) {
  const union avp_value* reply = mip4_find(answer, REG_REPLY);
  const union avp_value* node = mip4_find(answer, MOBILE_NODE_ADDRESS);
  const uint32_t id = htonl(question->ask->node);
  if (node == NULL || node->os.len != 6 || memcmp(node->os.data + 2, &id, 4) != 0) return false;
  if ((question->ask->features & CO_LOCATED) != 0) return reply == NULL;
  return reply != NULL && reply->os.len == 20 &&
         memcmp(reply->os.data + 12, question->identification, 8) == 0;
}

static void take_answer(void* data, struct msg** answer) {
  struct question* question = data;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  const union avp_value* code = mip4_find(*answer, RESULT_CODE);
  const uint32_t result = code != NULL && code->u32 < result_codes ? code->u32 : 0;
  const bool right = has_right_keys(*answer, question->ask, result == 2001);
  const bool bound = result != 2001 || is_bound(*answer, question);
  pthread_mutex_lock(&client.lock);
  client.latency_us[client.answered++] = (uint32_t)(seconds_between(&question->sent, &now) * 1e6);
  ++client.results[result];
  if (!right) ++client.wrong_keys;
  if (!bound) ++client.not_bound;
  pthread_mutex_unlock(&client.lock);
  sem_post(&client.room);
  fd_msg_free(*answer);
  *answer = NULL;
  free(question);
}

static int add_registration(struct msg* request, const struct question* question) {
  uint8_t registration[24] = {1, 0, 0xff, 0xff};
  const uint32_t home = htonl(question->ask->node), agent = htonl(mip4.settings.address);
  memcpy(registration + 4, &home, 4);
  memcpy(registration + 8, &agent, 4);
  memcpy(registration + 16, question->identification, 8);
  CHECK_FCT(mip4_add(request, REG_REQUEST, registration, sizeof(registration)));
  struct avp* group = NULL;
  CHECK_FCT(mip4_open(request, MN_AAA_AUTH, &group));
  CHECK_FCT(mip4_add_u32(group, MN_AAA_SPI, 256));
  CHECK_FCT(mip4_add_u32(group, AUTH_INPUT_DATA_LENGTH, 24));
  CHECK_FCT(mip4_add_u32(group, AUTHENTICATOR_LENGTH, 0));
  return mip4_add_u32(group, AUTHENTICATOR_OFFSET, 24);
}

static int make_request(const struct question* question, struct msg** request) {
  char user[128];
  const struct mip4_ask* ask = question->ask;
  const char* realm = mip4.settings.realm;
  snprintf(user, sizeof(user), "%s@%s", ask->user, realm);
  CHECK_FCT(fd_msg_new(mip4.aa_mobile_node, MSGFL_ALLOC_ETEID, request));
  CHECK_FCT(fd_msg_new_session(*request, NULL, 0));
  CHECK_FCT(mip4_add_u32(*request, AUTH_APPLICATION_ID, 2));
  CHECK_FCT(mip4_add(*request, USER_NAME, user, strlen(user)));
  CHECK_FCT(mip4_add(*request, DESTINATION_REALM, realm, strlen(realm)));
  CHECK_FCT(fd_msg_add_origin(*request, 0));
  CHECK_FCT(add_registration(*request, question));
  if (ask->node != 0) CHECK_FCT(mip4_add_ipv4(*request, MOBILE_NODE_ADDRESS, ask->node));
  CHECK_FCT(mip4_add_u32(*request, FEATURE_VECTOR, ask->features));
  CHECK_FCT(mip4_add_u32(*request, AUTH_SESSION_STATE, 1));
  if ((ask->features & WANTS_GATEWAY) != 0) CHECK_FCT(mip4_add_u32(*request, HA_TO_FA_SPI, 256));
  return 0;
}

static int ask_once(unsigned long number) {
  struct question* question = malloc(sizeof(*question));
  CHECK_MALLOC(question);
  question->ask = &mip4.settings.asks[number % mip4.settings.ask_count];
  for (size_t i = 0; i < 8; ++i)
    question->identification[i] = (uint8_t)random();
  struct msg* request = NULL;
  CHECK_FCT(make_request(question, &request));
  clock_gettime(CLOCK_MONOTONIC, &question->sent);
  return fd_msg_send(&request, take_answer, question);
}

// False when nothing came in time.
static bool wait_for(sem_t* semaphore) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += patience_s;
  while (sem_timedwait(semaphore, &until) != 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

static bool ask_all(void) {
  const struct mip4_settings* settings = &mip4.settings;
  for (unsigned long i = 0; i < settings->count; ++i) {
    if (!wait_for(&client.room) || ask_once(i) != 0) return false;
    ++client.asked;
  }
  for (unsigned long i = 0; i < settings->in_flight; ++i) {
    if (!wait_for(&client.room)) return false;
  }
  return true;
}

static int by_value(const void* left, const void* right) {
  const uint32_t a = *(const uint32_t*)left, b = *(const uint32_t*)right;
  return (a > b) - (a < b);
}

static void write_result(double seconds, double processor_s) {
  FILE* file = fopen(mip4.settings.result, "w");
  if (file == NULL) return;
  pthread_mutex_lock(&client.lock);
  const unsigned long answered = client.answered;
  qsort(client.latency_us, answered, sizeof(uint32_t), by_value);
  fprintf(file, "{\"asked\": %lu, \"answered\": %lu, \"wrong_keys\": %lu, \"not_bound\": %lu, ",
          client.asked, answered, client.wrong_keys, client.not_bound);
  fprintf(file, "\"rotations\": %lu, \"wrong_rotations\": %lu, \"results\": {", client.rotations,
          client.wrong_rotations);
  const char* comma = "";
  for (unsigned code = 0; code < result_codes; ++code) {
    if (client.results[code] == 0) continue;
    fprintf(file, "%s\"%u\": %lu", comma, code, client.results[code]);
    comma = ", ";
  }
  fprintf(file, "}, \"seconds\": %.6f, \"processor_s\": %.6f", seconds, processor_s);
  if (answered != 0)
    fprintf(file, ", \"latency_us\": {\"median\": %u, \"p99\": %u, \"max\": %u}",
            client.latency_us[answered / 2], client.latency_us[answered * 99 / 100],
            client.latency_us[answered - 1]);
  fprintf(file, "}\n");
  pthread_mutex_unlock(&client.lock);
  fclose(file);
}

static double processor_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static void* work(void* data) {
  (void)data;
  struct timespec pause = {0, 1000000}, start, end;
  while (fd_peer_get_state(client.peer) != STATE_OPEN)
    nanosleep(&pause, NULL);
  clock_gettime(CLOCK_MONOTONIC, &start);
  const double processor_s = processor_seconds();
  const bool finished = ask_all();
  clock_gettime(CLOCK_MONOTONIC, &end);
  LOG_N("mip4: asked");
  for (unsigned long i = 0; finished && i < mip4.settings.rotations; ++i) {
    if (!wait_for(&client.rotated)) break;
  }
  write_result(seconds_between(&start, &end), processor_seconds() - processor_s);
  kill(getpid(), SIGTERM);
  return NULL;
}

// One connection, one run: what happens to the connection later is freeDiameter's affair.
static void take_peer(enum fd_hook_type type, struct msg* message, struct peer_hdr* peer,
                      void* other, struct fd_hook_permsgdata* per_message, void* data) {
  (void)type, (void)message, (void)other, (void)per_message, (void)data;
  pthread_t thread;
  pthread_mutex_lock(&client.lock);
  const bool is_first = client.peer == NULL;
  if (is_first) client.peer = peer;
  pthread_mutex_unlock(&client.lock);
  if (is_first && pthread_create(&thread, NULL, work, NULL) == 0) pthread_detach(thread);
}

// A HAR: a new Gateway key, code download key, or both.
static int take_rotation(struct msg** message, struct avp* avp, struct session* session, void* data,
                         enum disp_action* action) {
  (void)avp, (void)session, (void)data;
  struct avp* gateway = mip4_find_group(*message, HA_TO_FA_MSA);
  struct avp* code_download = mip4_find_group(*message, HA_TO_MN_MSA);
  const bool is_right =
      (gateway != NULL || code_download != NULL) &&
      (gateway == NULL || holds_key(gateway, &mip4.settings.next_gateway)) &&
      (code_download == NULL || holds_key(code_download, &mip4.settings.next_gateway_cdld));
  const union avp_value* registration = mip4_find(*message, REG_REQUEST);
  uint8_t reply[20] = {3, 0, 0xff, 0xff};
  if (registration->os.len >= 24) {
    memcpy(reply + 4, registration->os.data + 4, 8);
    memcpy(reply + 12, registration->os.data + 16, 8);
  }
  CHECK_FCT(mip4_begin_answer(message, "DIAMETER_SUCCESS", NULL));
  CHECK_FCT(mip4_add(*message, REG_REPLY, reply, sizeof(reply)));
  *action = DISP_ACT_SEND;
  pthread_mutex_lock(&client.lock);
  ++client.rotations;
  if (!is_right) ++client.wrong_rotations;
  pthread_mutex_unlock(&client.lock);
  sem_post(&client.rotated);
  return 0;
}

int mip4_start_client(void) {
  const struct mip4_settings* settings = &mip4.settings;
  if (settings->ask_count == 0 || settings->in_flight == 0) return EINVAL;
  client.latency_us = calloc(settings->count + 1, sizeof(uint32_t));
  CHECK_MALLOC(client.latency_us);
  sem_init(&client.room, 0, (unsigned)settings->in_flight);
  sem_init(&client.rotated, 0, 0);
  struct disp_when when = {.app = mip4.application, .command = mip4.home_agent};
  CHECK_FCT(fd_disp_register(take_rotation, DISP_HOW_CC, &when, NULL, NULL));
  struct fd_hook_hdl* hook = NULL;
  return fd_hook_register(HOOK_MASK(HOOK_PEER_CONNECT_SUCCESS), take_peer, NULL, NULL, &hook);
}
