using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OrleansRelease.Core.Effects;

/// <summary>
/// What a router does while a slot is short of capacity: of at most <paramref name="Capacity"/> requests at once it
/// keeps what class high needs, and refuses those of class low for which nothing is left, with 503 and
/// <c>Retry-After</c>. Class low is a request whose <paramref name="Header"/> has one of the values
/// <paramref name="Low"/>, exactly; any other is high, and one that says nothing is.
/// </summary>
/// <param name="Capacity">Requests at once; 0: none of class low.</param>
/// <param name="RetryAfter">When the refused may come again; sent in whole seconds.</param>
/// <param name="Header">The name of the header that says the class.</param>
/// <param name="Low">The values of it that are class low.</param>
public sealed record Shedding(int Capacity, TimeSpan RetryAfter, string Header, ImmutableArray<string> Low)
{
    public const int MaxCapacity = 1_000_000;

    /// <summary>How long a header's name or value may be.</summary>
    public const int MaxText = 64;

    public const int MaxLow = 8;

    public const string RetryAfterShape = "1s to 10m";

    public const string TextShape = "1 to 64 letters, digits, '-', '.' or '_'";

    private readonly ImmutableArray<string> _low = Ordered(Low);

    /// <summary>Each once and in one order, so that the same content is the same text.</summary>
    public ImmutableArray<string> Low
    {
        get => _low;
        init => _low = Ordered(value);
    }

    /// <summary>What class low may be refused with at least and at most.</summary>
    public static bool IsRetryAfter(TimeSpan after) =>
        after >= TimeSpan.FromSeconds(1) && after <= TimeSpan.FromMinutes(10);

    /// <summary>
    /// Whether it can be the name or the value of the header: a part of what HTTP calls a token, and the same in every
    /// shell.
    /// </summary>
    public static bool IsText(string? text) => text is { Length: > 0 and <= MaxText }
        && text.All(one => char.IsAsciiLetterOrDigit(one) || one is '-' or '.' or '_');

    /// <summary>What is wrong with it, each as a sentence; empty when nothing is.</summary>
    [JsonIgnore]
    public IEnumerable<string> Problems
    {
        get
        {
            if (Capacity is < 0 or > MaxCapacity) yield return $"capacity is 0 to {MaxCapacity} requests at once";
            if (!IsRetryAfter(RetryAfter)) yield return $"retryAfter is {RetryAfterShape}";
            if (!IsText(Header)) yield return $"header is {TextShape}";
            if (Low.IsDefaultOrEmpty || Low.Length > MaxLow) yield return $"low names 1 to {MaxLow} values";
            else if (!Low.All(IsText)) yield return $"a value of low is {TextShape}";
        }
    }

    /// <summary>Whether the same requests are of class low.</summary>
    public bool HasClassesOf(Shedding other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Header == other.Header && Low.AsSpan().SequenceEqual(other.Low.AsSpan());
    }

    // An array is equal to no other one, and what was read back must be equal to what was sent.
    public bool Equals(Shedding? other) => other is not null
        && (Capacity, RetryAfter) == (other.Capacity, other.RetryAfter) && HasClassesOf(other);

    public override int GetHashCode() => HashCode.Combine(Capacity, RetryAfter, Header, Low.IsDefault ? 0 : Low.Length);

    private static ImmutableArray<string> Ordered(ImmutableArray<string> low) =>
        low.IsDefault ? low : [.. low.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
