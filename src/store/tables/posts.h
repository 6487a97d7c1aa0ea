#pragma once
#include "base/json.h"
#include "store/connection.h"

/// The publishing ledger. A row with the intent is committed before anything is done outside, the remote handle as
/// soon as it is known; who finds an intent without an outcome asks the platform before acting again.
namespace store {

enum class PostState { Intent, Sent, Done, Failed, Cancelled };
BOOST_DESCRIBE_ENUM(PostState, Intent, Sent, Done, Failed, Cancelled)

/// One row of `posts`: one clip for one destination, once.
struct Post {
    std::string id; ///< UUID
    std::string owner_id;
    std::string clip_id;
    std::string destination; ///< "outbox" or the id of an account
    PostState state = PostState::Intent;
    std::optional<std::string> remote_handle; ///< how the platform calls the upload or the post
    std::string target;                       ///< path or URL where it lies once it is done
    std::string reason_code = "new";
    std::string reason;
    std::string next_action;
    int attempt = 0;
    base::Time created_at{};
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(Post, (),
                      (id, owner_id, clip_id, destination, state, remote_handle, target, reason_code, reason,
                       next_action, attempt, created_at, updated_at))

struct PostFilter {
    std::string owner_id;
    std::optional<PostState> state;
    std::optional<std::string> clip_id;
    std::string cursor; ///< the id of the last row of the page before
    int limit = 50;     ///< 1..1000
};

/// Inserts the intent; where this clip was to go to this destination before, the row of then comes back.
/// `second` is true for a new one.
std::pair<Post, bool> begin_post(Connection& connection, Post const& post);
std::optional<Post> find_post(Connection& connection, std::string const& id);
/// The same, and nobody else changes the row before this transaction ends.
std::optional<Post> lock_post(Connection& connection, std::string const& id);
/// Newest first.
std::vector<Post> list_posts(Connection& connection, PostFilter const& filter);
/// Everything but owner_id and created_at; false where there is no such post.
bool update_post(Connection& connection, Post const& post);

} // namespace store
