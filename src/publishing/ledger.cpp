#include "publishing/ledger.h"

namespace publishing {

store::Post publish_once(store::Post wanted, PostContent const& content, PublisherContext const& context,
                         base::Clock const& clock, Transaction const& transaction)
{
    auto const& publisher = find_publisher(wanted.destination);
    wanted.created_at = clock.now();
    wanted.updated_at = wanted.created_at;
    wanted.reason_code = "intent";
    wanted.reason = "about to be handed over";
    wanted.next_action = "none: it goes on by itself";
    store::Post post;
    transaction([&](store::Connection& connection) {
        post = store::begin_post(connection, wanted).first;
        if (post.state == store::PostState::Done) return;
        ++post.attempt;
        post.updated_at = clock.now();
        store::update_post(connection, post);
    });
    if (post.state == store::PostState::Done) return post;
    auto published = publisher.find(context, post, content);
    if (!published) published = publisher.publish(context, post, content);
    post.state = store::PostState::Done;
    post.target = published->target;
    post.remote_handle = published->remote_handle;
    post.reason_code = "done";
    post.reason = "handed over";
    post.next_action = "look at it and post it";
    post.updated_at = clock.now();
    transaction([&](store::Connection& connection) { store::update_post(connection, post); });
    return post;
}

} // namespace publishing
