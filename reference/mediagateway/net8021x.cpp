#include "reference/mediagateway/net8021x.h"

#include <fmt/format.h>

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/dot1x/config/wpa_conf.h"
#include "reference/mediagateway/errc.h"
#include "reference/mediagateway/net8021x_checks.h"

namespace touchstone::mediagateway {
namespace {

constexpr std::string_view unit = "/etc/systemd/system/net8021x.service";
constexpr std::string_view wanted = "/etc/systemd/system/multi-user.target.wants/net8021x.service";

std::string unit_text(std::string_view interface) {
  const char* driver = TOUCHSTONE_DEFECT("WS-03.driver") ? "nl80211" : "wired";
  return fmt::format(
      "# made by net8021x\n"
      "[Unit]\n"
      "Description=802.1X port authentication of {0}\n"
      "Before=network.target\n"
      "Wants=network.target\n"
      "\n"
      "[Service]\n"
      "ExecStart=/sbin/wpa_supplicant -c/etc/wpa_supplicant.conf -D{1} -i{0}\n"
      "Restart=on-failure\n"
      "\n"
      "[Install]\n"
      "WantedBy=multi-user.target\n",
      interface, driver);
}

/// Names in /etc/wpa_cert: the base names, unless two files share one (PA-21).
class Names {
 public:
  explicit Names(Net8021xPlan& plan) : plan_(plan) {}

  std::string choose(const GivenFile& file, std::string_view role) {
    std::string name(file.name.substr(file.name.rfind('/') + 1));
    if (std::ranges::find(taken_, name) != taken_.end() && !TOUCHSTONE_DEFECT("PA-21.one_name")) {
      plan_.findings.emplace_back(
          file.name,
          make_finding(dot1x::config::rule(dot1x::config::Rule::same_name), 0, 0,
                       fmt::format("a second {}: it is installed as {}-{}", name, role, name)));
      name = fmt::format("{}-{}", role, name);
    }
    taken_.push_back(name);
    return fmt::format("{}/{}", wpa_cert_folder, name);
  }

 private:
  Net8021xPlan& plan_;
  std::vector<std::string> taken_;
};

void copy_file(TreePlan& plan, const std::string& path, const GivenFile& file) {
  FileContent content;
  content.file(file.name, file.octets);
  plan.write(path, TOUCHSTONE_DEFECT("PA-19.open_key") ? 0644 : 0600, std::move(content),
             TOUCHSTONE_DEFECT("PA-20.no_backup") ? Backup::none : Backup::keep);
}

/// A conf that this command may change: wpa_supplicant takes it, and its one network is EAP-TLS.
bool is_ours_to_change(const dot1x::config::WpaReading& reading) {
  const auto& document = reading.document;
  const auto networks = document.blocks("network");
  // What wpa_supplicant drops of a long line would stay behind a value that is changed.
  const bool cut = std::ranges::any_of(reading.findings, [](const Finding& one) {
    return one.code == dot1x::config::rule(dot1x::config::Rule::long_line).code;
  });
  if (!reading.loads || cut || networks.size() != 1) return false;
  const dot1x::config::WpaLine* eap = document.find(networks[0], "eap");
  if (TOUCHSTONE_DEFECT("PA-12.any_method")) return eap != nullptr;
  return eap != nullptr && document.value_of(*eap) == "TLS";
}

/// Changes fields of a document one after the other.
class Editor {
 public:
  /// `standing`: the file was there before.
  Editor(dot1x::config::WpaReading reading, bool standing)
      : reading_(std::move(reading)), standing_(standing) {
    block_ = reading_.document.blocks("network").front();
  }

  void set(std::size_t block, std::string_view key, OctetView value) {
    const dot1x::config::WpaLine* line = reading_.document.find(block, key);
    if (line != nullptr && std::ranges::equal(as_octets(reading_.document.value_of(*line)), value))
      return;
    reading_ = dot1x::config::read_wpa_conf(set_field(reading_.document, block, key, value));
  }
  void set_if_missing(std::size_t block, std::string_view key, std::string_view value) {
    if (reading_.document.find(block, key) == nullptr) set(block, key, as_octets(value));
  }
  void set_string(std::string_view key, std::string_view text) {
    set(block_, key, dot1x::config::print_string(as_octets(text)));
  }
  void remove(std::string_view key) {
    if (reading_.document.find(block_, key) != nullptr)
      reading_ = dot1x::config::read_wpa_conf(remove_field(reading_.document, block_, key));
  }

  [[nodiscard]] bool standing() const { return standing_; }
  [[nodiscard]] std::size_t block() const { return block_; }
  [[nodiscard]] const dot1x::config::WpaDocument& document() const { return reading_.document; }

