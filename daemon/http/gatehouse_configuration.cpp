#include "http/configuration.hpp"
#include "http/endpoints.hpp"

namespace gatehouse::http {

using namespace api;

namespace {

Answer told(Configuration::Said said)
{
    if (said.refusal) return refuse(*said.refusal, std::move(said.shown));
    return ok("plan", std::move(said.shown));
}

base::Error not_here()
{
    return base::fail(base::Fault::unsupported, "This gateway was started without a configuration file");
}

Configuration::Caller caller_of(const Context& context)
{
    return {context.actor, context.request};
}

asio::awaitable<Answer> plan(Context& context, const Params&)
{
    auto* configuration = context.services.configuration;
    if (configuration == nullptr) co_return not_here();
    auto said = co_await configuration->plan();
    co_return told(std::move(said));
}

asio::awaitable<Answer> apply(Context& context, const Params& params)
{
    auto* configuration = context.services.configuration;
    if (configuration == nullptr) co_return not_here();
    auto caller = caller_of(context);
    auto confirm = params.find<std::string>("confirm");
    auto said = co_await configuration->apply(std::move(confirm), std::move(caller));
    co_return told(std::move(said));
}

asio::awaitable<Answer> retire(Context& context, const Params& params)
{
    auto* configuration = context.services.configuration;
    if (configuration == nullptr) co_return not_here();
    Configuration::Thing thing;
    thing.kind = params.get<std::string>("kind");
    thing.key = params.get<std::string>("key");
    thing.workspace = params.find<std::string>("workspace");
    if (const auto entries = params.find<std::string>("own_entries")) thing.wipe = *entries == "wipe";
    auto caller = caller_of(context);
    auto confirm = params.find<std::string>("confirm");
    auto said = co_await configuration->retire(std::move(thing), std::move(confirm), std::move(caller));
    co_return told(std::move(said));
}

} // namespace

/// The file belongs to the site, and so does what is done with it: not to a tenant with a key.
std::vector<http::Endpoint> configuration_endpoints()
{
    return {
        {Route{Policy::local_admin, "/gatehouse/configuration/plan"}.takes(Fields{}).about(
             "Reads the configuration file again and answers what it would change, and whose access: nothing is applied."),
         plan},
        {Route{Policy::local_admin, "/gatehouse/configuration/apply"}
             .takes(Fields{}.optional("confirm", text(1, 64)))
             .about("Applies the configuration file. What takes access away is refused without the word that its plan answered."),
         apply},
        {Route{Policy::local_admin, "/gatehouse/configuration/retire"}
             .takes(Fields{}
                        .required("kind", choice({"system", "entrance", "group", "door", "device", "line", "hours"}))
                        .required("key", text(key_name))
                        .optional("workspace", text(key_name))
                        .optional("own_entries", choice({"wipe", "leave"}))
                        .optional("confirm", text(1, 64)))
             .about("Ends something that the file leaves out, with what stands on it. Without the word of its plan nothing is ended."),
         retire},
    };
}

} // namespace gatehouse::http
