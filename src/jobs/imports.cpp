#include "jobs/imports.h"

#include "jobs/payloads.h"

namespace jobs {

static constexpr std::size_t title_bytes_max = 200;

Job enqueue_import(Queue& queue, store::Upload const& upload)
{
    auto const metadata = base::read_json<std::map<std::string, std::string>>(upload.metadata, "metadata");
    auto const said = [&](char const* name, std::string const& otherwise = "") {
        auto const found = metadata.find(name);
        return found == metadata.end() || found->second.empty() ? otherwise : found->second;
    };
    auto const name = std::filesystem::path(said("filename", "upload")).stem().string();
    ImportPayload const payload{upload.blob.value_or(""), base::truncate_utf8(said("title", name), title_bytes_max),
                                base::truncate_utf8(said("author"), title_bytes_max), said("license", "unknown"),
                                said("rights_note")};
    JobRequest request;
    request.owner_id = upload.owner_id;
    request.kind = "import";
    request.payload = base::to_json(payload);
    request.idempotency_key = "upload:" + upload.id;
    return queue.enqueue(request);
}

} // namespace jobs
