using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Tests.Rollouts;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>
/// What is found of other services of a world's environment, at random moments, and told until it is heard: late,
/// twice, out of order, and of others. With dice of its own: a world without any is as it was without any of this.
/// </summary>
internal sealed class Findings(World world)
{
    /// <summary>One world in so many has a judge.</summary>
    private const double Share = 0.04;

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);

    private readonly Dice _dice = new(world.Seed ^ 0x0b1a3e);

    private readonly Dictionary<SlotKey, Finding> _newest = [];

    /// <summary>It was told that it is to blame before it was over, by the newest of what was said, and has heard it.
    /// </summary>
    public bool IsBlamed { get; private set; }

    public void Plan()
    {
        if (!_dice.Chance(Share)) return;
        for (var i = _dice.Between(1, 8); i > 0; i--) world.Agenda.After(_dice.Seconds(0, 300), Find);
    }

    private void Find()
    {
        var (environment, at) = (world.Id.Slot.Environment, world.Now);
        if (_dice.Chance(0.15)) at += _dice.Seconds(-400, 400);
        var slot = new SlotKey(
            ServiceName.From(_dice.Pick("cart", "stock")),
            _dice.Chance(0.05) ? EnvironmentName.From("elsewhere") : environment);
        var other = RolloutId.From($"{slot}.1");
        var judgement = _dice.Between(0, 9) switch
        {
            0 => new Judgement.Blame(world.Id),
            1 or 2 => new Judgement.Blame(other),
            3 or 4 => new Judgement.NotAmongThem(),
            _ => (Judgement)new Judgement.Undecided("the odds are not clear", other),
        };
        Tell(Found.Of(_dice.Chance(0.05) ? RolloutId.From($"{slot}.2") : world.Id, at, judgement) with
        {
            Slot = slot,
            Onset = World.Started + (_dice.Pick(1, 3) * TimeSpan.FromSeconds(20)),
        });
    }

    private void Tell(Finding finding)
    {
        if (_dice.Chance(0.1)) world.Agenda.After(_dice.Seconds(0, 60), () => Send(finding));
        if (_dice.Chance(0.15)) world.Agenda.After(_dice.Seconds(0, 60), () => Send(finding));
        else Send(finding);
    }

    private void Send(Finding finding)
    {
        var stage = world.Store.Row.State?.Stage;
        if (!_newest.TryGetValue(finding.Slot, out var newest) || finding.At > newest.At)
            _newest[finding.Slot] = newest = finding;
        var isNewest = newest == finding;
        // What has not begun hears nothing: its grain has no row.
        if (stage is null) return;
        world.Deliver(new(new RolloutInput.Attributed(finding))
        {
            Reply = reply =>
            {
                if (reply == Reply.Silence) world.Agenda.After(Again, () => Send(finding));
                else if (reply == Reply.Accepted) IsBlamed |= isNewest && stage is not Stage.Ended && Blames(finding);
            },
        });
    }

    private bool Blames(Finding finding) =>
        finding.Slot.Environment == world.Id.Slot.Environment
        && finding.Judgement is Judgement.Blame blame && blame.Rollout == world.Id
        && finding.Ranked.Any(ranked => ranked.Rollout == world.Id);
}
