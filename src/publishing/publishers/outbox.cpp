#include "base/file.h"
#include "publishing/publisher.h"

#include <cerrno>
#include <unistd.h>

namespace publishing::publishers {

namespace fs = std::filesystem;

/// outbox/2026-11-22/a-title-0123456789ab: the same for every attempt at a post, since both parts come from its row.
static fs::path target_of(PublisherContext const& context, store::Post const& post, PostContent const& content)
{
    auto const date = base::format_time(post.created_at).substr(0, 10);
    return context.outbox / date / (base::slug(content.title) + "-" + post.id.substr(post.id.size() - 12));
}

/// The folder appears whole in one rename, so being there means being done.
static std::optional<Published> find(PublisherContext const& context, store::Post const& post,
                                     PostContent const& content)
{
    auto const target = target_of(context, post, content);
    if (!fs::exists(target / "post.json")) return std::nullopt;
    return Published{target.string(), std::nullopt};
}

/// A second name for the same bytes where the file system can; a copy elsewhere.
static void place(std::string const& from, fs::path const& to)
{
    if (from.empty()) return;
    if (::link(from.c_str(), to.c_str()) == 0) return;
    std::error_code error;
    fs::copy_file(from, to, error);
    if (error) base::fail_errno(error.value(), "copy the clip to", to.string());
    base::sync_file(to);
}

static Published publish(PublisherContext const& context, store::Post const& post, PostContent const& content)
{
    auto const target = target_of(context, post, content);
    auto const making = context.outbox / (".making-" + post.id);
    std::error_code ignored;
    fs::remove_all(making, ignored); // of an attempt that was killed
    base::make_folder(making);
    base::make_folder(target.parent_path());
    try {
        place(content.clip, making / "clip.mp4");
        place(content.thumbnail, making / "thumbnail.jpg");
        place(content.record, making / "record.json");
        std::string hashtags;
        for (auto const& tag : content.hashtags) hashtags += (hashtags.empty() ? "#" : " #") + tag;
        base::write_file_atomic(making / "title.txt", content.title + "\n");
        base::write_file_atomic(making / "description.txt", content.description + "\n");
        base::write_file_atomic(making / "hashtags.txt", hashtags + "\n");
        base::write_file_atomic(making / "rights.json", base::to_pretty_json(content.rights));
        base::write_file_atomic(making / "post.json", base::to_pretty_json(base::json::object{
                                                          {"post_id", post.id},
                                                          {"clip_id", post.clip_id},
                                                          {"title", content.title},
                                                          {"description", content.description},
                                                          {"hashtags", base::json::value_from(content.hashtags)},
                                                          {"handed_over_at", base::format_time(post.created_at)}}));
        if (::rename(making.c_str(), target.c_str()) != 0) base::fail_errno(errno, "write", target.string());
    } catch (...) {
        fs::remove_all(making, ignored);
        throw;
    }
    base::sync_folder(target.parent_path());
    return {target.string(), std::nullopt};
}

PublisherType outbox()
{
    return {
        .name = "outbox",
        .help =
            "Puts clip, thumbnail, title, description, hashtags and rights into a dated folder for a person to post.",
        .is_public = false,
        .find = find,
        .publish = publish};
}

} // namespace publishing::publishers
