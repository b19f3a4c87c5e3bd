using System.Text.Json.Serialization;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Monitors;

/// <summary>
/// A request that is made again and again as a user makes it, and what its answer must be: all that a server needs to
/// check it by itself. Secrets are references.
/// </summary>
/// <param name="Name">Of the Monitor that it was resolved from.</param>
/// <param name="Url">An absolute http address, filled in.</param>
/// <param name="Method">How it is asked.</param>
/// <param name="Bearer">The token to authenticate with; null: nobody.</param>
/// <param name="Basic">The same by name and password.</param>
/// <param name="Ca">Who may vouch for the other side; null: whom the machine trusts.</param>
/// <param name="Certificate">What is shown over TLS.</param>
/// <param name="Timeout">Of one request, until the last byte of its answer.</param>
/// <param name="Expect">What the answer must be.</param>
/// <param name="Nodes">How many servers must see it fail: 1 or 2.</param>
/// <param name="Network">
/// An address elsewhere that tells a server's own network from what is checked: whoever cannot reach it knows nothing.
/// </param>
public sealed record MonitorCheck(
    string Name, string Url, CheckMethod Method, SecretRef? Bearer, BasicCredentials? Basic, SecretRef? Ca,
    ClientCertificate? Certificate, TimeSpan Timeout, Expectation Expect, int Nodes, string? Network)
{
    public const int MostNodes = 2;

    /// <summary>The most that is read of a body.</summary>
    public const int MostBytes = 1024 * 1024;

    /// <summary>What it takes to ask another server, beside what that one needs.</summary>
    public static readonly TimeSpan Handover = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(100);

    public static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(30);

    /// <summary>What one server needs at most: the request, and a look at its own network when that fails.</summary>
    [JsonIgnore]
    public TimeSpan LongestOfOne => Network is null ? Timeout : Timeout * 2;

    /// <summary>
    /// What all of it takes at most, another server included, which begins when the first has seen it fail.
    /// </summary>
    [JsonIgnore]
    public TimeSpan Longest => Nodes == 1 ? LongestOfOne : (LongestOfOne * 2) + Handover;
}

/// <summary>Requests that change nothing.</summary>
public enum CheckMethod
{
    Get,
    Head,
}
