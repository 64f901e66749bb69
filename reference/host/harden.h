#pragma once
// What a process that holds keys gives up before it reads the first of them.

namespace touchstone::host {

/// No core file, no dump by ptrace of the same user, and new files for this user alone (KU-21,
/// T12). Never fails: what the system refuses is left as it is.
void harden_process() noexcept;

}  // namespace touchstone::host
