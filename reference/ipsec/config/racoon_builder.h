#pragma once
// Makes the model out of the statements, in their order, and notes what is wrong with them.
// Internal.

#include <string>
#include <string_view>

#include "reference/ipsec/config/algorithms.h"
#include "reference/ipsec/config/racoon.h"

namespace touchstone::ipsec::config {

class RacoonBuilder {
 public:
  RacoonBuilder(const RacoonOptions& options, RuleLog& log) : options_(&options), log_(&log) {}

  RacoonConfig build(const RacoonDocument& document);

 private:
  // racoon_builder.cpp
  void top(const Statement& statement);
  void privsep(const Statement& statement);
  void listen(const Statement& statement);
  void admin_socket(const Statement& statement);
  void needs_hybrid(const Statement& statement);
  std::uint64_t seconds(const Word& count, const Word& unit);
  std::optional<Address> address(const Word& word);
  void port(const Word& word);
  std::uint16_t group(const Word& word);
  const Algorithm* algorithm(const Word& word, AlgorithmClass place);
  std::uint32_t key_bits(const Algorithm& cipher, const Word* bits, const Place& place);

  // racoon_identity.cpp
  Identity identity(std::span<const Word> words);
  void identity_value(Identity& made, const Word& value);
  bool certificate(const Word& name);
  bool plain_key(const Word& name);
  std::string in_folder(std::string_view kind, std::string_view name) const;

  // racoon_remote.cpp
  void remote(const Statement& statement);
  bool begin_remote(const Statement& statement, Remote& made);
  const Remote* parent(const Statement& statement, const Word& name);
  void remote_index(std::span<const Word> words, Remote& made);
  void remote_index_of(const Statement& statement, Remote& made);
  void remote_member(const Statement& statement, Remote& made, unsigned& modes);
  void remote_value(const Statement& statement, Remote& made);
  void remote_switch(const Statement& statement, Remote& made);
  void remote_files(const Statement& statement, Remote& made);
  void proposal(const Statement& statement, Remote& made);
  void proposal_algorithm(const Statement& statement, IkeProposal& made);
  void finish_remote(const Statement& statement, Remote& made);
  void check_identity(const Statement& statement, const Remote& made);
  void check_proposals(const Remote& made);

  // racoon_sainfo.cpp
  void sainfo(const Statement& statement);
  std::size_t sainfo_id(std::span<const Word> words, SainfoId& made);
  void sainfo_network(std::span<const Word> words, SainfoId& made);
  void sainfo_mark(const Word& word, bool known, SainfoId& made);
  void sainfo_from(std::span<const Word> words, Sainfo& made);
  void sainfo_member(const Statement& statement, Sainfo& made);
  void sainfo_algorithms(const Statement& statement, Sainfo& made);
  void finish_sainfo(const Statement& statement, const Sainfo& made);

  const RacoonOptions* options_;
  RuleLog* log_;
  RacoonConfig config_;
  std::vector<std::size_t> sainfo_order_;  ///< as racoon keeps them, the most exact first
};

}  // namespace touchstone::ipsec::config
