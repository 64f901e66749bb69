#include "sim/study/results.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/study/statistics.h"

namespace touchstone::sim::study {
namespace {

using Numbers = std::vector<std::pair<std::string, double>>;

void gather(const Json& value, const std::string& path, Numbers& found) {
  if (value.is_number()) {
    found.emplace_back(path, value.get<double>());
    return;
  }
  std::size_t index = 0;
  for (const auto& [key, inner] : value.items()) {
    std::string step = key;
    if (value.is_array()) {
      const bool has_name =
          inner.is_object() && inner.contains("name") && inner.at("name").is_string();
      step = has_name ? inner.at("name").get<std::string>() : std::to_string(index);
    }
    ++index;
    if (inner.is_number() || inner.is_structured())
      gather(inner, path.empty() ? step : path + "." + step, found);
  }
}

Json value_of(const std::string& toml) {
  if (toml.size() >= 2 && (toml.front() == '\'' || toml.front() == '"'))
    return toml.substr(1, toml.size() - 2);
  const Json parsed = Json::parse(toml, nullptr, false);
  return parsed.is_discarded() ? Json(toml) : parsed;
}

Json parameters_of(const Unit& unit) {
  Json made = Json::object();
  for (const Setting& setting : unit.settings)
    made[setting.path] = value_of(setting.toml);
  return made;
}

// Of all runs, in the order in which they were met first.
std::vector<std::string> all_figures(const std::vector<Numbers>& runs) {
  std::vector<std::string> names;
  for (const Numbers& run : runs)
    for (const auto& [name, value] : run)
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  return names;
}

Json figures_of(const Numbers& numbers, const std::vector<std::string>& names) {
  Json made = Json::object();
  for (const std::string& name : names) {
    const auto found = std::ranges::find(numbers, name, &Numbers::value_type::first);
    made[name] = found == numbers.end() ? Json(nullptr) : Json(found->second);
  }
  return made;
}

Json estimate_of(const std::vector<const Json*>& runs, const std::string& figure) {
  std::vector<double> values;
  for (const Json* run : runs)
    if (const Json& value = run->at("figures").at(figure); value.is_number())
      values.push_back(value.get<double>());
  if (values.empty()) return nullptr;
  const Estimate made = estimate(values);
  return {{"runs", made.count},
          {"mean", made.mean},
          {"deviation", made.deviation},
          {"low", made.mean - made.half_width},
          {"high", made.mean + made.half_width},
          {"least", made.least},
          {"most", made.most}};
}

Json point_of(const std::vector<const Json*>& runs, const std::vector<std::string>& figures) {
  Json figures_made = Json::object();
  for (const std::string& figure : figures)
    figures_made[figure] = estimate_of(runs, figure);
  const auto with = [&](const char* outcome) {
    return std::ranges::count_if(runs,
                                 [&](const Json* run) { return run->at("outcome") == outcome; });
  };
  return {{"parameters", runs.front()->at("parameters")},
          {"runs", runs.size()},
          {"passed", with("passed")},
          {"failed", with("failed")},
          {"missing", with("missing")},
          {"figures", std::move(figures_made)}};
}

std::string quote_csv(const Json& value) {
  if (value.is_null()) return "";
  if (!value.is_string()) return value.dump();
  std::string text = value.get<std::string>();
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char one : text)
    quoted += one == '"' ? "\"\"" : std::string(1, one);
  return quoted + "\"";
}

std::string csv_line(const std::vector<Json>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i)
    line += (i == 0 ? "" : ",") + quote_csv(cells[i]);
  return line + "\r\n";
}

std::vector<Json> list_of(const Json& object) {
  std::vector<Json> values;
  for (const auto& [key, value] : object.items())
    values.push_back(value);
  return values;
}

std::string print_number(double value) {
  return fmt::format("{:.4g}", value);
}

std::string print_estimate(const Json& made) {
  if (made.is_null()) return "-";
  const double mean = made.at("mean");
  if (made.at("runs") < 2) return print_number(mean);
  return fmt::format("{} ± {}", print_number(mean),
                     print_number(made.at("high").get<double>() - mean));
}

// Of characters, not of octets: the only one of two octets here is ±.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char one) { return (one & 0xC0) != 0x80; }));
}

std::string align(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], width_of(row[i]));
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += row[i];
      if (i + 1 < row.size()) text += std::string(widths[i] - width_of(row[i]) + 2, ' ');
    }
    text += '\n';
  }
  return text;
}

}  // namespace

