// Every platform on this machine, to try discovery without keys:
//   eval "$(simulators &)"; ettametta discover "ai tools" --since 7d --json
#include "simulators/all.h"

#include <csignal>
#include <cstdio>
#include <pthread.h>

/// Prints the environment that points ettametta at the simulators, then serves until it is interrupted.
int main(int count, char** arguments)
{
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr); // before any thread begins, so that all of them inherit it
    base::SystemClock const clock;
    simulators::Stage stage{clock};
    if (count > 1) stage.topics.insert(stage.topics.begin(), arguments[1]);
    simulators::World const world(stage);
    for (auto const& [name, value] : world.environment()) std::printf("export %s='%s'\n", name.c_str(), value.c_str());
    std::fclose(stdout); // whoever reads it need not wait for the end
    int signal = 0;
    sigwait(&ends, &signal);
    return 0;
}
