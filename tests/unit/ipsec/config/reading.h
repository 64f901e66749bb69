#pragma once
// What the tests of configuration readers share: files in memory and short ways to ask.

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "reference/base/files.h"
#include "reference/ipsec/config/file_view.h"
#include "reference/ipsec/config/rules.h"
#include "tests/support/tree.h"

namespace touchstone::ipsec::config {

inline SecretOctets secret(std::string_view text) {
  const OctetView octets = as_octets(text);
  return {octets.begin(), octets.end()};
}

/// Files by name; a pattern may end with *.
class MemoryView final : public FileView {
 public:
  std::map<std::string, std::string> files;

  Result<SecretOctets> read(const std::string& path, std::size_t limit) override {
    const auto found = files.find(path);
    if (found == files.end()) return fail(FileErrc::not_found);
    if (found->second.size() > limit) return fail(FileErrc::too_large);
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
};

inline std::vector<std::string> codes(const std::vector<FileFinding>& findings) {
  std::vector<std::string> list;
  for (const FileFinding& one : findings)
    list.emplace_back(one.finding.code);
  return list;
}

inline std::string fixture(const std::string& name) {
  std::ifstream in(tests::tree_path("fixtures/") + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace touchstone::ipsec::config
