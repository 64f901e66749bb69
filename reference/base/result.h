#pragma once
// How every function that can fail on outside data answers: a value, or an Error.
//
// base is the vocabulary of the house and lives in namespace touchstone itself; every other folder
// has a namespace of its own (docs/decisions/0002-base-is-the-vocabulary.md).

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace touchstone {

/// What went wrong with data from outside.
///
/// `code` is API: tests and exit codes compare it. `offset` is the octet (from 0) of the input at
/// which the fault was found, or no_offset. `detail` is one line for people: what was expected.
/// `place` names the file or option that the fault is about; whoever knows it adds it by located().
/// None of them ever holds octets of a key, a passphrase or a pwdh (KU-21, KR-26).
struct Error {
  static constexpr std::size_t no_offset = static_cast<std::size_t>(-1);

  std::error_code code;
  std::size_t offset = no_offset;
  std::string detail;
  std::string place = {};
};

template <class T>
using Result = std::expected<T, Error>;

/// Shorthand for the failing half of a Result.
template <class Code>
[[nodiscard]] std::unexpected<Error> fail(Code code, std::string detail = {},
                                          std::size_t offset = Error::no_offset) {
  return std::unexpected(Error{make_error_code(code), offset, std::move(detail)});
}

/// `result` with its Error naming `place`, unless it names one already.
template <class T>
[[nodiscard]] Result<T> located(std::string_view place, Result<T> result) {
  if (!result && result.error().place.empty()) result.error().place = place;
  return result;
}

/// Stops the program: our own bug, never a fault of the input. Writes `what` and the place to
/// standard error; no memory is printed and no core is left where the host forbids one.
[[noreturn]] void bug(const char* what, const char* file, int line) noexcept;

}  // namespace touchstone

#define TOUCHSTONE_JOIN_2(a, b) a##b
#define TOUCHSTONE_JOIN(a, b) TOUCHSTONE_JOIN_2(a, b)

/// TOUCHSTONE_TRY(auto length, reader.u24()); hands an Error on to the caller.
#define TOUCHSTONE_TRY(declaration, ...)                                        \
  auto TOUCHSTONE_JOIN(try_, __LINE__) = (__VA_ARGS__);                         \
  if (!TOUCHSTONE_JOIN(try_, __LINE__))                                         \
    return std::unexpected(std::move(TOUCHSTONE_JOIN(try_, __LINE__)).error()); \
  declaration = *std::move(TOUCHSTONE_JOIN(try_, __LINE__))

/// The same for a Result<void>.
#define TOUCHSTONE_TRY_VOID(...)                             \
  do {                                                       \
    if (auto try_result = (__VA_ARGS__); !try_result)        \
      return std::unexpected(std::move(try_result).error()); \
  } while (false)

/// An invariant of ours; checked in every build.
#define TOUCHSTONE_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::touchstone::bug(#condition, __FILE__, __LINE__))
