#include "reasons.hpp"

#include <map>

namespace gatehouse::mqtt {

std::string sentence_for(std::string_view reason, const BrokerAddress& address)
{
    const auto place = address.uri.substr(address.uri.find("//") + 2);
    const auto user = address.user.empty() ? std::string{} : " \"" + address.user + "\"";
    const std::map<std::string_view, std::string> sentences{
        {"bad_credentials", "the broker does not take the user" + user + " with this password"},
        {"credentials_wanted", "the broker wants a user and a password, and the line has none"},
        {"client_id_refused", "the broker does not take our client id " + address.client_id},
        {"client_id_taken",
         "another client comes with our client id " + address.client_id + ": of two gateways on one broker each needs its own"},
        {"pushed_off",
         "the broker lets us in and soon ends the connection, again and again: maybe another client comes with our client id " +
             address.client_id},
        {"banned", "the broker has banned us"},
        {"message_too_large", "the broker hangs up at a message of ours: its max_packet_size is too small"},
        {"no_such_host", "there is no address for " + place},
        {"unreachable", "nobody answers at " + place},
        {"hung_up", place + " takes the connection and hangs up: is it the port of a broker, and one without TLS?"},
        {"tls_name", "the broker's certificate is for another name than the one in " + place},
        {"tls_authority", address.ca.empty()
                              ? "no authority of this system vouches for the broker's certificate: name the site's own as `ca`"
                              : "the authority in `ca` does not vouch for the broker's certificate"},
        {"tls_expired", "the broker's certificate has ended or not begun: look at it, and at the clock"},
        {"tls_ca", "there is no certificate in `ca`"},
        {"tls_certificate", "the broker's certificate does not stand up to its check"},
        {"tls_refused", "no TLS at " + place + ": is it the broker's port for mqtts?"},
        {"tls_client", place + " ends the connection behind TLS: it may want a certificate of ours"},
    };
    const auto found = sentences.find(reason);
    return found == sentences.end() ? std::string{} : found->second;
}

std::string reason_of_refusal(int code, bool has_user)
{
    switch (code) {
    case 4:    // MQTT 3.1.1: bad user name or password
    case 5:    // not authorized, which is what mosquitto says of a wrong password
    case 0x86: // MQTT 5, the same two
    case 0x87:
        return has_user ? "bad_credentials" : "credentials_wanted";
    case 2:
    case 0x85:
        return "client_id_refused";
    case 3:
    case 0x88:
    case 0x89:
        return "broker_busy";
    case 0x8A:
        return "banned";
    case 0x95:
        return "message_too_large";
    default:
        return "refused";
    }
}

std::string reason_of_disconnect(int code)
{
    switch (code) {
    case 0x87:
        return "bad_credentials";
    case 0x8E:
        return "client_id_taken";
    case 0x95:
        return "message_too_large";
    default:
        return "broker_closed";
    }
}

} // namespace gatehouse::mqtt
