// A decoder with a planted overflow. run.py demands that libFuzzer finds it within the share of
// time that every target gets; only then does "no finding" in the others say something.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace {

// The mistake people make: the length octet is compared with the input, never with the buffer.
std::uint8_t sum_of_record(std::span<const std::uint8_t> in) {
  std::array<std::uint8_t, 16> record{};
  if (in.size() < 3 || in[0] != 'T' || in[1] != 'S') return 0;
  const std::size_t length = in[2];
  if (in.size() < 3 + length) return 0;
  volatile std::uint8_t* out = record.data();
  for (std::size_t i = 0; i < length; ++i)
    out[i] = in[3 + i];
  return record[length % record.size()];
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  volatile std::uint8_t kept = sum_of_record({data, size});
  static_cast<void>(kept);
  return 0;
}
