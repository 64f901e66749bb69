#include "conformance/oracle/diameter/mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "conformance/oracle/diameter/codec.h"
#include "conformance/oracle/oracle_defect.h"
#include "reference/base/reader.h"

namespace touchstone::conformance::oracle::diameter {

namespace {

constexpr std::pair<KeyKind, std::string_view> kind_words[] = {
    {KeyKind::gateway, "gateway"},
    {KeyKind::code_download, "code_download"},
    {KeyKind::both, "both"},
    {KeyKind::node_root, "node_root"},
};

using Variables = std::map<std::string, std::string>;

/// `text` with every {name} replaced; a name without a value is an error of the mapping.
std::string fill(std::string text, const Variables& variables) {
  for (std::size_t begin = 0; (begin = text.find('{', begin)) != std::string::npos;) {
    const auto end = text.find('}', begin);
    if (end == std::string::npos) throw std::invalid_argument("mapping: { without }");
    const auto found = variables.find(text.substr(begin + 1, end - begin - 1));
    if (found == variables.end())
      throw std::invalid_argument("mapping: no variable " + text.substr(begin, end - begin + 1));
    text.replace(begin, end - begin + 1, found->second);
    begin += found->second.size();
  }
  return text;
}

std::uint32_t number_in(const std::string& text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw std::invalid_argument("mapping: no number: " + text);
  return value;
}

Avp fill(const AvpTemplate& row, const Variables& variables) {
  const std::string value = fill(row.value, variables);
  Avp avp;
  switch (row.form) {
    case AvpTemplate::Form::text:
      avp = text(row.code, value);
      break;
    case AvpTemplate::Form::u32:
      avp = number(row.code, number_in(value));
      break;
    case AvpTemplate::Form::ipv4:
      avp = ipv4(row.code, number_in(value));
      break;
    case AvpTemplate::Form::hex: {
      const auto found = from_hex(value);
      if (!found) throw std::invalid_argument("mapping: no hexadecimal digits: " + value);
      avp = octets(row.code, *found);
      break;
    }
    case AvpTemplate::Form::group:
      avp = group(row.code, {});
      for (const AvpTemplate& member : row.members)
        avp.members.push_back(fill(member, variables));
  }
  if (row.vendor != 0) avp.with_vendor(row.vendor);
  if (row.flags) avp.with_flags(*row.flags);
  return avp;
}

Variables variables_of(const Mapping& mapping, const Ask& ask) {
  const std::uint32_t node = ask.kind == KeyKind::node_root ? ask.node : 0;
  Variables values{{"session", ask.session_id},
                   {"realm", ask.realm},
                   {"gateway", ask.gateway},
                   {"gateway_realm", ask.gateway_realm},
                   {"node", std::to_string(node)},
                   {"node_hex", fmt::format("{:08x}", node)},
                   {"kms_address_hex", fmt::format("{:08x}", ask.kms_address)},
                   {"gateway_address_hex", fmt::format("{:08x}", ask.gateway_address)},
                   {"identification_hex", fmt::format("{:016x}", ask.identification)},
                   {"spi", std::to_string(ask.spi)}};
  const auto of_kind = mapping.variables.find(ask.kind);
  if (of_kind == mapping.variables.end())
    throw std::invalid_argument("mapping: kind " + std::string(print_key_kind(ask.kind)));
  for (const auto& [name, value] : of_kind->second)
    values[name] = fill(value, values);
  return values;
}

std::string value_text(const nlohmann::json& json) {
  return json.is_string() ? json.get<std::string>() : json.dump();
}

AvpTemplate read_template(const nlohmann::json& json) {
  using Form = AvpTemplate::Form;
  AvpTemplate row;
  row.code = json.at("code").get<std::uint32_t>();
  row.vendor = json.value("vendor", 0U);
  if (json.contains("flags")) row.flags = json.at("flags").get<std::uint8_t>();
  row.absent_for_node_0 = json.value("absent_for_node_0", false);
  for (const auto& word : json.value("kinds", nlohmann::json::array()))
    row.kinds.push_back(parse_key_kind(word.get<std::string>()).value());
  int forms = 0;
  for (const auto& [name, form] : {std::pair{"text", Form::text},
                                   {"u32", Form::u32},
                                   {"hex", Form::hex},
                                   {"ipv4", Form::ipv4}})
    if (json.contains(name)) {
      row.form = form;
      row.value = value_text(json.at(name));
      ++forms;
    }
  if (json.contains("group")) {
    row.form = Form::group;
    for (const auto& member : json.at("group"))
      row.members.push_back(read_template(member));
    ++forms;
  }
  if (forms != 1) throw std::invalid_argument("mapping: an AVP has one value");
  return row;
}

/// "343" or "1/35319": code and vendor.
AvpPath read_path(const nlohmann::json& json) {
  AvpPath path;
  for (const auto& step : json) {
    const std::string word = value_text(step);
    const auto slash = word.find('/');
    path.push_back({number_in(word.substr(0, slash)),
                    slash == std::string::npos ? 0 : number_in(word.substr(slash + 1))});
  }
  return path;
}

/// A group without a row in the dictionary is octets for decode(); its members are read here.
std::vector<Avp> members_of(const Avp& avp) {
  if (avp.is_group) return avp.members;
  Writer writer;
  writer.u8(1).u24(static_cast<std::uint32_t>(header_size + avp.data.size())).u32(0).u32(0);
  writer.u32(0).u32(0).octets(avp.data);
  Reading reading = decode(writer.view());
  return reading.clean() ? std::move(reading.message.avps) : std::vector<Avp>();
}

}  // namespace

std::string_view print_key_kind(KeyKind kind) noexcept {
  return std::ranges::find(kind_words, kind, &std::pair<KeyKind, std::string_view>::first)->second;
}

std::optional<KeyKind> parse_key_kind(std::string_view word) noexcept {
  for (const auto& [kind, name] : kind_words)
    if (name == word) return kind;
  return std::nullopt;
}

std::optional<Avp> follow(const AvpPath& path, const Message& message) {
  std::vector<Avp> level = message.avps;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto found = std::ranges::find_if(level, [&](const Avp& avp) {
      return avp.code == path[i].code && avp.vendor_id() == path[i].vendor;
    });
    if (found == level.end()) return std::nullopt;
    if (i + 1 == path.size()) return *found;
    std::vector<Avp> members = members_of(*found);
    level = std::move(members);
  }
  return std::nullopt;
}

