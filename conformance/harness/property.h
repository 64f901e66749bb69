#pragma once
// The one way to state a property. RapidCheck is behind it (property.cpp and the generators alone
// include it), because used directly it shrinks without a limit, prints a seed that dies with the
// next change of a generator, and does not notice a class of input that is never reached.
//
//   property<Keyring>(ctx, "round trip", {.classes = {{"empty", 0.02}}}, arbitrary_keyring,
//                     [](CaseContext& ctx, const Keyring& k) { ... ctx.expect(...) ... });
//
// `Input` needs to_json and from_json in its own namespace: a failing input is saved as JSON, and
// `touchstone replay` runs the body on it without RapidCheck.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/harness/adapter.h"

namespace touchstone::conformance::harness {

class CaseContext;

/// A class of inputs that the generator must reach with at least this share of the candidates. It
/// is judged when the run is long enough to expect three of them.
struct RequiredClass {
  std::string name;
  double minimum_share = 0.01;
};

struct PropertyOptions {
  std::vector<RequiredClass> classes;
  /// The run's --cases is divided by this: for bodies that take milliseconds.
  int cost = 1;
  /// Start every candidate with an empty sandbox and a reset IUT.
  bool fresh_sandbox = false;
};

/// Counts the candidate at hand in class `name` when `holds`. Called from a property's body.
void classify(CaseContext& ctx, std::string_view name, bool holds = true);

namespace detail {
struct ErasedProperty {
  std::string name;
  PropertyOptions options;
  /// Draws one input inside RapidCheck and keeps it as the current one.
  std::function<void()> draw;
  /// Runs the body on the current input.
  std::function<void()> check;
  std::function<Json()> save;             ///< the current input
  std::function<void(const Json&)> load;  ///< makes a saved input the current one
};
void run_property(CaseContext& ctx, const ErasedProperty& property);
}  // namespace detail

/// Runs `body` on inputs made by `draw` until --cases of them held or one failed; the failing one
/// is shrunk within a budget and saved. `draw` is called inside RapidCheck and uses `*generator`;
/// it draws everything before the body starts a thread. Several properties in one case need
/// different names.
template <class Input, class Draw, class Body>
void property(CaseContext& ctx, const std::string& name, const PropertyOptions& options,
              Draw&& draw, Body&& body) {
  Input current{};
  detail::run_property(ctx, {.name = name,
                             .options = options,
                             .draw = [&] { current = draw(); },
                             .check = [&] { body(ctx, static_cast<const Input&>(current)); },
                             .save = [&] { return Json(current); },
                             .load = [&](const Json& saved) { current = saved.get<Input>(); }});
}

}  // namespace touchstone::conformance::harness
