#include "reference/gateway/cache_file.h"

#include "reference/base/durable_write.h"

namespace touchstone::gateway {

Result<CacheFile> CacheFile::open(Files& files, std::string path) {
  TOUCHSTONE_TRY(std::unique_ptr<FileLock> lock,
                 located(lock_name(path), files.lock(lock_name(path))));
  TOUCHSTONE_TRY_VOID(undo_unfinished(files, path));
  return CacheFile(files, std::move(path), std::move(lock));
}

Result<Cache> CacheFile::read(std::string_view realm) {
  const auto octets = files_->read(path_, max_cache_octets, Access::secret);
  if (octets) return located(path_, parse_cache(*octets, realm));
  if (octets.error().code != FileErrc::not_found)
    return located(path_, Result<Cache>(std::unexpected(octets.error())));
  Cache empty;
  empty.realm = realm;
  return empty;
}

Result<void> CacheFile::write(const Cache& cache) {
  const SecretOctets octets = print_cache(cache);
  return write_file(*files_, {.path = path_, .content = octets, .attributes = {}, .replace = true});
}

}  // namespace touchstone::gateway
