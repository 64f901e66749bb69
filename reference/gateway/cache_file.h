#pragma once
// The cache on a disk: read once when the gateway starts, written whole whenever it has changed
// (docs/formats/gateway-cache.md, GC-10).

#include <memory>
#include <optional>
#include <string>

#include "reference/base/files.h"
#include "reference/gateway/cache.h"

namespace touchstone::gateway {

/// One gateway uses a cache at a time: it holds `<path>.lock` while it lives.
class CacheFile {
 public:
  /// FileErrc::busy when another gateway uses it, write_failed when its folder cannot be written.
  static Result<CacheFile> open(Files& files, std::string path);

  /// The cache of `realm`; an empty one when there is no file yet. The errors of parse_cache() mean
  /// that the file is of no use and may be replaced. Those of FileErrc mean that it was not read:
  /// bad_permissions when group or others have any bit, or when it is somebody else's.
  Result<Cache> read(std::string_view realm);

  /// What a gateway starts with: read(), or an empty cache when the file is of no use, which
  /// `unusable` then tells. Errors of FileErrc alone.
  Result<Cache> read_for_start(std::string_view realm, std::optional<Error>& unusable);

  /// Replaces the file, mode 0600. It is on the disk when this returns; after a kill at any point
  /// the old one or the new one is there.
  Result<void> write(const Cache& cache);

 private:
  CacheFile(Files& files, std::string path, std::unique_ptr<FileLock> lock)
      : files_(&files), path_(std::move(path)), lock_(std::move(lock)) {}

  Files* files_;
  std::string path_;
  std::unique_ptr<FileLock> lock_;
};

}  // namespace touchstone::gateway
