#pragma once
// What a reader of IPsec configuration files has to say, and the two verdicts that follow from it:
// that of the program which would read the file, and that of a careful engineer (profile strict).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::conformance::oracle::ipsec {

/// How grave a remark is for either judge.
enum class Weight : std::uint8_t {
  warning,         ///< both take the file
  error,           ///< the program takes it, the engineer refuses it
  refused,         ///< both refuse it
  refused_lenient  ///< the program refuses it where the engineer only warns
};

struct Remark {
  std::string code;  ///< of docs/formats/ipsec-rules.md
  Weight weight = Weight::error;
  std::uint64_t line = 0;  ///< from 1; 0 is the file as a whole
};

struct Verdict {
  std::vector<Remark> remarks;
  bool stopped = false;  ///< a fault of syntax: what stands behind it was not read

  void note(std::string_view code, Weight weight, std::uint64_t line) {
    remarks.push_back({std::string(code), weight, line});
  }
  [[nodiscard]] bool daemon_takes() const {
    for (const Remark& one : remarks)
      if (one.weight >= Weight::refused) return false;
    return true;
  }
  [[nodiscard]] bool strict_takes() const {
    for (const Remark& one : remarks)
      if (one.weight == Weight::error || one.weight == Weight::refused) return false;
    return true;
  }
  [[nodiscard]] bool has(std::string_view code) const {
    for (const Remark& one : remarks)
      if (one.code == code) return true;
    return false;
  }
};

}  // namespace touchstone::conformance::oracle::ipsec
