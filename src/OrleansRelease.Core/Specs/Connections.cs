using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Effects;

namespace OrleansRelease.Core.Specs;

/// <summary>A secret by reference; its value is never stored or shown.</summary>
public sealed record SecretRef(string? Env, string? File);

/// <summary>What an adapter may do with an attempt whose outcome is unknown.</summary>
public enum Repeat
{
    /// <summary>The effect states a target, so doing it again changes nothing.</summary>
    Absolute,

    /// <summary>The target recognises the effect by its id and does it once.</summary>
    ById,

    /// <summary>Doing it again would do it twice.</summary>
    Never,
}

/// <summary>How a target keeps an older effect from changing what a newer one has set.</summary>
public enum Fencing
{
    Stored,
    CompareAndSwap,
    Agent,
    None,
}

/// <summary>
/// Where and how versions of a service run. <see cref="Adapter"/> names the adapter (<c>process</c>, <c>webhook</c>,
/// <c>memory</c>), <see cref="Settings"/> are its own words, checked by it. <see cref="Url"/> is where one that is not
/// on this machine is spoken to, in requests that are signed with <see cref="Key"/>.
/// </summary>
public sealed record TargetConnection(
    string Adapter, ImmutableSortedDictionary<string, string> Settings, ImmutableArray<string> Command,
    Repeat Repeat, Fencing Fencing, EffectLimits DeployLimits, EffectLimits RetireLimits, Uri? Url = null,
    SecretRef? Key = null);

/// <summary>
/// What shares a slot's requests between versions (<c>yarp</c>, <c>memory</c>). It ends a request for which a version
/// is silent for <see cref="RequestTimeout"/> and counts it as bad; null where no request is ever sent.
/// </summary>
public sealed record TrafficConnection(
    string Adapter, Uri? Url, SecretRef? Token, Repeat Repeat, Fencing Fencing, EffectLimits Limits,
    TimeSpan? RequestTimeout = null)
{
    /// <summary>The router that comes with this system.</summary>
    public const string Router = "yarp";

    public const string RequestTimeoutShape = "100ms to 10m";

    /// <summary>
    /// Whether it takes no share that leaves requests to nobody: it would have to fail them.
    /// </summary>
    [JsonIgnore]
    public bool SharesAddUp => Adapter == Router;

    public static bool IsRequestTimeout(TimeSpan timeout) =>
        timeout >= TimeSpan.FromMilliseconds(100) && timeout <= TimeSpan.FromMinutes(10);
}

/// <summary>A name and its password, as HTTP's Basic scheme has them.</summary>
public sealed record BasicCredentials(string User, SecretRef Password);

/// <summary>What this side shows of itself over TLS: a certificate with its chain, and its key, as PEM.</summary>
public sealed record ClientCertificate(SecretRef Certificate, SecretRef Key);

/// <summary>Where numbers are read (<c>http</c>, <c>prometheus</c>, <c>memory</c>).</summary>
/// <param name="Adapter">The adapter's name.</param>
/// <param name="Url">Its base address.</param>
/// <param name="Bearer">The token to authenticate with.</param>
/// <param name="Delay">How old the newest number may be at most: the scrape interval.</param>
/// <param name="Basic">A name and password to authenticate with instead.</param>
/// <param name="Ca">The certificates, as PEM, of those who may vouch for the source; null: the machine's.</param>
/// <param name="Certificate">What to show of oneself over TLS.</param>
/// <param name="MaxConcurrent">How many queries a server may have there at the same time; null: as many.</param>
public sealed record MetricsConnection(
    string Adapter, Uri? Url, SecretRef? Bearer, TimeSpan Delay, BasicCredentials? Basic = null, SecretRef? Ca = null,
    ClientCertificate? Certificate = null, int? MaxConcurrent = null)
{
    public const string Prometheus = "prometheus";

    /// <summary>Whether it may be asked for numbers over a stretch of time.</summary>
    [JsonIgnore]
    public bool HasRanges => Adapter != "http";
}
