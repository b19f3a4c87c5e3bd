using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Trails;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>
/// A source of traces in some of the worlds, that finds some, none, or hangs. It has dice of its own, so that a seed
/// without it is as it ever was.
/// </summary>
internal sealed class TracesOfASeed(int seed)
{
    private readonly Dice _dice = new(seed ^ 0x7ace);

    public static RolloutSpec Of(int seed, RolloutSpec spec)
    {
        var dice = new Dice(seed ^ 0x1ead);
        return dice.Chance(0.3)
            ? spec with
            {
                Traces = new("simulated", null, "{}"),
                Links = dice.Chance(0.5) ? new("https://logs/{{windowStart}}") : null,
            }
            : spec;
    }

    public (TracesFact Fact, TimeSpan Took) Search(DateTimeOffset now) => _dice.Between(0, 3) switch
    {
        0 => (TracesFact.Of(now, ["a1", "no id", "b2"]), _dice.Seconds(0.01, 4)),
        1 => (TracesFact.Of(now, []), _dice.Seconds(0.01, 1)),
        2 => (TracesFact.Of(now, [], "503"), TimeSpan.Zero),
        _ => (TracesFact.Of(now, [], "no answer within 5s"), TimeSpan.FromSeconds(5)),
    };
}
