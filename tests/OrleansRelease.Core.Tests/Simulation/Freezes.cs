using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>
/// When a person froze and thawed the environment of a world. With dice of its own: a world without a freeze is as it
/// was without any of this.
/// </summary>
internal sealed class Freezes
{
    /// <summary>One world in so many knows a freeze.</summary>
    private const double Share = 0.2;

    private static readonly TimeSpan OldestLook = TimeSpan.FromSeconds(1);

    private readonly Dice _dice;
    private readonly List<(Freeze Freeze, DateTimeOffset Thaw)> _all = [];

    public Freezes(int seed, DateTimeOffset start)
    {
        _dice = new Dice(seed ^ 0x0f7ee2e);
        if (!_dice.Chance(Share)) return;
        var from = start;
        for (var i = _dice.Between(1, 3); i > 0; i--)
        {
            from += _dice.Seconds(0, 60);
            var freeze = new Freeze(from, from + _dice.Seconds(20, 150), ActorName.From("anna"), "incident");
            // Half of them are thawed before their time.
            var thaw = _dice.Chance(0.5) ? from + ((freeze.Until - from) * _dice.Fraction()) : freeze.Until;
            _all.Add((freeze, thaw));
            from = thaw;
        }
    }

    public Freeze? At(DateTimeOffset at) =>
        _all.Find(it => it.Freeze.Since <= at && at < it.Thaw).Freeze;

    /// <summary>Whether an answer that tells of a freeze tells of health as well, which is of no use then.</summary>
    public bool TellsHealthToo() => _dice.Chance(0.5);

    /// <summary>
    /// Why an attempt must not be begun: by a look that was begun up to a second ago, or as the store does not say it.
    /// </summary>
    public string? Forbidden(DateTimeOffset now, TimeSpan longer = default)
    {
        if (_all.Count == 0) return null;
        var asked = now - longer - (OldestLook * _dice.Fraction());
        return At(asked) is { } freeze && freeze.IsInForce(now) ? freeze.Reason
            : _dice.Chance(0.1) ? "the store does not say"
            : null;
    }
}
