using System.Collections.Immutable;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Adapters.Traffic.Yarp;

/// <summary>A slot as the router's admin endpoint gives it.</summary>
internal sealed record RouterSlot(
    Fence Fence, ImmutableDictionary<string, int> Weights, ImmutableDictionary<string, RouterCount> Counts,
    TimeSpan? RequestTimeout = null)
{
    /// <summary>Which version has another share than a split gives it; null when it holds that split.</summary>
    public string? OtherThan(TrafficSplit split) => Weights
        .Where(pair => VersionName.Parse(pair.Key) is not { } version
            || split.WeightOf(version).BasisPoints != pair.Value)
        .Select(pair => $"{pair.Key} {new Weight(pair.Value)}")
        .FirstOrDefault();

    public double ShareOf(VersionName version) =>
        Weights.GetValueOrDefault(version.ToString()) / (double)Weight.Full;
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
