#include "reference/base/secret.h"

#include <gtest/gtest.h>

#include <ostream>
#include <type_traits>

namespace touchstone {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

TEST(Secret, CanNeitherBeCopiedNorPrinted) {
  static_assert(!std::is_copy_constructible_v<SecretOctets>);
  static_assert(!std::is_copy_constructible_v<SecretKey<16>>);
  static_assert(!Printable<SecretOctets>);
  static_assert(!Printable<SecretKey<16>>);
}

TEST(Secret, AMovedFromKeyIsWiped) {
  SecretKey<4> key(std::to_array<std::uint8_t>({1, 2, 3, 4}));
  const SecretKey<4> taken = std::move(key);
  // NOLINTNEXTLINE(bugprone-use-after-move,clang-analyzer-cplusplus.Move): the wiping is tested
  EXPECT_TRUE(key.equals(SecretKey<4>()));
  EXPECT_EQ(taken.view()[3], 4);
}

TEST(Secret, MemoryIsWipedBeforeItIsGivenBack) {
  WipingAllocator<std::uint8_t> allocator;
  std::uint8_t* memory = allocator.allocate(64);
  for (int i = 0; i < 64; ++i)
    memory[i] = 0xA5;
  wipe(memory, 64);
  for (int i = 0; i < 64; ++i)
    EXPECT_EQ(memory[i], 0);
  allocator.deallocate(memory, 64);
}

TEST(Secret, ComparisonSeesEveryOctetAndTheLength) {
  const Octets a = {1, 2, 3, 4};
  for (std::size_t i = 0; i < a.size(); ++i) {
    Octets b = a;
    b[i] ^= 0x80;
    EXPECT_FALSE(equal_in_constant_time(a, b));
  }
  EXPECT_FALSE(equal_in_constant_time(a, OctetView(a).first(3)));
  EXPECT_TRUE(equal_in_constant_time(a, a));
}

}  // namespace
}  // namespace touchstone
