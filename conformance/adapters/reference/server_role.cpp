#include "conformance/adapters/reference/server_role.h"

#include "conformance/adapters/reference/values.h"

namespace touchstone::conformance::adapters::reference {
namespace {

std::optional<SecretKey<16>> wrapping_key(const Json& args) {
  if (!args.contains("wrapping_key")) return std::nullopt;
  return key_argument<16>(args.at("wrapping_key"));
}

kms::KeyServiceSettings service_settings(const diameter::Config& config, const Json& args,
                                         const std::optional<SecretKey<16>>& wrapping_key) {
  return {.host = config.uri.host,
          .realm = config.realm,
          .address = loopback,
          .state_id = 1,
          .require_protection = args.value("require_protected", false),
          .reload_mode = args.value("compat_restart", false) ? kms::ReloadMode::compat_restart
                                                             : kms::ReloadMode::on_signal,
          .unknown_limit = {},
          .peer_nodes = {},
          .wrapping_key = wrapping_key ? &*wrapping_key : nullptr};
}

}  // namespace

ServerRole::ServerRole(SimulatedWorld& world, const diameter::Config& config,
                       kms::KeySnapshotPointer keys, host::LogFile log, const Json& args)
    : SimulatedRole(world, config, args),
      log_(std::move(log)),
      wrapping_key_(wrapping_key(args)),
      service_(service_settings(config, args, wrapping_key_), std::move(keys), random_) {}

void ServerRole::take(const diameter::Effect& effect) {
  if (effect.kind != diameter::Effect::Kind::request) return;
  SecretOctets answer;
  log_.line(kms::print_audit(service_.answer(effect.message,
                                             {.host = config_.peers.at(effect.peer).uri.host,
                                              .is_protected = is_protected(effect.connection)},
                                             world_.now.time_since_epoch(), answer)));
  node_.answer(effect.request, answer, effects_);
}

bool ServerRole::reload(Files& files, const std::string& path) {
  Findings findings;
  auto loaded = kms::read_snapshot(files, path, findings);
  const std::string fault = loaded ? "" : loaded.error().code.message();
  const kms::Reload done = service_.reload(std::move(loaded));
  log_.line(kms::print_reload(done, service_.keys().size(), fault));
  return done.result != kms::ReloadResult::kept_bad_file;
}

}  // namespace touchstone::conformance::adapters::reference
