#pragma once
// Statements of racoon.conf, and what racoon and an engineer say of them. Of the oracle alone.

#include <optional>
#include <string>
#include <vector>

#include "conformance/oracle/ipsec/address.h"
#include "conformance/oracle/ipsec/racoon_conf.h"
#include "conformance/oracle/ipsec/racoon_words.h"

namespace touchstone::conformance::oracle::ipsec {

struct RacoonStatement {
  std::vector<RacoonWord> words;  ///< without the ; or { at the end
  std::vector<RacoonStatement> body;

  [[nodiscard]] std::uint64_t line() const { return words.front().line; }
};

/// What racoon sees of a text that it takes for a string of C.
[[nodiscard]] inline std::string c_text(const std::string& text) {
  return text.substr(0, text.find('\0'));
}

/// Where racoon has an algorithm, and with which keys.
struct RacoonAlgorithm {
  std::string_view spelling;
  int numbers[7];           ///< by RacoonClass, 0 where it has it not
  std::uint32_t least = 0;  ///< bits of the key; 0 for one length
  std::uint32_t most = 0;
  std::uint32_t step = 8;
  bool weak = false;
  bool in_kernel = true;

  [[nodiscard]] int in(RacoonClass place) const { return numbers[static_cast<int>(place)]; }
};
[[nodiscard]] const RacoonAlgorithm* find_racoon_algorithm(std::string_view spelling);

class RacoonBuilder {
 public:
  RacoonBuilder(RacoonReading& reading, const RacoonFiles& files)
      : conf_(reading.conf), verdict_(reading.verdict), files_(files) {}

  void take(const RacoonStatement& statement);

 private:
  /// A sainfo as racoon compares it: never by protocol and port.
  struct Compared {
    std::string local, peer, from;
    std::uint32_t remote_id = 0;
    int exactness = 0;
  };

  /// The hosts that an end of a sainfo names, and their port.
  struct SainfoHosts {
    std::optional<IpAddress> low, high;
    std::string range;  ///< from `-` to its second address
    std::uint64_t bits = 32;
    std::uint64_t port = 0;
  };

  void note(std::string_view code, Weight weight, const RacoonWord& word) {
    verdict_.note(code, weight, word.line);
  }

  void listen(const RacoonStatement& statement);
  void remote(const RacoonStatement& statement);
  bool begin_remote(const RacoonStatement& statement, RacoonRemote& made);
  void remote_member(const RacoonStatement& member, RacoonRemote& made);
  void remote_word(const RacoonStatement& member, RacoonRemote& made);
  void remote_file(const RacoonStatement& member, RacoonRemote& made);
  void proposal(const RacoonStatement& statement, RacoonRemote& made);
  void proposal_algorithm(const RacoonStatement& member, RacoonProposal& made);
  void finish_remote(const RacoonStatement& statement, const RacoonRemote& made);
  void index(const RacoonStatement& statement, std::size_t at, RacoonRemote& made);

  void sainfo(const RacoonStatement& statement);
  std::size_t sainfo_end(const RacoonStatement& statement, std::size_t at, std::string& made,
                         std::string& compared);
  std::size_t sainfo_hosts(const RacoonStatement& statement, std::size_t at, SainfoHosts& made);
  void check_sainfo(const SainfoHosts& hosts, std::uint64_t protocol, const RacoonWord& word);
  void sainfo_members(const RacoonStatement& statement, RacoonSainfo& made);
  void sainfo_algorithms(const RacoonStatement& member, RacoonSainfo& made);
  void finish_sainfo(const RacoonStatement& statement, RacoonSainfo made, Compared compared);

  RacoonIdentity identity(const RacoonStatement& statement, std::size_t at);
  std::string address(const RacoonWord& word, std::optional<IpAddress>* made = nullptr);
  void port(const RacoonWord& word);
  std::uint64_t seconds(const RacoonWord& count, const RacoonWord& unit);
  int group(const RacoonWord& word);
  const RacoonAlgorithm* algorithm(const RacoonWord& word, RacoonClass place);
  std::uint32_t key_bits(const RacoonAlgorithm& cipher, const RacoonWord* bits,
                         const RacoonWord& word);

  RacoonConf& conf_;
  Verdict& verdict_;
  const RacoonFiles& files_;
  bool addressed_ = false;  ///< the remote at hand has an address, or `anonymous`
  bool certified_ = false, pinned_ = false, rooted_ = false;
  std::vector<bool> is_addressed_;
  std::vector<Compared> compared_;  ///< the most exact first
};

}  // namespace touchstone::conformance::oracle::ipsec