void from_json(const nlohmann::json& json, Mapping& mapping) {
  mapping = {};
  mapping.name = json.at("name").get<std::string>();
  mapping.command = json.value("command", command::aa_mobile_node);
  mapping.application = json.value("application", mobile_ipv4);
  mapping.has_documented_rules = json.value("rules", std::string()) == "diameter-kms";
  json.at("unknown_node").get_to(mapping.unknown_node);
  for (const auto& [word, values] : json.at("kind").items()) {
    const auto kind = parse_key_kind(word);
    if (!kind) throw std::invalid_argument("mapping: unknown kind " + word);
    for (const auto& [name, value] : values.items())
      mapping.variables[*kind][name] = value_text(value);
  }
  for (const auto& row : json.at("avp"))
    mapping.request.push_back(read_template(row));
  for (const auto& [word, path] : json.at("key").items())
    mapping.keys[parse_key_kind(word).value()] = read_path(path);
  mapping.node_in_answer = read_path(json.value("node_in_answer", nlohmann::json::array()));
}

Message build_request(const Mapping& mapping, const Ask& ask) {
  Message made = request(mapping.command, mapping.application);
  const Variables variables = variables_of(mapping, ask);
  for (const AvpTemplate& row : mapping.request) {
    const bool wanted = row.kinds.empty() || std::ranges::count(row.kinds, ask.kind) != 0;
    const bool node_0 = ask.kind != KeyKind::node_root || ask.node == 0;
    if (wanted && !(row.absent_for_node_0 && node_0)) made.add(fill(row, variables));
  }
  return made;
}

std::vector<KeyKind> single_kinds(KeyKind kind) {
  if (kind == KeyKind::both) return {KeyKind::gateway, KeyKind::code_download};
  return {kind};
}

std::optional<Octets> key_of(const Keyring& keyring, KeyKind kind, std::uint32_t node) {
  const Network& network = keyring.network;
  if (kind == KeyKind::gateway) return Octets(network.gateway.begin(), network.gateway.end());
  if (kind == KeyKind::code_download)
    return Octets(network.gateway_cdld.begin(), network.gateway_cdld.end());
  const auto row = std::ranges::find(keyring.rows, node, &Row::id);
  if (row == keyring.rows.end()) return std::nullopt;
  if (TOUCHSTONE_ORACLE_DEFECT("mapping.first-row"))
    return Octets(keyring.rows[0].key.begin(), keyring.rows[0].key.end());
  return Octets(row->key.begin(), row->key.end());
}

}  // namespace touchstone::conformance::oracle::diameter
