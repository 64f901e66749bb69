#include "reference/base/files.h"

#include <array>

#include "reference/base/exit_class.h"

namespace touchstone {
namespace {

struct Row {
  ExitClass exit;
  const char* message;
};

constexpr std::array<Row, 10> rows = {{
    {ExitClass::internal, "no fault"},
    {ExitClass::file, "expected a file that exists"},
    {ExitClass::file, "expected a file that can be read"},
    {ExitClass::file, "expected a regular file, not a link, FIFO, folder or device"},
    {ExitClass::file, "KL-PERM: expected a file of its user alone, without group or other access"},
    {ExitClass::format, "larger than the limit"},
    {ExitClass::exists, "exists and is never overwritten"},
    {ExitClass::busy, "another run holds the lock"},
    {ExitClass::write, "writing failed"},
    {ExitClass::write, "the new file stands, but may not survive a power cut"},
}};

class FileCategory final : public std::error_category {
 public:
  const char* name() const noexcept override { return "file"; }
  std::string message(int value) const override { return row(value).message; }
  std::error_condition default_error_condition(int value) const noexcept override {
    return row(value).exit;
  }

 private:
  static const Row& row(int value) {
    const auto index = static_cast<std::size_t>(value);
    return rows[index < rows.size() ? index : 0];
  }
};

}  // namespace

std::error_code make_error_code(FileErrc code) noexcept {
  static const FileCategory category;
  return {static_cast<int>(code), category};
}

}  // namespace touchstone
