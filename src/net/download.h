#pragma once
#include "net/http.h"

#include <filesystem>

namespace net {

/// A file fetched from the network.
struct Download {
    std::filesystem::path path;
    std::uintmax_t bytes = 0;
    std::uintmax_t resumed_from = 0; ///< bytes that an earlier attempt had left
    std::string sha256;
    std::string url; ///< after redirects
    std::string content_type;
};

struct DownloadOptions {
    std::uintmax_t bytes_max = 2ULL << 30U;
    std::uintmax_t free_bytes_min = 256ULL << 20U; ///< what must stay free on the disk
    int attempts_max = 4;                          ///< each goes on where the last one ended
    std::function<void(std::uintmax_t bytes, std::optional<std::uintmax_t> total)> on_progress = {};
};

/// Fetches into target, which appears only when complete (fsync, rename). Until then "<target>.part" and its
/// validator "<target>.part.json" let a later call go on, also after a crash. A file that changed, and a server that
/// ignores Range, start afresh. Storage where the disk is full; Upstream where the file is too large or ends early.
Download download(HttpClient& client, Request request, std::filesystem::path const& target,
                  DownloadOptions const& options = {}, std::stop_token const& stop = {});

} // namespace net
