#pragma once
// Changes of a racoon.conf that somebody edited by hand: everything that is not meant by the change
// stays, octet for octet (RF-03, RF-06). The text is one that the profile strict takes: behind a
// quotation mark that nothing closes nobody can say what belongs to the change.

#include <string>
#include <string_view>

namespace touchstone::ipsec::config {

/// `text` with `include "path";` at its end; unchanged if it includes that path already.
[[nodiscard]] std::string add_include(std::string_view text, std::string_view path);

/// `text` without any statement that includes `path`; a line that held nothing else goes with it.
[[nodiscard]] std::string remove_include(std::string_view text, std::string_view path);

/// `text` with `statement` in place of every remote for the address or name `remote`, the first
/// where it stood; at the end if there is none.
[[nodiscard]] std::string replace_remote(std::string_view text, std::string_view remote,
                                         std::string_view statement);

}  // namespace touchstone::ipsec::config
