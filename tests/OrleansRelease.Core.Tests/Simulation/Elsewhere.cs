using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>
/// Another service, which some of the worlds require: for a while what is stable of it is too old. It has dice of its
/// own, so that a seed without it is as it ever was.
/// </summary>
internal sealed class Elsewhere
{
    public static readonly VersionName Good = VersionName.From("1.10.0");

    private static readonly ServiceName Cart = ServiceName.From("cart");

    private readonly (DateTimeOffset From, DateTimeOffset To) _tooOld;
    private readonly VersionName? _old;

    private Elsewhere(Dice dice, DateTimeOffset start)
    {
        var from = start + dice.Seconds(0, 90);
        _tooOld = (from, from + dice.Seconds(5, 60));
        _old = dice.Pick<VersionName?>(null, VersionName.From("1.8.9"), VersionName.From("1.9.0-rc.1"));
    }

    public Requirement Requirement { get; } = new(Cart, VersionName.From("1.9.0"));

    public static Elsewhere? Make(int seed, DateTimeOffset start)
    {
        var dice = new Dice(~seed);
        return dice.Chance(0.25) ? new Elsewhere(dice, start) : null;
    }

    public RequiredFact Read(DateTimeOffset now) =>
        new(now, [new(Cart, now >= _tooOld.From && now < _tooOld.To ? _old : Good)]);
}
