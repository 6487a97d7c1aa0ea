#include "media/analysis/analyse.h"
#include "media/probe.h"
#include <cstdio>
#include <cstring>
int main(int count, char** arguments)
{
    base::SystemClock clock;
    if (count > 2 && !std::strcmp(arguments[1], "probe"))
        std::puts(base::to_pretty_json(media::probe(arguments[2])).c_str());
    else
        std::puts(base::to_json(media::analysis::analyse(arguments[2], {}, {}, clock)).c_str());
}
