#include "tools/touchstone/manifests.h"

#include "conformance/adapters/exec/exec_adapter.h"
#include "conformance/adapters/reference/reference_adapter.h"
#include "conformance/adapters/shim/shim_adapter.h"
#include "conformance/adapters/wire/wire_adapter.h"
#include "conformance/requirements/catalogue.h"

namespace touchstone::tool {

namespace adapters = conformance::adapters;
using conformance::harness::Iut;

Result<Iut> load_iut(const std::string& path, const std::string& profile) {
  Iut iut = adapters::reference::reference_manifest();
  if (!path.empty()) {
    TOUCHSTONE_TRY(iut, conformance::harness::read_iut(path));
  }
  if (!profile.empty()) iut.profile = profile;
  TOUCHSTONE_TRY(iut.readings, conformance::requirements::catalogue().readings(iut.profile));
  return iut;
}

conformance::harness::AdapterFactory adapter_factory(const Iut& iut, std::uint64_t seed) {
  return [&iut, seed]() -> std::unique_ptr<conformance::harness::Adapter> {
    if (iut.tier == "attach") return adapters::wire::make_wire_adapter(iut);
    if (iut.tier == "exec" && iut.has("net.start"))
      return adapters::wire::make_wire_adapter(iut, adapters::exec::make_exec_adapter(iut));
    if (iut.tier == "exec") return adapters::exec::make_exec_adapter(iut);
    if (iut.tier == "shim") return adapters::shim::make_shim_adapter(iut, seed);
    return adapters::reference::make_reference_adapter(iut);
  };
}

int default_cases(const Iut& iut) {
  if (iut.tier == "exec" || iut.tier == "attach") return 20;
  return iut.tier == "shim" ? 50 : 200;
}

}  // namespace touchstone::tool
