#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "reference/host/control.h"
#include "reference/host/errc.h"
#include "tests/support/temporary_folder.h"

namespace touchstone::host {
namespace {

using Json = nlohmann::ordered_json;

class ControlTest : public testing::Test {
 protected:
  [[nodiscard]] std::string path() const { return folder_.path("control"); }

  // Serves while `ask` runs in another thread.
  void during(const std::function<void()>& ask) {
    ControlServer server(loop_, [](std::string_view command) -> Json {
      if (command == "status") return {{"state", "serving"}};
      if (command == "fail") return {{"ok", false}, {"error", "not today"}};
      return nullptr;
    });
    const auto listening = server.listen(path());
    ASSERT_TRUE(listening) << listening.error().detail;
    std::thread other([&] {
      ask();
      loop_.stop();
    });
    loop_.run();
    other.join();
  }

 private:
  tests::TemporaryFolder folder_;
  EventLoop loop_;
};

TEST_F(ControlTest, AQuestionIsAnswered) {
  during([&] {
    const auto answer = ask_control(path(), "status");
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_EQ((*answer)["state"], "serving");
  });
}

TEST_F(ControlTest, ANoAndAnUnknownWordAreErrors) {
  during([&] {
    const auto no = ask_control(path(), "fail");
    ASSERT_FALSE(no);
    EXPECT_EQ(no.error().code, Errc::control);
    EXPECT_EQ(no.error().detail, "not today");
    EXPECT_FALSE(ask_control(path(), "dance"));
    EXPECT_FALSE(ask_control(path(), std::string(2 * max_control_line, 'x')));
    EXPECT_TRUE(ask_control(path(), "status"));
  });
}

TEST_F(ControlTest, TheSocketIsOfItsOwnerAlone) {
  during([&] {
    struct stat status{};
    ASSERT_EQ(::lstat(path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
  });
  struct stat status{};
  EXPECT_NE(::lstat(path().c_str(), &status), 0) << "the name outlived the server";
}

TEST_F(ControlTest, ASocketThatSomebodyServesIsNotTaken) {
  during([&] {
    EventLoop loop;
    ControlServer second(loop, [](std::string_view) { return Json(); });
    const auto listening = second.listen(path());
    ASSERT_FALSE(listening);
    EXPECT_EQ(listening.error().code, Errc::in_use);
    EXPECT_TRUE(ask_control(path(), "status"));
  });
}

TEST_F(ControlTest, ASocketThatNobodyServesIsReplacedAndAFileIsNot) {
  sockaddr_un place{};
  place.sun_family = AF_UNIX;
  path().copy(place.sun_path, path().size());
  const int left = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_GE(left, 0);
  ASSERT_EQ(::bind(left, reinterpret_cast<const sockaddr*>(&place), sizeof(place)), 0);
  ::close(left);
  during([&] { EXPECT_TRUE(ask_control(path(), "status")); });
  std::ofstream(path()) << "precious";
  EventLoop loop;
  ControlServer server(loop, [](std::string_view) { return Json(); });
  const auto listening = server.listen(path());
  ASSERT_FALSE(listening);
  EXPECT_EQ(listening.error().code, Errc::in_use);
  EXPECT_TRUE(std::ifstream(path()).good());
}

TEST_F(ControlTest, AFolderThatIsNotThereIsNoSocketInUse) {
  EventLoop loop;
  ControlServer server(loop, [](std::string_view) { return Json(); });
  const auto listening = server.listen(path() + ".d/control");
  ASSERT_FALSE(listening);
  EXPECT_EQ(listening.error().code, Errc::network);
  EXPECT_EQ(listening.error().detail, "No such file or directory");
}

TEST_F(ControlTest, ADaemonThatIsNotThereIsSaid) {
  const auto answer = ask_control(path(), "status");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::control);
}

}  // namespace
}  // namespace touchstone::host
