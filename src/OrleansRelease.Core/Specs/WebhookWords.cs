using System.Collections.Immutable;

namespace OrleansRelease.Core.Specs;

/// <summary>What may be said to the target <c>webhook</c>, and what it says to a team's own endpoint.</summary>
public static class WebhookWords
{
    /// <summary>What the target is called.</summary>
    public const string Target = "webhook";

    /// <summary>The words of what an endpoint is asked to do, in the member <c>do</c>.</summary>
    public const string Deploy = "deploy";

    public const string Retire = "retire";

    public const string Observe = "observe";

    /// <summary>The words among its settings.</summary>
    public static readonly ImmutableArray<string> Settings = [VersionEndpoint.Setting];
}
