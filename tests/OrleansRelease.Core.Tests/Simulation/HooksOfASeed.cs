using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>
/// Hooks in some of the worlds, anywhere among the steps, and the endpoint that does them: each effect once, whichever
/// comes, until its hard time-out. They have dice of their own, so that a seed without them is as it ever was.
/// </summary>
internal sealed class HooksOfASeed : Gatekeeper
{
    private readonly HashSet<Fence> _done = [];
    private readonly HashSet<string> _holding = [];

    public override bool IsOpen => true;

    /// <summary>The hooks that were run and not undone since.</summary>
    public IReadOnlySet<string> Holding => _holding;

    public static RolloutSpec Of(int seed, RolloutSpec spec)
    {
        var dice = new Dice(seed ^ 0x400c);
        if (!dice.Chance(0.3)) return spec;
        var steps = spec.Steps;
        for (var n = 1; n <= dice.Between(1, 3); n++)
            steps = steps.Insert(dice.Between(0, steps.Length - 1), new Step.Hook(Hook(dice, $"hook-{n}")));
        return spec with { Steps = steps };
    }

    public void Run(string hook) => _holding.Add(hook);

    public void Undo(string hook) => _holding.Remove(hook);

    public override Outcome? Ask(Fence fence) => _done.Contains(fence) ? new Outcome.Applied() : null;

    public override void Done(Fence fence) => _done.Add(fence);

    public override bool WouldAct(Fence fence) => !_done.Contains(fence);

    private static HookSpec Hook(Dice dice, string name)
    {
        var url = new Uri("http://hooks.example.com/");
        return new(
            name, url, new SecretRef("KEY", null), Limits(dice), StoresFences: false,
            dice.Chance(0.7) ? new HookUndo(url, Limits(dice)) : null);
    }

    private static EffectLimits Limits(Dice dice) => new(
        TimeSpan.FromSeconds(dice.Between(2, 12)), dice.Between(1, 4), TimeSpan.FromSeconds(dice.Between(1, 2)));
}
