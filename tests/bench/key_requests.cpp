// One measurement of a Diameter KMS, or of an echo server: key_requests.py compares several.
//
// usage: key_requests echo
//        key_requests ask|ask-echo ADDRESS PORT IN_FLIGHT COUNT [FIRST_NODE NODES]

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "tests/bench/key_load.h"

namespace {

namespace bench = touchstone::bench;

template <class Number>
Number number(const char* text, int base = 10) {
  Number value{};
  std::from_chars(text, text + std::strlen(text), value, base);
  return value;
}

void print(bench::LoadResult& result) {
  auto& latency = result.latency_ns;
  std::sort(latency.begin(), latency.end());
  const auto at = [&](double part) {
    return latency[static_cast<std::size_t>(part * static_cast<double>(latency.size() - 1))] / 1e3;
  };
  std::printf(
      "{\"seconds\": %.6f, \"processor_s\": %.6f, \"granted\": %llu, \"refused\": %llu, "
      "\"latency_us\": {\"median\": %.1f, \"p99\": %.1f, \"max\": %.1f}}\n",
      result.seconds, result.processor_s, static_cast<unsigned long long>(result.granted),
      static_cast<unsigned long long>(result.refused), at(0.5), at(0.99), at(1.0));
}

}  // namespace

int main(int count, char** words) {
  const bool is_ask = (count == 6 || count == 8) && std::strncmp(words[1], "ask", 3) == 0;
  if (count == 2 && std::strcmp(words[1], "echo") == 0) bench::serve_echo();
  if (!is_ask) {
    static_cast<void>(
        std::fprintf(stderr, "see the first lines of tests/bench/key_requests.cpp\n"));
    return 2;
  }
  bench::LoadSettings settings;
  settings.is_echo = std::strcmp(words[1], "ask-echo") == 0;
  settings.address = words[2];
  settings.port = number<std::uint16_t>(words[3]);
  settings.in_flight = number<std::uint32_t>(words[4]);
  settings.count = number<std::uint64_t>(words[5]);
  if (count == 8) {
    settings.first_node = number<std::uint32_t>(words[6] + 2, 16);
    settings.nodes = number<std::uint32_t>(words[7]);
  }
  if (settings.count == 0 || settings.in_flight == 0 || settings.nodes == 0) return 2;
  bench::LoadResult result = bench::run_load(settings);
  print(result);
  return 0;
}