 private:
  dot1x::config::WpaReading reading_;
  bool standing_;
  std::size_t block_;
};

void edit(Editor& editor, const dot1x::config::EapTls& settings) {
  editor.set_if_missing(0, "ctrl_interface", "/var/run/wpa_supplicant");
  editor.set(0, "ap_scan", as_octets("0"));
  editor.set(
      editor.block(), "key_mgmt",
      as_octets(TOUCHSTONE_DEFECT("PA-01.more_management") ? "IEEE8021X WPA-EAP" : "IEEE8021X"));
  editor.set(editor.block(), "eapol_flags", as_octets("0"));
  if (!TOUCHSTONE_DEFECT("PA-07.stale_identity") || !editor.standing())
    editor.set_string("identity", settings.identity);
  editor.set_string("ca_cert", settings.ca_cert);
  editor.set_string("client_cert", settings.client_cert);
  editor.set_string("private_key", settings.private_key);
  editor.remove("disabled");
  if (settings.server_name.empty() || TOUCHSTONE_DEFECT("WS-04.any_name")) {
    editor.remove("domain_match");
  } else {
    editor.set_string("domain_match", settings.server_name);
  }
  if (settings.has_password) {
    editor.set(editor.block(), "private_key_passwd", as_octets("\"\""));
  } else {
    editor.remove("private_key_passwd");
  }
}

/// The document as a content whose secrets stay out of a script.
FileContent content_of(const dot1x::config::WpaDocument& document, std::size_t block,
                       const std::optional<GivenFile>& password, OctetView password_octets) {
  FileContent content;
  std::size_t done = 0;
  const std::string_view text = as_text(document.text);
  const dot1x::config::WpaLine* own = document.find(block, "private_key_passwd");
  for (const dot1x::config::WpaLine& line : document.lines) {
    const bool secret = line.kind == dot1x::config::WpaLine::Kind::field &&
                        dot1x::config::is_secret_field(line.key);
    if (!secret) continue;
    content.text(text.substr(done, line.value - done));
    if (&line == own && password) {
      content.text("\"");
      if (TOUCHSTONE_DEFECT("PA-15.shows_password"))
        content.text(as_text(password_octets));
      else
        content.file(password->name, password_octets);
      content.text("\"");
    } else {
      content.secret(as_octets(document.value_of(line)));
    }
    done = line.value + line.value_size;
  }
  content.text(text.substr(done));
  if (TOUCHSTONE_DEFECT("PA-20.grows")) content.text("#\n");
  return content;
}

Result<FileContent> conf_content(const Net8021xRequest& request,
                                 const dot1x::config::EapTls& settings,
                                 const std::optional<SecretOctets>& standing) {
  const dot1x::config::EapTlsText fresh = print_eap_tls(settings);
  std::string text = fresh.before + fresh.after;
  dot1x::config::WpaReading reading = dot1x::config::read_wpa_conf(copy_secret(as_octets(text)));
  if (standing) {
    dot1x::config::WpaReading old = dot1x::config::read_wpa_conf(copy_secret(*standing));
    if (is_ours_to_change(old)) {
      if (!TOUCHSTONE_DEFECT("WS-05.starts_anew")) reading = std::move(old);
    } else if (!request.force) {
      return located(
          wpa_conf, Result<FileContent>(fail(Errc::foreign_file,
                                             "expected no file, or one with a single network and "
                                             "eap=TLS; --force replaces it and keeps it as .bak")));
    }
  }
  Editor editor(std::move(reading), standing.has_value());
  edit(editor, settings);
  OctetView password;
  if (request.password) {
    TOUCHSTONE_TRY(password, password_of(*request.password));
  }
  return content_of(editor.document(), editor.block(), request.password, password);
}

}  // namespace

Result<Net8021xPlan> plan_net8021x(const Net8021xRequest& request,
                                   const std::optional<SecretOctets>& standing) {
  Net8021xPlan made;
  TOUCHSTONE_TRY_VOID(check_request(request, made));
  Names names(made);
  const std::string ca = names.choose(request.ca_cert, "ca");
  const std::string client = names.choose(request.client_cert, "client");
  const std::string key = names.choose(request.private_key, "key");
  TOUCHSTONE_TRY(
      FileContent conf,
      conf_content(
          request,
          {.identity = request.identity,
           .ca_cert = TOUCHSTONE_DEFECT("PA-09.names_originals") ? request.ca_cert.name : ca,
           .client_cert = client,
           .private_key = key,
           .has_password = request.password.has_value(),
           .server_name = request.server_name},
          standing));
  made.plan.folder(std::string(wpa_cert_folder),
                   TOUCHSTONE_DEFECT("PA-19.open_folder") ? 0755 : 0700);
  copy_file(made.plan, ca, request.ca_cert);
  copy_file(made.plan, client,
            TOUCHSTONE_DEFECT("PA-08.root_for_client") ? request.ca_cert : request.client_cert);
  copy_file(made.plan, key, request.private_key);
  made.plan.write(std::string(wpa_conf), 0600, std::move(conf));
  if (request.activate || TOUCHSTONE_DEFECT("PA-16.always")) {
    made.plan.write(std::string(unit), 0644, FileContent(unit_text(request.interface)));
    if (!TOUCHSTONE_DEFECT("PA-10.not_enabled"))
      made.plan.link(std::string(wanted), "../net8021x.service");
  }
  return made;
}

TreePlan plan_net8021x_off() {
  TreePlan plan;
  if (TOUCHSTONE_DEFECT("PA-16.stays")) return plan;
  plan.remove(std::string(wanted));
  plan.remove(std::string(unit));
  return plan;
}

}  // namespace touchstone::mediagateway
