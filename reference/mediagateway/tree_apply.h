#pragma once
// Changes to a tree, all of them or none, also when the process is killed on the way.
//
// While it works, `<root>/etc/.mediagateway.unfinished` says how each change is taken back; what is
// replaced or removed has a second name `.NAME.saved` beside it. Its renaming to `.finished` is the
// moment at which the changes are made; then the second names go.

#include "reference/mediagateway/tree_plan.h"

namespace touchstone::mediagateway {

/// Holds the tree below `root` for this process and takes back what a killed run left. Errors: busy
/// (exit 11); not_found for a root without etc/ in it (exit 3).
Result<std::unique_ptr<FileLock>> hold_tree(const std::string& root, Files& files, TreeFiles& tree);

/// Makes the changes, by one who holds the tree. An Error of write_failed (exit 12) means that the
/// tree is as it was, of not_synced that the changes stand and the medium did not confirm it.
Result<void> apply(const Changes& changes, Files& files, TreeFiles& tree);

}  // namespace touchstone::mediagateway
