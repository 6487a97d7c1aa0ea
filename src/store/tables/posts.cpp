#include "store/tables/posts.h"

#include "store/record.h"

namespace store {

static std::string select_posts(std::string_view rest)
{
    return fmt::format("SELECT {} FROM posts {}", columns<Post>(), rest);
}

std::pair<Post, bool> begin_post(Connection& connection, Post const& post)
{
    auto const inserted =
        insert_record(connection, "posts", post, " ON CONFLICT (owner_id, clip_id, destination) DO NOTHING");
    if (inserted.changes == 1) return {post, true};
    auto const there =
        first_record<Post>(connection.query(select_posts("WHERE owner_id = $1 AND clip_id = $2 AND destination = $3"),
                                            post.owner_id, post.clip_id, post.destination));
    if (!there) base::fail(base::ErrorCode::Conflict, "post {} could not be inserted", post.id);
    return {*there, false};
}

std::optional<Post> find_post(Connection& connection, std::string const& id)
{
    return first_record<Post>(connection.query(select_posts("WHERE id = $1"), id));
}

std::optional<Post> lock_post(Connection& connection, std::string const& id)
{
    auto const rest = fmt::format("WHERE id = $1{}", connection.for_update());
    return first_record<Post>(connection.query(select_posts(rest), id));
}

std::vector<Post> list_posts(Connection& connection, PostFilter const& filter)
{
    Where where(filter.limit, 1'000);
    where.add("owner_id =", filter.owner_id);
    if (filter.state) where.add("state =", base::enum_text(*filter.state));
    if (filter.clip_id) where.add("clip_id =", *filter.clip_id);
    if (!filter.cursor.empty()) where.add("id <", filter.cursor);
    return records<Post>(where.run(connection, select_posts(""), "ORDER BY id DESC"));
}

bool update_post(Connection& connection, Post const& post) { return update_record(connection, "posts", post); }

} // namespace store
