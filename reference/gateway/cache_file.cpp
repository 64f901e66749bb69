#include "reference/gateway/cache_file.h"

#include "reference/base/defect.h"
#include "reference/base/durable_write.h"

namespace touchstone::gateway {

Result<CacheFile> CacheFile::open(Files& files, std::string path) {
  TOUCHSTONE_TRY(std::unique_ptr<FileLock> lock,
                 located(lock_name(path), files.lock(lock_name(path))));
  TOUCHSTONE_TRY_VOID(undo_unfinished(files, path));
  return CacheFile(files, std::move(path), std::move(lock));
}

Result<Cache> CacheFile::read(std::string_view realm) {
  const Access access = TOUCHSTONE_DEFECT("GC-10.any_mode") ? Access::any : Access::secret;
  const auto octets = files_->read(path_, max_cache_octets, access);
  if (octets) return located(path_, parse_cache(*octets, realm));
  if (octets.error().code != FileErrc::not_found)
    return located(path_, Result<Cache>(std::unexpected(octets.error())));
  Cache empty;
  empty.realm = realm;
  return empty;
}

// A damaged cache costs no more than asking again; one that was not read is the operator's.
Result<Cache> CacheFile::read_for_start(std::string_view realm, std::optional<Error>& unusable) {
  Result<Cache> cache = read(realm);
  if (cache || cache.error().code.category() == make_error_code(FileErrc::busy).category())
    return cache;
  unusable = cache.error();
  cache.emplace();
  cache->realm = realm;
  return cache;
}

Result<void> CacheFile::write(const Cache& cache) {
  const SecretOctets octets = print_cache(cache);
  FileAttributes attributes;
  if (TOUCHSTONE_DEFECT("GC-10.open_to_all")) attributes.mode = 0644;
  return write_file(*files_,
                    {.path = path_, .content = octets, .attributes = attributes, .replace = true});
}

}  // namespace touchstone::gateway
