#include <fmt/format.h>

#include <map>
#include <pugixml.hpp>
#include <sstream>

#include "conformance/report/report.h"

namespace touchstone::conformance::report {
namespace {

// XML has no place for most control characters, escaped or not.
std::string printable(const std::string& text) {
  std::string clean;
  for (const char letter : text)
    clean += static_cast<unsigned char>(letter) >= 0x20 || letter == '\n' ? letter : '?';
  return clean;
}

std::string message_of(const Json& result) {
  const Json& failure = result.at("failure");
  if (!failure.is_object()) return result.value("note", "");
  return fmt::format("{}: expected {}; observed {}", failure.value("requirement", ""),
                     failure.value("expected", ""), failure.value("observed", ""));
}

// Which child element a result has: none for one that is as it should be.
const char* element_of(const std::string& outcome, const std::string& expectation) {
  if (outcome == "harness_error") return "error";
  if (outcome == "not_supported" || expectation == "xfail") return "skipped";
  return expectation == "expected" ? "" : "failure";
}

void append_case(pugi::xml_node suite, const Json& result) {
  pugi::xml_node node = suite.append_child("testcase");
  node.append_attribute("classname") = result.at("suite").get<std::string>().c_str();
  node.append_attribute("name") = result.at("test").get<std::string>().c_str();
  node.append_attribute("time") =
      fmt::format("{:.6f}", result.at("duration_ms").get<double>() / 1000).c_str();
  const std::string outcome = result.at("outcome");
  const std::string expectation = result.at("expectation");
  const char* element = element_of(outcome, expectation);
  if (*element == '\0') return;
  pugi::xml_node detail = node.append_child(element);
  detail.append_attribute("message") = printable(message_of(result)).c_str();
  detail.append_attribute("type") = fmt::format("{} {}", outcome, expectation).c_str();
  const std::string text =
      fmt::format("{}\n{}\n", result.at("title").get<std::string>(), result.value("replay", ""));
  detail.append_child(pugi::node_pcdata).set_value(printable(text).c_str());
}

}  // namespace

std::string make_junit(const Json& report) {
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("testsuites");
  root.append_attribute("name") = "touchstone";
  for (const Json& run : report.at("runs")) {
    std::map<std::string, pugi::xml_node> suites;
    for (const Json& result : run.at("results")) {
      const std::string name = result.at("suite");
      pugi::xml_node& suite = suites[name];
      if (!suite) {
        suite = root.append_child("testsuite");
        suite.append_attribute("name") =
            fmt::format("{}: {}", run.at("iut").at("name").get<std::string>(), name).c_str();
      }
      append_case(suite, result);
    }
    for (auto& [name, suite] : suites) {
      const auto count = [&suite = suite](const char* element) {
        return suite.select_nodes(element).size();
      };
      suite.append_attribute("tests") = std::to_string(count("testcase")).c_str();
      suite.append_attribute("failures") = std::to_string(count("testcase/failure")).c_str();
      suite.append_attribute("errors") = std::to_string(count("testcase/error")).c_str();
      suite.append_attribute("skipped") = std::to_string(count("testcase/skipped")).c_str();
    }
  }
  std::ostringstream text;
  document.save(text, " ");
  return text.str();
}

}  // namespace touchstone::conformance::report
