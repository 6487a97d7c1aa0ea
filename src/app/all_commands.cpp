#include "app/command.h"

#include <array>

namespace app {

// Every command, in alphabetical order. A command lives in commands/<name>.cpp and is named here twice: declared,
// listed.
namespace commands {
Command autopilot(), backup(), captions(), completion(), db(), demo(), discover(), doctor(), filters(), keys(), looks(),
    models(), niches(), openapi(), probe(), restore(), rights(), serve(), sources(), stock(), transform(), user(),
    worker();
}

std::span<Command const> all_commands()
{
    using namespace commands;
    static std::array const list{autopilot(), backup(),  captions(),  completion(), db(),     demo(),
                                 discover(),  doctor(),  filters(),   keys(),       looks(),  models(),
                                 niches(),    openapi(), probe(),     restore(),    rights(), serve(),
                                 sources(),   stock(),   transform(), user(),       worker()};
    return list;
}

} // namespace app
