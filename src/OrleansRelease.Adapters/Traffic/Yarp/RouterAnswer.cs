using System.Collections.Immutable;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Adapters.Traffic.Yarp;

/// <summary>A slot as the router's admin endpoint gives it; after a change it leaves the counts out.</summary>
internal sealed record RouterSlot(
    Fence Fence, ImmutableDictionary<VersionName, Weight> Weights, ImmutableDictionary<VersionName, RouterCount> Counts,
    TimeSpan? RequestTimeout = null, Shedding? Shedding = null,
    ImmutableDictionary<VersionName, ImmutableArray<Uri>>? Addresses = null)
{
    public ImmutableDictionary<VersionName, RouterCount> Counts { get; } =
        Counts ?? ImmutableDictionary<VersionName, RouterCount>.Empty;

    /// <summary>Nothing is left out that JSON lets one leave out.</summary>
    public bool IsWhole => Weights is not null && Counts.Values.All(count => count is not null);

    /// <summary>Its shares are those of all requests.</summary>
    public bool IsOfAll => Weights.Values.Sum(weight => (long)weight.BasisPoints) == Weight.Full;

    /// <summary>Which version has another share than a split gives it; null when it holds that split.</summary>
    public string? OtherThan(TrafficSplit split)
    {
        if (Weights.IsEmpty) return "no version any share";
        return Weights.Keys.Append(split.Candidate).Append(split.Baseline ?? split.Candidate)
            .Where(version => WeightOf(version) != split.WeightOf(version))
            .Select(version => $"{version} {WeightOf(version)}")
            .FirstOrDefault();
    }

    public Weight WeightOf(VersionName version) => Weights.GetValueOrDefault(version, Weight.None);

    public long StartedOf(VersionName version) => Counts.GetValueOrDefault(version)?.Started ?? 0;
}

internal sealed record RouterCount(long Started, long Total, long Bad);

/// <summary>What the router says to be wrong.</summary>
internal sealed record RouterProblem(int Status, string? Code, string? Title, Fence? Accepted)
{
    public override string ToString() => $"{Code ?? "no code"} ({Status}): {Title}";
}

/// <summary>What the router's admin endpoint answered to a question.</summary>
internal abstract record RouterAnswer<T>
{
    private RouterAnswer()
    {
    }

    public sealed record Yes(T Value) : RouterAnswer<T>;

    public sealed record No(RouterProblem Problem) : RouterAnswer<T>;

    /// <summary>Nothing of the call can have arrived.</summary>
    public sealed record NotReached(string Reason) : RouterAnswer<T>;

    /// <summary>It was sent and no answer came, or none that can be read.</summary>
    public sealed record Lost(string Reason) : RouterAnswer<T>;

    /// <summary>It must not be begun any more, and was not sent.</summary>
    public sealed record Vetoed(string Reason) : RouterAnswer<T>;
}
