#include <fmt/format.h>

#include <map>

#include "sim/scenario/scenario.h"

namespace touchstone::sim {
namespace {

using Handle = TopologyBuilder::Handle;

/// Puts the same things behind a router again and again.
class Planner {
 public:
  explicit Planner(const Scenario& scenario) : scenario_(scenario), plan_(scenario.topology) {}

  Topology build() {
    switch (plan_.kind) {
      case TopologyKind::star:
        head_office();
        for (std::uint32_t i = 0; i < plan_.gateways; ++i)
          gateway(core_, plan_.wan);
        break;
      case TopologyKind::tree:
        tree();
        break;
      case TopologyKind::chain:
        chain();
        break;
      case TopologyKind::branches:
        branches();
        break;
      case TopologyKind::two_sites:
        two_sites();
        break;
    }
    externals();
    return builder_.build();
  }

 private:
  Handle add(const std::string& name, Role role, std::optional<Handle> parent,
             const LinkProperties& uplink = {}, std::uint32_t site = 0) {
    const Handle made = builder_.add(name, role, parent, uplink, site);
    for (const ExternalPlan& one : scenario_.externals)
      if (one.via == name) via_[name] = made;
    return made;
  }

  void head_office() {
    core_ = add("core", Role::router, {});
    for (std::uint32_t i = 0; i < plan_.kms; ++i)
      kms(core_);
    factory();
  }

  void factory() {
    if (plan_.lks) add("lks1", Role::lks, core_, plan_.wan);
  }

  void kms(Handle at) { add(fmt::format("kms{}", ++kms_), Role::kms, at, plan_.core); }

  // As many routers as there are gateways for; routers behind routers where one has too many.
  void tree() {
    head_office();
    std::vector<Handle> level{core_};
    std::size_t needed = (plan_.gateways + plan_.fan - 1) / plan_.fan;
    std::uint32_t number = 0;
    while (level.size() * plan_.fan < needed)
      level = routers(level, std::min<std::size_t>(level.size() * plan_.fan, needed), number);
    if (needed > 1) level = routers(level, needed, number);
    for (std::uint32_t i = 0; i < plan_.gateways; ++i)
      gateway(level[i / plan_.fan % level.size()], plan_.wan);
  }

  std::vector<Handle> routers(const std::vector<Handle>& above, std::size_t count,
                              std::uint32_t& number) {
    std::vector<Handle> made;
    for (std::size_t i = 0; i < count; ++i)
      made.push_back(add(fmt::format("router{}", ++number), Role::router, above[i % above.size()],
                         plan_.core));
    return made;
  }

  void chain() {
    head_office();
    Handle at = core_;
    for (std::uint32_t i = 0; i < plan_.gateways; ++i) {
      at = add(fmt::format("router{}", i + 1), Role::router, at, plan_.wan);
      gateway(at, plan_.core);
    }
  }

  void branches() {
    head_office();
    Handle branch = core_;
    for (std::uint32_t i = 0; i < plan_.gateways; ++i) {
      if (i % plan_.fan == 0)
        branch = add(fmt::format("branch{}", i / plan_.fan + 1), Role::router, core_, plan_.wan);
      gateway(branch, plan_.core);
    }
  }

  void two_sites() {
    core_ = add("core", Role::router, {});
    std::vector<Handle> sites;
    for (const char* name : {"site1", "site2"}) {
      sites.push_back(add(name, Role::router, core_, plan_.wan));
      kms(sites.back());
    }
    factory();
    for (std::uint32_t i = 0; i < plan_.gateways; ++i) {
      site_ = i % 2;
      gateway(sites[site_], plan_.core);
    }
  }

  void gateway(Handle at, const LinkProperties& uplink) {
    const std::string name = fmt::format("gw{}", ++gateways_);
    const Handle made = add(name, Role::gateway, at, uplink, site_);
    std::vector<Handle> radios;
    for (std::uint32_t i = 0; i < plan_.access_points; ++i)
      radios.push_back(
          add(fmt::format("{}-ap{}", name, i + 1), Role::access_point, made, plan_.access, site_));
    if (radios.empty()) radios.push_back(made);
    for (std::uint32_t i = 0; i < plan_.enodes + plan_.strangers; ++i) {
      const bool is_known = i < plan_.enodes;
      add(fmt::format("{}-{}{}", name, is_known ? "n" : "x",
                      is_known ? i + 1 : i + 1 - plan_.enodes),
          Role::enode, radios[i % radios.size()], plan_.radio, site_);
    }
    for (std::size_t i = 0; i < scenario_.attacks.size(); ++i)
      if (scenario_.attacks[i].via == name)
        add(fmt::format("attacker{}", i + 1), Role::attacker, made, plan_.radio, site_);
  }

  void externals() {
    for (const ExternalPlan& one : scenario_.externals)
      add(one.name, Role::external, via_.contains(one.via) ? via_[one.via] : core_, plan_.core);
  }

  const Scenario& scenario_;
  const TopologyPlan& plan_;
  TopologyBuilder builder_;
  std::map<std::string, Handle> via_;  // whom real processes are linked to
  Handle core_ = 0;
  std::uint32_t kms_ = 0;
  std::uint32_t gateways_ = 0;
  std::uint32_t site_ = 0;
};

}  // namespace

Topology build_topology(const Scenario& scenario) {
  return Planner(scenario).build();
}

}  // namespace touchstone::sim
