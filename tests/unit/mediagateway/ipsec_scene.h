#pragma once
// What the tests of the command `ipsec` share: a tree in memory and a wish that is good.

#include <map>
#include <string>

#include "reference/base/files.h"
#include "reference/mediagateway/ipsec_plan.h"
#include "reference/mediagateway/ipsec_run.h"

namespace touchstone::mediagateway {

inline SecretOctets secret(std::string_view text) {
  const OctetView octets = as_octets(text);
  return {octets.begin(), octets.end()};
}

/// Files by name; a pattern may end with *.
class MemoryTree final : public ipsec::config::FileView {
 public:
  std::map<std::string, std::string> files;

  Result<SecretOctets> read(const std::string& path, std::size_t /*limit*/) override {
    const auto found = files.find(path);
    if (found == files.end()) return fail(FileErrc::not_found);
    return secret(found->second);
  }
  std::vector<std::string> matches(const std::string& pattern) override {
    const bool open = pattern.ends_with('*');
    const std::string front = open ? pattern.substr(0, pattern.size() - 1) : pattern;
    std::vector<std::string> names;
    for (const auto& [name, text] : files)
      if (open ? name.starts_with(front) : name == front) names.push_back(name);
    return names;
  }

  /// What a plan would leave of it.
  void apply(const TreePlan& plan) {
    for (const Wish& wish : plan.wishes()) {
      if (wish.kind == Wish::Kind::absent) files.erase(wish.path);
      if (wish.kind == Wish::Kind::file)
        files[wish.path] = std::string(as_text(wish.content.octets()));
      if (wish.kind == Wish::Kind::link) files[wish.path] = "-> " + wish.target;
    }
  }
};

inline CreateWish wish(const std::string& name = "head",
                       const std::string& peer = "192.168.1.200") {
  CreateWish made;
  made.name = name;
  made.source = "192.168.1.100";
  made.destination = peer;
  made.destination_key = secret("a key of enough octets");
  return made;
}

inline std::string told(const Error& error) {
  return error.code.message() + ": " + error.detail;
}

/// Checks and plans; the message of the error where it is refused.
inline std::string create(MemoryTree& memory, const CreateWish& wanted) {
  IpsecTree tree(memory);
  const auto checked = check_create(wanted, tree);
  if (!checked) return told(checked.error());
  TreePlan plan;
  const auto planned = plan_create(checked->connection, wanted, tree, "", plan);
  if (!planned) return told(planned.error());
  memory.apply(plan);
  return {};
}

inline std::string remove(MemoryTree& memory, const std::string& name) {
  IpsecTree tree(memory);
  const auto connection = tree.connection(name);
  if (!connection) return told(connection.error());
  TreePlan plan;
  const auto planned = plan_remove(*connection, tree, "", plan);
  if (!planned) return told(planned.error());
  memory.apply(plan);
  return {};
}

}  // namespace touchstone::mediagateway