const char* print_outcome(Outcome outcome) noexcept {
  constexpr std::array<const char*, 3> words{"missing", "failed", "passed"};
  return words[static_cast<std::size_t>(outcome)];
}

Numbers numbers_of(const Json& summary) {
  Numbers found;
  gather(summary, "", found);
  return found;
}

Json make_results(const Grid& grid, const std::vector<Unit>& units, std::string_view version,
                  const FindRun& find_run) {
  std::vector<Numbers> numbers;
  Json runs = Json::array();
  for (const Unit& unit : units) {
    const RunFound run = find_run(unit.id);
    numbers.push_back(numbers_of(run.summary));
    runs.push_back({{"unit", unit.id},
                    {"point", unit.point},
                    {"seed", unit.seed},
                    {"outcome", print_outcome(run.outcome)},
                    {"parameters", parameters_of(unit)}});
  }
  const auto figures = grid.figures.empty() ? all_figures(numbers) : grid.figures;
  std::map<std::uint32_t, std::vector<const Json*>> by_point;
  for (std::size_t i = 0; i < units.size(); ++i) {
    runs[i]["figures"] = figures_of(numbers[i], figures);
    by_point[units[i].point].push_back(&runs[i]);
  }
  Json points = Json::array();
  for (const auto& [point, of_point] : by_point)
    points.push_back(point_of(of_point, figures));
  Json parameters = Json::array();
  for (const Parameter& parameter : grid.parameters)
    parameters.push_back(parameter.path);
  return {{"schema", "touchstone-sweep/1"},
          {"name", grid.name},
          {"question", grid.question},
          {"scenario", grid.scenario},
          {"version", version},
          {"parameters", std::move(parameters)},
          {"figures", figures},
          {"points", std::move(points)},
          {"runs", std::move(runs)}};
}

std::size_t count_outcome(const Json& results, Outcome outcome) {
  return static_cast<std::size_t>(std::ranges::count_if(results.at("runs"), [&](const Json& run) {
    return run.at("outcome") == print_outcome(outcome);
  }));
}

std::string print_runs_csv(const Json& results) {
  std::vector<Json> head = list_of(results.at("parameters"));
  for (const char* name : {"seed", "unit", "outcome"})
    head.emplace_back(name);
  std::ranges::copy(results.at("figures"), std::back_inserter(head));
  std::string text = csv_line(head);
  for (const Json& run : results.at("runs")) {
    std::vector<Json> row = list_of(run.at("parameters"));
    for (const char* name : {"seed", "unit", "outcome"})
      row.push_back(run.at(name));
    std::ranges::copy(list_of(run.at("figures")), std::back_inserter(row));
    text += csv_line(row);
  }
  return text;
}

std::string print_points_csv(const Json& results) {
  std::vector<Json> head = list_of(results.at("parameters"));
  head.insert(head.end(), {"runs", "passed", "failed", "missing"});
  for (const Json& figure : results.at("figures"))
    for (const char* part : {"", " low", " high"})
      head.emplace_back(figure.get<std::string>() + part);
  std::string text = csv_line(head);
  for (const Json& point : results.at("points")) {
    std::vector<Json> row = list_of(point.at("parameters"));
    for (const char* name : {"runs", "passed", "failed", "missing"})
      row.push_back(point.at(name));
    for (const Json& made : list_of(point.at("figures")))
      for (const char* part : {"mean", "low", "high"})
        row.push_back(made.is_null() ? made : made.at(part));
    text += csv_line(row);
  }
  return text;
}

std::string print_points(const Json& results, std::size_t most) {
  std::vector<std::vector<std::string>> rows(1);
  for (const Json& name : results.at("parameters"))
    rows[0].push_back(name);
  rows[0].push_back("passed");
  const std::size_t shown = std::min(most, results.at("figures").size());
  for (std::size_t i = 0; i < shown; ++i)
    rows[0].push_back(results.at("figures")[i]);
  for (const Json& point : results.at("points")) {
    std::vector<std::string>& row = rows.emplace_back();
    for (const Json& value : list_of(point.at("parameters")))
      row.push_back(value.is_string() ? value.get<std::string>() : value.dump());
    row.push_back(fmt::format("{}/{}", point.at("passed").dump(), point.at("runs").dump()));
    const std::vector<Json> made = list_of(point.at("figures"));
    for (std::size_t i = 0; i < shown; ++i)
      row.push_back(print_estimate(made[i]));
  }
  return align(rows);
}

}  // namespace touchstone::sim::study
