namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>
/// One kind of fault: how it strikes and is over again, and what it changes in what a round expects. The strike tells
/// since when the system could go on, where that is measured.
/// </summary>
internal sealed record FaultKind(string Name, Func<Struck, Task<DateTimeOffset?>> StrikeAsync)
{
    /// <summary>Nothing happens: how the services of a round are made.</summary>
    public static readonly FaultKind None = new("none", _ => Task.FromResult<DateTimeOffset?>(null));

    /// <summary>What its files are called.</summary>
    public string FileName => Name.Replace(",", "", StringComparison.Ordinal).Replace(' ', '-');

    /// <summary>When the first rollout may have its users and the last has just been asked for.</summary>
    public TimeSpan StrikesAfter { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>Part of <c>--quick</c>, and so of <c>eng/test</c>.</summary>
    public bool IsQuick { get; init; }

    /// <summary>It leaves a good version without evidence, or makes it look bad: then it may go back.</summary>
    public bool GoodMayGoBack { get; init; }

    /// <summary>An old version may still run when all is over, where the record says when it goes.</summary>
    public bool OldMayStay { get; init; }

    /// <summary>No caller of a command may notice.</summary>
    public bool IsUnnoticed { get; init; }

    /// <summary>How many times each command is sent at once, under one key.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>Needs servers whose packets can be told from one another.</summary>
    public bool NeedsWires { get; init; }

    /// <summary>What it leaves behind no further round can start from.</summary>
    public bool IsLasting { get; init; }

    /// <summary>
    /// What a round must show of the fault when it is over, beside what the strike itself has seen: null when it does.
    /// </summary>
    public Func<RoundSeen, string?> WhyUnproven { get; init; } = _ => null;

    /// <summary>Null when it can be done here.</summary>
    public Func<string?> WhyNot { get; init; } = () => null;

    /// <summary>One server on the embedded store instead of a cluster.</summary>
    public bool IsEmbedded { get; init; }
}

/// <summary>What a fault strikes.</summary>
internal sealed record Struck(ISite Site, IReadOnlyList<Move> Moves, Random Random)
{
    public FaultCluster Cluster => (FaultCluster)Site;

    public Member AnySilo => Cluster.Silos[Random.Next(Cluster.Silos.Count)];

    public Member AnyGateway => Cluster.Gateways[Random.Next(Cluster.Gateways.Count)];

    public TimeSpan Between(double least, double most) =>
        TimeSpan.FromSeconds(least + (Random.NextDouble() * (most - least)));
}
