using System.Net.Http.Headers;
using System.Text;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Adapters.Outgoing;

/// <summary>
/// Who asks, as a request says it. Read for each request: whoever renews a secret restarts nothing.
/// </summary>
internal static class Credentials
{
    /// <summary>The header, null where nothing is to be said; or why it cannot be made.</summary>
    public static (AuthenticationHeaderValue? Header, string? Problem) Read(BasicCredentials? basic, SecretRef? bearer)
    {
        if (basic is not null)
        {
            var password = Secret.ReadPassword(basic.Password);
            return password.Value is { } value
                ? (new AuthenticationHeaderValue(
                    "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{basic.User}:{value}"))), null)
                : (null, password.Problem ?? "the connection's basic has no password");
        }

        var token = Secret.Read(bearer);
        return (token.Value is { } shown ? new AuthenticationHeaderValue("Bearer", shown) : null, token.Problem);
    }
}
