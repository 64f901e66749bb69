#pragma once
// What is wrong with lines that were read; internal to this folder.

#include "reference/dot1x/config/wpa_conf.h"

namespace touchstone::dot1x::config {

/// Collects findings; the first thousand.
class WpaLog {
 public:
  explicit WpaLog(WpaReading& reading) : reading_(reading) {}
  /// `refused`: wpa_supplicant refuses the file for it.
  void note(Rule id, std::uint64_t line, std::uint64_t column, bool refused,
            std::string_view detail = {});

 private:
  WpaReading& reading_;
};

/// One field, of a network or outside.
void judge_field(WpaLog& log, FieldPlace place, std::string_view key, std::string_view value,
                 std::uint64_t line, std::uint64_t column);
/// The file as a whole, when every line of it has been read; chooses the network that counts.
void judge_whole(WpaLog& log, WpaReading& reading);

}  // namespace touchstone::dot1x::config
