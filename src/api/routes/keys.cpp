#include "accounts/accounts.h"
#include "api/person.h"
#include "api/route.h"

namespace api::routes {

using accounts::SecretInfo;

struct KeyList {
    std::vector<SecretInfo> items;
};
BOOST_DESCRIBE_STRUCT(KeyList, (), (items))

static KeyList list(Services& services, Call const& call, Nothing const&)
{
    return {services.vault.list(call.owner())};
}

static Route list_keys()
{
    return route(
        {.method = "GET",
         .path = "/api/v1/keys",
         .access = Access::Creator,
         .tag = "keys",
         .help = "The own API keys, tokens and cookies of other services: names and dates, never the secrets."},
        list);
}

struct ByName {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(ByName, (), (name))
static std::vector<FieldRule> rules_of(ByName const*)
{
    return {{.name = "name",
             .help = "As in key.youtube or cookies.youtube.",
             .required = true,
             .length_min = 1,
             .length_max = accounts::secret_name_bytes_max}};
}

struct KeepKey {
    std::string secret;
};
BOOST_DESCRIBE_STRUCT(KeepKey, (), (secret))
static std::vector<FieldRule> rules_of(KeepKey const*)
{
    return {{.name = "secret",
             .help = "It is sealed, and never shown again.",
             .required = true,
             .length_max = accounts::secret_bytes_max,
             .format = "password"}};
}

/// Its row in the audit log, for the transaction of the change.
static accounts::Vault::Also recorded(Services& services, Call const& call, std::string_view action,
                                      std::string const& name)
{
    return [&services, &call, action, name](store::Connection& connection) {
        accounts::record(connection, services.clock.now(), actor_of(call), {action, "key", name, call.owner()});
    };
}

static Reply<Nothing> keep(Services& services, Call const& call, ByName const& parameters, KeepKey const& body)
{
    services.vault.keep(call.owner(), parameters.name, body.secret,
                        recorded(services, call, "key.set", parameters.name));
    return {{}, 204};
}

static Route put_key()
{
    return route({.method = "PUT",
                  .path = "/api/v1/keys/{name}",
                  .access = Access::Creator,
                  .tag = "keys",
                  .help = "Seals a secret under that name, in place of the one before.",
                  .status = 204},
                 keep);
}

static Reply<Nothing> remove(Services& services, Call const& call, ByName const& parameters)
{
    if (!services.vault.remove(call.owner(), parameters.name, recorded(services, call, "key.removed", parameters.name)))
        base::fail(base::ErrorCode::NotFound, "there is no key {}", base::truncate_utf8(parameters.name, 60));
    return {{}, 204};
}

static Route delete_key()
{
    return route({.method = "DELETE",
                  .path = "/api/v1/keys/{name}",
                  .access = Access::Creator,
                  .tag = "keys",
                  .help = "Removes a secret.",
                  .status = 204},
                 remove);
}

static accounts::Rotation rotate(Services& services, Call const& call, Nothing const&, Nothing const&)
{
    require_person(call);
    auto const rotation = services.vault.rotate();
    services.accounts.signing_keys().rotate();
    services.database.transaction(recorded(services, call, "keys.rotated", rotation.key_id)); // it took many
    return rotation;
}

static Route rotate_keys()
{
    return route({.method = "POST",
                  .path = "/api/v1/keys/rotate",
                  .access = Access::Admin,
                  .tag = "keys",
                  .help = "Seals everybody's secrets under a new key and signs with a new one, while work goes on."},
                 rotate);
}

std::vector<Route> keys() { return {list_keys(), put_key(), delete_key(), rotate_keys()}; }

} // namespace api::routes
