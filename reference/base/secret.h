#pragma once
// Secrets: move-only, wiped when they end, and impossible to print.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include "reference/base/octets.h"

namespace touchstone {

/// Overwrites `size` octets with zeros in a way that the compiler may not leave out.
void wipe(void* memory, std::size_t size) noexcept;

/// Compares in a time that depends on the lengths alone.
[[nodiscard]] bool equal_in_constant_time(OctetView a, OctetView b) noexcept;

/// std::allocator that wipes memory before giving it back; a vector that grows wipes as it moves.
/// Elements made without a value are default-initialised: octets are left as they are, because a
/// buffer of 50 MB is filled by its reader anyway and clearing it first costs a tenth of a parse.
template <class T>
struct WipingAllocator {
  using value_type = T;

  WipingAllocator() = default;
  template <class U>
  WipingAllocator(const WipingAllocator<U>&) noexcept {}

  T* allocate(std::size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* memory, std::size_t count) noexcept {
    wipe(memory, count * sizeof(T));
    std::allocator<T>().deallocate(memory, count);
  }
  template <class U>
  void construct(U* place) noexcept(std::is_nothrow_default_constructible_v<U>) {
    ::new (static_cast<void*>(place)) U;
  }
  template <class U, class... Arguments>
  void construct(U* place, Arguments&&... arguments) {
    ::new (static_cast<void*>(place)) U(std::forward<Arguments>(arguments)...);
  }
  friend bool operator==(WipingAllocator, WipingAllocator) noexcept { return true; }
};

/// A wiped vector of plain records that hold key octets (a million node rows, a decrypted file).
/// Copying one is possible only by name, `copy_secret`.
template <class T>
class SecretVector : public std::vector<T, WipingAllocator<T>> {
 public:
  using Base = std::vector<T, WipingAllocator<T>>;
  using Base::Base;
  SecretVector(SecretVector&&) noexcept = default;
  SecretVector& operator=(SecretVector&&) noexcept = default;
  SecretVector(const SecretVector&) = delete;
  SecretVector& operator=(const SecretVector&) = delete;
  ~SecretVector() = default;
};

/// An octet string that is a secret. `SecretOctets(n)` holds n octets of any value, to be filled.
/// It converts to OctetView for the codecs and the ciphers; there
/// is no operator<<, no fmt formatter and no hex of it.
using SecretOctets = SecretVector<std::uint8_t>;

[[nodiscard]] SecretOctets copy_secret(OctetView octets);

/// A key of fixed size. Move-only; a moved-from key is wiped.
template <std::size_t size_octets>
class SecretKey {
 public:
  static constexpr std::size_t size = size_octets;

  SecretKey() = default;
  explicit SecretKey(std::span<const std::uint8_t, size_octets> octets) noexcept {
    for (std::size_t i = 0; i < size_octets; ++i)
      octets_[i] = octets[i];
  }
  SecretKey(SecretKey&& other) noexcept : octets_(other.octets_) { other.clear(); }
  SecretKey& operator=(SecretKey&& other) noexcept {
    if (this != &other) {
      octets_ = other.octets_;
      other.clear();
    }
    return *this;
  }
  SecretKey(const SecretKey&) = delete;
  SecretKey& operator=(const SecretKey&) = delete;
  ~SecretKey() { clear(); }

  [[nodiscard]] SecretKey copy() const noexcept { return SecretKey(view()); }
  [[nodiscard]] std::span<const std::uint8_t, size_octets> view() const noexcept { return octets_; }
  [[nodiscard]] std::span<std::uint8_t, size_octets> writable() noexcept { return octets_; }

  /// Constant time. There is no operator== so that nobody compares keys by habit.
  [[nodiscard]] bool equals(const SecretKey& other) const noexcept {
    return equal_in_constant_time(view(), other.view());
  }

 private:
  void clear() noexcept { wipe(octets_.data(), octets_.size()); }

  std::array<std::uint8_t, size_octets> octets_{};
};

}  // namespace touchstone
