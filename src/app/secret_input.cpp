#include "app/secret_input.h"

#include "base/error.h"
#include "base/text.h"

#include <algorithm>
#include <array>
#include <termios.h>
#include <unistd.h>

namespace app {

namespace {

/// While it lives a terminal doesn't show what is typed.
class Unseen {
public:
    Unseen()
    {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
        auto hidden = before_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
    }
    ~Unseen()
    {
        if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    Unseen(Unseen const&) = delete;
    Unseen& operator=(Unseen const&) = delete;

private:
    termios before_{};
    bool changed_ = false;
};

} // namespace

std::string read_secret(std::string const& name, std::size_t bytes_max)
{
    auto const typed = ::isatty(STDIN_FILENO) != 0;
    Unseen const unseen;
    if (typed) fmt::print(stderr, "{}: ", name);
    std::string text;
    std::array<char, 4096> piece{};
    while (text.size() <= bytes_max) {
        auto const got = ::read(STDIN_FILENO, piece.data(), piece.size());
        if (got < 0) base::fail_errno(errno, "read", "standard input");
        if (got == 0) break;
        text.append(piece.data(), static_cast<std::size_t>(got));
        if (typed && text.ends_with('\n')) break;
    }
    if (typed) fmt::print(stderr, "\n");
    auto const lines = std::count(text.begin(), text.end(), '\n');
    return lines > 1 ? text : std::string(base::trim(text));
}

} // namespace app
