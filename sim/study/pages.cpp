#include "sim/study/pages.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace touchstone::sim::study {

// Made from sim/study/page and from the chart library by touchstone_embed_text.
std::string_view page_html();
std::string_view page_css();
std::string_view page_js();
std::string_view charts_js();
std::string_view chart_library();

namespace {

void fill(std::string& page, std::string_view place, std::string_view text) {
  if (const std::size_t at = page.find(place); at != std::string::npos)
    page.replace(at, place.size(), text);
}

// The data goes last, so that no text in it is taken for a place. Nothing in it can end the element
// that holds it.
std::string make_page(const Json& data) {
  std::string page(page_html());
  fill(page, "@@page.css@@", page_css());
  fill(page, "@@chart.js@@", chart_library());
  fill(page, "@@charts.js@@", charts_js());
  fill(page, "@@page.js@@", page_js());
  std::string safe;
  for (const char letter : data.dump(-1, ' ', true, Json::error_handler_t::replace))
    safe += letter == '<' ? std::string("\\u003c") : std::string(1, letter);
  fill(page, "@@data.json@@", safe);
  return page;
}

struct MainFigure {
  const char* name;
  const char* pointer;  // RFC 6901
};
constexpr std::array main_figures{
    MainFigure{"nodes", "/scenario/nodes"},
    MainFigure{"joins", "/joins/admitted"},
    MainFigure{"refused", "/joins/refused"},
    MainFigure{"still open", "/joins/open"},
    MainFigure{"join latency, median, ms", "/joins/latency_ms/p50"},
    MainFigure{"join latency, p95, ms", "/joins/latency_ms/p95"},
    MainFigure{"join latency, p99, ms", "/joins/latency_ms/p99"},
    MainFigure{"join latency, longest, ms", "/joins/latency_ms/max"},
    MainFigure{"datagrams a join", "/joins/datagrams_per_join"},
    MainFigure{"questions to a KMS", "/questions/asked"},
    MainFigure{"unanswered questions", "/questions/unanswered"},
    MainFigure{"answer of a KMS, p95, ms", "/questions/latency_ms/p95"},
    MainFigure{"load of the first KMS", "/kms/0/load"},
    MainFigure{"its longest queue", "/kms/0/longest_queue"},
    MainFigure{"segments sent again", "/network/retransmitted"},
};

std::string print_figure(const Json& summary, const char* pointer) {
  const Json::json_pointer at(pointer);
  if (!summary.contains(at) || !summary.at(at).is_number()) return "-";
  const Json& value = summary.at(at);
  return value.is_number_float() ? fmt::format("{:.6g}", value.get<double>()) : value.dump();
}

std::string print_change(const Json& a, const Json& b, const char* pointer) {
  const Json::json_pointer at(pointer);
  const bool has_both =
      a.contains(at) && b.contains(at) && a.at(at).is_number() && b.at(at).is_number();
  if (!has_both || a.at(at).get<double>() == 0 || a.at(at) == b.at(at)) return "";
  return fmt::format("{:+.1f} %", 100 * (b.at(at).get<double>() / a.at(at).get<double>() - 1));
}

std::string print_checks(const Json& summary) {
  std::size_t holding = 0;
  for (const Json& check : summary.at("checks"))
    holding += check.value("holds", false) ? 1U : 0U;
  return fmt::format("{} of {}", holding, summary.at("checks").size());
}

}  // namespace

std::string make_run_page(const Json& run) {
  return make_page({{"kind", "run"}, {"run", run}});
}

std::string make_comparison_page(const Json& a, const Json& b) {
  return make_page({{"kind", "compare"}, {"runs", Json::array({a, b})}});
}

std::string make_sweep_page(const Json& results) {
  Json data = results;
  data["kind"] = "sweep";
  return make_page(data);
}

std::string print_comparison(const Json& a, const Json& b) {
  std::string text = fmt::format("{:<28}{:>14}{:>14}{:>12}\n", "", "A", "B", "B to A");
  for (const MainFigure& figure : main_figures)
    text += fmt::format("{:<28}{:>14}{:>14}{:>12}\n", figure.name, print_figure(a, figure.pointer),
                        print_figure(b, figure.pointer), print_change(a, b, figure.pointer));
  text += fmt::format("{:<28}{:>14}{:>14}\n", "checks that hold", print_checks(a), print_checks(b));
  return text;
}

}  // namespace touchstone::sim::study
