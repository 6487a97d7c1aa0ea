// How far the start times of words are off. Prints one JSON line for each kind of speech.
#include "word_times.h"

static void print(char const* what, std::vector<double> const& errors)
{
    auto const spread = test::spread_of(errors);
    std::printf("{\"speech\": \"%s\", \"words\": %zu, \"median_ms\": %.0f, \"p95_ms\": %.0f}\n", what, spread.words,
                spread.median_ms, spread.p95_ms);
}

int main()
{
    print("synthesised, recognised", test::narrated_errors(false));
    print("synthesised, text known", test::narrated_errors(true));
    print("librivox, recognised against the aligned text", test::librivox_errors());
}
