#include "conformance/harness/adapter.h"

#include <array>
#include <utility>

namespace touchstone::conformance::harness {
namespace {

template <class Value, std::size_t size>
using Words = std::array<std::pair<Value, std::string_view>, size>;

constexpr Words<Status, 4> status_words{{{Status::ok, "ok"},
                                         {Status::reject, "reject"},
                                         {Status::unsupported, "unsupported"},
                                         {Status::error, "error"}}};

constexpr Words<RejectClass, 14> class_words{{{RejectClass::syntax, "syntax"},
                                              {RejectClass::length, "length"},
                                              {RejectClass::encoding, "encoding"},
                                              {RejectClass::order, "order"},
                                              {RejectClass::duplicate, "duplicate"},
                                              {RejectClass::range, "range"},
                                              {RejectClass::signature, "signature"},
                                              {RejectClass::decrypt, "decrypt"},
                                              {RejectClass::manifest, "manifest"},
                                              {RejectClass::auth, "auth"},
                                              {RejectClass::state, "state"},
                                              {RejectClass::io, "io"},
                                              {RejectClass::perm, "perm"},
                                              {RejectClass::unspecified, "unspecified"}}};

template <class Value, std::size_t size>
std::string_view word_of(const Words<Value, size>& words, Value value) noexcept {
  for (const auto& [candidate, word] : words)
    if (candidate == value) return word;
  return "?";
}

template <class Value, std::size_t size>
std::optional<Value> value_of(const Words<Value, size>& words, std::string_view text) noexcept {
  for (const auto& [value, word] : words)
    if (word == text) return value;
  return std::nullopt;
}

}  // namespace

std::string_view print_status(Status status) noexcept {
  return word_of(status_words, status);
}
std::optional<Status> parse_status(std::string_view text) noexcept {
  return value_of(status_words, text);
}
std::string_view print_reject_class(RejectClass reject_class) noexcept {
  return word_of(class_words, reject_class);
}
std::optional<RejectClass> parse_reject_class(std::string_view text) noexcept {
  return value_of(class_words, text);
}

}  // namespace touchstone::conformance::harness
