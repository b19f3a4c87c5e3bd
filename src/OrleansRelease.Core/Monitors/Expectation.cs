using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Monitors;

/// <summary>What the answer of a check must be; all of it.</summary>
/// <param name="Status">One of these.</param>
/// <param name="Within">By when the last byte is there, from the beginning: resolving and connecting included.</param>
/// <param name="Body">What stands in it, or does not.</param>
/// <param name="CertificateValidFor">So long from now on its certificate must be valid.</param>
public sealed record Expectation(
    ImmutableArray<StatusRange> Status, TimeSpan? Within, BodyRule? Body, TimeSpan? CertificateValidFor)
{
    /// <summary>In a short form, for people.</summary>
    [JsonIgnore]
    public string Text => string.Join(", ", new[]
    {
        StatusText,
        Within is { } within ? $"within {Duration.Format(within)}" : null,
        Body is { Contains: not null } ? "with its text" : Body is not null ? "without its text" : null,
        CertificateValidFor is { } valid ? $"certificate for {Duration.Format(valid)}" : null,
    }.OfType<string>());

    [JsonIgnore]
    public string StatusText => string.Join(" or ", Status);
}

/// <summary>Status codes from one to another, both included: one code, or a whole class.</summary>
public sealed record StatusRange(int From, int To)
{
    public const int Least = 100;

    public const int Most = 599;

    public static StatusRange Class(int hundreds) => new(hundreds * 100, (hundreds * 100) + 99);

    public bool Has(int status) => status >= From && status <= To;

    /// <summary>As it is written: <c>200</c> or <c>2xx</c>.</summary>
    public override string ToString() => From == To
        ? From.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{From / 100}xx");
}

/// <summary>One of the two: a text that stands in a body, byte for byte in UTF-8, or one that does not.</summary>
public sealed record BodyRule(string? Contains, string? Lacks)
{
    /// <summary>In characters.</summary>
    public const int MostText = 200;

    [JsonIgnore]
    public string Text => Contains ?? Lacks ?? "";
}
