namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>What has really come about in a world, or in many: a run that met nothing proves nothing.</summary>
internal sealed class Tally
{
    private readonly SortedDictionary<Met, int> _counts = [];

    public int this[Met what] => _counts.GetValueOrDefault(what);

    public void Add(Met what, int times = 1) => _counts[what] = this[what] + times;

    public void Add(Tally other)
    {
        foreach (var (what, times) in other._counts) Add(what, times);
    }
}

/// <summary>What a world may bring, each counted where it happens.</summary>
internal enum Met
{
    /// <summary>A service that fails on its way forward.</summary>
    Failure,

    /// <summary>A way back that gets stuck.</summary>
    Stuck,

    /// <summary>An abort that was taken, of a release that had begun something.</summary>
    Abort,

    /// <summary>A node that ended between writing and acting.</summary>
    Crash,

    /// <summary>A metric whose source said nothing, or nothing that is a number.</summary>
    NoNumber,

    /// <summary>A ring of a rollout that its release never hears.</summary>
    LostRing,

    /// <summary>A call, or the answer to one, that was lost.</summary>
    LostCall,

    /// <summary>A call or a ring that came once more, late.</summary>
    Doubled,

    /// <summary>A release whose place a newer one took.</summary>
    Supersede,

    /// <summary>A lease that was broken by somebody who does not ask.</summary>
    BrokenLease,

    /// <summary>A slot that one release moved after another one.</summary>
    SharedSlot,

    /// <summary>A release that waited for a slot which another one held.</summary>
    WaitedForSlot,

    /// <summary>A release that was taken back, and then seen to be stable.</summary>
    Stabilised,

    /// <summary>A release with a bad version in use, for whose end a bound was announced.</summary>
    Announced,

    /// <summary>A release that was taken back, and then not seen to be stable.</summary>
    NotStabilised,
}
