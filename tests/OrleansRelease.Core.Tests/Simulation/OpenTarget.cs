using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>
/// A target that stores no fences, in some of the worlds: it does each effect once, and whichever comes, until that
/// one's hard time-out. It has dice of its own, so that a seed without it is as it ever was.
/// </summary>
internal sealed class OpenTarget : Gatekeeper
{
    private readonly HashSet<Fence> _done = [];

    public override bool IsOpen => true;

    public static RolloutSpec Of(int seed, RolloutSpec spec) => new Dice(seed ^ 0x5eed).Chance(0.15)
        ? spec with { Target = spec.Target with { Fencing = Fencing.None } }
        : spec;

    /// <summary>Who had the slot before had told the target to take the new version down, and so it does.</summary>
    public static void Haunt(World world)
    {
        if (!world.Outside.Target.IsOpen) return;
        var dice = new Dice(world.Seed ^ 0xface);
        var after = world.Spec.Target.RetireLimits.Timeout * dice.Pick(0.1, 0.5, 0.99);
        world.Agenda.After(after, () => world.Outside.Stop(world.Outside.Candidate));
    }

    public override Outcome? Ask(Fence fence) => _done.Contains(fence) ? new Outcome.Applied() : null;

    public override void Done(Fence fence) => _done.Add(fence);

    public override bool WouldAct(Fence fence) => !_done.Contains(fence);
}
