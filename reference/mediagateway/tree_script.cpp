// Changes as a program for sh (POSIX.1-2017, XCU 2): nothing in it depends on locale or shell.

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "reference/mediagateway/tree_plan.h"

namespace touchstone::mediagateway {
namespace {

/// Text in single quotes, in which the shell leaves everything as it is.
void quote(SecretOctets& out, std::string_view text) {
  out.push_back('\'');
  for (const char c : text) {
    if (c == '\'') {
      for (const char escaped : {'\'', '\\', '\'', '\''})
        out.push_back(static_cast<std::uint8_t>(escaped));
    } else {
      out.push_back(static_cast<std::uint8_t>(c));
    }
  }
  out.push_back('\'');
}

std::string shell_quoted(std::string_view text) {
  SecretOctets out;
  quote(out, text);
  return std::string(as_text(out));
}

class Script {
 public:
  Script(const Changes& changes, Secrets secrets) : changes_(changes), secrets_(secrets) {}

  SecretOctets print(std::string_view command) {
    collect_secrets();
    say(fmt::format("#!/bin/sh\n# {}: {}.\n", command,
                    changes_.list.empty()       ? "nothing to change"
                    : changes_.list.size() == 1 ? "one change"
                                                : fmt::format("{} changes", changes_.list.size())));
    say(fmt::format("set -eu\numask 077\nroot={}\n", shell_quoted(changes_.root)));
    for (std::size_t i = 0; i < known_.size(); ++i)
      print_secret(i);
    for (const Change& change : changes_.list)
      print(change);
    return std::move(out_);
  }

 private:
  void say(std::string_view text) {
    const OctetView octets = as_octets(text);
    out_.insert(out_.end(), octets.begin(), octets.end());
  }
  static std::string place(const std::string& path) { return "\"$root\"" + shell_quoted(path); }

  static std::string beside(const std::string& path) {
    const std::size_t base = path.rfind('/') + 1;
    return path.substr(0, base) + "." + path.substr(base) + ".pending";
  }

  void collect_secrets() {
    for (const Change& change : changes_.list) {
      if (change.content == nullptr) continue;
      for (const FileContent::Piece& piece : change.content->pieces())
        if (piece.origin == FileContent::Origin::secret &&
            number(change.content->octets_of(piece)) > known_.size())
          known_.push_back(change.content->octets_of(piece));
    }
  }

  /// From 1; one more than there are for one that is not known.
  std::size_t number(OctetView secret) const {
    const auto same = std::ranges::find_if(
        known_, [&](OctetView one) { return std::ranges::equal(one, secret); });
    return static_cast<std::size_t>(same - known_.begin()) + 1;
  }

  void print_secret(std::size_t index) {
    const std::string name = fmt::format("secret_{}", index + 1);
    if (secrets_ == Secrets::shown) {
      say(name + "=");
      quote(out_, as_text(known_[index]));
      say("\n");
    } else {
      say(fmt::format(": \"${{{}?is the secret that was given; --show-secrets prints it}}\"\n",
                      name));
    }
  }

  void print(const FileContent& content) {
    for (const FileContent::Piece& piece : content.pieces()) {
      const OctetView octets = content.octets_of(piece);
      switch (piece.origin) {
        case FileContent::Origin::text:
          say("  printf '%s' ");
          quote(out_, as_text(octets));
          break;
        case FileContent::Origin::secret:
          say(fmt::format("  printf '%s' \"$secret_{}\"", number(octets)));
          break;
        case FileContent::Origin::file:
          say(fmt::format("  tail -c +{} {} | head -c {}", piece.from + 1,
                          shell_quoted(piece.source), piece.size));
          break;
      }
      say("\n");
    }
  }

  void print_write(const Change& change) {
    const std::string pending = place(beside(change.path));
    if (change.content->pieces().empty()) {
      say(fmt::format(": >{}\n", pending));
    } else {
      say("{\n");
      print(*change.content);
      say(fmt::format("}} >{}\n", pending));
    }
    say(fmt::format("chmod {:04o} {}\n", change.mode, pending));
    if (!change.backup.empty())
      say(fmt::format("ln -f {} {}\n", place(change.path), place(change.backup)));
    say(fmt::format("mv -f {} {}\n", pending, place(change.path)));
  }

  void print(const Change& change) {
    say(fmt::format("\n# {}\n", describe(change)));
    switch (change.kind) {
      case Change::Kind::make_folder:
        return say(fmt::format("mkdir -m {:04o} {}\n", change.mode, place(change.path)));
      case Change::Kind::set_mode:
        return say(fmt::format("chmod {:04o} {}\n", change.mode, place(change.path)));
      case Change::Kind::write:
        return print_write(change);
      case Change::Kind::link:
        say(fmt::format("ln -s {} {}\n", shell_quoted(change.target), place(beside(change.path))));
        return say(fmt::format("mv -f {} {}\n", place(beside(change.path)), place(change.path)));
      case Change::Kind::remove:
        return say(fmt::format("rm -f {}\n", place(change.path)));
    }
  }

  const Changes& changes_;
  Secrets secrets_;
  std::vector<OctetView> known_;
  SecretOctets out_;
};

}  // namespace

SecretOctets print_script(std::string_view command, const Changes& changes, Secrets secrets) {
  return Script(changes, secrets).print(command);
}

}  // namespace touchstone::mediagateway
