#pragma once
// Lines of diameter_*.conf, as settings with their place; values are not looked at. Internal.

#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include "reference/base/finding.h"
#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/diameter/config_codes.h"

namespace touchstone::diameter {

/// One enumerator a row of config_properties.def.
enum class Property : std::uint8_t {
#define TOUCHSTONE_PROPERTY(enumerator, group, name, value, clause) enumerator,
#include "reference/diameter/config_properties.def"
#undef TOUCHSTONE_PROPERTY
};

/// Where something stands; counted from 0 in octets, but lines from 1. Line 0 is the whole file.
struct ConfigPlace {
  std::uint64_t line = 0;
  std::size_t column = 0;
  std::size_t offset = 0;

  [[nodiscard]] ConfigPlace after(std::size_t octets) const noexcept {
    return {line, column + octets, offset + octets};
  }
};

/// The findings of one file: limited in number, sorted by place at the end.
class ConfigLog {
 public:
  static constexpr std::size_t limit = 1000;

  ConfigLog(Findings& out, bool strict) : out_(&out), first_(out.size()), strict_(strict) {}

  void note(ConfigCode code, const ConfigPlace& place, std::string_view detail = {});
  /// Sorts the findings; the first fault, if there was one, as an Error.
  Result<void> close();

 private:
  Findings* out_;
  std::size_t first_;
  bool strict_;
  std::size_t count_ = 0;
  std::size_t faults_ = 0;  ///< errors in tolerant mode too
  Error fault_;             ///< the one that stands first
};

struct Setting {
  std::string_view value;
  ConfigPlace place;  ///< of the value
};

/// By property and index; properties that stand alone have index 0. Views point into the file.
using Settings = std::map<std::pair<Property, std::uint32_t>, Setting>;

Settings read_settings(std::string_view file, ConfigLog& log);

}  // namespace touchstone::diameter
